#!/usr/bin/env python3
"""Merges reports of traces with $CHECKER in many ways, and many reports in little memory."""
import json
import os
import random
import subprocess
import sys
import tempfile
import time

CHECKER = os.path.abspath(os.environ["CHECKER"])
TRACES = 24
REPORTS = 100_000
FINDINGS = 1_000_000
MEMORY_MB = 128
problems = []


def run(*arguments, source=None, expect=(0, 1)):
    ran = subprocess.run([CHECKER, *arguments], capture_output=True, stdin=source or subprocess.DEVNULL)
    if ran.returncode not in expect:
        problems.append(f"{' '.join(arguments)[:300]}: exit status {ran.returncode}: {ran.stderr.decode()[:500]}")
    return ran.stdout


def merge(folder, reports, options):
    """The sum of the reports in a random tree of merges; each node is written to a file of its own."""
    random.shuffle(reports)
    while len(reports) > 1:
        size = random.randint(2, 6)
        group, reports = reports[:size], reports[size:]
        path = os.path.join(folder, f"sum-{random.getrandbits(64):x}.json")
        run("merge", "--no-config", "--format", "json", "--output", path, *options, *group)
        reports.append(path)
    return reports[0]


def check_sums(folder):
    """One check of all traces, and any tree of merges of their reports."""
    traces = []
    for seed in range(TRACES):
        path = os.path.join(folder, f"trace {seed}.log")
        rate = "0.05" if seed % 3 else "0"
        form = ["jsonl", "text", "binary"][seed % 3]
        run("synthesize", "--events", str(50 * 3 ** (seed % 5)), "--seed", str(seed), "--fault-rate", rate,
            "--format", form, "--output", path)
        traces.append(path)
    config = os.path.join(folder, "config.json")
    with open(config, "w", encoding="utf-8") as file:
        json.dump({"suppressions": [{"rule": "RemoveLockForwardRead", "reason": "known"},
                                    {"driver": "nobody", "reason": "fits nothing"}]}, file)
    for options in ([], ["--max-findings", "5"], ["--max-findings", "0"], ["--config", config]):
        own = options if "--config" in options else ["--no-config", *options]
        mixed = random.sample(traces, len(traces))
        whole = run("check", "--format", "json", *own, *mixed)
        unmarked = os.path.join(folder, "unmarked.json")
        lines = run("check", "--format", "json", "--output", unmarked, "--each", "-", *own, *mixed)
        if len(lines.splitlines()) != TRACES:
            problems.append(f"{options}: --each wrote {len(lines.splitlines())} lines for {TRACES} traces")
        reports = []
        for number, line in enumerate(lines.splitlines(keepends=True)):
            reports.append(os.path.join(folder, f"one-{number}.json"))
            with open(reports[-1], "wb") as file:
                file.write(line)
        last = merge(folder, reports, options if "--config" not in options else [])
        together = os.path.join(folder, "each.jsonl")
        with open(together, "wb") as file:
            file.write(lines)
        for path in (last, together, unmarked):
            if run("merge", "--format", "json", *own, path) != whole:
                problems.append(f"{options}: the sum of the reports is not the report of all traces")


def small_report(number):
    trace = f"/logs/machine{number % 1000}/{number}.log"
    counts = {"id": "RemoveLockForwardRead", "severity": "error", "armed": 3, "passed": 2, "violated": 1, "undecided": 0}
    return {
        "version": 1, "tool": {"name": "checker-cli", "version": "1"}, "reading": "tracked",
        "traces": [{"path": trace, "events": number, "skipped": 0, "malformed": 0, "unknown": 0, "lost": 0, "rules": [counts]}],
        "summary": {"rules": [counts], "findings": 1, "errors": 1, "warnings": 0},
        "findings": [finding(trace, number)], "diagnostics": [{"trace": trace, "line": 3, "message": "m", "level": "warning"}],
    }


def finding(trace, number):
    return {"rule": "RemoveLockForwardRead", "severity": "error", "message": "the IRP is forwarded", "trace": trace,
            "line": number % 977 + 1, "tid": 4, "fingerprint": f"{number * 2654435761 % 2**64:016x}",
            "evidence": [{"line": 1, "event": "IoCallDriver", "tid": 4}]}


def check_memory(name, path, options, traces, findings):
    """Merges a file of reports, and looks at what it took and what came out."""
    output = path + ".sum"
    began = time.monotonic()
    with subprocess.Popen([CHECKER, "merge", "--no-config", "--format", "json", "--output", output, *options, path]) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds, peak = time.monotonic() - began, usage.ru_maxrss // 1024
    print(f"{name}: {os.path.getsize(path) >> 20} MB, {seconds:.0f} s ({usage.ru_utime + usage.ru_stime:.0f} s of a processor), {peak} MB of memory")
    if process.returncode != 1 or peak > MEMORY_MB:
        problems.append(f"{name}: exit status {process.returncode}, {peak} MB; 1 and {MEMORY_MB} MB are wanted")
    with open(output, encoding="utf-8") as file:
        heads = {"traces": 0, "findings": 0}
        for line in file:
            heads["traces"] += '"events":' in line and '"skipped":' in line
            heads["findings"] += '"evidence":' in line
    if heads != {"traces": traces, "findings": findings}:
        problems.append(f"{name}: {heads} in the sum")


def check_many(folder):
    path = os.path.join(folder, "many.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        for number in range(REPORTS):
            file.write(json.dumps(small_report(number), separators=(",", ":")) + "\n")
    check_memory(f"{REPORTS} reports", path, [], REPORTS, 1000)
    os.remove(path)


def check_findings(folder):
    path = os.path.join(folder, "large.json")
    report = small_report(1)
    report["summary"] |= {"findings": FINDINGS, "errors": FINDINGS}
    head, tail = json.dumps({**report, "findings": [0]}).split("[0]")
    with open(path, "w", encoding="utf-8") as file:
        file.write(head + "[")
        for number in range(FINDINGS):
            file.write((",\n" if number else "") + json.dumps(finding("t", number), separators=(",", ":")))
        file.write("]" + tail)
    check_memory(f"{FINDINGS} findings, 1000 kept", path, [], 1, 1000)
    check_memory(f"{FINDINGS} findings, all kept", path, ["--max-findings", "0"], 1, FINDINGS)


def main():
    random.seed(18)
    with tempfile.TemporaryDirectory() as folder:
        check_sums(folder)
        check_many(folder)
        check_findings(folder)
    if problems:
        sys.exit("\n".join(problems))


main()
