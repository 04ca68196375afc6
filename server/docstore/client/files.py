"""Local files: found, hashed and read in pieces, always in threads of our own."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from docstore.client.errors import LocalFileError, UnusableInputError

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

PIECE_BYTES = 1024 * 1024

Sent = Callable[[int], None]
"""Told how many bytes of the file have been sent so far; begins anew when the upload does."""


@dataclass(frozen=True)
class LocalFile:
    """A file to send, and the name it goes by."""

    path: Path
    name: str
    size_bytes: int


def find_files(paths: Iterable[Path]) -> tuple[LocalFile, ...]:
    """Every file named, and every file below every folder named, each once, in order.

    Hidden files below a folder are left out, and links that lead nowhere or to folders are not followed.
    Raises UnusableInputError for a path that does not exist or cannot be read.
    """
    found: dict[Path, LocalFile] = {}
    for path in paths:
        for file in walk(path):
            found.setdefault(file.resolve(), describe_file(file))
    return tuple(found.values())


def walk(path: Path) -> Iterator[Path]:
    """The file itself, or the files below the folder, sorted."""
    if path.is_dir():
        try:
            entries = sorted(path.iterdir())
        except OSError as error:
            raise UnusableInputError(
                f"{path} cannot be read: {(error.strerror or str(error)).lower()}."
            ) from error
        for entry in entries:
            if entry.name.startswith(".") or (entry.is_symlink() and not entry.is_file()):
                continue
            yield from walk(entry)
    elif path.is_file():
        yield path
    else:
        reason = "is neither a file nor a folder" if path.exists() else "does not exist"
        raise UnusableInputError(f"{path} {reason}; name files or folders that can be read.")


def describe_file(path: Path) -> LocalFile:
    """A file's name and size. Raises UnusableInputError when it cannot be read."""
    try:
        with path.open("rb") as file:
            size_bytes = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise UnusableInputError(
            f"{path} cannot be read: {(error.strerror or str(error)).lower()}."
        ) from error
    return LocalFile(path, path.name, size_bytes)


def hash_file(path: Path) -> str:
    """SHA-256 of a file in hexadecimal; to be called in a thread."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def read_pieces(file: LocalFile, threads: Executor, sent: Sent) -> AsyncGenerator[bytes, None]:
    """The file in pieces of 1 MiB, the next one being read while the last is on its way.

    Raises LocalFileError when it cannot be read, or has another length than it was announced with.
    """
    loop = asyncio.get_running_loop()
    try:
        opened = await loop.run_in_executor(threads, open_for_reading, file.path)
    except OSError as error:
        raise explain_read(file.path, error) from error
    sent_bytes = 0
    reading = loop.run_in_executor(threads, opened.read, PIECE_BYTES)
    try:
        while piece := await reading:
            if sent_bytes + len(piece) > file.size_bytes:
                break
            reading = loop.run_in_executor(threads, opened.read, PIECE_BYTES)
            yield piece
            sent_bytes += len(piece)
            sent(sent_bytes)
        if piece or sent_bytes != file.size_bytes:
            raise LocalFileError(f"{file.path} changed while it was being sent; run the command again.")
    except OSError as error:
        raise explain_read(file.path, error) from error
    finally:
        # Closing under a read that still runs in its thread would hand its descriptor to somebody else.
        await asyncio.wait([reading])
        await loop.run_in_executor(threads, opened.close)


def explain_read(path: Path, error: OSError) -> LocalFileError:
    """The error for a file that could not be read."""
    return LocalFileError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.")


def open_for_reading(path: Path) -> BinaryIO:
    """An unbuffered reader: pieces are larger than any buffer."""
    return path.open("rb", buffering=0)
