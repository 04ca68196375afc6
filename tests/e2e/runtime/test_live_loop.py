"""A live loop: what is seen while it is stalled, and the silence while it is healthy."""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest
import uvloop
from loopaudit.runtime import Settings, Stall, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from loopaudit.runtime.monitor import Diagnostics

QUIET = Settings(log_stalls=False)
LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "asyncio": asyncio.new_event_loop,
    "uvloop": uvloop.new_event_loop,
}
both_loops = pytest.mark.parametrize("loop", list(LOOPS))


def run(loop: str, main: Coroutine[object, object, None]) -> None:
    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        runner.run(main)


def spin(seconds: float) -> None:
    """Burn CPU in Python."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


@both_loops
@pytest.mark.parametrize("block", [time.sleep, spin])
def test_the_side_thread_answers_during_a_stall(loop: str, block: Callable[[float], None]) -> None:
    answers: list[tuple[float, str]] = []

    def ask(diagnostics: Diagnostics) -> None:
        time.sleep(0.5)
        began = time.monotonic()
        with urllib.request.urlopen(str(diagnostics.metrics_address), timeout=5) as response:
            text = response.read().decode()
        answers.append((time.monotonic() - began, text))

    async def main() -> None:
        async with watch(Settings(log_stalls=False, metrics_port=19464)) as diagnostics:
            await asyncio.sleep(0.2)
            asking = threading.Thread(target=ask, args=(diagnostics,))
            asking.start()
            block(2.0)
            ended = time.monotonic()
            await asyncio.to_thread(asking.join)
            assert answers[0][0] < 1.4, f"answered only as the stall ended, at {ended}"

    run(loop, main())
    age = next(
        row for row in answers[0][1].splitlines() if row.startswith("asyncio_loop_heartbeat_age_seconds ")
    )
    assert float(age.split()[1]) > 0.2


@both_loops
def test_a_stall_that_lasts_is_told_while_it_lasts(loop: str) -> None:
    told: list[Stall] = []
    present: list[Stall | None] = []

    class Listener:
        """Hears of stalls."""

        def on_stall(self, stall: Stall) -> None:
            """Note it."""
            told.append(stall)

    async def main() -> None:
        async with watch(QUIET, observers=[Listener()]) as diagnostics:
            await asyncio.sleep(0.2)
            looking = threading.Timer(1.0, lambda: present.append(diagnostics.present_stall()))
            looking.start()
            time.sleep(1.8)  # noqa: ASYNC251 # the stall
            await asyncio.sleep(0.2)
            assert diagnostics.present_stall() is None

    run(loop, main())
    assert [stall.is_over for stall in told] == [False, True]
    assert present[0] is not None
    assert present[0].where == told[-1].where


@both_loops
def test_a_healthy_loop_under_load_is_never_called_stalled(loop: str) -> None:
    found: list[Stall] = []

    async def work(until: float) -> None:
        while time.monotonic() < until:
            hashlib.sha256(b"x" * 2000).digest()
            await asyncio.sleep(0)

    async def rest() -> None:
        for _ in range(1000):
            await asyncio.sleep(0.003)

    async def main() -> None:
        async with watch(QUIET) as diagnostics:
            until = time.monotonic() + 3.0
            await asyncio.gather(*(work(until) for _ in range(20)), *(rest() for _ in range(20)))
            found.extend(diagnostics.stalls())

    run(loop, main())
    assert [stall for stall in found if stall.cause != "machine"] == []


@both_loops
def test_a_thread_that_keeps_the_gil_is_named(loop: str) -> None:
    import json

    rows = [{"number": number, "list": [1, 2, 3]} for number in range(400_000)]
    found: list[Stall] = []

    async def main() -> None:
        async with watch(QUIET) as diagnostics:
            await asyncio.to_thread(int)
            await asyncio.sleep(0.3)
            for _ in range(3):
                await asyncio.to_thread(json.dumps, rows)
                await asyncio.sleep(0.3)
            found.extend(diagnostics.stalls())

    run(loop, main())
    hogs = [stall.thread_hog for stall in found if stall.cause == "gil"]
    assert any(hog is not None and hog.name.startswith(("asyncio_", "uvloop_")) for hog in hogs), found


@both_loops
def test_plain_programs_get_the_coroutines_name(loop: str) -> None:
    found: list[Stall] = []

    async def nightly_job() -> None:
        time.sleep(0.3)  # noqa: ASYNC251 # the stall

    async def main() -> None:
        async with watch(QUIET) as diagnostics:
            await asyncio.create_task(nightly_job())
            await asyncio.sleep(0.2)
            found.extend(diagnostics.stalls())

    run(loop, main())
    of_the_program = [stall for stall in found if stall.cause != "machine"]
    assert [stall.primitive for stall in of_the_program] == ["time.sleep"], found
    [stall] = of_the_program
    assert str(stall.whose.coroutine).endswith("nightly_job")
    assert (stall.cause, stall.waiting_in, stall.route) == ("blocking", "clock_nanosleep", None)
