"""The named conditions: what they are sure of, and what they are not."""

from __future__ import annotations

import pytest
from loopaudit.catalogue.conditions import CONDITIONS, Argument, Arguments, Constant, is_harmless

UNKNOWN = Argument()


def known(value: Constant) -> Argument:
    return Argument(value, is_known=True)


def given(*positional: Argument, **keywords: Argument) -> Arguments:
    return Arguments(positional, keywords)


def made_by(*positional: Argument, **keywords: Argument) -> Arguments:
    """A call without arguments on an object that was made with these."""
    return Arguments(receiver_made_by=given(*positional, **keywords))


BUFFER = Argument(type_path="io.BytesIO")
TEXT = Argument(made_by="*.encode")
FLAGS = Argument(constant_path="fcntl.LOCK_EX|fcntl.LOCK_NB")

HARMLESS = [
    ("zero_seconds", given(known(0))),
    ("timeout_zero", given(known(0.0))),
    ("timeout_zero", given(timeout=known(0))),
    ("second_timeout_zero", given(UNKNOWN, known(0))),
    ("select_timeout_zero", given(UNKNOWN, UNKNOWN, UNKNOWN, known(0))),
    ("non_blocking", given(known(False))),
    ("non_blocking", given(blocking=known(False))),
    ("non_blocking", given(block=known(False))),
    ("non_blocking", given(known(True), timeout=known(0))),
    ("blocking_timeout_zero", given(blocking=known(False))),
    ("blocking_timeout_zero", given(blocking_timeout=known(0))),
    ("no_reflection", given(known("users"), UNKNOWN)),
    ("no_interval", given()),
    ("no_interval", given(interval=known(None))),
    ("put_non_blocking", given(UNKNOWN, known(False))),
    ("just_made", Arguments(is_first_use=True)),
    ("made_without_waiting", made_by(UNKNOWN, known(0))),
    ("made_without_waiting", made_by(UNKNOWN, blocking=known(False))),
    ("made_for_async", made_by(run_async=known(True))),
    ("short_line", given(known("x"))),
    ("short_line", given(Argument(is_line=True))),
    ("unlimited_queue", made_by()),
    ("unlimited_queue", made_by(known(0))),
    ("lock_not_blocking", given(UNKNOWN, FLAGS)),
    ("flag_not_to_wait", given(Argument(constant_path="zmq.NOBLOCK"))),
    ("flag_not_to_wait", given(UNKNOWN, flags=Argument(constant_path="zmq.SNDMORE|zmq.DONTWAIT"))),
    ("wait_false", given(wait=known(False))),
    ("awaited_inside", given(awaited_inside=known(True))),
    ("no_hang", given(UNKNOWN, Argument(constant_path="os.WNOHANG"))),
    ("no_hang", given(UNKNOWN, known(1))),
    ("in_memory_database", given(known(":memory:"))),
    ("in_memory_database", given(memory=known(True))),
    ("made_in_memory", made_by(known(":memory:"))),
    ("any_thread", given(known("app.db"), check_same_thread=known(False))),
    ("bounded_otherwise", given(known(None), connect=known(5))),
    ("bounded_otherwise", given(known(None), connect=UNKNOWN)),
    ("bounded_otherwise", given(known(5))),
    ("enqueued", given(UNKNOWN, enqueue=known(True))),
    ("loads_eagerly", given(lazy=known("selectin"))),
    ("loads_eagerly", given(lazy=UNKNOWN)),
    ("told_a_timeout", given(timeout=known(5))),
    ("told_a_timeout", made_by(socket_timeout=UNKNOWN)),
    ("told_a_timeout", made_by(connection_pool=UNKNOWN)),
    ("of_unknown_origin", given()),
    ("enqueued", given(UNKNOWN, enqueue=UNKNOWN)),
    ("no_data", given(usedforsecurity=known(False))),
    ("new_without_data", given(known("sha256"))),
    ("small_constant", given(known(b"salt"))),
    ("small_constant", given(Argument(length=400))),
    ("second_small_constant", given(UNKNOWN, known(b"x"))),
    ("encoded_text", given(Argument(made_by="str.encode"))),
    ("encoded_text", given(TEXT)),
    ("second_encoded_text", given(UNKNOWN, TEXT)),
    ("from_memory", given(BUFFER)),
    ("from_memory", given(fileobj=BUFFER)),
    ("second_from_memory", given(UNKNOWN, BUFFER)),
    ("not_made_of_a_file", given()),
    ("not_made_of_a_file", made_by(BUFFER)),
    ("not_streamed", given()),
    ("not_streamed", made_by(stream=known(False))),
    ("preloaded", made_by()),
    ("no_time_to_wait", given()),
    ("no_time_to_wait", given(known(0))),
    ("no_deliverability", given(UNKNOWN, check_deliverability=known(False))),
    ("numeric_host", given(known("127.0.0.1"))),
    ("numeric_host", given(known("::1"))),
    ("numeric_host", given(known(None))),
]

BLOCKS = [
    ("zero_seconds", given(known(1))),
    ("zero_seconds", given(UNKNOWN)),
    ("timeout_zero", given()),
    ("timeout_zero", given(known(None))),
    ("timeout_zero", given(timeout=UNKNOWN)),
    ("second_timeout_zero", given(known(0))),
    ("select_timeout_zero", given(UNKNOWN, UNKNOWN, UNKNOWN)),
    ("non_blocking", given()),
    ("non_blocking", given(UNKNOWN)),
    ("blocking_timeout_zero", given(known(0))),
    ("blocking_timeout_zero", given(blocking_timeout=UNKNOWN)),
    ("no_reflection", given(known("users"), autoload_with=UNKNOWN)),
    ("no_interval", given(known(1))),
    ("no_interval", given(interval=UNKNOWN)),
    ("put_non_blocking", given(known(False))),
    ("unlimited_queue", given()),
    ("unlimited_queue", made_by(known(3))),
    ("unlimited_queue", Arguments(receiver_made_by=Arguments(is_open=True))),
    ("lock_not_blocking", given(UNKNOWN, Argument(constant_path="fcntl.LOCK_EX"))),
    ("flag_not_to_wait", given()),
    ("flag_not_to_wait", given(UNKNOWN, Argument(constant_path="zmq.SNDMORE"))),
    ("wait_false", given()),
    ("awaited_inside", given()),
    ("no_hang", given(UNKNOWN, known(0))),
    ("no_hang", given(UNKNOWN)),
    ("in_memory_database", given(known("app.db"))),
    ("in_memory_database", given(known("app.db"), memory=known(False))),
    ("made_in_memory", given()),
    ("any_thread", given(known("app.db"))),
    ("enqueued", given(known("app.log"))),
    ("loads_eagerly", given(known("Post"))),
    ("told_a_timeout", given(known("key"))),
    ("of_unknown_origin", made_by(known("host"))),
    ("told_a_timeout", made_by(socket_timeout=known(None))),
    ("loads_eagerly", given(lazy=known("select"))),
    ("loads_eagerly", given(lazy=known(True))),
    ("enqueued", given(known("app.log"), enqueue=known(False))),
    ("bounded_otherwise", given(known(None))),
    ("bounded_otherwise", given(total=known(None), connect=known(None))),
    ("no_data", given(UNKNOWN)),
    ("no_data", Arguments(is_open=True)),
    ("new_without_data", given(known("sha256"), UNKNOWN)),
    ("small_constant", given(known(b"x" * 100_000))),
    ("small_constant", given(UNKNOWN)),
    ("second_small_constant", given(known(b"x"), UNKNOWN)),
    ("encoded_text", given(Argument(made_by="tokens.encode_all"))),
    ("second_encoded_text", given(TEXT, UNKNOWN)),
    ("from_memory", given(known("a.zip"))),
    ("second_from_memory", given(BUFFER, UNKNOWN)),
    ("not_made_of_a_file", made_by(Argument(type_path="io.TextIOWrapper"))),
    ("not_streamed", made_by(stream=known(True))),
    ("preloaded", made_by(preload_content=known(False))),
    ("no_time_to_wait", given(known(500))),
    ("no_time_to_wait", given(time_limit=UNKNOWN)),
    ("just_made", made_by()),
    ("made_without_waiting", made_by(UNKNOWN, known(5))),
    ("made_without_waiting", given(known(0))),
    ("made_for_async", made_by(run_async=UNKNOWN)),
    ("made_for_async", given()),
    ("short_line", given(UNKNOWN)),
    ("no_deliverability", given(UNKNOWN)),
    ("no_deliverability", given(UNKNOWN, check_deliverability=UNKNOWN)),
    ("numeric_host", given(known("example.org"))),
    ("numeric_host", given(UNKNOWN)),
]


@pytest.mark.parametrize(("name", "arguments"), HARMLESS)
def test_the_call_is_harmless(name: str, arguments: Arguments) -> None:
    assert is_harmless((name,), arguments)


@pytest.mark.parametrize(("name", "arguments"), BLOCKS)
def test_the_call_blocks_as_far_as_one_can_tell(name: str, arguments: Arguments) -> None:
    assert not is_harmless((name,), arguments)


def test_every_condition_is_shown_both_ways() -> None:
    assert {name for name, _ in HARMLESS} == set(CONDITIONS)
    assert {name for name, _ in BLOCKS} == set(CONDITIONS)


def test_one_condition_of_several_is_enough() -> None:
    assert is_harmless(("small_constant", "no_data"), given())
    assert not is_harmless((), given())
