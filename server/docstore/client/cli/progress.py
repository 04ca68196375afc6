"""How uploads and downloads are getting on: bars with rate and time left on a terminal, lines elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from docstore.client.cli.speaking import format_bytes, open_stderr, printable, warn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docstore.client.files import LocalFile
    from docstore.client.uploads import Outcome


def open_bars() -> Progress:
    """Bars on stderr; they vanish when all is done."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(compact=True),
        console=open_stderr(),
        transient=True,
        expand=True,
        disable=not sys.stderr.isatty(),
    )


def shorten(name: str, width: int = 24) -> str:
    """A name that fits into a bar's first column."""
    clean = printable(name, keep_lines=False)
    return escape(clean if len(clean) <= width else clean[: width - 1] + "…")


class UploadProgress:
    """A bar for the whole and one for each file on its way; counts what has arrived, for the last words."""

    def __init__(self, files: Sequence[LocalFile], *, is_quiet: bool) -> None:
        self._bars = open_bars()
        self._is_quiet = is_quiet
        self._count = len(files)
        self._whole = self._bars.add_task(
            f"0/{self._count} files", total=sum(file.size_bytes for file in files)
        )
        self._tasks: dict[LocalFile, TaskID] = {}
        self._sent: dict[LocalFile, int] = {}
        self.arrived = 0
        self._finished = 0

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._bars.stop()

    def start(self, file: LocalFile) -> None:
        """A file is on its way."""
        self._tasks[file] = self._bars.add_task(shorten(file.name), total=file.size_bytes)
        self._sent[file] = 0

    def advance(self, file: LocalFile, sent_bytes: int) -> None:
        """So many of its bytes are sent; fewer than before when it began anew."""
        self._bars.update(self._tasks[file], completed=sent_bytes)
        self._bars.advance(self._whole, sent_bytes - self._sent[file])
        self._sent[file] = sent_bytes

    def finish(self, outcome: Outcome) -> None:
        """It arrived, or it failed."""
        file = outcome.file
        self.advance(file, file.size_bytes)
        self._bars.remove_task(self._tasks.pop(file))
        self._finished += 1
        self.arrived += not outcome.is_failed
        self._bars.update(self._whole, description=f"{self._finished}/{self._count} files")
        if outcome.error is not None:
            self._say(f"failed     {file.path}: {outcome.error}")
        elif not self._is_quiet and outcome.upload is not None:
            word = "duplicate " if outcome.upload.duplicate else "stored    "
            self._say(f"{word} {file.name} ({format_bytes(file.size_bytes)})")

    def _say(self, line: str) -> None:
        if self._bars.disable:
            warn(line)
        else:
            self._bars.console.print(printable(line), markup=False)
