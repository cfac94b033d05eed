/* What the parts of the user-mode kernel share among themselves, and with the scenario in main.c. */
#ifndef SHIM_H
#define SHIM_H

#include <ntddk.h>

/* main.c: the fault that was asked for. Where a DDI has to fail for it, the kernel looks at it too. */
BOOLEAN Fault(const char *Name);

/* kernel.c */
void ShimSleep(unsigned Milliseconds);
extern LONG volatile ShimDrainsWaiting; /* IoReleaseRemoveLockAndWait calls that wait now */
extern LONG volatile ShimThreadsBusy;   /* threads of the drivers that do not wait for anything */

/* deferred.c */
extern LONG volatile ShimJobsUnderWay; /* posted, and not yet finished */
void ShimStartThreads(void);
void ShimRunOnHardwareThread(void (*Routine)(void *), void *Context);
void ShimRunOnWorker(void (*Routine)(void *), void *Context);

/* iomanager.c */
extern LONG volatile ShimDevicesDeleted;
extern LONG volatile ShimIrpsOutstanding;
PDEVICE_OBJECT ShimTopOf(PDEVICE_OBJECT Device);
PIRP ShimNewRequest(PDEVICE_OBJECT Top, UCHAR Major, UCHAR Minor, PKEVENT Done);
/* For a dispatch routine: on a worker, as soon as the dispatch routine that called this one has returned. One at
 * a time on each thread. */
void ShimRunOnceCallerReturned(void (*Routine)(void *), void *Context);

/* A control request that the bus driver keeps for good. */
#define SHIM_NEVER_ANSWERED 0x22002c
/* A request that the bus driver answers later, always. */
#define SHIM_PENDED 0x220024

/* bus.c: the bus driver below, which is not traced */
PDEVICE_OBJECT ShimCreatePdo(void);
void ShimHoldReads(BOOLEAN Hold); /* reads stay with the bus driver until they are let go */

#endif
