"""`/metrics` from a thread of its own: served by the loop it would time out during the very stall it
should report.

Loopback unless set otherwise. One port for each worker, the first free one from a base: prometheus
multiprocess mode loses exemplars and leaves the gauges of the dead.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from loopaudit.runtime.settings import SettingsError

if TYPE_CHECKING:
    import threading
    from wsgiref.simple_server import WSGIServer

    from prometheus_client import CollectorRegistry

PORTS_TO_TRY = 64


class MetricsServer:
    """Serves a registry until stopped; `address` is the URL that answers."""

    def __init__(self, host: str, base_port: int, registry: CollectorRegistry) -> None:
        self._host = host
        self._base_port = base_port
        self._registry = registry
        self._server: WSGIServer | None = None
        self._thread: threading.Thread | None = None
        self.address = ""

    def start(self) -> None:
        """Take the first free port from the base. Raises SettingsError when none of 64 is free."""
        from prometheus_client import start_http_server

        last = min(self._base_port + PORTS_TO_TRY, 65536)
        for port in range(self._base_port, last):
            try:
                self._server, self._thread = start_http_server(port, self._host, self._registry)
            except OSError as error:
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise
                continue
            self.address = f"http://{self._host}:{self._server.server_port}/metrics"
            return
        raise SettingsError(
            f"metrics_port: no free port between {self._base_port} and {last - 1} on {self._host}"
        )

    def stop(self) -> None:
        """Close the port and end the thread."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        if self._thread is not None:
            self._thread.join(2.0)
        self._server = self._thread = None
