"""Which versions of its libraries a project says it uses: read from its manifests, with nothing run or asked.

What was locked is surer than what is allowed, and what stands nearer to the audited files than what stands
farther away. A manifest that cannot be read says nothing: the newest version counts, as without one.
"""

from __future__ import annotations

import fnmatch
import os
import tomllib
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from loopaudit.catalogue.versions import OLDEST, newest_allowed, normalised, split_requirement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from loopaudit.catalogue.versions import Point

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock")
"""Lists of `[[package]]` tables with a name and a version each."""
ORDER = (*LOCKS, "*.dist-info", "pyproject.toml", "requirements*.txt", "requirements", "PKG-INFO")
"""What is looked for in a folder, the surest first; of a folder that matches, what `INSIDE` says."""
METADATA = frozenset(("METADATA", "PKG-INFO"))
INSIDE = {"*.dist-info": "METADATA", "requirements": "*.txt"}
MAX_BYTES = 8 << 20
MAX_PARSED_BYTES = 1 << 20
"""Longer TOML than this was not written by hand, and parsing it takes seconds."""
MAX_ABOVE = 4
"""Folders above an audited path that are looked into."""
MAX_BELOW = 200
"""Folders right below an audited folder that are looked into: services, not a collection of things."""


class Manifest(msgspec.Struct, frozen=True):
    """A manifest as found: its path and its bytes."""

    path: Path
    content: bytes


def find_manifests(paths: Iterable[Path], root: Path) -> tuple[Manifest, ...]:
    """The manifests in and above the audited paths, then those one level below, the nearest first."""
    folders: dict[Path, None] = {}
    below: dict[Path, None] = {}
    for path in dict.fromkeys(path if path.is_dir() else path.parent for path in paths):
        folders.update(dict.fromkeys(_climb(path.resolve(), root.resolve())))
        below.update(dict.fromkeys(_folders_in(path)))
    found = dict.fromkeys(file for folder in (*folders, *below) for file in _manifests_in(folder))
    return tuple(Manifest(file, content) for file in found if (content := _read(file)) is not None)


def signature(manifests: Sequence[Manifest]) -> bytes:
    """A digest of what the manifests say."""
    state = blake2b(digest_size=16)
    for manifest in manifests:
        state.update(blake2b(manifest.content, digest_size=16).digest())
    return state.digest()


def versions_used(manifests: Sequence[Manifest]) -> Mapping[str, Point]:
    """For each library that some manifest names, the newest version that the first such manifest allows; of a
    distribution that lies there unpacked, its own."""
    found: dict[str, Point] = {}
    unpacked: dict[str, Point] = {}
    for manifest in manifests:
        here: dict[str, Point] = {}
        for name, clauses in _said(manifest):
            here[name] = max(newest_allowed(clauses), here.get(name, OLDEST))
        found = {**here, **found}
        unpacked.update(_own_version(manifest))
    return {**found, **unpacked}


def _climb(folder: Path, root: Path) -> Iterator[Path]:
    """The folder and those above it in the same project: up to its repository, else to the root."""
    line = (folder, *list(folder.parents)[:MAX_ABOVE])
    top = next((each for each in line if (each / ".git").exists()), root if root in line else folder)
    for each in line:
        yield each
        if each == top:
            return


def _folders_in(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(each.name for each in entries if each.is_dir() and each.name[0] not in "._")
    except OSError:  # a folder that may not be read is reported where its sources are
        return []
    return [folder / name for name in names[:MAX_BELOW]]


def _manifests_in(folder: Path) -> Iterator[Path]:
    names = _listed(folder)
    for pattern in ORDER:
        for name in fnmatch.filter(names, pattern):
            if pattern not in INSIDE:
                yield folder / name
                continue
            inner = folder / name
            yield from (inner / each for each in fnmatch.filter(_listed(inner), INSIDE[pattern]))


def _listed(folder: Path) -> list[str]:
    """The names in a folder; none where there is no folder of that name, or nobody may read it."""
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - thousands of folders, each asked once
    except OSError:
        return []


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes() if file.stat().st_size <= MAX_BYTES else None
    except OSError:  # says nothing, see above
        return None


def _said(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Names and clauses, as far as the manifest can be understood."""
    text = manifest.content.decode("utf-8", errors="replace")
    name = manifest.path.name
    if name in LOCKS:
        return _locked(text)
    if name == "pyproject.toml":
        return _in_pyproject(text)
    if name in METADATA:
        return _in_metadata(text)
    return (split_requirement(line) for line in text.splitlines())


def _locked(text: str) -> Iterator[tuple[str, str]]:
    """Lock files are written by a program, one key a line, and long: no need to parse them whole."""
    name = ""
    for line in text.splitlines():
        if line == "[[package]]":
            name = ""
        elif line.startswith("name = "):
            name = normalised(line[7:].strip().strip('"'))
        elif line.startswith("version = ") and name:
            yield name, "==" + line[10:].strip().strip('"')
            name = ""


def _in_metadata(text: str) -> Iterator[tuple[str, str]]:
    """What an installed or unpacked distribution requires."""
    for line in text.partition("\n\n")[0].splitlines():
        if line.startswith("Requires-Dist: "):
            yield split_requirement(line[15:])


def _own_version(manifest: Manifest) -> Mapping[str, Point]:
    if manifest.path.name not in METADATA:
        return {}
    head = manifest.content.partition(b"\n\n")[0].decode("utf-8", errors="replace")
    said = dict(line.partition(": ")[::2] for line in reversed(head.splitlines()))
    return exactly({said.get("Name", "").strip(): said.get("Version", "").strip()})


def exactly(versions: Mapping[str, str]) -> Mapping[str, Point]:
    """The same as points: distributions that are known to be there in this version."""
    return {normalised(name): newest_allowed(f"=={version}") for name, version in versions.items()}


def _in_pyproject(text: str) -> Iterator[tuple[str, str]]:
    if len(text) > MAX_PARSED_BYTES:
        return
    try:
        document: dict[str, object] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):  # says nothing, see above
        return
    project = _table(document, "project")
    for listed in (
        project.get("dependencies"),
        *_table(project, "optional-dependencies").values(),
        *_table(document, "dependency-groups").values(),
    ):
        if isinstance(listed, list):
            yield from (split_requirement(each) for each in listed if isinstance(each, str))
    poetry = _table(_table(document, "tool"), "poetry")
    groups = (_table(_table(poetry, "group"), name) for name in _table(poetry, "group"))
    for holder in (poetry, *groups):
        for name, asked in _table(holder, "dependencies").items():
            clauses = asked.get("version", "") if isinstance(asked, dict) else asked
            if isinstance(clauses, str):
                yield normalised(name), clauses


def _table(document: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = document.get(key)
    return found if isinstance(found, dict) else {}
