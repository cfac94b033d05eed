"""Which traces there are."""

from __future__ import annotations

import glob
import os
import posixpath
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from ddi_fleet.errors import FleetError
from ddi_fleet.planning import Trace
from ddi_fleet.schema import OWN_COLUMNS
from ddi_fleet.storage import local_path, open_filesystem

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_WILD = re.compile(r"[*?\[]")

SparkSource = Callable[[], "SparkSession"]
"""Gives the Spark session, which is begun only where it is needed."""


@dataclass(frozen=True)
class Listing:
    """The traces that are to be checked, each once, by path."""

    traces: tuple[Trace, ...]
    extra: pa.Schema
    """The user's columns."""
    missing: tuple[str, ...] = ()
    """Paths of a list at which there is nothing."""


def list_traces(uris: Sequence[str], lists: Sequence[str], spark: SparkSource) -> Listing:
    """Lists folders, globs and files, and what lists of paths name."""
    found: dict[str, Trace] = {}
    extra, rows = _read_lists(lists)
    nothing = (None,) * len(extra)
    for uri in uris:
        traces = list(_expand(uri, spark))
        if not traces:
            raise FleetError(f"there is no trace at {uri!r}; name a folder, a glob or a file")
        for path, size in traces:
            found.setdefault(path, Trace(path, size, nothing))
    missing: list[str] = []
    for path, values in rows:
        there = _size(path)
        if there is None:
            missing.append(path)
        found[path] = Trace(path, there or 0, values)
    if not found:
        raise FleetError("there is no trace to check; give --traces or --list")
    return Listing(tuple(found[path] for path in sorted(found)), extra, tuple(missing))


def _expand(uri: str, spark: SparkSource) -> Iterable[tuple[str, int]]:
    path = local_path(uri)
    if path is None:
        return _expand_elsewhere(uri, spark)
    place = Path(path).absolute()
    if place.is_dir():
        return _walk(str(place))
    if place.is_file():
        return [(str(place), place.stat().st_size)]
    names = (Path(name) for name in glob.iglob(str(place), recursive=True))  # noqa: PTH207
    return [(str(name), name.stat().st_size) for name in names if name.is_file()]


def _walk(folder: str) -> Iterable[tuple[str, int]]:
    """The files below a folder, hidden ones left out, as Spark leaves them out."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith((".", "_")):
                continue
            if entry.is_dir():
                yield from _walk(entry.path)
            elif entry.is_file():
                yield entry.path, entry.stat().st_size


def _expand_elsewhere(uri: str, spark: SparkSource) -> Iterable[tuple[str, int]]:
    """Arrow lists what it can read; where it cannot reach a file system from here, Spark does."""
    try:
        filesystem, path = open_filesystem(_fixed(uri))
    except FleetError:
        return _expand_by_spark(uri, spark)
    return _expand_by_arrow(uri, filesystem, path)


def _fixed(uri: str) -> str:
    """What of a URI stands before the first name with a wildcard."""
    parts = uri.split("/")
    first = next((place for place, part in enumerate(parts) if _WILD.search(part)), len(parts))
    return "/".join(parts[:first])


def _expand_by_arrow(uri: str, filesystem: fs.FileSystem, path: str) -> Iterable[tuple[str, int]]:
    base = _fixed(uri).rstrip("/")
    patterns = [part for part in uri[len(base) :].split("/") if part]
    place = filesystem.get_file_info(path)
    if place.type == fs.FileType.File and not patterns:
        return [(base, place.size)]
    found = filesystem.get_file_info(fs.FileSelector(path, recursive=True, allow_not_found=True))
    names = [(posixpath.relpath(info.path, path), info) for info in found if info.type == fs.FileType.File]
    return [
        (f"{base}/{name}", info.size)
        for name, info in names
        if _fits(name.split("/"), patterns) and not any(part[0] in "._" for part in name.split("/"))
    ]


def _fits(names: Sequence[str], patterns: Sequence[str]) -> bool:
    """Whether a path is what wildcards stand for, or lies in a folder that is."""
    if not patterns or not names:
        return not patterns
    if patterns[0] == "**":
        return any(_fits(names[start:], patterns[1:]) for start in range(len(names)))
    return fnmatchcase(names[0], patterns[0]) and _fits(names[1:], patterns[1:])


def _expand_by_spark(uri: str, spark: SparkSource) -> Iterable[tuple[str, int]]:
    """Spark lists, on as many machines as it likes, what it can read; contents are not looked at."""
    reader = spark().read.format("binaryFile").option("recursiveFileLookup", "true")
    for row in reader.load(uri).select("path", "length").toLocalIterator():
        yield unquote(row["path"]), row["length"]


def _size(path: str) -> int | None:
    own = local_path(path)
    if own is not None:
        return Path(own).stat().st_size if Path(own).is_file() else None
    filesystem, inner = open_filesystem(path)
    info = filesystem.get_file_info(inner)
    return info.size if info.type == fs.FileType.File else None


def _read_lists(uris: Sequence[str]) -> tuple[pa.Schema, list[tuple[str, tuple[object, ...]]]]:
    """Paths with the user's columns."""
    tables = [_read_list(uri) for uri in uris]
    if not tables:
        return pa.schema([]), []
    table = pa.concat_tables(tables, promote_options="permissive")
    extra = pa.schema([field for field in table.schema if field.name != "path"])
    for name in extra.names:
        if name in OWN_COLUMNS:
            raise FleetError(f"the column {name!r} of the list is one of the tables' own; rename it")
    columns = [table.column(name).to_pylist() for name in extra.names]
    paths = table.column("path").to_pylist()
    return extra, [(path, tuple(values)) for path, *values in zip(paths, *columns, strict=True)]


def _read_list(uri: str) -> pa.Table:
    filesystem, path = open_filesystem(uri)
    base = posixpath.dirname(uri)
    if uri.endswith(".parquet"):
        table = pq.read_table(path, filesystem=filesystem)
        if "path" not in table.schema.names:
            raise FleetError(f'{uri!r} has no column "path"; its columns are {table.schema.names}')
        table = table.set_column(
            table.schema.get_field_index("path"), "path", table.column("path").cast(pa.string())
        )
    else:
        with filesystem.open_input_stream(path, compression=None) as stream:
            lines = stream.read().decode("utf-8", "surrogateescape").splitlines()
        paths = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        table = pa.table({"path": pa.array(paths, pa.string())})
    return table.set_column(
        table.schema.get_field_index("path"), "path",
        pa.array([_besides(base, name) for name in table.column("path").to_pylist()], pa.string()),
    )  # fmt: skip


def _besides(base: str, path: str) -> str:
    """A path that is relative stands beside the list."""
    own = local_path(path)
    if own is None:
        return path
    if Path(own).is_absolute():
        return own
    return (
        str(Path(local_path(base) or "").absolute() / own)
        if local_path(base) is not None
        else (posixpath.join(base, own))
    )
