"""Traces and results in S3, as a server on this machine has it."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Here
from test_run import alone

from ddi_fleet import cli, planning
from ddi_fleet.checking import Checker
from ddi_fleet.listing import list_traces
from ddi_fleet.run import Request, run
from ddi_fleet.storage import Storage

PORT = 5571


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """An empty bucket, which Arrow finds as it finds every other: by the environment."""
    address = f"http://127.0.0.1:{PORT}"
    settings = {
        "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": address, "AWS_EC2_METADATA_DISABLED": "true",
    }  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(PORT)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        try:
            limit = time.monotonic() + 60
            while True:
                try:
                    urllib.request.urlopen(urllib.request.Request(f"{address}/lab", method="PUT")).read()
                    break
                except OSError:
                    assert time.monotonic() < limit and server.poll() is None, "the server does not answer"
                    time.sleep(0.1)
            yield "s3a://lab"
        finally:
            server.kill()
            server.wait()


@pytest.fixture
def there(bucket: str, traces: Path) -> str:
    """The traces in the bucket, under the same names."""
    storage = Storage(f"{bucket}/night 1")
    for path in traces.rglob("*.log"):
        storage.write(str(path.relative_to(traces)), path.read_bytes())
    storage.write("_SUCCESS", b"")
    return storage.uri


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        ("", 8), ("/", 8), ("/*", 8), ("/b c", 3), ("/*.log", 5), ("/**/*.log", 8), ("/b c/1%41.log", 1),
        ("/[0-2].log", 2),
    ],
)  # fmt: skip
def test_listing(there: str, pattern: str, count: int) -> None:
    listing = list_traces([there + pattern], [], lambda: pytest.fail("no Spark"))
    assert len(listing.traces) == count
    assert all(trace.path.startswith(f"{there}/") and trace.size > 0 for trace in listing.traces)


def test_a_run(
    checker: Checker, traces: Path, there: str, bucket: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """The report is that of local files but for their paths, and what is there is found again."""
    monkeypatch.setattr(planning, "TRACES_PER_BATCH", 3)
    output = f"{bucket}/results"
    result = run(Request(checker, [there], [], output), Here())
    assert result.status == 2 and [path for path, _ in result.failed] == [f"{there}/none.log"]
    storage = Storage(output)
    report = storage.read(result.report)
    assert report.replace(there.encode(), str(traces).encode()) == alone(checker, traces)
    assert not [name for name in storage.files("") if name.startswith("_running")]
    assert cli.main(["summary", "--output", output, "--html", str(tmp_path / "page.html")]) == 0
    assert "none.log" in capsys.readouterr().out


def test_a_trace_that_goes_away(checker: Checker, there: str, bucket: str) -> None:
    name = f"{bucket}/list.txt"
    Storage(bucket).write("list.txt", b"night 1/0.log\nnight 1/gone.log\n")
    result = run(Request(checker, [], [name], f"{bucket}/other"), Here())
    assert [path for path, _ in result.failed] == [f"{there}/gone.log"]
