#!/usr/bin/env python3
"""Checks that every public symbol of the libraries has a documentation comment.

Usage: symbols.py FOLDER — where `swift package dump-symbol-graph` has put the graphs."""
import json
import os
import re
import sys

# What conformances to the standard library's protocols consist of: the protocols say what they mean.
CONFORMANCES = {
    "==(_:_:)", "<(_:_:)", "hash(into:)", "hashValue", "encode(to:)", "init(from:)", "description",
    "debugDescription", "init(rawValue:)", "rawValue", "RawValue", "allCases", "AllCases",
    "next()", "makeIterator()", "Iterator", "Element", "ArrayLiteralElement", "errorDescription",
}


def libraries():
    text = open("Package.swift", encoding="utf-8").read()
    return re.findall(r'\.library\(name: "(\w+)"', text)


def undocumented(graph, module):
    for symbol in graph["symbols"]:
        if symbol["accessLevel"] not in ("public", "open") or symbol.get("docComment"):
            continue
        # Written by the compiler: it stands nowhere.
        if "location" not in symbol or "::SYNTHESIZED::" in symbol["identifier"]["precise"]:
            continue
        name = symbol["pathComponents"][-1]
        if name in CONFORMANCES:
            continue
        if symbol["kind"]["identifier"] == "swift.extension":
            continue
        location = symbol["location"]
        path = os.path.relpath(location["uri"].removeprefix("file://"))
        line = location["position"]["line"] + 1
        yield f"{path}:{line}: {module}.{'.'.join(symbol['pathComponents'])}"


def main(folder):
    problems, count = [], 0
    for module in libraries():
        path = os.path.join(folder, f"{module}.symbols.json")
        if not os.path.exists(path):
            sys.exit(f"there is no symbol graph of {module} in {folder}")
        with open(path, encoding="utf-8") as file:
            graph = json.load(file)
        count += len(graph["symbols"])
        problems += sorted(undocumented(graph, module))
    print(f"{count} public symbols, {len(problems)} without a documentation comment")
    if problems:
        sys.exit("\n".join(problems))


main(sys.argv[1])
