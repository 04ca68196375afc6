"""Which file a dotted name of a library stands in, as the import system would look for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from loopaudit.findings import LIBRARIES
from loopaudit.static.discover import SourceFile

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_PARTS = 12
"""Parts of a dotted name that are looked at."""


class Modules:
    """Finds source files below the folders of an environment; each folder is listed once.

    Only plain files count: extension modules, zipped eggs and stubs have no bodies to read.
    """

    def __init__(self, folders: tuple[str, ...]) -> None:
        self._folders = folders
        self._listings: dict[str, Mapping[str, bool]] = {}
        self._known: dict[str, tuple[SourceFile | None, tuple[str, ...]]] = {}

    def candidates(self, path: str) -> list[tuple[SourceFile, tuple[str, ...]]]:
        """The modules that may hold `path` and what is left of it inside, the longest module name first."""
        parts = path.split(".")[:MAX_PARTS]
        found: list[tuple[SourceFile, tuple[str, ...]]] = []
        for end in range(1, len(parts) + 1):
            file, folders = self._locate(".".join(parts[:end]))
            if file is not None:
                found.append((file, tuple(parts[end:])))
            if not folders:
                break
        return found[::-1]

    def _locate(self, name: str) -> tuple[SourceFile | None, tuple[str, ...]]:
        """The file of a module, if it has one, and the folders that its submodules lie in."""
        known = self._known.get(name)
        if known is None:
            above, _, last = name.rpartition(".")
            folders = self._locate(above)[1] if above else self._folders
            known = self._known[name] = self._look(name, last, folders)
        return known

    def _look(
        self, name: str, last: str, folders: tuple[str, ...]
    ) -> tuple[SourceFile | None, tuple[str, ...]]:
        portions: list[str] = []
        for folder in folders if last.isidentifier() else ():
            listing = self._list(folder)
            inner = folder + os.sep + last
            if listing.get(last) and self._list(inner).get("__init__.py") is False:
                return self._file(name, inner + os.sep + "__init__.py"), (inner,)
            if listing.get(f"{last}.py") is False:
                return self._file(name, f"{inner}.py"), ()
            if listing.get(last):
                portions.append(inner)
        return None, tuple(portions)

    def _list(self, folder: str) -> Mapping[str, bool]:
        """The names in a folder -> whether each is a folder; what is neither file nor folder is left out."""
        known = self._listings.get(folder)
        if known is None:
            try:
                with os.scandir(folder) as entries:
                    known = {each.name: each.is_dir() for each in entries if each.is_dir() or each.is_file()}
            except OSError:
                known = {}
            self._listings[folder] = known
        return known

    def _file(self, name: str, path: str) -> SourceFile:
        is_package = path.endswith(os.sep + "__init__.py")
        below = name.replace(".", "/") + ("/__init__.py" if is_package else ".py")
        return SourceFile(path, f"{LIBRARIES}/{below}", (name,), is_package)
