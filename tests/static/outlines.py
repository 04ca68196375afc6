"""Syntax trees as plain lists that two interpreters can compare. Also a program: sources in, outlines out.

Nothing of loopaudit is imported: `python3.13 outlines.py` runs where only the standard library is installed.
"""

from __future__ import annotations

import ast
import json
import sys
import warnings

PLACES = ("lineno", "col_offset", "end_lineno", "end_col_offset")
LEFT_OUT = frozenset({"ctx", "type_comment", "kind", "type_ignores", "is_lazy"})
LINE_ONLY = frozenset({"TypeAlias", "Import", "ImportFrom"})
"""What begins with a soft keyword: no fact holds its column."""
TEMPLATES = frozenset({"JoinedStr", "TemplateStr"})

Outline = object


def outline(node: object) -> Outline:
    """The kind, the place and the parts of a node; of f-strings and t-strings the values in their fields."""
    if isinstance(node, list):
        return [outline(item) for item in node]
    if not isinstance(node, ast.AST):
        return repr(node)
    kind = type(node).__name__
    places: list[object] = [getattr(node, name, None) for name in PLACES]
    if kind in LINE_ONLY:
        places[1] = None
    if kind in TEMPLATES:
        return ["text", places, [outline(value) for value in fields_of(node)]]
    names = sorted({*node._fields, "type_params"} - LEFT_OUT)
    values = [(name, getattr(node, name, None)) for name in names]
    return [kind, places, [[name, outline(value)] for name, value in values if value not in (None, [])]]


def fields_of(node: ast.AST) -> list[ast.AST]:
    """The values of all fields of a string, those in formats included, in the order of the source."""
    found: list[ast.AST] = []
    for part in getattr(node, "values", []):
        if isinstance(part, ast.Constant):
            continue
        found.append(part.value)
        if getattr(part, "format_spec", None) is not None:
            found.extend(fields_of(part.format_spec))
    return found


def outline_of(source: str) -> Outline:
    """The outline of a source text, as this interpreter parses it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return outline(ast.parse(source))


def difference(ours: Outline, theirs: Outline) -> str:
    """Where two outlines first differ; empty if they do not."""
    if not isinstance(ours, list) or not isinstance(theirs, list) or len(ours) != len(theirs):
        return "" if ours == theirs else f"{str(ours)[:300]} instead of {str(theirs)[:300]}"
    told = (difference(one, other) for one, other in zip(ours, theirs, strict=True))
    return next((each for each in told if each), "")


if __name__ == "__main__":
    json.dump([outline_of(source) for source in json.load(sys.stdin)], sys.stdout)
