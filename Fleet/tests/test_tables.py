import json

import pyarrow as pa

from ddi_fleet import tables
from ddi_fleet.checking import Outcome
from ddi_fleet.planning import Trace
from ddi_fleet.schema import FINDING_COLUMNS, TRACE_COLUMNS, VERDICT_COLUMNS


def line(path: str, **changes: object) -> bytes:
    rule = {"id": "R", "severity": "error", "armed": 3, "passed": 1, "violated": 2, "undecided": 0}
    trace = {
        "path": path,
        "events": 7,
        "skipped": 0,
        "malformed": 1,
        "unknown": 0,
        "lost": 0,
        "rules": [rule],
    }
    event = {"line": 4, "event": "IoCallDriver", "tid": 2**64 - 1, "new": {"a": [1]}}
    finding = {
        "rule": "R", "severity": "error", "message": "m", "trace": path, "line": 5, "tid": 8, "irp": "0xa0",
        "fingerprint": "00000000000000aa", "evidence": [event, event],
    }  # fmt: skip
    report = {
        "version": 1, "tool": {"name": "c", "version": "1"}, "reading": "tracked", "traces": [trace],
        "summary": {"rules": [rule], "findings": 2, "errors": 2, "warnings": 0},
        "findings": [finding, finding], "diagnostics": [],
    }  # fmt: skip
    return json.dumps({**report, **changes}).encode() + b"\n"


EXTRA = pa.schema([("machine", pa.string()), ("build", pa.int64())])


def made(outcomes: list[Outcome]) -> tables.Tables:
    traces = [Trace(one.path, 10, (f"m-{one.path}", 7)) for one in outcomes]
    return tables.make(traces, outcomes, EXTRA, "error")


def test_rows() -> None:
    clean = line("b", findings=[], summary={"rules": [], "findings": 0, "errors": 0, "warnings": 0})
    rows = made([Outcome("a", line("a"), 0.5, "h"), Outcome("x", error="gone"), Outcome("b", clean)])
    assert rows.traces["path"].to_pylist() == ["a", "x", "b"]
    assert rows.traces["status"].to_pylist() == [1, 2, 0]
    assert rows.traces["error"].to_pylist() == [None, "gone", None]
    assert rows.traces["events"].to_pylist() == [7, None, 7]
    assert rows.traces["machine"].to_pylist() == ["m-a", "m-x", "m-b"]
    assert rows.verdicts["path"].to_pylist() == ["a", "b"]
    assert rows.verdicts["violated"].to_pylist() == [2, 2]
    assert rows.findings["path"].to_pylist() == ["a", "a"]
    assert rows.findings["fault"].to_pylist() == ["00000000000000aa"] * 2
    assert rows.findings["irp"].to_pylist() == ["0xa0"] * 2
    assert rows.findings["build"].to_pylist() == [7, 7]
    evidence = rows.findings["evidence"].to_pylist()[1]
    assert [event["line"] for event in evidence] == [4, 4]
    assert evidence[0]["thread"] == 2**63 - 1 and evidence[0]["note"] is None


def test_columns_are_always_the_same() -> None:
    for outcomes in ([], [Outcome("x", error="gone")], [Outcome("a", line("a"))]):
        rows = made(outcomes)
        for table, columns in (
            (rows.traces, TRACE_COLUMNS), (rows.verdicts, VERDICT_COLUMNS), (rows.findings, FINDING_COLUMNS)
        ):  # fmt: skip
            assert table.schema == pa.schema([*columns, *((field.name, field.type) for field in EXTRA)])


def test_what_is_incomplete_is_no_success() -> None:
    broken = line("a", diagnostics=[{"level": "error", "trace": "a", "message": "no event"}], traces=[])
    rows = made([Outcome("a", broken)])
    assert rows.traces["status"].to_pylist() == [2]
    assert rows.traces["error"].to_pylist() == ["no event"]


def test_long_lines_and_many() -> None:
    text = json.loads(line("a"))
    text["findings"] *= 20_000
    rows = made(
        [Outcome(str(i), line(str(i))) for i in range(300)] + [Outcome("z", json.dumps(text).encode())]
    )
    assert rows.findings.num_rows == 600 + 40_000
