"""Who watches in the table: name -> how it is put around an app. A peer is one more entry."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping

from loopaudit.runtime import LoopLagMiddleware, Settings

Message = MutableMapping[str, object]
App = Callable[
    [MutableMapping[str, object], Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]


def leave_plain(app: App) -> App:
    """Nobody watches."""
    return app


def watch_with_loopaudit(app: App) -> App:
    """Our middleware; records go to the file named in the environment, metrics are exported as in
    production.
    """
    settings = Settings(
        evidence_path=os.environ.get("BENCH_EVIDENCE"),
        export_metrics=True,
        log_stalls=False,
        metrics_port=None,
    )
    return LoopLagMiddleware(app, settings=settings)


WATCHERS: dict[str, Callable[[App], App]] = {"plain": leave_plain, "loopaudit": watch_with_loopaudit}
