"""`watch()` composes the diagnostics of a loop, once a loop, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import gc
import threading
from typing import TYPE_CHECKING

import pytest
import uvloop
from loopaudit.runtime import Settings, SettingsError, Stall, watch

if TYPE_CHECKING:
    from collections.abc import Callable

QUIET = Settings(log_stalls=False)
LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "asyncio": asyncio.new_event_loop,
    "uvloop": uvloop.new_event_loop,
}
loops = pytest.mark.parametrize("loop_name", list(LOOPS))


class Listener:
    """Hears of stalls."""

    def on_stall(self, stall: Stall) -> None:
        """Nothing to do."""


def footprint(loop: asyncio.AbstractEventLoop) -> dict[str, object]:
    """Everything that watching touches."""
    selector = getattr(loop, "_selector", None)
    return {
        "selector": dict(vars(selector)) if selector is not None else None,
        "debug": loop.get_debug(),
        "slow": loop.slow_callback_duration,
        "gc": list(gc.callbacks),
        "threads": {thread.name for thread in threading.enumerate() if thread.name.startswith("loopaudit")},
        "factory": loop.get_task_factory(),
    }


def run(loop_name: str, main: Callable[[], object]) -> None:
    with asyncio.Runner(loop_factory=LOOPS[loop_name]) as runner:
        runner.run(main())  # type: ignore[arg-type] # a coroutine function


@loops
def test_stopping_restores_the_loop(loop_name: str) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        before = footprint(loop)
        async with watch(QUIET) as diagnostics:
            diagnostics.slow_callbacks.start(None)
            assert footprint(loop) != before
        assert footprint(loop) == before

    run(loop_name, main)


@loops
def test_the_same_loop_is_watched_once(loop_name: str) -> None:
    async def main() -> None:
        before = footprint(asyncio.get_running_loop())
        with watch(QUIET) as first:
            with watch(Settings(threshold_seconds=5.0), observers=[listener := Listener()]) as second:
                assert second is first
                assert listener in first.observers
            assert listener not in first.observers
            assert footprint(asyncio.get_running_loop()) != before
        assert footprint(asyncio.get_running_loop()) == before

    run(loop_name, main)


def test_loops_in_several_threads_are_watched_apart() -> None:
    found: list[object] = []
    both = threading.Barrier(2)

    async def main() -> None:
        async with watch(QUIET) as diagnostics:
            await asyncio.to_thread(both.wait)
            found.append(diagnostics)
            await asyncio.to_thread(both.wait)

    threads = [threading.Thread(target=asyncio.run, args=(main(),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 2


def test_outside_of_a_loop_the_message_says_where_to_use_it() -> None:
    with pytest.raises(RuntimeError, match="async with watch"), watch(QUIET):
        pass


@loops
def test_a_start_that_fails_half_way_is_undone(loop_name: str) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        before = footprint(loop)
        with (
            pytest.raises(SettingsError, match="evidence_path"),
            watch(Settings(evidence_path="/dev/null/no/file")),
        ):
            pass
        assert footprint(loop) == before

    run(loop_name, main)


@loops
def test_switched_off_it_touches_nothing(loop_name: str) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        before = footprint(loop)
        with watch(Settings(is_enabled=False)):
            assert footprint(loop) == before

    run(loop_name, main)


def test_a_loop_that_is_closed_while_watched_does_no_harm() -> None:
    """Nobody left the block: the watchdog must not read the memory of a loop that is gone."""
    entered: list[watch] = []

    async def main() -> None:
        watching = watch(Settings(log_stalls=False, tick_seconds=0.0001))
        entered.append(watching)
        watching.__enter__()

    for _ in range(20):
        run("uvloop", main)
    for watching in entered:
        watching.__exit__(None, None, None)


def test_the_environment_variable_of_asyncio_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_debug(False)  # what uvicorn does on 3.11
        async with watch(QUIET):
            assert loop.get_debug()
        assert not loop.get_debug()

    asyncio.run(main())
