"""`/metrics` served by the app itself: convenient, but silent during a stall; the side thread's port is
not.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping

from loopaudit.runtime.settings import SettingsError

Scope = MutableMapping[str, object]
Message = MutableMapping[str, object]
ASGIApp = Callable[
    [Scope, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]


def metrics_app() -> ASGIApp:
    """An ASGI app that answers with prometheus-client's registry: `app.mount("/metrics", metrics_app())`.

    The loops' metrics are in it when `export_metrics` or `metrics_port` is set. Raises SettingsError without
    prometheus-client.
    """
    try:
        from prometheus_client import make_asgi_app
    except ImportError:
        raise SettingsError(
            "metrics_app() needs the package prometheus-client: install loopaudit[runtime]"
        ) from None
    app: ASGIApp = make_asgi_app()
    return app
