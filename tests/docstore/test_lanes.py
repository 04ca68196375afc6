"""Session safety: a connection lives and dies in one thread, and concurrent writes lose nothing."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from docstore.storage.database import Database
from docstore.storage.tables import collections
from sqlalchemy import Connection, Engine, event, func, select, text
from sqlalchemy.exc import IntegrityError

from tests.docstore.opened import opened, quiet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.anyio


class Witness:
    """Which threads were seen to use which connection, by SQLAlchemy's own events."""

    def __init__(self, *engines: Engine) -> None:
        self.threads: dict[int, set[int]] = defaultdict(set)
        for engine in engines:
            event.listen(engine, "connect", self._note_driver)
            event.listen(engine, "close", self._note_driver)
            event.listen(engine, "before_cursor_execute", self._note_statement)
            event.listen(engine, "commit", self._note_commit)

    def _note_driver(self, connection: object, _entry: object) -> None:
        self.threads[id(connection)].add(threading.get_ident())

    def _note_statement(self, connection: Connection, *_rest: object) -> None:
        self.threads[id(connection.connection.dbapi_connection)].add(threading.get_ident())

    def _note_commit(self, connection: Connection) -> None:
        self.threads[id(connection.connection.dbapi_connection)].add(threading.get_ident())


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened_database = Database(f"sqlite:///{tmp_path / 'test.sqlite3'}", reader_threads=4)
    await opened_database.migrate()
    yield opened_database
    await opened_database.close()


def insert_named(connection: Connection, name: str) -> None:
    now = "2026-01-01 00:00:00"
    connection.execute(
        text("INSERT INTO collections VALUES (:n, :n, '', :t, :t, NULL)"), {"n": name, "t": now}
    )


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(collections)).scalar_one()


async def test_no_connection_is_ever_touched_by_two_threads(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'test.sqlite3'}", reader_threads=4)
    witness = Witness(database.writer_engine, database.reader_engine)
    await database.migrate()
    writes = [
        database.write(lambda connection, n=n: insert_named(connection, f"c{n}"))  # type: ignore[misc]  # the default binds n
        for n in range(100)
    ]
    reads = [database.read(count) for _ in range(100)]
    await asyncio.gather(*writes, *reads)
    await database.close()
    # One writer, and at most four readers, each used by its own thread and by nobody else: not by the loop.
    assert 2 <= len(witness.threads) <= 5
    assert all(len(seen) == 1 for seen in witness.threads.values())
    assert threading.get_ident() not in set().union(*witness.threads.values())


async def test_two_hundred_concurrent_creates_are_all_there(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        answers = await asyncio.gather(
            *(app.http.post("/v1/collections", json={"name": f"collection {n}"}) for n in range(200))
        )
        assert {answer.status_code for answer in answers} == {201}
        listed = (await app.http.get("/v1/collections?limit=200")).json()
        assert len({item["name"] for item in listed["items"]}) == 200
        assert listed["next_cursor"] is None


async def test_of_many_who_want_one_name_exactly_one_gets_it(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        answers = await asyncio.gather(
            *(app.http.post("/v1/collections", json={"name": "wanted"}) for _ in range(50))
        )
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [201] + [409] * 49


async def test_one_failing_write_does_not_undo_its_neighbours(database: Database) -> None:
    await database.write(lambda connection: insert_named(connection, "taken"))
    outcomes = await asyncio.gather(
        *(
            database.write(lambda connection, n=n: insert_named(connection, n))  # type: ignore[misc]  # the default binds n
            for n in ("a", "taken", "b", "taken", "c")
        ),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [
        type(None), IntegrityError, type(None), IntegrityError, type(None),
    ]  # fmt: skip
    assert await database.read(count) == 4


async def test_a_write_is_visible_to_the_next_read(database: Database) -> None:
    for number in range(20):
        await database.write(lambda connection, n=number: insert_named(connection, f"c{n}"))  # type: ignore[misc]  # the default binds n
        assert await database.read(count) == number + 1


async def test_work_that_nobody_waits_for_any_more_is_not_begun(database: Database) -> None:
    gate = threading.Event()
    blocking = asyncio.create_task(database.write(lambda _connection: gate.wait(30)))
    await asyncio.sleep(0)
    doomed = asyncio.create_task(database.write(lambda connection: insert_named(connection, "doomed")))
    await asyncio.sleep(0)
    doomed.cancel()
    with pytest.raises(asyncio.CancelledError):
        await doomed
    gate.set()
    await blocking
    assert await database.read(count) == 0


async def test_a_reader_cannot_be_made_to_wait_by_the_writer(database: Database) -> None:
    gate = threading.Event()

    def write_slowly(connection: Connection) -> None:
        insert_named(connection, "slow")
        assert gate.wait(30)

    writing = asyncio.create_task(database.write(write_slowly))
    await asyncio.sleep(0)
    assert await database.read(count) == 0
    gate.set()
    await writing
    assert await database.read(count) == 1


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    await database.write(lambda connection: insert_named(connection, "kept"))
    await database.migrate()
    assert await database.read(count) == 1
