"""The queue: a lease table in the same database. A dead worker's lease ends, and another takes the job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, literal, or_, select, update

from docstore.identifiers import new_id
from docstore.storage.tables import jobs

if TYPE_CHECKING:
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Lease:
    """A job that is ours until `lease_until`, if we renew in time. `attempts` counts this one."""

    job_id: str
    kind: str
    target_id: str
    attempts: int
    owner: str


def enqueue_job(connection: Connection, kind: str, target_id: str, now: datetime) -> bool:
    """Once per kind and target: False when that job waits or runs already."""
    present = select(jobs.c.id).where(jobs.c.kind == kind, jobs.c.target_id == target_id)
    if connection.execute(present).first() is not None:
        return False
    connection.execute(
        insert(jobs).values(id=new_id("job"), kind=kind, target_id=target_id, attempts=0, available_at=now)
    )
    return True


def claim_job(connection: Connection, owner: str, now: datetime, lease: timedelta) -> Lease | None:
    """The oldest job that nobody holds; None when there is none."""
    is_free = or_(jobs.c.lease_until.is_(None), jobs.c.lease_until < now)
    oldest = (
        select(jobs.c.id)
        .where(jobs.c.available_at <= now, is_free)
        .order_by(jobs.c.available_at, jobs.c.id)
        .limit(1)
        .scalar_subquery()
    )
    row = connection.execute(
        update(jobs)
        .where(jobs.c.id == oldest)
        .values(attempts=jobs.c.attempts + 1, lease_owner=owner, lease_until=now + lease)
        .returning(jobs.c.id, jobs.c.kind, jobs.c.target_id, jobs.c.attempts)
    ).first()
    return None if row is None else Lease(row.id, row.kind, row.target_id, row.attempts, owner)


def renew_lease(connection: Connection, lease: Lease, until: datetime) -> bool:
    """False when the job was taken by another or withdrawn: stop working on it."""
    mine = update(jobs).where(jobs.c.id == lease.job_id, jobs.c.lease_owner == lease.owner)
    return connection.execute(mine.values(lease_until=until)).rowcount == 1


def is_held(connection: Connection, lease: Lease) -> bool:
    """Asked in the transaction of every write a job makes: a worker that lost its lease must not write."""
    mine = select(literal(1)).where(jobs.c.id == lease.job_id, jobs.c.lease_owner == lease.owner)
    return connection.execute(mine).first() is not None


def finish_job(connection: Connection, lease: Lease) -> None:
    """Take the job out of the queue."""
    connection.execute(delete(jobs).where(jobs.c.id == lease.job_id, jobs.c.lease_owner == lease.owner))


def release_job(connection: Connection, lease: Lease, available_at: datetime, *, counts: bool) -> None:
    """Give the job back, to be tried again from `available_at` on. `counts`: this attempt was one."""
    connection.execute(
        update(jobs)
        .where(jobs.c.id == lease.job_id, jobs.c.lease_owner == lease.owner)
        .values(
            lease_owner=None,
            lease_until=None,
            available_at=available_at,
            attempts=lease.attempts if counts else lease.attempts - 1,
        )
    )


def withdraw_job(connection: Connection, kind: str, target_id: str) -> None:
    """Remove the job whoever holds it; the holder notices at its next write."""
    connection.execute(delete(jobs).where(jobs.c.kind == kind, jobs.c.target_id == target_id))
