from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ddi_fleet.errors import FleetError
from ddi_fleet.listing import Listing, list_traces


def names(listing: Listing, folder: Path) -> list[str]:
    return [str(Path(trace.path).relative_to(folder)) for trace in listing.traces]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.log", "d/b c.log", "d/e/%41.jsonl", "d/_SUCCESS", ".hidden"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("12345")
    return tmp_path


@pytest.mark.parametrize(
    ("uri", "found"),
    [
        ("", ["a.log", "d/b c.log", "d/e/%41.jsonl"]), ("d", ["d/b c.log", "d/e/%41.jsonl"]),
        ("*.log", ["a.log"]), ("**/*.log", ["a.log", "d/b c.log"]), ("d/b c.log", ["d/b c.log"]),
    ],
)  # fmt: skip
def test_places(folder: Path, uri: str, found: list[str]) -> None:
    for prefix in ("", "file:", "file://"):
        listing = list_traces([f"{prefix}{folder}/{uri}"], [], lambda: pytest.fail("no Spark"))
        assert names(listing, folder) == found
        assert {trace.size for trace in listing.traces} == {5}


def test_each_trace_once(folder: Path) -> None:
    listing = list_traces([str(folder), f"{folder}/d", f"{folder}/a.log"], [], lambda: None)
    assert len(listing.traces) == 3


def test_nothing_is_told(folder: Path) -> None:
    for uris in ([f"{folder}/none"], [f"{folder}/*.etl"], []):
        with pytest.raises(FleetError, match="no trace"):
            list_traces(uris, [], lambda: None)


def test_lists_bring_columns(folder: Path) -> None:
    table = pa.table(
        {"machine": ["m1", "m2"], "path": ["a.log", f"{folder}/gone.log"], "build": [26100, None]}
    )
    pq.write_table(table, folder / "list.parquet")
    (folder / "list.txt").write_text("# of tonight\nd/b c.log\n\n")
    listing = list_traces([], [f"{folder}/list.parquet", f"{folder}/list.txt"], lambda: None)
    assert names(listing, folder) == ["a.log", "d/b c.log", "gone.log"]
    assert listing.extra.names == ["machine", "build"]
    assert [trace.extra for trace in listing.traces] == [("m1", 26100), (None, None), ("m2", None)]
    assert [trace.size for trace in listing.traces] == [5, 5, 0]
    assert listing.missing == (f"{folder}/gone.log",)


@pytest.mark.parametrize(
    ("columns", "words"),
    [({"file": ["a"]}, 'no column "path"'), ({"path": ["a"], "rule": ["b"]}, "rename it")],
)
def test_lists_that_do_not_fit(folder: Path, columns: dict[str, list[str]], words: str) -> None:
    pq.write_table(pa.table(columns), folder / "list.parquet")
    with pytest.raises(FleetError, match=words):
        list_traces([], [f"{folder}/list.parquet"], lambda: None)
