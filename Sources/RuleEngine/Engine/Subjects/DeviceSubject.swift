extension SubjectKind {
  /// Lives of device objects.
  static let device = SubjectKind(
    subject: .device, factCount: DeviceFact.allCases.count, isSubject: { $0 == .device },
    traits: { _, _ in 0 }, arms: { _, _ in true }, reportsOncePerLife: { _ in false },
    selection: { model, device, _ in Selection(&model, device) },
    telling: Telling(
      decided: { _, _, event in EventStamp(event) },
      head: { checker, record, event, strings, finding in
        checker.head(&finding, ofDevice: record, event, strings)
      },
      evidence: { checker, record, event, strings, finding in
        (checker.evidence(ofDevice: record, event, finding.message, strings), 0)
      }))
}

extension Checker {
  fileprivate func head(
    _ finding: inout Finding, ofDevice record: FactRecord, _ event: Event, _ strings: StringTable
  ) -> String {
    let device = model.devices[record.index]
    finding.device = device.pointer
    finding.driver = strings[StringID(device.driver)]
    finding.lock = record.operand
    finding.tag = event.has(.tag) ? event.tag : nil
    // Which lock is the first and which is another depends on how the threads ran.
    let pair = [place(device.firstLockAcquired, strings), place(EventStamp(event), strings)]
    return pair.sorted().joined(separator: " ")
  }

  fileprivate func evidence(
    ofDevice record: FactRecord, _ event: Event, _ message: String, _ strings: StringTable
  ) -> [Evidence] {
    let device = model.devices[record.index]
    var first = evidence(
      device.firstLockAcquired, .ioAcquireRemoveLock,
      "IoAcquireRemoveLock on \(EventWords.hex(device.firstLock)), "
        + EventWords.tag(device.firstLockTag, irp: nil), strings)
    first.note = "the first remove lock of the device"
    var second = evidence(
      EventStamp(event), event.kind,
      "\(event.kind.name) on \(EventWords.hex(record.operand)), "
        + EventWords.tag(event.tag, irp: nil), strings)
    second.note = message
    return [first, second]
  }
}
