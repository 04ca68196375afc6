"""Which versions of its libraries a project says it uses: read from its manifests, with nothing run or asked.

What was locked is surer than what is allowed, and what stands nearer to the audited files than what stands
farther away. A manifest that cannot be read says nothing: the newest version counts, as without one.
"""

from __future__ import annotations

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
PATTERNS = (
    *LOCKS, "*.dist-info/METADATA", "pyproject.toml", "requirements*.txt", "requirements/*.txt", "PKG-INFO",
)  # fmt: skip
"""What is looked for in a folder, the surest first."""
MAX_BYTES = 8 << 20
MAX_ABOVE = 4
"""Folders above an audited path that are looked into."""


class Manifest(msgspec.Struct, frozen=True):
    """A manifest as found: its path and its bytes."""

    path: Path
    content: bytes


def find_manifests(paths: Iterable[Path], root: Path) -> tuple[Manifest, ...]:
    """The manifests in and above the audited paths, then those one level below, the nearest first."""
    folders: dict[Path, None] = {}
    below: dict[Path, None] = {}
    for path in paths:
        start = path if path.is_dir() else path.parent
        folders.update(dict.fromkeys(_climb(start.resolve(), root.resolve())))
        below.update(dict.fromkeys(_folders_in(start)))
    found = dict.fromkeys(file for folder in (*folders, *below) for file in _manifests_in(folder))
    return tuple(Manifest(file, content) for file in found if (content := _read(file)) is not None)


def signature(manifests: Sequence[Manifest]) -> bytes:
    """A digest of what the manifests say."""
    state = blake2b(digest_size=16)
    for manifest in manifests:
        state.update(blake2b(manifest.content, digest_size=16).digest())
    return state.digest()


def versions_used(manifests: Sequence[Manifest]) -> Mapping[str, Point]:
    """For each library that some manifest names, the newest version that the first such manifest allows."""
    found: dict[str, Point] = {}
    for manifest in manifests:
        here: dict[str, Point] = {}
        for name, clauses in _said(manifest):
            here[name] = max(newest_allowed(clauses), here.get(name, OLDEST))
        found = {**here, **found}
    return found


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
        return sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
    except OSError:  # a folder that may not be read is reported where its sources are
        return []


def _manifests_in(folder: Path) -> Iterator[Path]:
    for pattern in PATTERNS:
        try:
            yield from sorted(folder.glob(pattern))
        except OSError:  # as above
            return


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
    if name in {"METADATA", "PKG-INFO"}:
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
    """What an installed or unpacked distribution requires, and its own name and version."""
    name = ""
    for line in text.partition("\n\n")[0].splitlines():
        key, _, value = line.partition(": ")
        if key == "Name":
            name = normalised(value.strip())
        elif key == "Version" and name:
            yield name, f"=={value.strip()}"
        elif key == "Requires-Dist":
            yield split_requirement(value)


def _in_pyproject(text: str) -> Iterator[tuple[str, str]]:
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
