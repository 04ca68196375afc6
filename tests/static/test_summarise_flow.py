"""What reaches where: branches, loops, jumps, exceptions, conditions."""

from __future__ import annotations

import pytest

from tests.static.printed import body, definitions, returned


@pytest.mark.parametrize(
    ("statement", "source", "expected"),
    [
        ("a parameter is definition 0", "def f(a): return a", ["a{0}"]),
        ("the last assignment wins", "def f():\n x = 1\n x = 2\n return x", ["x{1}"]),
        ("branches merge", "def f(c):\n if c.a: x = 1\n else: x = 2\n return x", ["x{1,2}"]),
        ("no else: both reach", "def f(c):\n x = 1\n if c.a: x = 2\n return x", ["x{1,2}"]),
        ("a name of the module is a name", "x = 1\ndef f(): return x", ["x"]),
        (
            "a branch that returns does not merge",
            "def f(c):\n if c.a:\n  x = 1\n  return x\n else: x = 2\n return x",
            ["x{1}", "x{2}"],
        ),
        (
            "a branch that raises does not merge",
            "def f(c):\n x = 1\n if c.a:\n  x = 2\n  raise E\n return x",
            ["x{1}"],
        ),
        (
            "elif is a branch",
            "def f(c):\n if c.a: x = 1\n elif c.b: x = 2\n elif c.c: x = 3\n else: x = 4\n return x",
            ["x{1,2,3,4}"],
        ),
        ("a loop body may not run", "def f(c):\n x = 1\n for i in c: x = 2\n return x", ["x{1,3}"]),
        (
            "the round before reaches the head",
            "def f(c):\n x = 1\n for i in c:\n  g(x)\n  x = 2\n return x",
            ["x{1,3}"],
        ),
        ("a loop variable outlives its loop", "def f(c):\n for i in c: pass\n return i", ["i{1}"]),
        (
            "break takes its state along",
            "def f(c):\n x = 1\n while True:\n  x = 2\n  if c.a: break\n  x = 3\n return x",
            ["x{2}"],
        ),
        (
            "continue leads to the head",
            "def f(c):\n x = 1\n while c.a:\n  if c.b:\n   x = 2\n   continue\n  x = 3\n return x",
            ["x{1,2,3}"],
        ),
        (
            "else of a loop runs without break",
            "def f(c):\n for i in c:\n  x = 1\n  break\n else: x = 2\n return x",
            ["x{2,3}"],
        ),
        (
            "nested loops settle",
            "def f(c):\n x = 0\n for i in c:\n  for j in i:\n   g(x)\n   x = 1\n  x = 2\n return x",
            ["x{1,5}"],
        ),
        (
            "a handler sees every state of the body",
            "def f():\n x = 1\n try:\n  x = 2\n  x = 3\n except E: return x\n return x",
            ["x{0,1,2}", "x{2}"],
        ),
        (
            "a handler that falls through merges",
            "def f():\n try: x = 1\n except E: x = None\n return x",
            ["x{0,1}"],
        ),
        (
            "finally sees every state, and what it binds goes on",
            "def f():\n x = None\n try: x = g()\n finally:\n  y = x\n  h(x)\n return (x, y)",
            ["tuple(x{1}, y{2})"],
        ),
        (
            "what finally binds goes on",
            "def f(c):\n x = 1\n try: x = 2\n finally: x = 3\n return x",
            ["x{3}"],
        ),
        (
            "else of try follows the body",
            "def f():\n try: x = 1\n except E: return 0\n else: x = 2\n return x",
            ["0", "x{1}"],
        ),
        ("the name of an exception ends", "def f():\n try: g()\n except E as e: pass\n return e", ["e"]),
        ("del is a definition", "def f():\n x = 1\n del x\n return x", ["x{1}"]),
        (
            "behind a with that returned it goes on",
            "def f():\n with g():\n  x = 1\n  return x\n return 2",
            ["x{0}", "2"],
        ),
        ("global names do not flow", "def f():\n global x\n x = 1\n return x", ["x"]),
        ("a walrus binds", "def f(c):\n if (x := g(c)): return x", ["x{2}"]),
        ("a walrus in a loop reaches its body", "def f(c):\n while (x := c.r()): return x", ["x{2}"]),
        ("a walrus in a comprehension outlives it", "def f(c):\n [y := i for i in c]\n return y", ["y{2}"]),
        ("a walrus in an operand may not run", "def f(c):\n x = 1\n c and (x := 2)\n return x", ["x{1,3}"]),
        ("a comprehension's variable ends", "def f(i):\n [i for i in g()]\n return i", ["i{0}"]),
    ],
    ids=lambda value: value if isinstance(value, str) and "\n" not in value and "def" not in value else "",
)
def test_reaching(statement: str, source: str, expected: list[str]) -> None:
    assert returned(source) == expected


@pytest.mark.parametrize(
    ("statement", "source", "expected"),
    [
        (
            "is not None",
            "def f(x):\n if x is not None: return x\n return x",
            ["x narrow x{0}", "x narrow x{0} : None"],
        ),
        (
            "the early return",
            "def f(x):\n if x is None: return\n return x",
            ["x narrow x{0} : None", "x narrow x{0}"],
        ),
        (
            "isinstance, else exclude",
            "def f(x):\n if isinstance(x, A): pass\n else: pass",
            ["x narrow x{0} : A", "x exclude x{0} : A"],
        ),
        ("not", "def f(x):\n if not isinstance(x, A): return", ["x exclude x{0} : A", "x narrow x{0} : A"]),
        ("truthiness", "def f(x):\n if x: pass", ["x narrow x{0}"]),
        ("while", "def f(x):\n while x is not None: pass", ["x narrow x{0}", "x narrow x{0} : None"]),
        ("assert", "def f(x):\n assert isinstance(x, (A, B))", ["x narrow x{0} : tuple(A, B)"]),
        ("and", "def f(x):\n return x and x.y", ["x narrow x{0}"]),
        ("or", "def f(x):\n return x is None or x.y", ["x narrow x{0}"]),
        ("conditional expression", "def f(x):\n return x.y if x else 1", ["x narrow x{0}"]),
        ("comprehension", "def f(c):\n [x for x in c if x]", ["x iterate c{0}", "x narrow x{1}"]),
        (
            "and in an if",
            "def f(x):\n if x is not None and isinstance(x, A): pass",
            ["x narrow x{0}", "x narrow x{0}", "x narrow x{2} : A"],
        ),
        (
            "match",
            "def f(x):\n match x:\n  case A(): pass\n  case B() | C(): pass",
            ["x narrow x{0} : A", "x narrow x{0} : tuple(B, C)"],
        ),
    ],
)
def test_conditions_narrow(statement: str, source: str, expected: list[str]) -> None:
    assert definitions(source) == expected


def test_what_a_condition_said_is_forgotten_behind_it() -> None:
    assert returned("def f(x):\n if isinstance(x, A): g()\n else: h()\n return x") == ["x{0}"]
    assert returned("def f(x):\n if isinstance(x, A): g()\n elif x: h()\n return x") == ["x{0}"]
    assert returned("def f(x):\n while x is None: g()\n return x") == ["x{2}"]


def test_what_a_condition_said_holds_behind_an_early_return() -> None:
    assert returned("def f(x):\n if not isinstance(x, A): return 0\n return x") == ["0", "x{2}"]


def test_a_name_bound_again_is_not_narrowed_by_the_old_condition() -> None:
    assert returned("def f(x):\n if x is None: x = g()\n return x") == ["x{2,3}"]


def test_a_thousand_branches_stay_small() -> None:
    source = "def f(c):\n x = 0\n" + " if c.a: x = g()\n" * 2000 + " return x"
    value = body(source).returns[0]
    assert len(value.defs) == 100  # type: ignore[union-attr]  # a local is returned


def test_a_thousand_elifs_are_walked() -> None:
    source = (
        "def f(c):\n if c.a: x = 0\n" + "".join(f" elif c.b: x = {i}\n" for i in range(900)) + " return x"
    )
    assert len(body(source).defs) == 902
