import json
import shutil
from pathlib import Path

import pytest
from pyarrow import fs

from ddi_fleet import checking, feeding
from ddi_fleet.checking import Checker, check, status_of, try_out
from ddi_fleet.errors import FleetError
from ddi_fleet.planning import Batch, Trace


def batch(folder: Path, *contents: str) -> Batch:
    traces = []
    for number, text in enumerate(contents):
        path = folder / f"{number}.log"
        path.write_text(text)
        traces.append(Trace(str(path), len(text)))
    return Batch(tuple(traces))


def test_all_well(tmp_path: Path, fake: Checker) -> None:
    whole = batch(tmp_path, "OK", "FAULT", "OK")
    came = check(fake, whole)
    assert [one.error for one in came.outcomes] == [None] * 3
    assert json.loads(came.sum) == {"whole": [trace.path for trace in whole.traces]}
    assert came.outcomes[0].hash == came.outcomes[2].hash != came.outcomes[1].hash


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("CRASH", "ended by SIGABRT"),
        ("HANG", "stopped after 0.5 s; raise --timeout"),
        ("SILENT", "without a report"),
    ],
)
def test_a_bad_trace_costs_itself_alone(tmp_path: Path, fake: Checker, bad: str, words: str) -> None:
    impatient = Checker(fake.path, timeout=0.5, report=fake.report)
    for contents in ([bad], [bad, "OK"], ["OK", bad], ["OK", bad, "FAULT", bad, bad, "OK"]):
        came = check(impatient, batch(tmp_path, *contents))
        assert [one.error is not None for one in came.outcomes] == [text == bad for text in contents]
        assert all(words in one.error for one in came.outcomes if one.error)
        assert all(one.hash for one in came.outcomes)
        merged = json.loads(came.sum)["merged"]
        assert [bool(report["diagnostics"]) for report in merged] == [text == bad for text in contents]
        assert {report["reading"] for report in merged} == {"sdv"}


def test_a_trace_that_is_gone(tmp_path: Path, checker: Checker, traces: Path) -> None:
    paths = [str(traces / "0.log"), str(tmp_path / "gone.log"), str(traces / "2.log")]
    came = check(checker, Batch(tuple(Trace(path, 1) for path in paths)))
    assert [one.line is not None for one in came.outcomes] == [True] * 3
    assert came.outcomes[1].hash is None
    assert b"there is no such file" in (came.outcomes[1].line or b"")


def test_wrong_options_are_told_before_tasks(checker: Checker, tmp_path: Path) -> None:
    with pytest.raises(FleetError, match="unknown option"):
        try_out(Checker(checker.path, options=("--no-such-option",)))
    with pytest.raises(FleetError, match="unknown key"):
        try_out(Checker(checker.path, config=b'{"colour": 1}'))
    with pytest.raises(FleetError, match="cannot read the checker"):
        try_out(Checker(str(tmp_path / "none")))


def test_traces_elsewhere_are_streamed(
    checker: Checker, traces: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trace of another file system comes through a pipe, and is named by its URI."""

    def open_far(uri: str) -> tuple[fs.FileSystem, str]:
        return fs.LocalFileSystem(), uri.replace("far://", "/")

    def local(uri: str) -> str | None:
        return None if uri.startswith("far:") else uri

    monkeypatch.setattr(feeding, "open_filesystem", open_far)
    monkeypatch.setattr(checking, "local_path", local)
    shutil.copy(traces / "6.log", traces / "large.log")
    with (traces / "large.log").open("ab") as file:
        file.write(b"# nothing\n" * 100_000)
    names = ["0.log", "large.log", "b c/1%41.log"]
    far = check(checker, Batch(tuple(Trace(f"far:/{traces}/{name}", 1) for name in names)))
    near = check(checker, Batch(tuple(Trace(f"{traces}/{name}", 1) for name in names)))
    assert [one.hash for one in far.outcomes] == [one.hash for one in near.outcomes]
    assert far.sum.replace(f"far:/{traces}".encode(), str(traces).encode()) == near.sum
    gone = check(checker, Batch((Trace("far://none/x.log", 1), Trace(f"far:/{traces}/0.log", 1))))
    assert "cannot read" in (gone.outcomes[0].error or "")
    assert gone.outcomes[1].error is None
    assert b"cannot read" in gone.sum


@pytest.mark.parametrize(
    ("errors", "warnings", "incomplete", "fail_on", "status"),
    [
        (0, 0, False, "error", 0), (0, 3, False, "error", 0), (0, 3, False, "warning", 1),
        (1, 0, False, "error", 1), (1, 0, False, "never", 0), (1, 0, True, "never", 2),
    ],
)  # fmt: skip
def test_status(errors: int, warnings: int, incomplete: bool, fail_on: str, status: int) -> None:
    outcome = checking.Outcome("t", line=b"{}")
    assert status_of(outcome, errors, warnings, incomplete, fail_on) == status
