"""The service's own threads for file work: the default executor belongs to name lookups and strangers."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class FileThreads:
    """A fixed number of threads. Work that was started is finished, whoever still waits for it."""

    def __init__(self, threads: int) -> None:
        self.executor = ThreadPoolExecutor(threads, thread_name_prefix="docstore-file")

    def start(self, work: Callable[[], T]) -> Future[T]:
        """Begin `work` without waiting for it; `wait` does that, as often as wanted."""
        return self.executor.submit(work)

    async def run(self, work: Callable[[], T]) -> T:
        """Run `work` in one of the threads. Cancelling the waiter does not cancel the work."""
        return await wait(self.executor.submit(work))

    async def close(self) -> None:
        """Finish what was started. Nobody is served any more, so the default executor may do the waiting."""
        await asyncio.to_thread(self.executor.shutdown)


async def wait(future: Future[T]) -> T:
    """The outcome of started work; the shield keeps a cancelled waiter from withdrawing it."""
    return await asyncio.shield(asyncio.wrap_future(future))
