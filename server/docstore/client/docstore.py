"""A docstore, spoken to from asyncio: collections, documents, status, query."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self, TypeVar
from urllib.parse import quote

import httpx2

from docstore.client.answers import (
    Collection,
    CollectionPage,
    CollectionStatus,
    Document,
    DocumentPage,
    ProcessAccepted,
    QueryAnswer,
    Upload,
    read_answer,
)
from docstore.client.connection import Connection
from docstore.client.downloads import PartFile
from docstore.client.errors import LocalFileError, RefusedError, UnreachableError
from docstore.client.explain import explain_transport
from docstore.client.files import LocalFile, Sent, explain_read, hash_file, read_pieces
from docstore.client.transport import Request, Retry, Sleep, Told, Transport, open_http, tell_nobody

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

PAGE_ITEMS = 100
Answer = TypeVar("Answer")


def ignore_progress(_sent_bytes: int) -> None:
    """The default for `sent` and `received`."""


class AsyncDocstore:
    """A client for one server; use it with `async with`.

    Every method raises a `DocstoreError` whose text says what happened and what to do. Files are never held
    in memory: they are read, hashed and written in pieces, in four threads of the client's own.
    """

    def __init__(
        self, connection: Connection | None = None, told: Told = tell_nobody, sleep: Sleep = asyncio.sleep
    ) -> None:
        self.connection = connection or Connection()
        self._http = open_http(self.connection)
        self._told = told
        self._sleep = sleep
        self._transport = Transport(self.connection, self._http, told, sleep)
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="docstore-files")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections and the threads."""
        await self._http.aclose()
        self._threads.shutdown(wait=False)

    async def is_live(self) -> bool:
        """Whether the server says that it is alive. Raises UnreachableError when nobody answers."""
        response = await self._transport.ask(Request("GET", "/health/live", is_repeatable=True))
        return response.is_success

    async def create_collection(self, name: str, description: str = "") -> Collection:
        """Make a collection. Raises RefusedError with status 409 when the name is taken."""
        body = {"name": name, "description": description}
        return await self._ask(Request("POST", "/v1/collections", json=body), Collection)

    async def ensure_collection(self, name: str) -> Collection:
        """The collection of this name, made when there is none."""
        try:
            return await self.create_collection(name)
        except RefusedError as refused:
            if refused.status != 409 or refused.collection_id is None:
                raise
            return await self.get_collection(refused.collection_id)

    async def get_collection(self, collection_id: str) -> Collection:
        """A collection by its id."""
        return await self._get(f"/v1/collections/{quote(collection_id, safe='')}", Collection)

    async def find_collection(self, name_or_id: str) -> Collection:
        """A collection by its id or by its name. Raises RefusedError with status 404 when there is none."""
        page = await self._get("/v1/collections", CollectionPage, {"name": name_or_id})
        return page.items[0] if page.items else await self.get_collection(name_or_id)

    async def list_collections(self) -> AsyncIterator[Collection]:
        """All collections, oldest first, fetched page by page."""
        cursor: str | None = ""
        while cursor is not None:
            page = await self._get("/v1/collections", CollectionPage, query_page(cursor))
            for collection in page.items:
                yield collection
            cursor = page.next_cursor

    async def list_documents(self, collection_id: str) -> AsyncIterator[Document]:
        """All documents of a collection, oldest first, fetched page by page."""
        path = f"/v1/collections/{quote(collection_id, safe='')}/documents"
        cursor: str | None = ""
        while cursor is not None:
            page = await self._get(path, DocumentPage, query_page(cursor))
            for document in page.items:
                yield document
            cursor = page.next_cursor

    async def get_document(self, document_id: str) -> Document:
        """A document's metadata and status."""
        return await self._get(f"/v1/documents/{quote(document_id, safe='')}", Document)

    async def upload(self, collection_id: str, file: LocalFile, sent: Sent = ignore_progress) -> Upload:
        """Send a file. Its digest goes with it, so that sending it again after a failure is harmless."""
        loop = asyncio.get_running_loop()
        try:
            digest = await loop.run_in_executor(self._threads, hash_file, file.path)
        except OSError as error:
            raise explain_read(file.path, error) from error
        request = Request(
            "PUT",
            f"/v1/collections/{quote(collection_id, safe='')}/documents/{quote(file.name, safe='')}",
            headers={"Content-SHA256": digest, "Content-Length": str(file.size_bytes)},
            body=lambda: read_pieces(file, self._threads, sent),
            is_repeatable=True,
        )
        return await self._ask(request, Upload)

    async def download(self, document: Document, target: Path, received: Sent = ignore_progress) -> None:
        """Write a document to `target`, which appears when it is complete and correct, or not at all."""
        delays_seconds = self.connection.retries.delays_seconds()
        async with PartFile(target, self._threads, received) as part:
            while part.size_bytes < document.size_bytes:
                try:
                    await self._receive(document, part)
                except UnreachableError as error:
                    wait_seconds = next(delays_seconds, None)
                    if wait_seconds is None:
                        raise
                    self._told(Retry(error, 1, self.connection.retries.attempts, wait_seconds))
                    await self._sleep(wait_seconds)
            await part.keep(document.sha256)

    async def process(self, collection_id: str, documents: str = "unfinished") -> ProcessAccepted:
        """Queue a collection's documents: `unfinished` or `all`. Does not wait for the work."""
        path = f"/v1/collections/{quote(collection_id, safe='')}/process"
        return await self._ask(Request("POST", path, json={"documents": documents}), ProcessAccepted)

    async def status(self, collection_id: str) -> CollectionStatus:
        """How many documents are where, and the latest failures."""
        return await self._get(f"/v1/collections/{quote(collection_id, safe='')}/status", CollectionStatus)

    async def query(self, collection_id: str, words: str, limit: int = 10) -> QueryAnswer:
        """The passages that match best."""
        path = f"/v1/collections/{quote(collection_id, safe='')}/query"
        return await self._get(path, QueryAnswer, {"q": words, "limit": limit})

    async def _receive(self, document: Document, part: PartFile) -> None:
        headers = {"Range": f"bytes={part.size_bytes}-", "If-Match": f'"{document.sha256}"'}
        request = Request(
            "GET",
            f"/v1/documents/{quote(document.id, safe='')}/content",
            headers=headers if part.size_bytes else {},
            is_repeatable=True,
        )
        async with self._transport.stream(request) as response:
            if part.size_bytes and response.status_code != 206:
                raise LocalFileError("The server cannot continue a download; run the command again.")
            try:
                await part.append(response.aiter_raw())
            except httpx2.HTTPError as error:
                raise explain_transport(error, self.connection) from error

    async def _get(self, path: str, shape: type[Answer], query: dict[str, str | int] | None = None) -> Answer:
        return await self._ask(Request("GET", path, query=query or {}, is_repeatable=True), shape)

    async def _ask(self, request: Request, shape: type[Answer]) -> Answer:
        response = await self._transport.ask(request)
        return read_answer(response.content, shape, f"{request.method} {request.path}")


def query_page(cursor: str) -> dict[str, str | int]:
    """The query of one page."""
    return {"limit": PAGE_ITEMS, "cursor": cursor} if cursor else {"limit": PAGE_ITEMS}
