"""What the tests share: traces, a checker that can be told to fail, and a cluster of one process."""

import os
import stat
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from ddi_fleet.checking import Checker, try_out

Item = TypeVar("Item")
Answer = TypeVar("Answer")

FAKE = '''#!{python}
"""Checks traces by their contents: OK, CRASH, HANG, SILENT, FAULT."""
import json, os, sys, time

def report(path, errors=0):
    trace = dict(path=path, events=1, skipped=0, malformed=0, unknown=0, lost=0)
    summary = dict(rules=[], findings=errors, errors=errors, warnings=0)
    return dict(version=1, tool=dict(name="fake", version="1"), reading="sdv", traces=[trace],
                summary=summary, findings=[], diagnostics=[])

def check(words):
    paths = words[words.index("--") + 1:]
    for path in paths:
        text = open(path).read().strip()
        if text == "CRASH":
            os.abort()
        if text == "HANG":
            time.sleep(60)
        if text == "SILENT":
            sys.exit(0)
        print(json.dumps(report(path, errors=text == "FAULT")), flush=True)
    with open(words[words.index("--output") + 1], "w") as file:
        json.dump(dict(whole=paths), file)

def merge(words):
    lines = [json.loads(line) for line in sys.stdin.read().splitlines()]
    json.dump(dict(merged=lines, options=words), sys.stdout)

{{"check": check, "merge": merge}}[sys.argv[1]](sys.argv[2:])
'''


@pytest.fixture
def fake(tmp_path: Path) -> Checker:
    path = tmp_path / "fake-checker"
    path.write_text(FAKE.format(python=sys.executable))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    checker = Checker(str(path), timeout=2)
    return Checker(str(path), timeout=2, report=try_out(checker)[1])


@pytest.fixture(scope="session")
def checker() -> Checker:
    path = os.environ.get("CHECKER")
    assert path, "CHECKER names the checker that the tests run"
    return Checker(str(Path(path).absolute()), timeout=60)


@pytest.fixture
def traces(tmp_path: Path, checker: Checker) -> Path:
    """A folder of traces, some of them with faults, one unreadable as a trace."""
    import subprocess

    folder = tmp_path / "traces"
    (folder / "b c").mkdir(parents=True)
    for seed in range(7):
        name = f"b c/{seed}%41.log" if seed % 2 else f"{seed}.log"
        options = ["--events", str(200 * (seed + 1)), "--seed", str(seed), "--fault-rate", "0.5"]
        subprocess.run([checker.path, "synthesize", *options, "--output", folder / name], check=True)
    (folder / "none.log").write_text("nothing\n")
    return folder


class Here:
    """A cluster of this process."""

    slots = 2

    def __init__(self) -> None:
        self.calls = 0

    def map(self, function: Callable[[Item], Answer], items: Sequence[Item]) -> list[Answer]:
        self.calls += 1
        return [function(item) for item in items]

    def ship(self, path: str) -> None:
        raise AssertionError("nothing is shipped within a process")

    @property
    def session(self) -> object:
        raise AssertionError("no session is needed for local files")
