"""Processing, as a user sees it: ask for it, and see how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from docstore.storage.documents import count_by_status, latest_failures, requeue_documents

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from docstore.clock import Clock
    from docstore.services.collections import Collections
    from docstore.storage.database import Database
    from docstore.storage.records import DocumentRecord, Status

ROWS_PER_TRANSACTION = 100
SHOWN_FAILURES = 20


@dataclass(frozen=True, slots=True)
class Progress:
    """Documents by status, and the latest that failed."""

    counts: dict[str, int]
    failures: Sequence[DocumentRecord]


@dataclass(frozen=True, slots=True)
class Processing:
    """`announce` wakes the worker."""

    database: Database
    collections: Collections
    clock: Clock
    announce: Callable[[], None]

    async def request(self, collection_id: str, statuses: Sequence[Status]) -> int:
        """Queue the documents of these statuses; returns how many were not queued already."""
        await self.collections.get(collection_id)
        queued, after = 0, ""
        while True:
            work = partial(
                requeue_documents,
                collection_id=collection_id,
                statuses=statuses,
                after=after,
                limit=ROWS_PER_TRANSACTION,
                now=self.clock(),
            )
            count, last = await self.database.write(work)
            queued += count
            self.announce()
            if last is None:
                return queued
            after = last

    async def progress(self, collection_id: str) -> Progress:
        """A snapshot; raises NotFound."""
        await self.collections.get(collection_id)

        def look(connection: Connection) -> Progress:
            return Progress(
                count_by_status(connection, collection_id),
                latest_failures(connection, collection_id, SHOWN_FAILURES),
            )

        return await self.database.read(look)
