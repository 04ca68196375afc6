"""The same client for code without asyncio: every call runs to its end before it returns."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self, TypeVar

from docstore.client.docstore import AsyncDocstore
from docstore.client.files import describe_file
from docstore.client.transport import Told, tell_nobody

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine
    from pathlib import Path

    from docstore.client.answers import (
        Collection,
        CollectionStatus,
        Document,
        ProcessAccepted,
        QueryAnswer,
        Upload,
    )
    from docstore.client.connection import Connection

Result = TypeVar("Result")


class Docstore:
    """A blocking front; use it with `with`, in one thread. Methods mirror `AsyncDocstore`."""

    def __init__(self, connection: Connection | None = None, told: Told = tell_nobody) -> None:
        self._runner = asyncio.Runner()
        self._inner = AsyncDocstore(connection, told)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections and the loop."""
        try:
            self._run(self._inner.aclose())
        finally:
            self._runner.close()

    def ensure_collection(self, name: str) -> Collection:
        """The collection of this name, made when there is none."""
        return self._run(self._inner.ensure_collection(name))

    def find_collection(self, name_or_id: str) -> Collection:
        """A collection by its id or by its name."""
        return self._run(self._inner.find_collection(name_or_id))

    def list_collections(self) -> list[Collection]:
        """All collections, oldest first."""
        return self._run(gather_all(self._inner.list_collections()))

    def list_documents(self, collection_id: str) -> list[Document]:
        """All documents of a collection, oldest first."""
        return self._run(gather_all(self._inner.list_documents(collection_id)))

    def get_document(self, document_id: str) -> Document:
        """A document's metadata and status."""
        return self._run(self._inner.get_document(document_id))

    def upload(self, collection_id: str, path: Path) -> Upload:
        """Send a file."""
        return self._run(self._inner.upload(collection_id, describe_file(path)))

    def download(self, document: Document, target: Path) -> None:
        """Write a document's bytes to `target`."""
        self._run(self._inner.download(document, target))

    def process(self, collection_id: str, documents: str = "unfinished") -> ProcessAccepted:
        """Queue a collection's documents."""
        return self._run(self._inner.process(collection_id, documents))

    def status(self, collection_id: str) -> CollectionStatus:
        """How many documents are where."""
        return self._run(self._inner.status(collection_id))

    def query(self, collection_id: str, words: str, limit: int = 10) -> QueryAnswer:
        """The passages that match best."""
        return self._run(self._inner.query(collection_id, words, limit))

    def _run(self, work: Coroutine[None, None, Result]) -> Result:
        return self._runner.run(work)


async def gather_all(values: AsyncIterator[Result]) -> list[Result]:
    """An asynchronous iterator as a list."""
    return [value async for value in values]
