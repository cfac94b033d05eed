/// The neighbours of an element in a list that goes through a ``Slab``; -1 where there is none.
struct Links: Sendable, BitwiseCopyable {
  var previous: Int32 = -1
  var next: Int32 = -1
}
