"""Newer syntax means what it says: the facts are those of the same thing as it was written before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from loopaudit.static.summarise import summarise

from tests.static.printed import body, calls, definitions, facts, function, returned, show

if TYPE_CHECKING:
    from loopaudit.static.facts import Call, Module

NEWER_AND_OLDER = {
    "except without parentheses": (
        "try: pass\nexcept A, B.c(d): f()\nexcept (E): g()\n",
        "try: pass\nexcept (A, B.c(d)): f()\nexcept (E): g()\n",
    ),
    "except* without parentheses": (
        "try: pass\nexcept* A, f[1:2],: g()\n",
        "try: pass\nexcept* (A, f[1:2],): g()\n",
    ),
    "a lazy import": (
        "lazy import a.b as c; lazy from ..d import e\n",
        "import a.b as c; from ..d import e\n",
    ),
    "a name called lazy": (
        'lazy = 1\nlazy.x(lazy)\nlazy (y)\nlazy\nf"{a["b"]}"\n',
        "lazy = 1\nlazy.x(lazy)\nlazy (y)\nlazy\nf\"{a['b']}\"\n",
    ),
    "a template": (
        'x = t"{a(b)!r:>{c()}}" rt"\\{d()}" + T\'\'',
        'x = f"{a(b)!r:>{c()}}" rf"\\{d()}" + F\'\'',
    ),
    "a positive pattern": (
        "match x:\n  case +1 | {+2: a} | [+3, A(b=+4)] if +f() > +5: g(+6)\n",
        "match x:\n  case 1 | {2: a} | [3, A(b=4)] if +f() > +5: g(+6)\n",
    ),
    "names of soft keywords": (
        'type(a)[b].c; case = 1; case(+1); case[+1]\nmatch = except_ = 2\nf"{a["b"]}"\n',
        "type(a)[b].c; case = 1; case(+1); case[+1]\nmatch = except_ = 2\nf\"{a['b']}\"\n",
    ),
}


def shown(module: Module) -> list[object]:
    """All that the bodies say, places left out."""
    found: list[object] = []
    for each in module.functions:
        held = each.body()
        found.append([(call.func, call.args, call.keywords, call.line, call.flags) for call in held.calls])
        found.append([(one.name, one.kind, one.value, one.line, one.path) for one in held.defs])
        found.append([held.returns, held.yields, held.attr_stores])
    return found


@pytest.mark.parametrize("title", NEWER_AND_OLDER)
def test_newer_syntax_says_the_same_as_older(title: str) -> None:
    newer, older = NEWER_AND_OLDER[title]
    assert shown(facts(newer)) == shown(facts(older))


def places(source: str) -> list[tuple[str, int, int, int, int]]:
    """What is called in the module, and where the calls begin and end."""
    return [place(call) for call in facts(source).functions[0].body().calls]


def place(call: Call) -> tuple[str, int, int, int, int]:
    return show(call.func), call.line, call.column, call.end_line, call.end_column


def test_calls_in_fields_stand_where_they_are_written() -> None:
    source = """\
x = f"{a(f"{b()} é {c["d"]()}")} {
    e(  # why
      g())!r:>{h()}} {
i()}" + j()
"""
    assert places(source) == [
        ("b", 1, 13, 1, 16),
        ("c['d']", 1, 21, 1, 29),
        ("a", 1, 8, 1, 32),
        ("g", 3, 7, 3, 10),
        ("e", 2, 5, 3, 11),
        ("h", 3, 16, 3, 19),
        ("i", 4, 1, 4, 4),
        ("j", 4, 9, 4, 12),
    ]


def test_calls_behind_newer_syntax_stand_where_they_are_written() -> None:
    source = """\
lazy import a; b()
try: pass
except C, D: e()
type F[G: H] = I; j()
def k[L: (M, N)](o=p()): pass
q([*r() for s in t()])
u({**v() for w in x()}); y()
match z:
    case +1: aa()
"""
    assert [each[:3] for each in places(source)] == [
        ("b", 1, 16),
        ("e", 3, 14),
        ("j", 4, 19),
        ("p", 5, 20),
        ("t", 6, 18),
        ("r", 6, 5),
        ("q", 6, 1),
        ("x", 7, 19),
        ("v", 7, 6),
        ("u", 7, 1),
        ("y", 7, 26),
        ("aa", 9, 14),
    ]


def test_an_alias_is_an_assignment() -> None:
    source = (
        "def f():\n    type X = Session\n    type Y[T] = list[T]\n    type Z[T: Session] = dict[str, T]\n"
    )
    assert definitions(source) == [
        "X assign Session",
        "Y assign list[_]",
        "Z assign dict[str]",
    ] or definitions(source) == ["X assign Session", "Y assign list[_]", "Z assign dict[tuple(str, Session)]"]


def annotated(source: str, qualname: str = "f") -> list[str]:
    found = function(facts(source), qualname)
    return [show(param.annotation) for param in found.params] + [show(found.returns)]


def test_a_type_parameter_means_its_bound() -> None:
    params = "T: Session, U: (A, B), V, W = Default, *Ts, **P"
    source = f"def f[{params}](t: T, u: list[U], v: V, w: 'W', x: P) -> T: ..."
    assert annotated(source) == ["Session", "list[tuple(A, B)]", "_", "Default", "_", "Session"]


def test_a_type_parameter_is_known_inside_and_nowhere_else() -> None:
    source = """
class C[T: Session]:
    def m[U: T](self, a: T, b: U) -> dict[str, T]:
        def inner(c: T): ...
        d: T
def f(a: T): ...
"""
    assert annotated(source, "C.m") == ["-", "Session", "_", "dict[tuple(str, Session)]"]
    assert annotated(source, "C.m.<locals>.inner") == ["Session", "-"]
    assert definitions(source, "C.m")[-1] == "d annotation _ : Session"
    assert annotated(source, "f") == ["T", "-"]


def test_bounds_that_lead_in_circles_mean_nothing() -> None:
    assert annotated("def f[T: T, U: V, V: U](a: T, b: U, c: V): ...") == ["_", "_", "_", "-"]


def test_a_call_in_a_bound_is_not_made() -> None:
    source = "def f[T: g(), U = h()](a: T, b: U): type X[V: i()] = V\nclass C[T: j()]: pass"
    assert calls(source, "<module>") == []
    assert calls(source) == []


def test_unpacking_in_a_comprehension_gives_the_items() -> None:
    source = "def f(a):\n    return [*x for x in a], {*x for x in a}, g(*x for x in a), {**x for x in a}"
    [shown] = returned(source)
    assert shown.startswith("tuple(list of *x{1}, set of *x{2}, $0, dict of x{4}[")
    assert calls(source) == ["g(generator of *x{3})"]


def test_async_unpacking_is_read() -> None:
    source = "async def f(a):\n    return [*await g(x) async for x in a if (y := x)]"
    assert calls(source) == ["g(x{1})"]
    assert body(source).iterations[0].is_async


def test_suppressions_are_read_where_this_tokenizer_gets_lost() -> None:
    source = """\
def f[T](a):
    x = f"{a["#"]} {a['"']}"  # loopaudit: ignore[LA101] one
    y = (f"{a["b"]}"  # loopaudit: ignore[LA102] two
         "c")
    # loopaudit: ignore[LA103] three
    z = f'''{
        g(a)  # loopaudit: ignore[LA104] four
    }'''
"""
    found = [(each.line, each.codes) for each in facts(source).suppressions]
    assert found == [(2, ("LA101",)), (3, ("LA102",)), (6, ("LA103",)), (7, ("LA104",))]


@pytest.mark.parametrize("codec", ["utf-8", "latin-1", "utf-8-sig"])
def test_encodings_are_respected(codec: str) -> None:
    cookie = "# coding: latin-1\n" if codec == "latin-1" else "\n"
    module = summarise(f'{cookie}é = f"{{ä["ö"]}}é{{g()}}"\n'.encode(codec))
    assert not module.error
    assert place(module.functions[0].body().calls[0]) == ("g", 2, 17, 2, 20)
