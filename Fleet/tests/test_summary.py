"""Nights of rows that are made by hand, and what they come to."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pytest

from ddi_fleet import cli, manifest, tables
from ddi_fleet.checking import Checker, Outcome
from ddi_fleet.page import page
from ddi_fleet.planning import Batch, Trace
from ddi_fleet.storage import Storage
from ddi_fleet.summary import summarize
from ddi_fleet.text import describe, safe
from ddi_fleet.worker import TABLES, Settings, write, write_table

NASTY = "<script>alert(1)</script>\"'&##vso[x]\x1b[31m\u202e"


def night(output: Path, day: str, found: dict[str, list[str]], broken: tuple[str, ...] = ()) -> None:
    """A run on a day: the faults of each trace, and traces that could not be checked."""
    storage = Storage(str(output))
    run = manifest.Manifest(run=f"{day}T01", day=day, key="k")
    outcomes = []
    for path, faults in found.items():
        findings = [
            {
                "rule": f"Rule{fault}", "severity": "error", "message": NASTY, "line": 1, "tid": 1,
                "fingerprint": fault, "drv": "demo", "src": "a.c:7", "evidence": [],
            }
            for fault in faults
        ]  # fmt: skip
        verdict = {"id": "Kept", "severity": "error", "passed": 1, "violated": 0}
        lost, malformed = {"a": (1, 3), "b": (2, 0)}.get(path, (0, 0))
        trace = {
            "path": path, "events": 10, "lost": lost, "malformed": malformed, "rules": [verdict],
        }  # fmt: skip
        summary = {"findings": len(faults), "errors": len(faults), "warnings": 0}
        line = {"traces": [trace], "summary": summary, "findings": findings, "diagnostics": []}
        outcomes.append(Outcome(path, json.dumps(line).encode() + b"\n", 0.5))
    outcomes += [Outcome(path, error="crashed " + NASTY) for path in broken]
    extra = pa.schema([("machine", pa.string())])
    machines = {"a": "m1", "b": "m1"}
    batch = Batch(tuple(Trace(one.path, 100, (machines.get(one.path),)) for one in outcomes))
    settings = Settings(Checker("none"), str(output), run.folder, extra)
    write(settings, batch, tables.make(batch.traces, outcomes, extra, "error"), b"{}")
    for table in TABLES:
        for name in storage.files(f"{run.folder}/{table}"):
            storage.move(name, f"{run.final(table)}/{Path(name).name}")
    storage.write(f"{run.final('reports')}.json", b"{}")


@pytest.fixture
def nights(tmp_path: Path) -> Path:
    night(tmp_path, "2026-11-25", {"a": ["1", "1", "2"], "b": ["2"]})
    night(tmp_path, "2026-11-26", {"a": [], "b": ["2"], "c": ["3"]}, ("x",))
    night(tmp_path, "2026-11-27", {"a": ["1"], "b": ["4"], "c": ["3", "4"]}, ("y",))
    return tmp_path


def test_faults_come_and_go(nights: Path) -> None:
    found = summarize(str(nights))
    assert [one.day for one in found.nights] == ["2026-11-25", "2026-11-26", "2026-11-27"]
    assert [(one.faults, one.new, one.gone) for one in found.nights] == [
        (["1", "2"], ["1", "2"], []), (["2", "3"], ["3"], ["1"]), (["1", "3", "4"], ["4"], ["2"]),
    ]  # fmt: skip
    assert [(one.traces, one.failed, one.events) for one in found.nights] == [
        (2, 0, 20),
        (4, 1, 30),
        (4, 1, 30),
    ]
    assert found.faults[0].fault == "4" and len(found.faults) == 4
    assert [path for path, _ in found.unchecked] == ["y"]


def test_what_is_missing_is_told(nights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    storage = Storage(str(nights))
    last = "day=2026-11-27/run=2026-11-27T01"
    rules = tables.rules(
        b'{"summary": {"rules": [{"id": "Kept", "severity": "error"}, {"id": "Idle", "severity": "error"},'
        b'{"id": "Absent", "severity": "error", "notInReading": true}]}}'
    )
    write_table(storage, f"rules/{last}/rules.parquet", rules, "0")
    found = summarize(str(nights), by="machine")
    assert found.idle == ["Idle"]
    assert [(gap.path, gap.lost, gap.malformed) for gap in found.gaps] == [("b", 2, 0), ("a", 1, 3)]
    groups = [(group.value, group.faults, group.traces) for group in found.groups]
    assert groups == [("m1", {"1", "4"}, {"a", "b"}), ("unknown", {"3", "4"}, {"c"})]
    assert [fault.values for fault in found.faults if fault.fault == "4"] == [{"m1", "unknown"}]
    text, html = describe(found), page(found)
    for written in (text, html):
        assert "no trace exercised" in written and "Idle" in written and "Kept" not in written
    assert "machine 2" in text and "2 faults in 2 traces  m1" in text and "b: 2 gaps" in text
    assert "faults by machine" in html and "Traces with gaps" in html
    assert cli.main(["summary", "--output", str(nights), "--by", "colour"]) == 2
    assert "brought machine" in capsys.readouterr().err


class Reader(HTMLParser):
    """Which elements a page has, and whether they end."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in ("meta", "line", "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_what_traces_say_does_not_act(nights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = nights / "page.html"
    assert cli.main(["summary", "--output", str(nights), "--html", str(target)]) == 0
    text, html = capsys.readouterr().out, target.read_text(encoding="utf-8")
    for written in (text, html):
        assert not re.search("##vso|\x1b|\u202e", written)
    assert "<script" not in html and "http" not in html
    reader = Reader()
    reader.feed(html)
    assert not reader.open and "script" not in reader.seen and "svg" in reader.seen
    assert safe("::error::x") == "\\u{3a}:error::x"


def test_what_is_said(nights: Path) -> None:
    text = describe(summarize(str(nights)), limit=2)
    assert "2026-11-27" in text and "and 1 more" in text and text.count("\nnew  ") == 1
    html = page(summarize(str(nights)))
    assert html.count("not found any more") == 1 and "Traces that could not be checked" in html


def test_nothing_to_sum_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["summary", "--output", str(tmp_path)]) == 2
    assert "no finished run" in capsys.readouterr().err
