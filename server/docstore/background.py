"""Tasks that run beside the requests, and how they end."""

from __future__ import annotations

import asyncio
from contextlib import suppress


async def stop(task: asyncio.Task[None]) -> None:
    """Cancel the task and wait until it is through; raises what it died of before."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
