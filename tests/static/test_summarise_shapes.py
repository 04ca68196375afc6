"""How source is lowered: one statement, the lines of facts it becomes."""

from __future__ import annotations

import pytest
from loopaudit.static.expressions import Attr, Items, Opaque
from loopaudit.static.facts import (
    ASYNC_ITERATED,
    ASYNC_WITH_ITEM,
    AWAITED,
    DECORATOR,
    DISCARDED,
    IN_LOOP,
    ITERATED,
    RETURNED,
    WITH_ITEM,
)

from tests.static.printed import body, calls, definitions, facts, function, returned, show, show_def


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f():\n a, b = g()", ["a assign $0[0]", "b assign $0[1]"]),
        ("def f():\n a, *b = g()", ["a assign $0[0]", "b assign $0[-1]"]),
        ("def f():\n *a, b, c = g()", ["a assign $0[-1]", "b assign $0[-3]", "c assign $0[-2]"]),
        ("def f():\n (a, b), c = g()", ["a assign $0[0][0]", "b assign $0[0][1]", "c assign $0[1]"]),
        ("def f():\n a, b = 1, g()", ["a assign 1", "b assign $0"]),
        ("def f(a, b):\n a, b = b, a", ["a assign b{1}", "b assign a{0}"]),
        ("def f():\n a = b = g()", ["a assign $0", "b assign $0"]),
        ("def f():\n for a, b in g(): pass", ["a iterate $0[0]", "b iterate $0[1]"]),
        ("async def f():\n async for a in g(): pass", ["a aiterate $0"]),
        ("def f():\n with g() as a, a.h() as b: pass", ["a enter $0", "b enter $1"]),
        ("async def f():\n async with g() as a: pass", ["a aenter $0"]),
        ("def f():\n try: pass\n except (A, B) as e: pass", ["e except tuple(A, B)"]),
        ("def f():\n x: A = g()\n x = h()", ["x assign $0 : A", "x assign $1 : A"]),
        ("def f():\n x: 'A | None'", ["x annotation _ : (A __or__ None)"]),
        ("def f(x):\n x += g()", ["x assign (x{0} __add__ $0)"]),
        ("def f(x):\n del x", ["x delete _"]),
        ("def f():\n global x\n x = 1", ["x assign 1 (global)"]),
        ("def f():\n nonlocal x\n x = 1", ["x assign 1 (nonlocal)"]),
        ("def f():\n import a.b\n import a.b as c", ["a import <import a:>", "c import <import a.b:>"]),
        ("def f():\n from .a import b as c", ["c import <import .a:b>"]),
        ("def f():\n from . import b", ["b import <import .:b>"]),
        ("def f():\n def g(): pass\n class C: pass", ["g function <function 2>", "C class <class 0>"]),
        ("def f(c):\n [g(x) for x in c]", ["x iterate c{0}"]),
        ("def f(c):\n {k: v for k, v in c}", ["k iterate c{0}[0]", "v iterate c{0}[1]"]),
        ("def f(x):\n match x.y:\n  case [a, *b]: pass", ["a assign x{0}.y[0]", "b assign x{0}.y[-1]"]),
        ("def f(x):\n match x.y:\n  case A(b=c): pass", ["c assign x{0}.y.b"]),
        ("def f(x):\n match x.y:\n  case A() as a: pass", ["a narrow x{0}.y : A"]),
        ("def f(x):\n match x.y:\n  case {'k': v, **r}: pass", ["v assign x{0}.y['k']", "r assign _"]),
    ],
)
def test_definitions(source: str, expected: list[str]) -> None:
    assert definitions(source) == expected


def test_a_star_import_is_a_definition_named_star() -> None:
    found = facts("from a.b import *").functions[0].body().defs
    assert [show_def(one) for one in found] == ["* import <import a.b:*>"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(a): return a.b.c", "a{0}.b.c"),
        ("def f(a): return a['k'][0]", "a{0}['k'][0]"),
        ("def f(a): return a[1:g()]", "a{0}[slice()]"),
        ("async def f(a): return await a.b()", "await $0"),
        ("def f(a): return lambda: a", "<function 2>"),
        ("def f(a): return (a, [1], {2})", "tuple(a{0}, list(1), set(2))"),
        ("def f(a): return {'k': a, **g()}", "{'k': a{0}, _: *$0}"),
        ("def f(a): return a if g() else 1", "a{0} | 1"),
        ("def f(a, b): return a or b", "a{0} | b{1}"),
        ("def f(a): return a / 'x'", "(a{0} __truediv__ 'x')"),
        ("def f(a): return 'x' + a", "_"),
        ("def f(a): return f'{a.b()}'", "_"),
        ("def f(a): return a < 1 and not a", "_"),
        ("def f(a): return -1", "-1"),
        ("def f(a): return [g(x) for x in a]", "list of $0"),
        ("def f(a): return (x async for x in a)", "generator of x{1}"),
        ("def f(a): return {k: g(k) for k in a}", "dict of $0"),
        ("def f(a): return [*a, 1]", "list(*a{0}, 1)"),
        ("def f(a): return ..., 1j, b'x', 10 ** 2", "tuple(_, _, _, (10 __pow__ 2))"),
        ("def f(a): return " + "9" * 30, "_"),
        ("def f(a): return '\\ud800'", "_"),
        ("def f(a): return '" + "x" * 301 + "'", "_"),
        ("def f(a): return (y := a)", "y{1}"),
        ("def f(a): return super().f()", "$1"),
        ("def f(a):\n x = yield a\n return x", "x{1}"),
    ],
)
def test_values(source: str, expected: str) -> None:
    assert returned(source) == [expected]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(): g(h(1), x=2, *a, **k)", ["h(1)", "g($0, *a, x=2, **=k)"]),
        ("def f(): a.b().c(d=1)", ["a.b()", "$0.c(d=1)"]),
        ("def f(): x = [g(i) for i in h()]", ["h()", "g(i{0})"]),
        ("def f(): return f'{g()!r:{h()}}'", ["g()", "h()"]),
        ("def f(a): a[g()] = h()", ["h()", "g()"]),
        ("def f(a): del a[g()]", ["g()"]),
        ("def f(): assert g(), h()", ["g()", "h()"]),
        ("def f(): raise g() from h()", ["g()", "h()"]),
        ("def f(): cast('a.B[C]', x)", ["cast(a.B[C], x)"]),
    ],
)
def test_calls(source: str, expected: list[str]) -> None:
    assert calls(source) == expected


@pytest.mark.parametrize(
    ("source", "flags"),
    [
        ("async def f(): await g()", AWAITED),
        ("def f(): g()", DISCARDED),
        ("def f(): return g()", RETURNED),
        ("def f(): x = g()", 0),
        ("def f():\n with g(): pass", WITH_ITEM),
        ("async def f():\n async with g(): pass", ASYNC_WITH_ITEM),
        ("def f():\n for x in g(): pass", ITERATED),
        ("def f(): return [x for x in g()]", ITERATED),
        ("def f(): yield from g()", ITERATED),
        ("async def f():\n async for x in g(): pass", ASYNC_ITERATED),
        ("def f(c):\n for x in c: g()", IN_LOOP | DISCARDED),
        ("def f(c):\n while g(): pass", IN_LOOP),
        ("def f(c): return [g() for x in c]", IN_LOOP),
        ("def f(c):\n for x in c:\n  pass\n g()", DISCARDED),
        ("def f(c):\n for x in c:\n  def h(): pass\n  g()", IN_LOOP | DISCARDED),
    ],
)
def test_flags(source: str, flags: int) -> None:
    assert [call.flags for call in body(source).calls] == [flags]


def test_the_body_of_a_function_in_a_loop_is_not_in_the_loop() -> None:
    assert body("for x in c:\n def f(): g()").calls[0].flags == DISCARDED


def test_a_decorator_is_a_call_of_the_scope_around() -> None:
    module = facts("@app.get('/x')\n@cached\nasync def f(): pass")
    assert [show(one) for one in function(module, "f").decorators] == ["$0", "cached"]
    assert [call.flags for call in module.functions[0].body().calls] == [DECORATOR]


def test_positions_count_characters_from_one() -> None:
    call = body("def f():\n    é = 'é'; g(\n  1)\n").calls[0]
    assert (call.line, call.column, call.end_line, call.end_column) == (2, 14, 3, 5)


def test_a_chained_call_knows_the_line_of_its_name() -> None:
    found = body("def f():\n return (a\n  .b()\n  .c())").calls
    assert [(call.line, call.name_line) for call in found] == [(2, 3), (2, 4)]


def test_with_blocks_stand_around_the_calls_in_them() -> None:
    found = body("async def f():\n with a() as x:\n  g()\n  async with b():\n   h()\n  x.y\n i()")
    assert [call.under for call in found.calls] == [(), (0,), (0,), (0, 1), ()]
    assert [(one.is_async, one.awaits) for one in found.withs] == [(False, True), (True, False)]


def test_a_with_that_does_not_await_says_so() -> None:
    found = body("async def f():\n with a(): g()\n await h()")
    assert not found.withs[0].awaits


def test_attribute_stores() -> None:
    found = body(
        "def f(self, v):\n self.a: T = v\n self.b: U\n self.c, d = v.x()\n"
        " for self.e in v: pass\n with v as self.g: pass\n del self.h\n self.i += v"
    )
    shown = [
        f"{show(one.base)}.{one.name} {one.kind} {show(one.value)} {list(one.path)} {show(one.annotation)}"
        for one in found.attr_stores
    ]
    assert shown == [
        "self{0}.a assign v{1} [] T",
        "self{0}.b annotation _ [] U",
        "self{0}.c assign $0 [0] -",
        "self{0}.e iterate v{1} [] -",
        "self{0}.g enter v{1} [] -",
        "self{0}.h delete _ [] -",
        "self{0}.i assign (self{0}.i __add__ v{1}) [] -",
    ]


def test_attribute_reads_are_loads_and_called_ones_are_not() -> None:
    found = body("def f(a): return a.b.c(), a.d")
    assert [show(load.value) for load in found.loads] == ["a{0}.b", "a{0}.d"]


def test_operators_that_may_run_project_code() -> None:
    found = body(
        "def f(a, b):\n a in b\n a[b]\n a[b] = 1\n del a[b]\n a / b\n a += b\n"
        " a + 1\n 'x' + a\n 2 * a\n a in [1]\n [1][a]\n a == b < 1\n a is b\n ~a\n"
        " if a and not b: pass\n f'{a}{b!r}'"
    )
    shown = [f"{one.method} {show(one.receiver)} {' '.join(map(show, one.args))}" for one in found.dunders]
    assert shown == [
        "__contains__ b{1} a{0}",
        "__getitem__ a{0} b{1}",
        "__setitem__ a{0} b{1} 1",
        "__delitem__ a{0} b{1}",
        "__truediv__ a{0} b{1}",
        "__iadd__ a{0} b{1}",
        "__add__ a{2} 1",
        "__rmul__ a{2} 2",
        "__eq__ a{2} b{1}",
        "__invert__ a{2} ",
        "__bool__ a{2} ",
        "__bool__ b{1} ",
        "__format__ a{2} ",
        "__repr__ b{1} ",
    ]


def test_names_put_together_keep_what_is_known_of_them() -> None:
    found = body("def f(a): return f'do_{a}', f'{a}_x_{a}', 'on_' + a, 'x%sy' % a, f'{a} b', f'{a}_{a}'")
    assert isinstance(found.returns[0], Items)
    patterns = [item.pattern for item in found.returns[0].items if isinstance(item, Opaque)]
    assert patterns == ["do_*", "*_x_*", "on_*", "x*y", "", ""]


def test_setattr_stores_an_attribute() -> None:
    found = body("def f(a, b):\n setattr(a, 'x', b)\n object.__setattr__(a, 'y', b)\n setattr(a, b, 1)")
    shown = [f"{show(one.base)}.{one.name} {one.kind} {show(one.value)}" for one in found.attr_stores]
    assert shown == ["a{0}.x assign b{1}", "a{0}.y assign b{1}"]


def test_a_narrowed_attribute_reads_as_what_the_condition_said() -> None:
    found = body(
        "def f(self):\n if isinstance(self.a, C): self.a.x()\n else: self.a.y()\n self.a = 1\n self.a.z()"
    )
    receivers = {call.func.name: call.func.base for call in found.calls if isinstance(call.func, Attr)}
    told = {name: show(base) for name, base in receivers.items()}
    assert told == {"x": "self.a{1}", "y": "self.a{2}", "z": "self{0}.a"}
    assert [(found.defs[at].kind, show(found.defs[at].value)) for at in (1, 2)] == [
        ("narrow", "self{0}.a"),
        ("exclude", "self{0}.a"),
    ]


def test_item_stores() -> None:
    found = body("def f(a): a['k'] = g()").item_stores
    assert [(show(one.base), show(one.key), show(one.value)) for one in found] == [("a{0}", "'k'", "$0")]


def test_iterations() -> None:
    found = body(
        "async def f(a):\n for x in a: pass\n [y async for y in a.b]\n u, v = g()\n h(*a)\n u, v = 1, 2"
    )
    shown = [f"{'async ' if one.is_async else ''}{show(one.value)}" for one in found.iterations]
    assert shown == ["a{0}", "async a{0}.b", "$0", "a{0}"]


def test_yields_make_a_generator() -> None:
    module = facts("def f():\n yield\n yield 1\n yield from g()")
    found = function(module, "f")
    assert found.is_generator
    assert [show(one) for one in found.body().yields] == ["None", "1", "*$0"]
