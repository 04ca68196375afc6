"""One arriving file, as the file threads see it: append, seal, discard. All of it blocks."""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docstore.errors import DigestMismatch, StorageFull

if TYPE_CHECKING:
    from pathlib import Path

Piece = bytes | memoryview
Writev = Callable[[int, Sequence[Piece]], int]

# Linux refuses longer vectors.
PIECES_PER_CALL = 1024
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Sealed:
    """A complete file: on disk, synced, under its final name."""

    size_bytes: int
    sha256: str


class BlobFile:
    """Written as `temporary`, visible as `final` only when whole. The lock keeps discard behind append."""

    def __init__(self, temporary: Path, final: Path, writev: Writev = os.writev) -> None:
        self._temporary = temporary
        self._final = final
        self._writev = writev
        self._descriptor: int | None = None
        self._hash = hashlib.sha256()
        self._size_bytes = 0
        self._lock = threading.Lock()

    def append(self, pieces: Sequence[Piece]) -> None:
        """Hash and write; raises StorageFull."""
        with self._lock, telling_full_disk():
            self._append(pieces)

    def seal(self, pieces: Sequence[Piece], expected_sha256: str | None) -> Sealed:
        """The last pieces, fsync, close, rename, fsync of the folder. Raises DigestMismatch, StorageFull."""
        with self._lock, telling_full_disk():
            descriptor = self._append(pieces)
            sha256 = self._hash.hexdigest()
            if expected_sha256 is not None and expected_sha256 != sha256:
                raise DigestMismatch(
                    f"{self._size_bytes} bytes arrived with SHA-256 {sha256}, announced was "
                    f"{expected_sha256}; nothing was kept, send the file again."
                )
            os.fsync(descriptor)
            self._close()
            self._final.parent.mkdir(exist_ok=True)
            self._temporary.rename(self._final)
            sync_folder(self._final.parent)
            return Sealed(self._size_bytes, sha256)

    def discard(self) -> None:
        """Remove every trace, also after `seal`."""
        with self._lock:
            self._close()
            self._temporary.unlink(missing_ok=True)
            self._final.unlink(missing_ok=True)

    def _append(self, pieces: Sequence[Piece]) -> int:
        if self._descriptor is None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            self._descriptor = os.open(self._temporary, flags, 0o600)
        for piece in pieces:
            self._hash.update(piece)
            self._size_bytes += len(piece)
        write_all(self._descriptor, pieces, self._writev)
        return self._descriptor

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def write_all(descriptor: int, pieces: Sequence[Piece], writev: Writev) -> None:
    """One system call where the kernel takes everything, more where it takes less."""
    rest = list(pieces)
    while rest:
        written = writev(descriptor, rest[:PIECES_PER_CALL])
        while rest and written >= len(rest[0]):
            written -= len(rest.pop(0))
        if written:
            rest[0] = memoryview(rest[0])[written:]


def sync_folder(folder: Path) -> None:
    """Without this a power cut may forget the rename."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def telling_full_disk() -> Iterator[None]:
    """Turn the three ways in which a disk says that it is full into one that clients understand."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise StorageFull(
            f"The storage has no room for this file ({os.strerror(error.errno or 0)}); nothing was kept. "
            f"Free space or send it later."
        ) from error
