"""From a dotted name to the object that an installed library has there, or to the reason why it has none."""

from __future__ import annotations

import builtins
import importlib
import importlib.util
import inspect
import sys
from dataclasses import dataclass
from functools import cache

ABSENT = "absent"


@dataclass(frozen=True)
class Found:
    """What stands at a name. `problem` is `absent` or says what is wrong; `owner`: the class it is a member
    of; `has_value`: False for what a class only declares (an annotation, an assignment in `__init__`)."""

    value: object = None
    owner: type | None = None
    problem: str = ""
    has_value: bool = True


def find(names: list[str]) -> Found:
    """One thing that goes by several names: the first that exists, else the worst that can be said."""
    found = [look_up(name) for name in names]
    there = next((each for each in found if not each.problem), None)
    if there is not None:
        return there
    return next((each for each in found if each.problem != ABSENT), found[0])


@cache
def look_up(name: str) -> Found:
    """What Python finds there once every module on the way is imported; `X.*` is X itself."""
    parts = name.removesuffix(".*").split(".")
    if not is_installed(parts[0]):
        return follow(builtins, parts) if hasattr(builtins, parts[0]) else Found(problem=ABSENT)
    module, count, problem = import_longest(parts)
    if module is None:
        return Found(problem=problem)
    found = follow(module, parts[count:])
    # A class may hide the module it is named after (`from .Client import Client`): then go in from above.
    while (found.problem or inspect.ismodule(found.value)) and count > 1:
        count -= 1
        above = follow(sys.modules[".".join(parts[:count])], parts[count:])
        found = found if above.problem or inspect.ismodule(above.value) else above
    return found


def follow(start: object, parts: list[str]) -> Found:
    """The attribute of the attribute ... of an object."""
    value, owner = start, None
    for position, part in enumerate(parts):
        owner = value if isinstance(value, type) else None
        stored = MISSING if owner is None else inspect.getattr_static(owner, part, MISSING)
        # Through the class, so that a property is seen and not read; metaclasses and lazy modules are asked.
        found = ask(value, part) if stored is MISSING else stored
        if found is MISSING:
            if position == len(parts) - 1 and is_declared(value, part):
                return Found(owner=owner, has_value=False)
            return Found(problem=f"{describe(value)} has no {part!r}")
        value = found.__func__ if isinstance(found, classmethod | staticmethod) else found
    return Found(value, owner)


MISSING = object()


def ask(value: object, part: str) -> object:
    """The attribute, or `MISSING`; what a library's own `__getattr__` raises is none of ours."""
    try:
        return getattr(value, part)
    except Exception:
        return MISSING


def describe(value: object) -> str:
    """How messages call an object."""
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    return str(name or type(value).__name__)


def is_declared(owner: object, name: str) -> bool:
    """Whether instances have the attribute though the class holds no value: by an annotation, an assignment
    to it in some method, or `__getattr__`."""
    if not isinstance(owner, type):
        return hasattr(owner, "__getattr__") and not inspect.ismodule(owner)
    if any(name in getattr(each, "__annotations__", ()) for each in owner.__mro__):
        return True
    return hasattr(owner, "__getattr__") or name in names_in_code(owner)


@cache
def names_in_code(owner: type) -> frozenset[str]:
    """The attribute names that the methods of a class mention: byte code needs no source."""
    members = (member for each in owner.__mro__ for member in vars(each).values())
    codes = (getattr(member, "__code__", None) for member in members)
    return frozenset(name for code in codes if code is not None for name in code.co_names)


def import_longest(parts: list[str]) -> tuple[object | None, int, str]:
    """The deepest module on the way, how many parts that is, and the problem when there is no module."""
    module: object | None = None
    for count in range(1, len(parts) + 1):
        name = ".".join(parts[:count])
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as problem:
            if problem.name is None or not f"{name}.".startswith(f"{problem.name}."):
                return None, 0, f"importing {name} fails: {problem}"
            # A namespace package is there for its other distributions too: google.cloud without storage.
            is_namespace = getattr(module, "__file__", None) is None and hasattr(module, "__path__")
            return (None, 0, ABSENT) if is_namespace else (module, count - 1, "")
        except BaseException as problem:  # a library may even exit when it is imported
            return None, 0, f"importing {name} fails: {type(problem).__name__}: {problem}"
    return module, len(parts), ""


def is_installed(top: str) -> bool:
    """Whether the top-level module can be found; it is not imported for that."""
    try:
        return importlib.util.find_spec(top) is not None
    except (ImportError, ValueError):
        return top in sys.modules
