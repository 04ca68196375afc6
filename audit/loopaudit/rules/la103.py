"""A synchronous database call waits on the event loop.

What it finds
    `Session.commit()`, `execute()`, `sqlite3`, `psycopg2` and other synchronous drivers, under a coroutine,
    usually two files away: endpoint -> service -> `self.storage.create_document()` -> `Session.commit()`.

Why it matters
    A query waits for the network, for locks that others hold, and for the disk of another machine. A lock
    held for a minute is a service that answers nobody for a minute.

Bad
    async def create(self, title: str) -> None:
        self.session.add(Document(title=title))
        self.session.commit()

Good
    async def create(self, title: str) -> None:
        async with self.sessions() as session:      # async_sessionmaker
            session.add(Document(title=title))
            await session.commit()

    or, with a synchronous session that is opened and closed inside the thread:

        await asyncio.to_thread(create_document, self.session_factory, title)

What it leaves alone on purpose
    `Session.add()`, building queries and other work in memory; `AsyncSession` and its `run_sync`; engines
    and session factories that are only made.

How to silence
    # loopaudit: ignore[LA103] why it is fine here
    or `ignore = ["LA103"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from loopaudit.rules.blocking import blocking_rule

RULE = blocking_rule("LA103", "database-on-loop", __doc__, "database")
