"""Traces of other file systems, handed to the checker as a stream.

The checker opens files. A trace that is elsewhere is a named pipe in a folder of its own, at a path that
is spelled as its URI, so that reports name it as the user does.
"""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import xxhash

from ddi_fleet.storage import open_filesystem

_PIECE = 1 << 20


class Feeder(threading.Thread):
    """Writes the bytes of traces into pipes, one trace after the other, as the checker reads them."""

    def __init__(self, folder: Path, uris: Sequence[str]) -> None:
        """Makes the pipes."""
        super().__init__(daemon=True)
        self.hashes: dict[str, str] = {}
        self.errors: dict[str, str] = {}
        self._uris = list(uris)
        self._folder = folder
        self._is_over = threading.Event()
        for uri in self._uris:
            pipe = folder / uri
            pipe.parent.mkdir(parents=True, exist_ok=True)
            os.mkfifo(pipe)

    def stop(self) -> None:
        """Ends the feeding: the checker is gone."""
        self._is_over.set()
        self.join()

    def run(self) -> None:
        """Feeds one pipe after the other."""
        for uri in self._uris:
            pipe = self._open(self._folder / uri)
            if pipe is None:
                return
            try:
                self._feed(uri, pipe)
            finally:
                os.close(pipe)

    def _open(self, path: Path) -> int | None:
        """Opens a pipe once its reader has; None where none will."""
        while not self._is_over.is_set():
            try:
                pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
                os.set_blocking(pipe, True)
                return pipe
            except OSError as error:
                if error.errno != errno.ENXIO:
                    raise
                time.sleep(0.001)
        return None

    def _feed(self, uri: str, pipe: int) -> None:
        digest = xxhash.xxh3_128()
        try:
            filesystem, path = open_filesystem(uri)
            # Compressed or not, the checker gets the bytes as they are.
            with filesystem.open_input_stream(path, compression=None) as stream:
                while piece := stream.read(_PIECE):
                    digest.update(piece)
                    view = memoryview(piece)
                    while view:
                        view = view[os.write(pipe, view) :]
            self.hashes[uri] = digest.hexdigest()
        except BrokenPipeError:
            # The checker does not want the rest, and says why.
            pass
        except (OSError, pa.ArrowException) as error:
            self.errors[uri] = f"cannot read {uri!r}: {error}"


def hash_file(path: str) -> str:
    """The hash of a file's bytes."""
    digest = xxhash.xxh3_128()
    piece = bytearray(_PIECE)
    view = memoryview(piece)
    with open(path, "rb", buffering=0) as file:
        while count := file.readinto(piece):
            digest.update(view[:count])
    return digest.hexdigest()
