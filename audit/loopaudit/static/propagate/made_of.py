"""What of a new object's arguments became one of its attributes: `Reader(path)` and `self.path`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.link.values import ClassValue
from loopaudit.static.propagate.depends import passed_for, sources_in

if TYPE_CHECKING:
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Call
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame
    from loopaudit.static.propagate.depends import Source

CONSTRUCTORS = frozenset(("__init__", "__new__", "__post_init__"))


def told_at_making(link: Linker, frame: Frame, call: Call, source: Source) -> list[AnyExpr]:
    """The arguments of `call`, which makes an object, that went into its attribute (or all of them, where
    nobody knows the class or the whole object is meant)."""
    values = link.evaluate(call.func, frame)
    if link.library is not None:
        values = link.library.expanded(values)
    classes = [value.index for value in values if isinstance(value, ClassValue)]
    if not classes or isinstance(source, int):
        return [*call.args, *(value for _, value in call.keywords)]
    return [expr for cls in classes for expr in _passed_into(link, cls, call, source)]


def _passed_into(link: Linker, cls: int, call: Call, name: str) -> list[AnyExpr]:
    order = link.hierarchy.order(cls)
    stores = [place for each in order for place in link.hierarchy.stores(each, name)]
    stored = [(number, at) for number, at in stores if link.index.function(number).name in CONSTRUCTORS]
    if not stored:
        return _passed_as_field(link, order, call, name)
    found: list[AnyExpr] = []
    for number, at in stored:
        function, body = link.index.function(number), link.index.body(number)
        for source in sources_in(body, (body.attr_stores[at].value,), is_method=True):
            if isinstance(source, int) and source:
                found.extend(passed_for(call, function, source, is_bound=True))
    return found


def _passed_as_field(link: Linker, order: tuple[int, ...], call: Call, name: str) -> list[AnyExpr]:
    """For classes whose fields are their constructor: by name, or by the order of the fields."""
    found = [value for keyword, value in call.keywords if keyword in {name, ""}]
    for cls in order:
        body = link.index.body(link.index.sibling(cls, link.index.class_(cls).body))
        fields = list(dict.fromkeys(each.name for each in body.defs if each.annotation is not None))
        if name in fields:
            found.extend(call.args[fields.index(name) : fields.index(name) + 1])
            break
    return found
