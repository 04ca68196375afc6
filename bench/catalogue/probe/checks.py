"""What is claimed of a name, held against the object that is there."""

from __future__ import annotations

import inspect
from typing import TypedDict

from bench.catalogue.probe.resolve import ABSENT, Found, describe, find

PROVEN = "proven"


class Claim(TypedDict):
    """One statement of a row. names: the thing, under its own name and others. holds: `class`, `async class`,
    `sync`, `awaits`, `any` (of the names, which are different things) or "" (it exists). bases: names of
    classes it descends from, each under several names. arguments: groups of places where a function takes one
    argument in, of which one must fit: `["0", "timeout"]`."""

    names: list[str]
    holds: str
    bases: list[list[str]]
    arguments: list[list[str]]


def judge(claim: Claim) -> str:
    """`proven`, `absent` or `wrong: why`."""
    if claim["holds"] == "any":
        verdicts = [judge({**claim, "names": [name], "holds": ""}) for name in claim["names"]]
        return PROVEN if PROVEN in verdicts else verdicts[0]
    try:
        return judge_one(claim)
    except Exception as problem:  # a lazy object of a library raises what it likes when it is looked at
        return f"wrong: looking at it raises {type(problem).__name__}: {problem}"


def judge_one(claim: Claim) -> str:
    """The verdict on one thing."""
    found = find(claim["names"])
    if found.problem:
        return ABSENT if found.problem == ABSENT else f"wrong: {found.problem}"
    complaint = judge_nature(found, claim["holds"]) or judge_bases(found, claim["bases"])
    for places in claim["arguments"]:
        complaint = complaint or judge_argument(found, places)
    return f"wrong: {complaint}" if complaint else PROVEN


def judge_nature(found: Found, holds: str) -> str:
    """Whether it is a class, waits, or gives something to await, as the row has it."""
    if not holds or not found.has_value:
        return ""
    if holds == "class":
        is_factory = callable(found.value) and not isinstance(found.value, type)
        return "" if is_factory or isinstance(found.value, type) else f"is a {type(found.value).__name__}"
    if holds == "sync":
        return "gives something to await" if is_async(found.value) else ""
    if holds == "async class":
        return judge_async_class(found.value)
    return "" if may_be_async(found.value) else "gives nothing to await"


def judge_async_class(value: object) -> str:
    """A class counts as asynchronous when a method of its own is."""
    if not isinstance(value, type):
        return "" if callable(value) else f"is a {type(value).__name__}"
    members = [inspect.getattr_static(value, name, None) for name in dir(value)]
    functions = [member for member in members if inspect.isfunction(member)]
    return "" if not functions or any(map(may_be_async, functions)) else "has no method to await"


AWAITED = ("Await", "Corout", "Future", "Task", "Async", "coroutine", "Context", "Iterator", "Generator")


def is_async(value: object) -> bool:
    """Surely a coroutine function or an async generator, under whatever decorators."""
    inner = unwrap(value)
    return inspect.iscoroutinefunction(inner) or inspect.isasyncgenfunction(inner)


def may_be_async(value: object) -> bool:
    """False only for a plain function that says it gives something else."""
    inner = unwrap(value)
    if is_async(inner) or not inspect.isfunction(inner):
        return True
    said = inner.__annotations__.get("return")
    return said is None or any(word in str(said) for word in AWAITED) or "Any" in str(said)


def unwrap(value: object) -> object:
    """The function under a property and under decorators that keep it."""
    inner = value.fget if isinstance(value, property) else value
    try:
        return inspect.unwrap(inner) if callable(inner) else inner
    except ValueError:
        return inner


def judge_bases(found: Found, bases: list[list[str]]) -> str:
    """Each base is among the classes that it descends from."""
    for names in bases:
        base = find(names)
        if base.problem == ABSENT:
            continue
        if base.problem:
            return base.problem
        ancestors = found.value.__mro__ if isinstance(found.value, type) else ()
        if base.value not in ancestors:
            return (
                f"does not descend from {names[0]}; it does from {', '.join(map(describe, ancestors[1:4]))}"
            )
    return ""


def judge_argument(found: Found, places: list[str]) -> str:
    """One of the places must be there: a position by number, a keyword by name."""
    parameters = read_parameters(found)
    if parameters is None or any(has_place(parameters, place) for place in places):
        return ""
    said = ", ".join(str(parameter) for parameter in parameters)
    return f"takes no argument {' or '.join(places)}: ({said})"


def has_place(parameters: list[inspect.Parameter], place: str) -> bool:
    """`"1"`: a second positional argument; `"1:timeout"`: and it is called so; `"timeout"`: by that name."""
    position, _, name = place.rpartition(":")
    if place.isdigit():
        return takes_position(parameters, int(place))
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return True
    named = {parameter.name: index for index, parameter in enumerate(parameters)}
    if name not in named:
        return False
    parameter = parameters[named[name]]
    return not position or parameter.kind is parameter.KEYWORD_ONLY or named[name] == int(position)


def takes_position(parameters: list[inspect.Parameter], position: int) -> bool:
    """Whether a positional argument may stand there."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    positional = [parameter for parameter in parameters if parameter.kind in kinds]
    is_open = any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters)
    return is_open or position < len(positional)


def read_parameters(found: Found) -> list[inspect.Parameter] | None:
    """The parameters as a caller sees them, without `self`; None where nobody can tell (C code)."""
    if not callable(found.value):
        return None
    try:
        parameters = list(inspect.signature(found.value).parameters.values())
    except (TypeError, ValueError):
        return None
    is_method = found.owner is not None and inspect.isroutine(found.value)
    is_bound = parameters and parameters[0].name not in ("self", "cls", "mcs") and not is_c(found.value)
    return parameters if not is_method or is_bound else parameters[1:]


def is_c(value: object) -> bool:
    """A method of a built-in class, whose first parameter has whatever name."""
    return inspect.ismethoddescriptor(value) or inspect.isbuiltin(value)
