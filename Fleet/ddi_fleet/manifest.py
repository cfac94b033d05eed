"""What is known of the runs of an output folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone

from ddi_fleet.storage import Storage

VERSION = 1
"""Changes with the tables: what was written by another version is not gone on with."""


@dataclass(frozen=True)
class Manifest:
    """A run."""

    run: str
    """Its name, by which its rows are found."""
    day: str
    """The day, in UTC, on which it began."""
    key: str
    """What its results depend on besides the traces: the checker and how it is called."""
    is_finished: bool = False
    version: int = VERSION

    @property
    def folder(self) -> str:
        """Where it keeps what it makes until all is there; readers of tables pass over the name."""
        return f"_running/{self.run}"

    def final(self, table: str) -> str:
        """Where its part of a table is in the end."""
        return f"{table}/day={self.day}/run={self.run}"

    def save(self, storage: Storage) -> None:
        """Writes it down."""
        storage.write(f"_runs/{self.run}.json", json.dumps(asdict(self), indent=2).encode() + b"\n")

    def finish(self, storage: Storage) -> None:
        """Writes down that all is in its place."""
        replace(self, is_finished=True).save(storage)


def begin(storage: Storage, key: str, now: datetime | None = None) -> Manifest:
    """A new run."""
    now = now or datetime.now(timezone.utc)
    stamp = now.strftime("%Y%m%dT%H%M%S%fZ")
    manifest = Manifest(run=stamp, day=now.strftime("%Y-%m-%d"), key=key)
    manifest.save(storage)
    return manifest


def unfinished(storage: Storage, key: str) -> Manifest | None:
    """The last run that was stopped, if its checker and configuration were these."""
    for name in reversed(storage.files("_runs")):
        known = _read(json.loads(storage.read(name)))
        if known is not None and not known.is_finished and known.key == key:
            return known
    return None


def _read(members: Mapping[str, object]) -> Manifest | None:
    if members.get("version") != VERSION:
        return None
    return Manifest(
        run=str(members["run"]), day=str(members["day"]), key=str(members["key"]),
        is_finished=bool(members["is_finished"]),
    )  # fmt: skip
