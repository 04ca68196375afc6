"""Whether the service can do its work, known beforehand: the health endpoints only read it, in no thread."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

if TYPE_CHECKING:
    from docstore.storage.database import Database

log = logging.getLogger(__name__)

PROBE_SECONDS = 5.0
ANSWER_SECONDS = 10.0


class Readiness:
    """Unready until the first probe answers, while one does not, and from the beginning of the shutdown."""

    def __init__(self) -> None:
        self.reason: str | None = "The service is starting."

    async def probe(self, database: Database) -> None:
        """Ask the database once."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await database.read(ask_database)
        except TimeoutError:
            self.reason = f"The database has not answered for {ANSWER_SECONDS:g} seconds."
        except Exception:
            log.exception("the database does not answer")
            self.reason = "The database does not answer; the log says why."
        else:
            self.reason = None

    async def watch(self, database: Database) -> None:
        """Probe until cancelled."""
        try:
            while True:
                await self.probe(database)
                await asyncio.sleep(PROBE_SECONDS)
        finally:
            self.reason = "The service is stopping."


def ask_database(connection: Connection) -> None:
    """The cheapest question."""
    connection.execute(text("SELECT 1"))
