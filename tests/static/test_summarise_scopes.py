"""Functions, lambdas, classes, modules: their outlines, their annotations, their exports."""

from __future__ import annotations

import pytest

from tests.static.printed import body, facts, function, show


def test_every_scope_is_a_function() -> None:
    module = facts("class C:\n async def m(self): return lambda: 1\ndef f():\n def g(): pass")
    shown = [(one.qualname, one.kind, one.parent, one.owner) for one in module.functions]
    assert shown == [
        ("<module>", "module", -1, -1),
        ("C", "class", 0, 0),
        ("C.m", "async", 1, 0),
        ("C.m.<locals>.<lambda>", "lambda", 2, -1),
        ("f", "def", 0, -1),
        ("f.<locals>.g", "def", 4, -1),
    ]


def test_a_class_lists_its_methods_and_its_body() -> None:
    module = facts(
        "@d\nclass C(A, b.B[T], metaclass=M):\n x: int = g()\n @property\n def p(self): ...\n"
        " @p.setter\n def p(self, v): ...\n if X:\n  def q(self): ...\n class D: ..."
    )
    found = module.classes[0]
    assert [show(base) for base in found.bases] == ["A", "b.B[T]"]
    assert [(name, show(value)) for name, value in found.keywords] == [("metaclass", "M")]
    assert [show(one) for one in found.decorators] == ["d"]
    assert [name for name, _ in found.methods] == ["p", "p", "q"]
    assert module.classes[1].qualname == "C.D"
    setter = module.functions[found.methods[1][1]]
    assert [show(one) for one in setter.decorators] == ["p{1}.setter"]
    inside = module.functions[found.body].body()
    assert [one.name for one in inside.defs] == ["x", "p", "p", "q", "D"]
    assert show(inside.defs[0].annotation) == "int"


def test_parameters_are_the_first_definitions() -> None:
    module = facts("def f(a, /, b: 'T' = g(), *c, d=1, **e): return a, b, c, d, e")
    found = function(module, "f")
    assert [(one.name, one.kind, show(one.annotation), show(one.default)) for one in found.params] == [
        ("a", "positional_only", "-", "-"),
        ("b", "normal", "T", "$0"),
        ("c", "star", "-", "-"),
        ("d", "keyword_only", "-", "1"),
        ("e", "double_star", "-", "-"),
    ]
    assert [show(one) for one in found.body().returns] == ["tuple(a{0}, b{1}, c{2}, d{3}, e{4})"]


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("a.B", "a.B"),
        ("'a.B[C]'", "a.B[C]"),
        ("Optional['C']", "Optional[C]"),
        ("'Optional[\"C\"]'", "Optional[C]"),
        ("A | None", "(A __or__ None)"),
        ("Annotated['C', Depends(g), 'text']", "Annotated[tuple(C, $0, 'text')]"),
        ("Literal['C']", "Literal['C']"),
        ("Callable[[A], B]", "Callable[tuple(list(A), B)]"),
        ("tuple[int, ...]", "tuple[tuple(int, _)]"),
        ("'not an ( expression'", "'not an ( expression'"),
    ],
)
def test_annotations(annotation: str, expected: str) -> None:
    module = facts(f"def f(x: {annotation}): ...")
    assert show(function(module, "f").params[0].annotation) == expected
    outside = module.functions[0].body()
    assert not outside.loads
    assert not outside.dunders


def test_outlines_name_what_is_called_read_stored_and_global() -> None:
    found = function(facts("def f(s):\n global z\n z = g(s.a)\n s.b = s.c.d()\n"), "f")
    assert (found.called, found.read, found.stored, found.globals) == (("d", "g"), ("a", "c"), ("b",), ("z",))


def test_awaiting_in_any_form_is_seen() -> None:
    for line in ("await g()", "async for x in y: pass", "async with y: pass", "[x async for x in y]"):
        assert function(facts(f"async def f(y):\n {line}"), "f").has_await, line
    assert not function(facts("async def f(y):\n async def g(): await y"), "f").has_await


def test_a_name_of_the_class_body_is_local_there_only() -> None:
    source = "class C:\n x = 1\n y = x\n def f(self): return x"
    assert [show(one.value) for one in body(source, "C").defs] == ["1", "x{0}", "<function 2>"]
    assert [show(one) for one in body(source, "C.f").returns] == ["x"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("__all__ = ['a', 'b']", ("a", "b")),
        ("__all__ = ('a',)\n__all__ += ['b']", ("a", "b")),
        ("__all__ = ['a'] + ['b']", ("a", "b")),
        ("__all__ = ['a']\n__all__ += m.__all__", None),
        ("__all__ = [n for n in x]", None),
        ("x = 1", None),
    ],
)
def test_exports(source: str, expected: tuple[str, ...] | None) -> None:
    assert facts(source).exports == expected


def test_imports_under_a_condition_merge() -> None:
    source = "try:\n import a\nexcept ImportError:\n a = None\nx = a"
    found = facts(source).functions[0].body().defs
    assert show(found[-1].value) == "a{0,1}"


def test_a_lambda_returns_its_body() -> None:
    assert [show(one) for one in body("f = lambda a, b=g(): a.x(b)", "<lambda>").returns] == ["$0"]
