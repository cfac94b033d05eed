import RuleEngine

extension EventGroup {
  static let freePool = EventGroup("ExFreePool", .exFreePool)
  static let unload = EventGroup("DriverUnload", .driverUnload)
  static let openKey = EventGroup("ZwCreateKey or ZwOpenKey", .zwCreateKey, .zwOpenKey)
  static let closeKey = EventGroup("ZwClose", .zwClose)
  static let useKey = EventGroup(
    "ZwQueryValueKey and the other calls with the handle of a key", .zwDeleteKey, .zwEnumerateKey,
    .zwEnumerateValueKey, .zwFlushKey, .zwQueryKey, .zwQueryValueKey, .zwSetValueKey)
}

extension AllocationFact {
  /// The events without which the model never says this.
  var groups: [EventGroup] {
    switch self {
    case .freedAgain, .freed: [.freePool]
    case .leftAtUnload, .leftWithOthers: [.freePool, .unload]
    case .lifeEnded: []
    }
  }
}

extension KeyHandleFact {
  /// The events without which the model never says this.
  var groups: [EventGroup] {
    switch self {
    case .usedClosed: [.closeKey, .useKey]
    case .closed: [.closeKey]
    case .leftOpen, .leftWithOthers: [.closeKey, .unload]
    case .leftInRun: [.dispatchExit]
    case .lifeEnded: []
    }
  }
}

extension KeyHandleScope {
  /// The events that begin such a life.
  var group: EventGroup {
    switch self {
    case .every: .openKey
    case .created: EventGroup("ZwCreateKey", .zwCreateKey)
    case .opened: EventGroup("ZwOpenKey", .zwOpenKey)
    }
  }
}

extension Doctor {
  func lookAtAllocations(
    _ scope: AllocationScope, _ machine: MachineTable, _ needs: inout DoctorNeeds
  ) {
    if survey.count(EventGroup.allocate.kinds) == 0 {
      needs.idle.append(
        "no ExAllocatePool… occurs: log it, with ptr, size and pooltag, when it returns")
      return
    }
    needs.look(at: machine, survey) { fact in
      UInt8(exactly: fact).flatMap(AllocationFact.init)?.groups ?? []
    }
    if scope == .ofDriver { lookAtUnload(&needs) }
  }

  func lookAtKeyHandles(
    _ scope: KeyHandleScope, _ machine: MachineTable, _ needs: inout DoctorNeeds
  ) {
    let opened = scope.group
    if survey.count(opened.kinds) == 0 {
      needs.idle.append(
        "no \(opened.words) occurs: log it, with handle and status, when it returns")
      return
    }
    needs.look(at: machine, survey) { fact in
      UInt8(exactly: fact).flatMap(KeyHandleFact.init)?.groups ?? []
    }
  }

  /// What is left when a driver is unloaded is known where the trace shows all that it has done.
  private func lookAtUnload(_ needs: inout DoctorNeeds) {
    needs.need(!survey.drivers.isEmpty, "log drv")
    needs.need(
      survey.beginsWithStart, "begin the trace before the driver is loaded: TraceStart first")
    needs.need(
      survey.firstGap == nil, "close the gaps: what happened in them may have freed the memory")
  }
}
