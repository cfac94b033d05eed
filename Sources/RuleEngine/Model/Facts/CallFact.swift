/// What the model says about one call of a DDI, or one return of a driver's routine, whose IRQL the trace tells.
///
/// One event may give several facts; they come in the order of this declaration, the more specific before
/// the more general. The facts about limits are told to each rule by its own list: see ``CallScope``.
public enum CallFact: UInt8, FactVocabulary {
  // By the list of the rule
  /// Called above PASSIVE_LEVEL, which is the limit.
  case calledAbovePassive
  /// An Rtl routine whose limit is PASSIVE_LEVEL is called at APC_LEVEL.
  case calledPageableAtAPC
  /// Called above APC_LEVEL, which is the limit.
  case calledAboveAPC
  /// Called above DISPATCH_LEVEL, which is the limit.
  case calledAboveDispatch
  /// Called below DISPATCH_LEVEL, at which the caller must be.
  case calledBelowDispatch
  /// Called at an IRQL that the list allows.
  case calledWithinLimit

  // Event objects and waits
  /// KeSetEvent with Wait TRUE at DISPATCH_LEVEL.
  case setEventToWaitAtDispatch
  /// KeSetEvent with Wait TRUE above DISPATCH_LEVEL.
  case setEventToWaitAboveDispatch
  /// KeSetEvent above DISPATCH_LEVEL.
  case setEventAboveDispatch
  /// KeSetEvent at DISPATCH_LEVEL, and the trace does not tell its third argument.
  case setEventUnknown
  /// KeSetEvent at an IRQL at which it may be called so.
  case setEvent
  /// A wait that may take time begins at DISPATCH_LEVEL.
  case waitsAtDispatch
  /// A wait begins above DISPATCH_LEVEL.
  case waitsAboveDispatch
  /// A wait begins at an IRQL at which it may.
  case waits

  // Pool memory
  /// Paged memory is asked for at DISPATCH_LEVEL or above.
  case allocatesPaged
  /// Memory is asked for above DISPATCH_LEVEL.
  case allocatesAboveDispatch
  /// Memory is asked for at DISPATCH_LEVEL, and the trace does not tell of which kind.
  case allocatesUnknown
  /// Memory is asked for at an IRQL at which it may be.
  case allocates

  /// Memory that is known to be paged is freed at DISPATCH_LEVEL or above.
  case freesPaged
  /// Memory is freed above DISPATCH_LEVEL.
  case freesAboveDispatch
  /// Memory is freed at an IRQL at which it may be.
  case frees

  // Raising and lowering
  /// KeRaiseIrql sets a lower IRQL.
  case raisesToLower
  /// KeRaiseIrql sets a higher IRQL, or the same.
  case raises
  /// KeLowerIrql sets a higher IRQL.
  case lowersToHigher
  /// KeLowerIrql goes below the IRQL at which the routine was called.
  case lowersBelowEntry
  /// SDV has seen no KeRaiseIrql that KeLowerIrql would lower.
  case lowersUnraised
  /// KeLowerIrql sets an IRQL that it may.
  case lowers
  /// KeLowerIrql does not go back to the IRQL before the raise.
  case lowersToOther
  /// KeLowerIrql goes back to the IRQL before the raise.
  case lowersAsRaised
  /// A routine returns at another IRQL than it was called at.
  case returnsAtOtherIRQL
  /// A routine returns at the IRQL at which it was called.
  case returnsAtSameIRQL

  // Power
  /// PoRequestPowerIrp is to hand out the IRP of a request other than wait/wake.
  case handsOutPowerIRP
  /// PoRequestPowerIrp is to hand out the IRP of a request for wait/wake.
  case handsOutWaitWakeIRP
  /// PoRequestPowerIrp is to hand out the IRP of a request that the trace does not tell.
  case handsOutUnknownIRP
  /// PoRequestPowerIrp is not to hand out the IRP.
  case requestsPowerIRP

  // StartIo
  /// IoStartNextPacket is called in StartIo, which it calls again before it returns.
  case startsNextInStartIo
  /// IoStartNextPacket is called in StartIo, and whether that is called again at once is not known.
  case startsNextUnknown
  /// IoStartNextPacket is called in StartIo, which is called again when it has returned.
  case startsNextDeferred
  /// IoSetCancelRoutine sets a routine without the cancel spin lock, where StartIo may be cancelled.
  case setsCancelRoutineUnlocked
  /// IoSetCancelRoutine sets a routine, and whether it needs the cancel spin lock and has it is not known.
  case setsCancelRoutineUnknown
  /// IoSetCancelRoutine sets a routine with the cancel spin lock, where StartIo may be cancelled.
  case setsCancelRoutineLocked
  /// IoSetCancelRoutine sets a routine where StartIo may not be cancelled.
  case setsCancelRoutineNoncancelable
  /// Under `sdv`: IoSetCancelRoutine sets a routine after IoSetStartIoAttributes with NonCancelable FALSE.
  case setsCancelRoutine

  /// What the fact says, as a sentence.
  public var meaning: String {
    switch self {
    case .calledAbovePassive: "the DDI is called above PASSIVE_LEVEL, its limit"
    case .calledPageableAtAPC: "an Rtl routine with the limit PASSIVE_LEVEL is called at APC_LEVEL"
    case .calledAboveAPC: "the DDI is called above APC_LEVEL, its limit"
    case .calledAboveDispatch: "the DDI is called above DISPATCH_LEVEL, its limit"
    case .calledBelowDispatch: "the DDI is called below DISPATCH_LEVEL, which it needs"
    case .calledWithinLimit: "the DDI is called at an IRQL that it allows"
    case .setEventToWaitAtDispatch: "KeSetEvent is called with Wait TRUE at DISPATCH_LEVEL"
    case .setEventToWaitAboveDispatch: "KeSetEvent is called with Wait TRUE above DISPATCH_LEVEL"
    case .setEventAboveDispatch: "KeSetEvent is called above DISPATCH_LEVEL"
    case .setEventUnknown:
      "KeSetEvent is called at DISPATCH_LEVEL, and whether with Wait TRUE is not known"
    case .setEvent: "KeSetEvent is called at an IRQL that it allows"
    case .waitsAtDispatch: "a wait that may take time begins at DISPATCH_LEVEL"
    case .waitsAboveDispatch: "a wait begins above DISPATCH_LEVEL"
    case .waits: "a wait begins at an IRQL that allows it"
    case .allocatesPaged: "paged memory is asked for at DISPATCH_LEVEL or above"
    case .allocatesAboveDispatch: "memory is asked for above DISPATCH_LEVEL"
    case .allocatesUnknown: "memory of an unknown kind is asked for at DISPATCH_LEVEL"
    case .allocates: "memory is asked for at an IRQL that allows it"
    default: meaningOfLevels
    }
  }

  private var meaningOfLevels: String {
    switch self {
    case .freesPaged: "paged memory is freed at DISPATCH_LEVEL or above"
    case .freesAboveDispatch: "memory is freed above DISPATCH_LEVEL"
    case .frees: "memory is freed at an IRQL that allows it"
    case .raisesToLower: "KeRaiseIrql sets a lower IRQL"
    case .raises: "KeRaiseIrql sets a higher IRQL, or the same"
    case .lowersToHigher: "KeLowerIrql sets a higher IRQL"
    case .lowersBelowEntry: "KeLowerIrql goes below the IRQL at which the routine was called"
    case .lowersUnraised: "KeLowerIrql has no KeRaiseIrql before it"
    case .lowers: "KeLowerIrql sets an IRQL that it may"
    case .lowersToOther: "KeLowerIrql does not go back to the IRQL before the raise"
    case .lowersAsRaised: "KeLowerIrql goes back to the IRQL before the raise"
    case .returnsAtOtherIRQL: "the routine returns at another IRQL than it was called at"
    case .returnsAtSameIRQL: "the routine returns at the IRQL at which it was called"
    default: meaningOfOthers
    }
  }

  private var meaningOfOthers: String {
    switch self {
    case .handsOutPowerIRP:
      "PoRequestPowerIrp is to hand out the IRP of a request other than IRP_MN_WAIT_WAKE"
    case .handsOutWaitWakeIRP: "PoRequestPowerIrp is to hand out the IRP of IRP_MN_WAIT_WAKE"
    case .handsOutUnknownIRP: "PoRequestPowerIrp is to hand out the IRP of an unknown request"
    case .requestsPowerIRP: "PoRequestPowerIrp is not to hand out the IRP"
    case .startsNextInStartIo: "IoStartNextPacket in StartIo calls StartIo again at once"
    case .startsNextUnknown:
      "IoStartNextPacket in StartIo, of a device of which the trace does not tell all"
    case .startsNextDeferred: "IoStartNextPacket in StartIo waits until that has returned"
    default: meaningOfCancelRoutines
    }
  }

  private var meaningOfCancelRoutines: String {
    switch self {
    case .setsCancelRoutineUnlocked:
      "IoSetCancelRoutine sets a routine without the cancel spin lock, for a device with NonCancelable FALSE"
    case .setsCancelRoutineUnknown:
      "IoSetCancelRoutine sets a routine, and NonCancelable or who holds the cancel spin lock is not known"
    case .setsCancelRoutineLocked:
      "IoSetCancelRoutine sets a routine with the cancel spin lock, for a device with NonCancelable FALSE"
    case .setsCancelRoutineNoncancelable:
      "IoSetCancelRoutine sets a routine, and NonCancelable was set to TRUE"
    default: "IoSetCancelRoutine sets a routine after NonCancelable was set to FALSE"
    }
  }
}
