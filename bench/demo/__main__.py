"""Run the story in a temporary folder. Ends with 0 only when every claim held; leaves nothing behind."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.demo.audit import AuditError
from bench.demo.story import Story
from bench.demo.telling import Teller
from bench.load.experiment import LoadError
from bench.load.servers import ServerError

if TYPE_CHECKING:
    from types import FrameType

HELD, FAILED, INTERRUPTED = 0, 1, 130


def main() -> int:
    """The exit code."""
    # Killed politely, it tidies up as it does after Ctrl-C.
    signal.signal(signal.SIGTERM, interrupt)
    teller = Teller()
    try:
        with tempfile.TemporaryDirectory(prefix="loopaudit-demo-") as folder:
            return HELD if Story(teller, Path(folder)).tell() else FAILED
    except (AuditError, ServerError, LoadError) as error:
        teller.fail(str(error))
        return FAILED
    except KeyboardInterrupt:
        teller.fail("Interrupted; both services are stopped and the files are gone.")
        return INTERRUPTED


def interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Leave as Ctrl-C does."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
