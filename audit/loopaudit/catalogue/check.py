"""Check what no single file can know: that rows refer to rows that exist and aliases end somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.catalogue.aliases import MAX_ALIAS_STEPS
from loopaudit.catalogue.errors import refuse, suggest

if TYPE_CHECKING:
    from loopaudit.catalogue.model import Rows


def check_rows(rows: Rows, origin: str) -> None:
    """Raise `CatalogueError` for the first row that points nowhere; `origin` names the files."""
    _check_types(rows, origin)
    _check_aliases(dict(rows.aliases), origin)


def _check_types(rows: Rows, origin: str) -> None:
    types = {row.name for row in rows.types}
    primitives = {row.name for row in rows.primitives}
    aliases = {name for name, _ in rows.aliases}
    for row in rows.types:
        for base in (*row.bases, *row.like):
            if base not in types | aliases:
                problem = f"base '{base}' is not a [[type]]{suggest(base, types)}"
                raise refuse(origin, f"type '{row.name}'", problem)
        if row.default and row.default not in primitives:
            problem = f"default '{row.default}' is not a primitive{suggest(row.default, primitives)}"
            raise refuse(origin, f"type '{row.name}'", problem)
        for name in row.blocking_properties:
            path = f"{row.name}.{name}"
            if path not in primitives:
                problem = f"blocking property '{name}' lacks a row called '{path}'"
                raise refuse(origin, f"type '{row.name}'", problem)


def _check_aliases(aliases: dict[str, str], origin: str) -> None:
    for start in aliases:
        path, steps = start, 0
        while path in aliases:
            path, steps = aliases[path], steps + 1
            if steps > MAX_ALIAS_STEPS:
                raise refuse(origin, f"alias '{start}'", "leads in a circle or through too many names")
