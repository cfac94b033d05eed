/* The user-mode kernel: routines that the drivers call at the wrong IRQL, and do not count on. */
#include "shim.h"

NTSTATUS ObGetObjectSecurity(PVOID Object, PSECURITY_DESCRIPTOR *Descriptor, BOOLEAN *Allocated)
{
  UNREFERENCED_PARAMETER(Object);
  *Descriptor = NULL;
  *Allocated = FALSE;
  return STATUS_SUCCESS;
}

NTSTATUS ObReferenceObjectByHandle(
    HANDLE Handle, ACCESS_MASK Access, POBJECT_TYPE Type, KPROCESSOR_MODE Mode, PVOID *Object,
    POBJECT_HANDLE_INFORMATION Information)
{
  UNREFERENCED_PARAMETER(Handle);
  UNREFERENCED_PARAMETER(Access);
  UNREFERENCED_PARAMETER(Type);
  UNREFERENCED_PARAMETER(Mode);
  UNREFERENCED_PARAMETER(Information);
  *Object = NULL;
  return STATUS_UNSUCCESSFUL;
}

VOID ExAcquireFastMutex(PFAST_MUTEX Mutex)
{
  InterlockedDecrement(&Mutex->Count);
}

ULONG ExSetTimerResolution(ULONG Time, BOOLEAN Set)
{
  UNREFERENCED_PARAMETER(Set);
  return Time;
}

BOOLEAN ExIsProcessorFeaturePresent(ULONG Feature)
{
  UNREFERENCED_PARAMETER(Feature);
  return FALSE;
}

BOOLEAN IoRaiseInformationalHardError(NTSTATUS Status, PUNICODE_STRING Text, PKTHREAD Thread)
{
  UNREFERENCED_PARAMETER(Status);
  UNREFERENCED_PARAMETER(Text);
  UNREFERENCED_PARAMETER(Thread);
  return FALSE;
}

PDEVICE_OBJECT IoGetDeviceToVerify(PETHREAD Thread)
{
  UNREFERENCED_PARAMETER(Thread);
  return NULL;
}

NTSTATUS IoSetDeviceInterfaceState(PUNICODE_STRING Name, BOOLEAN Enable)
{
  UNREFERENCED_PARAMETER(Name);
  UNREFERENCED_PARAMETER(Enable);
  return STATUS_UNSUCCESSFUL;
}

PCONTROLLER_OBJECT IoCreateController(ULONG Size)
{
  UNREFERENCED_PARAMETER(Size);
  return NULL;
}

NTSTATUS IoCreateSymbolicLink(PUNICODE_STRING Name, PUNICODE_STRING Device)
{
  UNREFERENCED_PARAMETER(Name);
  UNREFERENCED_PARAMETER(Device);
  return STATUS_UNSUCCESSFUL;
}

BOOLEAN IoIsWdmVersionAvailable(UCHAR Major, UCHAR Minor)
{
  UNREFERENCED_PARAMETER(Major);
  UNREFERENCED_PARAMETER(Minor);
  return TRUE;
}

LONG KeReadStateEvent(PRKEVENT Event)
{
  return Event->Signalled;
}

VOID MmResetDriverPaging(PVOID Address)
{
  UNREFERENCED_PARAMETER(Address);
}

VOID MmFreeContiguousMemory(PVOID Address)
{
  UNREFERENCED_PARAMETER(Address);
}

BOOLEAN PsGetVersion(PULONG Major, PULONG Minor, PULONG Build, PUNICODE_STRING Name)
{
  UNREFERENCED_PARAMETER(Name);
  *Major = 6;
  *Minor = 1;
  *Build = 7601;
  return FALSE;
}

NTSTATUS RtlDeleteRegistryValue(ULONG RelativeTo, PCWSTR Path, PCWSTR Name)
{
  UNREFERENCED_PARAMETER(RelativeTo);
  UNREFERENCED_PARAMETER(Path);
  UNREFERENCED_PARAMETER(Name);
  return STATUS_UNSUCCESSFUL;
}

NTSTATUS ZwDeleteValueKey(HANDLE Key, PUNICODE_STRING Name)
{
  UNREFERENCED_PARAMETER(Key);
  UNREFERENCED_PARAMETER(Name);
  return STATUS_UNSUCCESSFUL;
}
