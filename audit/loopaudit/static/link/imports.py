"""What an import gives: a module or member of the project, or a path into a library."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from loopaudit.static.expressions import Imported
from loopaudit.static.link.index import SHIFT
from loopaudit.static.link.lazy_names import computed
from loopaudit.static.link.outside import is_open, set_on_module
from loopaudit.static.link.values import (
    Constant,
    External,
    Namespace,
    ProjectModule,
    Values,
    split_site,
    union,
)

if TYPE_CHECKING:
    from loopaudit.static.link.given import Given
    from loopaudit.static.link.linker import Linker

MAX_STARS = 8
"""Star imports of star imports that are followed."""


def resolve(link: Linker, function: int, expr: Imported) -> Values:
    """What `expr`, standing in `function`, imports."""
    module = absolute_name(link, function >> SHIFT, expr)
    if module is None:
        return ()
    found = find_module(link, module, function >> SHIFT)
    if not expr.name:
        return (found,) if found is not None else (External(link.catalogue.canonical(module)),)
    if isinstance(found, ProjectModule):
        return exported(link, found.index, expr.name)
    if isinstance(found, Namespace):
        inner = find_module(link, f"{found.name}.{expr.name}", function >> SHIFT)
        return (inner,) if inner is not None else ()
    return library(link, f"{module}.{expr.name}")


def library(link: Linker, path: str) -> Values:
    """What stands at a dotted path of a library: an object that it makes itself, or what the path names."""
    made = link.catalogue.object_at(path)
    return link.shape(made) if made is not None else (External(link.catalogue.canonical(path)),)


def modules_named(link: Linker, names: Values, given: Given) -> Values:
    """The modules that `import_module(name)` gives, seen from the call; a name may begin with dots."""
    importer = split_site(given.site)[0] if given.site >= 0 else 0
    found: list[Values] = []
    for value in names:
        if isinstance(value, Constant) and isinstance(value.value, str):
            bare = value.value.lstrip(".")
            found.append(resolve(link, importer, Imported(bare, "", len(value.value) - len(bare))))
    return union(found)


def absolute_name(link: Linker, module: int, expr: Imported) -> str | None:
    """The dotted name of the module imported from; None where the dots lead out of the project."""
    if expr.level == 0:
        return expr.module
    file = link.index.facts[module].file
    parts = file.modules[0].split(".") if file.modules else []
    drop = expr.level - (1 if file.is_package else 0)
    if drop > len(parts):
        return None
    base = parts[: len(parts) - drop] if drop else parts
    return ".".join([*base, *filter(None, [expr.module])])


def find_module(link: Linker, name: str, importer: int) -> ProjectModule | Namespace | None:
    """The project's module called `name`, as seen from the module `importer`; a library sees none of it."""
    index = link.index
    if importer >= index.own_modules:
        return None
    exact = index.primary_modules.get(name)
    if exact is not None and exact != importer:
        return ProjectModule(exact)
    others = index.other_modules.get(name, ())
    top = name.partition(".")[0]
    is_library = top in sys.stdlib_module_names or link.catalogue.is_known_module(top)
    if others and not is_library:
        return ProjectModule(_nearest(link, others, importer))
    if exact is not None:
        return ProjectModule(exact)
    beside = None if is_library else _below_a_folder_above(link, name, importer)
    if beside is not None:
        return ProjectModule(beside)
    if name in index.packages and not (is_library and name not in _primary_packages(link)):
        return Namespace(name)
    return None


def _below_a_folder_above(link: Linker, name: str, importer: int) -> int | None:
    """`from chat.agent import f` in `backend/server/app.py`, where `backend` is a package and yet on the
    path: a script was started there, or put its own folder on it."""
    names = link.index.facts[importer].file.modules
    parts = names[0].split(".") if names else []
    for length in range(len(parts) - 1, 0, -1):
        found = link.index.primary_modules.get(".".join((*parts[:length], name)))
        if found is not None and found != importer:
            return found
    return None


def _nearest(link: Linker, candidates: tuple[int, ...], importer: int) -> int:
    """The candidate that shares most of its path with the importer."""
    here = link.index.facts[importer].file.relative.split("/")

    def shared(candidate: int) -> int:
        there = link.index.facts[candidate].file.relative.split("/")
        return next(
            (at for at, (a, b) in enumerate(zip(here, there, strict=False)) if a != b),
            min(len(here), len(there)),
        )

    return max(candidates, key=lambda each: (shared(each), -each))


def _primary_packages(link: Linker) -> frozenset[str]:
    return link.primary_packages


def member(link: Linker, module: int, name: str) -> Values:
    """`name` in a module: what it binds, a submodule, or what its star imports bring."""
    key = (1, module, link.word(name))
    known = link.memo.known(key)
    return link.memo.ask(key, _member, link, module, name) if known is None else known


def _member(link: Linker, module: int, name: str) -> Values:
    scope = module << SHIFT
    if not link.index.module(module).functions:
        return ()
    frame = link.frames.general(scope)
    bindings = link.index.bindings(scope)
    found = union(link.definition(frame, each) for each in bindings.get(name, ()))
    if name in bindings or (module, name) in link.index.global_writers:
        found = union((found, _written_elsewhere(link, module, name)))
    if found and not is_open(found):
        return found
    if name in link.index.storers:
        found = set_on_module(link, module, name) or found
    if not found:
        found = _submodule(link, module, name)
    return found or (() if name in bindings else _from_stars(link, module, name))


def exported(link: Linker, module: int, name: str) -> Values:
    """`name` of a module as others see it: what it binds, or what its own `__getattr__` gives."""
    found = member(link, module, name)
    if found or not link.index.module(module).functions:
        return found
    if "__getattr__" not in link.index.bindings(module << SHIFT):
        return found
    key = (16, module, link.word(name))
    return link.memo.ask(key, computed, link, member(link, module, "__getattr__"), name)


def _submodule(link: Linker, module: int, name: str) -> Values:
    """A module below a package, also where the package binds the name by `from . import name`."""
    file = link.index.facts[module].file
    inner = find_module(link, f"{file.modules[0]}.{name}", module) if file.modules else None
    return (inner,) if inner is not None else ()


def _written_elsewhere(link: Linker, module: int, name: str) -> Values:
    """What functions bind by `global name`."""
    found: list[Values] = []
    for number in link.index.global_writers.get((module, name), ()):
        frame = link.frames.general(number)
        for position, definition in enumerate(link.index.body(number).defs):
            if definition.name == name and definition.scope == "global":
                found.append(link.definition(frame, position))
    return union(found)


def _from_stars(link: Linker, module: int, name: str) -> Values:
    if name.startswith("_"):
        return ()
    scope = module << SHIFT
    body = link.index.body(scope)
    for position in reversed(link.index.bindings(scope).get("*", ())):
        expr = body.defs[position].value
        if not isinstance(expr, Imported):
            continue
        target = absolute_name(link, module, expr)
        found = find_module(link, target, module) if target else None
        if isinstance(found, ProjectModule):
            inner = member(link, found.index, name) if found.index != module else ()
            if inner:
                return inner
        elif target and found is None:
            if link.knows(f"{target}.{name}"):
                return (External(link.catalogue.canonical(f"{target}.{name}")),)
            inner = link.opened(f"{target}.{name}")
            if inner:
                return inner
    return ()
