#!/usr/bin/env bash
# What the checker says about the example traces is what Examples/README.md says.
set -euo pipefail
need python3
python3 - <<'PY'
import collections, glob, json, os, re, subprocess, sys

text = open("Examples/README.md", encoding="utf-8").read()
stated = {}
for name, block in re.findall(r"^### (\S+)\n.*?^```findings\n(.*?)^```$", text, re.M | re.S):
    stated[name] = block.split("\n")[:-1]
problems = []
for path in sorted(glob.glob("Examples/traces/*")):
    name = os.path.basename(path)
    if name not in stated:
        problems.append(f"Examples/README.md says nothing about {name}")
        continue
    lines = []
    for reading in ("tracked", "sdv"):
        command = [os.environ["CHECKER"], "check", "--format", "json", "--reading", reading, path]
        ran = subprocess.run(command, capture_output=True, text=True)
        report = json.loads(ran.stdout)
        counts = collections.Counter(f["rule"] for f in report["findings"])
        errors = [f for f in report["findings"] if f["severity"] == "error"]
        if ran.returncode != (1 if errors else 0):
            problems.append(f"{name}: exit status {ran.returncode}")
        if report["diagnostics"]:
            problems.append(f"{name}: {report['diagnostics']}")
        lines += [f"{reading} {rule}: {n}" for rule, n in counts.items()] or [f"{reading} clean"]
    if lines != stated.pop(name):
        problems.append(f"{name}: the checker says\n  " + "\n  ".join(lines))
    else:
        print(f"{name}: as stated")
problems += [f"Examples/README.md tells of {name}, which is not there" for name in stated]
if problems:
    sys.exit("\n".join(problems))
PY
