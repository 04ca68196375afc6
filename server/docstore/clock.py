"""The time as an argument: what decides by the clock is handed one, so that tests can hand it theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The real one."""
    return datetime.now(UTC)
