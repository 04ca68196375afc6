"""A limit for one question to SQLite: whatever a user searches for, the thread comes back."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from sqlalchemy.exc import OperationalError

from docstore.errors import Unprocessable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from sqlalchemy import Connection

STEPS_BETWEEN_LOOKS = 20_000


@contextmanager
def limiting_time(connection: Connection, seconds: float) -> Iterator[None]:
    """Raises Unprocessable when the statements inside take longer."""
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    until = time.monotonic() + seconds
    driver.set_progress_handler(lambda: int(time.monotonic() > until), STEPS_BETWEEN_LOOKS)
    try:
        yield
    except OperationalError as error:
        if "interrupted" not in str(error):
            raise
        raise Unprocessable(f"The query took longer than {seconds:g} s; use rarer words.") from error
    finally:
        driver.set_progress_handler(None, 0)
