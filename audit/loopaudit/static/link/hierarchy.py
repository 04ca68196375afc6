"""Classes: their order of bases, their subclasses, their members and the attributes their methods store."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from loopaudit.static.expressions import Attr, Item, Local, Name
from loopaudit.static.link.memo import Kept
from loopaudit.static.link.orders import Orders
from loopaudit.static.link.protocols import busy_dunders
from loopaudit.static.link.values import ClassValue, External, Instance, Values, union

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Value

STANDING_IN = ("__call__", "__get__", "__getattr__")
"""What a class defines whose objects stand for another thing: decorators, descriptors, proxies."""
MAX_OVERRIDES = 12
"""A method with more overrides than this is dispatch over plugins; none of them is likely."""


class Hierarchy:
    """What is known about the classes of the project, answered on demand."""

    def __init__(self, link: Linker) -> None:
        self._link = link
        self._orders = Orders(self._project_bases)
        self._bases: dict[int, Values] = {}
        self._stores: dict[tuple[int, str], tuple[tuple[int, int], ...]] = {}
        self._storing: Callable[[int], Mapping[str, list[int]]] = Kept(self._methods_that_store).__getitem__

    def bases(self, cls: int) -> Values:
        """What the class statement names as bases: ClassValue or External."""
        known = self._bases.get(cls)
        if known is None:
            self._bases[cls] = ()
            index = self._link.index
            facts = index.class_(cls)
            frame = self._link.frames.general(index.sibling(cls, facts.parent))
            found = union(self._link.evaluate(_without_parameters(base), frame) for base in facts.bases)
            if index.is_library(cls):
                found = union(self._source_of(value) for value in found)
            known = tuple(value for value in found if isinstance(value, ClassValue | External))
            self._bases[cls] = known
        return known

    def order(self, cls: int) -> tuple[int, ...]:
        """The project classes an attribute is looked up in, the class itself first."""
        return self._orders.of(cls)

    def _project_bases(self, cls: int) -> tuple[int, ...]:
        return tuple(base.index for base in self.bases(cls) if isinstance(base, ClassValue))

    def external_bases(self, cls: int) -> tuple[str, ...]:
        """Canonical paths of the library classes the class derives from, nearest first."""
        found: dict[str, None] = {}
        for each in self.order(cls):
            for base in self.bases(each):
                if isinstance(base, External):
                    found[base.path] = None
        return tuple(found)

    def _source_of(self, base: Value) -> Values:
        return (self._link.opened(base.path) if isinstance(base, External) else ()) or (base,)

    def library_bases(self, cls: int) -> tuple[int, ...]:
        """The library classes, of those whose source is at hand, that a class of the project derives from."""
        if self._link.library is None or self._link.index.is_library(cls):
            return ()
        found = union(self._link.opened(base) for base in self.external_bases(cls))
        orders = (self.order(each.index) for each in found if isinstance(each, ClassValue))
        return tuple(dict.fromkeys(each for order in orders for each in order))

    @cached_property
    def _children(self) -> Mapping[int, tuple[int, ...]]:
        found: dict[int, list[int]] = defaultdict(list)
        for cls in self._link.index.classes:
            if self._link.index.class_(cls).bases:
                for base in self.bases(cls):
                    if isinstance(base, ClassValue):
                        found[base.index].append(cls)
        return {cls: tuple(children) for cls, children in found.items()}

    def descendants(self, cls: int) -> tuple[int, ...]:
        """Every class below, in breadth-first order."""
        found: dict[int, None] = {}
        pending = list(self._children.get(cls, ()))
        while pending:
            each = pending.pop(0)
            if each not in found:
                found[each] = None
                pending.extend(self._children.get(each, ()))
        return tuple(found)

    def settled(self, values: Values) -> Values:
        """The values, an instance of a class that nothing derives from being exactly that class."""
        if len(values) == 1 and (not isinstance(values[0], Instance) or values[0].exact):
            return values
        return tuple(
            Instance(value.cls, exact=True)
            if isinstance(value, Instance) and not value.exact and self._is_final(value.cls)
            else value
            for value in values
        )

    def _is_final(self, cls: int) -> bool:
        return cls not in self._children and not self.is_protocol(cls)

    def is_abstract(self, function: int) -> bool:
        """Whether a method only names what subclasses do: decorated abstract, or in a Protocol."""
        facts = self._link.index.function(function)
        if any("abstract" in terminal_name(each) for each in facts.decorators):
            return True
        cls = self._link.index.sibling(function, facts.owner)
        return facts.owner >= 0 and self.is_protocol(cls)

    def is_protocol(self, cls: int) -> bool:
        return any(isinstance(base, External) and base.path in _PROTOCOLS for base in self.bases(cls))

    def is_typed_dict(self, cls: int) -> bool:
        return any(base in _TYPED_DICTS for base in self.external_bases(cls))

    def implementations(self, cls: int) -> tuple[int, ...]:
        """Classes that may stand behind a Protocol: those that define every method it names."""
        if not self.is_protocol(cls) or self._link.index.is_library(cls):
            return ()
        wanted = {name for name, _ in self._link.index.class_(cls).methods if not name.startswith("__")}
        if not wanted:
            return ()
        rarest = min(sorted(wanted), key=lambda name: len(self._definers.get(name, ())))
        found = [each for each in self._definers.get(rarest, ()) if each != cls]
        return tuple(
            each
            for each in found
            if wanted <= self._method_names(each) and not self.is_protocol(each) and self._agrees(cls, each)
        )

    def _agrees(self, protocol: int, cls: int) -> bool:
        """Whether methods are coroutines in both or in neither: a `def` cannot stand for an `async def`."""
        theirs = self._asyncness(cls)
        return all(theirs.get(name) == wanted for name, wanted in self._asyncness(protocol).items())

    def _asyncness(self, cls: int) -> dict[str, bool]:
        index = self._link.index
        return {
            name: index.function(index.sibling(each, position)).is_async
            for each in reversed(self.order(cls))
            for name, position in index.class_(each).methods
            if not name.startswith("__")
        }

    def definers(self, name: str) -> tuple[int, ...]:
        """The classes whose body defines a method of that name."""
        return self._definers.get(name, ())

    @cached_property
    def _definers(self) -> Mapping[str, tuple[int, ...]]:
        found: dict[str, list[int]] = defaultdict(list)
        for cls in self._link.index.classes:
            for name in dict.fromkeys(name for name, _ in self._link.index.class_(cls).methods):
                found[name].append(cls)
        return {name: tuple(classes) for name, classes in found.items()}

    def has_method(self, cls: int, name: str) -> bool:
        """Whether a class of the project, or one it derives from, defines a method of that name."""
        return bool(self._definers.get(name)) and not frozenset(self._definers[name]).isdisjoint(
            self.order(cls)
        )

    @cached_property
    def standing_in(self) -> frozenset[int]:
        """The classes whose objects may stand for what they were made with."""
        owners = {cls for name in STANDING_IN for cls in self.definers(name)}
        return frozenset(cls for owner in owners for cls in (owner, *self.descendants(owner)))

    def _method_names(self, cls: int) -> frozenset[str]:
        return frozenset(
            name for each in self.order(cls) for name, _ in self._link.index.class_(each).methods
        )

    @cached_property
    def busy_dunders(self) -> frozenset[str]:
        """Dunders that may block in this program; operators that run others are not looked at."""
        return busy_dunders(self._link)

    def stores(self, cls: int, name: str) -> tuple[tuple[int, int], ...]:
        """Where the class's own methods store `self.name`: (function, index into its attr_stores)."""
        key = (cls, name)
        known = self._stores.get(key)
        if known is None:
            known = self._stores[key] = tuple(self._find_stores(cls, name))
        return known

    def _methods_that_store(self, cls: int) -> Mapping[str, list[int]]:
        """Attribute name -> the methods of the class that store an attribute of that name on something."""
        index = self._link.index
        found: dict[str, list[int]] = defaultdict(list)
        for _, position in index.class_(cls).methods:
            number = index.sibling(cls, position)
            for name in index.function(number).stored:
                found[name].append(number)
        return found

    def _find_stores(self, cls: int, name: str) -> list[tuple[int, int]]:
        index = self._link.index
        found: list[tuple[int, int]] = []
        for number in self._storing(cls).get(name, ()):
            params = index.function(number).params
            receiver = params[0].name if params else ""
            for place, store in enumerate(index.body(number).attr_stores):
                if store.name == name and isinstance(store.base, Local) and store.base.name == receiver:
                    found.append((number, place))
        return found


_PROTOCOLS = frozenset(("typing.Protocol", "typing_extensions.Protocol"))
_TYPED_DICTS = frozenset(("typing.TypedDict", "typing_extensions.TypedDict"))


def _without_parameters(expr: AnyExpr) -> AnyExpr:
    """`Generic[T]` -> `Generic`."""
    return expr.base if isinstance(expr, Item) else expr


def terminal_name(expr: AnyExpr) -> str:
    """The last word of a dotted expression, or ""."""
    return expr.name if isinstance(expr, Attr | Name | Local) else ""
