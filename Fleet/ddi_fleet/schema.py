"""The columns of the tables, and what is read of a report."""

from __future__ import annotations

import pyarrow as pa

_COUNTS = [
    ("armed", pa.uint64()),
    ("passed", pa.uint64()),
    ("violated", pa.uint64()),
    ("undecided", pa.uint64()),
]

_RULE = pa.struct([("id", pa.string()), ("severity", pa.string()), *_COUNTS])

_TRACE = pa.struct(
    [
        ("path", pa.string()),
        ("events", pa.uint64()),
        ("skipped", pa.uint64()),
        ("malformed", pa.uint64()),
        ("unknown", pa.uint64()),
        ("lost", pa.uint64()),
        ("drivers", pa.list_(pa.string())),
        ("rules", pa.list_(_RULE)),
    ]
)

_EVIDENCE = pa.struct(
    [
        ("line", pa.uint64()),
        ("event", pa.string()),
        ("ts", pa.int64()),
        ("tid", pa.uint64()),
        ("dev", pa.string()),
        ("irp", pa.string()),
        ("src", pa.string()),
        ("fn", pa.string()),
        ("note", pa.string()),
        ("text", pa.string()),
    ]
)

_FINDING = pa.struct(
    [
        ("rule", pa.string()),
        ("severity", pa.string()),
        ("message", pa.string()),
        ("line", pa.uint64()),
        ("ts", pa.int64()),
        ("tid", pa.uint64()),
        ("drv", pa.string()),
        ("dev", pa.string()),
        ("irp", pa.string()),
        ("lock", pa.string()),
        ("tag", pa.string()),
        ("major", pa.string()),
        ("minor", pa.string()),
        ("src", pa.string()),
        ("fn", pa.string()),
        ("fingerprint", pa.string()),
        ("fault", pa.string()),
        ("doubt", pa.string()),
        ("omitted", pa.uint64()),
        ("evidence", pa.list_(_EVIDENCE)),
    ]
)

_DIAGNOSTIC = pa.struct([("level", pa.string()), ("line", pa.uint64()), ("message", pa.string())])

REPORT = pa.schema(
    [
        ("traces", pa.list_(_TRACE)),
        (
            "summary",
            pa.struct([("findings", pa.uint64()), ("errors", pa.uint64()), ("warnings", pa.uint64())]),
        ),
        ("findings", pa.list_(_FINDING)),
        ("diagnostics", pa.list_(_DIAGNOSTIC)),
    ]
)
"""What is read of a report of one trace; the other members are passed over."""

FINDING_NAMES = {
    "ts": "timestamp",
    "tid": "thread",
    "drv": "driver",
    "dev": "device",
    "src": "source",
    "fn": "function",
}
"""What the short names of a report are called in the tables."""

TRACE_COLUMNS = [
    ("path", pa.string()),
    ("size", pa.int64()),
    ("hash", pa.string()),
    ("events", pa.int64()),
    ("skipped", pa.int64()),
    ("malformed", pa.int64()),
    ("unknown", pa.int64()),
    ("lost", pa.int64()),
    ("errors", pa.int64()),
    ("warnings", pa.int64()),
    ("drivers", pa.list_(pa.string())),
    ("seconds", pa.float64()),
    ("status", pa.int32()),
    ("error", pa.string()),
]
"""The table of traces, before the user's columns."""

VERDICT_COLUMNS = [
    ("path", pa.string()),
    ("rule", pa.string()),
    ("severity", pa.string()),
    ("armed", pa.int64()),
    ("passed", pa.int64()),
    ("violated", pa.int64()),
    ("undecided", pa.int64()),
]
"""The table of verdicts, before the user's columns."""

RULE_COLUMNS = [("rule", pa.string()), ("severity", pa.string())]
"""The table of rules that a run checked, armed or not."""


def _table_type(kind: pa.DataType) -> pa.DataType:
    """Counts are signed in the tables, which every reader of Parquet knows; threads may be any 64 bits."""
    if pa.types.is_uint64(kind):
        return pa.int64()
    if pa.types.is_struct(kind):
        return pa.struct(
            [(FINDING_NAMES.get(field.name, field.name), _table_type(field.type)) for field in kind]
        )
    if pa.types.is_list(kind):
        return pa.list_(_table_type(kind.value_type))
    return kind


FINDING_COLUMNS = [("path", pa.string())] + [
    (FINDING_NAMES.get(field.name, field.name), _table_type(field.type)) for field in _FINDING
]
"""The table of findings, before the user's columns."""

OWN_COLUMNS = {name for name, _ in TRACE_COLUMNS + VERDICT_COLUMNS + FINDING_COLUMNS} | {"day", "run"}
"""Names that a column of the user's cannot have."""
