#!/usr/bin/env python3
"""Checks properties of the source that neither the compiler nor the formatter checks."""
import re
import subprocess
import sys

LINES_PER_FILE = 400
LINES_PER_FUNCTION = 70
# The only files that may import a C library: one of the engine, one of the command line.
PLATFORM = re.compile(r"/Platform(/[^/]+)?\.swift$")
# What an embedder links: it does without Foundation, prints nothing and reads no clock.
LIBRARIES = ["RuleEngine", "Rules", "CheckerReports", "TraceDoctor"]
C_LIBRARIES = {"Glibc", "Musl", "Darwin", "Android", "WinSDK", "ucrt", "CRT"}

problems = []


def complain(path, line, message):
    problems.append(f"{path}:{line}: {message}")


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", *patterns], capture_output=True, text=True, check=True)
    return listed.stdout.split()


def code_lines(text):
    """The lines with comments and the contents of strings taken out; None for a line inside a
    multi-line string, which is data (traces of examples, tables of names)."""
    closing = None
    for line in text.split("\n"):
        if closing:
            inside = closing not in line
            yield None if inside else ""
            closing = closing if inside else None
            continue
        line = re.sub(r'(#*)"(?!"")(\\.|(?!"\1)[^\\])*?"\1', '""', line)
        opening = re.search(r'(#*)"""', line)
        comment = re.search(r"//", line)
        if opening and not (comment and comment.start() < opening.start()):
            closing = '"""' + opening[1]
            line = line[: opening.start()]
        yield line.split("//")[0]


def check_file(path):
    lines = list(code_lines(open(path, encoding="utf-8").read()))
    count = sum(line is not None for line in lines)
    if count > LINES_PER_FILE:
        complain(path, 1, f"{count} lines outside multi-line strings; at most {LINES_PER_FILE}")
    function = depth = signature = None
    for number, line in enumerate(lines, 1):
        code = line or ""
        check_line(path, number, code)
        if function is None and re.search(r"\b(func\b|init[?(<]|deinit\b|subscript\b|var \w+.*\{)", code):
            # A list of examples is data that happens to be computed.
            signature = None if ": [Example] {" in code else number
        if function is None and signature and re.search(r"\{\s*$", code):
            function, depth, signature = signature, 0, None
            depth = sum(l.count("{") - l.count("}") for l in map(lambda l: l or "", lines[function - 1 : number - 1]))
        elif signature and re.search(r"\}\s*$", code):
            signature = None  # all on one line, or a protocol's requirement
        if function is not None:
            depth += code.count("{") - code.count("}")
            if depth <= 0:
                count = sum(part is not None for part in lines[function - 1 : number])
                if count > LINES_PER_FUNCTION:
                    complain(path, function, f"a function of {count} lines; at most {LINES_PER_FUNCTION}")
                function = None


def check_line(path, number, code):
    if re.search(r"[\w)\]]!(?![=\w])", code):
        complain(path, number, "a forced unwrap")
    if re.search(r"\b(try|as)!", code):
        complain(path, number, "try! or as!")
    if re.search(r"@unchecked Sendable|nonisolated\(unsafe\)", code):
        text = open(path, encoding="utf-8").read().split("\n")
        above = "\n".join(text[max(0, number - 12) : number])
        if not re.search(r"`?(@unchecked Sendable|nonisolated\(unsafe\))`?:", above):
            complain(path, number, "no comment above that begins with “@unchecked Sendable:” and says why")
    if re.search(r"\bfatalError\(", code):
        complain(path, number, "fatalError; hand an error on")
    imported = re.match(r"\s*(?:@\w+ +)*import +(?:\w+ +)?(\w+)", code)
    if imported and imported[1] in C_LIBRARIES and not PLATFORM.search(path):
        complain(path, number, f"imports {imported[1]}; ask the system in the Platform folder alone")
    if imported and imported[1] == "Foundation" and path.split("/")[1] in LIBRARIES:
        complain(path, number, "imports Foundation; the libraries do without")


# Lower layers of the engine know nothing of higher ones. Within a layer anything goes. What stands above
# the engine has targets of its own, and the compiler holds the direction.
LAYERS = [["Platform"], ["JSON", "Trace"], ["Model"], ["RuleKit", "Engine"]]


def check_layers():
    """No file of the engine names a type that a higher layer declares."""
    declared = []
    for layer in LAYERS:
        names = set()
        for path in tracked(*(f"Sources/RuleEngine/{folder}/*.swift" for folder in layer)):
            for line in code_lines(open(path, encoding="utf-8").read()):
                # Types at the margin; nested ones are reached through these.
                match = re.match(r"(?:public |package |final |indirect )*(?:struct|class|enum|protocol|actor|typealias) (\w+)", line or "")
                if match:
                    names.add(match[1])
        declared.append(names)
    for height, layer in enumerate(LAYERS):
        higher = set().union(*declared[height + 1 :]) - declared[height]
        for path in tracked(*(f"Sources/RuleEngine/{folder}/*.swift" for folder in layer)):
            text = open(path, encoding="utf-8").read()
            own = set(re.findall(r"\b(?:struct|class|enum|protocol|typealias) (\w+)", text))
            for number, line in enumerate(code_lines(text), 1):
                for name in sorted(set(re.findall(r"(?<![.\w])[A-Z]\w+", line or "")) & higher - own):
                    complain(path, number, f"names {name}, which a higher layer declares")


def check_rooms():
    """What a room of the model lets its own files change, no other file changes."""
    for path in tracked("Sources/RuleEngine/*.swift"):
        if path.startswith("Sources/RuleEngine/Model/Requests/"):
            continue
        for number, line in enumerate(code_lines(open(path, encoding="utf-8").read()), 1):
            if re.search(r"\[changing(Place)?:", line or ""):
                complain(path, number, "changes a request from outside Model/Requests; give Requests a method")


def check_purity():
    """The libraries print nothing and read no clock."""
    for path in tracked(*(f"Sources/{library}/*.swift" for library in LIBRARIES)):
        for number, line in enumerate(code_lines(open(path, encoding="utf-8").read()), 1):
            if re.search(r"(?<![.\w])(?:debugPrint|print|readLine)\(|\b(?:ContinuousClock|SuspendingClock|Date)\b", line or ""):
                complain(path, number, "prints or reads a clock; that is the command line's to do")


def check_manifest():
    text = open("Package.swift", encoding="utf-8").read()
    if re.search(r"\.package\s*\(", text):
        complain("Package.swift", 1, "a package dependency; the root package has none")
    if "unsafeFlags" in text:
        complain("Package.swift", 1, "unsafe flags")


def check_left_over():
    for path in tracked("*.swift", "*.md", "*.sh", "*.py", "*.h", "*.c", ".ci/run"):
        if path == ".ci/repository.py":
            continue
        for number, line in enumerate(open(path, encoding="utf-8").read().split("\n"), 1):
            if re.search(r"\b(TODO|FIXME|XXX)\b", line):
                complain(path, number, "something left to do")


sources = tracked("Sources/*.swift")
for source in sources:
    check_file(source)
check_layers()
check_purity()
check_rooms()
check_manifest()
check_left_over()
print(f"{len(sources)} source files, {len(problems)} problems")
if problems:
    sys.exit("\n".join(problems))
