"""The three kinds of job, each idempotent: run twice, or half and then whole, it ends the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from docstore.storage.processing import begin_processing, erase_some_documents, publish_generation

if TYPE_CHECKING:
    from docstore.clock import Clock
    from docstore.processing.indexing import Indexing
    from docstore.processing.reading import Reading
    from docstore.storage.blobs import BlobStore
    from docstore.storage.database import Database
    from docstore.storage.jobs import Lease

DOCUMENTS_PER_TRANSACTION = 50


@dataclass(frozen=True, slots=True)
class Jobs:
    """`perform` does the work of a lease; the worker decides what follows from its end."""

    database: Database
    blobs: BlobStore
    reading: Reading
    indexing: Indexing
    clock: Clock

    async def perform(self, lease: Lease) -> None:
        """Raises UnreadableError for a document's own fault, anything else for ours."""
        match lease.kind:
            case "process":
                await self._process(lease)
            case "erase_document":
                await self.indexing.purge(lease, None)
                await self.blobs.remove(lease.target_id)
            case "erase_collection":
                await self._erase_collection(lease)
            case kind:
                raise ValueError(f"job {lease.job_id} is of the unknown kind {kind!r}")

    async def _process(self, lease: Lease) -> None:
        task = await self.database.write(partial(begin_processing, lease=lease, now=self.clock()))
        if task is None:
            return
        if not task.is_published:
            count = await self.reading.read(task.document_id, task.content_type)
            await self.indexing.index(lease, count)
            await self.database.write(partial(publish_generation, lease=lease, count=count, now=self.clock()))
        await self.indexing.purge(lease, lease.job_id)

    async def _erase_collection(self, lease: Lease) -> None:
        erase = partial(erase_some_documents, lease=lease, limit=DOCUMENTS_PER_TRANSACTION, now=self.clock())
        while await self.database.write(erase):
            pass
