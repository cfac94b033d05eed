"""Measures what a fleet costs: the plain command and jobs on Spark over the same traces, one after the other
and several times over, since other programs may use the machine. Processor time is that of all processes, as
control groups count it: it takes the right to make one.

    CHECKER=checker-cli python measure.py make FOLDER [COUNT [BYTES]]
    CHECKER=checker-cli python measure.py compare FOLDER [PAIRS]
    CHECKER=checker-cli python measure.py grow FOLDER

``make`` synthesizes traces of 1 KB to 100 MB, most of them small, 2,000 of 5 GB in total if nothing is said.
``grow`` takes 100, 1,000 and 10,000 small traces, which it makes.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CHECKER = Path(os.environ["CHECKER"]).absolute()
MASTER = os.environ.get("MASTER", "local-cluster[2,1,1024]")
LEAST, MOST = 1e3, 1e8
EVENT_BYTES = 143
"""What the synthesizer writes of an event, on average."""


def sizes(count: int, total: float) -> list[float]:
    """Sizes between the least and the most that come to a total: a power of evenly spread logarithms."""

    def spread(power: float) -> list[float]:
        return [LEAST * (MOST / LEAST) ** (((place + 0.5) / count) ** power) for place in range(count)]

    low, high = 0.05, 50.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(spread(middle)) > total else (low, middle)
    found = spread(low)
    random.Random(18).shuffle(found)
    return found


def make(folder: Path, count: int = 2000, total: float = 5e9) -> None:
    """Synthesizes the traces; every third has faults in it."""

    def one(number: int, size: float) -> None:
        path = folder / f"machine{number % 50}" / f"{number}.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        rate = "0.01" if number % 3 == 0 else "0"
        command = [CHECKER, "synthesize", "--events", str(max(3, int(size / EVENT_BYTES)))]
        options = ["--seed", str(number), "--fault-rate", rate, "--output", path]
        subprocess.run([*command, *options], check=True)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(one, range(count), sizes(count, total)))


def timed(name: str, command: Sequence[str | Path]) -> float:
    """Runs a command; gives and tells the processor time of it and of all that it began."""
    group = control_groups() / f"ddi-fleet-{os.getpid()}"
    group.mkdir()
    try:
        began = time.monotonic()
        join = ["sh", "-c", 'echo $$ > "$0" && exec "$@"', group / "cgroup.procs", *command]
        ran = subprocess.run(join, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        seconds = time.monotonic() - began
        assert ran.returncode in (0, 1), f"{name}: {ran.returncode}: {ran.stderr.decode()[-2000:]}"
        while (group / "cgroup.procs").read_text():
            time.sleep(0.1)  # What it left behind ends soon.
        spent = spent_by(group)
    finally:
        group.rmdir()
    print(f"{name}: {spent:.1f} s of a processor, {seconds:.0f} s in all", flush=True)
    return spent


def control_groups() -> Path:
    """Where Linux counts what groups of processes take. Waiting for them misses much of what Spark begins."""
    first = Path("/sys/fs/cgroup/cpuacct")
    return first if first.is_dir() else Path("/sys/fs/cgroup")


def spent_by(group: Path) -> float:
    """The processor time of a group, in seconds."""
    first = group / "cpuacct.usage"
    if first.is_file():
        return int(first.read_text()) / 1e9
    return int((group / "cpu.stat").read_text().split()[1]) / 1e6


def plain_check(paths: Sequence[Path], report: Path) -> list[str | Path]:
    """The command that checks the traces on one machine."""
    return [CHECKER, "check", "--quiet", "--no-config", "--format", "json", "--output", report, *paths]


def fleet(traces: Path, output: Path) -> list[str | Path]:
    """The command of a job."""
    words: list[str | Path] = [sys.executable, "-m", "ddi_fleet", "check", "--checker", CHECKER]
    return [*words, "--traces", traces, "--output", output, "--master", MASTER]


def compare(folder: Path, pairs: int = 2) -> None:
    """Runs the plain command, a job of one small trace, and the job, again and again."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    print(f"{len(paths)} traces, {sum(path.stat().st_size for path in paths) / 1e9:.2f} GB", flush=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        scratch = Path(name)
        (scratch / "one").mkdir()
        shutil.copy(min(paths, key=lambda path: path.stat().st_size), scratch / "one")
        alone = scratch / "alone.json"
        plain = plain_check(paths, alone)
        for pair in range(pairs):
            check = timed("plain", plain)
            start = timed("start", fleet(scratch / "one", scratch / f"start-{pair}"))
            whole = timed("fleet", fleet(folder, scratch / f"out-{pair}"))
            report = next((scratch / f"out-{pair}" / "reports").rglob("*.json"))
            assert report.read_bytes() == alone.read_bytes(), "another report"
            over = whole - start - check
            print(f"beyond the start: {over:.1f} s, {over / check:.1%}", flush=True)


def grow(folder: Path) -> None:
    """Runs the plain command and a job on ever more traces of 36 KB."""
    for count in (100, 1000, 10_000):
        traces = folder / str(count)
        traces.mkdir(parents=True)
        for number in range(count):
            if number < 100:
                words = [CHECKER, "synthesize", "--events", "250", "--seed", str(number)]
                subprocess.run([*words, "--output", traces / f"{number}.log"], check=True)
            else:
                os.link(traces / f"{number % 100}.log", traces / f"{number}.log")
        print(f"{count} traces", flush=True)
        timed("plain", plain_check(sorted(traces.iterdir()), folder / "alone.json"))
        timed("fleet", fleet(traces, folder / f"out-{count}"))


command, place, *numbers = sys.argv[1:]
{"make": make, "compare": compare, "grow": grow}[command](Path(place).absolute(), *map(int, numbers))
