"""The facts of earlier runs, in one file a project: opened fast, read in slices, replaced whole.

A file's facts are found by its content, and its content by its size, time and inode, so that an unchanged
file is not even opened. What is inside is believed only if it carries a seal made with a key of this user:
a cache that came with a repository is somebody else's, and is not read.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from hashlib import blake2b
from pathlib import Path

import msgspec

from loopaudit.static.facts import FACTS_VERSION
from loopaudit.static.sealed import (
    LIBRARIES,
    Sealed,
    cache_home,
    drop_oldest,
    library_file,
    open_sealed,
    project_file,
    replace_sealed,
    spans,
    user_key,
)

SETTLED_NANOSECONDS = 2_000_000_000
"""A file younger than this may change again within the same tick of its clock: its time proves nothing."""
MOST_RESULTS = 4
MOST_LIBRARIES = 500
DIGEST_BYTES = 16


class Known(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A path as it was seen: its signature (size, mtime_ns, inode) and the digest of its bytes."""

    size: int
    mtime_ns: int
    inode: int
    digest: bytes

    def is_of(self, status: os.stat_result) -> bool:
        return (
            self.size == status.st_size
            and self.mtime_ns == status.st_mtime_ns
            and self.inode == status.st_ino
            and bool(self.digest)
        )


class Index(msgspec.Struct, array_like=True):
    """What stands where in the file; spans are (offset, length) behind the index."""

    paths: dict[str, Known]
    facts: dict[bytes, tuple[int, int]]
    results: dict[str, tuple[int, int]]


class Store:
    """The facts and results of earlier runs. `note` says in one sentence why nothing is kept, if so."""

    def __init__(self, path: Path | None, key: bytes, note: str = "") -> None:
        self.note = note
        self._path = path
        self._key = _key_for_this_version(key) if path is not None else b""
        self._index = Index({}, {}, {})
        self._old: Sealed | None = None
        self._new: dict[bytes, bytes] = {}
        self._new_results: dict[str, bytes] = {}
        self._is_changed = False
        if path is not None:
            self._open(path)

    def _open(self, path: Path) -> None:
        old = open_sealed(path, self._key)
        if old is None:
            return
        try:
            self._index = msgspec.msgpack.decode(old.head, type=Index)
        except msgspec.DecodeError:
            old.close()
        else:
            self._old = old

    @property
    def is_empty(self) -> bool:
        """Nothing is known yet: asking for single files is not worth reading them."""
        return not self._index.facts and not self._new

    def digest_of(self, path: str, status: os.stat_result) -> bytes | None:
        """The digest of a file that has not changed since it was last read."""
        known = self._index.paths.get(path)
        if known is None or not known.is_of(status):
            return None
        return known.digest

    def has(self, digest: bytes) -> bool:
        return digest in self._new or digest in self._index.facts

    def facts(self, digest: bytes) -> bytes | None:
        """The encoded module of a file with these bytes."""
        found = self._new.get(digest)
        if found is None:
            span = self._index.facts.get(digest)
            found = self._read(span) if span is not None else None
        return found

    def _read(self, span: tuple[int, int]) -> bytes | None:
        return None if self._old is None else self._old.read(*span)

    def keep(self, path: str, status: os.stat_result, digest: bytes, encoded: bytes | None = None) -> None:
        """Remember a file as it was read; its facts too, unless they are known."""
        if not _is_text(path):
            return
        is_settled = time.time_ns() - status.st_mtime_ns > SETTLED_NANOSECONDS
        known = Known(status.st_size, status.st_mtime_ns if is_settled else -1, status.st_ino, digest)
        if self._index.paths.get(path) != known:
            self._index.paths[path] = known
            self._is_changed = True
        if encoded is not None:
            self._new[digest] = encoded
            self._is_changed = True

    def result(self, key: str) -> bytes | None:
        """The blob kept under this key; the key must say all that the result depends on."""
        found = self._new_results.get(key)
        if found is None:
            span = self._index.results.get(key)
            found = self._read(span) if span is not None else None
        return found

    def keep_result(self, key: str, blob: bytes) -> None:
        self._new_results[key] = blob
        self._is_changed = True

    def save(self) -> None:
        """Write the file anew if anything changed; afterwards `note` says if that was not possible."""
        if self._path is None or not self._is_changed:
            return
        try:
            self._write(self._path)
        except OSError as error:
            self.note = f"The cache {str(self._path)!r} cannot be written: {error.strerror or error}."
        else:
            self._is_changed = False

    def _write(self, path: Path) -> None:
        """Files that are gone take their facts with them; of results the newest few stay."""
        paths = {name: known for name, known in self._index.paths.items() if os.path.lexists(name)}
        facts = {known.digest: self.facts(known.digest) for known in paths.values()}
        names = list(dict.fromkeys([*reversed(self._new_results), *self._index.results]))[:MOST_RESULTS]
        results = {name: self.result(name) for name in names}
        found = [*facts.items(), *results.items()]
        blobs = [blob for _, blob in found if blob is not None]
        index = Index(paths, {}, {})
        places = iter(spans(blobs))
        for digest, blob in facts.items():
            if blob is not None:
                index.facts[digest] = next(places)
        for name, blob in results.items():
            if blob is not None:
                index.results[name] = next(places)
        replace_sealed(path, self._key, msgspec.msgpack.encode(index), blobs)

    def close(self) -> None:
        if self._old is not None:
            self._old.close()
            self._old = None


def _is_text(path: str) -> bool:
    """Not a name in bytes that are no UTF-8: msgpack has no word for it."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def digest_of(source: bytes) -> bytes:
    """What identifies the facts of these bytes, for a given version of facts."""
    return blake2b(source, digest_size=DIGEST_BYTES).digest()


def _key_for_this_version(key: bytes) -> bytes:
    """The user's key for facts of this making: what another version has sealed does not open.

    Asking the installed distribution for its version costs more than opening the store, and does not
    change while somebody works on the lowering; the files that make facts answer both.
    """
    here = Path(__file__).parent
    made_by = [str(FACTS_VERSION), str(sys.version_info[:2])]
    sources = [
        here / "expressions.py",
        here / "facts.py",
        here / "summarise.py",
        *(here / "lower").rglob("*.py"),
    ]
    for source in sorted(sources):
        status = source.stat()
        made_by.append(f"{source.name} {status.st_size} {status.st_mtime_ns}")
    return blake2b("\n".join(made_by).encode(), key=key, digest_size=32).digest()


def open_store(root: Path, folder: Path | None = None) -> Store:
    """The store of a project, under the user's cache folder or in `folder`. Never fails: see `note`."""
    try:
        home = cache_home()
        key = user_key(home)
    except (OSError, RuntimeError) as error:
        return Store(None, b"", f"Nothing is cached: {error}.")
    return Store(project_file(folder or home, root), key)


def open_library_store(name: str, version: str) -> Store:
    """The store of one version of a distribution, which all projects of this user share. Never fails."""
    try:
        home = cache_home()
        key = user_key(home)
    except (OSError, RuntimeError) as error:
        return Store(None, b"", f"Nothing is cached: {error}.")
    path = library_file(home, name, version)
    with contextlib.suppress(OSError):
        os.utime(path)  # used just now: the oldest are dropped first
    return Store(path, key)


def drop_old_library_stores() -> None:
    """Libraries are upgraded for ever: of their versions those used last stay."""
    with contextlib.suppress(OSError, RuntimeError):
        drop_oldest(cache_home() / LIBRARIES, MOST_LIBRARIES)


def no_store() -> Store:
    """A store that remembers nothing."""
    return Store(None, b"")
