"""Type expressions: what they read as, and what is refused."""

from __future__ import annotations

import pytest
from loopaudit.catalogue.expressions import ExpressionError, parse_expression, print_expression
from loopaudit.catalogue.model import TypeExpr


def test_a_nested_expression_is_read_and_printed_alike() -> None:
    expr = parse_expression("union[awaitable[a.B],async_context[ tuple[$0, none] ]]")
    assert expr.head == "union"
    assert expr.args[0] == TypeExpr("awaitable", (TypeExpr("a.B"),))
    assert print_expression(expr) == "union[awaitable[a.B], async_context[tuple[$0, none]]]"
    assert parse_expression(print_expression(expr)) == expr


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "lacks a name"),
        ("list[a", "lacks a closing"),
        ("list[a]]", "goes on after its end"),
        ("list", "takes 1 to 1 arguments, not 0"),
        ("union[a]", "takes 2 to 9 arguments, not 1"),
        ("a.B[c, d]", "takes no arguments"),
        ("a..b", "neither a dotted name"),
        ("$", "neither a dotted name"),
        ("a-b", "has a character at 2"),
    ],
)
def test_what_is_no_expression_is_refused_with_its_reason(text: str, problem: str) -> None:
    with pytest.raises(ExpressionError, match=problem):
        parse_expression(text)
