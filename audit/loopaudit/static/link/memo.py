"""Answers that are asked for again, with circles cut.

A question that comes back to itself (`x = f(x)`) gets the empty answer there. Whatever was answered on the
way may lack something, so it is kept only until the outermost question is done; then it may be asked anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from loopaudit.static.link.values import Values

MAX_DEPTH = 120
"""Questions inside questions; deeper chains exist only in generated code."""
_NEVER = 1 << 30


class Memo:
    """Remembers answers by key; `ask` is the only way in."""

    def __init__(self) -> None:
        self._done: dict[tuple[int, ...], Values] = {}
        self._provisional: dict[tuple[int, ...], Values] = {}
        self._active: dict[tuple[int, ...], int] = {}
        self._lowest = _NEVER
        """The outermost open question that an answer just given leaned on."""

    def ask(self, key: tuple[int, ...], compute: Callable[[], Values]) -> Values:
        """The remembered answer to `key`, or a new one."""
        known = self._done.get(key)
        if known is not None:
            return known
        known = self._provisional.get(key)
        if known is not None:
            self._lowest = min(self._lowest, 0)
            return known
        depth = len(self._active)
        open_at = self._active.get(key)
        if open_at is not None or depth > MAX_DEPTH:
            self._lowest = min(self._lowest, depth if open_at is None else open_at)
            return ()
        return self._answer(key, compute, depth)

    def _answer(self, key: tuple[int, ...], compute: Callable[[], Values], depth: int) -> Values:
        outer, self._lowest = self._lowest, _NEVER
        self._active[key] = depth
        try:
            answer = compute()
        finally:
            del self._active[key]
        if self._lowest >= depth:
            self._done[key] = answer
            self._lowest = outer
        else:
            self._provisional[key] = answer
            self._lowest = min(self._lowest, outer)
        if depth == 0:
            self._provisional.clear()
            self._lowest = _NEVER
        return answer
