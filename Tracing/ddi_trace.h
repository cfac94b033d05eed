/*
 * ddi_trace.h - logs what a WDM driver does, for checker-cli to check.
 *
 * Include it in every source file of the driver, after wdm.h or ntddk.h and whatever other headers of
 * the WDK the file uses, choose a sink, and put DDI_TRACE_DISPATCH(DriverObject) at the end of
 * DriverEntry. The driver's calls stay as they are: the names of the DDIs are redefined here so that
 * each call also logs one line of text:
 *
 *   @ddi IoAcquireRemoveLock ts=... tid=0x1018 cpu=0 irql=0 drv=toaster lock=... tag=... status=...
 *        src=pnp.c:42 fn=ToasterPnp                                                 (one line)
 *
 * What the lines mean is in docs/trace-format.md; how to get from here to a finding in docs/tracing.md.
 *
 * What this header promises:
 *  - without DDI_TRACE_SINK (or with 0) it defines nothing but empty macros;
 *  - it never changes what the driver does. Arguments are evaluated once, results are passed on, and
 *    where it has no room to follow a routine it leaves that routine as the driver set it;
 *  - it allocates nothing, takes no lock, touches nothing pageable, and runs at any IRQL. Above
 *    DISPATCH_LEVEL it logs into the ring buffer alone; the other sinks are not for that;
 *  - what it could not log it counts, and says so with TraceLost.
 */
#ifndef DDI_TRACE_H
#define DDI_TRACE_H

/* ---------------------------------------------------------------------------------------------------
 * 1. Settings. All of them are preprocessor symbols, best set for the whole project.
 * ------------------------------------------------------------------------------------------------ */

/* DDI_TRACE_SINK: where the lines go. */
#define DDI_TRACE_SINK_OFF 0
#define DDI_TRACE_SINK_DBGPRINT 1 /* DbgPrintEx: DebugView, kernel debugger */
#define DDI_TRACE_SINK_WPP 2      /* DDI_TRACE_WPP_LINE(text), which the driver defines */
#define DDI_TRACE_SINK_ETW 3      /* a TraceLogging provider */
#define DDI_TRACE_SINK_RING 4     /* a ring buffer in memory, for hangs and crash dumps */

#ifndef DDI_TRACE_SINK
#define DDI_TRACE_SINK DDI_TRACE_SINK_OFF
#endif

#if DDI_TRACE_SINK == DDI_TRACE_SINK_OFF

#define DDI_TRACE_DISPATCH(DriverObject) ((void)0)
#define DDI_TRACE_STOP() ((void)0)
#define DDI_TRACE_ADD_DEVICE(Device, Role, Lower, Bus) ((void)0)
#define DDI_TRACE_CALLBACK_ENTER(Kind, Irp, Device) ((void)0)
#define DDI_TRACE_CALLBACK_EXIT(Kind) ((void)0)
#define DDI_TRACE_DDI(Name) ((void)0)

#else /* tracing is on: everything down to the end of the file */

#ifndef IRP_MJ_PNP
#error "include wdm.h or ntddk.h before ddi_trace.h"
#endif

#if DDI_TRACE_SINK != DDI_TRACE_SINK_DBGPRINT && DDI_TRACE_SINK != DDI_TRACE_SINK_WPP && \
    DDI_TRACE_SINK != DDI_TRACE_SINK_ETW && DDI_TRACE_SINK != DDI_TRACE_SINK_RING
#error "DDI_TRACE_SINK is none of the DDI_TRACE_SINK_... values"
#endif

/* The driver's name in the trace: a plain word, not a string (24 characters count). */
#ifndef DDI_TRACE_DRIVER
#define DDI_TRACE_DRIVER driver
#endif

/* What a device that this driver attaches is: FDO or FIDO (a filter's); 1 where it is a bus driver's. */
#ifndef DDI_TRACE_ROLE
#define DDI_TRACE_ROLE FDO
#endif
#ifndef DDI_TRACE_BUS
#define DDI_TRACE_BUS 0
#endif

/* Component and level of DbgPrintEx; level 0 is shown without a debug print filter in the registry. */
#ifndef DDI_TRACE_COMPONENT
#define DDI_TRACE_COMPONENT DPFLTR_IHVDRIVER_ID
#endif
#ifndef DDI_TRACE_LEVEL
#define DDI_TRACE_LEVEL DPFLTR_ERROR_LEVEL
#endif

/* Lines in the ring buffer, 256 bytes each; a power of two. */
#ifndef DDI_TRACE_RING_LINES
#define DDI_TRACE_RING_LINES 4096
#endif

/* Routines that can be outstanding at once: completion routines, work items, power completions and
 * threads in the one table (24 bytes each), DPCs and timers in the other, where they stay. */
#ifndef DDI_TRACE_ROUTINES
#define DDI_TRACE_ROUTINES 1024
#endif
#ifndef DDI_TRACE_TIMERS
#define DDI_TRACE_TIMERS 256
#endif

/* Groups of events that can be left out, for drivers in which they are too many: 0 does so. LOCKS: spin locks,
 * the cancel spin lock, critical and guarded regions, resources, raising and lowering the IRQL. CANCEL:
 * cancel routines. POOL: pool memory. HANDLES: registry keys. IRQL: DDIs that are called at a higher IRQL
 * than they allow. */
#ifndef DDI_TRACE_LOCKS
#define DDI_TRACE_LOCKS 1
#endif
#ifndef DDI_TRACE_CANCEL
#define DDI_TRACE_CANCEL 1
#endif
#ifndef DDI_TRACE_POOL
#define DDI_TRACE_POOL 1
#endif
#ifndef DDI_TRACE_HANDLES
#define DDI_TRACE_HANDLES 1
#endif
#ifndef DDI_TRACE_IRQL
#define DDI_TRACE_IRQL 1
#endif

/* Five routines of a DMA adapter, which are members of a structure: for drivers that have functions of their
 * own of those names, 0 leaves them as they are. */
#ifndef DDI_TRACE_DMA
#define DDI_TRACE_DMA DDI_TRACE_IRQL
#endif

/* Device objects that are followed. */
#ifndef DDI_TRACE_DEVICES
#define DDI_TRACE_DEVICES 256
#endif

/* ---------------------------------------------------------------------------------------------------
 * 2. The compilers
 * ------------------------------------------------------------------------------------------------ */

/* DDI_TRACE_DATA: one object per driver image however many files include this header, and no file that
 * has to own it. DDI_TRACE_SMALL: a wrapper; may be inlined. DDI_TRACE_LARGE: holds a line of text on
 * its stack and must be gone from it before the next driver in the stack is called: never inlined. */
#if defined(_MSC_VER)
#define DDI_TRACE_DATA __declspec(selectany)
#define DDI_TRACE_ZERO DDI_TRACE_ZEROS
#define DDI_TRACE_SMALL static __inline
#define DDI_TRACE_LARGE static __declspec(noinline) __inline
#elif defined(_WIN32)
#ifdef __clang__
#define DDI_TRACE_DATA __attribute__((__selectany__))
#define DDI_TRACE_ZERO DDI_TRACE_ZEROS
#else /* GCC would put zeros that anybody may own into the image file; what has no owner is common */
#define DDI_TRACE_DATA __attribute__((__common__))
#define DDI_TRACE_ZERO
#endif
#define DDI_TRACE_SMALL static __inline__ __attribute__((__unused__))
#define DDI_TRACE_LARGE static __attribute__((__noinline__, __unused__))
#else /* ELF: drivers that are run in user mode */
#define DDI_TRACE_DATA __attribute__((__weak__, __visibility__("hidden")))
#define DDI_TRACE_ZERO DDI_TRACE_ZEROS
#define DDI_TRACE_SMALL static __inline__ __attribute__((__unused__))
#define DDI_TRACE_LARGE static __attribute__((__noinline__, __unused__))
#endif

/* __FUNCTION__ is none of C89's words, which GCC says where it is told to be pedantic. */
#ifdef __GNUC__
#define DDI_TRACE_EXTENSION __extension__
#else
#define DDI_TRACE_EXTENSION
#endif

/* An object of zeros. C++ would warn of the members that {0} leaves out. */
#ifdef __cplusplus
#define DDI_TRACE_ZEROS = {}
#else
#define DDI_TRACE_ZEROS = {0}
#endif

#ifndef DDI_TRACE_NO_WMI
#include <wmilib.h> /* now, because a declaration of WmiSystemControl after the macro could not be read */
#endif

#if DDI_TRACE_SINK == DDI_TRACE_SINK_ETW
#include <TraceLoggingProvider.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

#ifdef _MSC_VER
/* The files that include this may have moved their own code and data to pageable sections. */
#pragma code_seg(push, ddi_trace)
#pragma code_seg()
#pragma data_seg(push, ddi_trace)
#pragma data_seg()
#pragma bss_seg(push, ddi_trace)
#pragma bss_seg()
#pragma warning(push)
#pragma warning(disable : 4127) /* conditions that are constant by choice of the settings */
#endif

/* Declared by ntddk.h, not by wdm.h. */
NTKERNELAPI HANDLE NTAPI PsGetCurrentThreadId(VOID);

#define DDI_TRACE_WORD_(Word) #Word
#define DDI_TRACE_WORD(Word) DDI_TRACE_WORD_(Word)

/* The place of a call: what macros pass, what functions take, and how they hand it on. */
#define DDI_TRACE_HERE __FILE__, (ULONG)__LINE__, DDI_TRACE_EXTENSION __FUNCTION__
#define DDI_TRACE_PLACE const char *File, ULONG LineNumber, const char *Function
#define DDI_TRACE_SAME_PLACE File, LineNumber, Function
#define DDI_TRACE_NO_PLACE NULL, 0, NULL

/* ---------------------------------------------------------------------------------------------------
 * 3. State
 * ------------------------------------------------------------------------------------------------ */

typedef VOID (*DDI_TRACE_ANY_ROUTINE)(VOID);

/*
 * A routine of the driver's for which a wrapper was handed to the system, with a pointer to this slot
 * as the wrapper's context. The tables are fixed arrays. A slot is free while Key is NULL and is claimed
 * by one compare-exchange, so claiming cannot fail but for lack of a slot, at any IRQL, and then the
 * driver's own routine is set, unwrapped, and TraceLost says that its entry and exit will be missing.
 *
 * Key is what can have one routine at a time: for a completion routine the address of the IRP's stack
 * location that holds it. Setting another routine for the same key takes the same slot again. So a
 * slot whose routine was never called (the invoke flags did not fit, the IRP was never sent) is used
 * again with the memory of that IRP and does not leak. Nobody but the owner of the key (the IRP's, the
 * work item's, ...) reads or writes Routine and Context, and Windows hands over ownership with barriers.
 */
typedef struct _DDI_TRACE_SLOT {
  PVOID volatile Key;
  DDI_TRACE_ANY_ROUTINE Routine;
  PVOID Context;
} DDI_TRACE_SLOT;

/* A device object of this driver, and where its extension lies (to tell whose lock it holds). */
typedef struct _DDI_TRACE_DEVICE {
  PVOID volatile Device;
  PUCHAR Begin;
  PUCHAR End;
  BOOLEAN Announced; /* an AddDevice event was logged */
} DDI_TRACE_DEVICE;

#define DDI_TRACE_ASLEEP 0
#define DDI_TRACE_WAKING 1
#define DDI_TRACE_AWAKE 2

typedef struct _DDI_TRACE_STATE {
  LONG volatile Awake;   /* DDI_TRACE_ASLEEP until the first line */
  LONG volatile Lost;    /* events that no line was written for and no TraceLost yet */
  LONG volatile Leaving; /* wrappers on their way out, which Unload waits for */
  LONG volatile NextSlot;
  PDRIVER_OBJECT Driver;
  PDRIVER_ADD_DEVICE AddDevice;
  PDRIVER_UNLOAD Unload;
  PDRIVER_STARTIO StartIo;
  PDRIVER_DISPATCH Dispatch[IRP_MJ_MAXIMUM_FUNCTION + 1];
  DDI_TRACE_DEVICE Devices[DDI_TRACE_DEVICES];
  DDI_TRACE_SLOT Routines[DDI_TRACE_ROUTINES];
  DDI_TRACE_SLOT Timers[DDI_TRACE_TIMERS];
} DDI_TRACE_STATE;

DDI_TRACE_DATA DDI_TRACE_STATE DdiTraceState DDI_TRACE_ZERO;

/* ---------------------------------------------------------------------------------------------------
 * 4. A line of text. The routines of the C library and RtlStringCb... are not for every IRQL, so numbers
 * are written by hand. A field that does not fit is left out whole; required fields come first and fit.
 * ------------------------------------------------------------------------------------------------ */

#define DDI_TRACE_LINE_SIZE 256

typedef struct _DDI_TRACE_LINE {
  ULONGLONG Time;
  ULONG Used; /* runs on past Size - 2 where text did not fit; the last two bytes are the line's end */
  CHAR Text[DDI_TRACE_LINE_SIZE];
} DDI_TRACE_LINE;

#define DDI_TRACE_ROOM (DDI_TRACE_LINE_SIZE - 2)

DDI_TRACE_SMALL VOID DdiTracePut(DDI_TRACE_LINE *Line, CHAR Character)
{
  if (Line->Used < DDI_TRACE_ROOM) {
    Line->Text[Line->Used] = Character;
  }
  Line->Used++;
}

DDI_TRACE_SMALL VOID DdiTracePutText(DDI_TRACE_LINE *Line, const char *Text, ULONG Limit)
{
  ULONG i;

  for (i = 0; i < Limit && Text[i] != 0; i++) {
    DdiTracePut(Line, Text[i]);
  }
}

/* Takes a field back that did not fit. */
DDI_TRACE_SMALL VOID DdiTraceKeep(DDI_TRACE_LINE *Line, ULONG Begin)
{
  if (Line->Used > DDI_TRACE_ROOM) {
    Line->Used = Begin;
  }
}

DDI_TRACE_LARGE VOID DdiTraceWord(DDI_TRACE_LINE *Line, const char *Key, const char *Word, ULONG Limit)
{
  ULONG begin = Line->Used;

  DdiTracePutText(Line, Key, 32);
  DdiTracePutText(Line, Word, Limit);
  DdiTraceKeep(Line, begin);
}

DDI_TRACE_LARGE VOID DdiTraceDecimal(DDI_TRACE_LINE *Line, const char *Key, ULONGLONG Value)
{
  CHAR digits[20]; /* 2^64 has 20 */
  ULONG count = 0;
  ULONG begin = Line->Used;

  do {
    digits[count++] = (CHAR)('0' + (CHAR)(Value % 10));
    Value /= 10;
  } while (Value != 0);
  DdiTracePutText(Line, Key, 32);
  while (count > 0) {
    DdiTracePut(Line, digits[--count]);
  }
  DdiTraceKeep(Line, begin);
}

DDI_TRACE_LARGE VOID DdiTraceHex(DDI_TRACE_LINE *Line, const char *Key, ULONGLONG Value)
{
  LONG shift = 60;
  ULONG begin = Line->Used;

  DdiTracePutText(Line, Key, 32);
  DdiTracePutText(Line, "0x", 2);
  while (shift > 0 && (Value >> shift) == 0) {
    shift -= 4;
  }
  for (; shift >= 0; shift -= 4) {
    DdiTracePut(Line, "0123456789abcdef"[(ULONG)(Value >> shift) & 15]);
  }
  DdiTraceKeep(Line, begin);
}

DDI_TRACE_SMALL VOID DdiTracePointer(DDI_TRACE_LINE *Line, const char *Key, const volatile VOID *Value)
{
  DdiTraceHex(Line, Key, (ULONGLONG)(ULONG_PTR)Value);
}

DDI_TRACE_SMALL VOID DdiTraceStatus(DDI_TRACE_LINE *Line, NTSTATUS Status)
{
  DdiTraceHex(Line, " status=", (ULONG)Status);
}

/* irp, and the device that the driver acts for, where it is known. */
DDI_TRACE_SMALL VOID DdiTraceIrp(DDI_TRACE_LINE *Line, PVOID Irp, PVOID Device)
{
  if (Device != NULL) {
    DdiTracePointer(Line, " dev=", Device);
  }
  DdiTracePointer(Line, " irp=", Irp);
}

/* Nanoseconds since the system started. */
DDI_TRACE_SMALL ULONGLONG DdiTraceTime(VOID)
{
  LARGE_INTEGER frequency;
  ULONGLONG ticks = (ULONGLONG)KeQueryPerformanceCounter(&frequency).QuadPart;
  ULONGLONG perSecond = (ULONGLONG)frequency.QuadPart;
  ULONGLONG second = 1000000000UL;

  return ticks / perSecond * second + ticks % perSecond * second / perSecond;
}

DDI_TRACE_SMALL ULONG DdiTraceProcessor(VOID)
{
#if defined(NTDDI_WIN7) && NTDDI_VERSION >= NTDDI_WIN7
  return KeGetCurrentProcessorNumberEx(NULL);
#else
  return KeGetCurrentProcessorNumber();
#endif
}

DDI_TRACE_LARGE VOID DdiTraceBeginAt(DDI_TRACE_LINE *Line, const char *Event, ULONGLONG Time)
{
  Line->Time = Time;
  Line->Used = 0;
  DdiTraceWord(Line, "@ddi ", Event, 48);
  DdiTraceDecimal(Line, " ts=", Time);
  DdiTraceHex(Line, " tid=", (ULONG_PTR)PsGetCurrentThreadId());
  DdiTraceDecimal(Line, " cpu=", DdiTraceProcessor());
  DdiTraceDecimal(Line, " irql=", KeGetCurrentIrql());
  DdiTraceWord(Line, " drv=", DDI_TRACE_WORD(DDI_TRACE_DRIVER), 24);
}

DDI_TRACE_SMALL VOID DdiTraceBegin(DDI_TRACE_LINE *Line, const char *Event)
{
  DdiTraceBeginAt(Line, Event, DdiTraceTime());
}

/* The last component of a path, as __FILE__ has all of what the compiler was given. */
DDI_TRACE_SMALL const char *DdiTraceFileName(const char *Path)
{
  const char *name = Path;

  for (; *Path != 0; Path++) {
    if (*Path == '/' || *Path == '\\') {
      name = Path + 1;
    }
  }
  return name;
}

DDI_TRACE_LARGE VOID DdiTracePlace(DDI_TRACE_LINE *Line, DDI_TRACE_PLACE)
{
  ULONG begin = Line->Used;
  const char *name;

  if (File == NULL) {
    return;
  }
  DdiTracePutText(Line, " src=", 8);
  for (name = DdiTraceFileName(File); *name != 0; name++) {
    DdiTracePut(Line, (CHAR)(*name == ' ' ? '_' : *name)); /* a value ends at a blank */
  }
  DdiTraceDecimal(Line, ":", LineNumber);
  DdiTraceKeep(Line, begin);
  DdiTraceWord(Line, " fn=", Function, 48);
}

/* ---------------------------------------------------------------------------------------------------
 * 5. Sinks: DdiTraceWrite hands a finished line on, DdiTraceOpen and DdiTraceClose prepare and end.
 * ------------------------------------------------------------------------------------------------ */

#if DDI_TRACE_SINK == DDI_TRACE_SINK_DBGPRINT

DDI_TRACE_SMALL VOID DdiTraceOpen(VOID)
{
}

DDI_TRACE_SMALL VOID DdiTraceClose(VOID)
{
}

DDI_TRACE_SMALL VOID DdiTraceWrite(DDI_TRACE_LINE *Line)
{
  Line->Text[Line->Used] = '\n';
  Line->Text[Line->Used + 1] = 0;
  DbgPrintEx(DDI_TRACE_COMPONENT, DDI_TRACE_LEVEL, "%s", Line->Text);
}

#elif DDI_TRACE_SINK == DDI_TRACE_SINK_WPP

#ifndef DDI_TRACE_WPP_LINE
#error "define DDI_TRACE_WPP_LINE(text) before ddi_trace.h: a call that logs the string, see docs/tracing.md"
#endif

DDI_TRACE_SMALL VOID DdiTraceOpen(VOID)
{
}

DDI_TRACE_SMALL VOID DdiTraceClose(VOID)
{
}

DDI_TRACE_SMALL VOID DdiTraceWrite(DDI_TRACE_LINE *Line)
{
  Line->Text[Line->Used] = 0;
  DDI_TRACE_WPP_LINE(Line->Text);
}

#elif DDI_TRACE_SINK == DDI_TRACE_SINK_ETW

/* A provider is one object that one file must own: the file that defines DDI_TRACE_MAIN. */
#ifndef DDI_TRACE_ETW_GUID
#define DDI_TRACE_ETW_GUID \
  (0x6d1b7c52, 0x3c0e, 0x4f0b, 0x9a, 0x55, 0x21, 0x8e, 0x40, 0x7d, 0xb3, 0x16)
#endif
#ifdef DDI_TRACE_MAIN
TRACELOGGING_DEFINE_PROVIDER(DdiTraceProvider, "DdiTrace", DDI_TRACE_ETW_GUID);
#else
TRACELOGGING_DECLARE_PROVIDER(DdiTraceProvider);
#endif

DDI_TRACE_SMALL VOID DdiTraceOpen(VOID)
{
  TraceLoggingRegister(DdiTraceProvider);
}

DDI_TRACE_SMALL VOID DdiTraceClose(VOID)
{
  TraceLoggingUnregister(DdiTraceProvider);
}

/* Decoders print the text between quotes and braces. A last word that nobody looks at takes them up, so that
 * they do not become part of a value that has a meaning. */
DDI_TRACE_SMALL VOID DdiTraceWrite(DDI_TRACE_LINE *Line)
{
  DdiTraceWord(Line, " note=", ".", 1);
  Line->Text[Line->Used] = 0;
  TraceLoggingWrite(DdiTraceProvider, "ddi", TraceLoggingString(Line->Text, "line"));
}

#else /* DDI_TRACE_SINK_RING */

#if (DDI_TRACE_RING_LINES & (DDI_TRACE_RING_LINES - 1)) != 0
#error "DDI_TRACE_RING_LINES is not a power of two"
#endif

/*
 * The ring buffer. Every line has a slot of 256 bytes, padded with blanks and ended by a newline, so that
 * whatever lines are copied out are text, and no line is ever torn by the wrap. The oldest line is
 * number (Next % Lines) once the ring is full. The layout is fixed, for debuggers without symbols.
 */
typedef union _DDI_TRACE_RING_LINE {
  LONG volatile Head; /* the first four bytes */
  CHAR Text[DDI_TRACE_LINE_SIZE];
} DDI_TRACE_RING_LINE;

typedef struct _DDI_TRACE_RING_BUFFER {
  CHAR Magic[16];     /* 0x00 "DDI-TRACE-RING-1" */
  ULONG LineSize;     /* 0x10 */
  ULONG Lines;        /* 0x14 */
  LONG volatile Next; /* 0x18 lines written so far */
  ULONG Reserved[9];  /* 0x1c */
  DDI_TRACE_RING_LINE Line[DDI_TRACE_RING_LINES]; /* 0x40 */
} DDI_TRACE_RING_BUFFER;

DDI_TRACE_DATA DDI_TRACE_RING_BUFFER DdiTraceRing DDI_TRACE_ZERO;

/* The line loses its sentinel before and gets it after it is written, both at once for all four bytes and
 * in order with the rest: a machine that stops in between leaves a line there that is none, and readers
 * skip it, never a mixture of two. Windows is little-endian everywhere. */
DDI_TRACE_SMALL VOID DdiTraceFill(DDI_TRACE_RING_LINE *Slot, const CHAR *Text, ULONG Length)
{
  ULONG i;

  InterlockedExchange(&Slot->Head, 0x20202020);
  for (i = 4; i < DDI_TRACE_LINE_SIZE - 1; i++) {
    Slot->Text[i] = (CHAR)(i < Length ? Text[i] : ' ');
  }
  Slot->Text[DDI_TRACE_LINE_SIZE - 1] = '\n';
  if (Length > 0) {
    InterlockedExchange(&Slot->Head, '@' | ('d' << 8) | ('d' << 16) | ('i' << 24));
  }
}

DDI_TRACE_SMALL VOID DdiTraceOpen(VOID)
{
  static const CHAR magic[2][9] = {"DDI-TRAC", "E-RING-1"}; /* in two: a search finds the ring alone */
  ULONG i;

  for (i = 0; i < DDI_TRACE_RING_LINES; i++) {
    DdiTraceFill(&DdiTraceRing.Line[i], "", 0);
  }
  DdiTraceRing.LineSize = DDI_TRACE_LINE_SIZE;
  DdiTraceRing.Lines = DDI_TRACE_RING_LINES;
  for (i = 0; i < 16; i++) {
    DdiTraceRing.Magic[i] = magic[i / 8][i % 8];
  }
}

DDI_TRACE_SMALL VOID DdiTraceClose(VOID)
{
}

/* At DISPATCH_LEVEL or above, so that no thread is preempted in its slot while others go once round the ring. */
DDI_TRACE_SMALL VOID DdiTraceWrite(DDI_TRACE_LINE *Line)
{
  BOOLEAN raise = (BOOLEAN)(KeGetCurrentIrql() < DISPATCH_LEVEL);
  KIRQL irql = DISPATCH_LEVEL;
  ULONG number;

  if (raise) {
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
  }
  number = (ULONG)InterlockedIncrement(&DdiTraceRing.Next) - 1;
  DdiTraceFill(&DdiTraceRing.Line[number % DDI_TRACE_RING_LINES], Line->Text, Line->Used);
  if (raise) {
    KeLowerIrql(irql);
  }
}

#endif

/* The first line of all is TraceStart: the driver's first event, or DDI_TRACE_DISPATCH, falls into
 * DriverEntry, before there is any device. It has the time of that event, which was taken before. Answers
 * whether lines can be written yet. */
DDI_TRACE_LARGE BOOLEAN DdiTraceWake(ULONGLONG Time)
{
  DDI_TRACE_LINE line;

  if (InterlockedCompareExchange(&DdiTraceState.Awake, DDI_TRACE_WAKING, DDI_TRACE_ASLEEP) !=
      DDI_TRACE_ASLEEP) {
    return FALSE;
  }
  DdiTraceOpen();
  DdiTraceBeginAt(&line, "TraceStart", Time);
  DdiTraceDecimal(&line, " version=", 1);
  DdiTraceWrite(&line);
  InterlockedExchange(&DdiTraceState.Awake, DDI_TRACE_AWAKE);
  return TRUE;
}

DDI_TRACE_LARGE VOID DdiTraceSayLost(ULONGLONG Time)
{
  DDI_TRACE_LINE line;
  LONG count = InterlockedExchange(&DdiTraceState.Lost, 0);

  if (count != 0) {
    DdiTraceBeginAt(&line, "TraceLost", Time);
    DdiTraceDecimal(&line, " count=", (ULONG)count);
    DdiTraceWrite(&line);
  }
}

DDI_TRACE_LARGE VOID DdiTraceEnd(DDI_TRACE_LINE *Line, DDI_TRACE_PLACE)
{
#if DDI_TRACE_SINK != DDI_TRACE_SINK_RING
  if (KeGetCurrentIrql() > DISPATCH_LEVEL) {
    return;
  }
#endif
#if DDI_TRACE_SINK == DDI_TRACE_SINK_ETW
  if (DdiTraceState.Awake == DDI_TRACE_ASLEEP) {
    return; /* a provider is registered at PASSIVE_LEVEL and must not outlive the image: not from here */
  }
#endif
  if (DdiTraceState.Awake != DDI_TRACE_AWAKE && !DdiTraceWake(Line->Time)) {
    InterlockedIncrement(&DdiTraceState.Lost);
    return;
  }
  if (DdiTraceState.Lost != 0) {
    DdiTraceSayLost(Line->Time);
  }
  DdiTracePlace(Line, DDI_TRACE_SAME_PLACE);
  DdiTraceWrite(Line);
}

/* ---------------------------------------------------------------------------------------------------
 * 6. Devices and slots
 * ------------------------------------------------------------------------------------------------ */

#define DDI_TRACE_PROBES 32

DDI_TRACE_SMALL ULONG DdiTraceHash(const volatile VOID *Key)
{
  return (ULONG)(((ULONG_PTR)Key >> 4) * 2654435761UL) >> 7;
}

DDI_TRACE_SMALL DDI_TRACE_DEVICE *DdiTraceFindDevice(PVOID Device)
{
  ULONG i;
  ULONG hash = DdiTraceHash(Device);

  for (i = 0; i < DDI_TRACE_PROBES && Device != NULL; i++) {
    DDI_TRACE_DEVICE *entry = &DdiTraceState.Devices[(hash + i) % DDI_TRACE_DEVICES];
    if (entry->Device == Device) {
      return entry;
    }
  }
  return NULL;
}

/* Remembers a device of this driver's. Answers NULL where there are too many: then events lack their dev. */
DDI_TRACE_LARGE DDI_TRACE_DEVICE *DdiTraceKnowDevice(PDEVICE_OBJECT Device)
{
  ULONG i;
  ULONG hash = DdiTraceHash(Device);
  DDI_TRACE_DEVICE *entry = DdiTraceFindDevice(Device);

  for (i = 0; i < DDI_TRACE_PROBES && entry == NULL; i++) {
    DDI_TRACE_DEVICE *unused = &DdiTraceState.Devices[(hash + i) % DDI_TRACE_DEVICES];
    if (InterlockedCompareExchangePointer(&unused->Device, Device, NULL) == NULL) {
      entry = unused;
      entry->Begin = (PUCHAR)Device->DeviceExtension;
      entry->End = (PUCHAR)Device + Device->Size; /* Size counts the extension */
      entry->Announced = FALSE;
    }
  }
  return entry;
}

/* The device whose extension holds the address, or NULL. */
DDI_TRACE_SMALL PVOID DdiTraceDeviceAround(PVOID Address)
{
  ULONG i;

  for (i = 0; i < DDI_TRACE_DEVICES; i++) {
    DDI_TRACE_DEVICE *entry = &DdiTraceState.Devices[i];
    PVOID device = entry->Device;
    if (device != NULL && (PUCHAR)Address >= entry->Begin && (PUCHAR)Address < entry->End) {
      return device;
    }
  }
  return NULL;
}

/* The device of a stack location if it is one of this driver's. The pointer is compared and never
 * followed: in a location that nobody has filled in yet it may be anything. */
DDI_TRACE_SMALL PVOID DdiTraceOwnDevice(PIO_STACK_LOCATION Location)
{
  return DdiTraceFindDevice(Location->DeviceObject) != NULL ? Location->DeviceObject : NULL;
}

/* Whom the driver acts for that has this IRP: the device of the current stack location, if there is one
 * (an IRP that the driver allocated may have none). */
DDI_TRACE_SMALL PVOID DdiTraceDeviceOf(PIRP Irp)
{
  if (Irp == NULL || Irp->CurrentLocation < 1 || Irp->CurrentLocation > Irp->StackCount) {
    return NULL;
  }
  return DdiTraceOwnDevice(IoGetCurrentIrpStackLocation(Irp));
}

/* The same when the IRP is about to be forwarded. IoSkipCurrentIrpStackLocation has made the driver's own
 * location the next one and IoCopy... has copied it there; only a location filled in by hand has not the
 * driver's device in it, and then the current one has. Two devices of this driver's: nobody knows. */
DDI_TRACE_SMALL PVOID DdiTraceDeviceForwarding(PIRP Irp)
{
  PVOID current = DdiTraceDeviceOf(Irp);
  PVOID next;

  if (Irp->CurrentLocation < 2) {
    return current;
  }
  next = DdiTraceOwnDevice(IoGetNextIrpStackLocation(Irp));
  if (next == NULL || current == NULL || next == current) {
    return next != NULL ? next : current;
  }
  return NULL;
}

/* A slot for a routine; for NULL as key a slot of its own. The events of a routine without one are lost. */
DDI_TRACE_LARGE DDI_TRACE_SLOT *DdiTraceClaim(DDI_TRACE_SLOT *Table, ULONG Size, PVOID Key)
{
  ULONG i;
  ULONG hash = Key != NULL ? DdiTraceHash(Key) : (ULONG)InterlockedIncrement(&DdiTraceState.NextSlot);

  for (i = 0; i < DDI_TRACE_PROBES && Key != NULL; i++) {
    DDI_TRACE_SLOT *slot = &Table[(hash + i) % Size];
    if (slot->Key == Key) {
      return slot;
    }
  }
  for (i = 0; i < DDI_TRACE_PROBES; i++) {
    DDI_TRACE_SLOT *slot = &Table[(hash + i) % Size];
    PVOID key = Key != NULL ? Key : (PVOID)slot;
    if (InterlockedCompareExchangePointer(&slot->Key, key, NULL) == NULL) {
      return slot;
    }
  }
  InterlockedExchangeAdd(&DdiTraceState.Lost, 2);
  return NULL;
}

DDI_TRACE_SMALL DDI_TRACE_SLOT *DdiTraceClaimRoutine(PVOID Key, DDI_TRACE_ANY_ROUTINE Routine, PVOID Context)
{
  DDI_TRACE_SLOT *slot = DdiTraceClaim(DdiTraceState.Routines, DDI_TRACE_ROUTINES, Key);

  if (slot != NULL) {
    slot->Routine = Routine;
    slot->Context = Context;
  }
  return slot;
}

DDI_TRACE_SMALL DDI_TRACE_SLOT *DdiTraceClaimTimer(PVOID Key, DDI_TRACE_ANY_ROUTINE Routine, PVOID Context)
{
  DDI_TRACE_SLOT *slot = DdiTraceClaim(DdiTraceState.Timers, DDI_TRACE_TIMERS, Key);

  if (slot != NULL) {
    slot->Routine = Routine;
    slot->Context = Context;
  }
  return slot;
}

DDI_TRACE_SMALL VOID DdiTraceRelease(DDI_TRACE_SLOT *Slot)
{
  (VOID)InterlockedExchangePointer(&Slot->Key, NULL);
}

/* Frees the slot of a routine that will not be called, if there is one under this key: a stack location's. */
DDI_TRACE_LARGE VOID DdiTraceForget(PVOID Location)
{
  ULONG i;
  ULONG hash = DdiTraceHash(Location);

  for (i = 0; i < DDI_TRACE_PROBES; i++) {
    DDI_TRACE_SLOT *slot = &DdiTraceState.Routines[(hash + i) % DDI_TRACE_ROUTINES];
    if (slot->Key == Location) {
      DdiTraceRelease(slot);
    }
  }
}

/* A wrapper that still logs after the driver's routine returned holds up the unloading of the image it
 * runs in: that routine may have released what kept the driver from being unloaded. */
DDI_TRACE_SMALL VOID DdiTraceLeave(VOID)
{
  InterlockedIncrement(&DdiTraceState.Leaving);
}

DDI_TRACE_SMALL VOID DdiTraceLeft(VOID)
{
  InterlockedDecrement(&DdiTraceState.Leaving);
}

/* ---------------------------------------------------------------------------------------------------
 * 7. Logging of one event each
 * ------------------------------------------------------------------------------------------------ */

DDI_TRACE_LARGE VOID DdiTraceLog(const char *Event, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, Event);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_LARGE VOID DdiTraceLogPointer(const char *Event, const char *Key, PVOID Value, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, Event);
  DdiTracePointer(&line, Key, Value);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_LARGE VOID DdiTraceLogIrp(const char *Event, PVOID Irp, PVOID Device, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, Event);
  DdiTraceIrp(&line, Irp, Device);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_LARGE VOID DdiTraceLogIrpStatus(
    const char *Event, PVOID Irp, PVOID Device, NTSTATUS Status, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, Event);
  DdiTraceIrp(&line, Irp, Device);
  DdiTraceStatus(&line, Status);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_LARGE VOID DdiTraceLogLock(
    const char *Event, PVOID Lock, PVOID Tag, const NTSTATUS *Status, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, Event);
  DdiTracePointer(&line, " lock=", Lock);
  DdiTracePointer(&line, " tag=", Tag);
  if (Status != NULL) {
    DdiTraceStatus(&line, *Status);
  }
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_LARGE VOID DdiTraceLogInitializeLock(
    PVOID Lock, ULONG MaxMinutes, ULONG HighWatermark, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;
  PVOID device = DdiTraceDeviceAround(Lock);

  DdiTraceBegin(&line, "IoInitializeRemoveLock");
  DdiTracePointer(&line, " lock=", Lock);
  if (device != NULL) {
    DdiTracePointer(&line, " dev=", device);
  }
  DdiTraceDecimal(&line, " maxmin=", MaxMinutes);
  DdiTraceDecimal(&line, " highwater=", HighWatermark);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_LARGE VOID DdiTraceLogAddDevice(
    PVOID Device, const char *Role, PVOID Lower, ULONG Bus, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, "AddDevice");
  DdiTracePointer(&line, " dev=", Device);
  DdiTraceWord(&line, " role=", Role, 8);
  if (Lower != NULL) {
    DdiTracePointer(&line, " lower=", Lower);
  }
  if (Bus != 0) {
    DdiTraceDecimal(&line, " bus=", Bus);
  }
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_LARGE VOID DdiTraceLogDetach(PVOID Device, PVOID Target, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, "IoDetachDevice");
  DdiTracePointer(&line, " dev=", Device);
  DdiTracePointer(&line, " target=", Target);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

/* Status is the result of the Ex form, NULL with the other. */
DDI_TRACE_LARGE VOID DdiTraceLogSetCompletion(
    const char *Event, PIRP Irp, PIO_COMPLETION_ROUTINE Routine, const NTSTATUS *Status, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, Event);
  DdiTraceIrp(&line, Irp, DdiTraceDeviceOf(Irp));
  DdiTraceHex(&line, " routine=", (ULONGLONG)(ULONG_PTR)Routine);
  if (Status != NULL) {
    DdiTraceStatus(&line, *Status);
  }
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_LARGE VOID DdiTraceLogCompletionEnter(PIRP Irp, PVOID Device)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, "CompletionEnter");
  DdiTraceIrp(&line, Irp, Device);
  DdiTraceStatus(&line, Irp->IoStatus.Status);
  DdiTraceDecimal(&line, " pending=", Irp->PendingReturned ? 1 : 0);
  DdiTraceEnd(&line, DDI_TRACE_NO_PLACE);
}

DDI_TRACE_LARGE VOID DdiTraceLogCallback(
    const char *Event, const char *Kind, PVOID Irp, PVOID Device, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, Event);
  DdiTraceWord(&line, " kind=", Kind, 24);
  if (Device != NULL) {
    DdiTracePointer(&line, " dev=", Device);
  }
  if (Irp != NULL) {
    DdiTracePointer(&line, " irp=", Irp);
  }
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

/* An IRP is put in a queue or taken from one; Irp is NULL where only a list entry is known. */
DDI_TRACE_LARGE VOID DdiTraceLogQueue(const char *Event, PIRP Irp, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, Event);
  if (Irp != NULL) {
    DdiTraceIrp(&line, Irp, DdiTraceDeviceOf(Irp));
  }
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

/* Nanoseconds from now; -1 for ever. A time of the clock is left out: now may have passed it. */
DDI_TRACE_LARGE VOID DdiTraceTimeout(DDI_TRACE_LINE *Line, const LARGE_INTEGER *Timeout)
{
  if (Timeout == NULL) {
    DdiTraceWord(Line, " timeout=", "-1", 2);
  } else if (Timeout->QuadPart <= 0) {
    DdiTraceDecimal(Line, " timeout=", (ULONGLONG)-Timeout->QuadPart * 100);
  }
}

/* A wait: its call, or with a status its return. Object is NULL where there are several. */
DDI_TRACE_LARGE VOID DdiTraceLogWait(
    const char *Event, PVOID Object, const LARGE_INTEGER *Timeout, const NTSTATUS *Status,
    DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, Event);
  if (Object != NULL) {
    DdiTracePointer(&line, " object=", Object);
  }
  if (Status != NULL) {
    DdiTraceStatus(&line, *Status);
  }
  DdiTraceTimeout(&line, Timeout);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

/* A pointer and a number. */
DDI_TRACE_LARGE VOID DdiTraceLogPointerNumber(
    const char *Event, const char *Key, PVOID Value, const char *NumberKey, ULONG Number, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, Event);
  DdiTracePointer(&line, Key, Value);
  DdiTraceDecimal(&line, NumberKey, Number);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

/* What a DDI is about to be called with, on its way there: macros pass an argument through these. */
DDI_TRACE_SMALL PVOID DdiTraceObject(const char *Event, PVOID Object, DDI_TRACE_PLACE)
{
  DdiTraceLogPointer(Event, " object=", Object, DDI_TRACE_SAME_PLACE);
  return Object;
}

DDI_TRACE_SMALL HANDLE DdiTraceHandle(const char *Event, HANDLE Handle, DDI_TRACE_PLACE)
{
  DdiTraceLogPointer(Event, " handle=", Handle, DDI_TRACE_SAME_PLACE);
  return Handle;
}

/* A key that was opened, or was not. */
DDI_TRACE_LARGE NTSTATUS DdiTraceLogOpened(
    const char *Event, const HANDLE *Key, NTSTATUS Status, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, Event);
  DdiTracePointer(&line, " handle=", NT_SUCCESS(Status) ? *Key : NULL);
  DdiTraceStatus(&line, Status);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
  return Status;
}

/* A lock that was acquired, or is about to be released; with its handle, or with an IRQL, where Key is given. */
DDI_TRACE_LARGE VOID DdiTraceLogSpinLock(
    const char *Event, PVOID Lock, PVOID Handle, const char *Key, ULONG Value, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, Event);
  if (Lock != NULL) {
    DdiTracePointer(&line, " lock=", Lock);
  }
  if (Handle != NULL) {
    DdiTracePointer(&line, " handle=", Handle);
  }
  if (Key != NULL) {
    DdiTraceDecimal(&line, Key, Value);
  }
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

/* A DDI that may be called up to this IRQL, or from it on, is about to be called. */
DDI_TRACE_LARGE VOID DdiTraceLogDdi(const char *Name, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, "Ddi");
  DdiTraceWord(&line, " name=", Name, 48);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_SMALL VOID DdiTraceAtMost(KIRQL Limit, const char *Name, DDI_TRACE_PLACE)
{
  if (KeGetCurrentIrql() > Limit) {
    DdiTraceLogDdi(Name, DDI_TRACE_SAME_PLACE);
  }
}

DDI_TRACE_SMALL VOID DdiTraceAtLeast(KIRQL Limit, const char *Name, DDI_TRACE_PLACE)
{
  if (KeGetCurrentIrql() < Limit) {
    DdiTraceLogDdi(Name, DDI_TRACE_SAME_PLACE);
  }
}

/* A routine of a DMA adapter that is for DISPATCH_LEVEL. The type of the argument keeps out what has the same
 * name and is no such routine: the compiler says so. */
DDI_TRACE_SMALL PDMA_ADAPTER DdiTraceDma(PDMA_ADAPTER Adapter, const char *Name, DDI_TRACE_PLACE)
{
  DdiTraceAtLeast(DISPATCH_LEVEL, Name, DDI_TRACE_SAME_PLACE);
  return Adapter;
}

DDI_TRACE_LARGE VOID DdiTraceLogSetCancel(
    PIRP Irp, PDRIVER_CANCEL Routine, PDRIVER_CANCEL Previous, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, "IoSetCancelRoutine");
  DdiTraceIrp(&line, Irp, NULL); /* it may be another's already: its device is not looked up */
  DdiTraceHex(&line, " routine=", (ULONGLONG)(ULONG_PTR)Routine);
  DdiTraceHex(&line, " previous=", (ULONGLONG)(ULONG_PTR)Previous);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_LARGE VOID DdiTraceLogStartPacket(PDEVICE_OBJECT Device, PIRP Irp, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, "IoStartPacket");
  DdiTraceIrp(&line, Irp, Device);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_LARGE VOID DdiTraceLogStartIoAttributes(
    PDEVICE_OBJECT Device, BOOLEAN Deferred, BOOLEAN NonCancelable, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, "IoSetStartIoAttributes");
  DdiTracePointer(&line, " dev=", Device);
  DdiTraceDecimal(&line, " deferred=", Deferred ? 1 : 0);
  DdiTraceDecimal(&line, " noncancelable=", NonCancelable ? 1 : 0);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_SMALL PDEVICE_OBJECT DdiTraceDevice(const char *Event, PDEVICE_OBJECT Device, DDI_TRACE_PLACE)
{
  DdiTraceLogPointer(Event, " dev=", Device, DDI_TRACE_SAME_PLACE);
  return Device;
}

/* A pool tag is four characters; one that would end the word is shown as '_'. */
/* TypeKey is what the allocator says of the memory: a type or flags. */
DDI_TRACE_LARGE VOID DdiTraceLogPool(
    const char *Event, PVOID Pointer, SIZE_T Size, ULONG Tag, const char *TypeKey, ULONGLONG Type,
    DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;
  CHAR tag[5];
  ULONG i;

  for (i = 0; i < 4; i++) {
    CHAR character = (CHAR)((Tag >> (8 * i)) & 0x7f);
    tag[i] = (CHAR)(character > ' ' && character < 0x7f && character != '"' ? character : '_');
  }
  tag[4] = 0;
  DdiTraceBegin(&line, Event);
  DdiTracePointer(&line, " ptr=", Pointer);
  if (Size != 0) {
    DdiTraceDecimal(&line, " size=", Size);
  }
  if (Tag != 0) {
    DdiTraceWord(&line, " pooltag=", tag, 4);
  }
  if (TypeKey != NULL) {
    DdiTraceDecimal(&line, TypeKey, Type);
  }
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

/* ---------------------------------------------------------------------------------------------------
 * 8. What a dispatch routine is called for, in words
 * ------------------------------------------------------------------------------------------------ */

DDI_TRACE_SMALL VOID DdiTraceName(
    DDI_TRACE_LINE *Line, const char *Key, const char *const *Names, ULONG Count, ULONG Code)
{
  if (Code < Count && Names[Code][0] != 0) {
    DdiTraceWord(Line, Key, Names[Code], 32);
  } else {
    DdiTraceHex(Line, Key[1] == 'm' && Key[2] == 'j' ? " mj=" : " mn=", Code);
  }
}

DDI_TRACE_LARGE VOID DdiTraceMajor(DDI_TRACE_LINE *Line, UCHAR Major)
{
  static const char *const names[] = {
      "CREATE", "CREATE_NAMED_PIPE", "CLOSE", "READ", "WRITE", "QUERY_INFORMATION", "SET_INFORMATION",
      "QUERY_EA", "SET_EA", "FLUSH_BUFFERS", "QUERY_VOLUME_INFORMATION", "SET_VOLUME_INFORMATION",
      "DIRECTORY_CONTROL", "FILE_SYSTEM_CONTROL", "DEVICE_CONTROL", "INTERNAL_DEVICE_CONTROL",
      "SHUTDOWN", "LOCK_CONTROL", "CLEANUP", "CREATE_MAILSLOT", "QUERY_SECURITY", "SET_SECURITY",
      "POWER", "SYSTEM_CONTROL", "DEVICE_CHANGE", "QUERY_QUOTA", "SET_QUOTA", "PNP"};

  DdiTraceName(Line, " mj=IRP_MJ_", names, sizeof(names) / sizeof(names[0]), Major);
}

DDI_TRACE_LARGE VOID DdiTraceMinor(DDI_TRACE_LINE *Line, UCHAR Major, UCHAR Minor)
{
  static const char *const pnp[] = {
      "START_DEVICE", "QUERY_REMOVE_DEVICE", "REMOVE_DEVICE", "CANCEL_REMOVE_DEVICE", "STOP_DEVICE",
      "QUERY_STOP_DEVICE", "CANCEL_STOP_DEVICE", "QUERY_DEVICE_RELATIONS", "QUERY_INTERFACE",
      "QUERY_CAPABILITIES", "QUERY_RESOURCES", "QUERY_RESOURCE_REQUIREMENTS", "QUERY_DEVICE_TEXT",
      "FILTER_RESOURCE_REQUIREMENTS", "", "READ_CONFIG", "WRITE_CONFIG", "EJECT", "SET_LOCK", "QUERY_ID",
      "QUERY_PNP_DEVICE_STATE", "QUERY_BUS_INFORMATION", "DEVICE_USAGE_NOTIFICATION",
      "SURPRISE_REMOVAL", "QUERY_LEGACY_BUS_INFORMATION"};
  static const char *const power[] = {"WAIT_WAKE", "POWER_SEQUENCE", "SET_POWER", "QUERY_POWER"};

  if (Major == IRP_MJ_PNP) {
    DdiTraceName(Line, " mn=IRP_MN_", pnp, sizeof(pnp) / sizeof(pnp[0]), Minor);
  } else if (Major == IRP_MJ_POWER) {
    DdiTraceName(Line, " mn=IRP_MN_", power, sizeof(power) / sizeof(power[0]), Minor);
  } else if (Minor != 0 || Major == IRP_MJ_SYSTEM_CONTROL) {
    DdiTraceHex(Line, " mn=", Minor);
  }
}

/* The codes of an IRP that is about to be forwarded, where the next location has others than the current one
 * or there is none: an IRP of the driver's own. */
DDI_TRACE_LARGE VOID DdiTraceNextCodes(DDI_TRACE_LINE *Line, PIRP Irp)
{
  PIO_STACK_LOCATION next;
  PIO_STACK_LOCATION current;

  if (Irp->CurrentLocation < 2 || Irp->CurrentLocation > Irp->StackCount + 1) {
    return;
  }
  next = IoGetNextIrpStackLocation(Irp);
  if (Irp->CurrentLocation <= Irp->StackCount) {
    current = IoGetCurrentIrpStackLocation(Irp);
    if (current->MajorFunction == next->MajorFunction && current->MinorFunction == next->MinorFunction) {
      return;
    }
  }
  DdiTraceMajor(Line, next->MajorFunction);
  DdiTraceMinor(Line, next->MajorFunction, next->MinorFunction);
}

DDI_TRACE_LARGE VOID DdiTraceLogCall(
    const char *Event, PIRP Irp, PVOID Device, PVOID Target, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, Event);
  DdiTraceIrp(&line, Irp, Device);
  DdiTracePointer(&line, " target=", Target);
  DdiTraceNextCodes(&line, Irp);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_LARGE VOID DdiTraceLogForward(PIRP Irp, PVOID Device, PVOID Target, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, "IoForwardIrpSynchronously");
  DdiTraceIrp(&line, Irp, Device);
  DdiTracePointer(&line, " target=", Target);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

/* S0 to S5 and D0 to D3 follow each other in the enumerations of Windows, Unspecified is 0. */
DDI_TRACE_LARGE VOID DdiTracePowerState(DDI_TRACE_LINE *Line, POWER_STATE_TYPE Type, POWER_STATE State)
{
  if (Type == SystemPowerState && State.SystemState >= PowerSystemWorking &&
      State.SystemState <= PowerSystemShutdown) {
    DdiTraceDecimal(Line, " state=S", (ULONG)(State.SystemState - PowerSystemWorking));
  } else if (Type == DevicePowerState && State.DeviceState >= PowerDeviceD0 &&
             State.DeviceState <= PowerDeviceD3) {
    DdiTraceDecimal(Line, " state=D", (ULONG)(State.DeviceState - PowerDeviceD0));
  }
}

DDI_TRACE_LARGE VOID DdiTraceRelation(DDI_TRACE_LINE *Line, ULONG Relation)
{
  static const char *const names[] = {"BusRelations", "EjectionRelations", "PowerRelations",
                                      "RemovalRelations", "TargetDeviceRelation"};

  if (Relation < sizeof(names) / sizeof(names[0])) {
    DdiTraceWord(Line, " relation=", names[Relation], 24);
  }
}

DDI_TRACE_LARGE VOID DdiTraceLogDispatchEnter(PDEVICE_OBJECT Device, PIRP Irp, PIO_STACK_LOCATION Location)
{
  DDI_TRACE_LINE line;
  UCHAR major = Location->MajorFunction;
  UCHAR minor = Location->MinorFunction;

  DdiTraceBegin(&line, "DispatchEnter");
  DdiTraceIrp(&line, Irp, Device);
  DdiTraceMajor(&line, major);
  DdiTraceMinor(&line, major, minor);
  if (major == IRP_MJ_POWER && (minor == IRP_MN_SET_POWER || minor == IRP_MN_QUERY_POWER)) {
    DdiTraceWord(&line, " type=", Location->Parameters.Power.Type == SystemPowerState
        ? "SystemPowerState" : "DevicePowerState", 16);
    DdiTracePowerState(&line, Location->Parameters.Power.Type, Location->Parameters.Power.State);
    DdiTraceDecimal(&line, " shutdown=", (ULONG)Location->Parameters.Power.ShutdownType);
  } else if (major == IRP_MJ_PNP && minor == IRP_MN_QUERY_DEVICE_RELATIONS) {
    DdiTraceRelation(&line, (ULONG)Location->Parameters.QueryDeviceRelations.Type);
  } else if (major == IRP_MJ_DEVICE_CONTROL || major == IRP_MJ_INTERNAL_DEVICE_CONTROL) {
    DdiTraceHex(&line, " ioctl=", Location->Parameters.DeviceIoControl.IoControlCode);
  }
  DdiTraceEnd(&line, DDI_TRACE_NO_PLACE);
}

/* ---------------------------------------------------------------------------------------------------
 * 9. The driver's own routines: what the system calls instead of them
 * ------------------------------------------------------------------------------------------------ */

/* A device that the bus driver made for a child: it joined its stack when the PnP manager took it. */
DDI_TRACE_SMALL VOID DdiTraceMeetDevice(PDEVICE_OBJECT Device)
{
  DDI_TRACE_DEVICE *entry = DdiTraceKnowDevice(Device);

  if (entry != NULL && !entry->Announced && (Device->Flags & DO_BUS_ENUMERATED_DEVICE) != 0) {
    entry->Announced = TRUE;
    DdiTraceLogAddDevice(Device, "PDO", NULL, DDI_TRACE_BUS, DDI_TRACE_NO_PLACE);
  }
}

DDI_TRACE_SMALL NTSTATUS NTAPI DdiTraceDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
  PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);
  PDRIVER_DISPATCH routine = DdiTraceState.Dispatch[location->MajorFunction];
  NTSTATUS status;

  DdiTraceMeetDevice(Device);
  DdiTraceLogDispatchEnter(Device, Irp, location);
  status = routine(Device, Irp);
  DdiTraceLeave();
  DdiTraceLogIrpStatus("DispatchExit", Irp, Device, status, DDI_TRACE_NO_PLACE); /* both may be freed */
  DdiTraceLeft();
  return status;
}

DDI_TRACE_SMALL VOID NTAPI DdiTraceStartIo(PDEVICE_OBJECT Device, PIRP Irp)
{
  DdiTraceLogCallback("CallbackEnter", "StartIo", Irp, Device, DDI_TRACE_NO_PLACE);
  DdiTraceState.StartIo(Device, Irp);
  DdiTraceLeave();
  DdiTraceLogCallback("CallbackExit", "StartIo", NULL, NULL, DDI_TRACE_NO_PLACE);
  DdiTraceLeft();
}

DDI_TRACE_SMALL NTSTATUS NTAPI DdiTraceAddDevice(PDRIVER_OBJECT Driver, PDEVICE_OBJECT Pdo)
{
  NTSTATUS status;

  DdiTraceLogCallback("CallbackEnter", "AddDevice", NULL, NULL, DDI_TRACE_NO_PLACE);
  status = DdiTraceState.AddDevice(Driver, Pdo);
  DdiTraceLogCallback("CallbackExit", "AddDevice", NULL, NULL, DDI_TRACE_NO_PLACE);
  return status;
}

/* Waits for wrappers that are still logging; they do so for some microseconds at most. */
DDI_TRACE_LARGE VOID DdiTraceDrain(VOID)
{
  LARGE_INTEGER millisecond;

  millisecond.QuadPart = -10000;
  while (DdiTraceState.Leaving != 0) {
    (VOID)KeDelayExecutionThread(KernelMode, FALSE, &millisecond);
  }
}

DDI_TRACE_SMALL VOID NTAPI DdiTraceUnload(PDRIVER_OBJECT Driver)
{
  DdiTraceState.Unload(Driver);
  DdiTraceDrain();
  DdiTraceLog("DriverUnload", DDI_TRACE_NO_PLACE);
  DdiTraceClose();
}

/* The context is the slot. A slot whose key is not the IRP's location was reached through a copy of the
 * whole stack location (routine included), and still belongs to the location that was copied. */
DDI_TRACE_SMALL NTSTATUS NTAPI DdiTraceCompletion(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
  DDI_TRACE_SLOT *slot = (DDI_TRACE_SLOT *)Context;
  PIO_COMPLETION_ROUTINE routine = (PIO_COMPLETION_ROUTINE)slot->Routine;
  PVOID context = slot->Context;
  NTSTATUS status;

  if (slot->Key == (PVOID)IoGetNextIrpStackLocation(Irp)) {
    DdiTraceRelease(slot); /* before the call: the routine may send the IRP again */
  }
  DdiTraceLogCompletionEnter(Irp, Device);
  status = routine(Device, Irp, context);
  DdiTraceLeave();
  DdiTraceLogIrpStatus("CompletionExit", Irp, Device, status, DDI_TRACE_NO_PLACE); /* it may be freed */
  DdiTraceLeft();
  return status;
}

DDI_TRACE_SMALL VOID NTAPI DdiTracePowerCompletion(
    PDEVICE_OBJECT Device, UCHAR Minor, POWER_STATE State, PVOID Context, PIO_STATUS_BLOCK IoStatus)
{
  DDI_TRACE_SLOT *slot = (DDI_TRACE_SLOT *)Context;
  PREQUEST_POWER_COMPLETE routine = (PREQUEST_POWER_COMPLETE)slot->Routine;
  PVOID context = slot->Context;

  DdiTraceRelease(slot);
  DdiTraceLogCallback("CallbackEnter", "PowerCompletion", NULL, Device, DDI_TRACE_NO_PLACE);
  routine(Device, Minor, State, context, IoStatus);
  DdiTraceLeave();
  DdiTraceLogCallback("CallbackExit", "PowerCompletion", NULL, NULL, DDI_TRACE_NO_PLACE);
  DdiTraceLeft();
}

DDI_TRACE_SMALL VOID NTAPI DdiTraceWorkItem(PDEVICE_OBJECT Device, PVOID Context)
{
  DDI_TRACE_SLOT *slot = (DDI_TRACE_SLOT *)Context;
  PIO_WORKITEM_ROUTINE routine = (PIO_WORKITEM_ROUTINE)slot->Routine;
  PVOID context = slot->Context;

  DdiTraceRelease(slot);
  DdiTraceLogCallback("CallbackEnter", "WorkItem", NULL, Device, DDI_TRACE_NO_PLACE);
  routine(Device, context);
  DdiTraceLeave();
  DdiTraceLogCallback("CallbackExit", "WorkItem", NULL, NULL, DDI_TRACE_NO_PLACE);
  DdiTraceLeft();
}

#if defined(NTDDI_VISTA) && NTDDI_VERSION >= NTDDI_VISTA
/* IoObject is a device or a driver object. */
DDI_TRACE_SMALL VOID NTAPI DdiTraceWorkItemEx(PVOID IoObject, PVOID Context, PIO_WORKITEM Item)
{
  DDI_TRACE_SLOT *slot = (DDI_TRACE_SLOT *)Context;
  PIO_WORKITEM_ROUTINE_EX routine = (PIO_WORKITEM_ROUTINE_EX)slot->Routine;
  PVOID context = slot->Context;
  PVOID device = DdiTraceFindDevice(IoObject) != NULL ? IoObject : NULL;

  DdiTraceRelease(slot);
  DdiTraceLogCallback("CallbackEnter", "WorkItem", NULL, device, DDI_TRACE_NO_PLACE);
  routine(IoObject, context, Item);
  DdiTraceLeave();
  DdiTraceLogCallback("CallbackExit", "WorkItem", NULL, NULL, DDI_TRACE_NO_PLACE);
  DdiTraceLeft();
}
#endif

DDI_TRACE_SMALL VOID NTAPI DdiTraceThread(PVOID Context)
{
  DDI_TRACE_SLOT *slot = (DDI_TRACE_SLOT *)Context;
  PKSTART_ROUTINE routine = (PKSTART_ROUTINE)slot->Routine;
  PVOID context = slot->Context;

  DdiTraceRelease(slot);
  DdiTraceLogCallback("CallbackEnter", "Thread", NULL, NULL, DDI_TRACE_NO_PLACE);
  routine(context);
  DdiTraceLeave();
  DdiTraceLogCallback("CallbackExit", "Thread", NULL, NULL, DDI_TRACE_NO_PLACE);
  DdiTraceLeft();
}

DDI_TRACE_SMALL VOID NTAPI DdiTraceDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
  DDI_TRACE_SLOT *slot = (DDI_TRACE_SLOT *)Context;
  PKDEFERRED_ROUTINE routine = (PKDEFERRED_ROUTINE)slot->Routine;

  DdiTraceLogCallback("CallbackEnter", "Dpc", NULL, NULL, DDI_TRACE_NO_PLACE);
  routine(Dpc, slot->Context, Argument1, Argument2);
  DdiTraceLeave();
  DdiTraceLogCallback("CallbackExit", "Dpc", NULL, NULL, DDI_TRACE_NO_PLACE);
  DdiTraceLeft();
}

DDI_TRACE_SMALL VOID NTAPI DdiTraceTimer(PDEVICE_OBJECT Device, PVOID Context)
{
  DDI_TRACE_SLOT *slot = (DDI_TRACE_SLOT *)Context;
  PIO_TIMER_ROUTINE routine = (PIO_TIMER_ROUTINE)slot->Routine;

  DdiTraceLogCallback("CallbackEnter", "Timer", NULL, Device, DDI_TRACE_NO_PLACE);
  routine(Device, slot->Context);
  DdiTraceLeave();
  DdiTraceLogCallback("CallbackExit", "Timer", NULL, NULL, DDI_TRACE_NO_PLACE);
  DdiTraceLeft();
}

/* Entries that the driver left to the I/O manager's default lie outside its image: nothing to log there.
 * An image with more than one driver object is traced for the first. */
DDI_TRACE_LARGE VOID DdiTraceWrapDriver(PDRIVER_OBJECT Driver)
{
  ULONG_PTR begin = (ULONG_PTR)Driver->DriverStart;
  ULONG i;

  if (DdiTraceState.Driver != NULL) {
    return;
  }
  DdiTraceState.Driver = Driver;
  for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
    PDRIVER_DISPATCH routine = Driver->MajorFunction[i];
    if (routine != NULL && (ULONG_PTR)routine - begin < Driver->DriverSize) {
      DdiTraceState.Dispatch[i] = routine;
      Driver->MajorFunction[i] = DdiTraceDispatch;
    }
  }
  if (Driver->DriverStartIo != NULL) {
    DdiTraceState.StartIo = Driver->DriverStartIo;
    Driver->DriverStartIo = DdiTraceStartIo;
  }
  if (Driver->DriverExtension->AddDevice != NULL) {
    DdiTraceState.AddDevice = Driver->DriverExtension->AddDevice;
    Driver->DriverExtension->AddDevice = DdiTraceAddDevice;
  }
  if (Driver->DriverUnload != NULL) {
    DdiTraceState.Unload = Driver->DriverUnload;
    Driver->DriverUnload = DdiTraceUnload;
  }
  if (DdiTraceState.Awake == DDI_TRACE_ASLEEP) {
    (VOID)DdiTraceWake(DdiTraceTime());
  }
}

/* ---------------------------------------------------------------------------------------------------
 * 10. The DDIs. In these functions the names are still those of the WDK. What says that something was
 * given away (a release, a forward, a completion) is logged before the call, what says that something
 * was obtained after it: so the order of the lines is one in which the events can have happened.
 * ------------------------------------------------------------------------------------------------ */

/* -- remove locks -- */

DDI_TRACE_SMALL VOID DdiTraceInitializeLock(
    PIO_REMOVE_LOCK Lock, ULONG PoolTag, ULONG MaxMinutes, ULONG HighWatermark, DDI_TRACE_PLACE)
{
  DdiTraceLogInitializeLock(Lock, MaxMinutes, HighWatermark, DDI_TRACE_SAME_PLACE);
  IoInitializeRemoveLock(Lock, PoolTag, MaxMinutes, HighWatermark);
}

/* The Ex form, because checked builds keep the place of the acquire in the lock: it must be the driver's. */
DDI_TRACE_SMALL NTSTATUS DdiTraceAcquireLock(PIO_REMOVE_LOCK Lock, PVOID Tag, DDI_TRACE_PLACE)
{
#if DBG
  NTSTATUS status = IoAcquireRemoveLockEx(Lock, Tag, (PSTR)File, LineNumber, sizeof(IO_REMOVE_LOCK));
#else
  NTSTATUS status = IoAcquireRemoveLock(Lock, Tag);
#endif

  DdiTraceLogLock("IoAcquireRemoveLock", Lock, Tag, &status, DDI_TRACE_SAME_PLACE);
  return status;
}

DDI_TRACE_SMALL VOID DdiTraceReleaseLock(PIO_REMOVE_LOCK Lock, PVOID Tag, DDI_TRACE_PLACE)
{
  DdiTraceLogLock("IoReleaseRemoveLock", Lock, Tag, NULL, DDI_TRACE_SAME_PLACE);
  IoReleaseRemoveLock(Lock, Tag);
}

DDI_TRACE_SMALL VOID DdiTraceReleaseLockAndWait(PIO_REMOVE_LOCK Lock, PVOID Tag, DDI_TRACE_PLACE)
{
  DdiTraceLogLock("IoReleaseRemoveLockAndWait", Lock, Tag, NULL, DDI_TRACE_SAME_PLACE);
  IoReleaseRemoveLockAndWait(Lock, Tag);
  DdiTraceLogPointer("IoReleaseRemoveLockAndWaitReturn", " lock=", Lock, DDI_TRACE_SAME_PLACE);
}

/* -- IRPs -- */

DDI_TRACE_SMALL NTSTATUS DdiTraceCallDriver(PDEVICE_OBJECT Target, PIRP Irp, DDI_TRACE_PLACE)
{
  PVOID device = DdiTraceDeviceForwarding(Irp);
  NTSTATUS status;

  DdiTraceLogCall("IoCallDriver", Irp, device, Target, DDI_TRACE_SAME_PLACE);
  status = IoCallDriver(Target, Irp);
  DdiTraceLogIrpStatus("IoCallDriverReturn", Irp, device, status, DDI_TRACE_SAME_PLACE);
  return status;
}

DDI_TRACE_SMALL NTSTATUS DdiTracePoCallDriver(PDEVICE_OBJECT Target, PIRP Irp, DDI_TRACE_PLACE)
{
  PVOID device = DdiTraceDeviceForwarding(Irp);
  NTSTATUS status;

  DdiTraceLogCall("PoCallDriver", Irp, device, Target, DDI_TRACE_SAME_PLACE);
  status = PoCallDriver(Target, Irp);
  DdiTraceLogIrpStatus("PoCallDriverReturn", Irp, device, status, DDI_TRACE_SAME_PLACE);
  return status;
}

/* The driver has the IRP again when these return. IoForwardIrpSynchronously copies the stack location itself, and
 * answers FALSE where there is no location left: then the IRP was not sent. */
DDI_TRACE_SMALL BOOLEAN DdiTraceForwardSynchronously(PDEVICE_OBJECT Target, PIRP Irp, DDI_TRACE_PLACE)
{
  PVOID device = DdiTraceDeviceOf(Irp);
  BOOLEAN room = (BOOLEAN)(Irp->CurrentLocation > 1);
  BOOLEAN sent;

  if (room) {
    DdiTraceLogForward(Irp, device, Target, DDI_TRACE_SAME_PLACE);
  }
  sent = IoForwardIrpSynchronously(Target, Irp);
  if (room) {
    DdiTraceLogIrpStatus("IoForwardIrpSynchronouslyReturn", Irp, device, Irp->IoStatus.Status,
                         DDI_TRACE_SAME_PLACE);
  }
  return sent;
}

typedef NTSTATUS (NTAPI *DDI_TRACE_CALL_SYNCHRONOUSLY)(PDEVICE_OBJECT, PIRP);

DDI_TRACE_SMALL NTSTATUS DdiTraceCallSynchronously(
    DDI_TRACE_CALL_SYNCHRONOUSLY Call, PDEVICE_OBJECT Target, PIRP Irp, DDI_TRACE_PLACE)
{
  PVOID device = DdiTraceDeviceForwarding(Irp);
  NTSTATUS status;

  DdiTraceLogForward(Irp, device, Target, DDI_TRACE_SAME_PLACE);
  status = Call(Target, Irp);
  DdiTraceLogIrpStatus("IoForwardIrpSynchronouslyReturn", Irp, device, status, DDI_TRACE_SAME_PLACE);
  return status;
}

DDI_TRACE_SMALL VOID DdiTraceCompleteRequest(PIRP Irp, CCHAR Boost, DDI_TRACE_PLACE)
{
  DdiTraceLogIrpStatus("IoCompleteRequest", Irp, DdiTraceDeviceOf(Irp), Irp->IoStatus.Status,
                       DDI_TRACE_SAME_PLACE);
  IoCompleteRequest(Irp, Boost);
}

DDI_TRACE_SMALL VOID DdiTraceMarkPending(PIRP Irp, DDI_TRACE_PLACE)
{
  DdiTraceLogIrp("IoMarkIrpPending", Irp, DdiTraceDeviceOf(Irp), DDI_TRACE_SAME_PLACE);
  IoMarkIrpPending(Irp);
}

DDI_TRACE_SMALL VOID DdiTraceSkipLocation(PIRP Irp, DDI_TRACE_PLACE)
{
  DdiTraceLogIrp("IoSkipCurrentIrpStackLocation", Irp, DdiTraceDeviceOf(Irp), DDI_TRACE_SAME_PLACE);
  IoSkipCurrentIrpStackLocation(Irp);
}

DDI_TRACE_SMALL VOID DdiTraceCopyLocation(PIRP Irp, DDI_TRACE_PLACE)
{
  DdiTraceLogIrp(
      "IoCopyCurrentIrpStackLocationToNext", Irp, DdiTraceDeviceOf(Irp), DDI_TRACE_SAME_PLACE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
}

/* A slot for the routine that is about to be set, or NULL: no routine, or no room. */
DDI_TRACE_LARGE DDI_TRACE_SLOT *DdiTraceClaimCompletion(
    PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context)
{
  PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(Irp);

  if (Routine == NULL) {
    DdiTraceForget(next);
    return NULL;
  }
  return DdiTraceClaimRoutine(next, (DDI_TRACE_ANY_ROUTINE)Routine, Context);
}

DDI_TRACE_SMALL VOID DdiTraceSetCompletion(
    PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context, BOOLEAN OnSuccess, BOOLEAN OnError,
    BOOLEAN OnCancel, DDI_TRACE_PLACE)
{
  DDI_TRACE_SLOT *slot = DdiTraceClaimCompletion(Irp, Routine, Context);

  DdiTraceLogSetCompletion("IoSetCompletionRoutine", Irp, Routine, NULL, DDI_TRACE_SAME_PLACE);
  if (slot != NULL) {
    IoSetCompletionRoutine(Irp, DdiTraceCompletion, slot, OnSuccess, OnError, OnCancel);
  } else {
    IoSetCompletionRoutine(Irp, Routine, Context, OnSuccess, OnError, OnCancel);
  }
}

typedef NTSTATUS (NTAPI *DDI_TRACE_SET_COMPLETION_EX)(
    PDEVICE_OBJECT, PIRP, PIO_COMPLETION_ROUTINE, PVOID, BOOLEAN, BOOLEAN, BOOLEAN);

/* Here the device object is given. A call that fails has set nothing. */
DDI_TRACE_SMALL NTSTATUS DdiTraceSetCompletionEx(
    DDI_TRACE_SET_COMPLETION_EX Set, PDEVICE_OBJECT Device, PIRP Irp, PIO_COMPLETION_ROUTINE Routine,
    PVOID Context, BOOLEAN OnSuccess, BOOLEAN OnError, BOOLEAN OnCancel, DDI_TRACE_PLACE)
{
  DDI_TRACE_SLOT *slot = DdiTraceClaimCompletion(Irp, Routine, Context);
  NTSTATUS status;

  if (slot != NULL) {
    status = Set(Device, Irp, DdiTraceCompletion, slot, OnSuccess, OnError, OnCancel);
  } else {
    status = Set(Device, Irp, Routine, Context, OnSuccess, OnError, OnCancel);
  }
  DdiTraceLogSetCompletion("IoSetCompletionRoutineEx", Irp, Routine, &status, DDI_TRACE_SAME_PLACE);
  if (!NT_SUCCESS(status) && slot != NULL) {
    DdiTraceRelease(slot);
  }
  return status;
}

DDI_TRACE_SMALL PIRP DdiTraceNewIrp(const char *Event, PIRP Irp, DDI_TRACE_PLACE)
{
  DdiTraceLogIrp(Event, Irp, NULL, DDI_TRACE_SAME_PLACE);
  return Irp;
}

/* An IRP that the I/O manager frees, and the event with which it says so. */
DDI_TRACE_LARGE VOID DdiTraceLogBuilt(const char *Event, PIRP Irp, PVOID Object, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, Event);
  DdiTracePointer(&line, " irp=", Irp);
  if (Object != NULL) {
    DdiTracePointer(&line, " object=", Object);
  }
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_SMALL PIRP DdiTraceBuildControl(
    ULONG Code, PDEVICE_OBJECT Target, PVOID In, ULONG InSize, PVOID Out, ULONG OutSize, BOOLEAN Internal,
    PKEVENT Event, PIO_STATUS_BLOCK Block, DDI_TRACE_PLACE)
{
  PIRP irp =
      IoBuildDeviceIoControlRequest(Code, Target, In, InSize, Out, OutSize, Internal, Event, Block);

  DdiTraceLogBuilt("IoBuildDeviceIoControlRequest", irp, Event, DDI_TRACE_SAME_PLACE);
  return irp;
}

DDI_TRACE_SMALL PIRP DdiTraceBuildSynchronous(
    ULONG Major, PDEVICE_OBJECT Target, PVOID Buffer, ULONG Length, PLARGE_INTEGER Offset, PKEVENT Event,
    PIO_STATUS_BLOCK Block, DDI_TRACE_PLACE)
{
  PIRP irp = IoBuildSynchronousFsdRequest(Major, Target, Buffer, Length, Offset, Event, Block);

  DdiTraceLogBuilt("IoBuildSynchronousFsdRequest", irp, Event, DDI_TRACE_SAME_PLACE);
  return irp;
}

/* An IRP that is about to be cancelled, used anew, or made of memory. */
DDI_TRACE_SMALL PIRP DdiTraceUseIrp(const char *Event, PIRP Irp, DDI_TRACE_PLACE)
{
  DdiTraceLogIrp(Event, Irp, NULL, DDI_TRACE_SAME_PLACE);
  return Irp;
}

/* Stack locations follow the IRP. One may hold a completion routine that was never called. */
DDI_TRACE_SMALL VOID DdiTraceFreeIrp(PIRP Irp, DDI_TRACE_PLACE)
{
  PIO_STACK_LOCATION locations = (PIO_STACK_LOCATION)(Irp + 1);
  LONG i;

  DdiTraceLogIrp("IoFreeIrp", Irp, NULL, DDI_TRACE_SAME_PLACE);
  for (i = 0; i < Irp->StackCount; i++) {
    DdiTraceForget(&locations[i]);
  }
  IoFreeIrp(Irp);
}

/* -- devices -- */

/* Device objects are the driver's from here on, also those that never join a stack: control devices. */
DDI_TRACE_LARGE VOID DdiTraceMade(PDEVICE_OBJECT Device, ULONG ExtensionSize, DDI_TRACE_PLACE)
{
  DDI_TRACE_DEVICE *entry = DdiTraceKnowDevice(Device);

  if (entry != NULL) {
    entry->End = entry->Begin + ExtensionSize;
  }
  DdiTraceLogPointer("IoCreateDevice", " dev=", Device, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_SMALL NTSTATUS DdiTraceCreateDevice(
    PDRIVER_OBJECT Driver, ULONG ExtensionSize, PUNICODE_STRING Name, DEVICE_TYPE Type,
    ULONG Characteristics, BOOLEAN Exclusive, PDEVICE_OBJECT *Device, DDI_TRACE_PLACE)
{
  NTSTATUS status =
      IoCreateDevice(Driver, ExtensionSize, Name, Type, Characteristics, Exclusive, Device);

  if (NT_SUCCESS(status)) {
    DdiTraceMade(*Device, ExtensionSize, DDI_TRACE_SAME_PLACE);
  }
  return status;
}

/* wdmsec.h need not be there. The one of MinGW-w64 leaves the calling convention out. */
#if defined(__MINGW32__)
typedef NTSTATUS (*DDI_TRACE_CREATE_SECURE)(
#else
typedef NTSTATUS (NTAPI *DDI_TRACE_CREATE_SECURE)(
#endif
    PDRIVER_OBJECT, ULONG, PUNICODE_STRING, DEVICE_TYPE, ULONG, BOOLEAN, PCUNICODE_STRING, LPCGUID,
    PDEVICE_OBJECT *);

DDI_TRACE_SMALL NTSTATUS DdiTraceCreateDeviceSecure(
    DDI_TRACE_CREATE_SECURE Create, PDRIVER_OBJECT Driver, ULONG ExtensionSize, PUNICODE_STRING Name,
    DEVICE_TYPE Type, ULONG Characteristics, BOOLEAN Exclusive, PCUNICODE_STRING Sddl, LPCGUID Class,
    PDEVICE_OBJECT *Device, DDI_TRACE_PLACE)
{
  NTSTATUS status =
      Create(Driver, ExtensionSize, Name, Type, Characteristics, Exclusive, Sddl, Class, Device);

  if (NT_SUCCESS(status)) {
    DdiTraceMade(*Device, ExtensionSize, DDI_TRACE_SAME_PLACE);
  }
  return status;
}

DDI_TRACE_LARGE VOID DdiTraceAnnounce(
    PDEVICE_OBJECT Device, const char *Role, PVOID Lower, ULONG Bus, DDI_TRACE_PLACE)
{
  DDI_TRACE_DEVICE *entry = DdiTraceKnowDevice(Device);

  if (entry != NULL) {
    entry->Announced = TRUE;
  }
  DdiTraceLogAddDevice(Device, Role, Lower, Bus, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_SMALL PDEVICE_OBJECT DdiTraceAttach(PDEVICE_OBJECT Device, PDEVICE_OBJECT Target, DDI_TRACE_PLACE)
{
  PDEVICE_OBJECT lower = IoAttachDeviceToDeviceStack(Device, Target);

  if (lower != NULL) {
    DdiTraceAnnounce(
        Device, DDI_TRACE_WORD(DDI_TRACE_ROLE), lower, DDI_TRACE_BUS, DDI_TRACE_SAME_PLACE);
  }
  return lower;
}

typedef NTSTATUS (NTAPI *DDI_TRACE_ATTACH_SAFE)(PDEVICE_OBJECT, PDEVICE_OBJECT, PDEVICE_OBJECT *);

DDI_TRACE_SMALL NTSTATUS DdiTraceAttachSafe(
    DDI_TRACE_ATTACH_SAFE Attach, PDEVICE_OBJECT Device, PDEVICE_OBJECT Target, PDEVICE_OBJECT *Lower,
    DDI_TRACE_PLACE)
{
  NTSTATUS status = Attach(Device, Target, Lower);

  if (NT_SUCCESS(status)) {
    DdiTraceAnnounce(
        Device, DDI_TRACE_WORD(DDI_TRACE_ROLE), *Lower, DDI_TRACE_BUS, DDI_TRACE_SAME_PLACE);
  }
  return status;
}

/* The argument is the device below; the driver's own is the one attached to it. */
DDI_TRACE_SMALL VOID DdiTraceDetach(PDEVICE_OBJECT Target, DDI_TRACE_PLACE)
{
  DdiTraceLogDetach(Target->AttachedDevice, Target, DDI_TRACE_SAME_PLACE);
  IoDetachDevice(Target);
}

DDI_TRACE_SMALL VOID DdiTraceDeleteDevice(PDEVICE_OBJECT Device, DDI_TRACE_PLACE)
{
  DDI_TRACE_DEVICE *entry = DdiTraceFindDevice(Device);

  DdiTraceLogPointer("IoDeleteDevice", " dev=", Device, DDI_TRACE_SAME_PLACE);
  if (entry != NULL) {
    (VOID)InterlockedExchangePointer(&entry->Device, NULL);
  }
  IoDeleteDevice(Device);
}

/* -- queues. An entry named ...Tail.Overlay.ListEntry in the source is an IRP's. -- */

DDI_TRACE_LARGE PIRP DdiTraceIrpOfEntry(PVOID Entry, const char *Expression)
{
  static const char member[] = "Tail.Overlay.ListEntry";
  ULONG i;

  for (; *Expression != 0; Expression++) {
    for (i = 0; member[i] != 0 && Expression[i] == member[i]; i++) {
    }
    if (member[i] == 0) {
      return CONTAINING_RECORD(Entry, IRP, Tail.Overlay.ListEntry);
    }
  }
  return NULL;
}

DDI_TRACE_SMALL VOID DdiTraceInsertHead(
    PLIST_ENTRY Head, PLIST_ENTRY Entry, const char *Expression, DDI_TRACE_PLACE)
{
  DdiTraceLogQueue("InsertHeadList", DdiTraceIrpOfEntry(Entry, Expression), DDI_TRACE_SAME_PLACE);
  InsertHeadList(Head, Entry);
}

DDI_TRACE_SMALL VOID DdiTraceInsertTail(
    PLIST_ENTRY Head, PLIST_ENTRY Entry, const char *Expression, DDI_TRACE_PLACE)
{
  DdiTraceLogQueue("InsertTailList", DdiTraceIrpOfEntry(Entry, Expression), DDI_TRACE_SAME_PLACE);
  InsertTailList(Head, Entry);
}

DDI_TRACE_SMALL PLIST_ENTRY DdiTraceRemoveHead(PLIST_ENTRY Head, DDI_TRACE_PLACE)
{
  PLIST_ENTRY entry = RemoveHeadList(Head);

  if (entry != Head) { /* the list was not empty */
    DdiTraceLogQueue("RemoveHeadList", NULL, DDI_TRACE_SAME_PLACE);
  }
  return entry;
}

DDI_TRACE_SMALL BOOLEAN DdiTraceRemoveEntry(PLIST_ENTRY Entry, const char *Expression, DDI_TRACE_PLACE)
{
  BOOLEAN empty = RemoveEntryList(Entry);

  DdiTraceLogQueue("RemoveEntryList", DdiTraceIrpOfEntry(Entry, Expression), DDI_TRACE_SAME_PLACE);
  return empty;
}

DDI_TRACE_SMALL PLIST_ENTRY DdiTraceInterlockedInsertHead(
    PLIST_ENTRY Head, PLIST_ENTRY Entry, PKSPIN_LOCK Lock, const char *Expression, DDI_TRACE_PLACE)
{
  DdiTraceLogQueue(
      "ExInterlockedInsertHeadList", DdiTraceIrpOfEntry(Entry, Expression), DDI_TRACE_SAME_PLACE);
  return ExInterlockedInsertHeadList(Head, Entry, Lock);
}

DDI_TRACE_SMALL PLIST_ENTRY DdiTraceInterlockedInsertTail(
    PLIST_ENTRY Head, PLIST_ENTRY Entry, PKSPIN_LOCK Lock, const char *Expression, DDI_TRACE_PLACE)
{
  DdiTraceLogQueue(
      "ExInterlockedInsertTailList", DdiTraceIrpOfEntry(Entry, Expression), DDI_TRACE_SAME_PLACE);
  return ExInterlockedInsertTailList(Head, Entry, Lock);
}

DDI_TRACE_SMALL PLIST_ENTRY DdiTraceInterlockedRemoveHead(
    PLIST_ENTRY Head, PKSPIN_LOCK Lock, DDI_TRACE_PLACE)
{
  PLIST_ENTRY entry = ExInterlockedRemoveHeadList(Head, Lock);

  if (entry != NULL) {
    DdiTraceLogQueue("ExInterlockedRemoveHeadList", NULL, DDI_TRACE_SAME_PLACE);
  }
  return entry;
}

DDI_TRACE_SMALL PSINGLE_LIST_ENTRY DdiTraceInterlockedPush(
    PSINGLE_LIST_ENTRY Head, PSINGLE_LIST_ENTRY Entry, PKSPIN_LOCK Lock, DDI_TRACE_PLACE)
{
  DdiTraceLogQueue("ExInterlockedPushEntryList", NULL, DDI_TRACE_SAME_PLACE);
  return ExInterlockedPushEntryList(Head, Entry, Lock);
}

DDI_TRACE_SMALL VOID DdiTraceCsqInsert(
    PIO_CSQ Csq, PIRP Irp, PIO_CSQ_IRP_CONTEXT Context, DDI_TRACE_PLACE)
{
  DdiTraceLogQueue("IoCsqInsertIrp", Irp, DDI_TRACE_SAME_PLACE);
  IoCsqInsertIrp(Csq, Irp, Context);
}

typedef NTSTATUS (NTAPI *DDI_TRACE_CSQ_INSERT_EX)(PIO_CSQ, PIRP, PIO_CSQ_IRP_CONTEXT, PVOID);

DDI_TRACE_SMALL NTSTATUS DdiTraceCsqInsertEx(
    DDI_TRACE_CSQ_INSERT_EX Insert, PIO_CSQ Csq, PIRP Irp, PIO_CSQ_IRP_CONTEXT Context,
    PVOID InsertContext, DDI_TRACE_PLACE)
{
  DdiTraceLogQueue("IoCsqInsertIrpEx", Irp, DDI_TRACE_SAME_PLACE);
  return Insert(Csq, Irp, Context, InsertContext);
}

DDI_TRACE_SMALL PIRP DdiTraceCsqTaken(const char *Event, PIRP Irp, DDI_TRACE_PLACE)
{
  if (Irp != NULL) {
    DdiTraceLogQueue(Event, Irp, DDI_TRACE_SAME_PLACE);
  }
  return Irp;
}

/* -- waiting -- */

DDI_TRACE_SMALL NTSTATUS DdiTraceWait(
    PVOID Object, KWAIT_REASON Reason, KPROCESSOR_MODE Mode, BOOLEAN Alertable, PLARGE_INTEGER Timeout,
    DDI_TRACE_PLACE)
{
  NTSTATUS status;

  DdiTraceLogWait("KeWaitForSingleObjectCall", Object, Timeout, NULL, DDI_TRACE_SAME_PLACE);
  status = KeWaitForSingleObject(Object, Reason, Mode, Alertable, Timeout);
  DdiTraceLogWait("KeWaitForSingleObject", Object, Timeout, &status, DDI_TRACE_SAME_PLACE);
  return status;
}

DDI_TRACE_SMALL NTSTATUS DdiTraceWaitForSeveral(
    ULONG Count, PVOID *Objects, WAIT_TYPE Type, KWAIT_REASON Reason, KPROCESSOR_MODE Mode,
    BOOLEAN Alertable, PLARGE_INTEGER Timeout, PKWAIT_BLOCK Blocks, DDI_TRACE_PLACE)
{
  PVOID object = Count == 1 ? Objects[0] : NULL;
  NTSTATUS status;

  DdiTraceLogWait("KeWaitForMultipleObjectsCall", object, Timeout, NULL, DDI_TRACE_SAME_PLACE);
  status = KeWaitForMultipleObjects(Count, Objects, Type, Reason, Mode, Alertable, Timeout, Blocks);
  DdiTraceLogWait("KeWaitForMultipleObjects", NULL, Timeout, &status, DDI_TRACE_SAME_PLACE);
  return status;
}

DDI_TRACE_SMALL LONG DdiTraceSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait, DDI_TRACE_PLACE)
{
  DdiTraceLogPointerNumber(
      "KeSetEvent", " object=", Event, " wait=", Wait ? 1 : 0, DDI_TRACE_SAME_PLACE);
  return KeSetEvent(Event, Increment, Wait);
}

DDI_TRACE_SMALL VOID DdiTraceInitializeEvent(
    PRKEVENT Event, EVENT_TYPE Type, BOOLEAN Signaled, DDI_TRACE_PLACE)
{
  DdiTraceLogPointerNumber(
      "KeInitializeEvent", " object=", Event, " signaled=", Signaled ? 1 : 0, DDI_TRACE_SAME_PLACE);
  KeInitializeEvent(Event, Type, Signaled);
}

/* -- power -- */

DDI_TRACE_LARGE VOID DdiTraceLogRequestPower(
    PVOID Device, UCHAR Minor, POWER_STATE State, BOOLEAN WantsIrp, NTSTATUS Status, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, "PoRequestPowerIrp");
  DdiTracePointer(&line, " dev=", Device);
  DdiTraceMinor(&line, IRP_MJ_POWER, Minor);
  DdiTracePowerState(&line, Minor == IRP_MN_WAIT_WAKE ? SystemPowerState : DevicePowerState, State);
  DdiTraceStatus(&line, Status);
  DdiTraceDecimal(&line, " irpout=", WantsIrp ? 1 : 0);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_SMALL NTSTATUS DdiTraceRequestPower(
    PDEVICE_OBJECT Device, UCHAR Minor, POWER_STATE State, PREQUEST_POWER_COMPLETE Routine, PVOID Context,
    PIRP *Irp, DDI_TRACE_PLACE)
{
  DDI_TRACE_SLOT *slot = NULL;
  NTSTATUS status;

  if (Routine != NULL) {
    slot = DdiTraceClaimRoutine(NULL, (DDI_TRACE_ANY_ROUTINE)Routine, Context);
  }
  if (slot != NULL) {
    status = PoRequestPowerIrp(Device, Minor, State, DdiTracePowerCompletion, slot, Irp);
  } else {
    status = PoRequestPowerIrp(Device, Minor, State, Routine, Context, Irp);
  }
  if (slot != NULL && !NT_SUCCESS(status)) {
    DdiTraceRelease(slot); /* no IRP was sent, nobody will call back */
  }
  DdiTraceLogRequestPower(
      Device, Minor, State, (BOOLEAN)(Irp != NULL), status, DDI_TRACE_SAME_PLACE);
  return status;
}

DDI_TRACE_LARGE VOID DdiTraceLogSetPowerState(
    PVOID Device, POWER_STATE_TYPE Type, POWER_STATE State, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, "PoSetPowerState");
  DdiTracePointer(&line, " dev=", Device);
  DdiTracePowerState(&line, Type, State);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_SMALL POWER_STATE DdiTraceSetPowerState(
    PDEVICE_OBJECT Device, POWER_STATE_TYPE Type, POWER_STATE State, DDI_TRACE_PLACE)
{
  DdiTraceLogSetPowerState(Device, Type, State, DDI_TRACE_SAME_PLACE);
  return PoSetPowerState(Device, Type, State);
}

DDI_TRACE_SMALL VOID DdiTraceStartNextPower(PIRP Irp, DDI_TRACE_PLACE)
{
  DdiTraceLogIrp("PoStartNextPowerIrp", Irp, DdiTraceDeviceOf(Irp), DDI_TRACE_SAME_PLACE);
  PoStartNextPowerIrp(Irp);
}

/* -- WMI -- */

#ifndef DDI_TRACE_NO_WMI

DDI_TRACE_LARGE VOID DdiTraceLogWmi(
    PVOID Irp, PVOID Device, SYSCTL_IRP_DISPOSITION Disposition, NTSTATUS Status, DDI_TRACE_PLACE)
{
  static const char *const words[] = {"IrpProcessed", "IrpNotCompleted", "IrpNotWmi", "IrpForward"};
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, "WmiSystemControl");
  DdiTraceIrp(&line, Irp, Device);
  DdiTraceWord(&line, " disposition=", words[(ULONG)Disposition & 3], 16);
  DdiTraceStatus(&line, Status);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_SMALL NTSTATUS DdiTraceWmi(
    PWMILIB_CONTEXT Context, PDEVICE_OBJECT Device, PIRP Irp, PSYSCTL_IRP_DISPOSITION Disposition,
    DDI_TRACE_PLACE)
{
  NTSTATUS status = WmiSystemControl(Context, Device, Irp, Disposition);

  DdiTraceLogWmi(Irp, Device, *Disposition, status, DDI_TRACE_SAME_PLACE);
  return status;
}

#endif

/* -- pool. The allocator is passed by name, so that only those that the driver uses need be declared. -- */

typedef PVOID (NTAPI *DDI_TRACE_ALLOCATE)(POOL_TYPE, SIZE_T, ULONG);
typedef PVOID (NTAPI *DDI_TRACE_ALLOCATE2)(ULONGLONG, SIZE_T, ULONG);

/* Older kits have neither this structure nor the routines that take it. */
struct _POOL_EXTENDED_PARAMETER;
typedef PVOID (NTAPI *DDI_TRACE_ALLOCATE3)(
    ULONGLONG, SIZE_T, ULONG, const struct _POOL_EXTENDED_PARAMETER *, ULONG);
typedef VOID (NTAPI *DDI_TRACE_FREE2)(PVOID, ULONG, const struct _POOL_EXTENDED_PARAMETER *, ULONG);

typedef PVOID (NTAPI *DDI_TRACE_ALLOCATE_PRIORITY)(POOL_TYPE, SIZE_T, ULONG, EX_POOL_PRIORITY);

typedef PVOID (NTAPI *DDI_TRACE_ALLOCATE_UNTAGGED)(POOL_TYPE, SIZE_T);

DDI_TRACE_SMALL PVOID DdiTraceAllocate(
    DDI_TRACE_ALLOCATE Allocate, const char *Event, POOL_TYPE Type, SIZE_T Size, ULONG Tag, DDI_TRACE_PLACE)
{
  PVOID pointer = Allocate(Type, Size, Tag);

  DdiTraceLogPool(Event, pointer, Size, Tag, " pooltype=", (ULONG)Type, DDI_TRACE_SAME_PLACE);
  return pointer;
}

DDI_TRACE_SMALL PVOID DdiTraceAllocatePriority(
    DDI_TRACE_ALLOCATE_PRIORITY Allocate, const char *Event, POOL_TYPE Type, SIZE_T Size, ULONG Tag,
    EX_POOL_PRIORITY Priority, DDI_TRACE_PLACE)
{
  PVOID pointer = Allocate(Type, Size, Tag, Priority);

  DdiTraceLogPool(Event, pointer, Size, Tag, " pooltype=", (ULONG)Type, DDI_TRACE_SAME_PLACE);
  return pointer;
}

DDI_TRACE_SMALL PVOID DdiTraceAllocateUntagged(
    DDI_TRACE_ALLOCATE_UNTAGGED Allocate, POOL_TYPE Type, SIZE_T Size, DDI_TRACE_PLACE)
{
  PVOID pointer = Allocate(Type, Size);

  DdiTraceLogPool("ExAllocatePool", pointer, Size, 0, " pooltype=", (ULONG)Type, DDI_TRACE_SAME_PLACE);
  return pointer;
}

DDI_TRACE_SMALL PVOID DdiTraceAllocate2(
    DDI_TRACE_ALLOCATE2 Allocate, ULONGLONG Flags, SIZE_T Size, ULONG Tag, DDI_TRACE_PLACE)
{
  PVOID pointer = Allocate(Flags, Size, Tag);

  DdiTraceLogPool(
      "ExAllocatePool2", pointer, Size, Tag, " poolflags=", Flags, DDI_TRACE_SAME_PLACE);
  return pointer;
}

DDI_TRACE_SMALL PVOID DdiTraceAllocate3(
    DDI_TRACE_ALLOCATE3 Allocate, ULONGLONG Flags, SIZE_T Size, ULONG Tag,
    const struct _POOL_EXTENDED_PARAMETER *Parameters, ULONG Count, DDI_TRACE_PLACE)
{
  PVOID pointer = Allocate(Flags, Size, Tag, Parameters, Count);

  DdiTraceLogPool(
      "ExAllocatePool3", pointer, Size, Tag, " poolflags=", Flags, DDI_TRACE_SAME_PLACE);
  return pointer;
}

DDI_TRACE_SMALL PVOID DdiTraceFreed(PVOID Pointer, ULONG Tag, DDI_TRACE_PLACE)
{
  DdiTraceLogPool("ExFreePool", Pointer, 0, Tag, NULL, 0, DDI_TRACE_SAME_PLACE);
  return Pointer;
}

DDI_TRACE_SMALL VOID DdiTraceFreeWithTag(PVOID Pointer, ULONG Tag, DDI_TRACE_PLACE)
{
  ExFreePoolWithTag(DdiTraceFreed(Pointer, Tag, DDI_TRACE_SAME_PLACE), Tag);
}

DDI_TRACE_SMALL VOID DdiTraceFree2(
    DDI_TRACE_FREE2 Free, PVOID Pointer, ULONG Tag, const struct _POOL_EXTENDED_PARAMETER *Parameters,
    ULONG Count, DDI_TRACE_PLACE)
{
  Free(DdiTraceFreed(Pointer, Tag, DDI_TRACE_SAME_PLACE), Tag, Parameters, Count);
}

#if DDI_TRACE_HANDLES

/* -- registry keys -- */

DDI_TRACE_SMALL NTSTATUS DdiTraceCreateKey(
    PHANDLE Key, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes, ULONG TitleIndex,
    PUNICODE_STRING Class, ULONG Options, PULONG Disposition, DDI_TRACE_PLACE)
{
  NTSTATUS status = ZwCreateKey(Key, Access, Attributes, TitleIndex, Class, Options, Disposition);

  return DdiTraceLogOpened("ZwCreateKey", Key, status, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_SMALL NTSTATUS DdiTraceOpenKey(
    PHANDLE Key, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes, DDI_TRACE_PLACE)
{
  return DdiTraceLogOpened(
      "ZwOpenKey", Key, ZwOpenKey(Key, Access, Attributes), DDI_TRACE_SAME_PLACE);
}

typedef NTSTATUS (NTAPI *DDI_TRACE_OPEN_KEY_EX)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, ULONG);

DDI_TRACE_SMALL NTSTATUS DdiTraceOpenKeyEx(
    DDI_TRACE_OPEN_KEY_EX Open, PHANDLE Key, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes,
    ULONG Options, DDI_TRACE_PLACE)
{
  return DdiTraceLogOpened(
      "ZwOpenKeyEx", Key, Open(Key, Access, Attributes, Options), DDI_TRACE_SAME_PLACE);
}

typedef NTSTATUS (NTAPI *DDI_TRACE_OPEN_DEVICE_KEY)(PDEVICE_OBJECT, ULONG, ACCESS_MASK, PHANDLE);

DDI_TRACE_SMALL NTSTATUS DdiTraceOpenDeviceKey(
    DDI_TRACE_OPEN_DEVICE_KEY Open, PDEVICE_OBJECT Device, ULONG Kind, ACCESS_MASK Access, PHANDLE Key,
    DDI_TRACE_PLACE)
{
  return DdiTraceLogOpened(
      "IoOpenDeviceRegistryKey", Key, Open(Device, Kind, Access, Key), DDI_TRACE_SAME_PLACE);
}

typedef NTSTATUS (NTAPI *DDI_TRACE_OPEN_INTERFACE_KEY)(PUNICODE_STRING, ACCESS_MASK, PHANDLE);

DDI_TRACE_SMALL NTSTATUS DdiTraceOpenInterfaceKey(
    DDI_TRACE_OPEN_INTERFACE_KEY Open, PUNICODE_STRING Name, ACCESS_MASK Access, PHANDLE Key,
    DDI_TRACE_PLACE)
{
  return DdiTraceLogOpened(
      "IoOpenDeviceInterfaceRegistryKey", Key, Open(Name, Access, Key), DDI_TRACE_SAME_PLACE);
}

#endif

#if DDI_TRACE_LOCKS

/* -- spin locks: logged where they are held, so after the acquire and before the release -- */

DDI_TRACE_SMALL KIRQL DdiTraceAcquireSpinLock(PKSPIN_LOCK Lock, DDI_TRACE_PLACE)
{
  KIRQL old;

  KeAcquireSpinLock(Lock, &old);
  DdiTraceLogSpinLock("KeAcquireSpinLock", Lock, NULL, " oldirql=", old, DDI_TRACE_SAME_PLACE);
  return old;
}

DDI_TRACE_SMALL VOID DdiTraceReleaseSpinLock(PKSPIN_LOCK Lock, KIRQL New, DDI_TRACE_PLACE)
{
  DdiTraceLogSpinLock("KeReleaseSpinLock", Lock, NULL, " newirql=", New, DDI_TRACE_SAME_PLACE);
  KeReleaseSpinLock(Lock, New);
}

DDI_TRACE_SMALL VOID DdiTraceAcquireSpinLockAtDpc(PKSPIN_LOCK Lock, DDI_TRACE_PLACE)
{
  KeAcquireSpinLockAtDpcLevel(Lock);
  DdiTraceLogSpinLock("KeAcquireSpinLockAtDpcLevel", Lock, NULL, NULL, 0, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_SMALL VOID DdiTraceReleaseSpinLockFromDpc(PKSPIN_LOCK Lock, DDI_TRACE_PLACE)
{
  DdiTraceLogSpinLock("KeReleaseSpinLockFromDpcLevel", Lock, NULL, NULL, 0, DDI_TRACE_SAME_PLACE);
  KeReleaseSpinLockFromDpcLevel(Lock);
}

DDI_TRACE_SMALL BOOLEAN DdiTraceSpinLockTried(PKSPIN_LOCK Lock, BOOLEAN Granted, DDI_TRACE_PLACE)
{
  DdiTraceLogSpinLock("KeTryToAcquireSpinLockAtDpcLevel", Lock, NULL, " granted=", Granted ? 1 : 0,
                      DDI_TRACE_SAME_PLACE);
  return Granted;
}

typedef KIRQL (NTAPI *DDI_TRACE_ACQUIRE_FOR_DPC)(PKSPIN_LOCK);

DDI_TRACE_SMALL KIRQL DdiTraceAcquireForDpc(
    DDI_TRACE_ACQUIRE_FOR_DPC Acquire, PKSPIN_LOCK Lock, DDI_TRACE_PLACE)
{
  KIRQL old = Acquire(Lock);

  DdiTraceLogSpinLock("KeAcquireSpinLock", Lock, NULL, " oldirql=", old, DDI_TRACE_SAME_PLACE);
  return old;
}

typedef VOID (NTAPI *DDI_TRACE_RELEASE_FOR_DPC)(PKSPIN_LOCK, KIRQL);

DDI_TRACE_SMALL VOID DdiTraceReleaseForDpc(
    DDI_TRACE_RELEASE_FOR_DPC Release, PKSPIN_LOCK Lock, KIRQL New, DDI_TRACE_PLACE)
{
  DdiTraceLogSpinLock("KeReleaseSpinLock", Lock, NULL, " newirql=", New, DDI_TRACE_SAME_PLACE);
  Release(Lock, New);
}

/* The forms of x86 alone are FASTCALL. */
#ifndef FASTCALL
#define DDI_TRACE_QUEUED_CALL
#else
#define DDI_TRACE_QUEUED_CALL FASTCALL
#endif

typedef VOID (DDI_TRACE_QUEUED_CALL *DDI_TRACE_ACQUIRE_QUEUED)(PKSPIN_LOCK, PKLOCK_QUEUE_HANDLE);
typedef VOID (DDI_TRACE_QUEUED_CALL *DDI_TRACE_RELEASE_QUEUED)(PKLOCK_QUEUE_HANDLE);

DDI_TRACE_SMALL VOID DdiTraceAcquireQueued(
    DDI_TRACE_ACQUIRE_QUEUED Acquire, const char *Event, PKSPIN_LOCK Lock, PKLOCK_QUEUE_HANDLE Handle,
    DDI_TRACE_PLACE)
{
  Acquire(Lock, Handle);
  DdiTraceLogSpinLock(Event, Lock, Handle, NULL, 0, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_SMALL VOID DdiTraceReleaseQueued(
    DDI_TRACE_RELEASE_QUEUED Release, const char *Event, PKLOCK_QUEUE_HANDLE Handle, DDI_TRACE_PLACE)
{
  DdiTraceLogSpinLock(Event, NULL, Handle, NULL, 0, DDI_TRACE_SAME_PLACE);
  Release(Handle);
}

DDI_TRACE_SMALL VOID DdiTraceAcquireCancel(PKIRQL Irql, DDI_TRACE_PLACE)
{
  IoAcquireCancelSpinLock(Irql);
  DdiTraceLogSpinLock("IoAcquireCancelSpinLock", NULL, NULL, " oldirql=", *Irql, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_SMALL VOID DdiTraceReleaseCancel(KIRQL Irql, DDI_TRACE_PLACE)
{
  DdiTraceLogSpinLock("IoReleaseCancelSpinLock", NULL, NULL, " newirql=", Irql, DDI_TRACE_SAME_PLACE);
  IoReleaseCancelSpinLock(Irql);
}

/* -- the IRQL -- */

DDI_TRACE_SMALL KIRQL DdiTraceRaise(KIRQL New, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;
  KIRQL old;

  KeRaiseIrql(New, &old);
  DdiTraceBegin(&line, "KeRaiseIrql");
  DdiTraceDecimal(&line, " newirql=", New);
  DdiTraceDecimal(&line, " oldirql=", old);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
  return old;
}

DDI_TRACE_SMALL VOID DdiTraceLower(KIRQL New, DDI_TRACE_PLACE)
{
  DdiTraceLogSpinLock("KeLowerIrql", NULL, NULL, " newirql=", New, DDI_TRACE_SAME_PLACE);
  KeLowerIrql(New);
}

/* -- resources -- */

DDI_TRACE_SMALL BOOLEAN DdiTraceResource(
    const char *Event, PVOID Resource, BOOLEAN Granted, DDI_TRACE_PLACE)
{
  DdiTraceLogPointerNumber(
      Event, " object=", Resource, " granted=", Granted ? 1 : 0, DDI_TRACE_SAME_PLACE);
  return Granted;
}

DDI_TRACE_SMALL BOOLEAN DdiTraceAcquireExclusive(PERESOURCE Resource, BOOLEAN Wait, DDI_TRACE_PLACE)
{
  return DdiTraceResource("ExAcquireResourceExclusiveLite", Resource,
                          ExAcquireResourceExclusiveLite(Resource, Wait), DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_SMALL BOOLEAN DdiTraceAcquireShared(PERESOURCE Resource, BOOLEAN Wait, DDI_TRACE_PLACE)
{
  return DdiTraceResource("ExAcquireResourceSharedLite", Resource,
                          ExAcquireResourceSharedLite(Resource, Wait), DDI_TRACE_SAME_PLACE);
}

typedef PVOID (NTAPI *DDI_TRACE_ENTER_AND_ACQUIRE)(PERESOURCE);

DDI_TRACE_SMALL PVOID DdiTraceEnterAndAcquire(
    DDI_TRACE_ENTER_AND_ACQUIRE Acquire, const char *Event, PERESOURCE Resource, DDI_TRACE_PLACE)
{
  PVOID result = Acquire(Resource);

  DdiTraceLogPointer(Event, " object=", Resource, DDI_TRACE_SAME_PLACE);
  return result;
}

#endif

#if DDI_TRACE_CANCEL

/* -- cancel routines. The wrapper has no context but the IRP, so its slot is found by the IRP's field. Whoever takes
 * the wrapper out of the field, by an exchange, owns the slot: IoCancelIrp, whose call of the wrapper frees
 * it, or IoSetCancelRoutine, which gives the driver its own routine back. -- */

DDI_TRACE_LARGE DDI_TRACE_SLOT *DdiTraceFindRoutine(PVOID Key)
{
  ULONG i;
  ULONG hash = DdiTraceHash(Key);

  for (i = 0; i < DDI_TRACE_PROBES; i++) {
    DDI_TRACE_SLOT *slot = &DdiTraceState.Routines[(hash + i) % DDI_TRACE_ROUTINES];
    if (slot->Key == Key) {
      return slot;
    }
  }
  return NULL;
}

DDI_TRACE_SMALL VOID NTAPI DdiTraceCancelled(PDEVICE_OBJECT Device, PIRP Irp)
{
  DDI_TRACE_SLOT *slot = DdiTraceFindRoutine((PVOID)&Irp->CancelRoutine);
  PDRIVER_CANCEL routine;

  if (slot == NULL) { /* cannot be: it is there from before the wrapper was set */
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    return;
  }
  routine = (PDRIVER_CANCEL)slot->Routine;
  DdiTraceRelease(slot); /* before the call: the routine completes the IRP */
  DdiTraceLogCallback("CallbackEnter", "Cancel", Irp, Device, DDI_TRACE_NO_PLACE);
  routine(Device, Irp);
  DdiTraceLeave();
  DdiTraceLogCallback("CallbackExit", "Cancel", NULL, NULL, DDI_TRACE_NO_PLACE);
  DdiTraceLeft();
}

/* The wrapper to set instead of a cancel routine. Where the IRP has a wrapper already its slot is in use, and
 * where there is no slot the wrapper would find none: then the driver's own routine, unwrapped. */
DDI_TRACE_LARGE PDRIVER_CANCEL DdiTraceWrapCancel(PIRP Irp, PDRIVER_CANCEL Routine)
{
  if (Routine == NULL) {
    return NULL;
  }
  if (Irp->CancelRoutine == DdiTraceCancelled) {
    InterlockedExchangeAdd(&DdiTraceState.Lost, 2);
    return Routine;
  }
  return DdiTraceClaimRoutine((PVOID)&Irp->CancelRoutine, (DDI_TRACE_ANY_ROUTINE)Routine, NULL) != NULL
      ? DdiTraceCancelled : Routine;
}

DDI_TRACE_SMALL PDRIVER_CANCEL DdiTraceSetCancel(PIRP Irp, PDRIVER_CANCEL Routine, DDI_TRACE_PLACE)
{
  PDRIVER_CANCEL wrapper = DdiTraceWrapCancel(Irp, Routine);
  PDRIVER_CANCEL previous = IoSetCancelRoutine(Irp, wrapper);

  if (previous == DdiTraceCancelled) {
    DDI_TRACE_SLOT *slot = DdiTraceFindRoutine((PVOID)&Irp->CancelRoutine);
    if (slot != NULL) {
      previous = (PDRIVER_CANCEL)slot->Routine;
      DdiTraceRelease(slot);
    }
  }
  DdiTraceLogSetCancel(Irp, Routine, previous, DDI_TRACE_SAME_PLACE);
  return previous;
}

#endif

/* -- the I/O manager's queue of a device -- */

typedef VOID (NTAPI *DDI_TRACE_START_PACKET)(PDEVICE_OBJECT, PIRP, PULONG, PDRIVER_CANCEL);

DDI_TRACE_SMALL VOID DdiTraceStartPacket(
    DDI_TRACE_START_PACKET Start, PDEVICE_OBJECT Device, PIRP Irp, PULONG Key, PDRIVER_CANCEL Cancel,
    DDI_TRACE_PLACE)
{
  DdiTraceLogStartPacket(Device, Irp, DDI_TRACE_SAME_PLACE);
#if DDI_TRACE_CANCEL
  Cancel = DdiTraceWrapCancel(Irp, Cancel);
#endif
  Start(Device, Irp, Key, Cancel);
}

typedef VOID (NTAPI *DDI_TRACE_START_IO_ATTRIBUTES)(PDEVICE_OBJECT, BOOLEAN, BOOLEAN);

DDI_TRACE_SMALL VOID DdiTraceStartIoAttributes(
    DDI_TRACE_START_IO_ATTRIBUTES Set, PDEVICE_OBJECT Device, BOOLEAN Deferred, BOOLEAN NonCancelable,
    DDI_TRACE_PLACE)
{
  DdiTraceLogStartIoAttributes(Device, Deferred, NonCancelable, DDI_TRACE_SAME_PLACE);
  Set(Device, Deferred, NonCancelable);
}

/* -- work items, DPCs, timers, threads -- */

DDI_TRACE_SMALL VOID DdiTraceQueueWorkItem(
    PIO_WORKITEM Item, PIO_WORKITEM_ROUTINE Routine, WORK_QUEUE_TYPE Queue, PVOID Context,
    DDI_TRACE_PLACE)
{
  DDI_TRACE_SLOT *slot = DdiTraceClaimRoutine(Item, (DDI_TRACE_ANY_ROUTINE)Routine, Context);

  DdiTraceLogPointer("IoQueueWorkItem", " object=", Item, DDI_TRACE_SAME_PLACE);
  if (slot != NULL) {
    IoQueueWorkItem(Item, DdiTraceWorkItem, Queue, slot);
  } else {
    IoQueueWorkItem(Item, Routine, Queue, Context);
  }
}

#if defined(NTDDI_VISTA) && NTDDI_VERSION >= NTDDI_VISTA
DDI_TRACE_SMALL VOID DdiTraceQueueWorkItemEx(
    PIO_WORKITEM Item, PIO_WORKITEM_ROUTINE_EX Routine, WORK_QUEUE_TYPE Queue, PVOID Context,
    DDI_TRACE_PLACE)
{
  DDI_TRACE_SLOT *slot = DdiTraceClaimRoutine(Item, (DDI_TRACE_ANY_ROUTINE)Routine, Context);

  DdiTraceLogPointer("IoQueueWorkItem", " object=", Item, DDI_TRACE_SAME_PLACE);
  if (slot != NULL) {
    IoQueueWorkItemEx(Item, DdiTraceWorkItemEx, Queue, slot);
  } else {
    IoQueueWorkItemEx(Item, Routine, Queue, Context);
  }
}
#endif

/* A DPC's slot stays: it can be queued again at any time until the memory is used for another. */
DDI_TRACE_SMALL VOID DdiTraceInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE Routine, PVOID Context)
{
  DDI_TRACE_SLOT *slot = DdiTraceClaimTimer(Dpc, (DDI_TRACE_ANY_ROUTINE)Routine, Context);

  if (slot != NULL) {
    KeInitializeDpc(Dpc, DdiTraceDpc, slot);
  } else {
    KeInitializeDpc(Dpc, Routine, Context);
  }
}

DDI_TRACE_SMALL NTSTATUS DdiTraceInitializeTimer(
    PDEVICE_OBJECT Device, PIO_TIMER_ROUTINE Routine, PVOID Context, DDI_TRACE_PLACE)
{
  DDI_TRACE_SLOT *slot = DdiTraceClaimTimer(Device, (DDI_TRACE_ANY_ROUTINE)Routine, Context);

  DdiTraceAtMost(PASSIVE_LEVEL, "IoInitializeTimer", DDI_TRACE_SAME_PLACE);
  if (slot != NULL) {
    return IoInitializeTimer(Device, DdiTraceTimer, slot);
  }
  return IoInitializeTimer(Device, Routine, Context);
}

DDI_TRACE_SMALL NTSTATUS DdiTraceCreateThread(
    PHANDLE Thread, ULONG Access, POBJECT_ATTRIBUTES Attributes, HANDLE Process, PCLIENT_ID Id,
    PKSTART_ROUTINE Routine, PVOID Context, DDI_TRACE_PLACE)
{
  DDI_TRACE_SLOT *slot = DdiTraceClaimRoutine(NULL, (DDI_TRACE_ANY_ROUTINE)Routine, Context);
  NTSTATUS status;

  DdiTraceLog("PsCreateSystemThread", DDI_TRACE_SAME_PLACE);
  if (slot == NULL) {
    return PsCreateSystemThread(Thread, Access, Attributes, Process, Id, Routine, Context);
  }
  status = PsCreateSystemThread(Thread, Access, Attributes, Process, Id, DdiTraceThread, slot);
  if (!NT_SUCCESS(status)) {
    DdiTraceRelease(slot);
  }
  return status;
}

DDI_TRACE_SMALL NTSTATUS DdiTraceTerminateThread(NTSTATUS Status, DDI_TRACE_PLACE)
{
  DdiTraceAtMost(PASSIVE_LEVEL, "PsTerminateSystemThread", DDI_TRACE_SAME_PLACE);
  DdiTraceLogCallback("CallbackExit", "Thread", NULL, NULL, DDI_TRACE_SAME_PLACE);
  return PsTerminateSystemThread(Status);
}

#ifdef _MSC_VER
#pragma warning(pop)
#pragma bss_seg(pop, ddi_trace)
#pragma data_seg(pop, ddi_trace)
#pragma code_seg(pop, ddi_trace)
#endif

#ifdef __cplusplus
}
#endif

/* ---------------------------------------------------------------------------------------------------
 * 11. The names. A name inside its own expansion is not expanded again: it is the WDK's.
 * ------------------------------------------------------------------------------------------------ */

/* -- what a driver writes itself -- */

/* At the end of DriverEntry, when the driver object is filled in and nothing can fail any more. */
#define DDI_TRACE_DISPATCH(DriverObject) DdiTraceWrapDriver(DriverObject)

/* Where DriverEntry fails after that, before it returns (needed by the ETW provider). */
#define DDI_TRACE_STOP() DdiTraceClose()

/* A device that joined a stack otherwise than by IoAttachDeviceToDeviceStack(Safe). */
#define DDI_TRACE_ADD_DEVICE(Device, Role, Lower, Bus) \
  DdiTraceAnnounce((Device), #Role, (Lower), (Bus), DDI_TRACE_HERE)

/* First and last in a routine that no DDI above names: an interrupt's, a callback of ExTimer.
 * Kind is a plain word: Dpc, WorkItem, Timer, Cancel, PowerCompletion, StartIo, Thread or another. */
#define DDI_TRACE_CALLBACK_ENTER(Kind, Irp, Device) \
  DdiTraceLogCallback("CallbackEnter", #Kind, (Irp), (Device), DDI_TRACE_HERE)
#define DDI_TRACE_CALLBACK_EXIT(Kind) \
  DdiTraceLogCallback("CallbackExit", #Kind, NULL, NULL, DDI_TRACE_HERE)

/* -- remove locks -- */

#undef IoInitializeRemoveLock
#define IoInitializeRemoveLock(Lock, PoolTag, MaxMinutes, HighWatermark) \
  DdiTraceInitializeLock((Lock), (PoolTag), (MaxMinutes), (HighWatermark), DDI_TRACE_HERE)
#undef IoAcquireRemoveLock
#define IoAcquireRemoveLock(Lock, Tag) DdiTraceAcquireLock((Lock), (Tag), DDI_TRACE_HERE)
#undef IoReleaseRemoveLock
#define IoReleaseRemoveLock(Lock, Tag) DdiTraceReleaseLock((Lock), (Tag), DDI_TRACE_HERE)
#undef IoReleaseRemoveLockAndWait
#define IoReleaseRemoveLockAndWait(Lock, Tag) DdiTraceReleaseLockAndWait((Lock), (Tag), DDI_TRACE_HERE)

/* -- IRPs -- */

#undef IoCallDriver
#define IoCallDriver(Target, Irp) DdiTraceCallDriver((Target), (Irp), DDI_TRACE_HERE)
#undef IofCallDriver
#define IofCallDriver(Target, Irp) DdiTraceCallDriver((Target), (Irp), DDI_TRACE_HERE)
#undef PoCallDriver
#define PoCallDriver(Target, Irp) DdiTracePoCallDriver((Target), (Irp), DDI_TRACE_HERE)
#define IoForwardIrpSynchronously(Target, Irp) \
  DdiTraceForwardSynchronously((Target), (Irp), DDI_TRACE_HERE)
#ifndef IoForwardAndCatchIrp
#define IoForwardAndCatchIrp(Target, Irp) \
  DdiTraceForwardSynchronously((Target), (Irp), DDI_TRACE_HERE)
#endif
#define IoSynchronousCallDriver(Target, Irp) \
  DdiTraceCallSynchronously(IoSynchronousCallDriver, (Target), (Irp), DDI_TRACE_HERE)
#undef IoCompleteRequest
#define IoCompleteRequest(Irp, Boost) DdiTraceCompleteRequest((Irp), (Boost), DDI_TRACE_HERE)
#undef IofCompleteRequest
#define IofCompleteRequest(Irp, Boost) DdiTraceCompleteRequest((Irp), (Boost), DDI_TRACE_HERE)
#undef IoMarkIrpPending
#define IoMarkIrpPending(Irp) DdiTraceMarkPending((Irp), DDI_TRACE_HERE)
#undef IoSkipCurrentIrpStackLocation
#define IoSkipCurrentIrpStackLocation(Irp) DdiTraceSkipLocation((Irp), DDI_TRACE_HERE)
#undef IoCopyCurrentIrpStackLocationToNext
#define IoCopyCurrentIrpStackLocationToNext(Irp) DdiTraceCopyLocation((Irp), DDI_TRACE_HERE)
#undef IoSetCompletionRoutine
#define IoSetCompletionRoutine(Irp, Routine, Context, OnSuccess, OnError, OnCancel) \
  DdiTraceSetCompletion( \
      (Irp), (Routine), (Context), (OnSuccess), (OnError), (OnCancel), DDI_TRACE_HERE)
#ifndef IoSetCompletionRoutineEx
#define IoSetCompletionRoutineEx(Device, Irp, Routine, Context, OnSuccess, OnError, OnCancel) \
  DdiTraceSetCompletionEx(IoSetCompletionRoutineEx, (Device), (Irp), (Routine), (Context), \
                          (OnSuccess), (OnError), (OnCancel), DDI_TRACE_HERE)
#endif
#define IoAllocateIrp(StackSize, ChargeQuota) \
  DdiTraceNewIrp("IoAllocateIrp", IoAllocateIrp((StackSize), (ChargeQuota)), DDI_TRACE_HERE)
#define IoAllocateIrpEx(Device, StackSize, ChargeQuota) \
  DdiTraceNewIrp( \
      "IoAllocateIrpEx", IoAllocateIrpEx((Device), (StackSize), (ChargeQuota)), DDI_TRACE_HERE)
#define IoMakeAssociatedIrp(Irp, StackSize) \
  DdiTraceNewIrp("IoMakeAssociatedIrp", IoMakeAssociatedIrp((Irp), (StackSize)), DDI_TRACE_HERE)
#define IoBuildDeviceIoControlRequest(Code, Target, In, InSize, Out, OutSize, Internal, Event, Block) \
  DdiTraceBuildControl((Code), (Target), (In), (InSize), (Out), (OutSize), (Internal), (Event), \
                       (Block), DDI_TRACE_HERE)
#define IoBuildSynchronousFsdRequest(Major, Target, Buffer, Length, Offset, Event, Block) \
  DdiTraceBuildSynchronous( \
      (Major), (Target), (Buffer), (Length), (Offset), (Event), (Block), DDI_TRACE_HERE)
#define IoBuildAsynchronousFsdRequest(Major, Target, Buffer, Length, Offset, Block) \
  DdiTraceNewIrp("IoBuildAsynchronousFsdRequest", \
                 IoBuildAsynchronousFsdRequest((Major), (Target), (Buffer), (Length), (Offset), \
                                               (Block)), DDI_TRACE_HERE)
#define IoFreeIrp(Irp) DdiTraceFreeIrp((Irp), DDI_TRACE_HERE)
#define IoCancelIrp(Irp) IoCancelIrp(DdiTraceUseIrp("IoCancelIrp", (Irp), DDI_TRACE_HERE))
#define IoReuseIrp(Irp, Status) \
  IoReuseIrp(DdiTraceUseIrp("IoReuseIrp", (Irp), DDI_TRACE_HERE), (Status))
#define IoInitializeIrp(Irp, Size, StackSize) \
  IoInitializeIrp(DdiTraceUseIrp("IoInitializeIrp", (Irp), DDI_TRACE_HERE), (Size), (StackSize))

/* -- devices -- */

#define IoCreateDevice(Driver, ExtensionSize, Name, Type, Characteristics, Exclusive, Device) \
  DdiTraceCreateDevice((Driver), (ExtensionSize), (Name), (Type), (Characteristics), (Exclusive), \
                       (Device), DDI_TRACE_HERE)
#undef IoCreateDeviceSecure
#define IoCreateDeviceSecure( \
    Driver, ExtensionSize, Name, Type, Characteristics, Exclusive, Sddl, Class, Device) \
  DdiTraceCreateDeviceSecure( \
      WdmlibIoCreateDeviceSecure, (Driver), (ExtensionSize), (Name), (Type), (Characteristics), \
      (Exclusive), (Sddl), (Class), (Device), DDI_TRACE_HERE)
#define WdmlibIoCreateDeviceSecure( \
    Driver, ExtensionSize, Name, Type, Characteristics, Exclusive, Sddl, Class, Device) \
  DdiTraceCreateDeviceSecure( \
      WdmlibIoCreateDeviceSecure, (Driver), (ExtensionSize), (Name), (Type), (Characteristics), \
      (Exclusive), (Sddl), (Class), (Device), DDI_TRACE_HERE)
#define IoAttachDeviceToDeviceStack(Device, Target) DdiTraceAttach((Device), (Target), DDI_TRACE_HERE)
#define IoAttachDeviceToDeviceStackSafe(Device, Target, Lower) \
  DdiTraceAttachSafe(IoAttachDeviceToDeviceStackSafe, (Device), (Target), (Lower), DDI_TRACE_HERE)
#define IoDetachDevice(Target) DdiTraceDetach((Target), DDI_TRACE_HERE)
#define IoDeleteDevice(Device) DdiTraceDeleteDevice((Device), DDI_TRACE_HERE)

/* -- queues -- */

#undef InsertHeadList
#define InsertHeadList(Head, Entry) DdiTraceInsertHead((Head), (Entry), #Entry, DDI_TRACE_HERE)
#undef InsertTailList
#define InsertTailList(Head, Entry) DdiTraceInsertTail((Head), (Entry), #Entry, DDI_TRACE_HERE)
#undef RemoveHeadList
#define RemoveHeadList(Head) DdiTraceRemoveHead((Head), DDI_TRACE_HERE)
#undef RemoveEntryList
#define RemoveEntryList(Entry) DdiTraceRemoveEntry((Entry), #Entry, DDI_TRACE_HERE)
#undef ExInterlockedInsertHeadList
#define ExInterlockedInsertHeadList(Head, Entry, Lock) \
  DdiTraceInterlockedInsertHead((Head), (Entry), (Lock), #Entry, DDI_TRACE_HERE)
#undef ExInterlockedInsertTailList
#define ExInterlockedInsertTailList(Head, Entry, Lock) \
  DdiTraceInterlockedInsertTail((Head), (Entry), (Lock), #Entry, DDI_TRACE_HERE)
#undef ExInterlockedRemoveHeadList
#define ExInterlockedRemoveHeadList(Head, Lock) \
  DdiTraceInterlockedRemoveHead((Head), (Lock), DDI_TRACE_HERE)
#undef ExInterlockedPushEntryList
#define ExInterlockedPushEntryList(Head, Entry, Lock) \
  DdiTraceInterlockedPush((Head), (Entry), (Lock), DDI_TRACE_HERE)
#define IoCsqInsertIrp(Csq, Irp, Context) DdiTraceCsqInsert((Csq), (Irp), (Context), DDI_TRACE_HERE)
#define IoCsqInsertIrpEx(Csq, Irp, Context, InsertContext) \
  DdiTraceCsqInsertEx( \
      IoCsqInsertIrpEx, (Csq), (Irp), (Context), (InsertContext), DDI_TRACE_HERE)
#define IoCsqRemoveIrp(Csq, Context) \
  DdiTraceCsqTaken("IoCsqRemoveIrp", IoCsqRemoveIrp((Csq), (Context)), DDI_TRACE_HERE)
#define IoCsqRemoveNextIrp(Csq, PeekContext) \
  DdiTraceCsqTaken("IoCsqRemoveNextIrp", IoCsqRemoveNextIrp((Csq), (PeekContext)), DDI_TRACE_HERE)

/* -- waiting -- */

#define KeWaitForSingleObject(Object, Reason, Mode, Alertable, Timeout) \
  DdiTraceWait((Object), (Reason), (Mode), (Alertable), (Timeout), DDI_TRACE_HERE)
#define KeWaitForMultipleObjects(Count, Objects, Type, Reason, Mode, Alertable, Timeout, Blocks) \
  DdiTraceWaitForSeveral((Count), (Objects), (Type), (Reason), (Mode), (Alertable), (Timeout), \
                         (Blocks), DDI_TRACE_HERE)
#define KeSetEvent(Event, Increment, Wait) \
  DdiTraceSetEvent((Event), (Increment), (Wait), DDI_TRACE_HERE)
#define KeInitializeEvent(Event, Type, Signaled) \
  DdiTraceInitializeEvent((Event), (Type), (Signaled), DDI_TRACE_HERE)
#ifndef KeClearEvent
#define KeClearEvent(Event) \
  KeClearEvent((PRKEVENT)DdiTraceObject("KeClearEvent", (Event), DDI_TRACE_HERE))
#endif
#define KeResetEvent(Event) \
  KeResetEvent((PRKEVENT)DdiTraceObject("KeResetEvent", (Event), DDI_TRACE_HERE))

/* -- cancelling, and the I/O manager's queue -- */

#if DDI_TRACE_CANCEL
#undef IoSetCancelRoutine
#define IoSetCancelRoutine(Irp, Routine) DdiTraceSetCancel((Irp), (Routine), DDI_TRACE_HERE)
#endif
#define IoStartPacket(Device, Irp, Key, Cancel) \
  DdiTraceStartPacket(IoStartPacket, (Device), (Irp), (Key), (Cancel), DDI_TRACE_HERE)
#define IoStartNextPacket(Device, Cancelable) \
  IoStartNextPacket(DdiTraceDevice("IoStartNextPacket", (Device), DDI_TRACE_HERE), (Cancelable))
#define IoStartNextPacketByKey(Device, Cancelable, Key) \
  IoStartNextPacketByKey( \
      DdiTraceDevice("IoStartNextPacket", (Device), DDI_TRACE_HERE), (Cancelable), (Key))
#define IoSetStartIoAttributes(Device, Deferred, NonCancelable) \
  DdiTraceStartIoAttributes( \
      IoSetStartIoAttributes, (Device), (Deferred), (NonCancelable), DDI_TRACE_HERE)

/* -- spin locks, IRQL, regions, resources -- */

#if DDI_TRACE_LOCKS
#undef KeAcquireSpinLock
#define KeAcquireSpinLock(Lock, Irql) (*(Irql) = DdiTraceAcquireSpinLock((Lock), DDI_TRACE_HERE))
#undef KeAcquireSpinLockRaiseToDpc
#define KeAcquireSpinLockRaiseToDpc(Lock) DdiTraceAcquireSpinLock((Lock), DDI_TRACE_HERE)
#undef KfAcquireSpinLock
#define KfAcquireSpinLock(Lock) DdiTraceAcquireSpinLock((Lock), DDI_TRACE_HERE)
#undef KeReleaseSpinLock
#define KeReleaseSpinLock(Lock, New) DdiTraceReleaseSpinLock((Lock), (New), DDI_TRACE_HERE)
#undef KfReleaseSpinLock
#define KfReleaseSpinLock(Lock, New) DdiTraceReleaseSpinLock((Lock), (New), DDI_TRACE_HERE)
#undef KeAcquireSpinLockAtDpcLevel
#define KeAcquireSpinLockAtDpcLevel(Lock) DdiTraceAcquireSpinLockAtDpc((Lock), DDI_TRACE_HERE)
#undef KefAcquireSpinLockAtDpcLevel
#define KefAcquireSpinLockAtDpcLevel(Lock) DdiTraceAcquireSpinLockAtDpc((Lock), DDI_TRACE_HERE)
#undef KeReleaseSpinLockFromDpcLevel
#define KeReleaseSpinLockFromDpcLevel(Lock) DdiTraceReleaseSpinLockFromDpc((Lock), DDI_TRACE_HERE)
#undef KefReleaseSpinLockFromDpcLevel
#define KefReleaseSpinLockFromDpcLevel(Lock) DdiTraceReleaseSpinLockFromDpc((Lock), DDI_TRACE_HERE)
#define KeTryToAcquireSpinLockAtDpcLevel(Lock) \
  DdiTraceSpinLockTried((Lock), KeTryToAcquireSpinLockAtDpcLevel(Lock), DDI_TRACE_HERE)
#define KeAcquireSpinLockForDpc(Lock) \
  DdiTraceAcquireForDpc(KeAcquireSpinLockForDpc, (Lock), DDI_TRACE_HERE)
#define KeReleaseSpinLockForDpc(Lock, New) \
  DdiTraceReleaseForDpc(KeReleaseSpinLockForDpc, (Lock), (New), DDI_TRACE_HERE)
#define KeAcquireInStackQueuedSpinLock(Lock, Handle) \
  DdiTraceAcquireQueued(KeAcquireInStackQueuedSpinLock, "KeAcquireInStackQueuedSpinLock", (Lock), \
                        (Handle), DDI_TRACE_HERE)
#define KeReleaseInStackQueuedSpinLock(Handle) \
  DdiTraceReleaseQueued(KeReleaseInStackQueuedSpinLock, "KeReleaseInStackQueuedSpinLock", (Handle), \
                        DDI_TRACE_HERE)
#define KeAcquireInStackQueuedSpinLockAtDpcLevel(Lock, Handle) \
  DdiTraceAcquireQueued(KeAcquireInStackQueuedSpinLockAtDpcLevel, \
                        "KeAcquireInStackQueuedSpinLockAtDpcLevel", (Lock), (Handle), DDI_TRACE_HERE)
#define KeReleaseInStackQueuedSpinLockFromDpcLevel(Handle) \
  DdiTraceReleaseQueued(KeReleaseInStackQueuedSpinLockFromDpcLevel, \
                        "KeReleaseInStackQueuedSpinLockFromDpcLevel", (Handle), DDI_TRACE_HERE)
#define IoAcquireCancelSpinLock(Irql) DdiTraceAcquireCancel((Irql), DDI_TRACE_HERE)
#define IoReleaseCancelSpinLock(Irql) DdiTraceReleaseCancel((Irql), DDI_TRACE_HERE)

#undef KeRaiseIrql
#define KeRaiseIrql(New, Old) (*(Old) = DdiTraceRaise((New), DDI_TRACE_HERE))
#undef KeRaiseIrqlToDpcLevel
#define KeRaiseIrqlToDpcLevel() DdiTraceRaise(DISPATCH_LEVEL, DDI_TRACE_HERE)
#undef KeLowerIrql
#define KeLowerIrql(New) DdiTraceLower((New), DDI_TRACE_HERE)

#define KeEnterCriticalRegion() \
  (DdiTraceLog("KeEnterCriticalRegion", DDI_TRACE_HERE), KeEnterCriticalRegion())
#define KeLeaveCriticalRegion() \
  (DdiTraceLog("KeLeaveCriticalRegion", DDI_TRACE_HERE), KeLeaveCriticalRegion())
#define KeEnterGuardedRegion() \
  (DdiTraceLog("KeEnterGuardedRegion", DDI_TRACE_HERE), KeEnterGuardedRegion())
#define KeLeaveGuardedRegion() \
  (DdiTraceLog("KeLeaveGuardedRegion", DDI_TRACE_HERE), KeLeaveGuardedRegion())

#define ExAcquireResourceExclusiveLite(Resource, Wait) \
  DdiTraceAcquireExclusive((Resource), (Wait), DDI_TRACE_HERE)
#define ExAcquireResourceSharedLite(Resource, Wait) \
  DdiTraceAcquireShared((Resource), (Wait), DDI_TRACE_HERE)
#define ExReleaseResourceLite(Resource) \
  ExReleaseResourceLite( \
      (PERESOURCE)DdiTraceObject("ExReleaseResourceLite", (Resource), DDI_TRACE_HERE))
#define ExReleaseResourceForThreadLite(Resource, Thread) \
  ExReleaseResourceForThreadLite( \
      (PERESOURCE)DdiTraceObject("ExReleaseResourceForThreadLite", (Resource), DDI_TRACE_HERE), \
      (Thread))
#define ExEnterCriticalRegionAndAcquireResourceExclusive(Resource) \
  DdiTraceEnterAndAcquire(ExEnterCriticalRegionAndAcquireResourceExclusive, \
                          "ExEnterCriticalRegionAndAcquireResourceExclusive", (Resource), \
                          DDI_TRACE_HERE)
#define ExEnterCriticalRegionAndAcquireResourceShared(Resource) \
  DdiTraceEnterAndAcquire(ExEnterCriticalRegionAndAcquireResourceShared, \
                          "ExEnterCriticalRegionAndAcquireResourceShared", (Resource), DDI_TRACE_HERE)
#define ExReleaseResourceAndLeaveCriticalRegion(Resource) \
  ExReleaseResourceAndLeaveCriticalRegion((PERESOURCE)DdiTraceObject( \
      "ExReleaseResourceAndLeaveCriticalRegion", (Resource), DDI_TRACE_HERE))
#endif

/* -- registry keys -- */

#if DDI_TRACE_HANDLES
#define ZwCreateKey(Key, Access, Attributes, TitleIndex, Class, Options, Disposition) \
  DdiTraceCreateKey((Key), (Access), (Attributes), (TitleIndex), (Class), (Options), (Disposition), \
                    DDI_TRACE_HERE)
#define ZwOpenKey(Key, Access, Attributes) \
  DdiTraceOpenKey((Key), (Access), (Attributes), DDI_TRACE_HERE)
#define ZwOpenKeyEx(Key, Access, Attributes, Options) \
  DdiTraceOpenKeyEx(ZwOpenKeyEx, (Key), (Access), (Attributes), (Options), DDI_TRACE_HERE)
#define IoOpenDeviceRegistryKey(Device, Kind, Access, Key) \
  DdiTraceOpenDeviceKey(IoOpenDeviceRegistryKey, (Device), (Kind), (Access), (Key), DDI_TRACE_HERE)
#define IoOpenDeviceInterfaceRegistryKey(Name, Access, Key) \
  DdiTraceOpenInterfaceKey( \
      IoOpenDeviceInterfaceRegistryKey, (Name), (Access), (Key), DDI_TRACE_HERE)
#define ZwClose(Handle) ZwClose(DdiTraceHandle("ZwClose", (Handle), DDI_TRACE_HERE))
#define ZwDeleteKey(Key) ZwDeleteKey(DdiTraceHandle("ZwDeleteKey", (Key), DDI_TRACE_HERE))
#define ZwFlushKey(Key) ZwFlushKey(DdiTraceHandle("ZwFlushKey", (Key), DDI_TRACE_HERE))
#define ZwEnumerateKey(Key, Index, Class, Information, Length, Result) \
  ZwEnumerateKey(DdiTraceHandle("ZwEnumerateKey", (Key), DDI_TRACE_HERE), (Index), (Class), \
                 (Information), (Length), (Result))
#define ZwEnumerateValueKey(Key, Index, Class, Information, Length, Result) \
  ZwEnumerateValueKey(DdiTraceHandle("ZwEnumerateValueKey", (Key), DDI_TRACE_HERE), (Index), (Class), \
                      (Information), (Length), (Result))
#define ZwQueryKey(Key, Class, Information, Length, Result) \
  ZwQueryKey(DdiTraceHandle("ZwQueryKey", (Key), DDI_TRACE_HERE), (Class), (Information), (Length), \
             (Result))
#define ZwQueryValueKey(Key, Name, Class, Information, Length, Result) \
  ZwQueryValueKey(DdiTraceHandle("ZwQueryValueKey", (Key), DDI_TRACE_HERE), (Name), (Class), \
                  (Information), (Length), (Result))
#define ZwSetValueKey(Key, Name, TitleIndex, Type, Data, Size) \
  ZwSetValueKey(DdiTraceHandle("ZwSetValueKey", (Key), DDI_TRACE_HERE), (Name), (TitleIndex), (Type), \
                (Data), (Size))
#endif

/* -- power -- */

#define PoRequestPowerIrp(Device, Minor, State, Routine, Context, Irp) \
  DdiTraceRequestPower((Device), (Minor), (State), (Routine), (Context), (Irp), DDI_TRACE_HERE)
#define PoSetPowerState(Device, Type, State) \
  DdiTraceSetPowerState((Device), (Type), (State), DDI_TRACE_HERE)
#define PoStartNextPowerIrp(Irp) DdiTraceStartNextPower((Irp), DDI_TRACE_HERE)

/* -- WMI -- */

#ifndef DDI_TRACE_NO_WMI
#define WmiSystemControl(Context, Device, Irp, Disposition) \
  DdiTraceWmi((Context), (Device), (Irp), (Disposition), DDI_TRACE_HERE)
#endif

/* -- pool. A name that is a macro already stands for another of these. -- */

#if DDI_TRACE_POOL

#ifndef ExAllocatePool
#define ExAllocatePool(Type, Size) \
  DdiTraceAllocateUntagged(ExAllocatePool, (Type), (Size), DDI_TRACE_HERE)
#endif
#ifndef ExAllocatePoolWithTag
#define ExAllocatePoolWithTag(Type, Size, Tag) \
  DdiTraceAllocate(ExAllocatePoolWithTag, "ExAllocatePoolWithTag", (Type), (Size), (Tag), DDI_TRACE_HERE)
#endif
#ifndef ExAllocatePoolWithQuotaTag
#define ExAllocatePoolWithQuotaTag(Type, Size, Tag) \
  DdiTraceAllocate( \
      ExAllocatePoolWithQuotaTag, "ExAllocatePoolWithQuotaTag", (Type), (Size), (Tag), DDI_TRACE_HERE)
#endif
#ifndef ExAllocatePoolZero
#define ExAllocatePoolZero(Type, Size, Tag) \
  DdiTraceAllocate(ExAllocatePoolZero, "ExAllocatePoolZero", (Type), (Size), (Tag), DDI_TRACE_HERE)
#endif
#ifndef ExAllocatePoolUninitialized
#define ExAllocatePoolUninitialized(Type, Size, Tag) \
  DdiTraceAllocate( \
      ExAllocatePoolUninitialized, "ExAllocatePoolUninitialized", (Type), (Size), (Tag), DDI_TRACE_HERE)
#endif
#ifndef ExAllocatePool2
#define ExAllocatePool2(Flags, Size, Tag) \
  DdiTraceAllocate2(ExAllocatePool2, (Flags), (Size), (Tag), DDI_TRACE_HERE)
#endif
#ifndef ExAllocatePool3
#define ExAllocatePool3(Flags, Size, Tag, Parameters, Count) \
  DdiTraceAllocate3( \
      ExAllocatePool3, (Flags), (Size), (Tag), (Parameters), (Count), DDI_TRACE_HERE)
#endif

#ifndef ExAllocatePoolWithTagPriority
#define ExAllocatePoolWithTagPriority(Type, Size, Tag, Priority) \
  DdiTraceAllocatePriority(ExAllocatePoolWithTagPriority, "ExAllocatePoolWithTagPriority", (Type), \
                           (Size), (Tag), (Priority), DDI_TRACE_HERE)
#endif
#ifndef ExAllocatePoolPriorityZero
#define ExAllocatePoolPriorityZero(Type, Size, Tag, Priority) \
  DdiTraceAllocatePriority(ExAllocatePoolPriorityZero, "ExAllocatePoolPriorityZero", (Type), (Size), \
                           (Tag), (Priority), DDI_TRACE_HERE)
#endif
#ifndef ExAllocatePoolPriorityUninitialized
#define ExAllocatePoolPriorityUninitialized(Type, Size, Tag, Priority) \
  DdiTraceAllocatePriority( \
      ExAllocatePoolPriorityUninitialized, "ExAllocatePoolPriorityUninitialized", (Type), (Size), \
      (Tag), (Priority), DDI_TRACE_HERE)
#endif
#ifndef ExFreePool
#define ExFreePool(Pointer) ExFreePool(DdiTraceFreed((Pointer), 0, DDI_TRACE_HERE))
#endif
#ifndef ExFreePoolWithTag
#define ExFreePoolWithTag(Pointer, Tag) DdiTraceFreeWithTag((Pointer), (Tag), DDI_TRACE_HERE)
#endif
#ifndef ExFreePool2
#define ExFreePool2(Pointer, Tag, Parameters, Count) \
  DdiTraceFree2(ExFreePool2, (Pointer), (Tag), (Parameters), (Count), DDI_TRACE_HERE)
#endif
#endif

/* -- work items, DPCs, timers, threads: that they are set going, and their entry and exit -- */

#define IoQueueWorkItem(Item, Routine, Queue, Context) \
  DdiTraceQueueWorkItem((Item), (Routine), (Queue), (Context), DDI_TRACE_HERE)
#if defined(NTDDI_VISTA) && NTDDI_VERSION >= NTDDI_VISTA
#define IoQueueWorkItemEx(Item, Routine, Queue, Context) \
  DdiTraceQueueWorkItemEx((Item), (Routine), (Queue), (Context), DDI_TRACE_HERE)
#endif
#define ExQueueWorkItem(Item, Queue) \
  ExQueueWorkItem( \
      (PWORK_QUEUE_ITEM)DdiTraceObject("ExQueueWorkItem", (Item), DDI_TRACE_HERE), (Queue))
#define KeInitializeDpc(Dpc, Routine, Context) DdiTraceInitializeDpc((Dpc), (Routine), (Context))
#define KeInsertQueueDpc(Dpc, Argument1, Argument2) \
  KeInsertQueueDpc((PRKDPC)DdiTraceObject("KeInsertQueueDpc", (Dpc), DDI_TRACE_HERE), (Argument1), \
                   (Argument2))
#undef IoInitializeDpcRequest
#define IoInitializeDpcRequest(Device, Routine) \
  DdiTraceInitializeDpc(&(Device)->Dpc, (PKDEFERRED_ROUTINE)(Routine), (Device))
#define IoInitializeTimer(Device, Routine, Context) \
  DdiTraceInitializeTimer((Device), (Routine), (Context), DDI_TRACE_HERE)
#define IoStartTimer(Device) \
  IoStartTimer((PDEVICE_OBJECT)DdiTraceObject("IoStartTimer", (Device), DDI_TRACE_HERE))
#define KeSetTimer(Timer, Due, Dpc) \
  KeSetTimer((PKTIMER)DdiTraceObject("KeSetTimer", (Timer), DDI_TRACE_HERE), (Due), (Dpc))
#define KeSetTimerEx(Timer, Due, Period, Dpc) \
  KeSetTimerEx( \
      (PKTIMER)DdiTraceObject("KeSetTimerEx", (Timer), DDI_TRACE_HERE), (Due), (Period), (Dpc))
#define KeSetCoalescableTimer(Timer, Due, Period, Delay, Dpc) \
  KeSetCoalescableTimer( \
      (PKTIMER)DdiTraceObject("KeSetCoalescableTimer", (Timer), DDI_TRACE_HERE), (Due), (Period), \
      (Delay), (Dpc))
#define ExSetTimer(Timer, Due, Period, Parameters) \
  ExSetTimer((PEX_TIMER)DdiTraceObject("ExSetTimer", (Timer), DDI_TRACE_HERE), (Due), (Period), \
             (Parameters))
#define PsCreateSystemThread(Thread, Access, Attributes, Process, Id, Routine, Context) \
  DdiTraceCreateThread((Thread), (Access), (Attributes), (Process), (Id), (Routine), (Context), \
                       DDI_TRACE_HERE)
#define PsTerminateSystemThread(Status) DdiTraceTerminateThread((Status), DDI_TRACE_HERE)

/* ---------------------------------------------------------------------------------------------------
 * 12. DDIs that have no event of their own: the IRQL at which they may be called. A line is written where one
 * is called at another, and for none of the many that are called as they should. What is a macro
 * of the kit stays one. Variadic macros are none of C89's, but all compilers of drivers have them.
 * Sources: the rules of Static Driver Verifier and the pages of the DDIs, the laxer where they differ.
 * ------------------------------------------------------------------------------------------------ */

/* Before a call that does not go by a name that is known here: its name and IRQL are logged, whatever they are. */
#if DDI_TRACE_IRQL
#define DDI_TRACE_DDI(Name) DdiTraceLogDdi(#Name, DDI_TRACE_HERE)
#else
#define DDI_TRACE_DDI(Name) ((void)0)
#endif

/*
 * Routines of a DMA adapter, at DISPATCH_LEVEL or above: members of a structure, which are called as
 * adapter->DmaOperations->GetScatterGatherList(adapter, ...). The name stands first in what replaces it, so that it is
 * still the member, and is replaced only where a parenthesis follows: the member's declaration, its
 * assignment and (*adapter->DmaOperations->GetScatterGatherList)(adapter, ...) stay as they are.
 */
#if DDI_TRACE_DMA

#ifndef AllocateAdapterChannel
#define AllocateAdapterChannel(Adapter, Device, Registers, Routine, Context) \
  AllocateAdapterChannel( \
      DdiTraceDma((Adapter), "AllocateAdapterChannel", DDI_TRACE_HERE), (Device), (Registers), (Routine), \
      (Context))
#endif
#ifndef FreeAdapterChannel
#define FreeAdapterChannel(Adapter) \
  FreeAdapterChannel(DdiTraceDma((Adapter), "FreeAdapterChannel", DDI_TRACE_HERE))
#endif
#ifndef FreeMapRegisters
#define FreeMapRegisters(Adapter, Base, Registers) \
  FreeMapRegisters( \
      DdiTraceDma((Adapter), "FreeMapRegisters", DDI_TRACE_HERE), (Base), (Registers))
#endif
#ifndef GetScatterGatherList
#define GetScatterGatherList(Adapter, Device, Mdl, Address, Length, Routine, Context, Write) \
  GetScatterGatherList( \
      DdiTraceDma((Adapter), "GetScatterGatherList", DDI_TRACE_HERE), (Device), (Mdl), (Address), \
      (Length), (Routine), (Context), (Write))
#endif
#ifndef PutScatterGatherList
#define PutScatterGatherList(Adapter, List, Write) \
  PutScatterGatherList( \
      DdiTraceDma((Adapter), "PutScatterGatherList", DDI_TRACE_HERE), (List), (Write))
#endif

#endif /* DDI_TRACE_DMA */

#if DDI_TRACE_IRQL && (!defined(_MSC_VER) || _MSC_VER >= 1400)

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wvariadic-macros"
#elif defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wvariadic-macros"
#endif

#define DDI_TRACE_AT_MOST(Limit, Name, Arguments) \
  (DdiTraceAtMost(Limit, #Name, DDI_TRACE_HERE), Name Arguments)
#define DDI_TRACE_AT_LEAST(Limit, Name, Arguments) \
  (DdiTraceAtLeast(Limit, #Name, DDI_TRACE_HERE), Name Arguments)

/* In checked builds PAGED_CODE() is an assertion, which stops the machine where it fails: it stays. */
#if !defined(DBG) || !DBG
#undef PAGED_CODE
#define PAGED_CODE() DdiTraceAtMost(APC_LEVEL, "PAGED_CODE", DDI_TRACE_HERE)
#endif

/* -- up to PASSIVE_LEVEL -- */

#ifndef ExIsProcessorFeaturePresent
#define ExIsProcessorFeaturePresent(...) DDI_TRACE_AT_MOST(0, ExIsProcessorFeaturePresent, (__VA_ARGS__))
#endif
#ifndef ExRaiseAccessViolation
#define ExRaiseAccessViolation(...) DDI_TRACE_AT_MOST(0, ExRaiseAccessViolation, (__VA_ARGS__))
#endif
#ifndef ExRaiseDatatypeMisalignment
#define ExRaiseDatatypeMisalignment(...) DDI_TRACE_AT_MOST(0, ExRaiseDatatypeMisalignment, (__VA_ARGS__))
#endif
#ifndef ExUuidCreate
#define ExUuidCreate(...) DDI_TRACE_AT_MOST(0, ExUuidCreate, (__VA_ARGS__))
#endif
#ifndef IoAssignArcName
#define IoAssignArcName(...) DDI_TRACE_AT_MOST(0, IoAssignArcName, (__VA_ARGS__))
#endif
#ifndef IoAttachDevice
#define IoAttachDevice(...) DDI_TRACE_AT_MOST(0, IoAttachDevice, (__VA_ARGS__))
#endif
#ifndef IoCancelFileOpen
#define IoCancelFileOpen(...) DDI_TRACE_AT_MOST(0, IoCancelFileOpen, (__VA_ARGS__))
#endif
#ifndef IoCheckFileObjectOpenedAsCopyDestination
#define IoCheckFileObjectOpenedAsCopyDestination(...) DDI_TRACE_AT_MOST(0, IoCheckFileObjectOpenedAsCopyDestination, (__VA_ARGS__))
#endif
#ifndef IoCheckFileObjectOpenedAsCopySource
#define IoCheckFileObjectOpenedAsCopySource(...) DDI_TRACE_AT_MOST(0, IoCheckFileObjectOpenedAsCopySource, (__VA_ARGS__))
#endif
#ifndef IoCheckShareAccess
#define IoCheckShareAccess(...) DDI_TRACE_AT_MOST(0, IoCheckShareAccess, (__VA_ARGS__))
#endif
#ifndef IoConnectInterrupt
#define IoConnectInterrupt(...) DDI_TRACE_AT_MOST(0, IoConnectInterrupt, (__VA_ARGS__))
#endif
#ifndef IoConnectInterruptEx
#define IoConnectInterruptEx(...) DDI_TRACE_AT_MOST(0, IoConnectInterruptEx, (__VA_ARGS__))
#endif
#ifndef IoCreateController
#define IoCreateController(...) DDI_TRACE_AT_MOST(0, IoCreateController, (__VA_ARGS__))
#endif
#ifndef IoCreateFile
#define IoCreateFile(...) DDI_TRACE_AT_MOST(0, IoCreateFile, (__VA_ARGS__))
#endif
#ifndef IoCreateFileEx
#define IoCreateFileEx(...) DDI_TRACE_AT_MOST(0, IoCreateFileEx, (__VA_ARGS__))
#endif
#ifndef IoCreateFileSpecifyDeviceObjectHint
#define IoCreateFileSpecifyDeviceObjectHint(...) DDI_TRACE_AT_MOST(0, IoCreateFileSpecifyDeviceObjectHint, (__VA_ARGS__))
#endif
#ifndef IoCreateNotificationEvent
#define IoCreateNotificationEvent(...) DDI_TRACE_AT_MOST(0, IoCreateNotificationEvent, (__VA_ARGS__))
#endif
#ifndef IoCreateSymbolicLink
#define IoCreateSymbolicLink(...) DDI_TRACE_AT_MOST(0, IoCreateSymbolicLink, (__VA_ARGS__))
#endif
#ifndef IoCreateSynchronizationEvent
#define IoCreateSynchronizationEvent(...) DDI_TRACE_AT_MOST(0, IoCreateSynchronizationEvent, (__VA_ARGS__))
#endif
#ifndef IoCreateSystemThread
#define IoCreateSystemThread(...) DDI_TRACE_AT_MOST(0, IoCreateSystemThread, (__VA_ARGS__))
#endif
#ifndef IoCreateUnprotectedSymbolicLink
#define IoCreateUnprotectedSymbolicLink(...) DDI_TRACE_AT_MOST(0, IoCreateUnprotectedSymbolicLink, (__VA_ARGS__))
#endif
#ifndef IoDeassignArcName
#define IoDeassignArcName(...) DDI_TRACE_AT_MOST(0, IoDeassignArcName, (__VA_ARGS__))
#endif
#ifndef IoDeleteController
#define IoDeleteController(...) DDI_TRACE_AT_MOST(0, IoDeleteController, (__VA_ARGS__))
#endif
#ifndef IoDeleteSymbolicLink
#define IoDeleteSymbolicLink(...) DDI_TRACE_AT_MOST(0, IoDeleteSymbolicLink, (__VA_ARGS__))
#endif
#ifndef IoDisconnectInterrupt
#define IoDisconnectInterrupt(...) DDI_TRACE_AT_MOST(0, IoDisconnectInterrupt, (__VA_ARGS__))
#endif
#ifndef IoDisconnectInterruptEx
#define IoDisconnectInterruptEx(...) DDI_TRACE_AT_MOST(0, IoDisconnectInterruptEx, (__VA_ARGS__))
#endif
#ifndef IoGetConfigurationInformation
#define IoGetConfigurationInformation(...) DDI_TRACE_AT_MOST(0, IoGetConfigurationInformation, (__VA_ARGS__))
#endif
#ifndef IoGetDeviceDirectory
#define IoGetDeviceDirectory(...) DDI_TRACE_AT_MOST(0, IoGetDeviceDirectory, (__VA_ARGS__))
#endif
#ifndef IoGetDeviceInterfaceAlias
#define IoGetDeviceInterfaceAlias(...) DDI_TRACE_AT_MOST(0, IoGetDeviceInterfaceAlias, (__VA_ARGS__))
#endif
#ifndef IoGetDeviceInterfacePropertyData
#define IoGetDeviceInterfacePropertyData(...) DDI_TRACE_AT_MOST(0, IoGetDeviceInterfacePropertyData, (__VA_ARGS__))
#endif
#ifndef IoGetDeviceInterfaces
#define IoGetDeviceInterfaces(...) DDI_TRACE_AT_MOST(0, IoGetDeviceInterfaces, (__VA_ARGS__))
#endif
#ifndef IoGetDeviceNumaNode
#define IoGetDeviceNumaNode(...) DDI_TRACE_AT_MOST(0, IoGetDeviceNumaNode, (__VA_ARGS__))
#endif
#ifndef IoGetDeviceObjectPointer
#define IoGetDeviceObjectPointer(...) DDI_TRACE_AT_MOST(0, IoGetDeviceObjectPointer, (__VA_ARGS__))
#endif
#ifndef IoGetDeviceProperty
#define IoGetDeviceProperty(...) DDI_TRACE_AT_MOST(0, IoGetDeviceProperty, (__VA_ARGS__))
#endif
#ifndef IoGetDmaAdapter
#define IoGetDmaAdapter(...) DDI_TRACE_AT_MOST(0, IoGetDmaAdapter, (__VA_ARGS__))
#endif
#ifndef IoGetDriverDirectory
#define IoGetDriverDirectory(...) DDI_TRACE_AT_MOST(0, IoGetDriverDirectory, (__VA_ARGS__))
#endif
#ifndef IoGetFileObjectGenericMapping
#define IoGetFileObjectGenericMapping(...) DDI_TRACE_AT_MOST(0, IoGetFileObjectGenericMapping, (__VA_ARGS__))
#endif
#ifndef IoGetIommuInterface
#define IoGetIommuInterface(...) DDI_TRACE_AT_MOST(0, IoGetIommuInterface, (__VA_ARGS__))
#endif
#ifndef IoIsWdmVersionAvailable
#define IoIsWdmVersionAvailable(...) DDI_TRACE_AT_MOST(0, IoIsWdmVersionAvailable, (__VA_ARGS__))
#endif
#ifndef IoOpenDeviceInterfaceRegistryKey
#define IoOpenDeviceInterfaceRegistryKey(...) DDI_TRACE_AT_MOST(0, IoOpenDeviceInterfaceRegistryKey, (__VA_ARGS__))
#endif
#ifndef IoOpenDeviceRegistryKey
#define IoOpenDeviceRegistryKey(...) DDI_TRACE_AT_MOST(0, IoOpenDeviceRegistryKey, (__VA_ARGS__))
#endif
#ifndef IoOpenDriverRegistryKey
#define IoOpenDriverRegistryKey(...) DDI_TRACE_AT_MOST(0, IoOpenDriverRegistryKey, (__VA_ARGS__))
#endif
#ifndef IoQueryFileDosDeviceName
#define IoQueryFileDosDeviceName(...) DDI_TRACE_AT_MOST(0, IoQueryFileDosDeviceName, (__VA_ARGS__))
#endif
#ifndef IoReadPartitionTable
#define IoReadPartitionTable(...) DDI_TRACE_AT_MOST(0, IoReadPartitionTable, (__VA_ARGS__))
#endif
#ifndef IoReadPartitionTableEx
#define IoReadPartitionTableEx(...) DDI_TRACE_AT_MOST(0, IoReadPartitionTableEx, (__VA_ARGS__))
#endif
#ifndef IoRegisterBootDriverCallback
#define IoRegisterBootDriverCallback(...) DDI_TRACE_AT_MOST(0, IoRegisterBootDriverCallback, (__VA_ARGS__))
#endif
#ifndef IoRegisterBootDriverReinitialization
#define IoRegisterBootDriverReinitialization(...) DDI_TRACE_AT_MOST(0, IoRegisterBootDriverReinitialization, (__VA_ARGS__))
#endif
#ifndef IoRegisterDeviceInterface
#define IoRegisterDeviceInterface(...) DDI_TRACE_AT_MOST(0, IoRegisterDeviceInterface, (__VA_ARGS__))
#endif
#ifndef IoRegisterDriverReinitialization
#define IoRegisterDriverReinitialization(...) DDI_TRACE_AT_MOST(0, IoRegisterDriverReinitialization, (__VA_ARGS__))
#endif
#ifndef IoRegisterLastChanceShutdownNotification
#define IoRegisterLastChanceShutdownNotification(...) DDI_TRACE_AT_MOST(0, IoRegisterLastChanceShutdownNotification, (__VA_ARGS__))
#endif
#ifndef IoRegisterPlugPlayNotification
#define IoRegisterPlugPlayNotification(...) DDI_TRACE_AT_MOST(0, IoRegisterPlugPlayNotification, (__VA_ARGS__))
#endif
#ifndef IoRegisterShutdownNotification
#define IoRegisterShutdownNotification(...) DDI_TRACE_AT_MOST(0, IoRegisterShutdownNotification, (__VA_ARGS__))
#endif
#ifndef IoRemoveLinkShareAccess
#define IoRemoveLinkShareAccess(...) DDI_TRACE_AT_MOST(0, IoRemoveLinkShareAccess, (__VA_ARGS__))
#endif
#ifndef IoRemoveLinkShareAccessEx
#define IoRemoveLinkShareAccessEx(...) DDI_TRACE_AT_MOST(0, IoRemoveLinkShareAccessEx, (__VA_ARGS__))
#endif
#ifndef IoRemoveShareAccess
#define IoRemoveShareAccess(...) DDI_TRACE_AT_MOST(0, IoRemoveShareAccess, (__VA_ARGS__))
#endif
#ifndef IoReplaceFileObjectName
#define IoReplaceFileObjectName(...) DDI_TRACE_AT_MOST(0, IoReplaceFileObjectName, (__VA_ARGS__))
#endif
#ifndef IoReportDetectedDevice
#define IoReportDetectedDevice(...) DDI_TRACE_AT_MOST(0, IoReportDetectedDevice, (__VA_ARGS__))
#endif
#ifndef IoReportResourceForDetection
#define IoReportResourceForDetection(...) DDI_TRACE_AT_MOST(0, IoReportResourceForDetection, (__VA_ARGS__))
#endif
#ifndef IoReportRootDevice
#define IoReportRootDevice(...) DDI_TRACE_AT_MOST(0, IoReportRootDevice, (__VA_ARGS__))
#endif
#ifndef IoReportTargetDeviceChange
#define IoReportTargetDeviceChange(...) DDI_TRACE_AT_MOST(0, IoReportTargetDeviceChange, (__VA_ARGS__))
#endif
#ifndef IoSetDeviceInterfaceState
#define IoSetDeviceInterfaceState(...) DDI_TRACE_AT_MOST(0, IoSetDeviceInterfaceState, (__VA_ARGS__))
#endif
#ifndef IoSetPartitionInformation
#define IoSetPartitionInformation(...) DDI_TRACE_AT_MOST(0, IoSetPartitionInformation, (__VA_ARGS__))
#endif
#ifndef IoSetPartitionInformationEx
#define IoSetPartitionInformationEx(...) DDI_TRACE_AT_MOST(0, IoSetPartitionInformationEx, (__VA_ARGS__))
#endif
#ifndef IoSetShareAccess
#define IoSetShareAccess(...) DDI_TRACE_AT_MOST(0, IoSetShareAccess, (__VA_ARGS__))
#endif
#ifndef IoSetSystemPartition
#define IoSetSystemPartition(...) DDI_TRACE_AT_MOST(0, IoSetSystemPartition, (__VA_ARGS__))
#endif
#ifndef IoUnregisterPlugPlayNotification
#define IoUnregisterPlugPlayNotification(...) DDI_TRACE_AT_MOST(0, IoUnregisterPlugPlayNotification, (__VA_ARGS__))
#endif
#ifndef IoUnregisterPlugPlayNotificationEx
#define IoUnregisterPlugPlayNotificationEx(...) DDI_TRACE_AT_MOST(0, IoUnregisterPlugPlayNotificationEx, (__VA_ARGS__))
#endif
#ifndef IoUnregisterShutdownNotification
#define IoUnregisterShutdownNotification(...) DDI_TRACE_AT_MOST(0, IoUnregisterShutdownNotification, (__VA_ARGS__))
#endif
#ifndef IoUpdateLinkShareAccess
#define IoUpdateLinkShareAccess(...) DDI_TRACE_AT_MOST(0, IoUpdateLinkShareAccess, (__VA_ARGS__))
#endif
#ifndef IoUpdateLinkShareAccessEx
#define IoUpdateLinkShareAccessEx(...) DDI_TRACE_AT_MOST(0, IoUpdateLinkShareAccessEx, (__VA_ARGS__))
#endif
#ifndef IoUpdateShareAccess
#define IoUpdateShareAccess(...) DDI_TRACE_AT_MOST(0, IoUpdateShareAccess, (__VA_ARGS__))
#endif
#ifndef IoVolumeDeviceToDosName
#define IoVolumeDeviceToDosName(...) DDI_TRACE_AT_MOST(0, IoVolumeDeviceToDosName, (__VA_ARGS__))
#endif
#ifndef IoWMIAllocateInstanceIds
#define IoWMIAllocateInstanceIds(...) DDI_TRACE_AT_MOST(0, IoWMIAllocateInstanceIds, (__VA_ARGS__))
#endif
#ifndef IoWMIRegistrationControl
#define IoWMIRegistrationControl(...) DDI_TRACE_AT_MOST(0, IoWMIRegistrationControl, (__VA_ARGS__))
#endif
#ifndef IoWritePartitionTable
#define IoWritePartitionTable(...) DDI_TRACE_AT_MOST(0, IoWritePartitionTable, (__VA_ARGS__))
#endif
#ifndef IoWritePartitionTableEx
#define IoWritePartitionTableEx(...) DDI_TRACE_AT_MOST(0, IoWritePartitionTableEx, (__VA_ARGS__))
#endif
#ifndef NtClose
#define NtClose(...) DDI_TRACE_AT_MOST(0, NtClose, (__VA_ARGS__))
#endif
#ifndef ObReferenceObjectByHandle
#define ObReferenceObjectByHandle(...) DDI_TRACE_AT_MOST(0, ObReferenceObjectByHandle, (__VA_ARGS__))
#endif
#ifndef PsGetVersion
#define PsGetVersion(...) DDI_TRACE_AT_MOST(0, PsGetVersion, (__VA_ARGS__))
#endif
#ifndef PsSetCreateProcessNotifyRoutine
#define PsSetCreateProcessNotifyRoutine(...) DDI_TRACE_AT_MOST(0, PsSetCreateProcessNotifyRoutine, (__VA_ARGS__))
#endif
#ifndef PsSetCreateThreadNotifyRoutine
#define PsSetCreateThreadNotifyRoutine(...) DDI_TRACE_AT_MOST(0, PsSetCreateThreadNotifyRoutine, (__VA_ARGS__))
#endif
#ifndef PsSetLoadImageNotifyRoutine
#define PsSetLoadImageNotifyRoutine(...) DDI_TRACE_AT_MOST(0, PsSetLoadImageNotifyRoutine, (__VA_ARGS__))
#endif
#ifndef RtlAnsiStringToUnicodeSize
#define RtlAnsiStringToUnicodeSize(...) DDI_TRACE_AT_MOST(0, RtlAnsiStringToUnicodeSize, (__VA_ARGS__))
#endif
#ifndef RtlAnsiStringToUnicodeString
#define RtlAnsiStringToUnicodeString(...) DDI_TRACE_AT_MOST(0, RtlAnsiStringToUnicodeString, (__VA_ARGS__))
#endif
#ifndef RtlCharToInteger
#define RtlCharToInteger(...) DDI_TRACE_AT_MOST(0, RtlCharToInteger, (__VA_ARGS__))
#endif
#ifndef RtlCheckRegistryKey
#define RtlCheckRegistryKey(...) DDI_TRACE_AT_MOST(0, RtlCheckRegistryKey, (__VA_ARGS__))
#endif
#ifndef RtlCompareString
#define RtlCompareString(...) DDI_TRACE_AT_MOST(0, RtlCompareString, (__VA_ARGS__))
#endif
#ifndef RtlCompareUnicodeString
#define RtlCompareUnicodeString(...) DDI_TRACE_AT_MOST(0, RtlCompareUnicodeString, (__VA_ARGS__))
#endif
#ifndef RtlCreateRegistryKey
#define RtlCreateRegistryKey(...) DDI_TRACE_AT_MOST(0, RtlCreateRegistryKey, (__VA_ARGS__))
#endif
#ifndef RtlCreateSecurityDescriptor
#define RtlCreateSecurityDescriptor(...) DDI_TRACE_AT_MOST(0, RtlCreateSecurityDescriptor, (__VA_ARGS__))
#endif
#ifndef RtlCreateSecurityDescriptorRelative
#define RtlCreateSecurityDescriptorRelative(...) DDI_TRACE_AT_MOST(0, RtlCreateSecurityDescriptorRelative, (__VA_ARGS__))
#endif
#ifndef RtlCreateSystemVolumeInformationFolder
#define RtlCreateSystemVolumeInformationFolder(...) DDI_TRACE_AT_MOST(0, RtlCreateSystemVolumeInformationFolder, (__VA_ARGS__))
#endif
#ifndef RtlCreateUnicodeString
#define RtlCreateUnicodeString(...) DDI_TRACE_AT_MOST(0, RtlCreateUnicodeString, (__VA_ARGS__))
#endif
#ifndef RtlDeleteRegistryValue
#define RtlDeleteRegistryValue(...) DDI_TRACE_AT_MOST(0, RtlDeleteRegistryValue, (__VA_ARGS__))
#endif
#ifndef RtlEqualString
#define RtlEqualString(...) DDI_TRACE_AT_MOST(0, RtlEqualString, (__VA_ARGS__))
#endif
#ifndef RtlEqualUnicodeString
#define RtlEqualUnicodeString(...) DDI_TRACE_AT_MOST(0, RtlEqualUnicodeString, (__VA_ARGS__))
#endif
#ifndef RtlFindUnicodePrefix
#define RtlFindUnicodePrefix(...) DDI_TRACE_AT_MOST(0, RtlFindUnicodePrefix, (__VA_ARGS__))
#endif
#ifndef RtlFreeUTF8String
#define RtlFreeUTF8String(...) DDI_TRACE_AT_MOST(0, RtlFreeUTF8String, (__VA_ARGS__))
#endif
#ifndef RtlGUIDFromString
#define RtlGUIDFromString(...) DDI_TRACE_AT_MOST(0, RtlGUIDFromString, (__VA_ARGS__))
#endif
#ifndef RtlGetOwnerSecurityDescriptor
#define RtlGetOwnerSecurityDescriptor(...) DDI_TRACE_AT_MOST(0, RtlGetOwnerSecurityDescriptor, (__VA_ARGS__))
#endif
#ifndef RtlGetVersion
#define RtlGetVersion(...) DDI_TRACE_AT_MOST(0, RtlGetVersion, (__VA_ARGS__))
#endif
#ifndef RtlInt64ToUnicodeString
#define RtlInt64ToUnicodeString(...) DDI_TRACE_AT_MOST(0, RtlInt64ToUnicodeString, (__VA_ARGS__))
#endif
#ifndef RtlIntPtrToUnicodeString
#define RtlIntPtrToUnicodeString(...) DDI_TRACE_AT_MOST(0, RtlIntPtrToUnicodeString, (__VA_ARGS__))
#endif
#ifndef RtlIntegerToUnicodeString
#define RtlIntegerToUnicodeString(...) DDI_TRACE_AT_MOST(0, RtlIntegerToUnicodeString, (__VA_ARGS__))
#endif
#ifndef RtlIsStateSeparationEnabled
#define RtlIsStateSeparationEnabled(...) DDI_TRACE_AT_MOST(0, RtlIsStateSeparationEnabled, (__VA_ARGS__))
#endif
#ifndef RtlIsValidOemCharacter
#define RtlIsValidOemCharacter(...) DDI_TRACE_AT_MOST(0, RtlIsValidOemCharacter, (__VA_ARGS__))
#endif
#ifndef RtlLengthSecurityDescriptor
#define RtlLengthSecurityDescriptor(...) DDI_TRACE_AT_MOST(0, RtlLengthSecurityDescriptor, (__VA_ARGS__))
#endif
#ifndef RtlPrefixUnicodeString
#define RtlPrefixUnicodeString(...) DDI_TRACE_AT_MOST(0, RtlPrefixUnicodeString, (__VA_ARGS__))
#endif
#ifndef RtlQueryRegistryValueWithFallback
#define RtlQueryRegistryValueWithFallback(...) DDI_TRACE_AT_MOST(0, RtlQueryRegistryValueWithFallback, (__VA_ARGS__))
#endif
#ifndef RtlQueryRegistryValues
#define RtlQueryRegistryValues(...) DDI_TRACE_AT_MOST(0, RtlQueryRegistryValues, (__VA_ARGS__))
#endif
#ifndef RtlSetDaclSecurityDescriptor
#define RtlSetDaclSecurityDescriptor(...) DDI_TRACE_AT_MOST(0, RtlSetDaclSecurityDescriptor, (__VA_ARGS__))
#endif
#ifndef RtlStringFromGUID
#define RtlStringFromGUID(...) DDI_TRACE_AT_MOST(0, RtlStringFromGUID, (__VA_ARGS__))
#endif
#ifndef RtlUTF8StringToUnicodeString
#define RtlUTF8StringToUnicodeString(...) DDI_TRACE_AT_MOST(0, RtlUTF8StringToUnicodeString, (__VA_ARGS__))
#endif
#ifndef RtlUTF8ToUnicodeN
#define RtlUTF8ToUnicodeN(...) DDI_TRACE_AT_MOST(0, RtlUTF8ToUnicodeN, (__VA_ARGS__))
#endif
#ifndef RtlUnicodeStringToAnsiSize
#define RtlUnicodeStringToAnsiSize(...) DDI_TRACE_AT_MOST(0, RtlUnicodeStringToAnsiSize, (__VA_ARGS__))
#endif
#ifndef RtlUnicodeStringToAnsiString
#define RtlUnicodeStringToAnsiString(...) DDI_TRACE_AT_MOST(0, RtlUnicodeStringToAnsiString, (__VA_ARGS__))
#endif
#ifndef RtlUnicodeStringToInteger
#define RtlUnicodeStringToInteger(...) DDI_TRACE_AT_MOST(0, RtlUnicodeStringToInteger, (__VA_ARGS__))
#endif
#ifndef RtlUnicodeToUTF8N
#define RtlUnicodeToUTF8N(...) DDI_TRACE_AT_MOST(0, RtlUnicodeToUTF8N, (__VA_ARGS__))
#endif
#ifndef RtlValidSecurityDescriptor
#define RtlValidSecurityDescriptor(...) DDI_TRACE_AT_MOST(0, RtlValidSecurityDescriptor, (__VA_ARGS__))
#endif
#ifndef RtlVerifyVersionInfo
#define RtlVerifyVersionInfo(...) DDI_TRACE_AT_MOST(0, RtlVerifyVersionInfo, (__VA_ARGS__))
#endif
#ifndef RtlWriteRegistryValue
#define RtlWriteRegistryValue(...) DDI_TRACE_AT_MOST(0, RtlWriteRegistryValue, (__VA_ARGS__))
#endif
#ifndef ZwAllocateLocallyUniqueId
#define ZwAllocateLocallyUniqueId(...) DDI_TRACE_AT_MOST(0, ZwAllocateLocallyUniqueId, (__VA_ARGS__))
#endif
#ifndef ZwAllocateVirtualMemory
#define ZwAllocateVirtualMemory(...) DDI_TRACE_AT_MOST(0, ZwAllocateVirtualMemory, (__VA_ARGS__))
#endif
#ifndef ZwClose
#define ZwClose(...) DDI_TRACE_AT_MOST(0, ZwClose, (__VA_ARGS__))
#endif
#ifndef ZwCommitComplete
#define ZwCommitComplete(...) DDI_TRACE_AT_MOST(0, ZwCommitComplete, (__VA_ARGS__))
#endif
#ifndef ZwCommitEnlistment
#define ZwCommitEnlistment(...) DDI_TRACE_AT_MOST(0, ZwCommitEnlistment, (__VA_ARGS__))
#endif
#ifndef ZwCommitTransaction
#define ZwCommitTransaction(...) DDI_TRACE_AT_MOST(0, ZwCommitTransaction, (__VA_ARGS__))
#endif
#ifndef ZwCreateDirectoryObject
#define ZwCreateDirectoryObject(...) DDI_TRACE_AT_MOST(0, ZwCreateDirectoryObject, (__VA_ARGS__))
#endif
#ifndef ZwCreateEnlistment
#define ZwCreateEnlistment(...) DDI_TRACE_AT_MOST(0, ZwCreateEnlistment, (__VA_ARGS__))
#endif
#ifndef ZwCreateEvent
#define ZwCreateEvent(...) DDI_TRACE_AT_MOST(0, ZwCreateEvent, (__VA_ARGS__))
#endif
#ifndef ZwCreateFile
#define ZwCreateFile(...) DDI_TRACE_AT_MOST(0, ZwCreateFile, (__VA_ARGS__))
#endif
#ifndef ZwCreateKey
#define ZwCreateKey(...) DDI_TRACE_AT_MOST(0, ZwCreateKey, (__VA_ARGS__))
#endif
#ifndef ZwCreateKeyTransacted
#define ZwCreateKeyTransacted(...) DDI_TRACE_AT_MOST(0, ZwCreateKeyTransacted, (__VA_ARGS__))
#endif
#ifndef ZwCreateResourceManager
#define ZwCreateResourceManager(...) DDI_TRACE_AT_MOST(0, ZwCreateResourceManager, (__VA_ARGS__))
#endif
#ifndef ZwCreateSection
#define ZwCreateSection(...) DDI_TRACE_AT_MOST(0, ZwCreateSection, (__VA_ARGS__))
#endif
#ifndef ZwCreateTransaction
#define ZwCreateTransaction(...) DDI_TRACE_AT_MOST(0, ZwCreateTransaction, (__VA_ARGS__))
#endif
#ifndef ZwCreateTransactionManager
#define ZwCreateTransactionManager(...) DDI_TRACE_AT_MOST(0, ZwCreateTransactionManager, (__VA_ARGS__))
#endif
#ifndef ZwDeleteFile
#define ZwDeleteFile(...) DDI_TRACE_AT_MOST(0, ZwDeleteFile, (__VA_ARGS__))
#endif
#ifndef ZwDeleteKey
#define ZwDeleteKey(...) DDI_TRACE_AT_MOST(0, ZwDeleteKey, (__VA_ARGS__))
#endif
#ifndef ZwDeleteValueKey
#define ZwDeleteValueKey(...) DDI_TRACE_AT_MOST(0, ZwDeleteValueKey, (__VA_ARGS__))
#endif
#ifndef ZwDeviceIoControlFile
#define ZwDeviceIoControlFile(...) DDI_TRACE_AT_MOST(0, ZwDeviceIoControlFile, (__VA_ARGS__))
#endif
#ifndef ZwDuplicateObject
#define ZwDuplicateObject(...) DDI_TRACE_AT_MOST(0, ZwDuplicateObject, (__VA_ARGS__))
#endif
#ifndef ZwDuplicateToken
#define ZwDuplicateToken(...) DDI_TRACE_AT_MOST(0, ZwDuplicateToken, (__VA_ARGS__))
#endif
#ifndef ZwEnumerateKey
#define ZwEnumerateKey(...) DDI_TRACE_AT_MOST(0, ZwEnumerateKey, (__VA_ARGS__))
#endif
#ifndef ZwEnumerateTransactionObject
#define ZwEnumerateTransactionObject(...) DDI_TRACE_AT_MOST(0, ZwEnumerateTransactionObject, (__VA_ARGS__))
#endif
#ifndef ZwEnumerateValueKey
#define ZwEnumerateValueKey(...) DDI_TRACE_AT_MOST(0, ZwEnumerateValueKey, (__VA_ARGS__))
#endif
#ifndef ZwFlushBuffersFile
#define ZwFlushBuffersFile(...) DDI_TRACE_AT_MOST(0, ZwFlushBuffersFile, (__VA_ARGS__))
#endif
#ifndef ZwFlushBuffersFileEx
#define ZwFlushBuffersFileEx(...) DDI_TRACE_AT_MOST(0, ZwFlushBuffersFileEx, (__VA_ARGS__))
#endif
#ifndef ZwFlushKey
#define ZwFlushKey(...) DDI_TRACE_AT_MOST(0, ZwFlushKey, (__VA_ARGS__))
#endif
#ifndef ZwFlushVirtualMemory
#define ZwFlushVirtualMemory(...) DDI_TRACE_AT_MOST(0, ZwFlushVirtualMemory, (__VA_ARGS__))
#endif
#ifndef ZwFreeVirtualMemory
#define ZwFreeVirtualMemory(...) DDI_TRACE_AT_MOST(0, ZwFreeVirtualMemory, (__VA_ARGS__))
#endif
#ifndef ZwFsControlFile
#define ZwFsControlFile(...) DDI_TRACE_AT_MOST(0, ZwFsControlFile, (__VA_ARGS__))
#endif
#ifndef ZwGetNotificationResourceManager
#define ZwGetNotificationResourceManager(...) DDI_TRACE_AT_MOST(0, ZwGetNotificationResourceManager, (__VA_ARGS__))
#endif
#ifndef ZwLoadDriver
#define ZwLoadDriver(...) DDI_TRACE_AT_MOST(0, ZwLoadDriver, (__VA_ARGS__))
#endif
#ifndef ZwLockFile
#define ZwLockFile(...) DDI_TRACE_AT_MOST(0, ZwLockFile, (__VA_ARGS__))
#endif
#ifndef ZwMakeTemporaryObject
#define ZwMakeTemporaryObject(...) DDI_TRACE_AT_MOST(0, ZwMakeTemporaryObject, (__VA_ARGS__))
#endif
#ifndef ZwMapViewOfSection
#define ZwMapViewOfSection(...) DDI_TRACE_AT_MOST(0, ZwMapViewOfSection, (__VA_ARGS__))
#endif
#ifndef ZwNotifyChangeKey
#define ZwNotifyChangeKey(...) DDI_TRACE_AT_MOST(0, ZwNotifyChangeKey, (__VA_ARGS__))
#endif
#ifndef ZwOpenDirectoryObject
#define ZwOpenDirectoryObject(...) DDI_TRACE_AT_MOST(0, ZwOpenDirectoryObject, (__VA_ARGS__))
#endif
#ifndef ZwOpenEnlistment
#define ZwOpenEnlistment(...) DDI_TRACE_AT_MOST(0, ZwOpenEnlistment, (__VA_ARGS__))
#endif
#ifndef ZwOpenEvent
#define ZwOpenEvent(...) DDI_TRACE_AT_MOST(0, ZwOpenEvent, (__VA_ARGS__))
#endif
#ifndef ZwOpenFile
#define ZwOpenFile(...) DDI_TRACE_AT_MOST(0, ZwOpenFile, (__VA_ARGS__))
#endif
#ifndef ZwOpenKey
#define ZwOpenKey(...) DDI_TRACE_AT_MOST(0, ZwOpenKey, (__VA_ARGS__))
#endif
#ifndef ZwOpenKeyEx
#define ZwOpenKeyEx(...) DDI_TRACE_AT_MOST(0, ZwOpenKeyEx, (__VA_ARGS__))
#endif
#ifndef ZwOpenKeyTransacted
#define ZwOpenKeyTransacted(...) DDI_TRACE_AT_MOST(0, ZwOpenKeyTransacted, (__VA_ARGS__))
#endif
#ifndef ZwOpenKeyTransactedEx
#define ZwOpenKeyTransactedEx(...) DDI_TRACE_AT_MOST(0, ZwOpenKeyTransactedEx, (__VA_ARGS__))
#endif
#ifndef ZwOpenProcess
#define ZwOpenProcess(...) DDI_TRACE_AT_MOST(0, ZwOpenProcess, (__VA_ARGS__))
#endif
#ifndef ZwOpenProcessTokenEx
#define ZwOpenProcessTokenEx(...) DDI_TRACE_AT_MOST(0, ZwOpenProcessTokenEx, (__VA_ARGS__))
#endif
#ifndef ZwOpenResourceManager
#define ZwOpenResourceManager(...) DDI_TRACE_AT_MOST(0, ZwOpenResourceManager, (__VA_ARGS__))
#endif
#ifndef ZwOpenSection
#define ZwOpenSection(...) DDI_TRACE_AT_MOST(0, ZwOpenSection, (__VA_ARGS__))
#endif
#ifndef ZwOpenSymbolicLinkObject
#define ZwOpenSymbolicLinkObject(...) DDI_TRACE_AT_MOST(0, ZwOpenSymbolicLinkObject, (__VA_ARGS__))
#endif
#ifndef ZwOpenThreadTokenEx
#define ZwOpenThreadTokenEx(...) DDI_TRACE_AT_MOST(0, ZwOpenThreadTokenEx, (__VA_ARGS__))
#endif
#ifndef ZwOpenTransaction
#define ZwOpenTransaction(...) DDI_TRACE_AT_MOST(0, ZwOpenTransaction, (__VA_ARGS__))
#endif
#ifndef ZwOpenTransactionManager
#define ZwOpenTransactionManager(...) DDI_TRACE_AT_MOST(0, ZwOpenTransactionManager, (__VA_ARGS__))
#endif
#ifndef ZwPowerInformation
#define ZwPowerInformation(...) DDI_TRACE_AT_MOST(0, ZwPowerInformation, (__VA_ARGS__))
#endif
#ifndef ZwPrePrepareComplete
#define ZwPrePrepareComplete(...) DDI_TRACE_AT_MOST(0, ZwPrePrepareComplete, (__VA_ARGS__))
#endif
#ifndef ZwPrePrepareEnlistment
#define ZwPrePrepareEnlistment(...) DDI_TRACE_AT_MOST(0, ZwPrePrepareEnlistment, (__VA_ARGS__))
#endif
#ifndef ZwPrepareComplete
#define ZwPrepareComplete(...) DDI_TRACE_AT_MOST(0, ZwPrepareComplete, (__VA_ARGS__))
#endif
#ifndef ZwPrepareEnlistment
#define ZwPrepareEnlistment(...) DDI_TRACE_AT_MOST(0, ZwPrepareEnlistment, (__VA_ARGS__))
#endif
#ifndef ZwQueryDirectoryFile
#define ZwQueryDirectoryFile(...) DDI_TRACE_AT_MOST(0, ZwQueryDirectoryFile, (__VA_ARGS__))
#endif
#ifndef ZwQueryDirectoryFileEx
#define ZwQueryDirectoryFileEx(...) DDI_TRACE_AT_MOST(0, ZwQueryDirectoryFileEx, (__VA_ARGS__))
#endif
#ifndef ZwQueryEaFile
#define ZwQueryEaFile(...) DDI_TRACE_AT_MOST(0, ZwQueryEaFile, (__VA_ARGS__))
#endif
#ifndef ZwQueryFullAttributesFile
#define ZwQueryFullAttributesFile(...) DDI_TRACE_AT_MOST(0, ZwQueryFullAttributesFile, (__VA_ARGS__))
#endif
#ifndef ZwQueryInformationByName
#define ZwQueryInformationByName(...) DDI_TRACE_AT_MOST(0, ZwQueryInformationByName, (__VA_ARGS__))
#endif
#ifndef ZwQueryInformationEnlistment
#define ZwQueryInformationEnlistment(...) DDI_TRACE_AT_MOST(0, ZwQueryInformationEnlistment, (__VA_ARGS__))
#endif
#ifndef ZwQueryInformationFile
#define ZwQueryInformationFile(...) DDI_TRACE_AT_MOST(0, ZwQueryInformationFile, (__VA_ARGS__))
#endif
#ifndef ZwQueryInformationResourceManager
#define ZwQueryInformationResourceManager(...) DDI_TRACE_AT_MOST(0, ZwQueryInformationResourceManager, (__VA_ARGS__))
#endif
#ifndef ZwQueryInformationToken
#define ZwQueryInformationToken(...) DDI_TRACE_AT_MOST(0, ZwQueryInformationToken, (__VA_ARGS__))
#endif
#ifndef ZwQueryInformationTransaction
#define ZwQueryInformationTransaction(...) DDI_TRACE_AT_MOST(0, ZwQueryInformationTransaction, (__VA_ARGS__))
#endif
#ifndef ZwQueryInformationTransactionManager
#define ZwQueryInformationTransactionManager(...) DDI_TRACE_AT_MOST(0, ZwQueryInformationTransactionManager, (__VA_ARGS__))
#endif
#ifndef ZwQueryKey
#define ZwQueryKey(...) DDI_TRACE_AT_MOST(0, ZwQueryKey, (__VA_ARGS__))
#endif
#ifndef ZwQueryObject
#define ZwQueryObject(...) DDI_TRACE_AT_MOST(0, ZwQueryObject, (__VA_ARGS__))
#endif
#ifndef ZwQueryQuotaInformationFile
#define ZwQueryQuotaInformationFile(...) DDI_TRACE_AT_MOST(0, ZwQueryQuotaInformationFile, (__VA_ARGS__))
#endif
#ifndef ZwQuerySecurityObject
#define ZwQuerySecurityObject(...) DDI_TRACE_AT_MOST(0, ZwQuerySecurityObject, (__VA_ARGS__))
#endif
#ifndef ZwQuerySymbolicLinkObject
#define ZwQuerySymbolicLinkObject(...) DDI_TRACE_AT_MOST(0, ZwQuerySymbolicLinkObject, (__VA_ARGS__))
#endif
#ifndef ZwQueryValueKey
#define ZwQueryValueKey(...) DDI_TRACE_AT_MOST(0, ZwQueryValueKey, (__VA_ARGS__))
#endif
#ifndef ZwQueryVolumeInformationFile
#define ZwQueryVolumeInformationFile(...) DDI_TRACE_AT_MOST(0, ZwQueryVolumeInformationFile, (__VA_ARGS__))
#endif
#ifndef ZwReadFile
#define ZwReadFile(...) DDI_TRACE_AT_MOST(0, ZwReadFile, (__VA_ARGS__))
#endif
#ifndef ZwReadOnlyEnlistment
#define ZwReadOnlyEnlistment(...) DDI_TRACE_AT_MOST(0, ZwReadOnlyEnlistment, (__VA_ARGS__))
#endif
#ifndef ZwRecoverEnlistment
#define ZwRecoverEnlistment(...) DDI_TRACE_AT_MOST(0, ZwRecoverEnlistment, (__VA_ARGS__))
#endif
#ifndef ZwRecoverResourceManager
#define ZwRecoverResourceManager(...) DDI_TRACE_AT_MOST(0, ZwRecoverResourceManager, (__VA_ARGS__))
#endif
#ifndef ZwRecoverTransactionManager
#define ZwRecoverTransactionManager(...) DDI_TRACE_AT_MOST(0, ZwRecoverTransactionManager, (__VA_ARGS__))
#endif
#ifndef ZwRenameKey
#define ZwRenameKey(...) DDI_TRACE_AT_MOST(0, ZwRenameKey, (__VA_ARGS__))
#endif
#ifndef ZwRollbackComplete
#define ZwRollbackComplete(...) DDI_TRACE_AT_MOST(0, ZwRollbackComplete, (__VA_ARGS__))
#endif
#ifndef ZwRollbackEnlistment
#define ZwRollbackEnlistment(...) DDI_TRACE_AT_MOST(0, ZwRollbackEnlistment, (__VA_ARGS__))
#endif
#ifndef ZwRollbackTransaction
#define ZwRollbackTransaction(...) DDI_TRACE_AT_MOST(0, ZwRollbackTransaction, (__VA_ARGS__))
#endif
#ifndef ZwRollforwardTransactionManager
#define ZwRollforwardTransactionManager(...) DDI_TRACE_AT_MOST(0, ZwRollforwardTransactionManager, (__VA_ARGS__))
#endif
#ifndef ZwSetEaFile
#define ZwSetEaFile(...) DDI_TRACE_AT_MOST(0, ZwSetEaFile, (__VA_ARGS__))
#endif
#ifndef ZwSetEvent
#define ZwSetEvent(...) DDI_TRACE_AT_MOST(0, ZwSetEvent, (__VA_ARGS__))
#endif
#ifndef ZwSetInformationEnlistment
#define ZwSetInformationEnlistment(...) DDI_TRACE_AT_MOST(0, ZwSetInformationEnlistment, (__VA_ARGS__))
#endif
#ifndef ZwSetInformationFile
#define ZwSetInformationFile(...) DDI_TRACE_AT_MOST(0, ZwSetInformationFile, (__VA_ARGS__))
#endif
#ifndef ZwSetInformationKey
#define ZwSetInformationKey(...) DDI_TRACE_AT_MOST(0, ZwSetInformationKey, (__VA_ARGS__))
#endif
#ifndef ZwSetInformationThread
#define ZwSetInformationThread(...) DDI_TRACE_AT_MOST(0, ZwSetInformationThread, (__VA_ARGS__))
#endif
#ifndef ZwSetInformationToken
#define ZwSetInformationToken(...) DDI_TRACE_AT_MOST(0, ZwSetInformationToken, (__VA_ARGS__))
#endif
#ifndef ZwSetInformationTransaction
#define ZwSetInformationTransaction(...) DDI_TRACE_AT_MOST(0, ZwSetInformationTransaction, (__VA_ARGS__))
#endif
#ifndef ZwSetInformationVirtualMemory
#define ZwSetInformationVirtualMemory(...) DDI_TRACE_AT_MOST(0, ZwSetInformationVirtualMemory, (__VA_ARGS__))
#endif
#ifndef ZwSetQuotaInformationFile
#define ZwSetQuotaInformationFile(...) DDI_TRACE_AT_MOST(0, ZwSetQuotaInformationFile, (__VA_ARGS__))
#endif
#ifndef ZwSetSecurityObject
#define ZwSetSecurityObject(...) DDI_TRACE_AT_MOST(0, ZwSetSecurityObject, (__VA_ARGS__))
#endif
#ifndef ZwSetValueKey
#define ZwSetValueKey(...) DDI_TRACE_AT_MOST(0, ZwSetValueKey, (__VA_ARGS__))
#endif
#ifndef ZwSetVolumeInformationFile
#define ZwSetVolumeInformationFile(...) DDI_TRACE_AT_MOST(0, ZwSetVolumeInformationFile, (__VA_ARGS__))
#endif
#ifndef ZwSinglePhaseReject
#define ZwSinglePhaseReject(...) DDI_TRACE_AT_MOST(0, ZwSinglePhaseReject, (__VA_ARGS__))
#endif
#ifndef ZwTerminateProcess
#define ZwTerminateProcess(...) DDI_TRACE_AT_MOST(0, ZwTerminateProcess, (__VA_ARGS__))
#endif
#ifndef ZwUnloadDriver
#define ZwUnloadDriver(...) DDI_TRACE_AT_MOST(0, ZwUnloadDriver, (__VA_ARGS__))
#endif
#ifndef ZwUnlockFile
#define ZwUnlockFile(...) DDI_TRACE_AT_MOST(0, ZwUnlockFile, (__VA_ARGS__))
#endif
#ifndef ZwUnmapViewOfSection
#define ZwUnmapViewOfSection(...) DDI_TRACE_AT_MOST(0, ZwUnmapViewOfSection, (__VA_ARGS__))
#endif
#ifndef ZwWaitForSingleObject
#define ZwWaitForSingleObject(...) DDI_TRACE_AT_MOST(0, ZwWaitForSingleObject, (__VA_ARGS__))
#endif
#ifndef ZwWriteFile
#define ZwWriteFile(...) DDI_TRACE_AT_MOST(0, ZwWriteFile, (__VA_ARGS__))
#endif

/* -- up to APC_LEVEL -- */

#ifndef CmRegisterCallback
#define CmRegisterCallback(...) DDI_TRACE_AT_MOST(1, CmRegisterCallback, (__VA_ARGS__))
#endif
#ifndef CmRegisterCallbackEx
#define CmRegisterCallbackEx(...) DDI_TRACE_AT_MOST(1, CmRegisterCallbackEx, (__VA_ARGS__))
#endif
#ifndef CmUnRegisterCallback
#define CmUnRegisterCallback(...) DDI_TRACE_AT_MOST(1, CmUnRegisterCallback, (__VA_ARGS__))
#endif
#ifndef ExAcquireFastMutex
#define ExAcquireFastMutex(...) DDI_TRACE_AT_MOST(1, ExAcquireFastMutex, (__VA_ARGS__))
#endif
#ifndef ExAcquireResourceExclusiveLite
#define ExAcquireResourceExclusiveLite(...) DDI_TRACE_AT_MOST(1, ExAcquireResourceExclusiveLite, (__VA_ARGS__))
#endif
#ifndef ExAcquireResourceSharedLite
#define ExAcquireResourceSharedLite(...) DDI_TRACE_AT_MOST(1, ExAcquireResourceSharedLite, (__VA_ARGS__))
#endif
#ifndef ExAcquireSharedStarveExclusive
#define ExAcquireSharedStarveExclusive(...) DDI_TRACE_AT_MOST(1, ExAcquireSharedStarveExclusive, (__VA_ARGS__))
#endif
#ifndef ExAcquireSharedWaitForExclusive
#define ExAcquireSharedWaitForExclusive(...) DDI_TRACE_AT_MOST(1, ExAcquireSharedWaitForExclusive, (__VA_ARGS__))
#endif
#ifndef ExAllocateFromPagedLookasideList
#define ExAllocateFromPagedLookasideList(...) DDI_TRACE_AT_MOST(1, ExAllocateFromPagedLookasideList, (__VA_ARGS__))
#endif
#ifndef ExConvertExclusiveToSharedLite
#define ExConvertExclusiveToSharedLite(...) DDI_TRACE_AT_MOST(1, ExConvertExclusiveToSharedLite, (__VA_ARGS__))
#endif
#ifndef ExCreateCallback
#define ExCreateCallback(...) DDI_TRACE_AT_MOST(1, ExCreateCallback, (__VA_ARGS__))
#endif
#ifndef ExDeletePagedLookasideList
#define ExDeletePagedLookasideList(...) DDI_TRACE_AT_MOST(1, ExDeletePagedLookasideList, (__VA_ARGS__))
#endif
#ifndef ExDeleteResourceLite
#define ExDeleteResourceLite(...) DDI_TRACE_AT_MOST(1, ExDeleteResourceLite, (__VA_ARGS__))
#endif
#ifndef ExFreeToPagedLookasideList
#define ExFreeToPagedLookasideList(...) DDI_TRACE_AT_MOST(1, ExFreeToPagedLookasideList, (__VA_ARGS__))
#endif
#ifndef ExInitializePagedLookasideList
#define ExInitializePagedLookasideList(...) DDI_TRACE_AT_MOST(1, ExInitializePagedLookasideList, (__VA_ARGS__))
#endif
#ifndef ExRaiseStatus
#define ExRaiseStatus(...) DDI_TRACE_AT_MOST(1, ExRaiseStatus, (__VA_ARGS__))
#endif
#ifndef ExRegisterCallback
#define ExRegisterCallback(...) DDI_TRACE_AT_MOST(1, ExRegisterCallback, (__VA_ARGS__))
#endif
#ifndef ExSetTimerResolution
#define ExSetTimerResolution(...) DDI_TRACE_AT_MOST(1, ExSetTimerResolution, (__VA_ARGS__))
#endif
#ifndef ExTryToAcquireFastMutex
#define ExTryToAcquireFastMutex(...) DDI_TRACE_AT_MOST(1, ExTryToAcquireFastMutex, (__VA_ARGS__))
#endif
#ifndef ExUnregisterCallback
#define ExUnregisterCallback(...) DDI_TRACE_AT_MOST(1, ExUnregisterCallback, (__VA_ARGS__))
#endif
#ifndef IoGetInitialStack
#define IoGetInitialStack(...) DDI_TRACE_AT_MOST(1, IoGetInitialStack, (__VA_ARGS__))
#endif
#ifndef IoRaiseHardError
#define IoRaiseHardError(...) DDI_TRACE_AT_MOST(1, IoRaiseHardError, (__VA_ARGS__))
#endif
#ifndef IoRaiseInformationalHardError
#define IoRaiseInformationalHardError(...) DDI_TRACE_AT_MOST(1, IoRaiseInformationalHardError, (__VA_ARGS__))
#endif
#ifndef KeAcquireGuardedMutex
#define KeAcquireGuardedMutex(...) DDI_TRACE_AT_MOST(1, KeAcquireGuardedMutex, (__VA_ARGS__))
#endif
#ifndef KeAcquireGuardedMutexUnsafe
#define KeAcquireGuardedMutexUnsafe(...) DDI_TRACE_AT_MOST(1, KeAcquireGuardedMutexUnsafe, (__VA_ARGS__))
#endif
#ifndef KeDelayExecutionThread
#define KeDelayExecutionThread(...) DDI_TRACE_AT_MOST(1, KeDelayExecutionThread, (__VA_ARGS__))
#endif
#ifndef KeDeregisterNmiCallback
#define KeDeregisterNmiCallback(...) DDI_TRACE_AT_MOST(1, KeDeregisterNmiCallback, (__VA_ARGS__))
#endif
#ifndef KeEnterCriticalRegion
#define KeEnterCriticalRegion(...) DDI_TRACE_AT_MOST(1, KeEnterCriticalRegion, (__VA_ARGS__))
#endif
#ifndef KeEnterGuardedRegion
#define KeEnterGuardedRegion(...) DDI_TRACE_AT_MOST(1, KeEnterGuardedRegion, (__VA_ARGS__))
#endif
#ifndef KeLeaveCriticalRegion
#define KeLeaveCriticalRegion(...) DDI_TRACE_AT_MOST(1, KeLeaveCriticalRegion, (__VA_ARGS__))
#endif
#ifndef KeLeaveGuardedRegion
#define KeLeaveGuardedRegion(...) DDI_TRACE_AT_MOST(1, KeLeaveGuardedRegion, (__VA_ARGS__))
#endif
#ifndef KeRegisterNmiCallback
#define KeRegisterNmiCallback(...) DDI_TRACE_AT_MOST(1, KeRegisterNmiCallback, (__VA_ARGS__))
#endif
#ifndef KeReleaseGuardedMutex
#define KeReleaseGuardedMutex(...) DDI_TRACE_AT_MOST(1, KeReleaseGuardedMutex, (__VA_ARGS__))
#endif
#ifndef KeReleaseGuardedMutexUnsafe
#define KeReleaseGuardedMutexUnsafe(...) DDI_TRACE_AT_MOST(1, KeReleaseGuardedMutexUnsafe, (__VA_ARGS__))
#endif
#ifndef KeTryToAcquireGuardedMutex
#define KeTryToAcquireGuardedMutex(...) DDI_TRACE_AT_MOST(1, KeTryToAcquireGuardedMutex, (__VA_ARGS__))
#endif
#ifndef MmAllocateNonCachedMemory
#define MmAllocateNonCachedMemory(...) DDI_TRACE_AT_MOST(1, MmAllocateNonCachedMemory, (__VA_ARGS__))
#endif
#ifndef MmFreeNonCachedMemory
#define MmFreeNonCachedMemory(...) DDI_TRACE_AT_MOST(1, MmFreeNonCachedMemory, (__VA_ARGS__))
#endif
#ifndef MmLockPagableDataSection
#define MmLockPagableDataSection(...) DDI_TRACE_AT_MOST(1, MmLockPagableDataSection, (__VA_ARGS__))
#endif
#ifndef MmLockPagableSectionByHandle
#define MmLockPagableSectionByHandle(...) DDI_TRACE_AT_MOST(1, MmLockPagableSectionByHandle, (__VA_ARGS__))
#endif
#ifndef MmPageEntireDriver
#define MmPageEntireDriver(...) DDI_TRACE_AT_MOST(1, MmPageEntireDriver, (__VA_ARGS__))
#endif
#ifndef MmResetDriverPaging
#define MmResetDriverPaging(...) DDI_TRACE_AT_MOST(1, MmResetDriverPaging, (__VA_ARGS__))
#endif
#ifndef MmSecureVirtualMemory
#define MmSecureVirtualMemory(...) DDI_TRACE_AT_MOST(1, MmSecureVirtualMemory, (__VA_ARGS__))
#endif
#ifndef MmUnlockPagableImageSection
#define MmUnlockPagableImageSection(...) DDI_TRACE_AT_MOST(1, MmUnlockPagableImageSection, (__VA_ARGS__))
#endif
#ifndef MmUnsecureVirtualMemory
#define MmUnsecureVirtualMemory(...) DDI_TRACE_AT_MOST(1, MmUnsecureVirtualMemory, (__VA_ARGS__))
#endif
#ifndef ObGetObjectSecurity
#define ObGetObjectSecurity(...) DDI_TRACE_AT_MOST(1, ObGetObjectSecurity, (__VA_ARGS__))
#endif
#ifndef ObReleaseObjectSecurity
#define ObReleaseObjectSecurity(...) DDI_TRACE_AT_MOST(1, ObReleaseObjectSecurity, (__VA_ARGS__))
#endif
#ifndef ProbeForRead
#define ProbeForRead(...) DDI_TRACE_AT_MOST(1, ProbeForRead, (__VA_ARGS__))
#endif
#ifndef ProbeForWrite
#define ProbeForWrite(...) DDI_TRACE_AT_MOST(1, ProbeForWrite, (__VA_ARGS__))
#endif

/* -- up to DISPATCH_LEVEL -- */

#ifndef IoGetDeviceToVerify
#define IoGetDeviceToVerify(...) DDI_TRACE_AT_MOST(2, IoGetDeviceToVerify, (__VA_ARGS__))
#endif
#ifndef IoSetDeviceToVerify
#define IoSetDeviceToVerify(...) DDI_TRACE_AT_MOST(2, IoSetDeviceToVerify, (__VA_ARGS__))
#endif
#ifndef IoWriteErrorLogEntry
#define IoWriteErrorLogEntry(...) DDI_TRACE_AT_MOST(2, IoWriteErrorLogEntry, (__VA_ARGS__))
#endif
#ifndef KeAreAllApcsDisabled
#define KeAreAllApcsDisabled(...) DDI_TRACE_AT_MOST(2, KeAreAllApcsDisabled, (__VA_ARGS__))
#endif
#ifndef KeAreApcsDisabled
#define KeAreApcsDisabled(...) DDI_TRACE_AT_MOST(2, KeAreApcsDisabled, (__VA_ARGS__))
#endif
#ifndef KeCancelTimer
#define KeCancelTimer(...) DDI_TRACE_AT_MOST(2, KeCancelTimer, (__VA_ARGS__))
#endif
#ifndef KeFlushIoBuffers
#define KeFlushIoBuffers(...) DDI_TRACE_AT_MOST(2, KeFlushIoBuffers, (__VA_ARGS__))
#endif
#ifndef KeInitializeDeviceQueue
#define KeInitializeDeviceQueue(...) DDI_TRACE_AT_MOST(2, KeInitializeDeviceQueue, (__VA_ARGS__))
#endif
#ifndef KeInitializeSemaphore
#define KeInitializeSemaphore(...) DDI_TRACE_AT_MOST(2, KeInitializeSemaphore, (__VA_ARGS__))
#endif
#ifndef KeInitializeTimer
#define KeInitializeTimer(...) DDI_TRACE_AT_MOST(2, KeInitializeTimer, (__VA_ARGS__))
#endif
#ifndef KeInitializeTimerEx
#define KeInitializeTimerEx(...) DDI_TRACE_AT_MOST(2, KeInitializeTimerEx, (__VA_ARGS__))
#endif
#ifndef KePulseEvent
#define KePulseEvent(...) DDI_TRACE_AT_MOST(2, KePulseEvent, (__VA_ARGS__))
#endif
#ifndef KeReadStateEvent
#define KeReadStateEvent(...) DDI_TRACE_AT_MOST(2, KeReadStateEvent, (__VA_ARGS__))
#endif
#ifndef KeReadStateTimer
#define KeReadStateTimer(...) DDI_TRACE_AT_MOST(2, KeReadStateTimer, (__VA_ARGS__))
#endif
#ifndef KeReleaseMutex
#define KeReleaseMutex(...) DDI_TRACE_AT_MOST(2, KeReleaseMutex, (__VA_ARGS__))
#endif
#ifndef KeRemoveEntryDeviceQueue
#define KeRemoveEntryDeviceQueue(...) DDI_TRACE_AT_MOST(2, KeRemoveEntryDeviceQueue, (__VA_ARGS__))
#endif
#ifndef KeSaveFloatingPointState
#define KeSaveFloatingPointState(...) DDI_TRACE_AT_MOST(2, KeSaveFloatingPointState, (__VA_ARGS__))
#endif
#ifndef MmAllocatePagesForMdl
#define MmAllocatePagesForMdl(...) DDI_TRACE_AT_MOST(2, MmAllocatePagesForMdl, (__VA_ARGS__))
#endif
#ifndef MmAllocatePagesForMdlEx
#define MmAllocatePagesForMdlEx(...) DDI_TRACE_AT_MOST(2, MmAllocatePagesForMdlEx, (__VA_ARGS__))
#endif
#ifndef MmFreeContiguousMemory
#define MmFreeContiguousMemory(...) DDI_TRACE_AT_MOST(2, MmFreeContiguousMemory, (__VA_ARGS__))
#endif
#ifndef MmFreePagesFromMdl
#define MmFreePagesFromMdl(...) DDI_TRACE_AT_MOST(2, MmFreePagesFromMdl, (__VA_ARGS__))
#endif

/* -- at DISPATCH_LEVEL or above -- */

#ifndef IoAllocateController
#define IoAllocateController(...) DDI_TRACE_AT_LEAST(2, IoAllocateController, (__VA_ARGS__))
#endif
#ifndef IoFreeController
#define IoFreeController(...) DDI_TRACE_AT_LEAST(2, IoFreeController, (__VA_ARGS__))
#endif
#ifndef KeAcquireSpinLockAtDpcLevel
#define KeAcquireSpinLockAtDpcLevel(...) DDI_TRACE_AT_LEAST(2, KeAcquireSpinLockAtDpcLevel, (__VA_ARGS__))
#endif
#ifndef KeInsertByKeyDeviceQueue
#define KeInsertByKeyDeviceQueue(...) DDI_TRACE_AT_LEAST(2, KeInsertByKeyDeviceQueue, (__VA_ARGS__))
#endif
#ifndef KeInsertDeviceQueue
#define KeInsertDeviceQueue(...) DDI_TRACE_AT_LEAST(2, KeInsertDeviceQueue, (__VA_ARGS__))
#endif
#ifndef KeReleaseSpinLockFromDpcLevel
#define KeReleaseSpinLockFromDpcLevel(...) DDI_TRACE_AT_LEAST(2, KeReleaseSpinLockFromDpcLevel, (__VA_ARGS__))
#endif
#ifndef KeRemoveByKeyDeviceQueue
#define KeRemoveByKeyDeviceQueue(...) DDI_TRACE_AT_LEAST(2, KeRemoveByKeyDeviceQueue, (__VA_ARGS__))
#endif
#ifndef KeRemoveDeviceQueue
#define KeRemoveDeviceQueue(...) DDI_TRACE_AT_LEAST(2, KeRemoveDeviceQueue, (__VA_ARGS__))
#endif

#if defined(__clang__)
#pragma clang diagnostic pop
#elif defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#endif /* DDI_TRACE_IRQL */

#endif /* DDI_TRACE_SINK */

#endif /* DDI_TRACE_H */
