"""Read the rows: the shipped TOML files and those of the user, checked, with errors in plain sentences."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from loopaudit.catalogue.check import check_rows
from loopaudit.catalogue.errors import CatalogueError
from loopaudit.catalogue.expand import expand_file
from loopaudit.catalogue.matcher import Catalogue, index_rows
from loopaudit.catalogue.model import Rows
from loopaudit.catalogue.shape import shape_file
from loopaudit.catalogue.versions import holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from loopaudit.catalogue.versions import Point

__all__ = ["CatalogueError", "load_catalogue", "read_document", "read_file", "read_shipped"]

SHIPPED = Path(__file__).parent / "rows"


CONFIGURED = "[tool.loopaudit.catalogue]"
"""How errors call the rows that stand in the configuration itself."""


def load_catalogue(
    extra: Sequence[Path] = (),
    project: Mapping[str, Point] = {},
    configured: Mapping[str, object] = {},
    shipped: Rows | None = None,
) -> Catalogue:
    """The shipped catalogue, then the user's files and the rows of the configuration, which win; raises
    `CatalogueError`.

    project: the versions of its libraries that the audited project uses, by distribution (`versions.py`).
    shipped: the shipped rows, where somebody has them already.
    """
    own = [read_file(path) for path in extra]
    origins = [path.name for path in extra]
    if configured:
        own.append(read_document(configured, CONFIGURED))
        origins.append(CONFIGURED)
    rows = for_project(join_rows([shipped or read_shipped(), *own]), project)
    if own:  # tests check ours
        check_rows(rows, ", ".join(origins))
    return index_rows(rows)


def for_project(rows: Rows, project: Mapping[str, Point]) -> Rows:
    """The rows that hold for the versions a project uses."""
    return msgspec.structs.replace(
        rows,
        primitives=tuple(row for row in rows.primitives if holds(row.versions, project)),
        callbacks=tuple(row for row in rows.callbacks if holds(row.versions, project)),
        entries=tuple(row for row in rows.entries if holds(row.versions, project)),
        base_classes=tuple(row for row in rows.base_classes if holds(row.versions, project)),
    )


@lru_cache(maxsize=1)
def read_shipped() -> Rows:
    """The rows of every file that comes with loopaudit; read once a process, they cannot change."""
    return join_rows(read_file(path) for path in sorted(SHIPPED.glob("*.toml")))


def read_file(path: Path) -> Rows:
    """The rows of one TOML file; raises `CatalogueError` when it cannot be read or used."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path}: cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path}: is not TOML: {error}") from None
    return read_document(document, path.name, path.stem)


def read_document(document: Mapping[str, object], origin: str, library: str = "project") -> Rows:
    """The rows of a document already parsed (a table of pyproject.toml); `origin` is how errors call it."""
    return expand_file(shape_file(document, origin), origin, library)


def join_rows(parts: Iterable[Rows]) -> Rows:
    """All rows of `parts`, in order."""
    several = list(parts)
    return Rows(
        primitives=tuple(row for part in several for row in part.primitives),
        types=tuple(row for part in several for row in part.types),
        aliases=tuple(row for part in several for row in part.aliases),
        callbacks=tuple(row for part in several for row in part.callbacks),
        entries=tuple(row for part in several for row in part.entries),
        mounts=tuple(row for part in several for row in part.mounts),
        base_classes=tuple(row for part in several for row in part.base_classes),
        values=tuple(row for part in several for row in part.values),
        roles=tuple(row for part in several for row in part.roles),
        objects=tuple(row for part in several for row in part.objects),
    )
