"""Other names of the same thing: the longest prefix of a dotted path that is an alias is replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_ALIAS_STEPS = 8
"""An alias may lead to an alias; more steps than this would be a circle, which the loader refuses."""


def follow(aliases: Mapping[str, str], path: str) -> str:
    """The name that rows use for `path`."""
    for _ in range(MAX_ALIAS_STEPS):
        step = _step(aliases, path)
        if step is None:
            break
        path = step
    return path


def _step(aliases: Mapping[str, str], path: str) -> str | None:
    """Replace the longest prefix of `path` that is an alias."""
    prefix = path
    while prefix:
        target = aliases.get(prefix) or kin(aliases, prefix)
        if target is not None:
            return target + path[len(prefix) :] if target != prefix else None
        prefix = prefix.rpartition(".")[0]
    return None


def kin(aliases: Mapping[str, str], path: str) -> str | None:
    """What all classes of a package are alike (`"some.loaders.*"`), those of its modules too, but for those
    that have a row of their own, which `index_rows` makes their own alias."""
    owner, _, last = path.rpartition(".")
    if not last[:1].isupper():
        return None
    while owner:
        target = aliases.get(f"{owner}.*")
        if target is not None:
            return target
        owner = owner.rpartition(".")[0]
    return None
