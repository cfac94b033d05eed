extension Event {
  /// The value of a field that the format knows, as a rule looks at it; nil where the event does not
  /// carry it.
  func value(of field: Field, in strings: StringTable) -> FieldValue? {
    guard has(field) else { return nil }
    switch field {
    case .ev: return nil
    case .ts: return .integer(timestamp)
    case .tid: return .address(thread)
    case .dev: return .address(device)
    case .irp: return .address(irp)
    case .lock: return .address(lock)
    case .tag, .previous: return .address(tag)
    case .target, .lower, .object, .routine, .ptr, .handle: return .address(operand)
    case .pooltype, .poolflags: return .number(tag)
    case .timeout: return .integer(Int64(bitPattern: number))
    case .ioctl: return .address(number)
    case .size, .count, .version, .maxmin: return .number(number)
    case .cpu: return .integer(Int64(cpu))
    case .irql: return .integer(Int64(irql))
    case .highwater: return .integer(Int64(highWatermark))
    case .oldirql: return .integer(Int64(oldIRQL))
    case .newirql: return .integer(Int64(newIRQL))
    case .bus, .pending, .shutdown, .wait, .irpout, .granted, .signaled, .deferred, .noncancelable:
      return Flags(field).map(truth)
    case .drv: return .text(strings[driver])
    case .src: return .text(strings[source])
    case .fn: return .text(strings[function])
    case .note, .pooltag, .op, .name: return .text(strings[text])
    case .status: return .text(status?.name ?? strings[StringID(statusBits)])
    case .mj, .mn, .type, .state, .role, .relation, .disposition, .kind:
      return .text(words(of: field, strings))
    }
  }

  /// Whether a field of the format that holds a text is this one; nil where it is none, or not carried.
  /// As ``value(of:in:)`` tells, without a String made for it.
  func text(of name: String, is text: String, in strings: StringTable) -> Bool? {
    guard let field = Field.named(name), has(field) else { return nil }
    let id: StringID
    switch field {
    case .drv: id = driver
    case .src: id = source
    case .fn: id = function
    case .note, .pooltag, .op, .name: id = self.text
    default: return nil
    }
    return strings.isString(id, text)
  }

  private func truth(_ flag: Flags) -> FieldValue { .integer(flags.contains(flag) ? 1 : 0) }

  private func words(of field: Field, _ strings: StringTable) -> String {
    switch field {
    case .mj: major.name
    case .mn: minor.name(of: has(.mj) || kind != .poRequestPowerIrp ? major : .power)
    case .type: powerType.name
    case .state: powerState.name
    case .role: role.name
    case .relation: relation.name
    case .disposition: disposition.name
    default: text == .none ? callbackKind.name : strings[text]
    }
  }
}
