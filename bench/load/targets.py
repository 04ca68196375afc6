"""How each service is spoken to: the same four things to ask for, each in its own words."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx2

PIECE_BYTES = 1024 * 1024
PATIENCE_SECONDS = 120.0


class Target(Protocol):
    """A service under load. Every method raises on an answer that is no success."""

    health_path: str

    async def create_collection(self, http: httpx2.AsyncClient, name: str) -> str:
        """Make a collection and return its id."""

    async def upload(self, http: httpx2.AsyncClient, collection: str, file: Path) -> None:
        """Send a file."""

    async def settle(self, http: httpx2.AsyncClient, collection: str, documents: int) -> None:
        """Wait until nothing of the collection is being worked on."""

    async def process(self, http: httpx2.AsyncClient, collection: str) -> None:
        """Have the whole collection processed, ready documents again."""

    async def count_done(self, http: httpx2.AsyncClient, collection: str) -> int:
        """How many documents have been processed well. Raises when one has failed."""


class _ReportedStatus(msgspec.Struct):
    documents: dict[str, int]


class _ReportedCollection(msgspec.Struct):
    id: int


class AsReported:
    """The reported service, and the variant of it that reads with aiofiles."""

    health_path = "/health"

    async def create_collection(self, http: httpx2.AsyncClient, name: str) -> str:
        response = (await http.post("/collections", json={"name": name})).raise_for_status()
        return str(msgspec.json.decode(response.content, type=_ReportedCollection).id)

    async def upload(self, http: httpx2.AsyncClient, collection: str, file: Path) -> None:
        with file.open("rb") as opened:
            sent = {"file": (file.name, opened, "application/octet-stream")}
            (await http.post(f"/collections/{collection}/documents", files=sent)).raise_for_status()

    async def settle(self, http: httpx2.AsyncClient, collection: str, documents: int) -> None:
        """Nothing begins before it is asked for."""

    async def process(self, http: httpx2.AsyncClient, collection: str) -> None:
        (await http.post(f"/collections/{collection}/process")).raise_for_status()

    async def count_done(self, http: httpx2.AsyncClient, collection: str) -> int:
        response = (await http.get(f"/collections/{collection}/status")).raise_for_status()
        counts = msgspec.json.decode(response.content, type=_ReportedStatus).documents
        if counts.get("failed"):
            raise RuntimeError(f"{counts['failed']} documents could not be processed")
        return counts.get("ready", 0)


class _Collection(msgspec.Struct):
    id: str


class _Status(msgspec.Struct):
    counts: dict[str, int]


class Docstore:
    """The docstore, by raw PUT."""

    health_path = "/health/live"

    async def create_collection(self, http: httpx2.AsyncClient, name: str) -> str:
        response = (await http.post("/v1/collections", json={"name": name})).raise_for_status()
        return msgspec.json.decode(response.content, type=_Collection).id

    async def upload(self, http: httpx2.AsyncClient, collection: str, file: Path) -> None:
        url = f"/v1/collections/{collection}/documents/{file.name}"
        headers = {"Content-Length": str(file.stat().st_size)}
        (await http.put(url, content=read_pieces(file), headers=headers)).raise_for_status()

    async def settle(self, http: httpx2.AsyncClient, collection: str, documents: int) -> None:
        """Every upload is processed at once; have that over before anything is measured."""
        until = time.monotonic() + PATIENCE_SECONDS
        while await self.count_done(http, collection) < documents:
            if time.monotonic() > until:
                raise TimeoutError(f"{documents} documents were not processed in {PATIENCE_SECONDS:g} s")
            await asyncio.sleep(0.2)

    async def process(self, http: httpx2.AsyncClient, collection: str) -> None:
        url = f"/v1/collections/{collection}/process"
        (await http.post(url, json={"documents": "all"})).raise_for_status()

    async def count_done(self, http: httpx2.AsyncClient, collection: str) -> int:
        response = (await http.get(f"/v1/collections/{collection}/status")).raise_for_status()
        counts = msgspec.json.decode(response.content, type=_Status).counts
        if counts.get("failed"):
            raise RuntimeError(f"{counts['failed']} documents could not be processed")
        return counts.get("ready", 0)


TARGETS: dict[str, Target] = {"as_reported": AsReported(), "aiofiles": AsReported(), "docstore": Docstore()}


async def read_pieces(file: Path) -> AsyncIterator[bytes]:
    """A file in pieces of 1 MiB. It was written a moment ago: the read comes from memory."""
    with file.open("rb") as opened:
        while piece := opened.read(PIECE_BYTES):
            yield piece
