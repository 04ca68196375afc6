"""Running a reader in a process of its own, with an end: what breaks in there breaks one document."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import anyio
import anyio.to_process

from docstore.processing.extract import ExtractOrder, extract
from docstore.processing.fence import fence_process
from docstore.processing.readers import UnreadableError
from docstore.services.kinds import kind_of

if TYPE_CHECKING:
    from docstore.storage.layout import Layout

MEBIBYTE = 1024 * 1024
WARM_UP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One process, used again until it dies; `limiter` keeps it at one on a machine that also serves."""

    layout: Layout
    limiter: anyio.CapacityLimiter
    seconds: float
    memory_bytes: int

    async def warm_up(self) -> None:
        """Start the process now: its imports should not compete with the first upload."""
        with anyio.fail_after(WARM_UP_SECONDS):
            await anyio.to_process.run_sync(
                partial(fence_process, self.memory_bytes, self.seconds),
                cancellable=True,
                limiter=self.limiter,
            )

    async def read(self, document_id: str, content_type: str) -> int:
        """Text and spans to disk; returns the number of passages. Raises UnreadableError with a sentence."""
        kind = kind_of(content_type)
        if kind is None:
            raise UnreadableError(
                f"{content_type} cannot be searched, only stored: send text, Markdown or HTML."
            )
        order = ExtractOrder(
            blob=self.layout.blob(document_id),
            kind=kind.value,
            text=self.layout.text(document_id),
            spans=self.layout.spans(document_id),
            memory_bytes=self.memory_bytes,
            seconds=self.seconds,
        )
        try:
            with anyio.fail_after(self.seconds):
                return await anyio.to_process.run_sync(extract, order, cancellable=True, limiter=self.limiter)
        except TimeoutError as error:
            raise UnreadableError(f"It could not be read within {self.seconds:g} seconds.") from error
        except MemoryError as error:
            limit = self.memory_bytes // MEBIBYTE
            raise UnreadableError(f"Reading it takes more than {limit} MB of memory.") from error
        except anyio.BrokenWorkerProcess as error:
            raise UnreadableError("Its reader crashed: the file is broken or made to do harm.") from error
