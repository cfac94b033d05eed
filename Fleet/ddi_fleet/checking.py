"""Runs the checker over the traces of a batch, and loses none of them."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ddi_fleet.errors import FleetError
from ddi_fleet.feeding import Feeder, hash_file
from ddi_fleet.planning import Batch
from ddi_fleet.storage import local_path

_ERROR_LIMIT = 2000


@dataclass(frozen=True)
class Checker:
    """The program, and what it is always given."""

    path: str
    options: tuple[str, ...] = ()
    config: bytes | None = None
    """The configuration, as every machine gets it."""
    fail_on: str = "error"
    timeout: float = 3600
    """Seconds that one trace may take."""
    report: bytes = b"{}"
    """A report of this checker, whose tool and reading others have as well."""

    def arguments(self, folder: Path) -> list[str]:
        """What follows the command, with the configuration written to a folder."""
        if self.config is None:
            return ["--no-config", *self.options]
        config = folder / "config.json"
        config.write_bytes(self.config)
        return ["--config", str(config), *self.options]


@dataclass
class Outcome:
    """What came of one trace."""

    path: str
    line: bytes | None = None
    """The report; None where the checker did not come to one."""
    seconds: float = 0
    hash: str | None = None
    error: str | None = None
    """What kept the trace from being checked."""


@dataclass
class BatchOutcome:
    """What came of a batch."""

    outcomes: list[Outcome]
    sum: bytes
    """One report of all its traces."""


def error_report(checker: Checker, path: str, message: str) -> bytes:
    """A report that says of a trace only that it was not checked."""
    like = json.loads(checker.report)
    report = {
        "version": 1,
        "tool": like.get("tool", {"name": "checker-cli", "version": ""}),
        "reading": like.get("reading", "tracked"),
        "traces": [],
        "summary": {"rules": [], "findings": 0, "errors": 0, "warnings": 0},
        "findings": [],
        "diagnostics": [{"trace": path, "message": message, "level": "error"}],
    }
    return json.dumps(report, separators=(",", ":")).encode() + b"\n"


def try_out(checker: Checker) -> tuple[str, bytes]:
    """The hash of the checker's file, and the report that it makes of a trace without events.

    What is wrong with options or the configuration is told here, before any task begins.
    """
    try:
        digest = hash_file(checker.path)
    except OSError as error:
        raise FleetError(f"cannot read the checker {checker.path!r}: {error.strerror}") from error
    with tempfile.TemporaryDirectory(prefix="ddi-fleet-") as name:
        folder = Path(name)
        trace = folder / "nothing.log"
        trace.write_bytes(b"")
        command = [
            checker.path, "check", "--format", "json", "--output", str(folder / "sum.json"), "--each", "-",
            *checker.arguments(folder), "--", str(trace),
        ]  # fmt: skip
        try:
            ran = subprocess.run(command, capture_output=True, check=False, timeout=60)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise FleetError(f"cannot run the checker {checker.path!r}: {error}") from error
    if not ran.stdout:
        told = ran.stderr.decode(errors="replace").strip() or f"exit status {ran.returncode}"
        raise FleetError(f"the checker does not run: {told}")
    return digest, ran.stdout


def check(checker: Checker, batch: Batch) -> BatchOutcome:
    """Checks the traces of a batch, whatever becomes of single ones."""
    with tempfile.TemporaryDirectory(prefix="ddi-fleet-") as name:
        run = _Run(checker, Path(name))
        outcomes, whole = run.go_through([trace.path for trace in batch.traces])
        hash_rest(outcomes)
        if whole is None:
            whole = run.add_up(outcomes)
        return BatchOutcome(outcomes, whole)


def hash_rest(outcomes: Sequence[Outcome]) -> None:
    """Hashes the traces that are on this machine; those that are not were hashed as they were read."""
    for outcome in outcomes:
        path = local_path(outcome.path)
        if path is not None and outcome.hash is None:
            with contextlib.suppress(OSError):
                outcome.hash = hash_file(path)


@dataclass
class _Run:
    checker: Checker
    folder: Path
    _processes: int = field(default=0)

    def go_through(self, paths: list[str]) -> tuple[list[Outcome], bytes | None]:
        """Has all traces checked; a process that ends before its time is followed by another.

        The sum is there where one process went through all of them.
        """
        outcomes: list[Outcome] = []
        while len(outcomes) < len(paths):
            rest = paths[len(outcomes) :]
            done, whole = self._process(rest)
            if len(done) == len(paths) and all(outcome.error is None for outcome in done):
                return done, whole
            outcomes += done
        return outcomes, None

    def _process(self, paths: list[str]) -> tuple[list[Outcome], bytes | None]:
        """Runs the checker once: what came of the first traces, one at least, and the sum of all."""
        self._processes += 1
        folder = self.folder / str(self._processes)
        folder.mkdir()
        sum_path = folder / "sum.json"
        command = [
            self.checker.path, "check", "--quiet", "--jobs", "1", "--format", "json",
            "--output", str(sum_path), "--each", "-", *self.checker.arguments(folder), "--",
            *(local_path(path) or path for path in paths),
        ]  # fmt: skip
        feeder = Feeder(folder, [path for path in paths if local_path(path) is None])
        outcomes: list[Outcome] = []
        with (folder / "errors").open("w+b") as errors:
            process = subprocess.Popen(
                [os.fsencode(word) for word in command],
                stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL, cwd=folder,
            )  # fmt: skip
            feeder.start()
            try:
                for line, seconds in _lines(process, self.checker.timeout):
                    outcomes.append(Outcome(paths[len(outcomes)], line, seconds))
                failure = _failure(process, errors, self.checker.timeout)
            except _TimeoutError:
                failure = f"the checker was stopped after {self.checker.timeout:g} s; raise --timeout"
            finally:
                process.kill()
                process.wait()
                feeder.stop()
        if len(outcomes) < len(paths):
            error = failure or "the checker ended without a report of the trace"
            outcomes.append(Outcome(paths[len(outcomes)], error=error))
        for outcome in outcomes:
            outcome.hash = feeder.hashes.get(outcome.path)
            if outcome.path in feeder.errors:
                outcome.line, outcome.error = None, feeder.errors[outcome.path]
        return outcomes, sum_path.read_bytes() if sum_path.exists() else None

    def add_up(self, outcomes: Sequence[Outcome]) -> bytes:
        """The report of all traces, from those of each."""
        lines = [
            outcome.line or error_report(self.checker, outcome.path, outcome.error or "not checked")
            for outcome in outcomes
        ]
        limit = max_findings(self.checker.options)
        return merge(self.checker.path, b"".join(lines), ["--no-config", *limit])


def max_findings(options: Sequence[str]) -> list[str]:
    """The option that says how many findings are kept: sums keep as many as their parts."""
    for place, option in enumerate(options):
        if option == "--max-findings":
            return list(options[place : place + 2])
        if option.startswith("--max-findings="):
            return [option]
    return []


def merge(checker: str, reports: bytes, options: Sequence[str]) -> bytes:
    """Adds reports up, as JSON."""
    command = [checker, "merge", "--format", "json", *options, "-"]
    ran = subprocess.run(command, input=reports, capture_output=True, check=False)
    if ran.returncode not in (0, 1, 2) or not ran.stdout:
        raise FleetError(f"the checker cannot add reports up: {ran.stderr.decode(errors='replace')}")
    return ran.stdout


class _TimeoutError(Exception):
    pass


def _lines(process: subprocess.Popen[bytes], timeout: float) -> Iterator[tuple[bytes, float]]:
    """The lines that a process prints, and the seconds since the one before."""
    assert process.stdout is not None
    output = process.stdout.fileno()
    pieces: list[bytes] = []
    began = time.monotonic()
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        while True:
            left = began + timeout - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise _TimeoutError
            piece = os.read(output, 1 << 18)
            if not piece:
                return
            *ends, rest = piece.split(b"\n")
            for end in ends:
                now = time.monotonic()
                yield b"".join([*pieces, end, b"\n"]), now - began
                pieces, began = [], now
            if rest:
                pieces.append(rest)


def _failure(process: subprocess.Popen[bytes], errors: object, timeout: float) -> str | None:
    """Why a process ended before its time; None where it did not."""
    try:
        status = process.wait(timeout)
    except subprocess.TimeoutExpired as error:
        raise _TimeoutError from error
    if 0 <= status <= 3:
        return None
    told = os.pread(errors.fileno(), 1 << 20, 0)  # type: ignore[attr-defined]
    words = told.decode(errors="replace").strip().splitlines()
    last = f": {words[-1][:_ERROR_LIMIT]}" if words else ""
    if status < 0:
        with contextlib.suppress(ValueError):
            return f"the checker was ended by {signal.Signals(-status).name}{last}"
        return f"the checker was ended by signal {-status}{last}"
    return f"the checker ended with status {status}{last}"


def status_of(outcome: Outcome, errors: int, warnings: int, is_incomplete: bool, fail_on: str) -> int:
    """The exit status that the checker gives for the trace alone."""
    if outcome.error is not None or is_incomplete:
        return 2
    failing = {"error": errors, "warning": errors + warnings, "never": 0}[fail_on]
    return 1 if failing else 0
