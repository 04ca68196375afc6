"""What git ignores, and what a configuration excludes: gitignore patterns, the deepest file decides."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from pathspec import GitIgnoreSpec

if TYPE_CHECKING:
    from collections.abc import Iterable


class Ignores:
    """The patterns of one folder, for the paths below it.

    Most paths match none of them: one joined expression asks first, pathspec answers in full.
    """

    __slots__ = ("_any", "_spec", "_start")

    def __init__(self, folder: str, spec: GitIgnoreSpec) -> None:
        self._start = len(folder.rstrip(os.sep)) + 1
        self._spec = spec
        sources = [pattern.regex.pattern for pattern in spec.patterns if pattern.regex is not None]
        self._any = re.compile("|".join(re.sub(r"\(\?P<\w+>", "(?:", str(source)) for source in sources))

    def verdict(self, path: str) -> bool | None:
        """True: ignored, False: taken back by `!`, None: nothing is said. A folder's path ends in a slash."""
        relative = path[self._start :]
        if os.sep != "/":
            relative = relative.replace(os.sep, "/")
        if not self._any.search(relative):
            return None
        return self._spec.check_file(relative).include


def is_ignored(path: str, rules: tuple[Ignores, ...]) -> bool:
    """Whether the innermost rule that speaks about this path ignores it."""
    for rule in reversed(rules):
        verdict = rule.verdict(path)
        if verdict is not None:
            return verdict
    return False


def from_lines(folder: str, lines: Iterable[str]) -> Ignores | None:
    """Rules of one folder; None when there are none. Raises ValueError for a broken pattern."""
    spec = GitIgnoreSpec.from_lines(lines)
    return Ignores(folder, spec) if any(pattern.regex for pattern in spec.patterns) else None


def from_gitignore(folder: str, name: str = ".gitignore") -> Ignores | None:
    """The rules of a `.gitignore`; like git we pass over what cannot be read and over broken lines."""
    try:
        lines = Path(folder, name).read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return from_lines(folder, [line for line in lines if _is_sound(line)])


def _is_sound(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def above(folder: str, root: str) -> tuple[Ignores, ...]:
    """The rules of the folders above `folder`, up to the top of its repository (or else to `root`)."""
    parents: list[str] = []
    current = folder
    while True:
        parents.append(current)
        if os.path.exists(os.path.join(current, ".git")):  # noqa: PTH110, PTH118 - strings: we walk
            break
        parent = os.path.dirname(current)  # noqa: PTH120 - as above
        if parent == current:
            parents = parents[: parents.index(root) + 1] if root in parents else parents[:1]
            break
        current = parent
    found = [from_gitignore(parents[-1], ".git/info/exclude")]
    found += [from_gitignore(parent) for parent in reversed(parents[1:])]
    return tuple(rule for rule in found if rule is not None)
