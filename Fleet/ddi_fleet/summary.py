"""What the tables of an output folder come to: night by night, and fault by fault."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ddi_fleet.errors import FleetError
from ddi_fleet.schema import OWN_COLUMNS
from ddi_fleet.storage import Storage

_FAULT_COLUMNS = ["fault", "rule", "severity", "message", "driver", "function", "source", "path"]
_TRACE_COLUMNS = ["path", "size", "events", "malformed", "lost", "seconds", "status", "error"]


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
    values: set[str] = field(default_factory=set)
    """What the column that was asked for has, in the last night."""


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
class Gap:
    """A trace from which something is missing."""

    path: str
    lost: int
    malformed: int


@dataclass
class Group:
    """What was found where a column has a value."""

    value: str
    faults: set[str] = field(default_factory=set)
    traces: set[str] = field(default_factory=set)


@dataclass
class Summary:
    """All nights, and all faults, the most frequent of the last night first."""

    nights: list[Night]
    faults: list[Fault]
    unchecked: list[tuple[str, str]]
    """Traces of the last night that could not be checked, and why."""
    gaps: list[Gap] = field(default_factory=list)
    """Traces of the last night with gaps, the largest first."""
    idle: list[str] = field(default_factory=list)
    """Rules that no trace of the last night exercised."""
    by: str | None = None
    """The column by which the last night's faults are told as well."""
    groups: list[Group] = field(default_factory=list)
    """Its values, those with the most faults first."""


def summarize(output: str, by: str | None = None) -> Summary:
    """Reads the tables of an output folder; of several runs on a day the last counts.

    ``by`` is a column of the user's, by which the faults of the last night are told as well.
    """
    storage = Storage(output)
    nights = _nights(storage)
    if not nights:
        raise FleetError(f'there is no finished run in {output!r}; run "ddi-fleet check" first')
    unchecked: list[tuple[str, str]] = []
    gaps: list[Gap] = []
    for night in nights[:-1]:
        _count_traces(storage, night, [], [])
    _count_traces(storage, nights[-1], unchecked, gaps)
    faults: dict[str, Fault] = {}
    for night in nights:
        _count_faults(storage, night, faults)
    groups = _groups(storage, nights[-1], by, faults) if by is not None else []
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
    gaps.sort(key=lambda gap: (-gap.lost, -gap.malformed, gap.path))
    return Summary(nights, ordered, sorted(unchecked), gaps, _idle(storage, nights[-1]), by, groups)


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


def _count_traces(storage: Storage, night: Night, unchecked: list[tuple[str, str]], gaps: list[Gap]) -> None:
    for batch in _batches(storage, "traces", night, _TRACE_COLUMNS):
        for row in batch.to_pylist():
            night.traces += 1
            night.size += row["size"] or 0
            night.events += row["events"] or 0
            night.seconds += row["seconds"] or 0
            if row["status"] == 2:
                night.failed += 1
                unchecked.append((row["path"], row["error"] or ""))
            if row["lost"] or row["malformed"]:
                gaps.append(Gap(row["path"], row["lost"] or 0, row["malformed"] or 0))


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


def _groups(storage: Storage, night: Night, by: str, faults: dict[str, Fault]) -> list[Group]:
    """What was found by the values of a column."""
    groups: dict[str, Group] = {}
    for name in storage.files(f"findings/day={night.day}/run={night.run}"):
        with storage.open_input(name) as file:
            columns = pq.ParquetFile(file).schema_arrow.names
        if by not in columns:
            own = [column for column in columns if column not in OWN_COLUMNS]
            raise FleetError(
                f"there is no column {by!r} in the tables; "
                + (
                    f"the lists of traces brought {', '.join(own)}"
                    if own
                    else "no list of traces brought one"
                )
            )
    for batch in _batches(storage, "findings", night, ["fault", "path", by]):
        for row in batch.to_pylist():
            value = "unknown" if row[by] is None else str(row[by])
            group = groups.setdefault(value, Group(value))
            group.faults.add(row["fault"])
            group.traces.add(row["path"])
            faults[row["fault"]].values.add(value)
    return sorted(groups.values(), key=lambda group: (-len(group.faults), -len(group.traces), group.value))


def _idle(storage: Storage, night: Night) -> list[str]:
    """Rules of which no trace says whether they were kept."""
    exercised: set[str] = set()
    for batch in _batches(storage, "verdicts", night, ["rule", "passed", "violated"]):
        decided = batch.filter(pc.greater(pc.add(batch["passed"], batch["violated"]), 0))
        exercised.update(pc.unique(decided["rule"]).to_pylist())
    rules = [
        rule for batch in _batches(storage, "rules", night, ["rule"]) for rule in batch["rule"].to_pylist()
    ]
    return [rule for rule in rules if rule not in exercised]
