"""In which file and line a row stands: asked by people, not by the audit, so the files are read again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loopaudit.catalogue.load import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_KEY = re.compile(r"""^\s*(?:"(?P<quoted>[^"]+)"|(?P<bare>[\w-]+))\s*=""")
_TEXT = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Place:
    """A line of a rows file."""

    path: Path
    line: int


def locate(name: str, own: Sequence[Path] = ()) -> Place | None:
    """Where the row called `name` is written; the user's files first, for theirs are the rows that hold."""
    files = (*own, *sorted(SHIPPED.glob("*.toml")))
    for path in files:
        for line, found in _names(path.read_text(encoding="utf-8")):
            if found == name:
                return Place(path, line)
    return None


def _names(text: str) -> Iterator[tuple[int, str]]:
    """Every line that gives a row its name: keys below a group's `under`, `name = "..."`, lists of names, and
    the keys of a type's tables."""
    under = owner = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("[") and not line.startswith(("[group.", "[type.")):
            under = owner = ""
        key = _KEY.match(line)
        if key is None:
            continue
        word = key["quoted"] or key["bare"]
        values = _TEXT.findall(line[key.end() :])
        if word == "under":
            under = values[0]
        elif word in {"name", "names"}:
            owner = values[0] if word == "name" and values else ""
            yield from ((number, value) for value in values)
        else:
            yield number, f"{under or owner}.{word}" if under or owner else word
            if owner:  # methods = { cursor = "..." }, on one line
                inner = re.findall(r'[{,]\s*"?([\w.]+)"?\s*=', line[key.end() :])
                yield from ((number, f"{owner}.{each}") for each in inner)
                yield from ((number, f"{owner}.{value}") for value in values if word == "harmless")
