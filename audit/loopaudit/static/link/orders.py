"""The order in which a class's bases are looked up: without recursion, and no longer than anybody writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_ORDER = 100
"""Classes of one order that are looked at; only generated code derives further. A chain of thousands would
cost its square, for every class of it has an order."""


class Orders:
    """Computes orders from `bases_of`, each once. Circles of classes are cut where they meet."""

    def __init__(self, bases_of: Callable[[int], tuple[int, ...]]) -> None:
        self._bases_of = bases_of
        self._known: dict[int, tuple[int, ...]] = {}

    def of(self, cls: int) -> tuple[int, ...]:
        """The class, its bases and theirs; what several share comes after all of them."""
        known = self._known.get(cls)
        return self._compute(cls) if known is None else known

    def _compute(self, cls: int) -> tuple[int, ...]:
        pending = [cls]
        while pending:
            current = pending[-1]
            self._known.setdefault(current, (current,))  # whoever meets it in a circle sees it alone
            bases = self._bases_of(current)
            unknown = next((base for base in bases if base not in self._known), None)
            if unknown is not None:
                pending.append(unknown)
                continue
            merged: dict[int, None] = {current: None}
            for base in bases:
                for each in self._known[base]:
                    if each != current:
                        merged.pop(each, None)
                        merged[each] = None
            self._known[current] = tuple(merged)[:MAX_ORDER]
            pending.pop()
        return self._known[cls]
