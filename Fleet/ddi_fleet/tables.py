"""Reports of traces as rows of tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from ddi_fleet.checking import Outcome, status_of
from ddi_fleet.planning import Trace
from ddi_fleet.schema import FINDING_COLUMNS, REPORT, RULE_COLUMNS, TRACE_COLUMNS, VERDICT_COLUMNS

_LARGEST = 2**63 - 1


@dataclass
class Tables:
    """The rows of some traces."""

    traces: pa.Table
    verdicts: pa.Table
    findings: pa.Table


def read_lines(lines: Sequence[bytes]) -> pa.Table:
    """Reads reports, one a line, by their columns."""
    if not lines:
        return REPORT.empty_table()
    options = pj.ReadOptions(block_size=max(1 << 20, max(map(len, lines)) + 1), use_threads=False)
    parse = pj.ParseOptions(explicit_schema=REPORT, unexpected_field_behavior="ignore")
    return pj.read_json(pa.BufferReader(b"".join(lines)), read_options=options, parse_options=parse)


def _cast(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """An array of another type with the same numbers: unsigned ones stay at the largest."""
    if pa.types.is_uint64(array.type):
        return pc.min_element_wise(array, pa.scalar(_LARGEST, pa.uint64()), skip_nulls=False).cast(kind)
    if pa.types.is_struct(kind):
        fields = [_cast(pc.struct_field(array, [i]), kind.field(i).type) for i in range(kind.num_fields)]
        return pa.StructArray.from_arrays(fields, fields=list(kind), mask=array.is_null())
    if pa.types.is_list(kind) and array.type != kind:
        values = _cast(array.flatten(), kind.value_type)
        starts = pc.fill_null(pc.list_value_length(array), 0)
        offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(starts).cast(pa.int32())])
        return pa.ListArray.from_arrays(offsets, values, type=kind, mask=array.is_null())
    return array.cast(kind)


class _Column:
    """Finds columns of nested lists, with the row that each element belongs to."""

    def __init__(self, rows: pa.Array, values: pa.Array) -> None:
        self.rows = rows
        self.values = values

    @classmethod
    def of(cls, lists: pa.Array) -> _Column:
        return cls(pc.list_parent_indices(lists), pc.list_flatten(lists))


def _one(table: pa.Table, name: str) -> pa.Array:
    return table.column(name).combine_chunks()


def make(traces: Sequence[Trace], outcomes: Sequence[Outcome], extra: pa.Schema, fail_on: str) -> Tables:
    """The rows of traces that were checked, each with the user's columns."""
    told = [place for place, outcome in enumerate(outcomes) if outcome.line is not None]
    reports = read_lines([outcome.line for outcome in outcomes if outcome.line is not None])
    places = pa.array(told, pa.int64())
    paths = pa.array([trace.path for trace in traces], pa.string())
    own = [
        pa.array([trace.extra[column] for trace in traces], field.type) for column, field in enumerate(extra)
    ]
    return Tables(
        traces=_traces(traces, outcomes, reports, told, own, extra, fail_on),
        verdicts=_verdicts(reports, places, paths, own, extra),
        findings=_findings(reports, places, paths, own, extra),
    )


def _with_extra(
    columns: list[tuple[str, pa.DataType]], arrays: list[pa.Array], own: list[pa.Array], extra: pa.Schema
) -> pa.Table:
    schema = pa.schema([*columns, *((field.name, field.type) for field in extra)])
    return pa.Table.from_arrays(arrays + own, schema=schema)


def _verdicts(
    reports: pa.Table, places: pa.Array, paths: pa.Array, own: list[pa.Array], extra: pa.Schema
) -> pa.Table:
    files = _Column.of(_one(reports, "traces"))
    rules = _Column.of(pc.struct_field(files.values, "rules"))
    rows = places.take(files.rows.take(rules.rows))
    names = ["id", *(name for name, _ in VERDICT_COLUMNS[2:])]
    arrays = [paths.take(rows)] + [
        _cast(pc.struct_field(rules.values, name), kind)
        for name, (_, kind) in zip(names, VERDICT_COLUMNS[1:], strict=True)
    ]
    return _with_extra(VERDICT_COLUMNS, arrays, [array.take(rows) for array in own], extra)


def _findings(
    reports: pa.Table, places: pa.Array, paths: pa.Array, own: list[pa.Array], extra: pa.Schema
) -> pa.Table:
    found = _Column.of(_one(reports, "findings"))
    rows = places.take(found.rows)
    arrays = [paths.take(rows)]
    for column, (_, kind) in enumerate(FINDING_COLUMNS[1:]):
        values = pc.struct_field(found.values, [column])
        if found.values.type.field(column).name == "fault":
            values = pc.coalesce(values, pc.struct_field(found.values, "fingerprint"))
        arrays.append(_cast(values, kind))
    return _with_extra(FINDING_COLUMNS, arrays, [array.take(rows) for array in own], extra)


def _traces(
    traces: Sequence[Trace], outcomes: Sequence[Outcome], reports: pa.Table, told: list[int],
    own: list[pa.Array], extra: pa.Schema, fail_on: str,
) -> pa.Table:  # fmt: skip
    files = _one(reports, "traces")
    records: dict[int, dict[str, object]] = {}
    for place, file, counts, diagnostics in zip(
        told,
        _narrow(files).to_pylist(),
        _one(reports, "summary").to_pylist(),
        _one(reports, "diagnostics").to_pylist(),
        strict=True,
    ):
        record: dict[str, object] = dict(file[0]) if file else {}
        errors = [entry["message"] for entry in diagnostics if entry["level"] == "error"]
        record |= {"errors": counts["errors"], "warnings": counts["warnings"]}
        record["error"] = "; ".join(errors) or None
        records[place] = record
    rows: dict[str, list[object]] = {name: [] for name, _ in TRACE_COLUMNS}
    for place, (trace, outcome) in enumerate(zip(traces, outcomes, strict=True)):
        record = records.get(place, {})
        error = outcome.error or record.get("error")
        status = status_of(
            outcome, _number(record, "errors"), _number(record, "warnings"), error is not None, fail_on
        )
        record |= {
            "path": trace.path, "size": trace.size, "hash": outcome.hash, "error": error,
            "seconds": outcome.seconds, "status": status,
        }  # fmt: skip
        for name, kind in TRACE_COLUMNS:
            value = record.get(name)
            rows[name].append(
                min(value, _LARGEST) if kind == pa.int64() and isinstance(value, int) else value
            )
    arrays = [pa.array(rows[name], kind) for name, kind in TRACE_COLUMNS]
    return _with_extra(TRACE_COLUMNS, arrays, own, extra)


def rules(report: bytes) -> pa.Table:
    """The rules that a report knows, also those that nothing armed; not those that its reading lacks."""
    known = json.loads(report).get("summary", {}).get("rules", [])
    rows = [{"rule": one["id"], "severity": one["severity"]} for one in known if not one.get("notInReading")]
    return pa.Table.from_pylist(rows, schema=pa.schema(RULE_COLUMNS))


def _number(record: dict[str, object], name: str) -> int:
    value = record.get(name)
    return value if isinstance(value, int) else 0


def _narrow(files: pa.Array) -> pa.Array:
    """The files of traces without their verdicts, which have a table of their own."""
    if not isinstance(files, pa.ListArray):
        return files
    kept = [field for field in files.type.value_type if field.name != "rules"]
    values = files.flatten()
    arrays = [pc.struct_field(values, [field.name]) for field in kept]
    struct = pa.StructArray.from_arrays(arrays, fields=kept)
    lengths = pc.fill_null(pc.list_value_length(files), 0)
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths).cast(pa.int32())])
    return pa.ListArray.from_arrays(offsets, struct)
