"""Whole runs in this process: the report is the checker's own, and nothing is lost or there twice."""

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow.dataset as ds
import pytest
from conftest import Answer, Here, Item

from ddi_fleet import merging, planning, worker
from ddi_fleet.checking import Checker
from ddi_fleet.planning import Batch
from ddi_fleet.run import Request, Result, run


def rows(output: Path, table: str) -> list[dict[str, object]]:
    return ds.dataset(output / table, partitioning="hive").to_table().to_pylist()


def alone(checker: Checker, traces: Path, *options: str) -> bytes:
    paths = [str(path) for path in traces.rglob("*") if path.is_file()]
    command = [checker.path, "check", "--format", "json", *(options or ["--no-config"]), "--", *paths]
    return subprocess.run(command, capture_output=True, check=False).stdout


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many batches and levels of sums as a large run has."""
    monkeypatch.setattr(planning, "TRACES_PER_BATCH", 2)
    monkeypatch.setattr(merging, "FAN_IN", 2)


def request(checker: Checker, traces: Path, output: Path, **more: object) -> Request:
    return Request(checker, [str(traces)], [], str(output), **more)  # type: ignore[arg-type]


def report(output: Path, result: Result) -> bytes:
    return (output / result.report).read_bytes()


@pytest.mark.parametrize("options", [(), ("--max-findings", "3"), ("--reading=sdv",)])
def test_the_report_is_that_of_one_machine(
    checker: Checker, traces: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    output = tmp_path / "out"
    own = Checker(checker.path, options)
    result = run(request(own, traces, output), Here())
    assert report(output, result) == alone(checker, traces, "--no-config", *options)
    assert result.status == 2 and [Path(path).name for path, _ in result.failed] == ["none.log"]
    found = rows(output, "traces")
    assert sorted(str(row["path"]) for row in found) == sorted(map(str, traces.rglob("*.log")))
    assert {str(row["day"]) for row in found} == {str(found[0]["day"])}
    assert len(rows(output, "verdicts")) > 10 and len(rows(output, "findings")) > 3
    assert not (output / "_running" / str(found[0]["run"])).exists()


def test_what_is_known_is_marked_in_the_sum(checker: Checker, traces: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(
        '{"suppressions": [{"rule": "RemoveLockForwardRead", "reason": "r"}], "failOn": "never"}'
    )
    own = Checker(checker.path, config=config.read_bytes(), fail_on="never")
    result = run(request(own, traces, tmp_path / "out"), Here())
    # The configuration lies elsewhere on each machine: its path is no part of what is compared.
    one, other = report(tmp_path / "out", result), alone(checker, traces, "--config", str(config))
    one_report, other_report = json.loads(one), json.loads(other)
    assert one_report["findings"] == other_report["findings"]
    assert one_report["summary"] == other_report["summary"]


class Stopped(Exception):
    pass


class Stopping(Here):
    """A cluster that is gone after some batches."""

    def map(self, function: Callable[[Item], Answer], items: Sequence[Item]) -> list[Answer]:
        self.calls += 1
        if self.calls > 1:
            return super().map(function, items)
        super().map(function, items[:2])
        raise Stopped


def test_a_stopped_run_goes_on(checker: Checker, traces: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    with pytest.raises(Stopped):
        run(request(checker, traces, output), Stopping())
    assert not (output / "traces").exists(), "nothing is in the tables before all is there"
    # A batch of which only half was written, and a trace that has changed since.
    half = next((output / "_running").rglob("reports/*.json"))
    half.with_name("0123.json").write_bytes(b"half")
    done = ds.dataset(next((output / "_running").rglob("traces"))).to_table().to_pylist()
    with Path(str(done[0]["path"])).open("ab") as changed:
        changed.write(b"# another line\n")
    result = run(request(checker, traces, output, is_resumed=True), Here())
    assert (result.reused, result.checked) == (2, 6)
    assert report(output, result) == alone(checker, traces)
    assert len(rows(output, "traces")) == 8


def test_another_configuration_begins_anew(checker: Checker, traces: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    with pytest.raises(Stopped):
        run(request(checker, traces, output), Stopping())
    own = Checker(checker.path, ("--max-findings", "5"))
    result = run(request(own, traces, output, is_resumed=True), Here())
    assert result.reused == 0 and len(rows(output, "traces")) == 8


def test_a_task_that_runs_twice_leaves_its_rows_once(checker: Checker, traces: Path, tmp_path: Path) -> None:
    class Twice(Here):
        def map(self, function: Callable[[Item], Answer], items: Sequence[Item]) -> list[Answer]:
            super().map(function, items)
            return super().map(function, items)

    result = run(request(checker, traces, tmp_path / "out"), Twice())
    assert len(rows(tmp_path / "out", "traces")) == 8
    assert report(tmp_path / "out", result) == alone(checker, traces)


def test_a_batch_that_cannot_be_checked_is_in_the_tables(
    checker: Checker, traces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Checker | Batch) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(worker, "check", fails)
    result = run(request(checker, traces, tmp_path / "out"), Here())
    assert result.status == 2 and len(result.failed) == 8
    assert all("no space left" in str(row["error"]) for row in rows(tmp_path / "out", "traces"))


def test_missing_traces_of_a_list_are_told(checker: Checker, traces: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"{traces}/0.log\n{traces}/gone.log\n")
    own = Request(checker, [], [str(tmp_path / "list.txt")], str(tmp_path / "out"))
    result = run(own, Here())
    assert result.status == 2 and [Path(path).name for path, _ in result.failed] == ["gone.log"]
