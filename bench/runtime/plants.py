"""What was planted, and what must be said about it: the table's rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

STALL_SECONDS = 0.5
PLANTED = Path(__file__).with_name("planted.py")


@dataclass(frozen=True)
class Plant:
    """A stall: its endpoint, the causes that are right, whether its length is known beforehand."""

    name: str
    causes: frozenset[str]
    has_line: bool = True
    has_route: bool = True

    @property
    def path(self) -> str:
        """The endpoint, by path."""
        return f"/plants/{self.name}/7"

    @property
    def route(self) -> str:
        """The endpoint, by template."""
        return f"/plants/{self.name}/{{item}}"

    def line(self) -> int:
        """The line that carries the plant's comment."""
        for number, text in enumerate(PLANTED.read_text().splitlines(), 1):
            if text.endswith(f"# PLANT {self.name}"):
                return number
        raise LookupError(f"no line of {PLANTED.name} carries '# PLANT {self.name}'")


def _plant(name: str, *causes: str) -> Plant:
    return Plant(name, frozenset(causes))


HEALTHY = _plant("healthy")
"""Not a stall: it warms the server up, whose first request loads code."""

PLANTS = (
    _plant("sleep", "blocking"),
    _plant("sleep_deep", "blocking"),
    _plant("sha256", "cpu"),
    _plant("json_dumps", "cpu"),
    _plant("sqlite_lock", "blocking"),
    _plant("write_fsync", "blocking", "cpu"),
    _plant("http", "blocking"),
    _plant("subprocess", "blocking"),
    _plant("regex", "cpu"),
    _plant("collect", "gc"),
    _plant("gil_call", "gil"),
    _plant("gil_threads", "gil"),
    _plant("future_result", "blocking"),
    _plant("lock_acquire", "blocking"),
    _plant("tiny_callbacks", "cpu"),
    _plant("heavy_import", "cpu", "blocking"),
    _plant("getaddrinfo", "blocking"),
    _plant("machine", "machine"),
)
