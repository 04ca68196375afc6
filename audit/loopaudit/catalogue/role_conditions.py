"""The named conditions under which a call does not mean what its role says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loopaudit.catalogue.arguments import Arguments


def bounded_otherwise(call: Arguments) -> bool:
    """`httpx.Timeout(None, connect=5)`: somebody weighed each step of the wait."""
    given = [*call.positional, *call.keywords.values()]
    return call.is_open or any(not (found.is_known and found.value is None) for found in given)


def told_a_timeout(call: Arguments) -> bool:
    """`redis.get(key)` of `Redis(socket_timeout=5)`, `connection.fetch(query, timeout=5)`: somebody has said
    how long, to the call or to what made its object. `timeout=None` says that it may take for ever."""
    made_by = call.receiver_made_by
    told = [*call.keywords.items(), *(made_by.keywords.items() if made_by is not None else ())]
    if call.is_open or (made_by is not None and (made_by.is_open or "connection_pool" in made_by.keywords)):
        return True  # nobody knows what was told
    return any("timeout" in name and not (found.is_known and found.value is None) for name, found in told)


def of_unknown_origin(call: Arguments) -> bool:
    """`reader.read()` of a reader that came from elsewhere: it may lead to a child process, not to a peer."""
    return call.receiver_made_by is None


def loads_eagerly(call: Arguments) -> bool:
    """`relationship(lazy="selectin")`: what is not known to be lazy; `raise` and `noload` send no query."""
    found = call.keywords.get("lazy")
    if found is None:
        return call.is_open
    return not (found.is_known and found.value in {"select", True})


def enqueued(call: Arguments) -> bool:
    """`logger.add("app.log", enqueue=True)` of loguru: a thread of its own writes."""
    found = call.keywords.get("enqueue")
    return found is not None and not found.is_zero()
