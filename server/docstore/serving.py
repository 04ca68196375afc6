"""`docstore serve`: uvicorn with uvloop and httptools around the application, on loopback unless asked."""

from __future__ import annotations

import gc
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import uvicorn

from docstore.app import create_app
from docstore.errors import ConfigurationError
from docstore.logs import logging_to_thread
from docstore.settings import Settings, read_settings

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

# A collection stops every thread; the default comes after 700 allocations, mostly for nothing.
GENERATION_SIZES = (50_000, 20, 50)
# Waiting threads ask for the interpreter this often: the loop gets it back from a database thread in time.
SWITCH_SECONDS = 0.001


def serve(host: str = "127.0.0.1", port: int = 8000, data_dir: Path | None = None) -> None:
    """Serve until a signal comes. Settings come from the environment; a wrong one exits 2 with a sentence."""
    try:
        settings = read_settings()
        if data_dir is not None:
            settings = settings.model_copy(update={"data_dir": data_dir})
        server = build_server(settings, host, port)
    except ConfigurationError as error:
        print(f"docstore: {error}", file=sys.stderr)  # the command line's answer
        raise SystemExit(2) from None
    # uvicorn raises the signal again when it is done; by default that would end us before the log is written.
    signal.signal(signal.SIGTERM, ignore_signal)
    with logging_to_thread(), suppress(KeyboardInterrupt):
        tune_interpreter()
        server.run()
    if not server.started:
        raise SystemExit(1)


def build_server(settings: Settings, host: str, port: int) -> uvicorn.Server:
    """Ready to run; raises ConfigurationError for a data directory that cannot be written."""
    check_data_dir(settings.data_dir)
    config = uvicorn.Config(
        create_app(settings),
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        log_config=None,
        timeout_graceful_shutdown=settings.graceful_shutdown_seconds,
        server_header=False,
    )
    return uvicorn.Server(config)


def check_data_dir(folder: Path) -> None:
    """Make it now: an unwritable folder is a sentence here and a traceback later."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ConfigurationError(
            f"DOCSTORE_DATA_DIR: {str(folder)!r} cannot be written ({error.strerror}); name another folder"
        ) from error


def ignore_signal(_number: int, _frame: FrameType | None) -> None:
    """The stop has happened already."""


def tune_interpreter() -> None:
    """What is loaded by now stays for ever: collections need not look at it again."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.set_threshold(*GENERATION_SIZES)
    gc.collect()
    gc.freeze()
