"""Many files at once: a few in flight, every outcome kept, the rest left alone once the server is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from docstore.client.answers import Upload
from docstore.client.errors import DocstoreError, UnreachableError
from docstore.client.files import LocalFile, Sent

if TYPE_CHECKING:
    from collections.abc import Sequence


class Watcher(Protocol):
    """Who is told how the files are getting on: a progress bar, a log, nobody."""

    def start(self, file: LocalFile) -> None:
        """A file is on its way."""

    def advance(self, file: LocalFile, sent_bytes: int) -> None:
        """So many of its bytes are sent."""

    def finish(self, outcome: Outcome) -> None:
        """It arrived, or it failed."""


@dataclass(frozen=True)
class Outcome:
    """What became of one local file: an upload, or an error."""

    file: LocalFile
    upload: Upload | None
    error: DocstoreError | None

    @property
    def is_failed(self) -> bool:
        """True when it did not arrive."""
        return self.upload is None


Send = Callable[[LocalFile, Sent], Awaitable[Upload]]
NOT_TRIED = "Not sent: the server could no longer be reached."


async def upload_many(
    send_one: Send, files: Sequence[LocalFile], watcher: Watcher, concurrency: int = 4
) -> tuple[Outcome, ...]:
    """Send all the files and return their outcomes in the same order. Cancelling stops those in flight.

    `send_one` is `partial(docstore.upload, collection_id)`.
    """
    waiting = iter(enumerate(files))
    outcomes: dict[int, Outcome] = {}
    gone = asyncio.Event()

    async def send_in_turn() -> None:
        for place, file in waiting:
            watcher.start(file)
            outcomes[place] = await send(file)
            watcher.finish(outcomes[place])

    async def send(file: LocalFile) -> Outcome:
        if gone.is_set():
            return Outcome(file, None, UnreachableError(NOT_TRIED))
        try:
            upload = await send_one(file, lambda sent: watcher.advance(file, sent))
        except DocstoreError as error:
            if isinstance(error, UnreachableError):
                gone.set()
            return Outcome(file, None, error)
        return Outcome(file, upload, None)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(concurrency, len(files))):
            group.create_task(send_in_turn())
    return tuple(outcomes[place] for place in range(len(files)))
