"""What the tables of an output folder come to: night by night, and fault by fault."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq

from ddi_fleet.errors import FleetError
from ddi_fleet.storage import Storage

_FAULT_COLUMNS = ["fault", "rule", "severity", "message", "driver", "function", "source", "path"]
_TRACE_COLUMNS = ["path", "size", "events", "seconds", "status", "error"]


@dataclass
class Fault:
    """One mistake, wherever it was found."""

    fault: str
    rule: str
    severity: str
    message: str
    driver: str
    place: str
    """Where in the source, or else the function."""
    findings: dict[str, int] = field(default_factory=dict)
    """How many there were, by run."""
    traces: dict[str, set[str]] = field(default_factory=dict)
    """The traces in which it was, by run."""


@dataclass
class Night:
    """The last run of a day."""

    day: str
    run: str
    traces: int = 0
    failed: int = 0
    size: int = 0
    events: int = 0
    seconds: float = 0
    new: list[str] = field(default_factory=list)
    """Faults that no earlier night had."""
    gone: list[str] = field(default_factory=list)
    """Faults of the night before that this one does not have."""
    faults: list[str] = field(default_factory=list)


@dataclass
class Summary:
    """All nights, and all faults, the most frequent of the last night first."""

    nights: list[Night]
    faults: list[Fault]
    unchecked: list[tuple[str, str]]
    """Traces of the last night that could not be checked, and why."""


def summarize(output: str) -> Summary:
    """Reads the tables of an output folder; of several runs on a day the last counts."""
    storage = Storage(output)
    nights = _nights(storage)
    if not nights:
        raise FleetError(f'there is no finished run in {output!r}; run "ddi-fleet check" first')
    unchecked: list[tuple[str, str]] = []
    for night in nights:
        _count_traces(storage, night, unchecked if night is nights[-1] else None)
    faults: dict[str, Fault] = {}
    for night in nights:
        _count_faults(storage, night, faults)
    seen: set[str] = set()
    before: set[str] = set()
    for night in nights:
        now = {fault.fault for fault in faults.values() if night.run in fault.findings}
        night.faults, night.new, night.gone = sorted(now), sorted(now - seen), sorted(before - now)
        seen |= now
        before = now
    last = nights[-1].run
    ordered = sorted(
        faults.values(),
        key=lambda one: (-len(one.traces.get(last, ())), -sum(one.findings.values()), one.fault),
    )
    return Summary(nights, ordered, sorted(unchecked))


def _nights(storage: Storage) -> list[Night]:
    last: dict[str, str] = {}
    for name in storage.files("reports"):
        if match := re.fullmatch(r"reports/day=([^/]+)/run=([^/]+)\.json", name):
            last[match[1]] = max(last.get(match[1], ""), match[2])
    return [Night(day, run) for day, run in sorted(last.items())]


def _batches(storage: Storage, table: str, night: Night, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The rows of a night, piece by piece."""
    for name in storage.files(f"{table}/day={night.day}/run={night.run}"):
        with storage.open_input(name) as file:
            yield from pq.ParquetFile(file).iter_batches(columns=list(columns))


def _count_traces(storage: Storage, night: Night, unchecked: list[tuple[str, str]] | None) -> None:
    for batch in _batches(storage, "traces", night, _TRACE_COLUMNS):
        for row in batch.to_pylist():
            night.traces += 1
            night.size += row["size"] or 0
            night.events += row["events"] or 0
            night.seconds += row["seconds"] or 0
            if row["status"] == 2:
                night.failed += 1
                if unchecked is not None:
                    unchecked.append((row["path"], row["error"] or ""))


def _count_faults(storage: Storage, night: Night, faults: dict[str, Fault]) -> None:
    for batch in _batches(storage, "findings", night, _FAULT_COLUMNS):
        for row in batch.to_pylist():
            fault = faults.get(row["fault"])
            if fault is None:
                place = row["source"] or row["function"] or ""
                fault = faults[row["fault"]] = Fault(
                    row["fault"], row["rule"], row["severity"], row["message"], row["driver"] or "", place
                )
            fault.findings[night.run] = fault.findings.get(night.run, 0) + 1
            fault.traces.setdefault(night.run, set()).add(row["path"])
