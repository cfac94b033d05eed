/*
 * The program that uses the drivers: installs them, plugs the child device in, reads, writes, asks, cancels,
 * pulls it out and removes them again. No C library: the driver kit's import libraries are enough.
 *
 * Usage: exercise.exe pnp|held|hang|stay|control|control-hang FOLDER
 * FOLDER holds the drivers and their INF files. pnp: nothing is under way when the child is pulled out.
 * held: a read is, and while the removal waits for it another request arrives. hang: the removal is expected
 * to hang; stay: the same, and the program says so and stays, for somebody to look at the driver's memory.
 * control: the control device; control-hang: unloading its driver is expected to hang.
 * Ends with 0, or with 1 after saying on standard error what went wrong.
 */
#define UNICODE
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <setupapi.h>
#include <newdev.h>

#include "interface.h"

#define PATIENCE_MS 20000
#define HANG_MS 1000 /* what has not ended by then hangs */

/* What the function driver answers, see ../TracingShim/variants.h, but the last, which it answers slowly. */
static const DWORD functionCodes[] = {0x220000, 0x220004, 0x220008, 0x22000c, 0x220010};
#define IOCTL_SLOW 0x220014

static WCHAR folder[MAX_PATH];

static void Say(const char *Text)
{
  DWORD written;

  WriteFile(GetStdHandle(STD_ERROR_HANDLE), Text, (DWORD)lstrlenA(Text), &written, NULL);
}

__attribute__((noreturn)) static void Fail(const char *What)
{
  DWORD error = GetLastError();
  char digits[9];
  int i;

  for (i = 0; i < 8; i++) {
    digits[i] = "0123456789abcdef"[(error >> (28 - 4 * i)) & 15];
  }
  digits[8] = 0;
  Say("exercise: failed to ");
  Say(What);
  Say(", error 0x");
  Say(digits);
  Say("\n");
  ExitProcess(1);
}

static void PathIn(const WCHAR *Name, WCHAR *Path)
{
  lstrcpyW(Path, folder);
  lstrcatW(Path, L"\\");
  lstrcatW(Path, Name);
}

/* -- files -- */

static HANDLE OpenOnce(const WCHAR *Name)
{
  return CreateFileW(Name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
}

static HANDLE Open(const WCHAR *Name)
{
  DWORD began = GetTickCount();
  HANDLE file;

  while ((file = OpenOnce(Name)) == INVALID_HANDLE_VALUE) {
    if (GetTickCount() - began > PATIENCE_MS) {
      Fail("open a device");
    }
    Sleep(5);
  }
  return file;
}

static void AwaitNoDevice(const WCHAR *Name)
{
  DWORD began = GetTickCount();
  HANDLE file;

  while ((file = OpenOnce(Name)) != INVALID_HANDLE_VALUE) {
    CloseHandle(file);
    if (GetTickCount() - began > PATIENCE_MS) {
      Fail("see a device removed");
    }
    Sleep(5);
  }
  Sleep(100); /* for the last lines of the trace */
}

typedef struct {
  OVERLAPPED Overlapped;
  BYTE Buffer[8];
} REQUEST;

static void Prepare(REQUEST *Request)
{
  static const OVERLAPPED none;

  Request->Overlapped = none;
  Request->Overlapped.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
}

/* Waits for the request. What became of it is the trace's business; that something did is this test's. */
static BOOL Await(HANDLE File, REQUEST *Request, BOOL Done)
{
  DWORD count;

  if (!Done) {
    if (GetLastError() != ERROR_IO_PENDING) {
      CloseHandle(Request->Overlapped.hEvent);
      return FALSE;
    }
    if (WaitForSingleObject(Request->Overlapped.hEvent, PATIENCE_MS) != WAIT_OBJECT_0) {
      Fail("get an answer");
    }
    Done = GetOverlappedResult(File, &Request->Overlapped, &count, FALSE);
  }
  CloseHandle(Request->Overlapped.hEvent);
  return Done;
}

static BOOL StartRead(HANDLE File, REQUEST *Request)
{
  Prepare(Request);
  return ReadFile(File, Request->Buffer, sizeof(Request->Buffer), NULL, &Request->Overlapped);
}

static BOOL Read(HANDLE File)
{
  REQUEST request;

  return Await(File, &request, StartRead(File, &request));
}

static BOOL Write(HANDLE File)
{
  REQUEST request;

  Prepare(&request);
  return Await(File, &request,
               WriteFile(File, request.Buffer, sizeof(request.Buffer), NULL, &request.Overlapped));
}

static BOOL Ask(HANDLE File, DWORD Code)
{
  REQUEST request;

  Prepare(&request);
  return Await(File, &request,
               DeviceIoControl(File, Code, NULL, 0, NULL, 0, NULL, &request.Overlapped));
}

static void MustAsk(HANDLE File, DWORD Code, const char *What)
{
  if (!Ask(File, Code)) {
    Fail(What);
  }
}

/* -- services -- */

static SC_HANDLE Install(SC_HANDLE Manager, const WCHAR *Name, const WCHAR *File)
{
  WCHAR path[MAX_PATH];
  SC_HANDLE service;

  PathIn(File, path);
  service = CreateServiceW(Manager, Name, Name, SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER,
                           SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, path, NULL, NULL, NULL, NULL, NULL);
  if (service == NULL) {
    Fail("install a service");
  }
  return service;
}

static SC_HANDLE Manager(void)
{
  SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_ALL_ACCESS);

  if (manager == NULL) {
    Fail("open the service manager");
  }
  return manager;
}

/* -- plug and play -- */

static const GUID systemClass = {
    0x4d36e97d, 0xe325, 0x11ce, {0xbf, 0xc1, 0x08, 0x00, 0x2b, 0xe1, 0x03, 0x18}};

static void InstallBus(HDEVINFO Set, SP_DEVINFO_DATA *Device)
{
  static const WCHAR hardware[] = L"root\\ddibus\0";
  WCHAR inf[MAX_PATH];
  BOOL restart;

  Device->cbSize = sizeof(*Device);
  if (!SetupDiCreateDeviceInfoW(Set, L"root\\ddibus\\0", &systemClass, NULL, NULL, 0, Device) ||
      !SetupDiSetDeviceRegistryPropertyW(Set, Device, SPDRP_HARDWAREID, (const BYTE *)hardware,
                                         sizeof(hardware)) ||
      !SetupDiCallClassInstaller(DIF_REGISTERDEVICE, Set, Device)) {
    Fail("register the bus");
  }
  PathIn(L"bus.inf", inf);
  if (!UpdateDriverForPlugAndPlayDevicesW(NULL, L"root\\ddibus", inf, INSTALLFLAG_FORCE, &restart)) {
    Fail("install the bus driver");
  }
}

static void Until(HANDLE Bus, DWORD Code, const char *What)
{
  DWORD began = GetTickCount();

  while (!Ask(Bus, Code)) {
    if (GetTickCount() - began > PATIENCE_MS) {
      Fail(What);
    }
    Sleep(5);
  }
}

static DWORD WINAPI Application(void *Context)
{
  HANDLE child = (HANDLE)Context;
  int i;

  for (i = 0; i < 10; i++) {
    Write(child);
    Read(child);
    Ask(child, functionCodes[i % 5]);
  }
  return 0;
}

/* Two threads at once; Wine gives a driver the requests one after the other, and what the driver does
 * later runs beside them. */
static void UseChild(HANDLE Child)
{
  HANDLE threads[2];
  int i;

  for (i = 0; i < 2; i++) {
    threads[i] = CreateThread(NULL, 0, Application, Child, 0, NULL);
  }
  if (WaitForMultipleObjects(2, threads, TRUE, PATIENCE_MS) != WAIT_OBJECT_0) {
    Fail("use the child");
  }
}

/* The removal waits for a request; what arrives meanwhile is refused. */
static void PullOutHeld(HANDLE Bus, HANDLE Child)
{
  DWORD began = GetTickCount();
  REQUEST slow; /* Wine cancels it when the device is deleted, and the driver goes on with it */

  Prepare(&slow);
  if (!DeviceIoControl(Child, IOCTL_SLOW, NULL, 0, NULL, 0, NULL, &slow.Overlapped) &&
      GetLastError() != ERROR_IO_PENDING) {
    Fail("have a request held");
  }
  MustAsk(Bus, IOCTL_BUS_UNPLUG, "pull the child out");
  while (Ask(Bus, IOCTL_BUS_LATE)) {
    if (GetTickCount() - began > PATIENCE_MS) {
      Fail("see a request refused");
    }
    Sleep(5);
  }
}

typedef enum { QUIET, HELD, HANGS, HANGS_AND_STAYS } SCENARIO;

static void PlugAndPlay(SCENARIO Scenario)
{
  HDEVINFO set = SetupDiCreateDeviceInfoList(&systemClass, NULL);
  SC_HANDLE manager = Manager();
  SP_DEVINFO_DATA device;
  HANDLE bus, child;
  WCHAR inf[MAX_PATH];
  int round;

  PathIn(L"function.inf", inf);
  if (!SetupCopyOEMInfW(inf, folder, SPOST_PATH, 0, NULL, 0, NULL, NULL)) {
    Fail("copy the function driver's INF");
  }
  Install(manager, L"ddifilter", L"filter.sys");
  InstallBus(set, &device);
  bus = Open(L"\\\\.\\DdiBus");
  for (round = 0; round < 2; round++) {
    MustAsk(bus, IOCTL_BUS_PLUG, "plug the child in");
    Until(bus, IOCTL_BUS_STARTED, "see the child started");
    child = Open(L"\\\\.\\DdiChild");
    UseChild(child);
    MustAsk(bus, IOCTL_BUS_INTERNAL, "send an internal request");
    MustAsk(bus, IOCTL_BUS_WMI, "send WMI requests");
    MustAsk(bus, IOCTL_BUS_SLEEP, "sleep");
    MustAsk(bus, IOCTL_BUS_QUERY_REMOVE, "query the removal");
    if (Scenario == HELD && round == 0) {
      PullOutHeld(bus, child);
      CloseHandle(child);
    } else {
      CloseHandle(child);
      MustAsk(bus, IOCTL_BUS_UNPLUG, "pull the child out");
    }
    if (Scenario == HANGS || Scenario == HANGS_AND_STAYS) {
      Sleep(HANG_MS);
      if (Scenario == HANGS_AND_STAYS) {
        Say("exercise: hangs\n");
        Sleep(3 * PATIENCE_MS);
      }
      return;
    }
    Until(bus, IOCTL_BUS_GONE, "see the child removed");
  }
  MustAsk(bus, IOCTL_BUS_PLUG, "plug the child in");
  Until(bus, IOCTL_BUS_STARTED, "see the child started");
  CloseHandle(bus);
  if (!SetupDiCallClassInstaller(DIF_REMOVE, set, &device)) {
    Fail("remove the bus");
  }
  AwaitNoDevice(L"\\\\.\\DdiBus"); /* the bus goes last, after the child that is still plugged in */
}

/* -- the control device -- */

static void UseControl(HANDLE Control)
{
  REQUEST first, second, third;
  BOOL one, two, three;
  int i;

  for (i = 0; i < 5; i++) {
    Write(Control);
    Ask(Control, IOCTL_CONTROL_TIMER);
    Ask(Control, IOCTL_CONTROL_OWN_IRP);
    one = StartRead(Control, &first);
    two = StartRead(Control, &second);
    Ask(Control, IOCTL_CONTROL_ANSWER);
    Await(Control, &first, one);
    Await(Control, &second, two);
    three = StartRead(Control, &third);
    CancelIoEx(Control, &third.Overlapped);
    Await(Control, &third, three);
  }
}

static DWORD WINAPI StopService(void *Context)
{
  SC_HANDLE service = (SC_HANDLE)Context;
  SERVICE_STATUS status;
  BOOL known = ControlService(service, SERVICE_CONTROL_STOP, &status);

  while (known && status.dwCurrentState != SERVICE_STOPPED) {
    Sleep(5);
    known = QueryServiceStatus(service, &status);
  }
  return 0;
}

static void ControlDevice(BOOL Hangs)
{
  SC_HANDLE service = Install(Manager(), L"ddicontrol", L"control.sys");
  HANDLE control, stopping;
  BOOL stopped;

  if (!StartServiceW(service, 0, NULL)) {
    Fail("start the control driver");
  }
  control = Open(L"\\\\.\\DdiControl");
  UseControl(control);
  CloseHandle(control);
  stopping = CreateThread(NULL, 0, StopService, service, 0, NULL);
  stopped = WaitForSingleObject(stopping, Hangs ? HANG_MS : PATIENCE_MS) == WAIT_OBJECT_0;
  if (stopped == Hangs) {
    Fail(Hangs ? "see the unloading hang" : "stop the control driver");
  }
}

/* -- the command line: two words without blanks -- */

static const WCHAR *NextWord(const WCHAR *Line, WCHAR *Word, int Size)
{
  int used = 0;

  while (*Line == L' ') {
    Line++;
  }
  for (; *Line != 0 && *Line != L' ' && used < Size - 1; Line++) {
    if (*Line != L'"') {
      Word[used++] = *Line;
    }
  }
  Word[used] = 0;
  return Line;
}

void Start(void);

void Start(void)
{
  WCHAR mode[16];
  const WCHAR *line = NextWord(GetCommandLineW(), folder, MAX_PATH);

  line = NextWord(line, mode, 16);
  NextWord(line, folder, MAX_PATH);
  if (lstrcmpW(mode, L"pnp") == 0) {
    PlugAndPlay(QUIET);
  } else if (lstrcmpW(mode, L"held") == 0) {
    PlugAndPlay(HELD);
  } else if (lstrcmpW(mode, L"hang") == 0) {
    PlugAndPlay(HANGS);
  } else if (lstrcmpW(mode, L"stay") == 0) {
    PlugAndPlay(HANGS_AND_STAYS);
  } else if (lstrcmpW(mode, L"control") == 0) {
    ControlDevice(FALSE);
  } else if (lstrcmpW(mode, L"control-hang") == 0) {
    ControlDevice(TRUE);
  } else {
    SetLastError(ERROR_INVALID_PARAMETER);
    Fail("understand the command line");
  }
  ExitProcess(0);
}
