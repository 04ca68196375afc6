"""The named conditions (`unless`) under which a primitive is harmless, each written once for both halves.

The auditor fills `Arguments` from source, the running side from real values. A condition answers True only
when it is sure: an unknown argument never makes a call harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Constant = str | bytes | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument. `value` counts only when `is_known`; `type_path` is its canonical type, if known;
    `length` the number of bytes or characters of a literal that is too long (or of a kind) to be kept."""

    value: Constant = None
    is_known: bool = False
    type_path: str = ""
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a call was given. `is_open`: `*args` or `**kwargs` may have added more (after those listed).
    `receiver_made_by`: the arguments of the call that made the object the method belongs to."""

    positional: tuple[Argument, ...] = ()
    keywords: Mapping[str, Argument] = field(default_factory=dict)
    is_open: bool = False
    receiver_made_by: Arguments | None = None

    def get(self, position: int, keyword: str) -> Argument | None:
        """The argument at `position` or under `keyword`; None when the call does not pass it."""
        found = self.keywords.get(keyword)
        if found is None and 0 <= position < len(self.positional):
            found = self.positional[position]
        return found


Condition = Callable[[Arguments], bool]

CONDITIONS: Mapping[str, Condition] = MappingProxyType({})


def is_harmless(unless: tuple[str, ...], arguments: Arguments) -> bool:
    """Whether any of the named conditions holds for a call with these arguments."""
    return any(CONDITIONS[name](arguments) for name in unless)
