"""One report of many, by the checker's own merge."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ddi_fleet.errors import FleetError
from ddi_fleet.storage import Storage

FAN_IN = 64
"""So many reports are added up in one task."""


def groups(names: Sequence[str]) -> list[list[str]]:
    """Names of reports in groups, each of which becomes one report."""
    return [list(names[start : start + FAN_IN]) for start in range(0, len(names), FAN_IN)]


def merge_to(
    checker: str, storage: Storage, names: Sequence[str], options: Sequence[str], target: Path
) -> int:
    """Adds up reports as they are read, into a file of this machine; gives the checker's exit status."""
    command = [checker, "merge", "--format", "json", "--output", str(target), *options, "-"]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors)
        assert process.stdin is not None
        try:
            with process.stdin:
                for name in names:
                    for piece in storage.pieces(name):
                        process.stdin.write(piece)
        except BrokenPipeError:
            pass  # It says why on standard error.
        status = process.wait()
        if not target.exists():
            errors.seek(0)
            raise FleetError(f"the checker cannot add reports up: {errors.read().decode(errors='replace')}")
    return status
