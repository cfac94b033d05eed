#!/usr/bin/env python3
"""Makes reports of the example traces with $CHECKER and checks them as their readers would."""
import glob
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

CHECKER = os.path.abspath(os.environ["CHECKER"])
SCHEMAS = os.environ.get("DDI_CHECKER_SCHEMAS")
ROOT = os.getcwd()
NASTY = "x&<y>\"';,:%]##vso[a.b]|`é\\u001b\\n::error::z"
problems = []
counts = {"SARIF": 0, "JUnit": 0, "lines": 0}

# What MSBuild takes for an error or a warning (its documentation: "MSBuild and Visual Studio format for
# diagnostic messages").
MSBUILD = re.compile(r"^[^:]*(?:[a-zA-Z]:)?[^:]*\(\d+\): (?:error|warning) \w+: \S")
NOTE = re.compile(r"^.+\(\d+\): note: \S")
GITHUB = re.compile(r"^::(?:error|warning) (?:file=[^,:\n]+,line=\d+,)?title=[^,:\n]+::\S")
AZURE = re.compile(
    r"^##vso\[task\.logissue type=(?:error|warning)(?:;sourcepath=[^;\]]+;linenumber=\d+)?(?:;code=\w+)?;\]\S"
)


def run(*arguments, directory=None, expect=(0, 1), env=None):
    ran = subprocess.run(
        [CHECKER, *arguments], capture_output=True, cwd=directory, env={**os.environ, **(env or {})}
    )
    if ran.returncode not in expect:
        problems.append(f"{' '.join(arguments)}: exit status {ran.returncode}: {ran.stderr.decode()}")
    return ran


def validators():
    if not SCHEMAS:
        return None, None
    import jsonschema
    import xmlschema

    with open(f"{SCHEMAS}/sarif-schema-2.1.0.json", encoding="utf-8") as file:
        schema = json.load(file)
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return (
        kind(schema, format_checker=jsonschema.FormatChecker()),
        xmlschema.XMLSchema(f"{SCHEMAS}/junit-10.xsd"),
    )


def check_sarif(path, status, validator):
    with open(path, encoding="utf-8") as file:
        log = json.load(file)
    if validator:
        for error in itertools.islice(validator.iter_errors(log), 5):
            place = "/".join(map(str, error.absolute_path))
            problems.append(f"{path}: {place}: {error.message[:300]}")
        counts["SARIF"] += 1
    only = log["runs"][0]
    rules = only["tool"]["driver"]["rules"]
    if only["invocations"][0]["exitCode"] != status:
        problems.append(f"{path}: the exit code is not {status}")
    for result in only["results"]:
        if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
            problems.append(f"{path}: a wrong ruleIndex")
        flows = result["codeFlows"][0]["threadFlows"]
        orders = sorted(place["executionOrder"] for flow in flows for place in flow["locations"])
        if orders != list(range(1, len(orders) + 1)) or len({flow["id"] for flow in flows}) != len(flows):
            problems.append(f"{path}: events without an order of their own")
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in only["results"]]
    if len(set(prints)) != len(prints):
        problems.append(f"{path}: two results with one fingerprint")
    for rule in rules:
        if not all(rule.get(key) for key in ("fullDescription", "help", "defaultConfiguration")):
            problems.append(f"{path}: {rule['id']} says too little")


def check_junit(path, broken, faults, validator):
    """Each fault is a failure once, under the rule that heads it; the other rules that it breaks say so."""
    if validator:
        for error in itertools.islice(validator.iter_errors(path), 5):
            problems.append(f"{path}: {error.path}: {error.reason}")
        counts["JUnit"] += 1
    suites = xml.etree.ElementTree.parse(path).getroot()
    cases = list(suites.iter("testcase"))
    failing = [case for case in cases if case.find("failure") is not None]
    beside = [case for case in cases if case.find("skipped") is not None
              and case.find("skipped").get("message").startswith("broken by a fault")]
    told = sum(len(case.findall("failure")) for case in failing)
    if told != faults or len(failing) != int(suites.get("failures")):
        problems.append(f"{path}: {told} failures, {faults} faults")
    if len(failing) + len(beside) != broken:
        problems.append(f"{path}: {len(failing)} test cases fail, {len(beside)} with them; {broken} rules are broken")


def check_lines(path, patterns):
    """Every line but the last, which sums up, is one that the reader understands."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")[:-2]
    for line in lines:
        counts["lines"] += 1
        if not any(pattern.match(line) for pattern in patterns):
            problems.append(f"{path}: {line[:200]}")


def hostile(folder):
    """A trace with names that are markup, commands and ends of things."""
    event = {"drv": NASTY, "fn": NASTY, "src": NASTY + ".c:7", "tid": 1, "dev": "f0", "irp": "a0"}
    steps = [
        {"ev": "IoInitializeRemoveLock", "lock": "f8"},
        {"ev": "AddDevice", "role": "FDO"},
        {"ev": "DispatchEnter", "mj": "IRP_MJ_READ"},
        {"ev": "IoCallDriver"},
        {"ev": "DispatchExit", "status": 0},
        {"ev": "DispatchEnter"},
    ]
    path = os.path.join(folder, "hostile <&>;,%.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        for step in steps:
            file.write(json.dumps({**event, **step}).replace("\\\\u001b", "\\u001b").replace("\\\\n", "\\n") + "\n")
    return path


def check_formats(folder):
    sarif, junit = validators()
    traces = [os.path.join("Examples/traces", name) for name in sorted(os.listdir("Examples/traces"))]
    sets = [[path] for path in traces] + [traces, [hostile(folder)]]
    for number, (paths, reading) in enumerate(itertools.product(sets, ("tracked", "sdv"))):
        out = {name: f"{folder}/{number}.{name}" for name in ("sarif", "junit", "github", "azure", "msvc", "markdown")}
        reports = [f"--report={name}={path}" for name, path in out.items()]
        ran = run("check", "--reading", reading, "--format", "json", "--source-root", ".", *reports, *paths)
        report = json.loads(ran.stdout)
        broken = sum(rule["violated"] > 0 for trace in report["traces"] for rule in trace.get("rules", []))
        check_sarif(out["sarif"], ran.returncode, sarif)
        faults = len({(finding["trace"], finding["fault"]) for finding in report["findings"]})
        check_junit(out["junit"], broken, faults, junit)
        check_lines(out["github"], [GITHUB, re.compile(r"^::notice ")])
        check_lines(out["azure"], [AZURE, re.compile(r"^##\[warning\]")])
        check_lines(out["msvc"], [MSBUILD, NOTE])
        if os.path.getsize(out["markdown"]) > 65_536:
            problems.append(f"{out['markdown']}: too long for a comment")
        with open(f"{folder}/{number}.json", "wb") as file:
            file.write(ran.stdout)


def check_merge(folder):
    """The order of reports changes nothing, and any report can be made of them."""
    paths = sorted(glob.glob(f"{folder}/[02468].json"))
    merged = {run("merge", "--format", "json", "--max-findings", "0", *order).stdout
              for order in (paths, paths[::-1], paths[2:] + paths[:2])}
    if len(merged) != 1:
        problems.append("merge: the order of the reports changes the sum")
    sarif, _ = validators()
    ran = run("merge", "--format", "sarif", "--output", f"{folder}/merged.sarif", *paths)
    check_sarif(f"{folder}/merged.sarif", ran.returncode, sarif)


def check_baseline(folder):
    trace = os.path.join(ROOT, "Examples/traces/hang-on-unplug.log")
    if run("check", "--write-baseline", "base.json", trace, directory=folder).returncode != 1:
        problems.append("baseline: the trace has no finding")
    if run("check", "--baseline", "base.json", trace, directory=folder).returncode != 0:
        problems.append("baseline: known findings fail the run")


def check_script(folder):
    """ci/check.sh as each CI runs it, and the run step of the GitHub action."""
    script = os.path.join(ROOT, "ci/check.sh")
    os.makedirs(f"{folder}/work/traces/a b")
    for name in ("ioctl-released-early.log", "start-worker.log"):
        with open(f"Examples/traces/{name}", "rb") as file, open(f"{folder}/work/traces/a b/{name}", "wb") as copy:
            copy.write(file.read())
    clean = {key: value for key, value in os.environ.items()
             if key not in ("GITHUB_ACTIONS", "TF_BUILD", "GITHUB_STEP_SUMMARY", "OPTIONS", "TRACES", "REPORTS")}
    step = f'cd "{ROOT}/.github/actions/check" && GITHUB_ACTION_PATH=$PWD && cd "{folder}/work" && ' + action_step()
    cases = [
        ("text", [script], {}, "error[", 1),
        ("GitHub", [script], {"GITHUB_ACTIONS": "true"}, "::error file=", 1),
        ("Azure", [script], {"TF_BUILD": "True"}, "##vso[task.uploadsummary]/", 1),
        ("never", [script], {"OPTIONS": "--fail-on=never\n--quiet\n"}, "error[", 0),
        ("arguments", [script, "--", "traces/a b/start-worker.log"], {"TRACES": ""}, "no violation", 0),
        ("no trace", [script], {"TRACES": "none/*.log"}, "no trace fits none/*.log", 2),
        ("no checker", [script], {"CHECKER": "/none"}, "there is no /none", 2),
        ("action", ["bash", "-c", step], {"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": f"{folder}/output"}, "::error file=", 1),
    ]
    for name, command, variables, words, status in cases:
        environment = {**clean, "CHECKER": CHECKER, "TRACES": "traces/**/*.log\r\n", "REPORTS": "out", **variables}
        ran = subprocess.run(command, capture_output=True, text=True, cwd=f"{folder}/work", env=environment)
        if ran.returncode != status or words not in ran.stdout + ran.stderr:
            problems.append(f"ci/check.sh, {name}: status {ran.returncode}\n{ran.stdout}{ran.stderr}")
    written = sorted(os.listdir(f"{folder}/work/out"))
    if written != [f"report.{kind}" for kind in ("html", "json", "md", "sarif", "xml")]:
        problems.append(f"ci/check.sh: wrote {written}")
    with open(f"{folder}/output", encoding="utf-8") as file:
        if file.read() != "status=1\n":
            problems.append("the action does not hand on the status")


def action_step():
    """The shell of the action's step that checks."""
    with open(".github/actions/check/action.yml", encoding="utf-8") as file:
        text = file.read()
    step = re.search(r"id: check\n.*?run: \|\n(.*?)\n\n", text, re.S)[1]
    return re.sub(r"^ {8}", "", step, flags=re.M)


def main():
    with tempfile.TemporaryDirectory() as folder:
        check_formats(folder)
        check_merge(folder)
        check_baseline(folder)
        check_script(folder)
    if problems:
        sys.exit("\n".join(problems))
    valid = f"{counts['SARIF']} SARIF and {counts['JUnit']} JUnit files valid" if SCHEMAS else "not validated"
    print(f"{valid}, {counts['lines']} lines of build logs as their readers take them")


main()
