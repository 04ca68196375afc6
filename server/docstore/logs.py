"""One JSON object a line on standard error, written by a thread: a full pipe must not stop the loop."""

from __future__ import annotations

import json
import logging
import queue
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCESS_FIELDS = ("client", "method", "path", "http_version", "status")
# More than this waiting means that nobody reads the pipe; then lines are lost, never requests.
MOST_WAITING = 10_000


class JsonFormatter(logging.Formatter):
    """`time, level, logger, message`; uvicorn's access records keep their fields apart."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.name == "uvicorn.access" and isinstance(record.args, tuple):
            line.update(zip(ACCESS_FIELDS, record.args, strict=False))
        else:
            line["message"] = record.getMessage()
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class HandOver(QueueHandler):
    """Formats nothing here: the record goes to the thread as it is."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record


@contextmanager
def logging_to_thread(level: int = logging.INFO) -> Iterator[None]:
    """Install on the root logger; everything that was logged is written before this returns."""
    waiting: queue.Queue[logging.LogRecord] = queue.Queue(MOST_WAITING)
    writer = logging.StreamHandler(sys.stderr)
    writer.setFormatter(JsonFormatter())
    listener = QueueListener(waiting, writer)
    handler = HandOver(waiting)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(level)
    listener.start()
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        listener.stop()
