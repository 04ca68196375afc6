"""The named conditions under which a call does not mean what its role says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loopaudit.catalogue.arguments import Arguments


def bounded_otherwise(call: Arguments) -> bool:
    """`httpx.Timeout(None, connect=5)`: somebody weighed each step of the wait."""
    given = [*call.positional, *call.keywords.values()]
    return call.is_open or any(not (found.is_known and found.value is None) for found in given)


def loads_eagerly(call: Arguments) -> bool:
    """`relationship(lazy="selectin")`: whatever is not known to be lazy. `raise` and `noload` send no query."""
    found = call.keywords.get("lazy")
    if found is None:
        return call.is_open
    return not (found.is_known and found.value in {"select", True})


def enqueued(call: Arguments) -> bool:
    """`logger.add("app.log", enqueue=True)` of loguru: a thread of its own writes."""
    found = call.keywords.get("enqueue")
    return found is not None and not found.is_zero()
