"""From the names below a line to the catalogue's primitive. The catalogue is loaded when the first stall
ends.

It is loaded lazily, off the loop: a service that never stalls never reads the rows.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable

logger = logging.getLogger("loopaudit.runtime")

Lookup = Callable[[str], str | None]


def match_primitive(calls: tuple[str, ...], lookup: Lookup) -> str | None:
    """The catalogue's name for the outermost call that it knows; else what the own line called; else None."""
    for name in calls:
        known = lookup(name)
        if known is not None:
            return known
    return calls[0] if calls else None


def lookup_in_catalogue(name: str) -> str | None:
    """The row's name if the catalogue has this dotted name as a primitive."""
    find = _load_finder()
    return find(name) if find is not None else None


@functools.cache
def _load_finder() -> Lookup | None:
    try:
        from loopaudit.catalogue.errors import CatalogueError
        from loopaudit.catalogue.load import load_catalogue
    except ImportError as error:
        logger.info("stalls are named without the catalogue: %s", error)
        return None
    try:
        find = load_catalogue().primitive
    except (CatalogueError, OSError) as error:
        logger.warning("stalls are named without the catalogue: %s", error)
        return None

    def name_row(name: str) -> str | None:
        row = find(name)
        return row.name if row is not None else None

    return name_row
