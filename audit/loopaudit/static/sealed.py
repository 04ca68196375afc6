"""One file on disk that is believed only if this user wrote it: sealed parts, replaced whole.

Layout: a magic word, the length of the head, the seal of the head, the head, then the blobs, each with its
seal in front. A seal is a keyed hash: no other repository, user or version can make one, and a damaged byte
breaks it. There is nothing to repair: what does not fit is not there.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
import weakref
from hashlib import blake2b
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterable

MAGIC = b"loopaudit cache 1\n"
SEAL_BYTES = 16
LENGTH_BYTES = 8
KEY_BYTES = 32
LIBRARIES = "libraries"
HEAD_START = len(MAGIC) + LENGTH_BYTES + SEAL_BYTES


def seal(blob: bytes, key: bytes) -> bytes:
    return blake2b(blob, key=key, digest_size=SEAL_BYTES).digest()


class Sealed:
    """An open file whose head was sealed by us; its blobs are checked when they are read."""

    def __init__(self, stream: BinaryIO, key: bytes, head: bytes) -> None:
        self._stream = stream
        self._key = key
        self.head = head
        self.close = weakref.finalize(self, stream.close)
        """Closes the file; so does forgetting it (facts are read as long as somebody asks)."""

    def read(self, offset: int, length: int) -> bytes | None:
        """The blob of `length` bytes at `offset` behind the head; None if it is not what was written."""
        try:
            self._stream.seek(HEAD_START + len(self.head) + offset)
            expected = self._stream.read(SEAL_BYTES)
            blob = self._stream.read(length)
        except OSError:
            return None
        return blob if compare_digest(expected, seal(blob, self._key)) else None


def open_sealed(path: Path, key: bytes) -> Sealed | None:
    """The file as it was written by us with this key, else None."""
    try:
        stream = path.open("rb")
    except OSError:
        return None
    try:
        head = _read_head(stream, key)
    except OSError:
        head = None
    if head is None:
        stream.close()
        return None
    return Sealed(stream, key, head)


def _read_head(stream: BinaryIO, key: bytes) -> bytes | None:
    start = stream.read(HEAD_START)
    if len(start) < HEAD_START or not start.startswith(MAGIC):
        return None
    length = int.from_bytes(start[len(MAGIC) : len(MAGIC) + LENGTH_BYTES], "big")
    if length > os.fstat(stream.fileno()).st_size:
        return None
    head = stream.read(length)
    return head if compare_digest(start[-SEAL_BYTES:], seal(head, key)) else None


def spans(blobs: Iterable[bytes]) -> list[tuple[int, int]]:
    """Where each of these blobs will stand behind the head: (offset, length)."""
    found: list[tuple[int, int]] = []
    offset = 0
    for blob in blobs:
        found.append((offset, len(blob)))
        offset += SEAL_BYTES + len(blob)
    return found


def replace_sealed(path: Path, key: bytes, head: bytes, blobs: Iterable[bytes]) -> None:
    """Write the whole file beside the old one and put it in its place. Raises OSError."""
    _make_folder(path.parent)
    handle, temporary = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(MAGIC + len(head).to_bytes(LENGTH_BYTES, "big") + seal(head, key) + head)
            for blob in blobs:
                stream.write(seal(blob, key))
                stream.write(blob)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _make_folder(folder: Path) -> None:
    """A cache folder; git is told to pass it over, wherever it lies."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n", "utf-8")


def user_key(home: Path) -> bytes:
    """The key of this user, made when it is first needed. Raises OSError where it cannot be kept."""
    path = home / "key"
    with contextlib.suppress(FileNotFoundError):
        found = path.read_bytes()
        if len(found) == KEY_BYTES:
            return found
    _make_folder(home)
    handle, temporary = tempfile.mkstemp(prefix=".key-", dir=home)
    with os.fdopen(handle, "wb") as stream:
        stream.write(secrets.token_bytes(KEY_BYTES))
    Path(temporary).replace(path)
    return path.read_bytes()


def cache_home() -> Path:
    """The cache folder of this user, as the XDG specification has it."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(base) if base and Path(base).is_absolute() else Path("~/.cache").expanduser()
    return home / "loopaudit"


def project_file(folder: Path, root: Path) -> Path:
    """The cache file of one project: a folder may serve several."""
    name = blake2b(os.fsencode(root.resolve()), digest_size=8).hexdigest()
    return folder / f"{name}.facts"


def library_file(home: Path, name: str, version: str) -> Path:
    """The cache file of one version of a distribution, whose name and version anybody may have made up."""
    digest = blake2b(f"{name}\0{version}".encode(errors="surrogateescape"), digest_size=8).hexdigest()
    return home / LIBRARIES / f"{digest}.facts"


def drop_oldest(folder: Path, most: int) -> None:
    """Keep the `most` files of a folder that were used last."""
    files = sorted(folder.glob("*.facts"), key=_last_used, reverse=True)
    for path in files[most:]:
        with contextlib.suppress(OSError):
            path.unlink()


def _last_used(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
