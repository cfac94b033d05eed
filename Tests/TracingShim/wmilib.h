/* What the drivers of this test need of the WMI library, see ntddk.h. */
#ifndef SHIM_WMILIB_H
#define SHIM_WMILIB_H

typedef enum { IrpProcessed, IrpNotCompleted, IrpNotWmi, IrpForward
} SYSCTL_IRP_DISPOSITION, *PSYSCTL_IRP_DISPOSITION;

typedef struct _WMILIB_CONTEXT {
  ULONG GuidCount;
} WMILIB_CONTEXT, *PWMILIB_CONTEXT;

#ifdef __cplusplus
extern "C"
#endif
/* Answers IRP_MN_REGINFO (completes the IRP); everything else is for another device in the stack. */
NTSTATUS WmiSystemControl(
    PWMILIB_CONTEXT Context, PDEVICE_OBJECT Device, PIRP Irp, PSYSCTL_IRP_DISPOSITION Disposition);

#endif
