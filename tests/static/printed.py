"""Facts as text, for tests to compare: one short line for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import (
    AnyExpr,
    Attr,
    Awaited,
    Choice,
    ClassRef,
    Comprehension,
    Const,
    Imported,
    Item,
    Items,
    Lambda,
    Local,
    Name,
    Operation,
    Pairs,
    Result,
    Starred,
)
from loopaudit.static.summarise import summarise

if TYPE_CHECKING:
    from loopaudit.static.facts import Body, Def, Function, Module


def facts(source: str) -> Module:
    """The facts of a source text that must be readable."""
    module = summarise(source.encode())
    assert not module.error, module.error
    return module


def function(module: Module, qualname: str) -> Function:
    return next(found for found in module.functions if found.qualname == qualname)


def body(source: str, qualname: str = "f") -> Body:
    """The body of one function of a source text."""
    return function(facts(source), qualname).body()


def show(value: AnyExpr | None) -> str:
    """`x{0,1}` is a local and its definitions, `$0` the result of call 0, `_` nothing to follow."""
    match value:
        case Local(name, defs):
            return f"{name}{{{','.join(map(str, defs))}}}"
        case Name(name):
            return name
        case Attr(base, name):
            return f"{show(base)}.{name}"
        case Result(call):
            return f"${call}"
        case Awaited(inner):
            return f"await {show(inner)}"
        case Item(base, key):
            return f"{show(base)}[{show(key)}]"
        case Const(inner_value):
            return repr(inner_value)
        case Lambda(index):
            return f"<function {index}>"
        case ClassRef(index):
            return f"<class {index}>"
        case Imported(module, name, level):
            return f"<import {'.' * level}{module}:{name}>"
        case Items(kind, items):
            return f"{kind}({', '.join(map(show, items))})"
        case Pairs(keys, values):
            pairs = [f"{show(k)}: {show(v)}" for k, v in zip(keys, values, strict=True)]
            return f"{{{', '.join(pairs)}}}"
        case Choice(options):
            return " | ".join(map(show, options))
        case Operation(method, left, right):
            return f"({show(left)} {method} {show(right)})"
        case Comprehension(kind, element):
            return f"{kind} of {show(element)}"
        case Starred(inner):
            return f"*{show(inner)}"
        case None:
            return "-"
    return "_"


def show_def(found: Def) -> str:
    path = "".join(f"[{step}]" for step in found.path)
    annotation = "" if found.annotation is None else f" : {show(found.annotation)}"
    scope = "" if found.scope == "local" else f" ({found.scope})"
    return f"{found.name} {found.kind} {show(found.value)}{path}{annotation}{scope}"


def definitions(source: str, qualname: str = "f") -> list[str]:
    """The definitions of one function, its parameters left out."""
    return [show_def(found) for found in body(source, qualname).defs if found.kind != "param"]


def calls(source: str, qualname: str = "f") -> list[str]:
    """The calls of one function: what is called, with what."""
    shown = []
    for call in body(source, qualname).calls:
        keywords = [f"{name or '**'}={show(value)}" for name, value in call.keywords]
        shown.append(f"{show(call.func)}({', '.join([*map(show, call.args), *keywords])})")
    return shown


def returned(source: str, qualname: str = "f") -> list[str]:
    """What one function returns: the shortest way to ask what reaches a point."""
    return [show(value) for value in body(source, qualname).returns]
