import RuleEngine

// IRP_MJ_SYSTEM_CONTROL: what a driver does for each disposition that WmiSystemControl returns.
extension PathBuilder {
  /// The driver's answer is complete; WmiSystemControl completed the IRP.
  mutating func wmiProcessed() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.wmiSystemControl(.processed)
      $0.release()
    }
  }

  /// The driver completes the IRP itself.
  mutating func wmiNotCompleted(_ status: NTStatus) {
    dispatch(returns: status) {
      $0.acquire()
      $0.wmiSystemControl(.notCompleted, status)
      $0.complete(status)
      $0.release()
    }
  }

  /// The IRP is for another driver of the stack, or is none of WMI's.
  mutating func wmiForward(_ disposition: WMIDisposition, _ lower: Lower) {
    dispatch(returns: lower.returned) {
      $0.acquire()
      $0.wmiSystemControl(disposition)
      $0.skip()
      $0.callDriver(lower)
      $0.release()
    }
  }
}
