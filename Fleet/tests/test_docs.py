"""docs/fleet.md has every option; what it shows is run by on_page.py."""

import re
from pathlib import Path

from ddi_fleet import cli

DOCUMENT = Path(__file__).parents[2] / "docs/fleet.md"


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
