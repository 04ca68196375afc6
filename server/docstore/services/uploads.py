"""Uploads: bytes into the sink, then all files of a request into the database, or none."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from docstore.identifiers import new_id
from docstore.services.collections import Collections, refuse_unknown
from docstore.storage.documents import register_documents
from docstore.storage.records import NewDocument, Registration

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from docstore.clock import Clock
    from docstore.storage.blob_file import Sealed
    from docstore.storage.blobs import BlobStore
    from docstore.storage.database import Database
    from docstore.storage.sink import BlobSink

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FileClaim:
    """What the client says about a file before its bytes."""

    filename: str
    content_type: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class FileEnded:
    """The file that was claimed last is complete."""


# A multipart body as it unfolds: a claim, its bytes in pieces, its end, the next claim.
PartEvent = FileClaim | memoryview | FileEnded


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that is whole and on disk, and not yet known."""

    sink: BlobSink
    claim: FileClaim
    sealed: Sealed

    def as_new_document(self) -> NewDocument:
        """The row it will become."""
        return NewDocument(
            id=self.sink.document_id,
            filename=self.claim.filename,
            content_type=self.claim.content_type,
            size_bytes=self.sealed.size_bytes,
            sha256=self.sealed.sha256,
        )


@dataclass(frozen=True, slots=True)
class Uploads:
    """No database connection is held while a body streams; `announce` wakes the worker."""

    database: Database
    blobs: BlobStore
    collections: Collections
    clock: Clock
    announce: Callable[[], None]
    limit_bytes: int
    _settling: set[asyncio.Task[list[Registration]]] = field(default_factory=set)

    async def upload_file(
        self, collection_id: str, claim: FileClaim, body: AsyncIterator[bytes]
    ) -> Registration:
        """One raw body. Raises NotFound before reading, TooLarge, DigestMismatch, StorageFull."""
        await self.collections.get(collection_id)
        async with self.blobs.receive(new_id("doc"), self.limit_bytes) as sink:
            async for piece in body:
                await sink.write(piece)
            sealed = await sink.seal(claim.sha256)
        return (await self._settle(collection_id, [Arrival(sink, claim, sealed)]))[0]

    async def upload_batch(self, collection_id: str, events: AsyncIterator[PartEvent]) -> list[Registration]:
        """The files of a multipart body, all or none; raises what `upload_file` raises."""
        await self.collections.get(collection_id)
        sinks: list[BlobSink] = []
        try:
            arrivals = await self._receive_all(events, sinks)
        except BaseException:
            await discard_all(sinks)
            raise
        return await self._settle(collection_id, arrivals)

    async def close(self) -> None:
        """Wait for registrations whose clients were cut off."""
        if self._settling:
            await asyncio.wait(self._settling)

    async def _receive_all(self, events: AsyncIterator[PartEvent], sinks: list[BlobSink]) -> list[Arrival]:
        arrivals: list[Arrival] = []
        claims: list[FileClaim] = []
        async for event in events:
            match event:
                case FileClaim():
                    claims.append(event)
                    sinks.append(self.blobs.receive(new_id("doc"), self.limit_bytes))
                case FileEnded():
                    sealed = await sinks[-1].seal(claims[-1].sha256)
                    arrivals.append(Arrival(sinks[-1], claims[-1], sealed))
                case _:
                    await sinks[-1].write(event)
        return arrivals

    async def _settle(self, collection_id: str, arrivals: Sequence[Arrival]) -> list[Registration]:
        """Once the bytes are safe, a cancelled request no longer decides: row and files agree in any case."""
        task = asyncio.create_task(self._register(collection_id, arrivals))
        self._settling.add(task)
        task.add_done_callback(self._settled)
        return await asyncio.shield(task)

    def _settled(self, task: asyncio.Task[list[Registration]]) -> None:
        self._settling.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.debug("a registration failed: %s", error)

    async def _register(self, collection_id: str, arrivals: Sequence[Arrival]) -> list[Registration]:
        sinks = [arrival.sink for arrival in arrivals]
        work = partial(
            register_documents,
            collection_id=collection_id,
            arrivals=[arrival.as_new_document() for arrival in arrivals],
            now=self.clock(),
        )
        try:
            registrations = await self.database.write(work)
            if registrations is None:
                refuse_unknown(collection_id)
        except BaseException:
            await discard_all(sinks)
            raise
        await discard_all(
            [sink for sink, known in zip(sinks, registrations, strict=True) if known.is_duplicate]
        )
        self.announce()
        return registrations


async def discard_all(sinks: Sequence[BlobSink]) -> None:
    """Every removal is started before the first is waited for."""
    if sinks:
        await asyncio.gather(*(sink.discard() for sink in sinks))
