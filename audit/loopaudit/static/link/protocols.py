"""Dunders: which of them can matter in this program, and which one answers for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loopaudit.static.link.linker import Linker

TRIVIAL = frozenset(
    ("isinstance", "issubclass", "super", "len", "hash", "type", "tuple", "getattr", "str", "repr", "format",
     "join", "bool", "int", "NotImplementedError", "TypeError", "id", "all", "any", "zip", "frozenset")
)  # fmt: skip
FALLBACKS: Mapping[str, tuple[str, ...]] = {
    "__bool__": ("__len__",),
    "__format__": ("__str__", "__repr__"),
    "__str__": ("__repr__",),
    "__contains__": ("__iter__",),
    **{f"__i{word}__": (f"__{word}__",) for word in (
        "add", "sub", "mul", "matmul", "truediv", "mod", "pow", "lshift", "rshift", "or", "xor", "and",
        "floordiv",
    )},
}  # fmt: skip
"""What Python asks for next where a class does not define a dunder."""


def busy_dunders(link: Linker) -> frozenset[str]:
    """The dunders that do something in this program, and those that fall back on them: an operator that runs
    none of these is not looked at."""
    busy = {*_own(link), *(row.name.rpartition(".")[2] for row in link.catalogue.rows.primitives)}
    busy = {name for name in busy if name.startswith("__")}
    return frozenset(busy.union(name for name, others in FALLBACKS.items() if busy.intersection(others)))


def _own(link: Linker) -> Iterator[str]:
    for number in link.index.functions:
        function = link.index.function(number)
        if function.owner >= 0 and function.name.startswith("__") and not TRIVIAL.issuperset(function.called):
            yield function.name


def candidates(method: str) -> tuple[str, ...]:
    """The dunder and what answers in its place, in the order Python asks."""
    return (method, *FALLBACKS.get(method, ()))
