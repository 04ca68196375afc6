"""From the extracted text into the index, in batches small enough that an upload never waits for one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from docstore.processing.extract import read_passages
from docstore.storage.passages import count_passages, insert_passages, purge_passages

if TYPE_CHECKING:
    from docstore.storage.blobs import BlobStore
    from docstore.storage.database import Database
    from docstore.storage.jobs import Lease

# Under 200 rows a transaction: the writer is one thread, and uploads are registered by it too.
ROWS_PER_TRANSACTION = 50


@dataclass(frozen=True, slots=True)
class Indexing:
    """Resumable: it goes on where an interrupted run of the same job had come to."""

    database: Database
    blobs: BlobStore

    async def index(self, lease: Lease, count: int) -> None:
        """Write passages that are not there yet; they are seen only after `publish_generation`."""
        done = partial(count_passages, document_id=lease.target_id, generation=lease.job_id)
        first = await self.database.read(done)
        layout = self.blobs.layout
        text, spans = layout.text(lease.target_id), layout.spans(lease.target_id)
        while first < count:
            read = partial(read_passages, text, spans, first, ROWS_PER_TRANSACTION)
            texts = await self.blobs.threads.run(read)
            await self.database.write(
                partial(insert_passages, lease=lease, document_id=lease.target_id, first=first, texts=texts)
            )
            first += len(texts)

    async def purge(self, lease: Lease, keep_generation: str | None) -> None:
        """Remove the document's other passages; None removes all."""
        purge = partial(
            purge_passages,
            lease=lease,
            document_id=lease.target_id,
            keep_generation=keep_generation,
            limit=ROWS_PER_TRANSACTION,
        )
        while await self.database.write(purge):
            pass
