/* Stands in for the header of the Windows kit, so that the ETW sink is compiled and run: an event comes
 * out as tracefmt prints it, its fields and what it knows about the event as JSON. */
#ifndef SHIM_TRACELOGGINGPROVIDER_H
#define SHIM_TRACELOGGINGPROVIDER_H

typedef struct {
  const char *Name;
  int Registered;
} ETW_PROVIDER;

VOID TraceEvent(const ETW_PROVIDER *Provider, const char *Event, const char *Field, const char *Text);

#define TRACELOGGING_DECLARE_PROVIDER(Provider) extern __attribute__((visibility("hidden"))) ETW_PROVIDER Provider
#define TRACELOGGING_DEFINE_PROVIDER(Provider, Name, Guid) \
  __attribute__((visibility("hidden"))) ETW_PROVIDER Provider = {Name, 0}
#define TraceLoggingRegister(Provider) ((void)((Provider).Registered = 1))
#define TraceLoggingUnregister(Provider) ((void)((Provider).Registered = 0))
#define TraceLoggingString(Text, Field) Field, Text
#define TraceLoggingWrite(Provider, Event, ...) TraceEvent(&(Provider), Event, __VA_ARGS__)

#endif
