#!/usr/bin/env bash
# An event costs no allocation: that of two traces of different length the longer asks the allocator
# hardly more often. Counted, so that it does not depend on the machine; Linux alone, for LD_PRELOAD.
set -euo pipefail
if [ "$(uname -s)" != Linux ]; then
  echo "allocations are counted on Linux alone"
  exit 0
fi
need python3 cc=gcc
work=.build-bench
mkdir -p "$work"
cc -O2 -shared -fPIC Benchmarks/count-allocations.c -o "$work/count-allocations.so" -ldl
for count in 100000 1000000; do
  for format in jsonl text binary; do
    "$CHECKER" synthesize --events $count --devices 16 --threads 4 --format $format \
      >"$work/allocations-$count.$format"
  done
done
python3 - "$CHECKER" "$work" <<'PY'
import os, subprocess, sys

# Calls of the allocator for each million events: measured (4541, 4123, 2428), and a little more. They are
# those of each piece of the file and of each life of a device, not of events.
PINNED = {"jsonl": 5000, "text": 4600, "binary": 2800}
checker, work = sys.argv[1:]


def allocations(trace):
    path = os.path.join(work, "allocations")
    environment = dict(os.environ, ALLOCATIONS=path,
                       LD_PRELOAD=os.path.abspath(os.path.join(work, "count-allocations.so")))
    subprocess.run([checker, "check", "--quiet", "--jobs", "1", trace], env=environment, check=True,
                   stdout=subprocess.DEVNULL)
    with open(path, encoding="utf-8") as file:
        return int(file.read())


def events(trace):
    with open(trace, "rb") as file:
        return sum(1 for _ in file)


# The same events in every form.
further = events(f"{work}/allocations-1000000.jsonl") - events(f"{work}/allocations-100000.jsonl")


failed = False
for form, pinned in PINNED.items():
    short, long = (os.path.join(work, f"allocations-{n}.{form}") for n in (100000, 1000000))
    more = allocations(long) - allocations(short)
    rate = more / further * 1e6
    print(f"{form}: {rate:.0f} allocations for each million events; at most {pinned}")
    failed = failed or rate > pinned
sys.exit("events allocate more than they did: find out why, or pin the new number" if failed else 0)
PY
