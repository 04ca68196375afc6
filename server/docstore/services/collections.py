"""Collections: what may be created, renamed and deleted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from sqlalchemy.exc import IntegrityError

from docstore.errors import NameTaken, NotFound
from docstore.identifiers import new_id
from docstore.storage import collections
from docstore.storage.records import CollectionRecord, Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from docstore.clock import Clock
    from docstore.storage.database import Database


@dataclass(frozen=True, slots=True)
class Collections:
    """`announce` wakes the worker after something was queued."""

    database: Database
    clock: Clock
    announce: Callable[[], None]

    async def create(self, name: str, description: str) -> CollectionRecord:
        """Raises NameTaken."""
        now = self.clock()
        record = CollectionRecord(new_id("col"), name, description, created_at=now, updated_at=now)
        try:
            await self.database.write(partial(collections.insert_collection, record=record))
        except IntegrityError:
            await self._refuse_name(name)
        return record

    async def get(self, collection_id: str) -> CollectionRecord:
        """Raises NotFound."""
        found = await self.database.read(partial(collections.find_collection, collection_id=collection_id))
        return found if found is not None else refuse_unknown(collection_id)

    async def list(self, name: str | None, after: str, limit: int) -> Page[CollectionRecord]:
        """Oldest first."""
        return await self.database.read(
            partial(collections.list_collections, name=name, after=after, limit=limit)
        )

    async def change(self, collection_id: str, changes: dict[str, str]) -> CollectionRecord:
        """Raises NotFound, NameTaken."""
        work = partial(
            collections.update_collection, collection_id=collection_id, changes=changes, now=self.clock()
        )
        try:
            changed = await self.database.write(work)
        except IntegrityError:
            await self._refuse_name(changes["name"])
        return changed if changed is not None else refuse_unknown(collection_id)

    async def delete(self, collection_id: str) -> None:
        """Gone for everybody at once; its bytes go later. Raises NotFound."""
        work = partial(collections.delete_collection, collection_id=collection_id, now=self.clock())
        if not await self.database.write(work):
            refuse_unknown(collection_id)
        self.announce()

    async def _refuse_name(self, name: str) -> NoReturn:
        def find(connection: Connection) -> CollectionRecord | None:
            return collections.find_collection_by_name(connection, name)

        holder = await self.database.read(find)
        members = {"collection_id": holder.id} if holder is not None else None
        raise NameTaken(
            f"A collection named {name!r} exists already; use it or choose another name.", members=members
        )


def refuse_unknown(collection_id: str) -> NoReturn:
    """The same sentence wherever a collection is asked for."""
    raise NotFound(f"There is no collection {collection_id!r}; list them with GET /v1/collections.")
