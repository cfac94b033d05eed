"""Runs what docs/fleet.md shows, block after block, as it stands there: commands in a shell, Python, and
every query both in DuckDB and in Spark, which must come to the same rows.

    CHECKER=checker-cli python on_page.py
"""

from __future__ import annotations

import os
import re
import shutil
import site
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import duckdb
from pyspark.sql import SparkSession

CHECKER = Path(os.environ["CHECKER"]).absolute()
FLEET = Path(__file__).parents[1].absolute()
PAGE = FLEET.parent / "docs/fleet.md"

# Where there is no cluster and no HDFS, this machine is one.
HERE = {
    "--master yarn --deploy-mode client": "--master local-cluster[2,1,1024] --conf spark.log.level=ERROR",
    "hdfs:///": "file:{folder}/",
}


def synthesize(folder: Path, name: str, seed: int) -> None:
    """Makes a trace with faults and a gap."""
    words = [CHECKER, "synthesize", "--events", "3000", "--seed", str(seed), "--fault-rate", "0.2"]
    path = folder / "traces" / name
    subprocess.run([*words, "--output", path], check=True)
    with path.open("a") as file:
        file.write('{"ev":"TraceLost","tid":1}\n')


def make_place(folder: Path) -> None:
    """What the page takes for granted: a checkout that is built, and traces."""
    shutil.copytree(FLEET, folder / "Fleet", ignore=shutil.ignore_patterns("*.egg-info", "build", ".*"))
    (folder / ".build/release").mkdir(parents=True)
    (folder / ".build/release/checker-cli").symlink_to(CHECKER)
    (folder / "checker-cli").symlink_to(CHECKER)
    (folder / "traces/2026-11-27").mkdir(parents=True)
    for seed, name in enumerate(["a.log", "b.log", "2026-11-27/c.log"]):
        synthesize(folder, name, seed)
    # What Fleet needs is installed already: here only the package itself is new.
    subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
    own = next((folder / "env/lib").glob("python*/site-packages"))
    (own / "others.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    # The environment that is sent to the machines is this one.
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    with tarfile.open(folder / "env.tar.gz", "w:gz") as archive:
        archive.add(python, "bin/python")


def shell(text: str, folder: Path) -> None:
    """Runs the commands of a block; 1 is the status of a check that found something."""
    for command in re.sub(r"\\\n\s*", " ", text).splitlines():
        for words, here in HERE.items():
            command = command.replace(words, here.format(folder=folder))
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        print(f"$ {command}", flush=True)
        ran = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, check=False)
        assert ran.returncode in (0, 1), f"exit status {ran.returncode}: {command}"
        assert ran.returncode == 0 or " check " in command, command


def ask(statement: str, spark: SparkSession) -> None:
    """Asks both engines."""
    one = duckdb.sql(statement).fetchall()
    other = [tuple(row) for row in spark.sql(statement).collect()]
    assert one == other, f"{statement}\n{one[:5]}\n{other[:5]}"
    assert one, f"no row for {statement}"
    print(f"{len(one)} rows: {statement.strip().splitlines()[0]}", flush=True)


def main() -> None:
    """Goes through the page."""
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    kinds = [kind for kind, _ in blocks]
    assert set(kinds) == {"sh", "python", "sql", "text"} and kinds.count("sh") >= 4, kinds
    spark: SparkSession | None = None
    asked = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_place(folder)
        os.chdir(folder)
        for kind, text in blocks:
            if kind == "sh":
                shell(text, folder)
                # Another night, another trace, with faults that are new.
                synthesize(folder, "b.log", 7)
            elif kind == "python":
                if "spark." in text:
                    spark = (
                        SparkSession.builder.master("local[2]")
                        .config("spark.ui.showConsoleProgress", "false")
                        .config("spark.ui.enabled", "false")
                        .getOrCreate()
                    )
                exec(text, {"spark": spark})
            elif kind == "sql":
                for statement in text.split(";"):
                    if statement.strip().startswith("CREATE"):
                        duckdb.sql(statement)
                    elif statement.strip():
                        assert spark is not None, "the page makes Spark's views first"
                        ask(statement, spark)
                        asked += 1
        assert asked >= 6 and (folder / "trend.html").stat().st_size > 1000
        if spark is not None:
            spark.stop()


main()
