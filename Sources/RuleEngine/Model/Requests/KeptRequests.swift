/// Requests that the driver completed and that have ended: kept until their address is named again, so that
/// a second completion is known for one. How many is bounded; the oldest falls out.
struct KeptRequests: Sendable {
  private var newestOfIRP = IndexTable()
  private(set) var oldest: Int32 = -1
  private var newest: Int32 = -1
  private(set) var count = 0
  /// Differs from run to run, so that no trace can be made to collide.
  private let seed = UInt64.random(in: .min ... .max)

  @inline(__always)
  private func hash(_ irp: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: irp.hashWord(seed: seed))
  }

  /// The one with this IRP that ended last, or -1; `sameIRP.next` leads to the others.
  @inline(__always)
  func newest(ofIRP irp: UInt64, _ table: borrowing RequestTable) -> Int32 {
    guard count > 0 else { return -1 }
    return newestOfIRP.find(hash(irp)) { table[$0].irp == irp }
  }

  /// Keeps a context that is in no list of the table any more.
  mutating func insert(_ context: Int32, _ table: inout RequestTable) {
    let irp = table[context].irp
    let older = newest(ofIRP: irp, table)
    table[context].sameIRP = Links(previous: -1, next: older)
    if older >= 0 {
      table[older].sameIRP.previous = context
      newestOfIRP.replace(hash(irp), older, with: context)
    } else {
      newestOfIRP.insert(hash(irp), context)
    }
    table[context].live = Links(previous: newest, next: -1)
    if newest >= 0 { table[newest].live.next = context } else { oldest = context }
    newest = context
    table[context].state.insert(.kept)
    count += 1
  }

  mutating func remove(_ context: Int32, _ table: inout RequestTable) {
    let irp = table[context].irp
    let same = table[context].sameIRP
    let all = table[context].live
    if same.previous >= 0 {
      table[same.previous].sameIRP.next = same.next
    } else if same.next >= 0 {
      newestOfIRP.replace(hash(irp), context, with: same.next)
    } else {
      newestOfIRP.remove(hash(irp), context)
    }
    if same.next >= 0 { table[same.next].sameIRP.previous = same.previous }
    if all.previous >= 0 { table[all.previous].live.next = all.next } else { oldest = all.next }
    if all.next >= 0 { table[all.next].live.previous = all.previous } else { newest = all.previous }
    table[context].state.remove(.kept)
    count -= 1
  }
}
