"""What docs/fleet.md shows can be run."""

import re
from pathlib import Path

import duckdb
import pytest
from conftest import Here

from ddi_fleet import cli
from ddi_fleet.checking import Checker
from ddi_fleet.run import Request, run

DOCUMENT = Path(__file__).parents[2] / "docs/fleet.md"


def test_queries(checker: Checker, traces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(Request(checker, [str(traces)], [], str(tmp_path / "results")), Here())
    monkeypatch.chdir(tmp_path / "results")
    blocks = re.findall(r"^```sql\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), re.M | re.S)
    statements = [text for block in blocks for text in block.split(";") if text.strip()]
    assert len(statements) >= 2
    for statement in statements:
        assert duckdb.sql(statement).fetchall(), statement


def test_options() -> None:
    """Every option of the command has its row, and no other."""
    subparsers = next(a for a in cli.parser()._actions if a.dest == "command").choices or {}
    options = {
        word
        for command in dict(subparsers).values()
        for action in command._actions
        for word in action.option_strings
        if word.startswith("--") and word != "--help"
    }
    table = "\n".join(re.findall(r"^\|.*$", DOCUMENT.read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"`?(--[a-z][a-z-]*)", table)) - {"--reading"} == options
