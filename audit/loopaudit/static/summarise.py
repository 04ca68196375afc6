"""One file's bytes to its facts: a pure function, and no file can make it raise."""

from __future__ import annotations

import ast
from typing import cast

from loopaudit.static.deep import run_deep
from loopaudit.static.facts import Class, Function, Module
from loopaudit.static.lower.comments import suppressions
from loopaudit.static.lower.definitions import module
from loopaudit.static.lower.parse import Refusal, parse, too_deep, wide_lines
from loopaudit.static.lower.table import LOWER, RUN
from loopaudit.static.lower.unit import Unit


def summarise(source: bytes) -> Module:
    """The facts of one file; where it cannot be read, a module whose `error` says why."""
    try:
        return _summarise(source)
    except RecursionError:
        pass
    try:
        return run_deep(
            lambda: _summarise(source)
        )  # thousands of calls in one chain, as generators write them
    except RecursionError:
        return refused(too_deep(), _count_lines(source))


def _count_lines(source: bytes) -> int:
    return source.count(b"\n") + (not source.endswith(b"\n") and bool(source))


def _summarise(source: bytes) -> Module:
    lines = _count_lines(source)
    parsed = parse(source)
    if isinstance(parsed, Refusal):
        return refused(parsed, lines)
    unit = Unit(LOWER, RUN, wide_lines(source), b":=" in source)
    module(unit, parsed.tree, lines)
    return Module(
        lines,
        cast("tuple[Function, ...]", tuple(unit.functions)),
        cast("tuple[Class, ...]", tuple(unit.classes)),
        suppressions(source, parsed.text),
        exports(parsed.tree),
        is_script=b"__main__" in source and is_script(parsed.tree),
        imports=tuple(sorted(unit.imports)),
    )


def refused(refusal: Refusal, lines: int = 0) -> Module:
    """The facts of a file that cannot be read."""
    return Module(lines, (), error=refusal.message, error_line=refusal.line)


def is_script(tree: ast.Module) -> bool:
    """Whether something runs only `if __name__ == "__main__"`."""
    return any(isinstance(each, ast.If) and _asks_for_main(each.test) for each in tree.body)


def _asks_for_main(test: ast.expr) -> bool:
    match test:
        case ast.Compare(left=ast.Name(id="__name__"), comparators=[ast.Constant(value="__main__")]):
            return True
        case _:
            return False


def exports(tree: ast.Module) -> tuple[str, ...] | None:
    """`__all__`, if it is written as a plain literal (and extended by plain literals)."""
    found: tuple[str, ...] | None = None
    for statement in tree.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="__all__")], value=value)
                | ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value)
            ):
                found = _texts(value)
            case ast.AugAssign(target=ast.Name(id="__all__"), value=value):
                more = _texts(value)
                found = None if found is None or more is None else found + more
    return found


def _texts(node: ast.expr) -> tuple[str, ...] | None:
    match node:
        case ast.List(elts=items) | ast.Tuple(elts=items):
            texts = [item.value for item in items if isinstance(item, ast.Constant)]
            words = tuple(text for text in texts if isinstance(text, str) and text.isidentifier())
            return words if len(words) == len(items) else None
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first, second = _texts(left), _texts(right)
            return None if first is None or second is None else first + second
    return None
