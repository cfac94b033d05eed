"""Takes a driver's ring buffer out of the memory of the process that Wine runs drivers in, by the layout of
docs/tracing.md, and prints its lines from the oldest to the newest.

Usage: ring.py WINEPREFIX DRIVER
"""

import os
import signal
import struct
import sys

MAGIC = b"DDI-TRACE-RING-1"


def processes(prefix):
    """The driver hosts of this prefix."""
    wanted = f"WINEPREFIX={prefix}".encode()
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                command = file.read()
            with open(f"/proc/{name}/environ", "rb") as file:
                variables = file.read().split(b"\0")
        except OSError:
            continue
        if b"winedevice.exe" in command and wanted in variables:
            yield int(name)


def regions(pid):
    with open(f"/proc/{pid}/maps") as file:
        for line in file:
            addresses, permissions = line.split()[:2]
            begin, end = (int(address, 16) for address in addresses.split("-"))
            if permissions.startswith("rw") and end - begin < 1 << 30:
                yield begin, end


def rings(pid):
    """The lines of every ring buffer in the process, oldest first."""
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for begin, end in regions(pid):
            try:
                memory.seek(begin)
                contents = memory.read(end - begin)
            except OSError:
                continue
            at = contents.find(MAGIC)
            while at >= 0:
                size, count, written = struct.unpack_from("<III", contents, at + 0x10)
                lines = contents[at + 0x40 : at + 0x40 + size * count]
                if size == 256 and len(lines) == size * count and count > 0:
                    oldest = size * (written % count)
                    yield lines[oldest:] + lines[:oldest]
                at = contents.find(MAGIC, at + 1)


def main():
    prefix, driver = sys.argv[1:]
    found = False
    for pid in processes(prefix):
        os.kill(pid, signal.SIGSTOP)
        try:
            for lines in rings(pid):
                if f" drv={driver} ".encode() in lines:
                    sys.stdout.buffer.write(lines)
                    found = True
        finally:
            os.kill(pid, signal.SIGCONT)
    if not found:
        sys.exit(f"ring.py: no ring buffer of {driver} in the driver hosts of {prefix}")


main()
