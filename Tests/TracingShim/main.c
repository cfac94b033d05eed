/*
 * The scenario: loads the two drivers, builds two device stacks, works on them from several threads,
 * puts them to sleep and wakes them, removes them and unloads the drivers. The trace goes to stdout.
 *
 * Usage: shim FUNCTION.so FILTER.so VARIANT quiet|held [RING-PREFIX]
 * quiet: nothing is under way when the devices are removed. held: a read is, and while the removal waits
 * for it another request arrives. A removal that hangs ends the process, as a power button would.
 * RING-PREFIX: the drivers' ring buffers are written to RING-PREFIX.function and .filter, as dumps.
 */
#define _GNU_SOURCE
#include "shim.h"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "etw/TraceLoggingProvider.h"

#define DEVICES 2
#define APPLICATIONS 4
#define ROUNDS 12
#define PATIENCE_MS 1500

static const char *variant;
static const char *ringPrefix; /* or NULL */

VOID TraceText(const char *Text);

BOOLEAN Fault(const char *Name)
{
  return strcmp(variant, Name) == 0;
}

/* What tracefmt makes of a message, by WPP and by TraceLogging. */
#define TRACEFMT_PREFIX "[0]0004.%04lX::11/23/2026-10:00:00.000 "

static unsigned long ThreadNumber(void)
{
  return (unsigned long)(ULONG_PTR)PsGetCurrentThreadId();
}

VOID TraceText(const char *Text)
{
  printf(TRACEFMT_PREFIX "[driver]%s\n", ThreadNumber(), Text);
}

VOID TraceEvent(const ETW_PROVIDER *Provider, const char *Event, const char *Field, const char *Text)
{
  if (Provider->Registered) {
    printf(TRACEFMT_PREFIX "[%s]{\"%s\":\"%s\",\"meta\":{\"provider\":\"%s\",\"event\":\"%s\"}}\n",
           ThreadNumber(), Provider->Name, Field, Text, Provider->Name, Event);
  }
}

static void Fail(const char *What, const char *Which)
{
  fflush(stdout);
  fprintf(stderr, "shim: %s: %s\n", What, Which);
  _exit(3);
}

/* -- drivers -- */

typedef struct {
  const char *Name;
  void *Image;
  DRIVER_OBJECT Driver;
  DRIVER_EXTENSION Extension;
} LOADED;

static LOADED function = {.Name = "function"}, filter = {.Name = "filter"};

/* Finds where the image that holds an address begins and ends. */
static int FindImage(struct dl_phdr_info *Info, size_t Size, void *Context)
{
  DRIVER_OBJECT *driver = Context;
  ULONG_PTR wanted = (ULONG_PTR)driver->DriverStart, end = 0;
  int i;

  UNREFERENCED_PARAMETER(Size);
  for (i = 0; i < Info->dlpi_phnum; i++) {
    if (Info->dlpi_phdr[i].p_type == PT_LOAD) {
      end = Info->dlpi_addr + Info->dlpi_phdr[i].p_vaddr + Info->dlpi_phdr[i].p_memsz;
    }
  }
  if (wanted < Info->dlpi_addr || wanted >= end) {
    return 0;
  }
  driver->DriverStart = (PVOID)Info->dlpi_addr;
  driver->DriverSize = (ULONG)(end - Info->dlpi_addr);
  return 1;
}

static NTSTATUS NobodysIrp(PDEVICE_OBJECT Device, PIRP Irp)
{
  UNREFERENCED_PARAMETER(Device);
  Irp->IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST;
  IofCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_INVALID_DEVICE_REQUEST;
}

static void Load(LOADED *Loaded, const char *Path)
{
  DRIVER_INITIALIZE *entry;
  int i;

  Loaded->Image = dlopen(Path, RTLD_NOW | RTLD_LOCAL);
  if (Loaded->Image == NULL) {
    Fail("cannot load", dlerror());
  }
  *(void **)&entry = dlsym(Loaded->Image, "DriverEntry");
  Loaded->Driver.DriverExtension = &Loaded->Extension;
  Loaded->Driver.DriverStart = *(void **)&entry;
  dl_iterate_phdr(FindImage, &Loaded->Driver);
  for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
    Loaded->Driver.MajorFunction[i] = NobodysIrp;
  }
  if (!NT_SUCCESS(entry(&Loaded->Driver, NULL))) {
    Fail("DriverEntry failed", Loaded->Name);
  }
}

static void Unload(LOADED *Loaded)
{
  Loaded->Driver.DriverUnload(&Loaded->Driver);
}

static void WriteRing(LOADED *Loaded)
{
  const void *(*ring)(size_t *);
  const void *contents;
  char path[512];
  size_t size;
  FILE *file;

  *(void **)&ring = dlsym(Loaded->Image, "TraceRing");
  snprintf(path, sizeof(path), "%s.%s", ringPrefix, Loaded->Name);
  file = fopen(path, "wb");
  if (ring == NULL || file == NULL) {
    Fail("no ring buffer for", path);
  }
  contents = ring(&size);
  fwrite(contents, 1, size, file);
  fclose(file);
}

/* Ends the process as it is; the kernel's threads still run. */
static void End(void)
{
  if (ringPrefix != NULL) {
    WriteRing(&function);
    WriteRing(&filter);
  }
  fflush(stdout);
  _exit(0);
}

/* -- requests -- */

static LARGE_INTEGER Patience(void)
{
  LARGE_INTEGER time;

  time.QuadPart = -(LONGLONG)PATIENCE_MS * 10000;
  return time;
}

static void Await(PKEVENT Done, const char *What)
{
  LARGE_INTEGER patience = Patience();

  if (KeWaitForSingleObject(Done, Executive, KernelMode, FALSE, &patience) != STATUS_SUCCESS) {
    Fail("a request never came back", What);
  }
}

static void Send(PDEVICE_OBJECT Top, UCHAR Major, UCHAR Minor, ULONG Code)
{
  KEVENT done;
  PIRP irp;

  KeInitializeEvent(&done, NotificationEvent, FALSE);
  irp = ShimNewRequest(Top, Major, Minor, &done);
  irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
  IoGetNextIrpStackLocation(irp)->Parameters.DeviceIoControl.IoControlCode = Code;
  IofCallDriver(Top, irp);
  Await(&done, "I/O");
  IoFreeIrp(irp);
}

static void SetSystemPower(PDEVICE_OBJECT Top, SYSTEM_POWER_STATE State)
{
  KEVENT done;
  PIRP irp;

  KeInitializeEvent(&done, NotificationEvent, FALSE);
  irp = ShimNewRequest(Top, IRP_MJ_POWER, IRP_MN_SET_POWER, &done);
  irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
  IoGetNextIrpStackLocation(irp)->Parameters.Power.Type = SystemPowerState;
  IoGetNextIrpStackLocation(irp)->Parameters.Power.State.SystemState = State;
  IofCallDriver(Top, irp);
  Await(&done, "system power");
  IoFreeIrp(irp);
}

/* Sends a request and does not wait for it. */
static void SendAndForget(PDEVICE_OBJECT Top, UCHAR Major)
{
  IofCallDriver(Top, ShimNewRequest(Top, Major, 0, NULL));
}

static PDEVICE_OBJECT pdos[DEVICES];

static void *Application(void *Context)
{
  static const ULONG codes[] = {0x220000, 0x220004, 0x220008, 0x22000c, 0x220010, 0x220018, 0x220020};
  ULONG number = (ULONG)(ULONG_PTR)Context;
  PDEVICE_OBJECT top = ShimTopOf(pdos[number % DEVICES]);
  ULONG i;

  Send(top, IRP_MJ_CREATE, 0, 0);
  for (i = 0; i < ROUNDS; i++) {
    SendAndForget(top, IRP_MJ_WRITE);
    SendAndForget(top, IRP_MJ_READ);
    Send(top, IRP_MJ_READ, 0, 0);
    Send(top, IRP_MJ_WRITE, 0, 0);
    Send(top, IRP_MJ_DEVICE_CONTROL, 0, codes[(i + number) % 7]);
    Send(top, IRP_MJ_INTERNAL_DEVICE_CONTROL, 0, 0);
    Send(top, IRP_MJ_SYSTEM_CONTROL, i % 2 == 0 ? IRP_MN_REGINFO : IRP_MN_EXECUTE_METHOD, 0);
    Send(top, IRP_MJ_PNP, IRP_MN_QUERY_CAPABILITIES, 0);
  }
  Send(top, IRP_MJ_CLEANUP, 0, 0);
  Send(top, IRP_MJ_CLOSE, 0, 0);
  return NULL;
}

/*
 * Waits until the drivers have nothing left to do. A request that came back is not enough: its lock may be
 * released after it, by a thread that is not scheduled just then. Requests are asked for first, since
 * whoever completes the last one is at work when it does.
 */
static void Settle(void)
{
  int i;

  for (i = 0; i < PATIENCE_MS; i++) {
    if (ShimIrpsOutstanding == 0 && ShimJobsUnderWay == 0 && ShimThreadsBusy == 0) {
      return;
    }
    ShimSleep(1);
  }
}

static void Work(void)
{
  pthread_t threads[APPLICATIONS];
  ULONG i;

  for (i = 0; i < APPLICATIONS; i++) {
    pthread_create(&threads[i], NULL, Application, (void *)(ULONG_PTR)i);
  }
  for (i = 0; i < APPLICATIONS; i++) {
    pthread_join(threads[i], NULL);
  }
  Settle();
}

/* A request that waits, cancelled. */
static void Cancel(PDEVICE_OBJECT Top)
{
  KEVENT done;
  PIRP irp;

  KeInitializeEvent(&done, NotificationEvent, FALSE);
  irp = ShimNewRequest(Top, IRP_MJ_DEVICE_CONTROL, 0, &done);
  IoGetNextIrpStackLocation(irp)->Parameters.DeviceIoControl.IoControlCode = 0x22001c;
  IofCallDriver(Top, irp);
  IoCancelIrp(irp);
  Await(&done, "a cancelled request");
  IoFreeIrp(irp);
}

static KEVENT lastSent;

static void *SendLast(void *Context)
{
  PDEVICE_OBJECT top = Context;
  PIRP irp = ShimNewRequest(top, IRP_MJ_DEVICE_CONTROL, 0, NULL);

  IoGetNextIrpStackLocation(irp)->Parameters.DeviceIoControl.IoControlCode = SHIM_NEVER_ANSWERED;
  IofCallDriver(top, irp);
  KeSetEvent(&lastSent, IO_NO_INCREMENT, FALSE);
  return NULL;
}

/* What is sent while nothing else is under way; last the request that many faults are in, on a thread of its own:
 * what such a fault does to its thread ends with it, and it may never come back. */
static void WorkAlone(void)
{
  LARGE_INTEGER patience = Patience();
  pthread_t thread;
  int i;

  for (i = 0; i < DEVICES; i++) {
    Cancel(ShimTopOf(pdos[i]));
  }
  KeInitializeEvent(&lastSent, NotificationEvent, FALSE);
  pthread_create(&thread, NULL, SendLast, ShimTopOf(pdos[0]));
  pthread_detach(thread);
  if (KeWaitForSingleObject(&lastSent, Executive, KernelMode, FALSE, &patience) != STATUS_SUCCESS) {
    fprintf(stderr, "shim: the last request hangs\n");
    End();
  }
  Settle();
}

/* -- removal -- */

static KEVENT removed;

static void Remove(void *Context)
{
  Send(ShimTopOf(Context), IRP_MJ_PNP, IRP_MN_REMOVE_DEVICE, 0);
  KeSetEvent(&removed, IO_NO_INCREMENT, FALSE);
}

static void RemoveDevice(PDEVICE_OBJECT Pdo, BOOLEAN Held)
{
  LARGE_INTEGER patience = Patience();
  PDEVICE_OBJECT top = ShimTopOf(Pdo);
  LONG deleted = ShimDevicesDeleted;
  ULONG i;

  if (Held) {
    ShimHoldReads(TRUE);
    SendAndForget(top, IRP_MJ_READ);
  }
  KeInitializeEvent(&removed, NotificationEvent, FALSE);
  ShimRunOnWorker(Remove, Pdo);
  for (i = 0; Held && i < PATIENCE_MS && ShimDrainsWaiting == 0 && !removed.Signalled; i++) {
    ShimSleep(1);
  }
  if (Held && ShimDrainsWaiting > 0 && ShimDevicesDeleted == deleted) {
    Send(top, IRP_MJ_DEVICE_CONTROL, 0, 0x220000); /* the function driver refuses it */
  }
  ShimHoldReads(FALSE);
  if (KeWaitForSingleObject(&removed, Executive, KernelMode, FALSE, &patience) != STATUS_SUCCESS) {
    fprintf(stderr, "shim: the removal hangs\n");
    End();
  }
}

static void AddDevices(void)
{
  int i;

  for (i = 0; i < DEVICES; i++) {
    pdos[i] = ShimCreatePdo();
    function.Extension.AddDevice(&function.Driver, pdos[i]);
    filter.Extension.AddDevice(&filter.Driver, pdos[i]);
    Send(ShimTopOf(pdos[i]), IRP_MJ_PNP, IRP_MN_START_DEVICE, 0);
  }
}

static void RemoveDevices(BOOLEAN Held)
{
  int i;

  Send(ShimTopOf(pdos[0]), IRP_MJ_PNP, IRP_MN_QUERY_REMOVE_DEVICE, 0);
  for (i = 1; i < DEVICES; i++) {
    Send(ShimTopOf(pdos[i]), IRP_MJ_PNP, IRP_MN_SURPRISE_REMOVAL, 0);
  }
  for (i = 0; i < DEVICES; i++) {
    RemoveDevice(pdos[i], (BOOLEAN)(Held && i == 0));
  }
}

int main(int Count, char **Arguments)
{
  int i;

  if (Count < 5) {
    fprintf(stderr, "usage: shim FUNCTION.so FILTER.so VARIANT quiet|held [RING-PREFIX]\n");
    return 2;
  }
  variant = Arguments[3];
  ringPrefix = Count > 5 ? Arguments[5] : NULL;
  ShimStartThreads();
  Load(&function, Arguments[1]);
  Load(&filter, Arguments[2]);
  AddDevices();
  Work();
  WorkAlone();
  for (i = 0; i < DEVICES; i++) {
    SetSystemPower(ShimTopOf(pdos[i]), PowerSystemSleeping3);
    SetSystemPower(ShimTopOf(pdos[i]), PowerSystemWorking);
  }
  Settle();
  RemoveDevices((BOOLEAN)(strcmp(Arguments[4], "held") == 0));
  Settle();
  Unload(&filter);
  Unload(&function);
  End();
}
