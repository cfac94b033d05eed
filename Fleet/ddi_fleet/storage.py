"""Files of any file system that Arrow knows: local ones, HDFS, S3, Google's and Azure's."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
from pyarrow import fs

from ddi_fleet.errors import FleetError

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+):")
_QUERY = re.compile(r"\?\w+=[^/?]*$")
"""Settings of a file system behind a URI, such as ``?region=eu-west-1``."""


def local_path(uri: str) -> str | None:
    """The path that a URI names on this machine; None where it is elsewhere."""
    if not _SCHEME.match(uri):
        return uri
    if not uri.startswith("file:"):
        return None
    rest = uri[len("file:") :]
    return "/" + rest.lstrip("/")


def open_filesystem(uri: str) -> tuple[fs.FileSystem, str]:
    """The file system of a URI and the path in it."""
    path = local_path(uri)
    if path is not None:
        return fs.LocalFileSystem(), str(Path(path).absolute())
    try:
        filesystem, path = fs.FileSystem.from_uri(_arrow_uri(uri))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise FleetError(f"cannot reach {uri!r}: {error}") from error
    return filesystem, path


def _arrow_uri(uri: str) -> str:
    """The URI as Arrow wants it, which decodes names; here they stand as they are, as with Hadoop."""
    # Arrow reads S3 for Hadoop's two names of it as well.
    scheme, rest = re.sub(r"^s3[an]:", "s3:", uri).split(":", 1)
    query = _QUERY.search(rest)
    name = rest[: query.start()] if query else rest
    return f"{scheme}:{quote(name, safe='/@:')}{query[0] if query else ''}"


class Storage:
    """A folder in which a run keeps what it makes. Files appear whole or not at all."""

    def __init__(self, uri: str) -> None:
        """Names the folder; nothing is made before something is written."""
        self.uri = uri
        self._fs, self._root = open_filesystem(uri)

    def _path(self, name: str) -> str:
        return posixpath.join(self._root, name)

    def write(self, name: str, data: bytes | pa.Buffer, attempt: str = "0") -> None:
        """Writes a file. Two attempts that write the same leave one file, whoever comes last."""
        path = self._path(name)
        folder, base = posixpath.split(path)
        self._fs.create_dir(folder, recursive=True)
        temporary = posixpath.join(folder, f".{base}.{attempt}.tmp")
        with self._fs.open_output_stream(temporary) as stream:
            stream.write(data)
        self._fs.move(temporary, path)

    def upload(self, name: str, source: Path) -> None:
        """Writes a file from one on this machine, as a stream."""
        path = self._path(name)
        folder, base = posixpath.split(path)
        self._fs.create_dir(folder, recursive=True)
        temporary = posixpath.join(folder, f".{base}.tmp")
        with source.open("rb") as file, self._fs.open_output_stream(temporary) as stream:
            while piece := file.read(1 << 20):
                stream.write(piece)
        self._fs.move(temporary, path)

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a file, piece by piece."""
        with self._fs.open_input_stream(self._path(name)) as stream:
            while piece := stream.read(1 << 20):
                yield piece

    def read(self, name: str) -> bytes:
        """The bytes of a small file."""
        return b"".join(self.pieces(name))

    def files(self, folder: str) -> list[str]:
        """The names of the files below a folder, relative to the whole, sorted; hidden ones left out."""
        selector = fs.FileSelector(self._path(folder), recursive=True, allow_not_found=True)
        names = [
            posixpath.relpath(info.path, self._root)
            for info in self._fs.get_file_info(selector)
            if info.type == fs.FileType.File and not info.base_name.startswith(".")
        ]
        return sorted(names)

    def move(self, source: str, target: str) -> None:
        """Moves a file; one that was moved before is no problem."""
        if self._fs.get_file_info(self._path(source)).type == fs.FileType.NotFound:
            return
        self._fs.create_dir(posixpath.dirname(self._path(target)), recursive=True)
        self._fs.move(self._path(source), self._path(target))

    def remove(self, name: str) -> None:
        """Removes a file; one that is not there is no problem."""
        if self._fs.get_file_info(self._path(name)).type != fs.FileType.NotFound:
            self._fs.delete_file(self._path(name))

    def remove_folder(self, name: str) -> None:
        """Removes a folder with all that is in it; one that is not there is no problem."""
        if self._fs.get_file_info(self._path(name)).type != fs.FileType.NotFound:
            self._fs.delete_dir(self._path(name))

    def open_input(self, name: str) -> pa.NativeFile:
        """Opens a file for reading at any place."""
        return self._fs.open_input_file(self._path(name))
