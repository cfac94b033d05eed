/*
 * The function driver: what the last request does at an IRQL at which it must not be done, one fault for each
 * rule that lists routines with the IRQLs at which they may be called.
 */
#include "variants.h"
#include "function.h"

typedef VOID (*LEVEL_ROUTINE)(PFDO Fdo);

static VOID ObjectSecurity(PFDO Fdo)
{
  PSECURITY_DESCRIPTOR descriptor;
  BOOLEAN allocated;

  (VOID)ObGetObjectSecurity(Fdo->Self, &descriptor, &allocated);
}

static VOID LockAtDpcLevel(PFDO Fdo)
{
  KeAcquireSpinLockAtDpcLevel(&Fdo->TestLock);
  KeReleaseSpinLockFromDpcLevel(&Fdo->TestLock);
}

static VOID FastMutex(PFDO Fdo)
{
  ExAcquireFastMutex(&Fdo->TestMutex);
}

static VOID TimerResolution(PFDO Fdo)
{
  UNREFERENCED_PARAMETER(Fdo);
  (VOID)ExSetTimerResolution(10000, FALSE);
}

static VOID Resource(PFDO Fdo)
{
  (VOID)ExAcquireResourceSharedLite(&Fdo->TestResource, TRUE);
  ExReleaseResourceLite(&Fdo->TestResource);
}

static VOID ProcessorFeature(PFDO Fdo)
{
  UNREFERENCED_PARAMETER(Fdo);
  (VOID)ExIsProcessorFeaturePresent(0);
}

static VOID HardError(PFDO Fdo)
{
  UNREFERENCED_PARAMETER(Fdo);
  (VOID)IoRaiseInformationalHardError(STATUS_UNSUCCESSFUL, NULL, NULL);
}

static VOID Interface(PFDO Fdo)
{
  UNREFERENCED_PARAMETER(Fdo);
  (VOID)IoSetDeviceInterfaceState(NULL, FALSE);
}

static VOID Controller(PFDO Fdo)
{
  UNREFERENCED_PARAMETER(Fdo);
  (VOID)IoCreateController(16);
}

static VOID SymbolicLink(PFDO Fdo)
{
  UNREFERENCED_PARAMETER(Fdo);
  (VOID)IoCreateSymbolicLink(NULL, NULL);
}

static VOID WdmVersion(PFDO Fdo)
{
  UNREFERENCED_PARAMETER(Fdo);
  (VOID)IoIsWdmVersionAvailable(6, 0);
}

static VOID ValueKey(PFDO Fdo)
{
  UNREFERENCED_PARAMETER(Fdo);
  (VOID)ZwDeleteValueKey(NULL, NULL);
}

static VOID Delay(PFDO Fdo)
{
  LARGE_INTEGER time;

  UNREFERENCED_PARAMETER(Fdo);
  time.QuadPart = -10000;
  (VOID)KeDelayExecutionThread(KernelMode, FALSE, &time);
}

static VOID Region(PFDO Fdo)
{
  UNREFERENCED_PARAMETER(Fdo);
  KeEnterCriticalRegion();
  KeLeaveCriticalRegion();
}

static VOID Paging(PFDO Fdo)
{
  MmResetDriverPaging(Fdo);
}

static VOID ObjectByHandle(PFDO Fdo)
{
  PVOID object;

  UNREFERENCED_PARAMETER(Fdo);
  (VOID)ObReferenceObjectByHandle(NULL, 0, NULL, KernelMode, &object, NULL);
}

static VOID Version(PFDO Fdo)
{
  ULONG major, minor, build;

  UNREFERENCED_PARAMETER(Fdo);
  (VOID)PsGetVersion(&major, &minor, &build, NULL);
}

static VOID RegistryValue(PFDO Fdo)
{
  UNREFERENCED_PARAMETER(Fdo);
  (VOID)RtlDeleteRegistryValue(0, NULL, NULL);
}

/* Above DISPATCH_LEVEL, where the ring buffer alone is told of it. */
static VOID AboveDispatch(PFDO Fdo)
{
  (VOID)IoGetDeviceToVerify(NULL);
  (VOID)KeReadStateEvent(&Fdo->TestEvent);
  MmFreeContiguousMemory(NULL);
}

/* Paged memory, which is allocated where it may be. */
static VOID FreeRaised(PVOID Memory)
{
  KIRQL irql;

  KeRaiseIrql(DISPATCH_LEVEL, &irql);
  ExFreePoolWithTag(Memory, TEST_TAG);
  KeLowerIrql(irql);
}

static VOID FreePagedPriority(PFDO Fdo)
{
  UNREFERENCED_PARAMETER(Fdo);
  FreeRaised(ExAllocatePoolWithTagPriority(PagedPool, 16, TEST_TAG, NormalPoolPriority));
}

static VOID FreePagedQuota(PFDO Fdo)
{
  UNREFERENCED_PARAMETER(Fdo);
  FreeRaised(ExAllocatePoolWithQuotaTag(PagedPool, 16, TEST_TAG));
}

VOID FdoCallAtLevel(PFDO Fdo)
{
  static const struct {
    const char *Name;
    KIRQL Irql;
    LEVEL_ROUTINE Routine;
  } faults[] = {
      {"level-object-security", DISPATCH_LEVEL, ObjectSecurity},
      {"level-lock-at-passive", PASSIVE_LEVEL, LockAtDpcLevel},
      {"level-fast-mutex", DISPATCH_LEVEL, FastMutex},
      {"level-timer-resolution", DISPATCH_LEVEL, TimerResolution},
      {"level-resource", DISPATCH_LEVEL, Resource},
      {"level-processor-feature", APC_LEVEL, ProcessorFeature},
      {"level-hard-error", DISPATCH_LEVEL, HardError},
      {"level-interface", APC_LEVEL, Interface},
      {"level-controller", APC_LEVEL, Controller},
      {"level-symbolic-link", APC_LEVEL, SymbolicLink},
      {"level-wdm-version", APC_LEVEL, WdmVersion},
      {"level-value-key", APC_LEVEL, ValueKey},
      {"level-delay", DISPATCH_LEVEL, Delay},
      {"level-region", DISPATCH_LEVEL, Region},
      {"level-paging", DISPATCH_LEVEL, Paging},
      {"level-object-by-handle", APC_LEVEL, ObjectByHandle},
      {"level-version", APC_LEVEL, Version},
      {"level-registry-value", APC_LEVEL, RegistryValue},
      {"level-above-dispatch", CLOCK_LEVEL, AboveDispatch},
      {"level-frees-paged-priority", PASSIVE_LEVEL, FreePagedPriority},
      {"level-frees-paged-quota", PASSIVE_LEVEL, FreePagedQuota},
  };
  KIRQL irql;
  ULONG i;

  for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
    if (Fault(faults[i].Name)) {
      KeRaiseIrql(faults[i].Irql, &irql);
      faults[i].Routine(Fdo);
      KeLowerIrql(irql);
    }
  }
}
