"""Which arguments a named condition looks at: found by letting it look at a call that notes what is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from loopaudit.catalogue.arguments import Argument, Arguments
from loopaudit.catalogue.conditions import CONDITIONS


class _Keywords(Mapping[str, Argument]):
    """No keyword was passed; which were asked for is noted."""

    def __init__(self, asked: set[str]) -> None:
        self.asked = asked

    def __getitem__(self, key: str) -> Argument:
        self.asked.add(key)
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _Positional(tuple[Argument, ...]):
    """No positional argument was passed; that somebody looked is noted."""

    asked: set[str]

    def __len__(self) -> int:
        self.asked.add("0")
        return 0


TOLD_BY_THE_CALLER = {"awaited_inside"}
"""No argument of the library: where the call stands."""

CONTENT = {"data", "msg", "operation", "s"}
"""What conditions call an argument that libraries name as they like; callers pass it by position."""


@dataclass(frozen=True, slots=True)
class _Noting(Arguments):
    """A call without arguments that notes every place somebody looks at."""

    places: set[str] = field(default_factory=set)

    def get(self, position: int, keyword: str) -> Argument | None:
        self.places.add(str(position) if keyword in CONTENT else f"{position}:{keyword}")
        return None


def places_read(condition: str) -> set[str]:
    """`{"0:timeout"}`: position and keyword, or the keyword alone; empty for what only the receiver tells."""
    asked: set[str] = set()
    positional = _Positional()
    positional.asked = asked
    noting = _Noting(positional, _Keywords(asked))
    CONDITIONS[condition](noting)
    return (noting.places | asked) - TOLD_BY_THE_CALLER
