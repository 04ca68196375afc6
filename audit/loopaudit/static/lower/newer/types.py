"""Type parameters and `type` statements (PEP 695, PEP 696), put where this interpreter can parse them.

    def f[T: int, *Ts = x](a)   ->  def f(mark:(mark,(0,T,(int,),None),(1,Ts,None,(x,))),a)
    class C[T](Base)            ->  class C((mark,(0,T,None,None)),Base)
    type X[T] = list[T]         ->  X:(mark,(0,T,None,None)) = list[T]

The number is that of the stars. A bound and a default are tuples of one, for a default may be starred.
"""

from __future__ import annotations

from keyword import kwlist
from typing import TYPE_CHECKING

from loopaudit.static.lower.newer.edits import Edit, blank, insert

if TYPE_CHECKING:
    from loopaudit.static.lower.newer.tokens import Tokens

KEYWORDS = frozenset(word.encode() for word in kwlist)


def definition_edits(tokens: Tokens, index: int, mark: bytes) -> list[Edit]:
    """The edits for `def name[...](` or `class name[...]:` whose keyword is at `index`."""
    opened = index + 2
    if tokens.kind(index + 1) != "name" or tokens.kind(opened) != "[":
        return []
    closed = tokens.closing(opened)
    inner = _parameters(tokens, opened, closed)
    if inner is None:
        return []
    is_class = tokens.word(index) == b"class"
    found, source = tokens.found, tokens.source
    before = b"((%b," % mark if is_class else b"(%b:(%b," % (mark, mark)
    if tokens.kind(closed + 1) == "(":
        after = blank(source, found[closed].start, found[closed + 1].end, b"),")
    elif is_class:
        after = Edit(found[closed].start, found[closed].end, b"))")
    else:
        return []
    return [Edit(found[opened].start, found[opened].end, before), *inner, after]


def alias_edits(tokens: Tokens, index: int, mark: bytes) -> list[Edit]:
    """The edits for `type X = ...` and `type X[...] = ...` whose `type` is at `index`."""
    name = index + 1
    if tokens.kind(name) != "name" or tokens.word(name) in KEYWORDS:
        return []
    found, source = tokens.found, tokens.source
    keyword = Edit(found[index].start, found[name].start, b"")
    if b"\n" in source[keyword.start : keyword.end]:
        return []
    if tokens.kind(name + 1) == "=":
        return [keyword, insert(found[name].end, b":(%b,)" % mark)]
    if tokens.kind(name + 1) != "[":
        return []
    opened, closed = name + 1, tokens.closing(name + 1)
    inner = _parameters(tokens, opened, closed)
    if inner is None or tokens.kind(closed + 1) != "=":
        return []
    before = Edit(found[opened].start, found[opened].end, b":(%b," % mark)
    return [keyword, before, *inner, Edit(found[closed].start, found[closed].end, b")")]


def _parameters(tokens: Tokens, opened: int, closed: int) -> list[Edit] | None:
    """The edits for the parameters between two brackets; None where they are none."""
    edits: list[Edit] = []
    at = opened + 1
    while at < closed:
        end = tokens.find(at, closed, ",")
        inner = _parameter(tokens, at, end)
        if inner is None:
            return None
        edits.extend(inner)
        at = end + 1
    return edits or None


def _parameter(tokens: Tokens, at: int, end: int) -> list[Edit] | None:
    """`T`, `T: bound`, `T = default`, `*Ts`, `**P`: the tokens from `at` up to `end`."""
    stars = {"*": 1, "**": 2}.get(tokens.kind(at), 0)
    name = at + bool(stars)
    if name >= end or tokens.kind(name) != "name":
        return None
    edits = [blank(tokens.source, tokens.found[at].start, tokens.found[name].start, b"(%d," % stars)]
    equals = tokens.find(name + 1, end, "=")
    if tokens.kind(name + 1) == ":" and name + 1 < equals:
        edits.extend(_part(tokens, name + 1, equals))
    elif name + 1 == equals:
        edits.append(insert(tokens.found[name].end, b",None", 1))
    else:
        return None
    if equals < end:
        edits.extend(_part(tokens, equals, end))
    else:
        edits.append(insert(tokens.found[end - 1].end, b",None", 1))
    return [*edits, insert(tokens.found[end - 1].end, b")", 1)]


def _part(tokens: Tokens, sign: int, end: int) -> list[Edit]:
    """A bound behind its colon, or a default behind its `=`."""
    start = tokens.found[sign + 1].start if sign + 1 < end else tokens.found[sign].end
    before = blank(tokens.source, tokens.found[sign - 1].end, start, b",(")
    return [before, insert(max(tokens.found[end - 1].end, start), b",)", 1)]
