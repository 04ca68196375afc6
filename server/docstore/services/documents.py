"""Documents: looking at them, reading them back, taking them away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from docstore.errors import NotFound, NotReady
from docstore.storage import documents
from docstore.storage.records import DocumentRecord, Page, Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from docstore.clock import Clock
    from docstore.services.collections import Collections
    from docstore.storage.blobs import BlobStore
    from docstore.storage.database import Database


@dataclass(frozen=True, slots=True)
class Documents:
    """`announce` wakes the worker after something was queued."""

    database: Database
    blobs: BlobStore
    collections: Collections
    clock: Clock
    announce: Callable[[], None]

    async def get(self, document_id: str) -> DocumentRecord:
        """Raises NotFound."""
        found = await self.database.read(partial(documents.find_document, document_id=document_id))
        return found if found is not None else refuse_unknown_document(document_id)

    async def list(
        self, collection_id: str, status: str | None, after: str, limit: int
    ) -> Page[DocumentRecord]:
        """Oldest first; raises NotFound for the collection."""
        await self.collections.get(collection_id)
        return await self.database.read(
            partial(
                documents.list_documents,
                collection_id=collection_id,
                status=status,
                after=after,
                limit=limit,
            )
        )

    async def delete(self, document_id: str) -> None:
        """Gone for everybody at once; its bytes go later. Raises NotFound."""
        await self.get(document_id)
        work = partial(documents.delete_document, document_id=document_id, now=self.clock())
        if not await self.database.write(work):
            refuse_unknown_document(document_id)
        self.announce()

    async def text_path(self, document_id: str) -> Path:
        """Where the extracted text lies; raises NotFound, NotReady."""
        document = await self.get(document_id)
        if document.generation is not None:  # there is a text, even while the document is processed again
            return self.blobs.layout.text(document.id)
        if document.status == Status.FAILED:
            raise NotReady(f"The document has no text: {document.error}")
        raise NotReady(
            f"The document is {document.status}; ask again when GET /v1/documents/{document.id} says ready."
        )


def refuse_unknown_document(document_id: str) -> NoReturn:
    """The same sentence wherever a document is asked for."""
    raise NotFound(f"There is no document {document_id!r}; list them with GET /v1/collections/ID/documents.")
