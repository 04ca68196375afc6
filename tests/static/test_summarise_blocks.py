"""Blocks of statements: what stands in which, what was bound before it, which exclude each other."""

from __future__ import annotations

import pytest
from loopaudit.static.blocks import are_exclusive

from tests.static.printed import body, show


def test_branches_loops_and_tries_are_blocks_around_calls_and_reads() -> None:
    found = body(
        "def f(c, s):\n a()\n if c: b()\n elif d: s.x\n else: e()\n for i in s:\n  g()\n  while c: h()\n"
        " try: k()\n except (A, m.B): n()\n except: raise\n [o() for q in s]\n match c:\n  case 1: r()"
    )
    shown = [(one.kind, one.parent, one.catches) for one in found.blocks]
    assert shown == [
        ("branch", -1, ()),
        ("otherwise", -1, ()),
        ("otherwise", -1, ()),
        ("loop", -1, ()),
        ("loop", 3, ()),
        ("try", -1, ("A", "B", "*")),
        ("otherwise", -1, ()),
        ("otherwise", -1, ()),
        ("loop", -1, ()),
        ("branch", -1, ()),
    ]
    assert [one.block for one in found.calls] == [-1, 0, 2, 3, 4, 5, 6, 8, 9]
    assert [one.block for one in found.loads] == [1, 6]


def test_a_block_knows_what_was_bound_before_it() -> None:
    found = body("def f(s):\n a = 1\n for i in s:\n  b = 2\n  g(a, b)")
    bound_inside = [one.name for one in found.defs[found.blocks[0].defs :]]
    assert bound_inside == ["i", "b"]


@pytest.mark.parametrize(
    ("source", "exclusive"),
    [
        ("if c: a()\n else: b()", True),
        ("if c: a()\n elif d: pass\n else: b()", True),
        ("if c: a()\n if d: b()", False),
        ("if c: a()\n if d: pass\n else: b()", False),
        ("if c:\n  if d: a()\n else:\n  for e in f: b()", True),
        ("a()\n if c: b()", False),
        ("if c: a()\n elif any(e for e in d): b()", True),
        ("if c: a()\n for e in d: b()", False),
        ("match c:\n  case 1: a()\n  case 2: b()", True),
    ],
)
def test_branches_of_one_decision_exclude_each_other(source: str, exclusive: bool) -> None:
    found = body(f"def f(c, d):\n {source}")
    first, *_, second = (one.block for one in found.calls)
    assert are_exclusive(found.blocks, first, second) is exclusive


def test_awaits_of_what_is_no_call() -> None:
    found = body("async def f(t):\n await t\n await g()\n if t: await t.x")
    assert [(show(one.value), one.line, one.block) for one in found.awaits] == [
        ("t{0}", 2, -1),
        ("t{1}.x", 4, 0),
    ]


def test_a_with_block_that_yields_waits_too() -> None:
    found = body("def f():\n with a(): yield\n with b(): pass")
    assert [one.awaits for one in found.withs] == [True, False]
