"""What a task of Spark does: it checks one batch and leaves its rows where the run keeps them."""

from __future__ import annotations

import shutil
import tempfile
import traceback
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ddi_fleet import tables
from ddi_fleet.checking import BatchOutcome, Checker, Outcome, check, error_report
from ddi_fleet.merging import merge_to
from ddi_fleet.planning import Batch
from ddi_fleet.storage import Storage

TABLES = ("findings", "verdicts", "traces")
"""The tables, in the order in which a batch's parts of them are written: the last says that all are there."""


@dataclass(frozen=True)
class Settings:
    """What all tasks of a run need."""

    checker: Checker
    output: str
    folder: str
    """Where in the output the run keeps what it makes."""
    extra: pa.Schema


@dataclass(frozen=True)
class Done:
    """What a task tells of its batch."""

    batch: str
    traces: int
    failed: tuple[tuple[str, str], ...]
    """Paths of traces that could not be checked, and why."""


def shipped(path: str) -> str:
    """Where the checker is on this machine: at its path, or among the files that came with the job."""
    if Path(path).is_file():
        return path
    from pyspark import SparkFiles

    base = Path(path).name
    for candidate in (Path(SparkFiles.get(base)), Path(base)):
        if candidate.is_file():
            return str(candidate.absolute())
    return shutil.which(path) or path


def run(settings: Settings, batch: Batch) -> Done:
    """Checks a batch and writes its rows. Whatever goes wrong becomes rows too."""
    checker = replace(settings.checker, path=shipped(settings.checker.path))
    try:
        outcome = check(checker, batch)
    except Exception:
        outcome = _nothing(checker, batch, traceback.format_exc(limit=4))
    rows = tables.make(batch.traces, outcome.outcomes, settings.extra, settings.checker.fail_on)
    write(settings, batch, rows, outcome.sum)
    failed = rows.traces.filter(pc.is_valid(rows.traces["error"])).select(["path", "error"]).to_pylist()
    return Done(batch.name, len(batch.traces), tuple((row["path"], row["error"]) for row in failed))


def _nothing(checker: Checker, batch: Batch, why: str) -> BatchOutcome:
    """A batch none of whose traces could be checked."""
    outcomes = [Outcome(trace.path, error=why) for trace in batch.traces]
    return BatchOutcome(outcomes, b"".join(error_report(checker, one.path, why) for one in outcomes))


def part(folder: str, table: str, batch: str) -> str:
    """The name of a batch's part of a table."""
    suffix = "json" if table == "reports" else "parquet"
    return f"{folder}/{table}/{batch}.{suffix}"


def write(settings: Settings, batch: Batch, rows: tables.Tables, report: bytes) -> None:
    """Writes what came of a batch: each file whole or not at all, and the table of traces last."""
    storage = Storage(settings.output)
    attempt = uuid.uuid4().hex
    storage.write(part(settings.folder, "reports", batch.name), report, attempt)
    for table in TABLES:
        write_table(storage, part(settings.folder, table, batch.name), getattr(rows, table), attempt)


def write_table(storage: Storage, name: str, table: pa.Table, attempt: str) -> None:
    """Writes rows as a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    storage.write(name, sink.getvalue(), attempt)


def merge_group(settings: Settings, names: Sequence[str], target: str, options: Sequence[str]) -> str:
    """Adds up reports that earlier tasks wrote, to one of them all."""
    storage = Storage(settings.output)
    with tempfile.TemporaryDirectory(prefix="ddi-fleet-") as folder:
        path = Path(folder) / "sum.json"
        merge_to(shipped(settings.checker.path), storage, names, options, path)
        storage.upload(target, path)
    return target
