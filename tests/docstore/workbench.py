"""A worker with everything around it real, but the reading and the time."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from docstore.assembly import build_worker
from docstore.processing.extract import replace_file
from sqlalchemy import text

from tests.docstore.opened import Opened, opened, quiet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from docstore.processing.reading import Reading
    from docstore.processing.worker import Worker
    from docstore.storage.layout import Layout


@dataclass
class FakeReading:
    """Reads in this process; `does` may raise instead, or wait."""

    layout: Layout
    does: Callable[[], None] = lambda: None
    waits: asyncio.Event | None = None
    read_ids: list[str] = field(default_factory=list)
    has_begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def warm_up(self) -> None:
        pass

    async def read(self, document_id: str, _content_type: str) -> int:
        self.read_ids.append(document_id)
        self.has_begun.set()
        if self.waits is not None:
            await self.waits.wait()
        self.does()
        words = self.layout.blob(document_id).read_bytes().split()
        ends = [sum(len(word) for word in words[: place + 1]) for place in range(len(words))]
        replace_file(self.layout.text(document_id), b"".join(words))
        replace_file(self.layout.spans(document_id), b"".join(end.to_bytes(8, "little") for end in ends))
        return len(words)


@dataclass
class Clock:
    """Goes when it is told to."""

    now: datetime = datetime(2030, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Bench:
    """A worker under test, with everything around it real but the reading and the time."""

    app: Opened
    worker: Worker
    reading: FakeReading
    clock: Clock
    collection: str

    async def upload(self, content: bytes = b"one two three") -> str:
        answer = await self.app.http.put(
            f"/v1/collections/{self.collection}/documents/a.txt", content=content
        )
        return str(answer.json()["document"]["id"])

    async def look(self, document_id: str) -> dict[str, object]:
        return dict((await self.app.http.get(f"/v1/documents/{document_id}")).json())

    async def query(self, words: str) -> list[str]:
        answer = await self.app.http.get(f"/v1/collections/{self.collection}/query", params={"q": words})
        return [hit["snippet"] for hit in answer.json()["hits"]]

    async def count(self, table: str) -> int:
        statement = text(f"SELECT count(*) FROM {table}")
        return await self.worker.database.read(lambda c: int(c.execute(statement).scalar_one()))


@asynccontextmanager
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    settings = quiet(tmp_path)
    async with opened(settings) as app:
        blobs = app.services.documents.blobs
        database = app.services.documents.database
        built = build_worker(settings, database, blobs, asyncio.Event())
        reading, clock = FakeReading(blobs.layout), Clock()
        worker = replace(
            built,
            clock=clock,
            queue=replace(built.queue, clock=clock),
            jobs=replace(built.jobs, reading=cast("Reading", reading), clock=clock),
        )
        yield Bench(app, worker, reading, clock, await app.create_collection())
