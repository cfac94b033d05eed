#!/usr/bin/env python3
"""compare.py CHECKER TRACE REPETITIONS: times programs over TRACE.jsonl and its other spellings.

Called by compare.sh. Each program runs REPETITIONS times, in turn with the others; of each the run with
the least processor time counts.
"""
import datetime
import importlib.util
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time

PARSE = """
import json, sys
count = 0
for line in open(sys.argv[1], "rb"):
    count += "ev" in json.loads(line)
"""

# One property: a lock is released only where it is held, and an IRP is forwarded only while it is
# held for that IRP.
ORJSON = """
import orjson, sys
held, faults = {}, 0
for line in open(sys.argv[1], "rb"):
    event = orjson.loads(line)
    ev = event["ev"]
    if ev == "IoAcquireRemoveLock":
        if event["status"] in ("STATUS_SUCCESS", 0):
            held[event["tag"]] = held.get(event["tag"], 0) + 1
    elif ev == "IoReleaseRemoveLock" or ev == "IoReleaseRemoveLockAndWait":
        left = held.pop(event["tag"], 0) - 1
        if left < 0: faults += 1
        elif left: held[event["tag"]] = left
    elif ev == "IoCallDriver":
        faults += event["irp"] not in held
"""

MAWK = r"""
function field(key,  at, rest) {
  at = index($0, "\"" key "\":\"")
  if (!at) return ""
  rest = substr($0, at + length(key) + 4)
  return substr(rest, 1, index(rest, "\"") - 1)
}
index($0, "\"IoAcquireRemoveLock\"") { if (field("status") == "STATUS_SUCCESS") held[field("tag")]++ }
index($0, "\"IoReleaseRemoveLock") && !index($0, "Return\"") {
  tag = field("tag")
  if (--held[tag] < 0) faults++
  if (held[tag] <= 0) delete held[tag]
}
index($0, "\"IoCallDriver\"") { if (!(field("irp") in held)) faults++ }
END { print faults + 0 }
"""

DUCKDB = """
import duckdb, sys
duckdb.sql(f'''
  with events as (
    select ts, coalesce(tag, irp) as tag, case
        when ev = 'IoAcquireRemoveLock' and status = 'STATUS_SUCCESS' then 1
        when ev in ('IoReleaseRemoveLock', 'IoReleaseRemoveLockAndWait') then -1 else 0 end as step
    from read_json('{sys.argv[1]}', format = 'newline_delimited',
      columns = {{ts: 'BIGINT', ev: 'VARCHAR', tag: 'VARCHAR', irp: 'VARCHAR', status: 'VARCHAR'}})
    where ev in ('IoAcquireRemoveLock', 'IoReleaseRemoveLock', 'IoReleaseRemoveLockAndWait',
      'IoCallDriver')),
  held as (select step, sum(step) over (partition by tag order by ts) as held from events)
  select count(*) from held where held < 0 or step = 0 and held = 0
''').fetchall()
"""


def run(command):
    """The command's processor time, wall time (seconds) and largest resident size (bytes)."""
    # Not to /dev/null: grep notices, and stops at the first match.
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=output)
        _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(command)[:200]}: exit status {child.returncode}")
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024


def programs(checker, trace):
    """Pairs of a name and a command."""
    json = trace + ".jsonl"
    yield "`wc -l`", ["wc", "-l", json]
    yield "`grep -c IoCallDriver`", ["grep", "-c", "IoCallDriver", json]
    if shutil.which("mawk"):
        yield "mawk, one property", ["mawk", MAWK, json]
    yield "Python `json.loads`, parse only", [sys.executable, "-c", PARSE, json]
    if importlib.util.find_spec("orjson"):
        yield "Python orjson, one property", [sys.executable, "-c", ORJSON, json]
    if importlib.util.find_spec("duckdb"):
        yield "DuckDB, one property", [sys.executable, "-c", DUCKDB, json]
    neighbour = os.path.join(os.path.dirname(trace), "neighbour")
    if os.path.exists(neighbour):
        yield "C++ simdjson, one property", [neighbour, json]
    for suffix, name in ("jsonl", "JSON Lines"), ("text", "text"), ("binary", "binary"):
        if not os.path.exists(f"{trace}.{suffix}"):
            continue
        check = [checker, "check", "--quiet", f"{trace}.{suffix}"]
        yield f"**checker, all rules, {name}, `--jobs 1`**", check + ["--jobs", "1"]
        yield f"**checker, all rules, {name}**", check


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as info:
            return next(line.split(":")[1].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main():
    checker, trace, repetitions = sys.argv[1], sys.argv[2], int(sys.argv[3])
    commands = list(programs(checker, trace))
    best = {}
    for _ in range(repetitions):
        for name, command in commands:
            cpu, wall, resident = run(command)
            old = best.get(name, (cpu, wall, resident))
            best[name] = (min(cpu, old[0]), min(wall, old[1]), max(resident, old[2]))
    with open(trace + ".jsonl", "rb") as file:
        events = sum(1 for _ in file)
    size = os.path.getsize(trace + ".jsonl")
    print(f"{events:,} events, {size / events:.0f} bytes each as JSON Lines; best of {repetitions};")
    print(f"{os.cpu_count()} processors ({processor()}), load {os.getloadavg()[0]:.1f};")
    print(f"{platform.system()}, {datetime.date.today()}.\n")
    print("| | processor s | wall s | events/s, processor | events/s, wall | of `wc -l` "
          "| of `json.loads` | resident MB |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    lines, loads = best["`wc -l`"], best["Python `json.loads`, parse only"]
    # A child begins with its parent's pages, so that less than that of this script says nothing.
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    for name, _ in commands:
        cpu, wall, resident = best[name]
        memory = f"{resident / 1e6:.0f}" if resident > own * 1.05 else ""
        print(
            f"| {name} | {cpu:.3f} | {wall:.3f} | {events / cpu / 1e6:.2f} M "
            f"| {events / wall / 1e6:.2f} M | {cpu / lines[0]:.1f} × | {cpu / loads[0]:.3f} × "
            f"| {memory} |"
        )
    print("\nThe ratios are of processor time.")
    neighbour = best.get("C++ simdjson, one property")
    if neighbour:
        checker = best["**checker, all rules, JSON Lines, `--jobs 1`**"]
        print(f"On one processor the checker takes {checker[0] / neighbour[0]:.2f} times what simdjson does.")


main()
