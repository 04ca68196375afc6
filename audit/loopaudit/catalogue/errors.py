"""What is wrong with a rows file, in one sentence that names the file, the key and the nearest valid one."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class CatalogueError(Exception):
    """A row that cannot be used."""


def refuse(origin: str, where: str, problem: str) -> CatalogueError:
    """The error for `where` (a key) of the file `origin`."""
    return CatalogueError(f"{origin}: {where}: {problem}")


def suggest(word: str, valid: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or the valid words where none is near (when they are few)."""
    choices = sorted(set(valid))
    near = difflib.get_close_matches(word, choices, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; valid are: {', '.join(choices)}" if len(choices) <= 40 else ""
