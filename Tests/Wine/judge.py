"""Judges what the checker found in one run by a line of expected.csv.

Usage: judge.py REPORT NAME LINE
"""

import csv
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDERS = (HERE, os.path.join(HERE, "..", "TracingShim"))


def place(text):
    """FILE:FUNCTION:a piece of a line of it → FILE:LINE, as the header writes it."""
    file, function, piece = text.split(":", 2)
    path = next(path for path in (os.path.join(folder, file) for folder in FOLDERS) if os.path.exists(path))
    found, within = [], False
    with open(path) as source:
        for number, line in enumerate(source, 1):
            if line[0] not in " \t/{#" and f"{function}(" in line and not line.rstrip().endswith(";"):
                within = True
            elif line.startswith("}"):
                within = False
            if within and piece in line:
                found.append(number)
    if len(found) != 1:
        sys.exit(f"judge.py: {piece!r} is in {len(found)} lines of {function} in {file}")
    return f"{file}:{found[0]}"


def main():
    report_path, name, line = sys.argv[1:]
    with open(os.path.join(HERE, "expected.csv")) as file:
        columns = next(csv.reader(file))
    expected = dict(zip(columns, next(csv.reader([line]))))
    with open(report_path) as file:
        report = json.load(file)
    faults = []

    findings = report["findings"]
    found = {finding["rule"] for finding in findings}
    must = [set(rules.split("|")) for rules in expected["must"].split(";") if rules]
    may = set().union(set(expected["may"].split(";")), *must)
    for rules in must:
        if not rules & found:
            faults.append(f"not found: {'|'.join(sorted(rules))}")
    if found - may:
        faults.append(f"found and not built in: {', '.join(sorted(found - may))}")

    trace = report["traces"][0]
    for what in ("malformed", "lost", "unknown"):
        if trace[what]:
            faults.append(f"{trace[what]} events are {what}")

    passed = {rule["id"] for rule in trace["rules"] if rule["passed"]}
    missing = set(filter(None, expected["exercised"].split(";"))) - passed
    if missing:
        faults.append(f"not exercised: {', '.join(sorted(missing))}")

    # Whom the findings blame: this driver, for requests of this kind, with these places in the evidence.
    for finding in findings:
        where = f"{finding['rule']} at line {finding['line']}"
        if finding.get("drv") != expected["driver"]:
            faults.append(f"{where}: blames driver {finding.get('drv')}")
        if finding.get("major", expected["major"]) != expected["major"]:
            faults.append(f"{where}: blames a request of {finding['major']}")
        places = {event.get("src") for event in finding["evidence"]} | {finding.get("src")}
        # What only may come of the fault shows its own end of it.
        is_built_in = any(finding["rule"] in rules for rules in must)
        wanted = ("acquire", "blame") if "major" in finding and is_built_in else ("acquire",)
        for column in wanted:
            if expected[column] and place(expected[column]) not in places:
                faults.append(f"{where}: {place(expected[column])} is not in its evidence")

    for fault in faults:
        print(f"FAILED {name}: {fault}", file=sys.stderr)
    sys.exit(bool(faults))


main()
