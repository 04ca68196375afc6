"""Where the server is, how long we wait for it, and how often we try again."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_URL = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Timeouts:
    """How long a connection may take to open, and how long the server may stay silent. Never without end."""

    connect_seconds: float = 30.0
    read_seconds: float = 300.0

    def __post_init__(self) -> None:
        for name, seconds in (("connect", self.connect_seconds), ("read", self.read_seconds)):
            if not 0 < seconds < float("inf"):
                message = f"The {name} timeout is {seconds:g} s; it must be more than 0 and have an end."
                raise ValueError(message)


@dataclass(frozen=True)
class Retries:
    """How often a safe failure is tried again, and how long we wait in between.

    The wait doubles each time up to `longest_seconds` and is cut at random to between half and the whole of
    it, so that many clients that failed together do not come back together.
    """

    attempts: int = 4
    first_seconds: float = 0.5
    longest_seconds: float = 8.0
    random: random.Random = field(default_factory=random.Random)

    def delays_seconds(self) -> Iterator[float]:
        """The wait before each further attempt."""
        for doubling in range(self.attempts - 1):
            whole = min(self.longest_seconds, self.first_seconds * 2**doubling)
            yield self.random.uniform(whole / 2, whole)


@dataclass(frozen=True)
class Connection:
    """All that is needed to speak to one server."""

    url: str = DEFAULT_URL
    api_key: str | None = field(default=None, repr=False)
    timeouts: Timeouts = Timeouts()
    retries: Retries = field(default_factory=Retries)

    @property
    def headers(self) -> dict[str, str]:
        """What every request carries."""
        return {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}
