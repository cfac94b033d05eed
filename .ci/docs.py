#!/usr/bin/env python3
"""Checks the documents against the source, the checker ($CHECKER) and each other."""
import json
import os
import re
import subprocess
import sys
import tempfile

FORMAT = "docs/trace-format.md"
problems = []


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def check_names():
    """Every event, synonym and field that the source knows is described."""
    text = read(FORMAT)
    schema = read("Sources/RuleEngine/Trace/EventSchema.swift")
    events = set(re.findall(r'"([A-Z][A-Za-z0-9]+)"', schema))
    declaration = re.search(r"enum Field.*?\n\n", read("Sources/RuleEngine/Trace/Field.swift"), re.S)
    fields = set(re.findall(r"\b[a-z]+\b", " ".join(re.findall(r"case (.*)", declaration[0]))))
    fields -= {"op"}  # reserved: no event carries it
    if len(events) < 60 or len(fields) < 30:
        problems.append("the source's events and fields were not found: mend .ci/docs.py")
    for name in sorted(events | fields):
        if f"`{name}`" not in text:
            problems.append(f"{FORMAT}: `{name}` is not described")
    lines = "\n".join(code_blocks(text))
    schema_rows = set(re.findall(r'(?:EventSchema\(\s*|pool\()\.\w+, "(\w+)"', schema))
    for name in sorted(schema_rows):
        if not re.search(rf'@ddi {name}\b|"ev":"{name}"', lines):
            problems.append(f"{FORMAT}: no example line for {name}")
    return len(events), len(fields)


def code_blocks(text):
    return re.findall(r"^```(?:text|json)\n(.*?)^```$", text, re.M | re.S)


def check_examples():
    """Every example line of the format can be read, and nothing in it is unknown."""
    lines = "".join(code_blocks(read(FORMAT))).replace("=…", "=FFFFE000")
    with tempfile.NamedTemporaryFile("w", suffix=".log", encoding="utf-8", delete=False) as file:
        file.write(lines)
    command = [os.environ["CHECKER"], "check", "--format", "json", "--fail-on", "never", file.name]
    ran = subprocess.run(command, capture_output=True, text=True)
    os.unlink(file.name)
    if ran.returncode != 0:
        problems.append(f"{FORMAT}: the examples cannot be checked: {ran.stderr.strip()}")
        return 0
    report = json.loads(ran.stdout)
    trace = report["traces"][0]
    for count in ("skipped", "malformed", "unknown"):
        if trace[count]:
            problems.append(f"{FORMAT}: {trace[count]} of the example lines are {count}")
    problems.extend(f"{FORMAT}: {d['message']}" for d in report["diagnostics"])
    return trace["events"]


def anchor(heading):
    """The anchor that GitHub gives a heading."""
    plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain.replace("`", "")).replace(" ", "-")


def check_links(documents):
    count = 0
    for path in documents:
        text = re.sub(r"^```.*?^```$", "", read(path), flags=re.M | re.S)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:", target):
                continue
            count += 1
            name, _, fragment = target.partition("#")
            file = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
            if not os.path.exists(file):
                problems.append(f"{path}: {target} does not exist")
            elif fragment and file.endswith(".md"):
                headings = re.findall(r"^#+ (.*)$", read(file), re.M)
                named = re.findall(r'<a (?:id|name)="([^"]+)"', read(file))
                if fragment not in [anchor(heading) for heading in headings] + named:
                    problems.append(f"{path}: {file} has no heading #{fragment}")
    return count


def check_rules(documents):
    """Words that look like a rule's id are one, and every rule is in rules.md."""
    ran = subprocess.run([os.environ["CHECKER"], "rules"], capture_output=True, text=True)
    listed = re.findall(r"^([A-Z][A-Za-z0-9]{6,})\s+(?:error|warning)\b", ran.stdout, re.M)
    ids = set(listed)
    if len(ids) < 50:
        problems.append(f"“rules” lists {len(ids)} rules: mend .ci/docs.py")
    rules = read("rules.md")
    problems.extend(f"rules.md: {rule} is missing" for rule in sorted(ids) if rule not in rules)
    family = r"\b((?:NsRemoveLock|RemoveLock|Mark|PowerDown|PowerUp|Mult)[A-Z]\w+)(?!…)\b"
    for path in documents:
        if path == "docs/coverage.md":
            continue  # written from SDV's catalogue, rules that are not checked among them
        text = re.sub(r"https?://\S+", "", read(path))
        for word in sorted(set(re.findall(family, text)) - ids - {"RemoveLockState"}):
            problems.append(f"{path}: there is no rule {word}")
    return len(ids)


def check_mentions():
    """Documents that help texts and messages of the program name exist."""
    paths = subprocess.run(["git", "ls-files", "Sources", "Tracing"], capture_output=True, text=True).stdout.split()
    for path in paths:
        for name in re.findall(r"docs/[\w-]+\.md", read(path)):
            if not os.path.exists(name):
                problems.append(f"{path}: names {name}, which does not exist")


def check_excerpts():
    """What the guide to writing rules shows of code stands in the example that CI compiles."""
    path = "docs/writing-rules.md"
    listed = subprocess.run(["git", "ls-files", "Examples/CustomRules/*.swift"], capture_output=True, text=True)
    sources = [read(name) for name in listed.stdout.split()]
    excerpts = re.findall(r"^```swift\n(.*?)^```$", read(path), re.M | re.S)
    for excerpt in excerpts:
        if not any(excerpt in source for source in sources):
            problems.append(f"{path}: no file of Examples/CustomRules has this:\n{excerpt}")
    return len(excerpts)


documents = subprocess.run(["git", "ls-files", "*.md"], capture_output=True, text=True).stdout.split()
events, fields = check_names()
links = check_links(documents)
check_mentions()
lines = check_examples()
excerpts = check_excerpts()
rules = check_rules([d for d in documents if d not in ("rules.md", "CHANGELOG.md")])
print(f"{len(documents)} documents: {events} events, {fields} fields, {lines} example events, "
      f"{rules} rules, {links} links, {excerpts} excerpts")
if problems:
    sys.exit("\n".join(problems))
