"""The worker: takes one job after the other, and knows what to do when one does not end well."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from docstore.processing.readers import UnreadableError
from docstore.storage.passages import LeaseLostError
from docstore.storage.processing import fail_processing

if TYPE_CHECKING:
    from docstore.clock import Clock
    from docstore.processing.jobs import Jobs
    from docstore.processing.queue import LeaseQueue
    from docstore.storage.database import Database
    from docstore.storage.jobs import Lease

log = logging.getLogger(__name__)

# Nobody announces a lease that ends or a retry that comes due: the queue is looked at this often anyway.
LOOK_SECONDS = 2.0
RETRY_SECONDS = 2.0
NOW = timedelta(0)


@dataclass(frozen=True, slots=True)
class Worker:
    """`work` is set by whoever queued something."""

    queue: LeaseQueue
    jobs: Jobs
    database: Database
    clock: Clock
    work: asyncio.Event
    max_attempts: int

    async def run(self) -> None:
        """Until cancelled; the job in hand is given back."""
        await self._warm_up()
        while True:
            self.work.clear()
            try:
                is_idle = not await self.run_once()
            except Exception:
                # A database that fails for a moment must not end processing for ever.
                log.exception("the worker could not take or settle a job")
                is_idle = True
            if is_idle:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.work.wait(), LOOK_SECONDS)

    async def _warm_up(self) -> None:
        try:
            await self.jobs.reading.warm_up()
        except Exception:
            # Not the end: the first document starts it again, and fails with a sentence if it cannot.
            log.exception("the reading process did not start")

    async def run_once(self) -> bool:
        """One job from claim to end; False when there was none."""
        lease = await self.queue.claim()
        if lease is None:
            return False
        if lease.attempts > self.max_attempts:
            await self._give_up(lease, f"Its worker died {self.max_attempts} times while processing it.")
            return True
        renewing = asyncio.create_task(self._keep_renewing(lease))
        try:
            await self._perform(lease)
        finally:
            renewing.cancel()
        return True

    async def _perform(self, lease: Lease) -> None:
        try:
            await self.jobs.perform(lease)
        except asyncio.CancelledError:
            await asyncio.shield(self.queue.give_back(lease, NOW, counts=False))
            raise
        except LeaseLostError:
            log.info("job %s was taken over or withdrawn", lease.job_id)
        except UnreadableError as error:
            await self._give_up(lease, str(error))
        except Exception as error:
            log.exception("job %s (%s of %s) failed", lease.job_id, lease.kind, lease.target_id)
            await self._try_again(lease, error)
        else:
            await self.queue.finish(lease)

    async def _try_again(self, lease: Lease, error: Exception) -> None:
        if lease.attempts >= self.max_attempts:
            await self._give_up(
                lease, f"It could not be processed in {lease.attempts} attempts ({type(error).__name__})."
            )
        else:
            delay = timedelta(seconds=RETRY_SECONDS * 2**lease.attempts)
            await self.queue.give_back(lease, delay, counts=True)

    async def _give_up(self, lease: Lease, sentence: str) -> None:
        with suppress(LeaseLostError):
            await self.database.write(
                partial(fail_processing, lease=lease, sentence=sentence, now=self.clock())
            )

    async def _keep_renewing(self, lease: Lease) -> None:
        """A job that lost its lease is not stopped here: its next write is refused, which is soon enough."""
        while True:
            await asyncio.sleep(self.queue.lease.total_seconds() / 3)
            if not await self.queue.renew(lease):
                return
