#!/usr/bin/env bash
# Real logs, where they are beside the repository: with events put behind their prefixes every event is
# read, and none of them upsets check, doctor or convert.
set -euo pipefail
need python3
python3 - <<'PY'
import glob, json, os, re, subprocess, sys, tempfile

checker = os.environ["CHECKER"]
problems = []


def run(*arguments, text=None, statuses=(0,)):
    ran = subprocess.run([checker, *arguments], input=text, capture_output=True, text=True)
    if ran.returncode not in statuses:
        problems.append(f"{' '.join(arguments)}: status {ran.returncode}: {ran.stderr[:200]}")
    return ran


def events(text):
    return [json.loads(line) for line in run("convert", "-", "-", text=text).stdout.splitlines()]


# What a prefix says of thread and time; the last group tells whether there is a time.
TRACEFMT = re.compile(r"^ *(?:\d+ )?\[\d+\]([0-9A-F]+)\.([0-9A-F]+)::(\d[\d/-]+[ -][\d:.]+)?")
DEBUGVIEW = re.compile(r"^\d+\t\d+\.\d+\t")
samples = sorted(glob.glob("../shared/data/logs/*.txt"))
if not samples:
    print("no real logs beside the repository; nothing to do")
for path in samples:
    text = open(path, encoding="utf-8", errors="replace").read()
    # As it is: no event is made up. IRPMon's log is one of events.
    is_irpmon = "irpmon" in path
    doctor = run("doctor", "--format", "json", path, statuses=(0, 2))
    report = json.loads(doctor.stdout)
    expected = "irpmon" if is_irpmon else "text"
    if report["trace"]["format"] != expected:
        problems.append(f"{path}: taken for {report['trace']['format']}")
    if report["trace"]["malformed"] or bool(report["trace"]["events"]) != is_irpmon:
        problems.append(f"{path}: {report['trace']}")
    run("check", path, statuses=(0,) if is_irpmon else (2,))
    if is_irpmon:
        continue
    # With an event behind each line's own words.
    lines = [line for line in text.splitlines() if line.strip()]
    found = events("".join(f"{line} @ddi KeSetEvent object=1\n" for line in lines))
    if len(found) != len(lines):
        problems.append(f"{path}: {len(found)} events of {len(lines)} lines")
        continue
    for number, (line, event) in enumerate(zip(lines, found), 1):
        match = TRACEFMT.match(line)
        thread = int(match[2], 16) if match else None
        has_time = bool(DEBUGVIEW.match(line)) or bool(match and match[3] and "0000" not in match[3][:10])
        if event["ev"] != "KeSetEvent" or event.get("tid") != (None if thread is None else hex(thread)):
            problems.append(f"{path}:{number}: {event}")
        if ("ts" in event) != has_time:
            problems.append(f"{path}:{number}: time: {event}")
    # And converted, and back.
    with tempfile.TemporaryDirectory() as directory:
        for form in ("binary", "csv", "text", "jsonl"):
            source = os.path.join(directory, "in")
            target = os.path.join(directory, form)
            with open(source, "w", encoding="utf-8") as file:
                file.write("".join(f"{line} @ddi KeSetEvent object=1\n" for line in lines))
            run("convert", "--to", form, source, target)
            if events_of := run("convert", target, "-").stdout.splitlines():
                if [json.loads(line) for line in events_of] != found:
                    problems.append(f"{path}: {form} does not say the same")
        run("convert", "--to", "perfetto", source, os.path.join(directory, "out.json"))
        json.load(open(os.path.join(directory, "out.json"), encoding="utf-8"))
print("\n".join(problems) or f"{len(samples)} real logs are read as they should be")
sys.exit(1 if problems else 0)
PY
