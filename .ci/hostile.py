#!/usr/bin/env python3
"""Inputs that attack: no crash, no hang, flat memory. The measure: ten megabytes of whatever take at most
ten seconds of processor time and 256 MB; what is kept of any trace with default limits takes 64 MB, findings
aside.

    hostile.py CHECKER [NAME…]     runs all cases, or those whose names begin so; CHECKER is a release build
"""
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import time

MB = 1 << 20
SECONDS = 10
RESIDENT = 256
FLAT = 64


def repeat(unit, size):
    return unit * (size // len(unit))


def numbered(form, size):
    """Lines made of `form` with {0} a number, up to so many bytes."""
    parts, length, number = [], 0, 0
    while length < size:
        part = form.format(number, number + 1)
        parts.append(part)
        length += len(part)
        number += 1
    return "".join(parts).encode()


# --- Binary traces --------------------------------------------------------------------------------


def crc32c_table():
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x82F63B78 if crc & 1 else crc >> 1
        table.append(crc)
    return table


TABLE = crc32c_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def file_header(version=2):
    head = bytes.fromhex("8944444954 0D0A1A") + struct.pack("<HH", version, 0)
    return head + struct.pack("<I", crc32c(head))


def block_header(payload_bytes, events, first, line=1, lines=0, strings=0, checksum=0):
    head = bytes.fromhex("F1444449424C4B0A") + struct.pack(
        "<IIQQQIIIII", payload_bytes, events, first, line, lines, 0, 0, 0, strings, checksum)
    return head + struct.pack("<I", crc32c(head))


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def tiny_binary_events(size):
    """Blocks of events of one byte each."""
    count = 65536
    payload = varint(10) + b"TraceStart" + varint(1) + varint(1) + varint(0) + varint(0) + b"\1" * (count - 1)
    checksum = crc32c(payload)
    out = [file_header()]
    for number in range(size // len(payload)):
        out.append(block_header(len(payload), count, number * count, strings=1, checksum=checksum))
        out.append(payload)
    return b"".join(out)


def nested_headers(size):
    """Headers each of which claims all that follows as its payload."""
    count = min(size // 64, 40000)
    out = [file_header()]
    for number in range(count):
        out.append(block_header(max(0, (count - number) * 64 - 128), 1, 0, checksum=1))
    return b"".join(out)


def large_payload(size):
    """One block of strings that nobody uses and strings that fill the table."""
    strings, length, number = [], 0, 0
    while length < size:
        text = b"s%d" % number * 20
        strings.append(varint(len(text)) + text)
        length += len(strings[-1])
        number += 1
    payload = b"".join(strings[:200000]) + varint(1) + varint(0) + varint(0) + varint(0) + varint(0) + varint(1)
    count = len(strings[:200000])
    return file_header() + block_header(len(payload), 1, 0, strings=count, checksum=crc32c(payload)) + payload


# --- Traces ---------------------------------------------------------------------------------------

DISTINCT_FAULTS = "@ddi IoInitializeRemoveLock lock={0:x}\n@ddi IoReleaseRemoveLock lock={0:x} tag=1 fn=f{0}\n"
LIVES = ("@ddi AddDevice dev={0:x}0 role=FDO\n@ddi IoInitializeRemoveLock lock={0:x}8 dev={0:x}0\n"
         "@ddi IoDeleteDevice dev={0:x}0\n")


def frames(size):
    return numbered("@ddi CallbackEnter tid={0:x} kind=Dpc\n", size)


def many_locks_one_device(size):
    count = size // 120
    locks = "".join(f"@ddi IoInitializeRemoveLock lock={n:x}8 dev=F0\n" for n in range(1, count))
    return ("@ddi AddDevice dev=F0 role=FDO\n" + locks
            + "@ddi AddDevice dev=F0 role=FDO\n" * count).encode()


def completions(size):
    """One request with ever more acquisitions and completion routines."""
    count = size // 150
    head = "@ddi AddDevice dev=F0 role=FDO\n@ddi IoInitializeRemoveLock lock=F8 dev=F0\n"
    head += "@ddi DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_READ tid=1\n@ddi IoMarkIrpPending irp=A0 tid=1\n"
    body = "".join(
        f"@ddi IoAcquireRemoveLock lock=F8 tag=A0 status=0 tid=1\n@ddi CompletionEnter irp=A0 dev=F0 tid=2\n"
        "@ddi CompletionExit irp=A0 dev=F0 status=STATUS_MORE_PROCESSING_REQUIRED tid=2\n"
        for _ in range(count))
    return (head + body).encode()


def long_names(size):
    """Long source positions in the evidence of many findings."""
    name = "x" * 2000
    out = ["@ddi AddDevice dev=1 role=FDO\n@ddi IoInitializeRemoveLock lock=2 dev=1\n"]
    out += [f"@ddi IoAcquireRemoveLock lock=2 tag={n + 16:x} status=0 src={name}{n % 50}\n" for n in range(64)]
    count = (size - 64 * 2100) // 60
    out += [f"@ddi IoReleaseRemoveLock lock=2 tag=1 fn=f{n}\n" for n in range(count)]
    return "".join(out).encode()


MAP = json.dumps({"lines": [
    {"match": "^(a+)+$", "event": "IoFreeIrp", "fields": {"irp": "1"}},
    {"match": "(?<n>\\w+) A RML-(?<x>\\d+)", "event": "IoFreeIrp", "fields": {"irp": "1"}},
    {"match": "(\\w+\\s*)*(\\w+\\s*)*(\\w+\\s*)*[;!?]", "event": "IoFreeIrp", "fields": {"irp": "1"}},
]})

# name: what it is made by, arguments (IN is the trace), most megabytes, and most seconds where not SECONDS
CASES = {
    "malformed": (lambda size: repeat(b"@ddi \n", size), "check --quiet IN", FLAT),
    "malformed-jobs": (lambda size: repeat(b"@ddi \n", size), "check --quiet --jobs 64 IN", FLAT),
    "malformed-json": (lambda size: repeat(b'{"ev":1}\n', size), "check --quiet IN", FLAT),
    "tiny": (lambda size: repeat(b"@ddi KeSetEvent\n", size), "check --quiet --jobs 8 IN", FLAT),
    "noise": (lambda size: repeat(b"\n", size), "check --quiet IN", FLAT),
    "one-line": (lambda size: b"@ddi KeSetEvent note=" + b"x" * size, "check --quiet IN", FLAT),
    "names": (lambda size: numbered("@ddi KeSetEvent drv=d{0} fn=f{0} src=s{0}.c\n", size), "check --quiet IN", FLAT),
    "names-doctor": (lambda size: numbered("@ddi KeSetEvent drv=d{0} fn=f{0}\n", size), "doctor IN", RESIDENT),
    "names-convert": (lambda size: numbered("@ddi KeSetEvent drv=d{0} fn=f{0}\n", size), "convert --to binary IN OUT", FLAT),
    "utf16": (lambda size: repeat("@ddi KeSetEvent\n".encode("utf-16-le"), size), "check --quiet IN", FLAT),
    "csv": (lambda size: b"ev,irp\n" + repeat(b"a\n", size), "check --quiet IN", FLAT),
    "csv-quote": (lambda size: b'ev,irp\n"' + repeat(b"a\n", size), "check --quiet IN", FLAT),
    "map-words": (lambda size: repeat(b"w" * 999 + b"\n", size), "check --quiet --map MAP IN", FLAT),
    "map-long-line": (lambda size: repeat(b"w" * 999_999 + b"\n", size), "check --quiet --map MAP IN", FLAT),
    "map-power": (lambda size: repeat(b"a" * 60 + b"!\n", size), "check --quiet --map MAP IN", FLAT),
    "binary-tiny": (tiny_binary_events, "check --quiet IN", FLAT),
    "binary-headers": (nested_headers, "check --quiet IN", FLAT),
    "binary-strings": (large_payload, "check --quiet --jobs 4 IN", RESIDENT),
    "faults-all": (lambda size: numbered(DISTINCT_FAULTS, size), "check --max-findings 0 --format json IN", RESIDENT),
    "faults-20000": (lambda size: repeat(DISTINCT_FAULTS.format(1).encode(), 3 * MB) + numbered(DISTINCT_FAULTS, size - 3 * MB),
                     "check --max-findings 20000 --format json IN", RESIDENT),
    "faults-default": (lambda size: numbered(DISTINCT_FAULTS, size), "check --format sarif IN", RESIDENT),
    "long-names": (long_names, "check --format json IN", FLAT),
    "lives": (lambda size: numbered(LIVES, size), "check --quiet IN", FLAT),
    "contexts": (lambda size: numbered("@ddi DispatchEnter dev=F0 irp={0:x}0 mj=IRP_MJ_READ tid=1\n@ddi IoMarkIrpPending irp={0:x}0 tid=1\n@ddi DispatchExit irp={0:x}0 status=STATUS_PENDING tid=1\n", size), "check --quiet IN", FLAT),
    "locks": (lambda size: numbered("@ddi IoAcquireRemoveLock lock={0:x}0 tag=1 status=0\n", size), "check --quiet IN", FLAT),
    "acquisitions": (lambda size: numbered("@ddi IoAcquireRemoveLock lock=10 tag={0:x} status=0\n", size), "check --quiet IN", FLAT),
    "allocations": (lambda size: numbered("@ddi ExAllocatePool2 ptr={0:x}0 size=16 pooltag=LidS drv=d\n", size), "check --quiet IN", FLAT),
    "frees": (lambda size: numbered("@ddi ExAllocatePool2 ptr={0:x}0 pooltag=LidS drv=d tid=1\n@ddi ExFreePool ptr={0:x}0 pooltag=LidS drv=d tid=1\n@ddi ExFreePool ptr={0:x}0 pooltag=LidS drv=d tid=1\n", size), "check --quiet IN", FLAT),
    "handles": (lambda size: numbered("@ddi ZwOpenKey handle={0:x}0 status=0 drv=d tid=1\n", size), "check --quiet IN", FLAT),
    "handles-sdv": (lambda size: numbered("@ddi ZwOpenKey handle={0:x}0 status=0 drv=d tid=1\n", size), "check --quiet --reading sdv IN", FLAT),
    "holds": (lambda size: numbered("@ddi KeAcquireSpinLock lock={0:x}0 oldirql=2 drv=d tid={0:x}\n", size), "check --quiet IN", FLAT),
    "waits": (lambda size: numbered("@ddi KeInitializeEvent object={0:x}0 tid=1\n@ddi KeWaitForSingleObjectCall object={0:x}0 timeout=-1 tid={0:x}\n", size), "check --quiet IN", FLAT),
    "frames-one-thread": (lambda size: repeat(b"@ddi CallbackEnter tid=1 kind=Dpc\n", size), "check --quiet IN", FLAT),
    "threads": (frames, "check --quiet IN", FLAT),
    "frames-perfetto": (lambda size: numbered("@ddi CallbackEnter tid=1 kind=Dpc irp={0:x}\n", size), "convert --to perfetto IN OUT", RESIDENT),
    "locks-of-a-device": (many_locks_one_device, "check --quiet IN", FLAT),
    "completions": (completions, "check --quiet IN", FLAT),
    "minimize": (lambda size: (
        "@ddi AddDevice dev=1 role=FDO\n@ddi IoInitializeRemoveLock lock=2 dev=1 highwater=9000\n"
        + "".join(f"@ddi IoAcquireRemoveLock lock=2 tag={n + 16:x} status=0\n" for n in range(9100))).encode(),
        "minimize --rule RemoveLockStateHighWatermark IN", RESIDENT, 20),
}


def run(checker, name, folder, size):
    _, line, megabytes, *rest = CASES[name]
    seconds = rest[0] if rest else SECONDS
    trace = os.path.join(folder, "in")
    # Made by a process of its own: what this one has had in memory would count as its children's.
    subprocess.run([sys.executable, __file__, "--make", name, trace, str(size)], check=True)
    with open(os.path.join(folder, "map"), "w", encoding="utf-8") as file:
        file.write(MAP)
    words = {"IN": trace, "OUT": os.path.join(folder, "out"), "MAP": os.path.join(folder, "map")}
    command = [checker] + [words.get(word, word) for word in line.split()]
    with open(os.devnull, "wb") as nothing, open(os.path.join(folder, "err"), "wb") as errors:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=nothing, stderr=errors)
        began = time.monotonic()
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - began > 20 * seconds:
                process.kill()
                os.wait4(process.pid, 0)
                return f"{name}: hangs"
            time.sleep(0.01)
        process.returncode = 0
    code = os.waitstatus_to_exitcode(status)
    spent = usage.ru_utime + usage.ru_stime
    resident = usage.ru_maxrss / 1024
    said = open(os.path.join(folder, "err"), errors="replace").read()
    print(f"{name:20} {os.path.getsize(trace) / MB:6.1f} MB  {spent:6.2f} s  {resident:6.1f} MB  status {code}", flush=True)
    if code not in (0, 1, 2, 3) or re.search(r"Fatal error|Crash|Sanitizer", said):
        return f"{name}: ends with status {code}: {said[:300]}"
    if spent > seconds:
        return f"{name}: takes {spent:.1f} s; at most {seconds}"
    if resident > megabytes:
        return f"{name}: takes {resident:.0f} MB; at most {megabytes}"
    return None


def main():
    if sys.argv[1] == "--make":
        name, path, size = sys.argv[2:]
        with open(path, "wb") as file:
            file.write(CASES[name][0](int(size)))
        return
    checker = os.path.abspath(sys.argv[1])
    size = int(os.environ.get("HOSTILE_BYTES", 10 * MB))
    wanted = [name for name in CASES if not sys.argv[2:] or any(name.startswith(w) for w in sys.argv[2:])]
    with tempfile.TemporaryDirectory() as folder:
        problems = [found for name in wanted if (found := run(checker, name, folder, size))]
    print("\n".join(problems) or f"{len(wanted)} hostile inputs: none crashes, hangs, or grows")
    sys.exit(1 if problems else 0)


main()
