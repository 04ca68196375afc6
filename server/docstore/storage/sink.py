"""The way of every uploaded byte: collected to 1 MiB, then hashed and written in one call of a file thread.

Exactly one batch is in flight while the next fills: two batches of memory a file, whatever its size, and a
slow disk slows the client down through the socket instead of filling the memory. Handing each chunk over by
itself cost a third of the speed; writing on the loop cost the service.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Self

from docstore.errors import TooLarge
from docstore.storage.blob_file import PIECES_PER_CALL, BlobFile, Piece, Sealed
from docstore.storage.threads import FileThreads, wait

if TYPE_CHECKING:
    from concurrent.futures import Future
    from types import TracebackType

BATCH_BYTES = 1024 * 1024


class BlobSink:
    """`async with` it: a body that ends before `seal`, for whatever reason, leaves nothing behind."""

    def __init__(self, document_id: str, file: BlobFile, threads: FileThreads, limit_bytes: int) -> None:
        self.document_id = document_id
        self.size_bytes = 0
        self._file = file
        self._threads = threads
        self._limit_bytes = limit_bytes
        self._filling: list[Piece] = []
        self._filled_bytes = 0
        self._in_flight: Future[None] | None = None
        self._is_sealed = False

    async def write(self, piece: Piece) -> None:
        """Take a piece; waits only when a batch is full and the one before is still being written."""
        self.size_bytes += len(piece)
        if self.size_bytes > self._limit_bytes:
            raise too_large(self._limit_bytes)
        if piece:
            self._filling.append(piece)
            self._filled_bytes += len(piece)
        if self._filled_bytes >= BATCH_BYTES or len(self._filling) >= PIECES_PER_CALL:
            batch = self._take_filled()
            await self._land()
            self._in_flight = self._threads.start(partial(self._file.append, batch))

    async def seal(self, expected_sha256: str | None = None) -> Sealed:
        """Everything that came is on disk under its final name; raises DigestMismatch, StorageFull."""
        await self._land()
        last = self._take_filled()
        sealed = await self._threads.run(partial(self._file.seal, last, expected_sha256))
        self._is_sealed = True
        return sealed

    async def discard(self) -> None:
        """Remove the file, sealed or not. Started before the first wait: a cancel cannot stop it."""
        self._filling.clear()
        await wait(self._threads.start(self._file.discard))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_sealed:
            await self.discard()

    def _take_filled(self) -> list[Piece]:
        batch, self._filling, self._filled_bytes = self._filling, [], 0
        return batch

    async def _land(self) -> None:
        if self._in_flight is not None:
            await wait(self._in_flight)
            self._in_flight = None


def too_large(limit_bytes: int) -> TooLarge:
    """The same sentence whether the length was announced or counted."""
    return TooLarge(
        f"The file is larger than the {limit_bytes} bytes that this service takes; nothing was kept.",
        members={"limit_bytes": limit_bytes},
    )
