/// What the model says about one life of an IRP that a driver made itself.
///
/// One event may give several facts; they come in the order of this declaration, the more
/// specific before
/// the more general.
public enum OwnIRPFact: UInt8, FactVocabulary {
  // Forwarding
  /// Forwarded at DISPATCH_LEVEL or above, with a major function that asks for less.
  case forwardedAtHighIRQL
  /// Forwarded at an IRQL that its major function allows.
  case forwardedAtRightIRQL
  /// Forwarded without a completion routine.
  case forwardedWithoutRoutine
  /// Forwarded.
  case forwarded
  /// A completion routine gives the IRP back.
  case givenBack
  /// The forward of an IRP that the I/O manager frees returned STATUS_PENDING, in a frame.
  case forwardPended

  // Waiting
  /// A wait succeeded on the thread of that forward.
  case waited
  /// The frame of that forward exits, and no wait has succeeded.
  case leftPending
  /// The event that was handed over when the IRP was built is waited for.
  case eventWaited
  /// That event is made anew.
  case eventInitialized
  /// That event is reset.
  case eventCleared
  /// That event is set.
  case eventSet

  /// The trace ends, and the thread that forwarded the IRP waits for an event that nobody has set since its
  /// completion routine gave the IRP back.
  case waitsInVain

  // Completing
  /// The driver completes the IRP.
  case completed
  /// The IRP is marked pending in its completion routine.
  case markedPending

  // Freeing
  /// An IRP is freed that a dispatch routine was given.
  case freedForeign
  /// Freed for the second time.
  case freedAgain
  /// Freed after it was forwarded, though the I/O manager frees it.
  case freedThreaded
  /// Freed while it is below, with a completion routine set.
  case freedBelow
  /// Freed.
  case freed
  /// The driver is unloaded, has an IRP of IoAllocateIrp and has not freed it.
  case neverFreed
  /// The driver is unloaded, has an IRP of IoBuildAsynchronousFsdRequest and has not freed it.
  case neverFreedBuilt

  // Using it again
  /// An IRP is reused that a dispatch routine was given.
  case reusedForeign
  /// Reused, though it was not made by IoAllocateIrp.
  case reusedOtherKind
  /// Reused while it is below.
  case reusedBelow
  /// Another IRP is reused.
  case anotherReused
  /// Reused.
  case reused

  // SDV's watch
  /// An entry is put in a list or a queue, or taken from one.
  case listUsed
  /// An event object is made signaled.
  case signaledEventMade
  /// An event object is made that is not signaled, or was by the dispatch routine before.
  case unsignaledEventMade
  /// IoBuildDeviceIoControlRequest.
  case deviceControlBuilt
  /// IoSetCompletionRoutine of the IRP.
  case routineSet
  /// KeSetEvent in a completion routine.
  case eventSetInRoutine
  /// A completion routine, whosever it is, returns.
  case anyRoutineExited
  /// A dispatch routine returns another status than STATUS_PENDING.
  case dispatchReturnedFinal
  /// A dispatch routine returns.
  case dispatchReturned

  // The end
  /// Whether anything was wrong is not known.
  case doubtful
  /// The life is over.
  case lifeEnded

  /// What the fact says, as a sentence.
  public var meaning: String {
    switch self {
    case .forwardedAtHighIRQL:
      "the IRP is forwarded at a higher IRQL than its major function "
        + "allows"
    case .forwardedAtRightIRQL: "the IRP is forwarded at an IRQL that its major function allows"
    case .forwardedWithoutRoutine: "the IRP is forwarded without a completion routine"
    case .forwarded: "the IRP is forwarded"
    case .givenBack: "a completion routine gives the IRP back"
    case .forwardPended: "the forward returns STATUS_PENDING"
    case .waited: "a wait succeeds on the thread of the forward"
    case .leftPending: "the routine that forwarded the IRP returns, and no wait has succeeded"
    case .waitsInVain:
      "the trace ends, and the thread that forwarded the IRP waits for an event that nobody has set"
    case .eventWaited: "the event of the IRP is waited for"
    case .eventInitialized: "the event of the IRP is made anew"
    case .eventCleared: "the event of the IRP is reset"
    case .eventSet: "the event of the IRP is set"
    case .completed: "the driver completes the IRP"
    case .markedPending: "the IRP is marked pending in its completion routine"
    case .freedForeign: "an IRP is freed that a dispatch routine was given"
    case .freedAgain: "the IRP is freed for the second time"
    case .freedThreaded: "the IRP is freed after it was forwarded"
    case .freedBelow: "the IRP is freed while the lower driver has it"
    case .freed: "the IRP is freed"
    case .neverFreed: "the driver is unloaded, has the IRP and has not freed it"
    case .neverFreedBuilt: "the driver is unloaded, has the IRP that it built and has not freed it"
    case .reusedForeign: "an IRP is reused that a dispatch routine was given"
    case .reusedOtherKind: "the IRP is reused and was not made by IoAllocateIrp"
    case .reusedBelow: "the IRP is reused while the lower driver has it"
    case .anotherReused: "another IRP is reused"
    case .reused: "the IRP is reused"
    case .listUsed: "an entry is put in a list or taken from one"
    case .signaledEventMade: "KeInitializeEvent, signaled"
    case .unsignaledEventMade:
      "KeInitializeEvent, not signaled, now or before in the dispatch routine"
    case .deviceControlBuilt: "IoBuildDeviceIoControlRequest"
    case .routineSet: "IoSetCompletionRoutine of the IRP"
    case .eventSetInRoutine: "KeSetEvent in a completion routine"
    case .anyRoutineExited: "a completion routine returns"
    case .dispatchReturnedFinal: "a dispatch routine returns another status than STATUS_PENDING"
    case .dispatchReturned: "a dispatch routine returns"
    case .doubtful: "what became of the IRP is not known"
    case .lifeEnded: "the life of the IRP ends"
    }
  }
}
