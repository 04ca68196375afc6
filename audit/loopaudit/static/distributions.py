"""What is installed in an environment: names, versions and what each consists of, read from `*.dist-info`."""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

DIGEST_BYTES = 16
MOST_METADATA_BYTES = 20_000
"""Name and version stand in the first lines."""
MOST_RECORD_BYTES = 30_000_000


class Distribution(msgspec.Struct, frozen=True):
    """An installed distribution. record: the digest of its list of files, which holds theirs."""

    name: str
    version: str
    site: str
    info: str
    record: bytes


def installed(sites: Iterable[str]) -> list[Distribution]:
    """The distributions of these folders, in the order of their names."""
    return [found for site in sites for found in map(_read, _info_folders(site)) if found is not None]


def _info_folders(site: str) -> Iterator[tuple[str, str]]:
    try:
        names = [path.name for path in Path(site).iterdir()]
    except OSError:
        return
    for name in sorted(names):
        if name.endswith(".dist-info"):
            yield site, name


def _read(place: tuple[str, str]) -> Distribution | None:
    site, info = place
    folder = Path(site, info)
    if not folder.is_dir():
        return None
    written = info.removesuffix(".dist-info").partition("-")
    said = _headers(_bytes(folder / "METADATA", MOST_METADATA_BYTES))
    name, version = said.get("name", written[0]), said.get("version", written[2])
    record = blake2b(_bytes(folder / "RECORD", MOST_RECORD_BYTES), digest_size=DIGEST_BYTES).digest()
    return Distribution(name, version, site, info, record)


def _headers(metadata: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in metadata.decode("utf-8", "replace").splitlines():
        key, colon, value = line.partition(":")
        if not colon:
            break  # the description begins
        found.setdefault(key.strip().lower(), value.strip())
    return found


def _bytes(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(most)
    except OSError:
        return b""


def state_of(distributions: Iterable[Distribution], folders: Iterable[str]) -> bytes:
    """A digest of what is installed and where: another state may lead to other findings."""
    state = blake2b(digest_size=DIGEST_BYTES)
    for each in distributions:
        state.update(f"{each.name}\0{each.version}\0{each.site}\0".encode(errors="surrogateescape"))
        state.update(each.record)
    for folder in folders:
        state.update(os.fsencode(folder) + b"\0")
    return state.digest()


def owners(distributions: Iterable[Distribution]) -> Mapping[str, Distribution]:
    """The Python files that distributions say they have installed, by path."""
    found: dict[str, Distribution] = {}
    for each in distributions:
        record = _bytes(Path(each.site, each.info, "RECORD"), MOST_RECORD_BYTES)
        prefix = each.site + os.sep
        for line in record.decode("utf-8", "replace").splitlines():
            name = line.partition(",")[0]
            if name.endswith(".py"):
                found.setdefault(prefix + name.replace("/", os.sep), each)
    return found
