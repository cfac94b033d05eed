#!/usr/bin/env python3
"""Compares the reports of the example traces, in every format, with those in Examples/reports.

Reports are normalised first: what every new rule would change in all of them (how many rules there are, what
those say that found nothing) is left out. `CHECKER=… python3 .ci/golden.py --write` writes them anew: look at
the difference before it is committed."""
import difflib
import html.parser
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

CHECKER = os.environ["CHECKER"]
FOLDER = "Examples/reports"
FORMATS = {"text": "txt", "json": "json", "html": "html.txt", "sarif": "sarif.json", "junit": "xml",
           "github": "github.txt", "azure": "azure.txt", "msvc": "msvc.txt", "markdown": "md"}


def text(report):
    report = re.sub(r"^of \d+ rules?:.*?tells\s+of\s+one$", "of the rules: …", report, flags=re.M | re.S)
    return report


def broken(rules):
    return [rule for rule in rules if rule["violated"]]


def json_report(report):
    report = json.loads(report)
    report["tool"]["version"] = "VERSION"
    report["summary"]["rules"] = broken(report["summary"]["rules"])
    for trace in report["traces"]:
        trace["rules"] = broken(trace.get("rules", []))
    return json.dumps(report, indent=1, ensure_ascii=False)


def sarif(report):
    report = json.loads(report)
    only = report["runs"][0]
    driver = only["tool"]["driver"]
    driver["version"] = "VERSION"
    driver["fullName"] = re.sub(r" \S+$", " VERSION", driver["fullName"])
    used = {result["ruleId"] for result in only["results"]}
    driver["rules"] = [{**rule, "fullDescription": "…", "help": "…"} for rule in driver["rules"] if rule["id"] in used]
    for result in only["results"]:
        del result["ruleIndex"]
    only["properties"]["verdicts"] = {rule: counts for rule, counts in only["properties"]["verdicts"].items()
                                      if counts["violated"]}
    only.pop("originalUriBaseIds", None)
    return json.dumps(report, indent=1, ensure_ascii=False)


def junit(report):
    suites = xml.etree.ElementTree.fromstring(report)
    suites.set("name", "checker-cli VERSION")
    for suite in suites.iter("testsuite"):
        for case in list(suite):
            skipped = case.find("skipped")
            told = case.find("failure") is not None or case.find("error") is not None
            beside = skipped is not None and skipped.get("message").startswith("broken by")
            if case.tag == "testcase" and not told and not beside:
                suite.remove(case)
    for element in suites.iter():
        for counted in ("tests", "skipped"):
            if counted in element.attrib:
                element.set(counted, "…")
    return xml.etree.ElementTree.tostring(suites, encoding="unicode")


def markdown(report):
    report = re.sub(r"<details><summary>\d+ rules? exercised.*?</details>\n", "", report, flags=re.S)
    return re.sub(r"^(\| `Examples/.*\|) \d+ \|$", r"\1 … |", report, flags=re.M)


class Outline(html.parser.HTMLParser):
    """The text of a page, a line for each block; pictures by their titles."""
    BLOCKS = {"p", "h1", "h2", "h3", "li", "summary", "dt", "dd", "figcaption", "div", "tr", "pre", "option"}

    def __init__(self):
        super().__init__()
        self.lines, self.hidden, self.inside = [""], [], []

    def handle_starttag(self, tag, attributes):
        if tag in ("meta", "input", "br"):
            return
        names = dict(attributes)
        if tag in ("script", "style") or tag == "section" and names.get("class") == "tables" or self.hidden:
            self.hidden.append(tag)
        elif tag == "svg":
            self.inside.append("svg")
        if tag in self.BLOCKS:
            self.lines.append("")

    def handle_endtag(self, tag):
        if self.hidden and self.hidden[-1] == tag:
            self.hidden.pop()
        if tag == "svg" and self.inside:
            self.inside.pop()

    def handle_data(self, data):
        if not self.hidden and not self.inside:
            self.lines[-1] += data.replace("\n", " ")


def page(report):
    outline = Outline()
    outline.feed(report)
    lines = [" ".join(line.split()) for line in outline.lines]
    text = "\n".join(line for line in lines if line)
    text = re.sub(r"^checker-cli \S+$", "checker-cli VERSION", text, flags=re.M)
    return re.sub(r"of \d+ rules violated", "of … rules violated", text)


def same(report):
    return report


NORMALISED = {"text": text, "json": json_report, "html": page, "sarif": sarif, "junit": junit, "markdown": markdown}


def reports(trace):
    """The normalised reports of a trace, by the names of their files."""
    name = os.path.splitext(os.path.basename(trace))[0]
    with tempfile.TemporaryDirectory() as folder:
        options = [f"--report={form}={folder}/{form}" for form in FORMATS]
        ran = subprocess.run([CHECKER, "check", "--no-config", "--quiet", *options, trace], capture_output=True)
        if ran.returncode not in (0, 1):
            sys.exit(f"{trace}: exit status {ran.returncode}: {ran.stderr.decode()}")
        found = {}
        for form, ending in FORMATS.items():
            with open(f"{folder}/{form}", encoding="utf-8") as file:
                found[f"{name}.{ending}"] = NORMALISED.get(form, same)(file.read()).rstrip("\n") + "\n"
    # The text report is whole only where it is not quiet.
    ran = subprocess.run([CHECKER, "check", "--no-config", trace], capture_output=True, text=True)
    found[f"{name}.txt"] = text(ran.stdout)
    return found


def main():
    os.makedirs(FOLDER, exist_ok=True)
    made = {}
    for name in sorted(os.listdir("Examples/traces")):
        made |= reports(f"Examples/traces/{name}")
    there = set(os.listdir(FOLDER))
    if "--write" in sys.argv:
        for name in there - set(made):
            os.remove(f"{FOLDER}/{name}")
        for name, report in made.items():
            with open(f"{FOLDER}/{name}", "w", encoding="utf-8") as file:
                file.write(report)
        print(f"{len(made)} reports written to {FOLDER}; look at what has changed")
        return
    problems = [f"{FOLDER}/{name}: {'is of no trace' if name in there else 'is missing'}" for name in there ^ set(made)]
    for name in sorted(there & set(made)):
        with open(f"{FOLDER}/{name}", encoding="utf-8") as file:
            difference = list(difflib.unified_diff(
                file.read().splitlines(), made[name].splitlines(), f"{FOLDER}/{name}", "now", n=1, lineterm=""))
        problems += difference[:40]
    if problems:
        sys.exit("\n".join(problems) + "\n\nif that is meant: CHECKER=… python3 .ci/golden.py --write, and look at "
                 "what has changed")
    print(f"{len(made)} reports as they were looked at")


main()
