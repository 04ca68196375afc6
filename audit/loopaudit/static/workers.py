"""Facts for many files: what the store knows is not read again, the rest is summarised in processes.

The answer is the same for any number of workers. A worker that dies (a C stack, the memory) takes nobody
with it: its files are tried again, and the one at fault becomes a module with an error.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.facts import MODULE_DECODER, Module
from loopaudit.static.store import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from loopaudit.static.discover import SourceFile
    from loopaudit.static.pool import Chunk
    from loopaudit.static.reading import Read
    from loopaudit.static.store import Store

WORTH_PROCESSES_BYTES = 300_000
"""Less source than this is parsed sooner than a process starts."""
CHUNK_BYTES = 200_000


class Facts:
    """One file and what it says; the module is decoded when it is first asked for."""

    __slots__ = ("_encoded", "_module", "_store", "digest", "file")

    def __init__(self, file: SourceFile, digest: bytes, store: Store, encoded: bytes | None = None) -> None:
        self.file = file
        self.digest = digest
        self._store = store
        self._encoded = encoded
        self._module: Module | None = None

    @property
    def module(self) -> Module:
        """Facts that the store has lost since it was opened are made again from the file."""
        if self._module is None:
            encoded = self._encoded or self._store.facts(self.digest)
            try:
                self._module = MODULE_DECODER.decode(encoded or b"")
            except msgspec.DecodeError:
                from loopaudit.static.reading import read_all

                self._module = MODULE_DECODER.decode(read_all([self.file.path])[0].encoded)
            self._encoded = None
        return self._module


def summarise_all(
    files: Sequence[SourceFile],
    store: Store,
    *,
    jobs: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Facts]:
    """The facts of every file, in the order of the files; what was new is kept in the store (not yet saved).

    jobs: worker processes, 0 for one a core. on_progress: called with files done and files in all.
    """
    found: dict[str, Facts] = {}
    unknown: dict[str, int] = {}
    by_path = {file.path: file for file in files}
    for file in files:
        known = _ask_store(file, store, unknown)
        if known is not None:
            found[file.path] = known
    for chunk, reads in _read(unknown, jobs or os.cpu_count() or 1):
        for path, read in zip(chunk, reads, strict=True):
            if read.status is not None:
                store.keep(path, read.status, read.digest, read.encoded)
            found[path] = Facts(by_path[path], read.digest, store, read.encoded)
        if on_progress is not None:
            on_progress(len(found), len(by_path))
    return [found[file.path] for file in files]


def _ask_store(file: SourceFile, store: Store, unknown: dict[str, int]) -> Facts | None:
    """What the store knows about a file; else the file is put among the unknown, with its size."""
    try:
        status = os.stat(file.path)  # noqa: PTH116 - a string: thousands of files
    except OSError:
        unknown[file.path] = 0
        return None
    digest = store.digest_of(file.path, status)
    if digest is None and not store.is_empty:
        digest = _hash(file.path)
        if digest is not None and store.has(digest):
            store.keep(file.path, status, digest)
    if digest is None or not store.has(digest):
        unknown[file.path] = status.st_size
        return None
    return Facts(file, digest, store)


def _hash(path: str) -> bytes | None:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - a string: thousands of files
            return digest_of(stream.read())
    except OSError:
        return None


def _read(unknown: dict[str, int], jobs: int) -> Iterator[tuple[Chunk, list[Read]]]:
    if not unknown:
        return
    # What parses and lowers is imported only where there is something new to read.
    from loopaudit.static.pool import read_in_processes
    from loopaudit.static.reading import read_all

    chunks = _chunks(unknown)
    if jobs > 1 and len(chunks) > 1 and sum(unknown.values()) > WORTH_PROCESSES_BYTES:
        try:
            yield from read_in_processes(chunks, min(jobs, len(chunks)))
        except (OSError, ImportError, NotImplementedError):  # no semaphores, no memory to fork
            pass
        else:
            return
    for chunk in chunks:
        yield chunk, read_all(chunk)


def _chunks(unknown: dict[str, int]) -> list[Chunk]:
    """Files in portions of about the same work, the largest first so that no worker ends last with one."""
    chunks: list[Chunk] = []
    size = CHUNK_BYTES
    for path in sorted(unknown, key=lambda path: (-unknown[path], path)):
        if size >= CHUNK_BYTES:
            chunks.append([])
            size = 0
        chunks[-1].append(path)
        size += unknown[path] + 500
    return chunks
