"""asyncio's debug mode on demand: bounded, restored, and free of arguments."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from loopaudit.runtime.events import SlowCallback
from loopaudit.runtime.slow_callbacks import SlowCallbacks, asyncio_logger, read_record

if TYPE_CHECKING:
    import pytest

TASK = "<Task finished name='Task-3' coro=<handle() done, defined at /srv/app.py:12> created at /srv/x.py:3>"


def test_a_tasks_record_keeps_function_and_line() -> None:
    slow = read_record(TASK, 0.25)
    assert (slow.function, slow.seconds) == ("handle", 0.25)
    assert slow.where is not None
    assert (slow.where.path, slow.where.line) == ("/srv/app.py", 12)


def test_a_callbacks_arguments_are_not_kept() -> None:
    slow = read_record("<Handle Service.store('pass', 'word') at /srv/app.py:40>", 0.25)
    assert "word" not in repr(slow)
    assert slow.function == "Service.store"
    assert slow.where is not None
    assert slow.where.line == 40


def test_a_record_in_a_form_we_do_not_know_still_counts() -> None:
    assert read_record("something else", 0.3) == SlowCallback(0.3, "a callback")


def test_what_was_set_before_is_restored() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.slow_callback_duration = 0.7
        before = (
            loop.get_debug(),
            loop.slow_callback_duration,
            asyncio_logger.level,
            list(asyncio_logger.handlers),
        )
        slow = SlowCallbacks(loop, 0.01, lambda event: None)
        slow.start(None)
        assert loop.get_debug()
        slow.stop()
        slow.stop()
        after = (
            loop.get_debug(),
            loop.slow_callback_duration,
            asyncio_logger.level,
            list(asyncio_logger.handlers),
        )
        assert after == before

    asyncio.run(main())


def test_the_time_ends_it_and_asking_again_begins_it_anew() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        slow = SlowCallbacks(loop, 0.01, lambda event: None)
        slow.start(3600)
        slow.start(0)
        ended = loop.create_future()
        loop.call_later(0, ended.set_result, None)
        await ended
        assert not slow.is_on
        assert not loop.get_debug()

    asyncio.run(main())


def test_a_slow_callback_becomes_an_event(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[SlowCallback] = []

    async def main() -> None:
        slow = SlowCallbacks(asyncio.get_running_loop(), 1e-9, heard.append)
        slow.start(None)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        slow.stop()

    with caplog.at_level(logging.CRITICAL, logger="asyncio"):
        asyncio.run(main())
    assert any(slow.where is not None and slow.function.endswith("main") for slow in heard)


def test_another_loops_records_are_not_ours() -> None:
    heard: list[SlowCallback] = []
    loop = asyncio.new_event_loop()
    try:
        slow = SlowCallbacks(loop, 0.1, heard.append)
        slow.emit(
            logging.LogRecord("asyncio", 30, "", 1, "Executing %s took %.3f seconds", (TASK, 0.2), None)
        )
    finally:
        loop.close()
    assert heard == []
