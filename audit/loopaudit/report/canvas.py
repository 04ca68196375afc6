"""What a report is drawn on: its width, its signs, and text made safe to print."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

import click

SEVERITY_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}
NARROWEST = 40
"""Below this many columns nothing is gained by wrapping."""

LONGEST_TOGETHER = 48
"""Code and routes up to this length are not broken over two lines."""

_JOINT = "\u00a0"
_CODE = re.compile(r"`[^`]+`")


@dataclass(frozen=True)
class Canvas:
    """width: columns; None is a pipe, where lines are not wrapped. is_unicode: tree signs may be used."""

    width: int | None = None
    is_unicode: bool = True

    @property
    def elbow(self) -> str:
        return "└─ " if self.is_unicode else "`- "

    @property
    def bar(self) -> str:
        return "│" if self.is_unicode else "|"

    @property
    def arrow(self) -> str:
        return " → " if self.is_unicode else " -> "

    def wrap(self, text: str, first: str = "", rest: str = "") -> list[str]:
        """`text` in lines that fit, the first indented by `first`, the others by `rest`."""
        if self.width is None:
            return [first + text.replace(_JOINT, " ")]
        lines = textwrap.wrap(
            _CODE.sub(lambda code: keep_together(code[0]), text),
            width=max(self.width, NARROWEST),
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        return [line.replace(_JOINT, " ") for line in lines]


def keep_together(words: str) -> str:
    """Its spaces as no-break spaces, which `Canvas.wrap` turns back."""
    return words.replace(" ", _JOINT) if len(words) <= LONGEST_TOGETHER else words


def printable(text: str) -> str:
    """`text` without control characters: names and source lines must not be able to move the cursor."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text.replace("\t", "    "))


def highlight_code(lines: list[str]) -> list[str]:
    """What stands between backticks in bold, also where the wrapping split it."""
    text = _CODE.sub(lambda found: _bold(found[0]), "\n".join(lines))
    return text.split("\n")


def _bold(code: str) -> str:
    return "\n".join(click.style(piece, bold=True) for piece in code.split("\n"))


def dim(text: str) -> str:
    return click.style(text, dim=True)


def count(number: int, thing: str, several: str = "") -> str:
    """`1 finding`, `2 findings`."""
    return f"{number:,} {thing if number == 1 else several or thing + 's'}"
