/// Brings pieces that were parsed each by itself together in the order of the trace: their strings into
/// one table, and their lines behind those of the pieces before.
struct PieceMerge {
  /// The strings of all pieces.
  var strings: StringTable
  /// The index of the file of the piece that was taken last.
  private(set) var file = 0
  /// Lines of the file in earlier pieces.
  private var lines: UInt64 = 0
  /// By the piece's string ids: those of ``strings``.
  private var ids: [StringID] = []

  init(strings: StringTable) { self.strings = strings }

  /// Takes in the next piece, whose events have ids of `local` and, where `isRelative`, lines counted
  /// from its first.
  mutating func take(
    _ batch: inout EventBatch, strings local: StringTable, file: Int, isRelative: Bool
  ) {
    if file != self.file { lines = 0 }
    self.file = file
    ids.removeAll(keepingCapacity: true)
    for number in 0..<local.count {
      let id = StringID(UInt32(number))
      ids.append(
        local.withBytes(of: id) { bytes in
          (local.isReserved(id) ? strings.intern(reserved: bytes) : nil)
            ?? strings.intern(UnsafeRawBufferPointer(bytes))
        })
    }
    relocate(&batch, by: isRelative ? lines : 0)
    lines &+= batch.counts.lines
  }

  private func relocate(_ batch: inout EventBatch, by lines: UInt64) {
    ids.withUnsafeBufferPointer { ids in
      batch.events.withUnsafeMutableBufferPointer { events in
        for index in events.indices {
          events[index].position.rawValue &+= lines
          events[index].forEachString { $0 = $0 == .none ? .none : ids[Int($0.rawValue)] }
        }
      }
    }
    for index in batch.diagnostics.indices {
      batch.diagnostics[index].position.rawValue &+= lines
    }
    batch.unknown.forEachPlace { $0.rawValue &+= lines }
  }
}

extension Event {
  /// Calls `body` with each of the event's string ids.
  @inline(__always)
  fileprivate mutating func forEachString(_ body: (inout StringID) -> Void) {
    body(&driver)
    body(&source)
    body(&function)
    body(&text)
    if !flags.isDisjoint(with: [.unknownStatus, .ownText]) { forEachRareString(body) }
  }

  @inline(never)
  private mutating func forEachRareString(_ body: (inout StringID) -> Void) {
    if isStatusUnknown {
      var name = StringID(statusBits)
      body(&name)
      statusBits = name.rawValue
    }
    if flags.contains(.ownText) { forEachOwnText(body) }
  }
}
