"""Many files at once: a few in flight, every outcome kept, the rest left alone once the server is gone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from docstore.client.errors import DocstoreError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docstore.client.answers import Upload
    from docstore.client.files import LocalFile, Sent


class Sender(Protocol):
    """What sends one file; the client, or a fake in a test."""

    async def upload(self, collection_id: str, file: LocalFile, sent: Sent) -> Upload:
        """Send a file and return what became of it."""


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


NOT_TRIED = "Not sent: the server could no longer be reached."


async def upload_many(
    sender: Sender, collection_id: str, files: Sequence[LocalFile], watcher: Watcher, concurrency: int = 4
) -> tuple[Outcome, ...]:
    """Send all the files and return their outcomes in the same order. Cancelling stops those in flight."""
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
            upload = await sender.upload(collection_id, file, lambda sent: watcher.advance(file, sent))
        except DocstoreError as error:
            if isinstance(error, UnreachableError):
                gone.set()
            return Outcome(file, None, error)
        return Outcome(file, upload, None)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(concurrency, len(files))):
            group.create_task(send_in_turn())
    return tuple(outcomes[place] for place in range(len(files)))
