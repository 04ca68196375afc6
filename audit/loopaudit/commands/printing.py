"""Writes reports to stdout: with colours, width and signs that whoever reads it can take."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import click

from loopaudit.report.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDEST = 140
"""Longer lines are hard to read, however wide the terminal is."""


def make_canvas() -> Canvas:
    """As wide as the terminal, or without end in a pipe; plain signs where the encoding has no others."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    return Canvas(min(width, WIDEST) if width else None, encoding.startswith("utf"))


def print_lines(lines: Iterable[str]) -> None:
    """NO_COLOR takes the colours away, FORCE_COLOR keeps them in a pipe (CI logs show them)."""
    colour = False if os.environ.get("NO_COLOR") else True if os.environ.get("FORCE_COLOR") else None
    for line in lines:
        click.echo(line, color=colour)
