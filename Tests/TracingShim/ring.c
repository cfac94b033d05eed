/* Linked into each driver where the sink is the ring buffer: tells the scenario where it is, as a search
 * of a dump for its first bytes would. That this file sees the driver's ring is part of the test. */
#include "variants.h"

const void *TraceRing(size_t *Size);

const void *TraceRing(size_t *Size)
{
  *Size = sizeof(DdiTraceRing);
  return &DdiTraceRing;
}
