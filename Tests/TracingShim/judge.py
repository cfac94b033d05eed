"""Judges what the checker found in one run by a line of expected.csv.

Usage: judge.py NAME REPORT TRACE MUST MAY EVENTS
MUST: rules that must be found, `|` between those of which one is enough; those that the checker does not have
are left aside. MAY: others that may. EVENTS: what the trace must have a line of: an event and pieces of its
fields.
"""

import json
import sys


def has(lines, wanted):
    """Whether one line is this event with all of these pieces; a piece that ends with `=` is a field."""
    event, *pieces = wanted.split()
    for words in lines:
        if words[0] == event and all(
            any(word.startswith(piece) if piece.endswith("=") else word == piece for word in words)
            for piece in pieces
        ):
            return True
    return False


def main():
    name, report, trace, must, may, events = sys.argv[1:]
    with open(report) as file:
        report = json.load(file)
    known = {rule["id"] for rule in report["summary"]["rules"]}
    with open(trace) as file:
        lines = [line.split("@ddi ", 1)[1].split() for line in file if "@ddi " in line]
    found = {finding["rule"] for finding in report["findings"]}
    must = [set(rules.split("|")) & known for rules in must.split(";") if rules]
    missed = ["|".join(sorted(rules)) for rules in must if rules and not rules & found]
    extra = found - set().union(set(may.split(";")), *must)
    failed = False
    absent = [event for event in events.split(";") if event and not has(lines, event)]
    for what, rules in (
        ("not found", missed),
        ("found and not built in", sorted(extra)),
        ("not in the trace", absent),
        ("not read", [what for what in ("malformed", "unknown") if report["traces"][0][what]]),
    ):
        if rules:
            print(f"FAILED {name}: {what}: {', '.join(rules)}", file=sys.stderr)
            failed = True
    sys.exit(failed)


main()
