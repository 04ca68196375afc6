"""A file in newer syntax to a tree: scanned, rewritten, parsed, and put back where it stands.

Each step has its file; what cannot be rewritten stays as it is, and the parser says what is wrong with it.
"""

from __future__ import annotations

import ast
from hashlib import blake2b
from typing import NamedTuple

from loopaudit.static.lower.newer.edits import Edited
from loopaudit.static.lower.newer.restore import Marks, restore
from loopaudit.static.lower.newer.scan import scan
from loopaudit.static.lower.newer.statements import statement_edits
from loopaudit.static.lower.newer.strings import string_edits
from loopaudit.static.lower.newer.unpacking import unpacking_edits


class Translated(NamedTuple):
    """The tree, as of the source itself, and the text that was parsed: its lines are those of the source."""

    tree: ast.Module
    text: str


def translate(text: str) -> Translated | None:
    """Parse source that this interpreter refuses; None where it holds nothing newer.

    Raises what `ast.parse` raises, SyntaxError first of all, with the line in the source: what is left when
    all that is newer has been rewritten is what is truly broken.
    """
    source = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    marks = _marks(source)
    tokens = scan(source)
    edits = [
        *statement_edits(tokens, marks.types.encode()),
        *unpacking_edits(tokens, marks.star.encode(), marks.double.encode()),
        *string_edits(tokens, marks.string.encode()),
    ]
    if not edits:
        return None
    edited = Edited(source, edits)
    rewritten = edited.text.decode()
    tree = ast.parse(rewritten)
    restore(tree, marks, edited)
    return Translated(tree, rewritten)


def _marks(source: bytes) -> Marks:
    """Names that no source holds, for they depend on all of it."""
    stem = "_" + blake2b(source, digest_size=8).hexdigest()
    return Marks(stem + "s", stem + "u", stem + "d", stem + "t")
