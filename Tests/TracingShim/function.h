/* The function driver: what its files share. */
#ifndef FUNCTION_H
#define FUNCTION_H

typedef struct _FDO {
  PDEVICE_OBJECT Self;
  PDEVICE_OBJECT Lower;
  IO_REMOVE_LOCK Lock;
  IO_REMOVE_LOCK SecondLock; /* used only by the fault of that name */
  KSPIN_LOCK QueueLock;
  LIST_ENTRY Writes;  /* IRPs for the thread */
  LIST_ENTRY Answers; /* IRPs for the DPC */
  KDPC AnswerDpc;
  KTIMER SlowTimer; /* has the answering DPC run later */
  KEVENT Work;
  KEVENT ThreadGone;
  BOOLEAN Stopping;
  PIO_WORKITEM StartItem;
  PIRP StartIrp;
  WMILIB_CONTEXT Wmi;
  /* what the last request uses */
  KSPIN_LOCK TestLock;
  KLOCK_QUEUE_HANDLE TestHandle;
  ERESOURCE TestResource;
  FAST_MUTEX TestMutex;
  KEVENT TestEvent;
  KEVENT OwnEvent; /* of the IRPs of the driver's own */
  IO_STATUS_BLOCK OwnStatus;
  LONG volatile OwnBusy;
  LIST_ENTRY Forgotten;
} FDO, *PFDO;

NTSTATUS FdoAcquireOrFail(PFDO Fdo, PIRP Irp);
NTSTATUS FdoComplete(PIRP Irp, NTSTATUS Status);
NTSTATUS FdoStartThread(PFDO Fdo);
VOID FdoStopThread(PFDO Fdo);

NTSTATUS NTAPI FdoCreateClose(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS NTAPI FdoRead(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS NTAPI FdoWrite(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS NTAPI FdoDeviceControl(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS NTAPI FdoInternalControl(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS FdoOwnKinds(PFDO Fdo);
NTSTATUS FdoLast(PFDO Fdo, PIRP Irp);
NTSTATUS FdoWaiting(PFDO Fdo, PIRP Irp);
VOID FdoPrepareLast(PFDO Fdo);
VOID FdoCallAtLevel(PFDO Fdo);
VOID FdoWaitForBus(PFDO Fdo, PIRP Irp);
VOID FdoPrepareStartIo(PDEVICE_OBJECT Device);
NTSTATUS FdoStartPacket(PDEVICE_OBJECT Device, PIRP Irp);
VOID NTAPI FdoStartIo(PDEVICE_OBJECT Device, PIRP Irp);
VOID FdoAnswerInASecond(PFDO Fdo);
VOID NTAPI FdoAnswer(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2);

#endif
