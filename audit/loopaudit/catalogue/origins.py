"""Conditions on the call that made the receiver: `Queue().put`, `get(url, stream=True).content`.

`not_made_of_a_file`, `not_streamed` and `preloaded` answer True when nothing is known of that call: what they
look for is rare, and a false alarm on every call would cost more than the missed one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.catalogue.arguments import FILE_TYPES

if TYPE_CHECKING:
    from loopaudit.catalogue.arguments import Arguments


def is_in_memory(call: Arguments) -> bool:
    """Whether the call surely opens a database that lives in memory."""
    found, asked = call.get(0, "database"), call.keywords.get("memory")
    if asked is not None and asked.is_known and asked.value is True:
        return True
    return found is not None and found.is_known and found.value in {":memory:", ""}


def unlimited_queue(call: Arguments) -> bool:
    """`queue.Queue()` without a size, made where we can see it: `put` never waits."""
    made_by = call.receiver_made_by
    if made_by is None or made_by.is_open:
        return False
    size = made_by.get(0, "maxsize")
    return size is None or size.is_zero()


def made_in_memory(call: Arguments) -> bool:
    """A connection whose own `connect` named `:memory:`, or a cursor of one."""
    made_by = call.receiver_made_by
    while made_by is not None:
        if is_in_memory(made_by):
            return True
        made_by = made_by.receiver_made_by
    return False


def not_made_of_a_file(call: Arguments) -> bool:
    """`csv.writer(buffer).writerow(row)`: waits for a disk only where a file is known to stand behind it."""
    made_by = call.receiver_made_by
    found = made_by.get(0, "f") if made_by is not None else None
    return found is None or found.type_path not in FILE_TYPES


def not_streamed(call: Arguments) -> bool:
    """`response.content` of `requests.get(url)`: the body came with the request. Only a call that is known to
    have said `stream=True` leaves it to be read: a response from elsewhere counts as read, because asking for
    a stream is rare and a false alarm on every `.json()` is not worth it."""
    made_by = call.receiver_made_by
    stream = made_by.keywords.get("stream") if made_by is not None else None
    return stream is None or not (stream.is_known and bool(stream.value))


def preloaded(call: Arguments) -> bool:
    """`pool.request("GET", url).read()`: urllib3 has the body in memory unless `preload_content=False`."""
    made_by = call.receiver_made_by
    preload = made_by.keywords.get("preload_content") if made_by is not None else None
    return preload is None or not preload.is_zero()


def just_made(call: Arguments) -> bool:
    """`lock = threading.Lock(); lock.acquire()`: nobody else has it yet."""
    return call.is_first_use


def made_without_waiting(call: Arguments) -> bool:
    """`FileLock(path, timeout=0)`: it is taken at once or not at all."""
    made_by = call.receiver_made_by
    return made_by is not None and (made_by.is_zero(1, "timeout") or made_by.is_zero(-1, "blocking"))


def made_for_async(call: Arguments) -> bool:
    """`WebClient(token, run_async=True)`: its methods give futures."""
    made_by = call.receiver_made_by
    asked = made_by.keywords.get("run_async") if made_by is not None else None
    return asked is not None and asked.is_known and bool(asked.value)
