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

#ifdef POOL_FLAG_PAGED /* the kit of MinGW-w64 has none of these */

static VOID FreePagedFlags(PFDO Fdo)
{
  PVOID memory = ExAllocatePool3(POOL_FLAG_PAGED, 24, TEST_TAG, NULL, 0);
  KIRQL irql;

  UNREFERENCED_PARAMETER(Fdo);
  KeRaiseIrql(DISPATCH_LEVEL, &irql);
  ExFreePool2(memory, TEST_TAG, NULL, 0);
  KeLowerIrql(irql);
}

static VOID AllocatePagedFlags(PFDO Fdo)
{
  UNREFERENCED_PARAMETER(Fdo);
  ExFreePool2(ExAllocatePool3(POOL_FLAG_NON_PAGED, 24, TEST_TAG, NULL, 0), TEST_TAG, NULL, 0);
  ExFreePool2(ExAllocatePool2(POOL_FLAG_NON_PAGED, 24, TEST_TAG), TEST_TAG, NULL, 0);
  (VOID)ExAllocatePool3(POOL_FLAG_PAGED, 24, TEST_TAG, NULL, 0);
}

#endif

/* An adapter that moves nothing: only how its routines are called counts. */
static VOID NTAPI NoList(PDMA_ADAPTER Adapter, PSCATTER_GATHER_LIST List, BOOLEAN Write)
{
  UNREFERENCED_PARAMETER(Adapter);
  UNREFERENCED_PARAMETER(List);
  UNREFERENCED_PARAMETER(Write);
}

static VOID NTAPI NoChannel(PDMA_ADAPTER Adapter)
{
  UNREFERENCED_PARAMETER(Adapter);
}

static VOID PutLists(BOOLEAN ByHand)
{
  DMA_OPERATIONS operations;
  DMA_ADAPTER adapter;
  PDMA_ADAPTER next = &adapter;
  KIRQL irql;

  adapter.DmaOperations = &operations;
  operations.PutScatterGatherList = NoList;
  operations.FreeAdapterChannel = NoChannel;
  KeRaiseIrql(DISPATCH_LEVEL, &irql);
  adapter.DmaOperations->PutScatterGatherList(&adapter, NULL, FALSE); /* where it may be called */
  KeLowerIrql(irql);
  if (ByHand) {
    DDI_TRACE_DDI(FreeAdapterChannel);
    (*adapter.DmaOperations->FreeAdapterChannel)(&adapter);
  } else {
    adapter.DmaOperations->PutScatterGatherList(next++, NULL, FALSE);
    if (next != &adapter + 1) { /* its argument was evaluated once */
      operations.PutScatterGatherList = NULL;
    }
    adapter.DmaOperations->PutScatterGatherList(&adapter, NULL, FALSE);
  }
}

static VOID ScatterGather(PFDO Fdo)
{
  UNREFERENCED_PARAMETER(Fdo);
  PutLists(FALSE);
}

static VOID AdapterChannel(PFDO Fdo)
{
  UNREFERENCED_PARAMETER(Fdo);
  PutLists(TRUE);
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
#ifdef POOL_FLAG_PAGED
      {"level-frees-paged-flags", PASSIVE_LEVEL, FreePagedFlags},
      {"level-allocates-paged-flags", DISPATCH_LEVEL, AllocatePagedFlags},
#endif
      {"level-scatter-gather", PASSIVE_LEVEL, ScatterGather},
      {"level-adapter-channel", PASSIVE_LEVEL, AdapterChannel},
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
