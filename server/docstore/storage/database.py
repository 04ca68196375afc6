"""SQLite behind two lanes: one thread writes, a few read. Nothing of SQLAlchemy runs on the event loop."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import OperationalError

from docstore.errors import StorageFull, Unavailable
from docstore.storage.lanes import Lane

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from sqlalchemy.pool import ConnectionPoolEntry

T = TypeVar("T")

# Interactive writes that wait together share one commit, and so one fsync.
WRITES_PER_COMMIT = 32
BUSY_MILLISECONDS = 10_000


class Database:
    """`read` and `write` take a function of a connection and run it in a thread that owns one."""

    def __init__(self, url: str, reader_threads: int) -> None:
        self.writer_engine = build_engine(url, begin="BEGIN IMMEDIATE")
        self.reader_engine = build_engine(url, begin="BEGIN")
        self._writer = Lane("docstore-writer", self.writer_engine, threads=1, group=WRITES_PER_COMMIT)
        self._readers = Lane("docstore-reader", self.reader_engine, threads=reader_threads, group=1)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in the writer's transaction; returns after the commit is on disk.

        Raises StorageFull, and Unavailable when another process holds the database for too long.
        """
        try:
            return await self._writer.run(work)
        except OperationalError as error:
            raise explain(error) from error

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a snapshot; writers are not waited for."""
        return await self._readers.run(work)

    async def migrate(self) -> None:
        """Bring the schema to the newest version; several processes may start at once."""
        await self.write(upgrade_schema)

    async def close(self) -> None:
        """Finish what is queued, then close every connection in its own thread."""
        await asyncio.to_thread(self._close_lanes)

    def _close_lanes(self) -> None:
        self._readers.close()
        self._writer.close()


def build_engine(url: str, begin: str) -> Engine:
    """An engine whose connections belong to the thread that opens them (sqlite3 itself checks it)."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"check_same_thread": True})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        # The driver must not begin transactions by itself: it would begin them too late, and deferred.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=FULL",  # 202 is a promise: it must survive a power cut
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def explain(error: OperationalError) -> Exception:
    """What the driver says, as an error that clients understand; what it is not known to say, as it is."""
    match getattr(error.orig, "sqlite_errorname", ""):
        case "SQLITE_FULL":
            return StorageFull("The storage has no room for the database; free space or send it later.")
        case "SQLITE_BUSY" | "SQLITE_LOCKED":
            return Unavailable(
                "The database is held by another process; try again in a moment.",
                headers={"Retry-After": "1"},
            )
        case _:
            return error


def upgrade_schema(connection: Connection) -> None:
    """Run alembic on this connection, inside its transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
