"""The queue as the worker sees it: claim, renew, finish, give back. Embedded: the lease table next door."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from docstore.storage.jobs import Lease, claim_job, finish_job, release_job, renew_lease

if TYPE_CHECKING:
    from datetime import timedelta

    from docstore.clock import Clock
    from docstore.storage.database import Database


@dataclass(frozen=True, slots=True)
class LeaseQueue:
    """`owner` names this worker; a lease lasts `lease` unless it is renewed."""

    database: Database
    clock: Clock
    owner: str
    lease: timedelta

    async def claim(self) -> Lease | None:
        """The oldest free job, now ours; None when there is none."""
        work = partial(claim_job, owner=self.owner, now=self.clock(), lease=self.lease)
        return await self.database.write(work)

    async def renew(self, lease: Lease) -> bool:
        """False: it is not ours any more."""
        return await self.database.write(partial(renew_lease, lease=lease, until=self.clock() + self.lease))

    async def finish(self, lease: Lease) -> None:
        """Done, for good."""
        await self.database.write(partial(finish_job, lease=lease))

    async def give_back(self, lease: Lease, delay: timedelta, *, counts: bool) -> None:
        """To be tried again after `delay`. `counts` is False when it was not the job's fault: a shutdown."""
        await self.database.write(
            partial(release_job, lease=lease, available_at=self.clock() + delay, counts=counts)
        )
