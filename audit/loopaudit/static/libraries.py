"""The sources of installed libraries, summarised one file at a time when a question leads into them.

Facts are kept in the user's cache folder, a file for each version of a distribution, and shared by all
projects. A library may be huge, and a question may lead anywhere: what is read has bounds.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

import msgspec

from loopaudit.catalogue.versions import newest_allowed, normalised
from loopaudit.static.distributions import Distribution, installed, owners
from loopaudit.static.modules import Modules
from loopaudit.static.store import drop_old_library_stores, no_store, open_library_store
from loopaudit.static.workers import Facts, summarise_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from loopaudit.catalogue.versions import Point
    from loopaudit.static.discover import SourceFile
    from loopaudit.static.environment import Environment
    from loopaudit.static.store import Store


TOO_LARGE = "The libraries are larger than what one run follows; some calls into them were not judged."


class Bounds(msgspec.Struct, frozen=True):
    """How much of the libraries one run reads. The time is there for a slow disk: whoever meets it is told,
    and what was found is not kept, for the next run may come further."""

    files: int = 4000
    source_bytes: int = 80_000_000
    file_bytes: int = 2_000_000
    seconds: float = 60.0


class Seen(msgspec.Struct, array_like=True, frozen=True):
    """A library file as it was when it was read: site-packages are edited by hand, too."""

    path: str
    size: int
    mtime_ns: int

    def is_unchanged(self) -> bool:
        try:
            status = os.stat(self.path)  # noqa: PTH116 - a string: there may be thousands
        except OSError:
            return False
        return (status.st_size, status.st_mtime_ns) == (self.size, self.mtime_ns)


class Libraries:
    """The files of one environment. `note` says in one sentence what was left unread, if anything was."""

    def __init__(
        self,
        environment: Environment,
        *,
        is_cached: bool = True,
        bounds: Bounds | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.note = ""
        self.candidates = Modules(environment.folders).candidates
        self._sites = environment.site_folders
        self._is_cached = is_cached
        self._bounds = bounds or Bounds()
        self._clock = clock
        self._seconds = self._bytes = 0.0
        self._facts: dict[str, Facts | None] = {}
        self._seen: list[Seen] = []
        self._stores: dict[tuple[str, str], Store] = {}
        self._owners: Mapping[str, Distribution] | None = None

    @property
    def seen(self) -> tuple[Seen, ...]:
        """The files that answers were made from."""
        return tuple(self._seen)

    def read(self, file: SourceFile) -> Facts | None:
        """The facts of a library file; None where a bound forbids it, or it cannot be opened."""
        if file.path not in self._facts:
            started = self._clock()
            self._facts[file.path] = self._read(file)
            self._seconds += self._clock() - started
        return self._facts[file.path]

    def _read(self, file: SourceFile) -> Facts | None:
        try:
            status = os.stat(file.path)  # noqa: PTH116 - a string, as in all of this
        except OSError:
            return None
        self._seen.append(Seen(file.path, status.st_size, status.st_mtime_ns))
        if status.st_size > self._bounds.file_bytes:
            return None
        if not self._has_room(status.st_size):
            return None
        self._bytes += status.st_size
        return summarise_all([file], self._store_of(file.path), jobs=1)[0]

    def _has_room(self, size: int) -> bool:
        bounds = self._bounds
        if len(self._seen) > bounds.files or self._bytes + size > bounds.source_bytes:
            self.note = self.note or TOO_LARGE
        elif self._seconds > bounds.seconds:
            self.note = (
                f"Reading the libraries took longer than {bounds.seconds:.0f} s; the rest was left out."
            )
        return not self.note

    @property
    def is_complete(self) -> bool:
        """Whether another run over the same files would find the same."""
        return self._seconds <= self._bounds.seconds

    def _store_of(self, path: str) -> Store:
        if not self._is_cached:
            return no_store()
        if self._owners is None:
            self._owners = owners(installed(self._sites))
        owner = self._owners.get(path)
        named = (owner.name, owner.version) if owner is not None else (os.path.dirname(path), "")  # noqa: PTH120
        if named not in self._stores:
            self._stores[named] = open_library_store(*named)
        return self._stores[named]

    def versions(self) -> Mapping[str, Point]:
        """The versions of what is installed, which tell better than any manifest which rows hold."""
        found = installed(self._sites)
        return {normalised(each.name): newest_allowed(f"=={each.version}") for each in reversed(found)}

    def save(self) -> None:
        """Keep what was read for other runs and projects."""
        for store in self._stores.values():
            store.save()
        if self._stores:
            drop_old_library_stores()

    def close(self) -> None:
        for store in self._stores.values():
            store.close()


def are_unchanged(seen: Iterable[Seen]) -> bool:
    """Whether every library file is what it was."""
    return all(each.is_unchanged() for each in seen)


@contextlib.contextmanager
def opened(environment: Environment | None, *, is_cached: bool) -> Iterator[Libraries | None]:
    """The libraries of an environment, for one run; what was read is kept at its end. None stays None."""
    if environment is None:
        yield None
        return
    libraries = Libraries(environment, is_cached=is_cached)
    try:
        yield libraries
        libraries.save()
    finally:
        libraries.close()
