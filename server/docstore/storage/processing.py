"""The steps of a document's processing, as transactions. Each asks first whether the lease holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, select, update

from docstore.storage.documents import set_status
from docstore.storage.jobs import Lease, enqueue_job, finish_job, withdraw_job
from docstore.storage.passages import hold_lease
from docstore.storage.records import Status
from docstore.storage.tables import collections, documents

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Task:
    """What the worker must know of a document. `is_published`: an earlier run came as far as the switch."""

    document_id: str
    content_type: str
    is_published: bool


def begin_processing(connection: Connection, lease: Lease, now: datetime) -> Task | None:
    """Show `processing` at once; None when the document is gone."""
    hold_lease(connection, lease)
    query = select(documents.c.content_type, documents.c.generation)
    row = connection.execute(query.where(documents.c.id == lease.target_id)).first()
    if row is None:
        return None
    is_published = row.generation == lease.job_id
    if not is_published:
        set_status(connection, lease.target_id, Status.PROCESSING, now)
    return Task(lease.target_id, row.content_type, is_published)


def publish_generation(connection: Connection, lease: Lease, count: int, now: datetime) -> None:
    """From this commit on queries see the new passages, and none of the old."""
    hold_lease(connection, lease)
    connection.execute(
        update(documents)
        .where(documents.c.id == lease.target_id)
        .values(
            status=Status.READY,
            error=None,
            generation=lease.job_id,
            passage_count=count,
            updated_at=now,
        )
    )


def fail_processing(connection: Connection, lease: Lease, sentence: str, now: datetime) -> None:
    """The end of the job: the document says why."""
    hold_lease(connection, lease)
    set_status(connection, lease.target_id, Status.FAILED, now, sentence)
    finish_job(connection, lease)


def erase_some_documents(connection: Connection, lease: Lease, limit: int, now: datetime) -> int:
    """Of a deleted collection: rows away, one erase job each. The last call, which finds none, ends it."""
    hold_lease(connection, lease)
    query = select(documents.c.id).where(documents.c.collection_id == lease.target_id).limit(limit)
    ids = connection.execute(query).scalars().all()
    for document_id in ids:
        withdraw_job(connection, "process", document_id)
        enqueue_job(connection, "erase_document", document_id, now)
    connection.execute(delete(documents).where(documents.c.id.in_(ids)))
    if not ids:
        connection.execute(delete(collections).where(collections.c.id == lease.target_id))
        finish_job(connection, lease)
    return len(ids)
