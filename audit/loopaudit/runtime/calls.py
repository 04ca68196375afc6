"""What a frame was calling, by the name its source gives it: C functions leave no frame of their own.

`time.sleep(1)` shows as a frame of the caller only. The instruction it stopped at has a source range; its
text is parsed, and the first name is looked up among the module's names. Only imported modules, functions
and classes are followed: values are never looked at.
"""

from __future__ import annotations

import ast
import linecache
from itertools import islice
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loopaudit.runtime.frames import FrameCopy

Range = tuple[int, int, int, int]
MAX_LINES = 200


def name_call(frame: FrameCopy) -> str:
    """The dotted name of the call in progress (`time.sleep`, `connection.execute`), or an empty string."""
    found = _find_range(frame)
    if found is None:
        return ""
    callee = _parse_callee(_read_source(frame.code.co_filename, found))
    return _resolve(callee, frame.module_names) if callee else ""


def _find_range(frame: FrameCopy) -> Range | None:
    if frame.instruction < 0:
        return None
    positions = next(islice(frame.code.co_positions(), frame.instruction // 2, None), None)
    if positions is None:
        return None
    line, end_line, column, end_column = positions
    if line is None or end_line is None or column is None or end_column is None:
        return None
    return (line, end_line, column, end_column)


def _read_source(filename: str, found: Range) -> str:
    """The text of the range. Columns of code objects count UTF-8 bytes."""
    line, end_line, column, end_column = found
    if end_line - line > MAX_LINES:
        return ""
    lines = [linecache.getline(filename, number).encode() for number in range(line, end_line + 1)]
    lines[-1] = lines[-1][:end_column]
    lines[0] = lines[0][column:]
    return b"".join(lines).decode("utf-8", "replace")


def _parse_callee(source: str) -> tuple[str, ...]:
    try:
        tree = ast.parse(f"({source}\n)", mode="eval").body
    except (SyntaxError, ValueError):
        return ()
    if isinstance(tree, ast.Await):
        tree = tree.value
    return _spell(tree.func) if isinstance(tree, ast.Call) else ()


def _spell(node: ast.expr) -> tuple[str, ...]:
    """`a.b.c` as its names; a call or subscript on the way is passed over (`open(p).read` is `open.read`)."""
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=value, attr=name):
            return (*_spell(value), name)
        case ast.Call(func=value) | ast.Subscript(value=value):
            return _spell(value)
        case _:
            return ()


def _resolve(names: tuple[str, ...], module_names: dict[str, object]) -> str:
    """Spell the first name canonically, if the module imported or defined it; else as written."""
    first = names[0]
    target = module_names.get(first)
    if target is None:
        return ".".join(("builtins", *names)) if first == "open" else ".".join(names)
    if isinstance(target, ModuleType):
        return ".".join((target.__name__, *names[1:]))
    module, qualified = getattr(target, "__module__", None), getattr(target, "__qualname__", None)
    if isinstance(module, str) and isinstance(qualified, str) and callable(target):
        return ".".join((module, qualified, *names[1:]))
    return ".".join(names)
