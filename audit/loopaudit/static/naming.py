"""The names a file can be imported by, told by where it lies; nobody runs the project to ask its path."""

from __future__ import annotations

SOURCE_ROOTS = frozenset({"src", "lib"})


class Package:
    """A folder as a place of modules: the folders above it that can be part of a module's name.

    prefixes: every dotted prefix its modules may have, the likeliest first ("" for a folder of scripts).
    """

    __slots__ = ("chain", "parts", "prefixes")

    def __init__(self, parts: tuple[str, ...], chain: int) -> None:
        self.parts = parts
        self.chain = chain
        """How many of the innermost folders have an `__init__.py`, without a gap."""
        self.prefixes = _prefixes(parts, chain)

    def folder(self, name: str, has_init: bool) -> Package:
        """The place one folder deeper."""
        return Package((*self.parts, name), self.chain + 1 if has_init else 0)

    def modules(self, stem: str) -> tuple[str, ...]:
        """The names of a file of this folder, the likeliest first; `__init__` names the folder itself."""
        if stem == "__init__":
            return tuple(prefix for prefix in self.prefixes if prefix) or ("__init__",)
        return tuple(f"{prefix}.{stem}" if prefix else stem for prefix in self.prefixes)


def _prefixes(parts: tuple[str, ...], chain: int) -> tuple[str, ...]:
    """The chain of `__init__.py` must be in the name; how much stands before it depends on `sys.path`.

    The likeliest: below the nearest `src` or `lib`; else a package starts where its chain starts, and
    a folder without `__init__.py` is a namespace below the root.
    """
    shortest = len(parts) - chain
    longest = shortest
    while longest > 0 and parts[longest - 1].isidentifier():
        longest -= 1
    starts = list(range(shortest, longest - 1, -1))
    usual = shortest if chain else longest
    likeliest = next((start for start in starts if start > 0 and parts[start - 1] in SOURCE_ROOTS), usual)
    ordered = [likeliest, *(start for start in starts if start != likeliest)]
    return tuple(".".join(parts[start:]) for start in ordered)
