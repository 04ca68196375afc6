"""What a type expression of the catalogue says a value is, for a given call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.link.evaluate import awaited
from loopaudit.static.link.given import Argument, Given
from loopaudit.static.link.held import held_by
from loopaudit.static.link.imports import modules_named
from loopaudit.static.link.values import (
    Awaitable,
    ClassValue,
    Container,
    Context,
    Decorated,
    External,
    ExternalInstance,
    Instance,
    Iterator,
    Partial,
    Value,
    Values,
    union,
)

if TYPE_CHECKING:
    from loopaudit.catalogue.model import TypeExpr
    from loopaudit.static.link.linker import Linker

NOTHING = Given()


def shape(link: Linker, expr: TypeExpr, given: Given, receiver: Value | None, later: Given | None) -> Values:
    """The values `expr` stands for; `$0` is the first argument of `given`, `$self` the receiver.

    later: the arguments of a second call, of which `call[$0]` makes its own (a decorated function's).
    """
    head = expr.head
    if head.startswith("$"):
        return _placeholder(link, head[1:], given, receiver)
    if not expr.args:
        return _word(link, head, given, receiver)
    if head == "call":
        return _called(link, expr.args[0], given, receiver, later)
    if head == "tuple" and len(expr.args) == 1 and _names(expr.args[0], "$each"):
        return _of_each(link, expr.args[0], given)
    parts = [shape(link, arg, given, receiver, later) for arg in expr.args]
    return _compound(link, expr, parts, given)


def _placeholder(link: Linker, name: str, given: Given, receiver: Value | None) -> Values:
    if name == "self":
        return (receiver,) if receiver is not None else ()
    if name == "of":
        return receiver.of if isinstance(receiver, ExternalInstance) else ()
    argument = given.find(name)
    return argument.values(link) if argument is not None else ()


def _word(link: Linker, head: str, given: Given, receiver: Value | None) -> Values:
    if head == "held":
        return held_by(link, receiver)
    return () if head == "none" else _plain(link, head, given)


def _names(expr: TypeExpr, word: str) -> bool:
    return expr.head == word or any(_names(arg, word) for arg in expr.args)


def _of_each(link: Linker, expr: TypeExpr, given: Given) -> Values:
    """A tuple with what each positional argument becomes; what is spread in gives as many as nobody knows."""
    parts = tuple(shape(link, expr, Given((), (("each", argument),)), None, None) for argument in given.args)
    is_known = not any(argument.is_starred for argument in given.args)
    return (Container("tuple" if is_known else "list", union(parts), parts if is_known else ()),)


def _plain(link: Linker, path: str, given: Given) -> Values:
    if path in {"list", "set", "dict", "tuple"}:
        return (Container(path, ()),)
    return (ExternalInstance(link.catalogue.canonical(path), given.site),)


def _called(
    link: Linker, inner: TypeExpr, given: Given, receiver: Value | None, later: Given | None
) -> Values:
    """What the argument gives when called: with what follows it, or with what a later call passes."""
    functions = shape(link, inner, given, receiver, None)
    if later is None:
        word = inner.head[1:]
        by_keyword = inner.head.startswith("$") and not word.isdigit()
        later = NOTHING if by_keyword else given.after(int(word) if word.isdigit() else 0)
    return union(link.apply(function, later) for function in functions)


def _compound(link: Linker, expr: TypeExpr, parts: list[Values], given: Given) -> Values:
    first = parts[0]
    match expr.head:
        case "union":
            return union(parts)
        case "either":
            return next((part for part in parts if part), ())
        case "list" | "set" | "dict":
            return (Container(expr.head, first),)
        case "tuple":
            return (Container("tuple", union(parts), tuple(parts)),)
        case "awaitable":
            return (Awaitable(first),)
        case "awaited":
            return awaited(first)
        case "iterator" | "async_iterator":
            return (Iterator(first, expr.head == "async_iterator"),)
        case "context" | "async_context":
            return (Context(first, expr.head == "async_context"),)
        case "element":
            return link.element(first)
        case "entered":
            return link.entered(first, is_async=False)
        case "type":
            return tuple(
                _class_of(value) for value in first if isinstance(value, Instance | ExternalInstance)
            )
        case "member":
            return union(link.apply(value) for value in first if isinstance(value, ClassValue | External))
        case "module":
            return modules_named(link, first, given)
        case "partial":
            return _partial(link, first, given)
        case "callable":
            return (Decorated(first, "", expr.args[0]),)
        case _:
            of = tuple(value for value in first if isinstance(value, Instance))
            return (ExternalInstance(link.catalogue.canonical(expr.head), given.site, of),)


def _class_of(value: Instance | ExternalInstance) -> Value:
    return ClassValue(value.cls) if isinstance(value, Instance) else External(value.path)


def _partial(link: Linker, functions: Values, given: Given) -> Values:
    rest = given.after(0)
    args = tuple(argument.values(link) for argument in rest.args if not argument.is_starred)
    keywords = tuple((name, argument.values(link)) for name, argument in rest.keywords if name)
    return (Partial(functions, args, keywords),) if functions else ()


def decorate(link: Linker, path: str, original: Values) -> Values:
    """What the library decorator `path` makes of a function; most leave it what it is."""
    returns = link.catalogue.returns(path)
    if returns is None:
        return (Decorated(original, path, None),) if link.catalogue.callbacks(path) else original
    if returns.head == "callable":
        return (Decorated(original, path, returns.args[0]),)
    given = Given((Argument(original),))
    return shape(link, returns, given, None, None) or original
