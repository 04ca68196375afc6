"""What the project keeps in a library's object: in a queue, a context variable, or under a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import Attr, Const, Local, Name
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.values import Constant, ExternalInstance, Values, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import ItemStore
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value

MAX_WRITERS = 40
"""Functions looked at that put something in by a method, or under a key, of the wanted name."""


def held_by(link: Linker, value: Value | None) -> Values:
    """What was put into an object made at this very place, or what its annotation says it holds."""
    if not isinstance(value, ExternalInstance):
        return ()
    if value.of or value.site < 0:
        return value.of
    return link.memo.ask((12, value.site), _put_into, link, value)


def _put_into(link: Linker, value: ExternalInstance) -> Values:
    takes = link.catalogue.takes(value.path)
    writers = dict.fromkeys(number for name in takes for number in link.index.callers.get(name, ()))
    found: list[Values] = []
    for number in list(writers)[:MAX_WRITERS]:
        frame = link.frames.general(number)
        for call in link.index.body(number).calls:
            func = call.func
            if not isinstance(func, Attr) or func.name not in takes or not call.args:
                continue
            if any(_is_same(value, each) for each in link.evaluate(func.base, frame)):
                found.append(link.evaluate(call.args[-1], frame))
    return tuple(each for each in union(found) if not isinstance(each, Constant))


def _is_same(value: ExternalInstance, other: Value) -> bool:
    return isinstance(other, ExternalInstance) and other.site == value.site


def under_key(link: Linker, base: AnyExpr, key: AnyExpr, frame: Frame) -> Values:
    """What other code stores under this key of something called the same: `request.app["db"]` reads what
    `app["db"] = ...` stored. A plain name has to be one that a library's keyed object usually has."""
    name = terminal_name(base)
    word = key_word(key)
    if not word or word not in link.index.storers:
        return ()
    if not isinstance(base, Attr) and name not in link.catalogue.keyed_names:
        return ()
    identity = link.evaluate(key, frame)
    memo_key = (13, link.word(name), link.word(word), *map(link.word, map(repr, identity)))
    return link.memo.ask(memo_key, _stored_under, link, name, word, identity)


def key_word(key: AnyExpr) -> str:
    """How `Function.stored` writes a key."""
    match key:
        case Const(value=str() as text):
            return f"[{text}]"
        case Local(name=name) | Name(name=name) | Attr(name=name):
            return f"[{name}]"
    return ""


def _stored_under(link: Linker, name: str, word: str, identity: Values) -> Values:
    return union(
        link.evaluate(store.value, frame)
        for frame, store in _stores(link, word)
        if terminal_name(store.base) == name
        and key_word(store.key) == word
        and link.evaluate(store.key, frame) == identity
    )


def _stores(link: Linker, word: str) -> Iterator[tuple[Frame, ItemStore]]:
    for number in link.index.storers.get(word, ())[:MAX_WRITERS]:
        frame = link.frames.general(number)
        for store in link.index.body(number).item_stores:
            yield frame, store
