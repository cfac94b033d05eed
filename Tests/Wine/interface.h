/* What the drivers of this test and the program that uses them agree on. */
#ifndef INTERFACE_H
#define INTERFACE_H

/* To the bus driver's own device: what happens to the child device, or is sent to it. */
#define IOCTL_BUS_PLUG 0x222000
#define IOCTL_BUS_UNPLUG 0x222004
#define IOCTL_BUS_GONE 0x222008         /* fails while the child is there */
#define IOCTL_BUS_STARTED 0x22200c      /* fails until the child is started */
#define IOCTL_BUS_LATE 0x222010         /* fails when the child that was pulled out refuses a request */
#define IOCTL_BUS_SLEEP 0x222014        /* the system goes to sleep and wakes up */
#define IOCTL_BUS_QUERY_REMOVE 0x222018 /* asks whether the child may go, and lets it stay */
#define IOCTL_BUS_WMI 0x22201c
#define IOCTL_BUS_INTERNAL 0x222020

/* To the control device. Reads wait; they can be cancelled. */
#define IOCTL_CONTROL_TIMER 0x222100   /* answered by a timer's DPC */
#define IOCTL_CONTROL_OWN_IRP 0x222104 /* the driver asks itself with an IRP of its own */
#define IOCTL_CONTROL_ANSWER 0x222108  /* answers the reads that wait */

#endif
