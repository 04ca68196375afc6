"""The named conditions (`unless`) under which a primitive is harmless, each written once for both halves.

A condition answers True only when it is sure: an unknown argument makes no call harmless. Those of `origins`
look at the call that made the receiver, and say where they differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from loopaudit.catalogue.arguments import Argument, Arguments, Constant
from loopaudit.catalogue.content import (
    encoded_text,
    from_memory,
    new_without_data,
    no_data,
    second_encoded_text,
    second_from_memory,
    second_small_constant,
    small_constant,
)
from loopaudit.catalogue.origins import (
    is_in_memory,
    just_made,
    made_for_async,
    made_in_memory,
    made_without_waiting,
    not_made_of_a_file,
    not_streamed,
    preloaded,
    unlimited_queue,
)
from loopaudit.catalogue.role_conditions import (
    bounded_otherwise,
    enqueued,
    loads_eagerly,
    of_unknown_origin,
    told_a_timeout,
)

__all__ = ["CONDITIONS", "Argument", "Arguments", "Condition", "Constant", "is_harmless"]

Condition = Callable[[Arguments], bool]


def zero_seconds(call: Arguments) -> bool:
    """`time.sleep(0)`."""
    return call.is_zero(0, "seconds")


def timeout_zero(call: Arguments) -> bool:
    """`future.result(0)`, `thread.join(timeout=0)`: a look, not a wait."""
    return call.is_zero(0, "timeout")


def second_timeout_zero(call: Arguments) -> bool:
    """`barrier.wait(...)`, `multiprocessing.connection.wait(list, 0)`, `concurrent.futures.wait(fs, 0)`."""
    return call.is_zero(1, "timeout")


def no_time_to_wait(call: Arguments) -> bool:
    """`consumer.poll()` of kafka-python, `connection.process_data_events()` of pika: they wait if told."""
    if call.is_open:
        return False
    found = call.get(0, "timeout_ms") or call.keywords.get("time_limit")
    return found is None or found.is_zero()


def select_timeout_zero(call: Arguments) -> bool:
    """`select.select(r, w, x, 0)`."""
    return call.is_zero(3, "timeout")


def non_blocking(call: Arguments) -> bool:
    """`lock.acquire(False)`, `lock.acquire(blocking=False)`, `queue.get(block=False)`."""
    return call.is_zero(0, "blocking") or call.is_zero(0, "block") or call.is_zero(1, "timeout")


def blocking_timeout_zero(call: Arguments) -> bool:
    """`lock.acquire(blocking=False)`, `lock.acquire(blocking_timeout=0)` of a lock on a server."""
    return any(
        found is not None and found.is_zero()
        for found in map(call.keywords.get, ("blocking", "blocking_timeout"))
    )


def put_non_blocking(call: Arguments) -> bool:
    """`queue.put(item, block=False)`."""
    return call.is_zero(1, "block") or call.is_zero(2, "timeout")


def short_line(call: Arguments) -> bool:
    """`file.write("x")`, `file.write(name + "\\n")`: into the buffer of a file that was opened already."""
    found = call.get(0, "s")
    return found is not None and (found.is_small() or found.is_line)


def lock_not_blocking(call: Arguments) -> bool:
    """`fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)`, `LOCK_UN`: neither waits."""
    found = call.get(1, "operation")
    names = found.constant_path.split("|") if found is not None else ()
    return any(name.strip() in {"fcntl.LOCK_NB", "fcntl.LOCK_UN"} for name in names)


def flag_not_to_wait(call: Arguments) -> bool:
    """`socket.recv(zmq.NOBLOCK)`, `socket.send(data, flags=zmq.DONTWAIT)`."""
    names = (found.constant_path for found in (*call.positional, *call.keywords.values()))
    flags = {flag.strip().rpartition(".")[2] for name in names for flag in name.split("|")}
    return not flags.isdisjoint({"NOBLOCK", "DONTWAIT"})


def wait_false(call: Arguments) -> bool:
    """`executor.shutdown(wait=False)`."""
    return call.is_zero(0, "wait")


def awaited_inside(call: Arguments) -> bool:
    """`with ThreadPoolExecutor() as pool: await loop.run_in_executor(pool, f)`: the work has ended already.
    That it was the awaited work is taken for granted: what else would the block be for."""
    found = call.keywords.get("awaited_inside")
    return found is not None and found.value is True


def no_hang(call: Arguments) -> bool:
    """`os.waitpid(pid, os.WNOHANG)`; also a literal flag that is not 0."""
    found = call.get(1, "options")
    if found is None:
        return False
    return found.constant_path == "os.WNOHANG" or (found.is_known and found.value not in {0, None})


def in_memory_database(call: Arguments) -> bool:
    """`sqlite3.connect(":memory:")`, `Database(memory=True)`."""
    return is_in_memory(call)


def no_reflection(call: Arguments) -> bool:
    """`Table("users", metadata, Column(...))`: only `autoload_with` asks the database."""
    return not call.is_open and not {"autoload_with", "autoload"} & set(call.keywords)


def no_interval(call: Arguments) -> bool:
    """`psutil.cpu_percent()`: compares with the call before; an interval is slept through."""
    found = call.get(0, "interval")
    if found is None:
        return not call.is_open
    return found.is_known and not found.value


def any_thread(call: Arguments) -> bool:
    """`sqlite3.connect(path, check_same_thread=False)`: the author answers for the threads."""
    found = call.keywords.get("check_same_thread")
    return found is not None and found.is_zero()


def no_deliverability(call: Arguments) -> bool:
    """`validate_email(address, check_deliverability=False)`: only the spelling is looked at."""
    found = call.keywords.get("check_deliverability")
    return found is not None and found.is_zero()


def numeric_host(call: Arguments) -> bool:
    """`socket.getaddrinfo("127.0.0.1", 80)`: no name to look up."""
    found = call.get(0, "host")
    if found is None or not found.is_known:
        return False
    host = found.value
    return host is None or (isinstance(host, str) and _is_address(host))


def _is_address(host: str) -> bool:
    parts = host.split(".")
    return ":" in host or (len(parts) == 4 and all(part.isdigit() for part in parts))


CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        condition.__name__: condition
        for condition in (
            zero_seconds,
            timeout_zero,
            second_timeout_zero,
            no_time_to_wait,
            select_timeout_zero,
            non_blocking,
            blocking_timeout_zero,
            put_non_blocking,
            just_made,
            made_without_waiting,
            made_for_async,
            short_line,
            unlimited_queue,
            lock_not_blocking,
            flag_not_to_wait,
            wait_false,
            awaited_inside,
            no_hang,
            in_memory_database,
            any_thread,
            enqueued,
            loads_eagerly,
            of_unknown_origin,
            told_a_timeout,
            bounded_otherwise,
            made_in_memory,
            no_reflection,
            no_interval,
            no_data,
            new_without_data,
            small_constant,
            second_small_constant,
            encoded_text,
            second_encoded_text,
            from_memory,
            second_from_memory,
            not_made_of_a_file,
            not_streamed,
            preloaded,
            no_deliverability,
            numeric_host,
        )
    }
)


def is_harmless(unless: tuple[str, ...], arguments: Arguments) -> bool:
    """Whether any of the named conditions holds for a call with these arguments."""
    return any(CONDITIONS[name](arguments) for name in unless)
