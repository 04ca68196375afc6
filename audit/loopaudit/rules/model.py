"""What a rule is: a code, a name, a manual page, and a function from observations to findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loopaudit.findings import Finding
    from loopaudit.static.observations import Observations


@dataclass(frozen=True)
class Rule:
    """One rule. kinds: the primitive kinds it speaks about. page: its manual page: the docstring.

    reads: the field of `Observations` that it alone reads and that is filled only on demand, or "".
    """

    code: str
    name: str
    page: str
    kinds: frozenset[str]
    check: Callable[[Rule, Observations], Iterator[Finding]]
    default_on: bool = True
    reads: str = ""

    @property
    def summary(self) -> str:
        """The first line of the manual page."""
        return self.page.strip().split("\n", 1)[0].rstrip(".")
