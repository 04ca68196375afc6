"""The linker: one program, and every question the later stages may ask of it."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from loopaudit.static.link import (
    accessors,
    attributes,
    calling,
    declarations,
    decorating,
    definitions,
    evaluate,
    imports,
    library,
    parameters,
    shapes,
)
from loopaudit.static.link.additions import Additions
from loopaudit.static.link.decisions import Decisions
from loopaudit.static.link.frames import Frames
from loopaudit.static.link.given import Given
from loopaudit.static.link.guesses import Guesses
from loopaudit.static.link.hierarchy import Hierarchy, terminal_name
from loopaudit.static.link.index import SHIFT, Index
from loopaudit.static.link.memo import Kept, Memo
from loopaudit.static.link.values import (
    ClassValue,
    Context,
    External,
    FunctionValue,
    Values,
    call_site,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from loopaudit.catalogue.matcher import Catalogue
    from loopaudit.catalogue.model import TypeExpr
    from loopaudit.static.expressions import AnyExpr, Imported
    from loopaudit.static.facts import Def, Param
    from loopaudit.static.libraries import Libraries
    from loopaudit.static.link.values import Frame, Value


class Linker:
    """Answers about one program; the work of each question stands in the module it names."""

    def __init__(self, index: Index, catalogue: Catalogue, libraries: Libraries | None = None) -> None:
        self.index = index
        self.catalogue = catalogue
        self.frames = Frames(index)
        self.memo = Memo()
        self.hierarchy = Hierarchy(self)
        self.guesses = Guesses(self)
        self.additions = Additions(index)
        self.evaluate: Callable[[AnyExpr, Frame], Values] = partial(evaluate.evaluate, self)
        """What an expression of a frame may be."""
        self.attribute: Callable[[Value, str], Values] = partial(attributes.attribute, self)
        """What `value.name` may be."""
        self.result: Callable[[Frame], Values] = partial(calling.result_of, self)
        """What calling the function of a frame gives."""
        self._given: dict[int, Given] = {}
        self.receiver: Callable[[int], Values] = Kept(partial(parameters.receiver_of, self)).__getitem__
        """What the first parameter of a method is when nobody knows more."""
        words: Kept[str, int] = Kept(lambda _: len(words))
        self.word: Callable[[str], int] = words.__getitem__
        """A number for a string, for the memo's keys."""
        self.library = library.Library(self, libraries) if libraries is not None else None

    @cached_property
    def tracked(self) -> frozenset[str]:
        """Library types whose instances are told apart by where they were made: routers, sessions."""
        rows = self.catalogue.rows
        names = [*(row.name for row in rows.entries), *(row.name for row in rows.mounts)]
        owners = {name.rpartition(".")[0] for name in names}
        bound = {row.name for row in rows.types if row.thread_bound or row.takes}
        return frozenset(owners | bound)

    @cached_property
    def decisions(self) -> Decisions:
        """Which branches the constants of callers decide."""
        rows = self.catalogue.rows.primitives
        return Decisions(self.index, frozenset(row.name.rpartition(".")[2] for row in rows if row.unless))

    @cached_property
    def primary_packages(self) -> frozenset[str]:
        """Packages of the project by the names their files have from their own roots."""
        names = set(self.index.primary_modules)
        return frozenset(name[:at] for name in names for at, char in enumerate(name) if char == ".")

    @cached_property
    def property_names(self) -> set[str]:
        """Attribute names whose reading may run code: the project's properties, libraries' blocking ones."""
        functions = (self.index.function(number) for number in self.index.functions)
        own = {
            function.name
            for function in functions
            if any("property" in terminal_name(each) for each in function.decorators)
        }
        own.update(accessors.descriptor_names(self, "__get__"))
        return own.union(*(row.blocking_properties for row in self.catalogue.rows.types))

    @cached_property
    def setter_names(self) -> set[str]:
        """Attribute names whose assignment runs the setter of a property or of a descriptor."""
        own = {self.index.function(number).name for number in self.index.decorated("setter")}
        return own.union(accessors.descriptor_names(self, "__set__"))

    @cached_property
    def timeout_names(self) -> frozenset[str]:
        """Last words of the primitives that can be given a timeout."""
        rows = self.catalogue.rows.primitives
        return frozenset(row.name.rpartition(".")[2] for row in rows if row.timeout)

    @cached_property
    def plain_methods(self) -> set[str]:
        """Methods of Python's own strings and containers whose name nothing else has: no need to look."""
        builtin = {name for cls in (str, bytes, list, dict, set) for name in dir(cls) if name[0] != "_"}
        rows = self.catalogue.rows
        # Entries are found by themselves.
        named = (rows.primitives, rows.callbacks, rows.mounts, rows.values, rows.roles)
        known = {row.name.rpartition(".")[2] for table in named for row in table}
        own = {self.index.function(number).name for number in self.index.functions}
        return builtin - known - own - set(self.index.storers)

    def definition(self, frame: Frame, position: int) -> Values:
        """What the `position`-th def of the frame's function gives."""
        key = (0, frame.number, position)
        known = self.memo.known(key)
        return self.memo.ask(key, definitions.define, self, frame, position) if known is None else known

    def call_result(self, frame: Frame, position: int) -> Values:
        """What the `position`-th call of the frame's function gives."""
        key = (6, frame.number, position)
        known = self.memo.known(key)
        return self.memo.ask(key, calling.result_of_call, self, frame, position) if known is None else known

    def given(self, frame: Frame, position: int) -> Given:
        """The arguments of the `position`-th call of the frame's function."""
        key = frame.number << 24 | position
        known = self._given.get(key)
        if known is None:
            call = self.index.body(frame.function).calls[position]
            known = self._given[key] = Given.of(call, frame, call_site(frame.function, position))
        return known

    def apply(self, value: Value, given: Given | None = None, caller: Frame | None = None) -> Values:
        """What calling `value` gives."""
        return calling.apply(self, value, given or shapes.NOTHING, caller)

    def call_method(self, value: Value, name: str) -> Values:
        """What `value.name()` gives."""
        return union(self.apply(each) for each in self.attribute(value, name))

    def opened(self, path: str) -> Values:
        """What a library's dotted path means in its source, where that is at hand and no row knows better."""
        return () if self.library is None else self.library.open(path)

    def element(self, values: Values) -> Values:
        """What iterating any of the values gives."""
        return union(definitions.element_of(self, value) for value in values)

    def entered(self, values: Values, *, is_async: bool) -> Values:
        """What `with` binds."""
        return union(definitions.entered_by(self, value, is_async=is_async) for value in values)

    def entered_or_self(self, value: Value) -> Values:
        """What a dependency written as a context manager hands out, or the value itself."""
        return value.value if isinstance(value, Context) else (value,)

    def annotation(self, expr: AnyExpr, frame: Frame) -> Values:
        """What a variable with this annotation may be."""
        return declarations.annotated(self, expr, frame)

    def shape(
        self,
        expr: TypeExpr,
        given: Given | None = None,
        receiver: Value | None = None,
        later: Given | None = None,
    ) -> Values:
        """What a type expression of the catalogue stands for."""
        return shapes.shape(self, expr, given or shapes.NOTHING, receiver, later)

    def parameter(self, frame: Frame, position: int) -> Values:
        """What a parameter may be."""
        return parameters.value_of(self, frame, position)

    def declared_parameter(self, function: int, param: Param) -> Values:
        """What a parameter's annotation says."""
        return parameters.declared(self, function, param)

    def imported(self, function: int, expr: Imported) -> Values:
        """What an import standing in `function` gives."""
        return imports.resolve(self, function, expr)

    def definition_frame(self, frame: Frame) -> Frame:
        """The frame a function's annotations, defaults and decorators are evaluated in."""
        return frame.parent if frame.parent is not None else frame

    def look_up(self, name: str, frame: Frame) -> Values:
        """A name that the frame's own scope does not bind: enclosing functions, the module, builtins."""
        scope = frame.parent
        while scope is not None and scope.parent is not None:
            if self.index.function(scope.function).kind != "class":
                bound = self.index.bindings(scope.function).get(name)
                if bound is not None:
                    return union(self.definition(scope, each) for each in bound)
            scope = scope.parent
        found = imports.member(self, frame.function >> SHIFT, name)
        return found or self._builtin(name, frame)

    def _builtin(self, name: str, frame: Frame) -> Values:
        if name in self.index.bindings(frame.function >> SHIFT << SHIFT):
            return ()
        return (External(self.catalogue.canonical(name)),) if name in _BUILTINS else ()

    def knows(self, path: str) -> bool:
        """Whether the catalogue has anything to say about a dotted path."""
        return self.catalogue.at(path).is_known or self.catalogue.type_of(path) is not None

    def function_value(self, frame: Frame, definition: Def) -> Values:
        """What a `def` binds: the function, through its decorators from the innermost out."""
        number = self.index.sibling(frame.function, int(getattr(definition.value, "function", 0)))
        row = library.row_of(self, number, self.index.function(number).qualname)
        if row is not None:
            return (row,)
        values: Values = (FunctionValue(number, frame),)
        for decorator in reversed(self.index.function(number).decorators):
            values = self.decorated(decorator, values, frame)
        return values

    def decorated(self, decorator: AnyExpr, values: Values, frame: Frame) -> Values:
        """What one decorator makes of a function."""
        return decorating.decorated(self, decorator, values, frame)

    def class_value(self, frame: Frame, definition: Def) -> Values:
        """What a class statement binds; decorators of classes are taken to return the class."""
        number = self.index.sibling(frame.function, int(getattr(definition.value, "index", 0)))
        row = library.row_of(self, number, self.index.class_(number).qualname)
        return (ClassValue(number),) if row is None else (row,)


_BUILTINS = frozenset(dir(__import__("builtins")))
