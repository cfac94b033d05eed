import RuleEngine

/// The families of the rules, which are the chapters of their documentation.
extension RuleFamily {
  static let forwarding = RuleFamily(
    name: "forwarding", title: "Forwarding under the remove lock",
    introduction:
      "A driver that hands a request to the driver below it holds the device's remove lock while it "
      + "does, so that the removal of the device waits.", generality: 1)

  static let release = RuleFamily(
    name: "release", title: "Releasing what was acquired",
    introduction:
      "Each IoAcquireRemoveLock that succeeds has its IoReleaseRemoveLock, on every path and whatever "
      + "the status; one that is missing shows only when the device is removed, and then the machine "
      + "hangs.")

  static let removal = RuleFamily(
    name: "removal", title: "Removing a device",
    introduction:
      "The requests that lead to the removal of a device: the remove lock is acquired, drained and "
      + "then never used again.")

  static let removeLock = RuleFamily(
    name: "remove-lock", title: "The remove lock itself",
    introduction:
      "What IO_REMOVE_LOCK asks of whoever uses it, whatever the request: these rules follow each lock "
      + "from IoInitializeRemoveLock to its end.")

  static let pending = RuleFamily(
    name: "pending", title: "Pending requests",
    introduction:
      "A request that is not finished when the dispatch routine returns is marked pending, and the "
      + "routine returns STATUS_PENDING: both, or neither.")

  static let completion = RuleFamily(
    name: "completion", title: "Completion and status",
    introduction: "How a request ends, and with which status.",
    generality: 1)

  static let power = RuleFamily(
    name: "power", title: "Power",
    introduction:
      "What a driver may not do while the machine or the device changes its power state.")

  static let ownIRP = RuleFamily(
    name: "own-irp", title: "IRPs of the driver's own",
    introduction:
      "An IRP that a driver makes to send a request of its own. Who frees it, who completes it and who waits "
      + "for it depends on which routine made it.")

  static let memory = RuleFamily(
    name: "memory", title: "Memory and handles",
    introduction:
      "Pool memory and the handles of registry keys: what a driver has been given it gives back, once, and "
      + "does not use any more.")

  static let irql = RuleFamily(
    name: "irql", title: "The IRQL of calls",
    introduction:
      "What may be called at which IRQL. At DISPATCH_LEVEL, which a DPC, a completion routine and code under a "
      + "spin lock run at, no page fault is served and no thread waits; above it not even a spin lock is taken. "
      + "These rules need irql on the events of calls.")

  static let spinLocks = RuleFamily(
    name: "spin-locks", title: "Spin locks",
    introduction:
      "A spin lock is held for a few instructions, at DISPATCH_LEVEL, by one processor, while others turn in a "
      + "loop for it. What takes one gives it back, once, before it calls anybody else.")

  static let regions = RuleFamily(
    name: "regions", title: "Regions and resources",
    introduction:
      "Critical and guarded regions hold APCs off, and an ERESOURCE asks for one: what is entered is left, what is "
      + "acquired is released, by the same routine.")

  static let wmi = RuleFamily(
    name: "wmi", title: "WMI", introduction: "Requests of Windows Management Instrumentation.")
}
