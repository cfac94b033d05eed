"""The command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from ddi_fleet import __version__
from ddi_fleet.checking import Checker
from ddi_fleet.cluster import Cluster
from ddi_fleet.errors import FleetError
from ddi_fleet.storage import local_path


def parser() -> argparse.ArgumentParser:
    """What the command line may say."""
    top = argparse.ArgumentParser(
        prog="ddi-fleet", description="Checks the driver traces of many machines with checker-cli on Spark."
    )
    top.add_argument("--version", action="version", version=f"ddi-fleet {__version__}")
    commands = top.add_subparsers(dest="command", required=True)
    check = commands.add_parser(
        "check", help="check traces",
        epilog="Exit status: 0 nothing found; 1 findings at or above --fail-on; 2 wrong use, or a trace "
        "that could not be checked.",
    )  # fmt: skip
    check.add_argument(
        "--checker", required=True, metavar="PATH", help="checker-cli, here or on the machines"
    )
    check.add_argument("--ship-checker", action="store_true", help="send the checker to the machines")
    check.add_argument(
        "--traces", nargs="+", default=[], metavar="URI", help="folders, globs or files, wherever Spark reads"
    )
    check.add_argument(
        "--list", nargs="+", default=[], metavar="URI",
        help="lists of traces: Parquet with a column \"path\" and columns of your own, or text",
    )  # fmt: skip
    check.add_argument("--output", required=True, metavar="URI", help="the folder of tables and reports")
    check.add_argument("--config", metavar="FILE", help="the checker's configuration; none is searched")
    check.add_argument("--baseline", metavar="FILE", help="known findings, marked in the merged report")
    check.add_argument(
        "--option", action="append", default=[], metavar="WORD",
        help="an option of \"checker-cli check\", for example --option=--reading=sdv",
    )  # fmt: skip
    check.add_argument("--fail-on", choices=["error", "warning", "never"])
    check.add_argument(
        "--timeout", type=_seconds, default=3600.0, metavar="SECONDS", help="what one trace may take"
    )
    check.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    _spark_options(check)
    summary = commands.add_parser("summary", help="what came of the runs, night by night")
    summary.add_argument("--output", required=True, metavar="URI", help="the folder of tables and reports")
    summary.add_argument(
        "--by", metavar="COLUMN", help="tell the faults by a column of the lists too, such as machine"
    )
    summary.add_argument("--html", metavar="FILE", help="write a page that shows how faults come and go")
    return top


def _spark_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--master", help="where Spark runs, local[*] unless spark-submit says")
    command.add_argument(
        "--conf", action="append", default=[], metavar="KEY=VALUE", help="a setting of Spark"
    )


def _seconds(text: str) -> float:
    value = float(text)
    if value <= 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return value


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; gives its exit status."""
    parsed = parser().parse_args(arguments)
    try:
        return _summary(parsed) if parsed.command == "summary" else _check(parsed)
    except FleetError as error:
        print(f"ddi-fleet: {error}", file=sys.stderr)
        return 2


def _cluster(parsed: argparse.Namespace) -> Cluster:
    settings = []
    for setting in parsed.conf:
        key, equals, value = setting.partition("=")
        if not equals:
            raise FleetError(f"--conf takes KEY=VALUE, not {setting!r}")
        settings.append((key, value))
    return Cluster(parsed.master, settings)


def _check(parsed: argparse.Namespace) -> int:
    from ddi_fleet.run import Request, run, say

    config = _config(parsed.config)
    checker = Checker(
        path=_absolute(parsed.checker),
        options=tuple(parsed.option),
        config=config,
        fail_on=parsed.fail_on or json.loads(config or b"{}").get("failOn", "error"),
        timeout=parsed.timeout,
    )
    request = Request(
        checker, parsed.traces, parsed.list, _output(parsed.output), _baseline(parsed.baseline),
        parsed.ship_checker, parsed.resume,
    )  # fmt: skip
    cluster = _cluster(parsed)
    try:
        result = run(request, cluster)
    finally:
        cluster.stop()
    for path, why in result.failed[:20]:
        say(f"{path}: {why}")
    if len(result.failed) > 20:
        say(f"and {len(result.failed) - 20} more; the table of traces has them all")
    say(
        f"checked {result.checked} traces"
        + (f", {result.reused} were done" if result.reused else "")
        + (f"; {len(result.failed)} could not be checked" if result.failed else "")
        + f"; the report is {request.output.rstrip('/')}/{result.report}"
    )
    return result.status


def _absolute(path: str) -> str:
    return str(Path(path).absolute()) if Path(path).is_file() else path


def _summary(parsed: argparse.Namespace) -> int:
    from ddi_fleet import page, summary, text

    found = summary.summarize(_output(parsed.output), parsed.by)
    sys.stdout.write(text.describe(found))
    if parsed.html is not None:
        try:
            Path(parsed.html).write_text(page.page(found), encoding="utf-8")
        except OSError as error:
            raise FleetError(f"cannot write {parsed.html!r}: {error.strerror}") from error
    return 0


def _output(uri: str) -> str:
    """The folder, as other processes find it."""
    path = local_path(uri)
    return uri if path is None else str(Path(path).absolute())


def _baseline(path: str | None) -> str | None:
    if path is not None and not Path(path).is_file():
        raise FleetError(f"there is no baseline {path!r}")
    return path if path is None else _absolute(path)


def _config(path: str | None) -> bytes | None:
    if path is None:
        return None
    try:
        text = Path(path).read_bytes()
        json.loads(text)
    except OSError as error:
        raise FleetError(f"cannot read the configuration {path!r}: {error.strerror}") from error
    except ValueError as error:
        raise FleetError(f"the configuration {path!r} is no JSON: {error}") from error
    return text


if __name__ == "__main__":
    sys.exit(main())
