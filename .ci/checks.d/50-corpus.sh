#!/usr/bin/env bash
# Agreement with labelled traces of real drivers and with SDV's verdicts, where that corpus is at hand.
set -euo pipefail
score=
for folder in ../shared ../../shared; do
  if [ -e "$folder/tools/score" ]; then score=$folder/tools/score && break; fi
done
if [ -z "$score" ]; then
  echo "no corpus of labelled traces here: nothing to compare"
  exit 0
fi
need python3
python3 "$score" "$CHECKER" --all
# Of the clean traces of drivers, which have no gap and end with the driver's unload, little is undecided: a
# request whose IRP was used again while it was held, or a second acquire that failed. Rules about pool memory are
# left out where the tracer did not log that it is freed: nothing is known of it then.
python3 - "$CHECKER" "$(dirname "$score")/../corpus/drivers" <<'PY'
import glob, json, os, subprocess, sys

checker, folder = sys.argv[1:]
traces = sorted(glob.glob(os.path.join(folder, "clean-*")))
run = subprocess.run([checker, "check", "--no-config", "--format", "json", "--fail-on", "never", *traces],
                     capture_output=True, text=True, check=True)
failed = False
pool = {"DoubleExFreePool", "PoolLeftAtUnload"}
for trace in json.loads(run.stdout)["traces"]:
    with open(trace["path"], encoding="utf-8") as lines:
        left_out = set() if any("ExFreePool" in line for line in lines) else pool
    rules = [rule for rule in trace["rules"] if rule["id"] not in left_out]
    armed, undecided = (sum(rule[key] for rule in rules) for key in ("armed", "undecided"))
    print(f"{os.path.basename(trace['path'])}: {undecided} of {armed} undecided")
    failed = failed or undecided * 12 > armed
sys.exit("more than a twelfth of a clean trace is undecided" if failed else 0)
PY
# The table of IRQLs is that of the facts about SDV and the pages of the routines.
python3 - Sources/Rules/IRQL/IRQLTable.swift "$(dirname "$score")/../data/irql-limits.csv" <<'PY'
import re, sys

source, facts = (open(path, encoding="utf-8").read() for path in sys.argv[1:])
table = re.search(r'static let text = """\n(.*?)\n *"""', source, re.S)[1]
ours = [line.strip() for line in table.splitlines()]
theirs = [line.strip() for line in facts.splitlines()[1:] if line.strip()]
for line in sorted(set(theirs) - set(ours)):
    print(f"not in the table: {line}")
for line in sorted(set(ours) - set(theirs)):
    print(f"in the table alone: {line}")
if sorted(ours) != sorted(theirs):
    sys.exit("Sources/Rules/IRQL/IRQLTable.swift is not the table of the facts")
print(f"the IRQL table: {len(ours)} DDIs, as the facts say")
PY
