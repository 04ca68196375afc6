"""Answers that are asked for again, with circles cut.

A question that comes back to itself (`x = f(x)`) gets the empty answer there. What was answered on the way
may lack something: it is kept while the question it leaned on is open, and asked anew afterwards, when that
one's answer is known. In a knot of many circles this could go on for long: after MAX_TRIES an answer stands.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from loopaudit.static.link.weight import bounded

if TYPE_CHECKING:
    from collections.abc import Callable

    from loopaudit.static.link.values import Values

    Key = tuple[int, ...]

P = ParamSpec("P")
Given = TypeVar("Given")
Answer = TypeVar("Answer")

MAX_DEPTH = 100
"""Questions inside questions; deeper chains exist only in generated code."""
MAX_TRIES = 2
_NEVER = 1 << 30


class Kept(dict[Given, Answer]):
    """A dictionary that computes what it is first asked for; its `__getitem__` is the fastest memo there is.

    For answers that cannot come back to themselves; those that can belong to `Memo`.
    """

    def __init__(self, compute: Callable[[Given], Answer]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, given: Given) -> Answer:
        answer = self[given] = self._compute(given)
        return answer


class Memo:
    """Remembers answers by key; `ask` is the only way in. `known(key)` is the answer that stands, if there is
    one: cheaper than to ask."""

    def __init__(self) -> None:
        self._done: dict[Key, Values] = {}
        self._provisional: dict[Key, tuple[Values, int]] = {}
        self._order: list[Key] = []
        """The keys of the provisional answers, oldest first."""
        self._active: dict[Key, int] = {}
        self._tries: Counter[Key] = Counter()
        self._lowest = _NEVER
        """The outermost open question that the answers just given leaned on."""
        self.known: Callable[[Key], Values | None] = self._done.get

    def ask(self, key: Key, compute: Callable[P, Values], *args: P.args, **keywords: P.kwargs) -> Values:
        """The remembered answer to `key`, or a new one: `compute(*args)`."""
        known = self._done.get(key)
        if known is not None:
            return known
        waiting = self._provisional.get(key)
        if waiting is not None:
            self._lowest = min(self._lowest, waiting[1])
            return waiting[0]
        depth = len(self._active)
        open_at = self._active.get(key)
        if open_at is not None or depth > MAX_DEPTH:
            self._lowest = min(self._lowest, depth - 1 if open_at is None else open_at)
            return ()
        outer, self._lowest = self._lowest, _NEVER
        first = len(self._order)
        self._active[key] = depth
        try:
            answer = bounded(compute(*args, **keywords))
        finally:
            del self._active[key]
        if self._lowest >= depth or self._has_tried(key):
            self._done[key] = answer
            if len(self._order) > first:
                self._reopen(first)
            self._lowest = outer
        else:
            self._provisional[key] = (answer, self._lowest)
            self._order.append(key)
            self._lowest = min(self._lowest, outer)
        return answer

    def _has_tried(self, key: Key) -> bool:
        """Whether a question inside a knot has been asked often enough."""
        self._tries[key] += 1
        return self._tries[key] >= MAX_TRIES

    def _reopen(self, first: int) -> None:
        """What leaned on a question while it was open may be asked anew."""
        for each in self._order[first:]:
            self._provisional.pop(each, None)
        del self._order[first:]
