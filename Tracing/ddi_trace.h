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
 *  - it allocates nothing, takes no lock, touches nothing pageable, and runs at IRQL <= DISPATCH_LEVEL.
 *    Above DISPATCH_LEVEL it logs nothing: of the DDIs that matter only plain lists are used there;
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

/* Decoders print the text between quotes and braces. A last word of no meaning takes them up, so that
 * they do not become part of a value that has one. */
DDI_TRACE_SMALL VOID DdiTraceWrite(DDI_TRACE_LINE *Line)
{
  DdiTraceWord(Line, " end=", ".", 1);
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

/* At DISPATCH_LEVEL, so that no thread is preempted in its slot while others go once round the ring. */
DDI_TRACE_SMALL VOID DdiTraceWrite(DDI_TRACE_LINE *Line)
{
  KIRQL irql;
  ULONG number;

  KeRaiseIrql(DISPATCH_LEVEL, &irql);
  number = (ULONG)InterlockedIncrement(&DdiTraceRing.Next) - 1;
  DdiTraceFill(&DdiTraceRing.Line[number % DDI_TRACE_RING_LINES], Line->Text, Line->Used);
  KeLowerIrql(irql);
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
  if (KeGetCurrentIrql() > DISPATCH_LEVEL) {
    return;
  }
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

/* Frees the slot of a completion routine that will not be called, if the location has one. */
DDI_TRACE_LARGE VOID DdiTraceForget(PIO_STACK_LOCATION Location)
{
  ULONG i;
  ULONG hash = DdiTraceHash(Location);

  for (i = 0; i < DDI_TRACE_PROBES; i++) {
    DDI_TRACE_SLOT *slot = &DdiTraceState.Routines[(hash + i) % DDI_TRACE_ROUTINES];
    if (slot->Key == (PVOID)Location) {
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

DDI_TRACE_LARGE VOID DdiTraceLogCall(
    const char *Event, PVOID Irp, PVOID Device, PVOID Target, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, Event);
  DdiTraceIrp(&line, Irp, Device);
  DdiTracePointer(&line, " target=", Target);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

DDI_TRACE_LARGE VOID DdiTraceLogSetCompletion(
    const char *Event, PIRP Irp, PIO_COMPLETION_ROUTINE Routine, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, Event);
  DdiTraceIrp(&line, Irp, DdiTraceDeviceOf(Irp));
  DdiTraceHex(&line, " routine=", (ULONGLONG)(ULONG_PTR)Routine);
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

DDI_TRACE_LARGE VOID DdiTraceLogWait(PVOID Object, NTSTATUS Status, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, "KeWaitForSingleObject");
  DdiTracePointer(&line, " object=", Object);
  DdiTraceStatus(&line, Status);
  DdiTraceEnd(&line, DDI_TRACE_SAME_PLACE);
}

/* A pool tag is four characters; one that would end the word is shown as '_'. */
DDI_TRACE_LARGE VOID DdiTraceLogPool(
    const char *Event, PVOID Pointer, SIZE_T Size, ULONG Tag, DDI_TRACE_PLACE)
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

  DdiTraceLogSetCompletion("IoSetCompletionRoutine", Irp, Routine, DDI_TRACE_SAME_PLACE);
  if (slot != NULL) {
    IoSetCompletionRoutine(Irp, DdiTraceCompletion, slot, OnSuccess, OnError, OnCancel);
  } else {
    IoSetCompletionRoutine(Irp, Routine, Context, OnSuccess, OnError, OnCancel);
  }
}

typedef NTSTATUS (NTAPI *DDI_TRACE_SET_COMPLETION_EX)(
    PDEVICE_OBJECT, PIRP, PIO_COMPLETION_ROUTINE, PVOID, BOOLEAN, BOOLEAN, BOOLEAN);

/* Here the device object is given. A call that fails set nothing and is not logged. */
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
  if (NT_SUCCESS(status)) {
    DdiTraceLogSetCompletion("IoSetCompletionRoutineEx", Irp, Routine, DDI_TRACE_SAME_PLACE);
  } else if (slot != NULL) {
    DdiTraceRelease(slot);
  }
  return status;
}

DDI_TRACE_SMALL PIRP DdiTraceNewIrp(const char *Event, PIRP Irp, DDI_TRACE_PLACE)
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
  NTSTATUS status = KeWaitForSingleObject(Object, Reason, Mode, Alertable, Timeout);

  DdiTraceLogWait(Object, status, DDI_TRACE_SAME_PLACE);
  return status;
}

DDI_TRACE_SMALL LONG DdiTraceSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait, DDI_TRACE_PLACE)
{
  DdiTraceLogPointer("KeSetEvent", " object=", Event, DDI_TRACE_SAME_PLACE);
  return KeSetEvent(Event, Increment, Wait);
}

/* -- power -- */

DDI_TRACE_LARGE VOID DdiTraceLogRequestPower(
    PVOID Device, UCHAR Minor, POWER_STATE State, NTSTATUS Status, DDI_TRACE_PLACE)
{
  DDI_TRACE_LINE line;

  DdiTraceBegin(&line, "PoRequestPowerIrp");
  DdiTracePointer(&line, " dev=", Device);
  DdiTraceMinor(&line, IRP_MJ_POWER, Minor);
  DdiTracePowerState(&line, Minor == IRP_MN_WAIT_WAKE ? SystemPowerState : DevicePowerState, State);
  DdiTraceStatus(&line, Status);
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
  DdiTraceLogRequestPower(Device, Minor, State, status, DDI_TRACE_SAME_PLACE);
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

DDI_TRACE_SMALL PVOID DdiTraceAllocate(
    DDI_TRACE_ALLOCATE Allocate, const char *Event, POOL_TYPE Type, SIZE_T Size, ULONG Tag, DDI_TRACE_PLACE)
{
  PVOID pointer = Allocate(Type, Size, Tag);

  DdiTraceLogPool(Event, pointer, Size, Tag, DDI_TRACE_SAME_PLACE);
  return pointer;
}

DDI_TRACE_SMALL PVOID DdiTraceAllocate2(
    DDI_TRACE_ALLOCATE2 Allocate, ULONGLONG Flags, SIZE_T Size, ULONG Tag, DDI_TRACE_PLACE)
{
  PVOID pointer = Allocate(Flags, Size, Tag);

  DdiTraceLogPool("ExAllocatePool2", pointer, Size, Tag, DDI_TRACE_SAME_PLACE);
  return pointer;
}

DDI_TRACE_SMALL PVOID DdiTraceAllocated(const char *Event, PVOID Pointer, DDI_TRACE_PLACE)
{
  DdiTraceLogPool(Event, Pointer, 0, 0, DDI_TRACE_SAME_PLACE);
  return Pointer;
}

/* -- work items, DPCs, timers, threads -- */

DDI_TRACE_SMALL VOID DdiTraceQueueWorkItem(
    PIO_WORKITEM Item, PIO_WORKITEM_ROUTINE Routine, WORK_QUEUE_TYPE Queue, PVOID Context)
{
  DDI_TRACE_SLOT *slot = DdiTraceClaimRoutine(Item, (DDI_TRACE_ANY_ROUTINE)Routine, Context);

  if (slot != NULL) {
    IoQueueWorkItem(Item, DdiTraceWorkItem, Queue, slot);
  } else {
    IoQueueWorkItem(Item, Routine, Queue, Context);
  }
}

#if defined(NTDDI_VISTA) && NTDDI_VERSION >= NTDDI_VISTA
DDI_TRACE_SMALL VOID DdiTraceQueueWorkItemEx(
    PIO_WORKITEM Item, PIO_WORKITEM_ROUTINE_EX Routine, WORK_QUEUE_TYPE Queue, PVOID Context)
{
  DDI_TRACE_SLOT *slot = DdiTraceClaimRoutine(Item, (DDI_TRACE_ANY_ROUTINE)Routine, Context);

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
    PDEVICE_OBJECT Device, PIO_TIMER_ROUTINE Routine, PVOID Context)
{
  DDI_TRACE_SLOT *slot = DdiTraceClaimTimer(Device, (DDI_TRACE_ANY_ROUTINE)Routine, Context);

  if (slot != NULL) {
    return IoInitializeTimer(Device, DdiTraceTimer, slot);
  }
  return IoInitializeTimer(Device, Routine, Context);
}

DDI_TRACE_SMALL NTSTATUS DdiTraceCreateThread(
    PHANDLE Thread, ULONG Access, POBJECT_ATTRIBUTES Attributes, HANDLE Process, PCLIENT_ID Id,
    PKSTART_ROUTINE Routine, PVOID Context)
{
  DDI_TRACE_SLOT *slot = DdiTraceClaimRoutine(NULL, (DDI_TRACE_ANY_ROUTINE)Routine, Context);
  NTSTATUS status;

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

/* First and last in a routine that no DDI above names: a cancel routine, a DPC of ExTimer, a callback.
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
#define IoBuildDeviceIoControlRequest(Code, Target, In, InSize, Out, OutSize, Internal, Event, Block) \
  DdiTraceNewIrp("IoBuildDeviceIoControlRequest", \
                 IoBuildDeviceIoControlRequest((Code), (Target), (In), (InSize), (Out), (OutSize), \
                                               (Internal), (Event), (Block)), DDI_TRACE_HERE)
#define IoBuildSynchronousFsdRequest(Major, Target, Buffer, Length, Offset, Event, Block) \
  DdiTraceNewIrp("IoBuildSynchronousFsdRequest", \
                 IoBuildSynchronousFsdRequest((Major), (Target), (Buffer), (Length), (Offset), \
                                              (Event), (Block)), DDI_TRACE_HERE)
#define IoBuildAsynchronousFsdRequest(Major, Target, Buffer, Length, Offset, Block) \
  DdiTraceNewIrp("IoBuildAsynchronousFsdRequest", \
                 IoBuildAsynchronousFsdRequest((Major), (Target), (Buffer), (Length), (Offset), \
                                               (Block)), DDI_TRACE_HERE)
#define IoFreeIrp(Irp) DdiTraceFreeIrp((Irp), DDI_TRACE_HERE)

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
#define KeSetEvent(Event, Increment, Wait) \
  DdiTraceSetEvent((Event), (Increment), (Wait), DDI_TRACE_HERE)

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

#ifndef ExAllocatePool
#define ExAllocatePool(Type, Size) \
  DdiTraceAllocated("ExAllocatePool", ExAllocatePool((Type), (Size)), DDI_TRACE_HERE)
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
  DdiTraceAllocated("ExAllocatePool3", \
                    ExAllocatePool3((Flags), (Size), (Tag), (Parameters), (Count)), DDI_TRACE_HERE)
#endif

/* -- work items, DPCs, timers, threads: their entry and exit is logged, the call itself is no event -- */

#define IoQueueWorkItem(Item, Routine, Queue, Context) \
  DdiTraceQueueWorkItem((Item), (Routine), (Queue), (Context))
#if defined(NTDDI_VISTA) && NTDDI_VERSION >= NTDDI_VISTA
#define IoQueueWorkItemEx(Item, Routine, Queue, Context) \
  DdiTraceQueueWorkItemEx((Item), (Routine), (Queue), (Context))
#endif
#define KeInitializeDpc(Dpc, Routine, Context) DdiTraceInitializeDpc((Dpc), (Routine), (Context))
#undef IoInitializeDpcRequest
#define IoInitializeDpcRequest(Device, Routine) \
  DdiTraceInitializeDpc(&(Device)->Dpc, (PKDEFERRED_ROUTINE)(Routine), (Device))
#define IoInitializeTimer(Device, Routine, Context) \
  DdiTraceInitializeTimer((Device), (Routine), (Context))
#define PsCreateSystemThread(Thread, Access, Attributes, Process, Id, Routine, Context) \
  DdiTraceCreateThread((Thread), (Access), (Attributes), (Process), (Id), (Routine), (Context))
#define PsTerminateSystemThread(Status) DdiTraceTerminateThread((Status), DDI_TRACE_HERE)

#endif /* DDI_TRACE_SINK */

#endif /* DDI_TRACE_H */
