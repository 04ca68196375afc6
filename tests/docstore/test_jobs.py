"""The queue: one job a target, one worker a job, and a worker that lost its lease writes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from docstore.storage.database import build_engine, upgrade_schema
from docstore.storage.jobs import (
    Lease,
    claim_job,
    enqueue_job,
    finish_job,
    release_job,
    renew_lease,
    withdraw_job,
)
from docstore.storage.passages import LeaseLostError, insert_passages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = build_engine(f"sqlite:///{tmp_path / 'test.sqlite3'}", begin="BEGIN IMMEDIATE")
    with engine.connect() as opened, opened.begin():
        upgrade_schema(opened)
        yield opened


def claim(connection: Connection, owner: str = "a", seconds: float = 0.0) -> Lease | None:
    return claim_job(connection, owner, NOON + timedelta(seconds=seconds), LEASE)


def claim_surely(connection: Connection, owner: str = "a", seconds: float = 0.0) -> Lease:
    lease = claim(connection, owner, seconds)
    assert lease is not None
    return lease


def test_an_empty_queue_gives_nothing(connection: Connection) -> None:
    assert claim(connection) is None


def test_asking_twice_for_the_same_work_is_one_job(connection: Connection) -> None:
    assert enqueue_job(connection, "process", "doc_1", NOON)
    assert not enqueue_job(connection, "process", "doc_1", NOON)
    assert enqueue_job(connection, "erase_document", "doc_1", NOON)


def test_a_held_job_is_given_to_nobody_else(connection: Connection) -> None:
    enqueue_job(connection, "process", "doc_1", NOON)
    claim_surely(connection, "a")
    assert claim(connection, "b", seconds=29) is None


def test_the_oldest_job_comes_first(connection: Connection) -> None:
    enqueue_job(connection, "process", "later", NOON)
    enqueue_job(connection, "process", "earlier", NOON - timedelta(seconds=5))
    assert [claim_surely(connection).target_id for _ in range(2)] == ["earlier", "later"]


def test_a_lease_that_ends_goes_to_another_and_counts_as_an_attempt(connection: Connection) -> None:
    enqueue_job(connection, "process", "doc_1", NOON)
    first = claim_surely(connection, "a")
    second = claim_surely(connection, "b", seconds=31)
    assert (first.attempts, second.attempts) == (1, 2)
    assert second.job_id == first.job_id


def test_a_renewed_lease_lasts(connection: Connection) -> None:
    enqueue_job(connection, "process", "doc_1", NOON)
    lease = claim_surely(connection, "a")
    assert renew_lease(connection, lease, NOON + timedelta(seconds=60))
    assert claim(connection, "b", seconds=59) is None


def test_who_lost_the_lease_can_neither_renew_nor_finish_nor_release_nor_write(
    connection: Connection,
) -> None:
    enqueue_job(connection, "process", "doc_1", NOON)
    lost = claim_surely(connection, "a")
    held = claim_surely(connection, "b", seconds=31)
    assert not renew_lease(connection, lost, NOON + timedelta(seconds=99))
    finish_job(connection, lost)
    release_job(connection, lost, NOON, counts=True)
    with pytest.raises(LeaseLostError):
        insert_passages(connection, lost, "doc_1", 0, ["text"])
    assert renew_lease(connection, held, NOON + timedelta(seconds=99))


def test_a_withdrawn_job_is_lost_to_its_holder(connection: Connection) -> None:
    enqueue_job(connection, "process", "doc_1", NOON)
    lease = claim_surely(connection)
    withdraw_job(connection, "process", "doc_1")
    assert not renew_lease(connection, lease, NOON)


def test_a_job_given_back_waits_for_its_time_and_keeps_its_count(connection: Connection) -> None:
    enqueue_job(connection, "process", "doc_1", NOON)
    release_job(connection, claim_surely(connection), NOON + timedelta(seconds=10), counts=True)
    assert claim(connection, seconds=9) is None
    assert claim_surely(connection, seconds=10).attempts == 2


def test_a_shutdown_is_not_an_attempt(connection: Connection) -> None:
    enqueue_job(connection, "process", "doc_1", NOON)
    release_job(connection, claim_surely(connection), NOON, counts=False)
    assert claim_surely(connection).attempts == 1
