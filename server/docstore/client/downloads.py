"""A document onto the disk: in pieces, continued where it broke off, checked, only then given its name."""

from __future__ import annotations

import asyncio
import hashlib
import os
import threading
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Self, TypeVar

from docstore.client.errors import DamagedError, LocalFileError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from concurrent.futures import Executor
    from pathlib import Path

    from docstore.client.answers import Document
    from docstore.client.files import Sent

LONGEST_NAME_BYTES = 200
Result = TypeVar("Result")


def choose_name(document: Document) -> str:
    """A file name for a document: the server's is data, never a path, and never a hidden file."""
    last = document.filename.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(character if character.isprintable() else "_" for character in last).lstrip(". ")
    return kept.encode()[:LONGEST_NAME_BYTES].decode(errors="ignore") or document.id


class PartFile:
    """A hidden file beside the target that takes its place when all has come, and is removed otherwise."""

    def __init__(self, target: Path, threads: Executor, sent: Sent) -> None:
        self._target = target
        self._path = target.with_name(f".{target.name[:80]}.{os.getpid()}.part")
        self._threads = threads
        self._received = sent
        self._sha256 = hashlib.sha256()
        self._file: BinaryIO | None = None
        # A cancelled write goes on in its thread: the file is not closed and removed before it is through.
        self._writing = threading.Lock()
        self.size_bytes = 0

    async def __aenter__(self) -> Self:
        try:
            self._file = await self._run(self._open)
        except OSError as error:
            raise explain_write(self._target, error) from error
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self._run(self._discard)

    async def append(self, pieces: AsyncIterator[bytes]) -> None:
        """Write and hash what comes."""
        async for piece in pieces:
            try:
                await self._run(partial(self._write, piece))
            except OSError as error:
                raise explain_write(self._target, error) from error
            self._received(self.size_bytes)

    async def keep(self, sha256: str) -> None:
        """Give the file its name. Raises DamagedError when it is not the document."""
        if self._sha256.hexdigest() != sha256:
            message = f"{self._target} was not written: what arrived differs from what the server keeps."
            raise DamagedError(f"{message} Run the command again.")
        try:
            await self._run(self._rename)
        except OSError as error:
            raise explain_write(self._target, error) from error

    async def _run(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _open(self) -> BinaryIO:
        return self._path.open("wb", buffering=0)

    def _write(self, piece: bytes) -> None:
        with self._writing:
            if self._file is None:
                return
            self._sha256.update(piece)
            remaining = memoryview(piece)
            while remaining:
                remaining = remaining[self._file.write(remaining) :]
            self.size_bytes += len(piece)

    def _rename(self) -> None:
        with self._writing:
            if self._file is None:
                return
            os.fsync(self._file.fileno())
            self._path.replace(self._target)

    def _discard(self) -> None:
        with self._writing:
            if self._file is not None:
                self._file.close()
                self._file = None
            self._path.unlink(missing_ok=True)


def explain_write(target: Path, error: OSError) -> LocalFileError:
    """The error for a file that could not be written."""
    return LocalFileError(f"{target} cannot be written: {(error.strerror or str(error)).lower()}.")
