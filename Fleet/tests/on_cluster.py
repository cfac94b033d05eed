"""Small jobs on a cluster of two workers on this machine: as they should go, and with a worker and the
driver killed in the middle. The report is the one that the checker makes alone, byte for byte.

    CHECKER=checker-cli python on_cluster.py
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow.dataset as ds

import ddi_fleet

CHECKER = Path(os.environ["CHECKER"]).absolute()
MASTER = "local-cluster[2,1,1024]"
TRACES = 60


def make_traces(folder: Path) -> list[str]:
    """Traces of very different sizes, some with faults, one that is none."""
    folder.mkdir()
    for number in range(TRACES):
        events = 200_000 if number == 0 else 20 * 3 ** (number % 7)
        rate = "0.02" if number % 4 else "0"
        command = [
            CHECKER,
            "synthesize",
            "--events",
            str(events),
            "--seed",
            str(number),
            "--fault-rate",
            rate,
        ]
        subprocess.run([*command, "--output", folder / f"trace {number}.log"], check=True)
    (folder / "none.log").write_text("no trace\n")
    return sorted(str(path) for path in folder.iterdir())


def slow(folder: Path) -> Path:
    """The checker, which takes its time, so that there is a middle of a run."""
    path = folder / "checker-cli"
    path.write_text(f'#!/bin/sh\n[ "$1" = merge ] || sleep 1\nexec "{CHECKER}" "$@"\n')
    path.chmod(0o755)
    return path


def start(checker: Path, traces: Path, output: Path, *options: str) -> subprocess.Popen[bytes]:
    """Begins a run as a plain program."""
    words = ["check", "--checker", checker, "--traces", traces, "--output", output, *options]
    return subprocess.Popen([sys.executable, "-m", "ddi_fleet", *words, "--master", MASTER])


def submit(checker: Path, traces: Path, output: Path) -> int:
    """Runs a job by spark-submit, which sends the checker to the machines."""
    script = Path(ddi_fleet.__file__).with_name("__main__.py")
    words = ["check", "--checker", "checker-cli", "--traces", traces, "--output", output]
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}
    environment["PATH"] = f"{CHECKER.parent}:{environment['PATH']}"
    quiet = ["--conf", "spark.log.level=ERROR"]
    command = [
        Path(sys.executable).with_name("spark-submit"),
        "--master",
        MASTER,
        *quiet,
        "--files",
        checker,
        script,
    ]
    return subprocess.run([*command, *words], env=environment, check=False).returncode


def children(pid: int) -> list[int]:
    """The processes that a process has begun, and theirs."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    found = [pid]
    for parent in found:
        found += [child for child, own in parents.items() if own == parent]
    return found[1:]


def workers(pid: int) -> list[int]:
    """The processes that run tasks for a driver."""
    return [child for child in children(pid) if b"ExecutorBackend" in command_line(child)]


def command_line(pid: int) -> bytes:
    """How a process was begun; nothing where it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def wait_for_middle(run: subprocess.Popen[bytes], output: Path) -> None:
    """Waits until the first batches are done."""
    limit = time.monotonic() + 120
    while len(list((output / "_running").rglob("traces/*.parquet"))) < 2:
        assert run.poll() is None and time.monotonic() < limit, "the run has no middle"
        time.sleep(0.1)


def compare(name: str, output: Path, alone: bytes, began: float) -> None:
    """Holds what a run left against what there must be."""
    reports = list((output / "reports").rglob("*.json"))
    assert [path.read_bytes() for path in reports] == [alone], f"{name}: another report"
    rows = ds.dataset(output / "traces", partitioning="hive").to_table(columns=["path", "status"])
    assert rows.num_rows == TRACES + 1, f"{name}: {rows.num_rows} rows of traces"
    assert rows["status"].to_pylist().count(2) == 1, f"{name}: the trace that is none is not told"
    print(f"{name}: as one machine's, {time.monotonic() - began:.0f} s", flush=True)


def go_well(folder: Path, traces: Path, alone: bytes) -> None:
    """Nothing happens, and the checker comes with the job."""
    began = time.monotonic()
    status = submit(CHECKER, traces, folder / "submitted")
    assert status == 2, f"spark-submit: exit status {status}"
    compare("by spark-submit", folder / "submitted", alone, began)


def lose_worker(folder: Path, traces: Path, alone: bytes) -> None:
    """A worker dies in the middle."""
    began, output = time.monotonic(), folder / "worker"
    run = start(slow(folder), traces, output)
    wait_for_middle(run, output)
    victims = workers(run.pid)
    os.kill(victims[0], signal.SIGKILL)
    print(f"killed {victims[0]}, one of {len(victims)} workers", flush=True)
    assert run.wait(200) == 2
    compare("with a worker killed", output, alone, began)


def lose_driver(folder: Path, traces: Path, alone: bytes) -> None:
    """The driver dies in the middle with all its processes, and the run is gone on with."""
    began, output = time.monotonic(), folder / "driver"
    run = start(slow(folder), traces, output)
    wait_for_middle(run, output)
    for pid in [run.pid, *children(run.pid)]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    run.wait()
    assert not (output / "traces").exists(), "rows of a run that is not finished"
    done = len(list((output / "_running").rglob("traces/*.parquet")))
    again = start(slow(folder), traces, output, "--resume")
    assert again.wait(200) == 2
    compare(f"resumed with {done} batches done", output, alone, began)


def main(names: Sequence[str]) -> None:
    """Runs the jobs of these names, or all."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        traces = folder / "traces"
        paths = make_traces(traces)
        command = [CHECKER, "check", "--no-config", "--format", "json", *paths]
        alone = subprocess.run(command, capture_output=True, check=False).stdout
        for job in (go_well, lose_worker, lose_driver):
            if not names or job.__name__ in names:
                job(folder, traces, alone)


main(sys.argv[1:])
