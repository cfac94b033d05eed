/*
 * What both drivers include. They are ordinary WDM drivers, correct unless the test says otherwise:
 * Fault("name") is true where the fault of that name was asked for. expected.csv says which rules must
 * find it.
 */
#ifndef VARIANTS_H
#define VARIANTS_H

#include <ntddk.h>
#include <wmilib.h>

BOOLEAN Fault(const char *Name);

/* Where the WPP sink is chosen: a function that would hold the trace statement. */
VOID TraceText(const char *Text);
#define DDI_TRACE_WPP_LINE(Text) TraceText(Text)

#include "ddi_trace.h"

/* What the application asks of the device. */
#define IOCTL_NOW 0x220000       /* answered at once */
#define IOCTL_DPC 0x220004       /* answered by a DPC */
#define IOCTL_FORWARD 0x220008   /* sent on to the bus driver */
#define IOCTL_OWN_IRP 0x22000c   /* asks the bus driver with an IRP of the driver's own */
#define IOCTL_DEFERRED 0x220010  /* the filter sends it on from a work item; then as IOCTL_NOW */
#define IOCTL_SLOW 0x220014      /* answered by a timer's DPC, a second later */
#define IOCTL_OWN_KINDS 0x220018 /* asks the bus driver with IRPs of the other kinds */
#define IOCTL_WAITING 0x22001c   /* waits until it is cancelled */
#define IOCTL_START_IO 0x220020  /* answered by StartIo */
#define IOCTL_PENDED 0x220024    /* not by an application: the bus driver answers it later, always */
#define IOCTL_LAST 0x22002c      /* answered at once; when it comes nothing else is under way */

#define TEST_TAG 0x74736554 /* Test */

#endif
