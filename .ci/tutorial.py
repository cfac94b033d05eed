#!/usr/bin/env python3
"""Writes the code that the tutorial shows, from the package in Examples/CustomRules that is built and tested.

Usage: tutorial.py FOLDER — the resources of a copy of RuleEngine.docc.

The rule of the tutorial grows part by part: a step is the rule up to the next part, closed. Before the last
one it does not conform to the protocol, which asks for all parts."""
import os
import sys

EXAMPLE = "Examples/CustomRules"
RULE = "Sources/TeamRules/FlushForwarded.swift"
# What the next step adds, by how its lines begin.
PARTS = ["  enum State", "  let documentation", "  let examples"]
CONFORMANCE = ": ContextRule {"
WHOLE = {
    "TeamRules.swift": "Sources/TeamRules/TeamRules.swift",
    "TeamRulesTests.swift": "Tests/TeamRulesTests/TeamRulesTests.swift",
    "team-checker.swift": "Sources/team-checker/main.swift",
}


def read(path):
    with open(os.path.join(EXAMPLE, path), encoding="utf-8") as file:
        return file.read()


def steps(rule):
    if rule.count(CONFORMANCE) != 1:
        sys.exit(f"{RULE} declares no rule with “{CONFORMANCE}”, or several")
    for part in PARTS:
        place = rule.find("\n\n" + part)
        if place < 0:
            sys.exit(f"no part of {RULE} begins with “{part}”; say in .ci/tutorial.py what the steps are")
        yield rule[:place].replace(CONFORMANCE, " {") + "\n}\n"
    yield rule


def main(folder):
    texts = {f"FlushForwarded-{number}.swift": text for number, text in enumerate(steps(read(RULE)), 1)}
    texts |= {name: read(path) for name, path in WHOLE.items()}
    for name, text in texts.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    print(f"{len(texts)} pieces of code for the tutorial")


main(sys.argv[1])
