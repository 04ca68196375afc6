"""Documents in the database: functions of a connection, run inside a lane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from docstore.storage.collections import find_collection
from docstore.storage.jobs import enqueue_job, withdraw_job
from docstore.storage.records import DocumentRecord, NewDocument, Page, Registration, Status
from docstore.storage.tables import collections, documents

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

# A document of a deleted collection is gone for everybody from that moment on, erased or not.
SELECT_VISIBLE: Select[tuple[object, ...]] = (
    select(*documents.c).join(collections).where(collections.c.deleted_at.is_(None))
)


def register_documents(
    connection: Connection, collection_id: str, arrivals: Sequence[NewDocument], now: datetime
) -> list[Registration] | None:
    """All files of a request, or none: None when the collection is gone by now."""
    if find_collection(connection, collection_id) is None:
        return None
    return [register_document(connection, collection_id, arrival, now) for arrival in arrivals]


def register_document(
    connection: Connection, collection_id: str, arrival: NewDocument, now: datetime
) -> Registration:
    """The document that stands for these bytes: the one that was there, or a new one with its job."""
    same = SELECT_VISIBLE.where(
        documents.c.collection_id == collection_id, documents.c.sha256 == arrival.sha256
    )
    present = connection.execute(same).mappings().first()
    if present is not None:
        return Registration(DocumentRecord(**present), is_duplicate=True)
    record = DocumentRecord(
        id=arrival.id,
        collection_id=collection_id,
        filename=arrival.filename,
        content_type=arrival.content_type,
        size_bytes=arrival.size_bytes,
        sha256=arrival.sha256,
        status=Status.RECEIVED,
        error=None,
        passage_count=0,
        generation=None,
        created_at=now,
        updated_at=now,
    )
    values = {column.name: getattr(record, column.name) for column in documents.c}
    connection.execute(insert(documents).values(values))
    enqueue_job(connection, "process", record.id, now)
    return Registration(record, is_duplicate=False)


def find_document(connection: Connection, document_id: str) -> DocumentRecord | None:
    """None when it never was, or was deleted."""
    row = connection.execute(SELECT_VISIBLE.where(documents.c.id == document_id)).mappings().first()
    return None if row is None else DocumentRecord(**row)


def list_documents(
    connection: Connection, collection_id: str, *, status: str | None, after: str, limit: int
) -> Page[DocumentRecord]:
    """Oldest first, those behind the key `after`."""
    query = SELECT_VISIBLE.where(documents.c.collection_id == collection_id, documents.c.id > after)
    if status is not None:
        query = query.where(documents.c.status == status)
    rows = connection.execute(query.order_by(documents.c.id).limit(limit + 1)).mappings().all()
    items = [DocumentRecord(**row) for row in rows[:limit]]
    return Page(items, items[-1].id if len(rows) > limit else None)


def delete_document(connection: Connection, document_id: str, now: datetime) -> bool:
    """The row goes at once; passages and files are the erase job's."""
    done = connection.execute(delete(documents).where(documents.c.id == document_id))
    withdraw_job(connection, "process", document_id)
    if done.rowcount == 0:
        return False
    enqueue_job(connection, "erase_document", document_id, now)
    return True


def requeue_documents(
    connection: Connection, collection_id: str, statuses: Sequence[str], after: str, limit: int, now: datetime
) -> tuple[int, str | None]:
    """One batch of `process`: how many were queued, and the key to go on from."""
    query = select(documents.c.id).where(
        documents.c.collection_id == collection_id,
        documents.c.status.in_(statuses),
        documents.c.id > after,
    )
    ids = connection.execute(query.order_by(documents.c.id).limit(limit)).scalars().all()
    queued = [id_ for id_ in ids if enqueue_job(connection, "process", id_, now)]
    connection.execute(
        update(documents)
        .where(documents.c.id.in_(queued))
        .values(status=Status.RECEIVED, error=None, updated_at=now)
    )
    return len(queued), ids[-1] if len(ids) == limit else None


def count_by_status(connection: Connection, collection_id: str) -> dict[str, int]:
    """Only statuses that occur."""
    query = select(documents.c.status, func.count()).where(documents.c.collection_id == collection_id)
    return {row[0]: row[1] for row in connection.execute(query.group_by(documents.c.status))}


def latest_failures(connection: Connection, collection_id: str, limit: int) -> list[DocumentRecord]:
    """Latest first."""
    query = SELECT_VISIBLE.where(
        documents.c.collection_id == collection_id, documents.c.status == Status.FAILED
    )
    rows = connection.execute(query.order_by(documents.c.updated_at.desc()).limit(limit)).mappings()
    return [DocumentRecord(**row) for row in rows]


def set_status(
    connection: Connection, document_id: str, status: Status, now: datetime, error: str | None = None
) -> bool:
    """False when the document is gone."""
    done = connection.execute(
        update(documents)
        .where(documents.c.id == document_id)
        .values(status=status, error=error, updated_at=now)
    )
    return done.rowcount == 1
