"""Threads that each own one database connection: opened, used and closed in its thread, never handed out."""

from __future__ import annotations

import asyncio
import queue
import threading
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

T = TypeVar("T")


@dataclass(slots=True)
class Errand:
    """Work for a lane's connection. The future is told only after the transaction is committed."""

    perform: Callable[[Connection], None]
    future: Future[None] = field(default_factory=Future)
    failure: Exception | None = None

    def perform_alone(self, connection: Connection) -> None:
        """In a savepoint: one errand's failure must not undo what its neighbours did."""
        try:
            with connection.begin_nested():
                self.perform(connection)
        except Exception as error:  # noqa: BLE001  # it is the waiter's error: `report` raises it there
            self.failure = error

    def report(self) -> None:
        """Wake the waiter with the outcome."""
        if self.failure is None:
            self.future.set_result(None)
        else:
            self.future.set_exception(self.failure)


class Lane:
    """`threads` threads, one connection each. Errands that wait together share a commit, at most `group`."""

    def __init__(self, name: str, engine: Engine, threads: int, group: int) -> None:
        self._engine = engine
        self._group = group
        self._errands: queue.SimpleQueue[Errand | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._serve, name=f"{name}-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction of this lane; returns its result after the commit."""
        results: list[T] = []
        errand = Errand(lambda connection: results.append(work(connection)))
        self._errands.put(errand)
        await asyncio.wrap_future(errand.future)
        return results[0]

    def close(self) -> None:
        """Let queued errands finish, close the connections in their own threads, and wait for both."""
        for _ in self._threads:
            self._errands.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        with ExitStack() as stack:
            connection: Connection | None = None
            while (first := self._errands.get()) is not None:
                # A waiter cancelled before its turn has its errand dropped here.
                batch = [e for e in self._gather(first) if e.future.set_running_or_notify_cancel()]
                try:
                    if connection is None:
                        connection = stack.enter_context(self._engine.connect())
                    transact(connection, batch)
                except Exception as error:  # noqa: BLE001  # the waiters get it; the lane lives on
                    fail_all(batch, error)

    def _gather(self, first: Errand) -> list[Errand]:
        batch = [first]
        while len(batch) < self._group:
            try:
                errand = self._errands.get_nowait()
            except queue.Empty:
                break
            if errand is None:
                self._errands.put(None)
                break
            batch.append(errand)
        return batch


def transact(connection: Connection, batch: list[Errand]) -> None:
    """One transaction around the batch; savepoints only where there is a neighbour to protect."""
    with connection.begin():
        for errand in batch:
            if len(batch) == 1:
                errand.perform(connection)
            else:
                errand.perform_alone(connection)
    for errand in batch:
        errand.report()


def fail_all(batch: list[Errand], error: Exception) -> None:
    """The transaction as a whole failed (disk full, lock not to be had): everyone in it is told."""
    for errand in batch:
        errand.future.set_exception(error)
