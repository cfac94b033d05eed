"""A run: lists traces, has them checked on the cluster, and puts the results where they belong."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq

from ddi_fleet import checking, manifest, merging, tables, worker
from ddi_fleet.cluster import Cluster
from ddi_fleet.feeding import hash_file
from ddi_fleet.listing import Listing, list_traces
from ddi_fleet.manifest import Manifest
from ddi_fleet.planning import plan
from ddi_fleet.storage import Storage, local_path, open_filesystem


@dataclass(frozen=True)
class Request:
    """What the command line asks for."""

    checker: checking.Checker
    traces: Sequence[str]
    lists: Sequence[str]
    output: str
    baseline: str | None = None
    ships_checker: bool = False
    is_resumed: bool = False


@dataclass(frozen=True)
class Result:
    """What a run came to."""

    status: int
    report: str
    """Where the merged report is."""
    checked: int
    reused: int
    failed: tuple[tuple[str, str], ...]


def say(text: str) -> None:
    """Tells the person something on the way."""
    print(f"ddi-fleet: {text}", file=sys.stderr, flush=True)


def run(request: Request, cluster: Cluster) -> Result:
    """Checks all traces that the request names."""
    listing = list_traces(request.traces, request.lists, lambda: cluster.session)
    storage = Storage(request.output)
    checker, digest = _try_out(request, cluster)
    key = _key(checker, digest, listing)
    known = manifest.unfinished(storage, key) if request.is_resumed else None
    if request.is_resumed and known is None:
        say("there is no stopped run of this checker and configuration: beginning anew")
    current = known or manifest.begin(storage, key)
    settings = worker.Settings(checker, request.output, current.folder, listing.extra)
    done = _still_good(cluster, settings, listing) if known else {}
    left = [trace for trace in listing.traces if trace.path not in done]
    batches = plan(left, cluster.slots)
    total = sum(trace.size for trace in left)
    say(
        f"{len(left)} traces ({total / 1e6:,.0f} MB) in {len(batches)} tasks"
        + (f"; {len(done)} are checked already" if done else "")
    )
    told = cluster.map(partial(worker.run, settings), batches)
    failed = dict(done_failures(done)) | {path: why for one in told for path, why in one.failed}
    report, status = _merge(request, settings, storage, cluster, current)
    worker.write_table(storage, f"{current.final('rules')}/rules.parquet", tables.rules(checker.report), "0")
    _put_in_place(storage, current)
    return Result(
        status=2 if failed else status, report=report, checked=len(left), reused=len(done),
        failed=tuple(sorted(failed.items())),
    )  # fmt: skip


def _try_out(request: Request, cluster: Cluster) -> tuple[checking.Checker, str]:
    """The checker with what is to be known of it, found out here or, where it is not here, in a task."""
    checker = request.checker
    if Path(checker.path).is_file():
        if request.ships_checker:
            cluster.ship(checker.path)
        digest, report = checking.try_out(checker)
    else:
        digest, report = cluster.map(_try_out_there, [checker])[0]
    return replace(checker, report=report), digest


def _try_out_there(checker: checking.Checker) -> tuple[str, bytes]:
    return checking.try_out(replace(checker, path=worker.shipped(checker.path)))


def _key(checker: checking.Checker, digest: str, listing: Listing) -> str:
    """What results depend on besides the traces."""
    import hashlib

    parts = [digest, *checker.options, checker.fail_on, str(listing.extra), str(manifest.VERSION)]
    words = "\n".join(parts).encode("utf-8", "surrogateescape") + b"\n" + (checker.config or b"")
    return hashlib.sha256(words).hexdigest()


# MARK: Resuming


@dataclass(frozen=True)
class Known:
    """A trace with a result."""

    path: str
    hash: str
    batch: str
    error: str | None


def done_failures(done: dict[str, Known]) -> list[tuple[str, str]]:
    """The traces among them that could not be checked."""
    return [(known.path, known.error) for known in done.values() if known.error is not None]


def _still_good(cluster: Cluster, settings: worker.Settings, listing: Listing) -> dict[str, Known]:
    """The traces whose results are there and whose contents are as they were.

    A batch is kept or forgotten as a whole, since its report is of all its traces.
    """
    storage = Storage(settings.output)
    batches = _finished_batches(storage, settings.folder)
    wanted = {trace.path for trace in listing.traces}
    candidates = [known for known in batches if known.path in wanted]
    groups = [candidates[start : start + 512] for start in range(0, len(candidates), 512)]
    same = {path for paths in cluster.map(_unchanged, groups) for path in paths}
    bad = {known.batch for known in batches if known.path not in same}
    for batch in sorted(bad | _halves(storage, settings.folder, {known.batch for known in batches})):
        for table in ("traces", *worker.TABLES, "reports"):
            storage.remove(worker.part(settings.folder, table, batch))
    return {known.path: known for known in batches if known.batch not in bad}


def _finished_batches(storage: Storage, folder: str) -> list[Known]:
    known: list[Known] = []
    for name in storage.files(f"{folder}/traces"):
        with storage.open_input(name) as file:
            table = pq.read_table(file, columns=["path", "hash", "error"])
        batch = Path(name).stem
        known += [Known(row["path"], row["hash"] or "", batch, row["error"]) for row in table.to_pylist()]
    return known


def _halves(storage: Storage, folder: str, whole: set[str]) -> set[str]:
    """Batches of which only some files were written."""
    names = [name for table in (*worker.TABLES, "reports") for name in storage.files(f"{folder}/{table}")]
    return {Path(name).stem for name in names} - whole


def _unchanged(known: Sequence[Known]) -> list[str]:
    return [one.path for one in known if (_hash(one.path) or "") == one.hash]


def _hash(path: str) -> str | None:
    own = local_path(path)
    try:
        if own is not None:
            return hash_file(own)
        import xxhash

        digest = xxhash.xxh3_128()
        filesystem, inner = open_filesystem(path)
        with filesystem.open_input_stream(inner, compression=None) as stream:
            while piece := stream.read(1 << 20):
                digest.update(piece)
        return digest.hexdigest()
    except OSError:
        return None


# MARK: The end


def _merge(
    request: Request, settings: worker.Settings, storage: Storage, cluster: Cluster, current: Manifest
) -> tuple[str, int]:
    """Adds the reports of all batches up, in tasks where there are many, and marks what is known."""
    names = storage.files(f"{settings.folder}/reports")
    limit = checking.max_findings(settings.checker.options)
    level = 0
    while len(names) > merging.FAN_IN:
        storage.remove_folder(f"{settings.folder}/sums-{level}")
        targets = [
            (group, f"{settings.folder}/sums-{level}/{number}.json")
            for number, group in enumerate(merging.groups(names))
        ]
        names = cluster.map(partial(_merge_group, settings, ("--no-config", *limit)), targets)
        level += 1
    with tempfile.TemporaryDirectory(prefix="ddi-fleet-") as name:
        folder = Path(name)
        options = [*_merge_options(settings.checker, folder), *limit]
        if request.baseline is not None:
            options += ["--baseline", request.baseline]
        target = folder / "report.json"
        checker = worker.shipped(settings.checker.path)
        status = merging.merge_to(checker, storage, names, options, target)
        report = f"{current.final('reports')}.json"
        storage.upload(report, target)
    return report, status


def _merge_group(settings: worker.Settings, options: Sequence[str], group: tuple[list[str], str]) -> str:
    names, target = group
    return worker.merge_group(settings, names, target, options)


def _merge_options(checker: checking.Checker, folder: Path) -> list[str]:
    """The configuration once more: its suppressions hold for the report of all."""
    return [*replace(checker, options=()).arguments(folder), "--fail-on", checker.fail_on]


def _put_in_place(storage: Storage, current: Manifest) -> None:
    """Moves the parts of the tables to where readers look. What was moved before stays."""
    for table in worker.TABLES:
        for name in storage.files(f"{current.folder}/{table}"):
            storage.move(name, f"{current.final(table)}/{Path(name).name}")
    current.finish(storage)
    storage.remove_folder(current.folder)
