"""Blocks of statements that run together, and what can be told from them: who comes before whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.expressions import AnyExpr  # noqa: TC001 (msgspec reads the annotations)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Await(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`await value` where the value is no call: a task, a future."""

    value: AnyExpr
    line: int
    column: int
    block: int


class Block(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Statements that run together: of a branch, a loop or a `try`; -1 is the body of the scope itself.

    kind: `branch` (the first of an `if` or a `match`) | `otherwise` (`elif`, `else`, a later case, a handler:
    instead of what stands before it under the same parent) | `loop` (also a comprehension) | `try`. parent:
    the block around it. defs: how many defs come before it: what has a higher index is bound inside or later.
    catches: the last words of the exceptions that a `try` handles, `*` for all.
    """

    kind: str
    parent: int
    defs: int
    catches: tuple[str, ...] = ()


def around(blocks: Sequence[Block], block: int) -> Iterator[int]:
    """The block and all blocks around it, innermost first, without the body of the scope."""
    while block >= 0:
        yield block
        block = blocks[block].parent


def is_inside(blocks: Sequence[Block], block: int, outer: int) -> bool:
    """Whether what stands in `block` runs only where what stands in `outer` ran up to there."""
    return outer < 0 or outer in around(blocks, block)


def loop_around(blocks: Sequence[Block], block: int) -> int:
    """The nearest loop around, or -1."""
    return next((each for each in around(blocks, block) if blocks[each].kind == "loop"), -1)


def are_exclusive(blocks: Sequence[Block], first: int, second: int) -> bool:
    """Whether of two places only one is reached in one pass: they stand in branches of one decision."""
    mine = [*around(blocks, first)][::-1]
    theirs = [*around(blocks, second)][::-1]
    for one, other in zip(mine, theirs, strict=False):
        if one != other:
            low, high = sorted((one, other))
            between = [each.kind for each in blocks[low + 1 : high] if each.parent == blocks[low].parent]
            return blocks[high].kind == "otherwise" and not {"branch", "try"}.intersection(between)
    return False
