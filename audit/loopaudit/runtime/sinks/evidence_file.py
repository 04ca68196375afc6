"""Stall records on disk, for the auditor: JSONL, bounded, rotated, written by a thread of its own.

The loop never waits for the disk: a record is put into a bounded queue, and when that is full it is
dropped and counted. Each record is flushed, so that a process killed for its stall leaves the record of
it; a line torn by the kill is cut off when the file is opened again.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from loopaudit.runtime.sinks.records import encode_record, make_record

if TYPE_CHECKING:
    from loopaudit.runtime.events import Stall

logger = logging.getLogger("loopaudit.runtime")

QUEUE_SIZE = 1000
JOIN_SECONDS = 2.0


class EvidenceFile:
    """Observer and writer. `path` may hold `{pid}`: give each worker its own file, or share one (lines are
    whole).
    """

    def __init__(self, path: Path, max_bytes: int, old_files: int) -> None:
        self.path = Path(str(path).replace("{pid}", str(os.getpid())))
        self._max_bytes = max_bytes
        self._old_files = old_files
        self._queue: queue.SimpleQueue[Stall | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._worker = os.environ.get("LOOPAUDIT_WORKER", "")
        self.dropped = 0

    def start(self) -> None:
        """Open the file and start the thread. Raises OSError, naming the path, if it cannot be written."""
        # loopaudit: ignore[LA101] once, when watching starts, so that a path that is wrong is said at once
        self.path.parent.mkdir(parents=True, exist_ok=True)
        trim_torn_line(self.path)
        with self.path.open("ab"):
            pass
        self._thread = threading.Thread(target=self._run, name="loopaudit-evidence", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what is queued and stop, within two seconds."""
        if self._thread is None:
            return
        self._queue.put(None)
        self._thread.join(JOIN_SECONDS)
        self._thread = None

    def on_stall(self, stall: Stall) -> None:
        """Queue a finished stall; never waits."""
        if not stall.is_over:
            return
        if self._queue.qsize() >= QUEUE_SIZE:
            self.dropped += 1
            return
        self._queue.put(stall)

    def _run(self) -> None:
        while (stall := self._queue.get()) is not None:
            try:
                self._write(encode_record(make_record(stall, os.getpid(), self._worker)))
            except OSError as error:
                self.dropped += 1
                logger.warning("a stall record could not be written to %s: %s", self.path, error)

    def _write(self, line: bytes) -> None:
        """Append in one write, so that workers sharing a file never mix lines; rotate when it is full."""
        if self.path.exists() and self.path.stat().st_size + len(line) > self._max_bytes:
            rotate(self.path, self._old_files)
        with self.path.open("ab", buffering=0) as file:
            file.write(line)


def rotate(path: Path, old_files: int) -> None:
    """`stalls.jsonl` becomes `stalls.jsonl.1`, and so on; the oldest goes."""
    if old_files < 1:
        path.unlink(missing_ok=True)
        return
    for number in range(old_files - 1, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        if older.exists():
            older.replace(path.with_name(f"{path.name}.{number + 1}"))
    if path.exists():
        path.replace(path.with_name(f"{path.name}.1"))


def trim_torn_line(path: Path) -> None:
    """Cut off a last line without its end: the process that wrote it was killed."""
    try:
        with path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            start = max(size - 65536, 0)
            file.seek(start)
            tail = file.read()
            if tail and not tail.endswith(b"\n"):
                file.truncate(start + tail.rfind(b"\n") + 1)
    except FileNotFoundError:
        return
