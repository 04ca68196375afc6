"""A live loop, watched: lag, stalls, their line, their route and their cause.

One line for an ASGI app, one block for any asyncio program:

    app.add_middleware(LoopLagMiddleware, settings=Settings(threshold_seconds=0.1))

    async def main() -> None:
        async with watch(Settings(evidence_path="stalls.jsonl")) as diagnostics:
            ...

`metrics_app()` gives an ASGI app that serves `/metrics` in-app. Importing this package imports no
web framework and no optional package.
"""

from __future__ import annotations

from loopaudit.runtime.events import (
    BlockingCall,
    GcPause,
    Lag,
    Place,
    Shares,
    SlowCallback,
    Stall,
    ThreadHog,
    Whose,
)
from loopaudit.runtime.middleware import LoopLagMiddleware
from loopaudit.runtime.monitor import Diagnostics
from loopaudit.runtime.settings import Settings, SettingsError
from loopaudit.runtime.sinks.in_app import metrics_app
from loopaudit.runtime.watching import watch

__all__ = [
    "BlockingCall",
    "Diagnostics",
    "GcPause",
    "Lag",
    "LoopLagMiddleware",
    "Place",
    "Settings",
    "SettingsError",
    "Shares",
    "SlowCallback",
    "Stall",
    "ThreadHog",
    "Whose",
    "metrics_app",
    "watch",
]
