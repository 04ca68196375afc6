"""Collections in the database: functions of a connection, run inside a lane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, RowMapping, select, update

from docstore.storage.jobs import enqueue_job
from docstore.storage.records import CollectionRecord, Page
from docstore.storage.tables import collections

if TYPE_CHECKING:
    from datetime import datetime

VISIBLE = (
    collections.c.id,
    collections.c.name,
    collections.c.description,
    collections.c.created_at,
    collections.c.updated_at,
)
IS_ALIVE = collections.c.deleted_at.is_(None)


def insert_collection(connection: Connection, record: CollectionRecord) -> None:
    """Raises sqlalchemy.exc.IntegrityError when the name is taken."""
    connection.execute(
        collections.insert().values(
            id=record.id,
            name=record.name,
            description=record.description,
            created_at=record.created_at,
            updated_at=record.updated_at,
        )
    )


def find_collection(connection: Connection, collection_id: str) -> CollectionRecord | None:
    """None when it never was, or was deleted."""
    row = connection.execute(select(*VISIBLE).where(collections.c.id == collection_id, IS_ALIVE)).mappings()
    return first_record(row.first())


def find_collection_by_name(connection: Connection, name: str) -> CollectionRecord | None:
    """Names are compared exactly."""
    row = connection.execute(select(*VISIBLE).where(collections.c.name == name, IS_ALIVE)).mappings()
    return first_record(row.first())


def list_collections(
    connection: Connection, *, name: str | None, after: str, limit: int
) -> Page[CollectionRecord]:
    """Oldest first, those behind the key `after`."""
    query = select(*VISIBLE).where(IS_ALIVE, collections.c.id > after)
    if name is not None:
        query = query.where(collections.c.name == name)
    rows = connection.execute(query.order_by(collections.c.id).limit(limit + 1)).mappings().all()
    items = [CollectionRecord(**row) for row in rows[:limit]]
    return Page(items, items[-1].id if len(rows) > limit else None)


def update_collection(
    connection: Connection, collection_id: str, changes: dict[str, str], now: datetime
) -> CollectionRecord | None:
    """Raises sqlalchemy.exc.IntegrityError when the new name is taken."""
    connection.execute(
        update(collections)
        .where(collections.c.id == collection_id, IS_ALIVE)
        .values(updated_at=now, **changes)
    )
    return find_collection(connection, collection_id)


def delete_collection(connection: Connection, collection_id: str, now: datetime) -> bool:
    """Invisible from here on; the worker erases its documents in small transactions."""
    done = connection.execute(
        update(collections).where(collections.c.id == collection_id, IS_ALIVE).values(deleted_at=now)
    )
    if done.rowcount == 0:
        return False
    enqueue_job(connection, "erase_collection", collection_id, now)
    return True


def first_record(row: RowMapping | None) -> CollectionRecord | None:
    """A row as the value that leaves the database."""
    return None if row is None else CollectionRecord(**row)
