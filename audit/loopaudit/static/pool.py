"""Chunks of files through worker processes; a chunk whose worker dies is halved until the file is found."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
import threading
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from loopaudit.static.lower.parse import Refusal
from loopaudit.static.reading import Read, read_all, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.context import BaseContext

Chunk = list[str]


def read_in_processes(
    chunks: list[Chunk], jobs: int, read: Callable[[Chunk], list[Read]] = read_all
) -> Iterator[tuple[Chunk, list[Read]]]:
    """Yield every chunk with its facts, in the order in which they are done."""
    lost: list[Chunk] = []
    with _pool(jobs) as pool:
        waiting: dict[Future[list[Read]], Chunk] = {}
        for chunk in chunks:
            try:
                waiting[pool.submit(read, chunk)] = chunk
            except BrokenProcessPool:
                lost.append(chunk)
        try:
            for future in as_completed(waiting):
                try:
                    yield waiting[future], future.result()
                except BrokenProcessPool:
                    lost.append(waiting[future])
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    yield from _find_fault(lost, read)


def _find_fault(lost: list[Chunk], read: Callable[[Chunk], list[Read]]) -> Iterator[tuple[Chunk, list[Read]]]:
    """Read again what was lost with a worker, each chunk in a process that may die."""
    queue = deque(lost)
    while queue:
        chunk = queue.popleft()
        try:
            with _pool(1) as pool:
                done = pool.submit(read, chunk).result()
        except BrokenProcessPool:
            if len(chunk) > 1:
                half = len(chunk) // 2
                queue.extend((chunk[:half], chunk[half:]))
            else:
                yield chunk, [refuse(Refusal("Reading the file ended the process that read it."))]
        else:
            yield chunk, done


def _pool(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, mp_context=_context(), initializer=_start_worker)


def _context() -> BaseContext:
    """Fork is quickest, and safe only while no other thread may hold a lock."""
    methods = multiprocessing.get_all_start_methods()
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    if "forkserver" in methods:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        return context
    return multiprocessing.get_context("spawn")


def _start_worker() -> None:
    """Ctrl-C belongs to the parent; what was imported so far is never garbage."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
