/*
 * The fault that a driver is built with: FAULT, a string. A file of its own, without the kit's headers, so
 * that a variant of a driver is this file compiled and the rest linked again.
 */
unsigned char Fault(const char *Name);

unsigned char Fault(const char *Name)
{
  const char *fault = FAULT;

  while (*Name == *fault && *Name != 0) {
    Name++;
    fault++;
  }
  return *Name == *fault;
}
