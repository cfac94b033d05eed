"""Spark, as far as it is needed here: functions of things, on many machines."""

from __future__ import annotations

import io
import logging
import os
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Cluster:
    """A session that is begun when it is first needed."""

    def __init__(self, master: str | None, settings: Sequence[tuple[str, str]] = ()) -> None:
        """Names the master; None takes what spark-submit says, or else this machine."""
        self._master = master
        self._settings = list(settings)
        self._session: SparkSession | None = None

    @property
    def session(self) -> SparkSession:
        """The session of Spark."""
        if self._session is None:
            self._session = self._begin()
        return self._session

    def _begin(self) -> SparkSession:
        from pyspark.sql import SparkSession

        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.appName("ddi-fleet")
        # spark-submit has said already where the job runs.
        if self._master is not None:
            builder = builder.master(self._master)
        elif "PYSPARK_GATEWAY_PORT" not in os.environ:
            builder = builder.master("local[*]")
        if os.environ.get("PYSPARK_GATEWAY_PORT") is None:
            builder = builder.config("spark.ui.enabled", "false").config("spark.log.level", "ERROR")
            builder = builder.config("spark.ui.showConsoleProgress", "false")
        for key, value in self._settings:
            builder = builder.config(key, value)
        session = builder.getOrCreate()
        session.sparkContext.addPyFile(_package())
        logging.getLogger("py4j").setLevel(logging.ERROR)
        return session

    @property
    def slots(self) -> int:
        """How many tasks run at once."""
        return int(self.session.sparkContext.defaultParallelism)

    def ship(self, path: str) -> None:
        """Sends a file to all machines."""
        self.session.sparkContext.addFile(path)

    def map(self, function: Callable[[Item], Answer], items: Sequence[Item]) -> list[Answer]:
        """The function's answers, each from a task of its own; the first items are begun first."""
        if not items:
            return []
        return list(self.session.sparkContext.parallelize(items, len(items)).map(function).collect())

    def stop(self) -> None:
        """Ends the session."""
        if self._session is not None:
            self._session.stop()
            self._session = None


def _package() -> str:
    """This package as a file that Spark sends to machines where it is not installed."""
    import tempfile

    here = Path(__file__).parent
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for source in sorted(here.glob("*.py")):
            archive.write(source, f"ddi_fleet/{source.name}")
    folder = Path(tempfile.mkdtemp(prefix="ddi-fleet-"))
    path = folder / "ddi_fleet.zip"
    path.write_bytes(data.getvalue())
    return str(path)
