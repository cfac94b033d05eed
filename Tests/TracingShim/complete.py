"""Whether each rule of the checker has a fault among those of the drivers, or a reason why there is none.

Usage: complete.py REPORT EXPECTED WITHOUT
REPORT: any JSON report of a check with all rules. EXPECTED: expected.csv; a rule has a fault where it is one of those
that must be found. WITHOUT: without.csv, rules and reasons.
"""

import csv
import json
import re
import sys


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def main():
    report, expected, without = sys.argv[1:]
    with open(report) as file:
        rules = [rule["id"] for rule in json.load(file)["summary"]["rules"]]
    found = {rule for row in rows(expected) for rule in re.split("[;|]", row["must"]) if rule}
    excused = {row["rule"]: row["reason"] for row in rows(without)}
    failed = False
    for what, names in (
        ("no fault, and no reason why", [rule for rule in rules if rule not in found and not excused.get(rule)]),
        ("a fault, and a reason why there is none", sorted(found & excused.keys())),
        ("not a rule of the checker", sorted((found | excused.keys()) - set(rules))),
    ):
        if names:
            print(f"FAILED the list of faults: {what}: {', '.join(names)}", file=sys.stderr)
            failed = True
    sys.exit(failed)


main()
