"""Which files are read, and by which names they are imported. Walks with scandir; opens no source file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.ignored import Ignores, above, from_gitignore, from_lines, is_ignored
from loopaudit.static.naming import Package

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SKIPPED_FOLDERS = frozenset({"venv", "site-packages", "node_modules", "__pycache__"})
BUILT_FOLDERS = frozenset({"build", "dist"})
"""Skipped unless they hold a package: some projects have a module named build."""
LEFT_OUT_FOLDERS = frozenset(
    {"tests", "test", "testing", "examples", "example", "docs", "doc", "docs_src", "migrations"}
)


class DiscoveryError(Exception):
    """A path that cannot be read, in one sentence."""


class SourceFile(msgspec.Struct, frozen=True):
    """A file to read. `path` opens it; `relative` is POSIX, from the root (with `..` outside of it).

    modules: the names it may be imported by, the likeliest first. Two files may share a name that is not
    their first.
    """

    path: str
    relative: str
    modules: tuple[str, ...]
    is_package: bool

    @property
    def module(self) -> str:
        return self.modules[0]


class Discovery(msgspec.Struct, frozen=True):
    """The files, by relative path."""

    files: tuple[SourceFile, ...]


class _Walk(msgspec.Struct):
    """What one walk carries: its rules stay, its files grow."""

    root: str
    exclude: tuple[Ignores, ...]
    found: dict[str, SourceFile]
    with_tests: bool = False


def discover(
    paths: Sequence[Path], *, root: Path, exclude: Iterable[str] = (), include_tests: bool = False
) -> Discovery:
    """The Python files of these paths. A path that is named is read, though it be ignored or a test.

    exclude: gitignore patterns, relative to the root; they hold for named paths too.
    Raises DiscoveryError for a path that does not exist, a folder that cannot be read, a broken pattern.
    """
    top = os.path.realpath(root)
    walk = _Walk(top, _exclusions(top, exclude), {})
    for path in paths or [root]:
        _visit(walk, path, include_tests)
    return Discovery(tuple(sorted(walk.found.values(), key=lambda file: file.relative)))


def _exclusions(root: str, patterns: Iterable[str]) -> tuple[Ignores, ...]:
    found: list[Ignores] = []
    for pattern in patterns:
        try:
            rule = from_lines(root, [pattern])
        except ValueError as error:
            message = f"The exclude pattern {pattern!r} cannot be used: {error}."
            raise DiscoveryError(message) from error
        if rule is not None:
            found.append(rule)
    return tuple(found)


def _visit(walk: _Walk, path: Path, include_tests: bool) -> None:
    """A path that the user named."""
    named = os.path.realpath(path)
    if not path.exists():
        raise DiscoveryError(f"The path {str(path)!r} does not exist.")
    is_folder = path.is_dir()
    if not is_folder and not path.is_file():
        raise DiscoveryError(f"The path {str(path)!r} is neither a file nor a folder.")
    folder = named if is_folder else str(Path(named).parent)
    package = _package_of(folder, walk.root)
    below_root = Path(named).parts[len(Path(walk.root).parts) :] if _is_below(named, walk.root) else ()
    walk.with_tests = include_tests or not is_folder or any(_is_left_out(part) for part in below_root)
    if is_folder:
        itself = named.rstrip(os.sep) + os.sep
        if not is_ignored(itself, walk.exclude):
            rules = tuple(rule for rule in above(folder, walk.root) if not rule.verdict(itself))
            _walk_folder(walk, folder, package, rules)
    elif not is_ignored(named, walk.exclude):
        _take(walk, named, Path(named).name, package)


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _has_init(folder: str) -> bool:
    """False too where the folder may not be read: reading it says so better."""
    return os.path.isfile(folder + os.sep + "__init__.py")  # noqa: PTH113 - pathlib raises, and is slow


def _package_of(folder: str, root: str) -> Package:
    """The place of a folder, its parents asked one by one: names may begin above the root."""
    parents = [Path(folder), *Path(folder).parents]
    inits = [_has_init(str(parent)) for parent in parents]
    chain = inits.index(False)
    below_root = len(Path(folder).parts) - len(Path(root).parts) if _is_below(folder, root) else 0
    parts = [parent.name for parent in parents[: max(chain, below_root)]]
    return Package(tuple(reversed(parts)), chain)


def _walk_folder(walk: _Walk, folder: str, package: Package, rules: tuple[Ignores, ...]) -> None:
    try:
        with os.scandir(folder) as entries:
            listed = {entry.name: entry for entry in entries}
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DiscoveryError(f"The folder {folder!r} cannot be read: {reason}.") from error
    own_rule = from_gitignore(folder) if ".gitignore" in listed else None
    if own_rule is not None:
        rules = (*rules, own_rule)
    prefix = folder.rstrip(os.sep) + os.sep
    for name, entry in listed.items():
        if name.endswith(".py"):
            if entry.is_file() and _is_wanted(walk, name, prefix + name, rules):
                _take(walk, prefix + name, name, package)
        elif _may_hold_source(name) and entry.is_dir(follow_symlinks=False):
            path = prefix + name
            if _is_wanted(walk, name, path + os.sep, rules) and _is_source_folder(path, name):
                has_init = _has_init(path)
                _walk_folder(walk, path, package.folder(name, has_init), rules)


def _may_hold_source(name: str) -> bool:
    return not name.startswith(".") and name not in SKIPPED_FOLDERS and not name.endswith(".egg-info")


def _is_source_folder(path: str, name: str) -> bool:
    """Not what a build left behind, and not a virtual environment by another name."""
    if name in BUILT_FOLDERS:
        return _has_init(path)
    return not os.path.exists(path + os.sep + "pyvenv.cfg")  # noqa: PTH110 - strings: we walk


def _is_left_out(name: str) -> bool:
    """Tests, examples, documentation and migrations: nobody's requests wait for them."""
    if name.endswith(".py"):
        return name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"
    return name in LEFT_OUT_FOLDERS


def _is_wanted(walk: _Walk, name: str, path: str, rules: tuple[Ignores, ...]) -> bool:
    if not walk.with_tests and (_is_left_out(name) or path.endswith(ALEMBIC_VERSIONS)):
        return False
    return not is_ignored(path, rules) and not is_ignored(path, walk.exclude)


ALEMBIC_VERSIONS = os.path.join("alembic", "versions", "")  # noqa: PTH118 - a suffix, not a path


def _take(walk: _Walk, path: str, name: str, package: Package) -> None:
    if path in walk.found:
        return
    relative = (
        path[len(walk.root.rstrip(os.sep)) + 1 :]
        if _is_below(path, walk.root)
        else os.path.relpath(path, walk.root)
    )
    stem = name.removesuffix(".py")
    readable = os.fsencode(relative).decode("utf-8", "replace").replace(os.sep, "/")
    walk.found[path] = SourceFile(path, readable, package.modules(stem), stem == "__init__")
