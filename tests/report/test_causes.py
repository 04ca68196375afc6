"""Which blocking places belong together, who suffers from them, and which one change cures most."""

from __future__ import annotations

import msgspec
from loopaudit.findings import Finding, Hop, Root
from loopaudit.report.causes import group_by_cause, where_to_start

from tests.report.audits import make_findings


def reaching(coroutine: str, *calls: str, primitive: str = "requests.get", line: int = 10) -> Finding:
    """A finding in `coroutine` that reaches the primitive, called in line 90, through these functions."""
    functions = (coroutine, *calls)
    lines = (line, *(50 + depth for depth in range(len(calls) - 1)), 90)[-len(functions) :]
    chain = tuple(
        Hop("app.py", at, 5, function, callee)
        for at, function, callee in zip(lines, functions, (*calls, primitive), strict=True)
    )
    return msgspec.structs.replace(
        make_findings()[0], function=coroutine, primitive=primitive, chain=chain, roots=(), line=line
    )


def test_one_blocking_place_has_all_who_suffer_from_it() -> None:
    (cause,) = group_by_cause([reaching("a", "get"), reaching("b", "get"), reaching("b", "get", line=11)])
    assert (cause.at.line, cause.coroutines, len(cause.findings)) == (90, 2, 3)


def test_of_functions_that_all_go_through_the_cure_is_the_one_nearest_to_the_coroutines() -> None:
    findings = [reaching("a", "one", "load", "get"), reaching("b", "two", "load", "get")]
    (start,) = where_to_start(group_by_cause(findings))
    assert start.cure is not None
    assert (start.cure.function, start.cure.is_called_on_loop) == ("load", False)
    assert start.cure.coroutines == 2


def test_a_function_that_coroutines_call_themselves_may_be_handed_to_a_thread() -> None:
    findings = [reaching("a", "load", "get"), reaching("b", "load", "get", line=20)]
    (start,) = where_to_start(group_by_cause(findings))
    assert start.cure is not None
    assert (start.cure.function, start.cure.is_called_on_loop) == ("load", True)
    assert start.cure.calls == (("app.py", 10, 5), ("app.py", 20, 5))


def test_places_below_one_function_are_cured_together() -> None:
    below = msgspec.structs.replace(reaching("a", "load", "save", primitive="open"), severity="warning")
    deeper = below.chain[-1]
    below = msgspec.structs.replace(
        below, chain=(*below.chain[:-1], msgspec.structs.replace(deeper, line=95))
    )
    causes = group_by_cause([reaching("a", "load", "get"), below])
    assert [cause.primitive for cause in causes] == ["requests.get", "open"]
    (start,) = where_to_start(causes)
    assert [cause.primitive for cause in start.causes] == ["requests.get", "open"]


def test_the_cure_that_frees_most_routes_comes_first() -> None:
    roots = tuple(Root("endpoint", "GET", f"/{n}", "r", "app.py", n) for n in range(2))
    many = msgspec.structs.replace(reaching("z", "load", primitive="open"), roots=roots)
    last = msgspec.structs.replace(many.chain[-1], line=91)
    many = msgspec.structs.replace(many, chain=(*many.chain[:-1], last))
    starts = where_to_start(group_by_cause([reaching("a", "get"), many]))
    assert [start.causes[0].primitive for start in starts] == ["open", "requests.get"]


def test_a_call_in_the_coroutine_itself_has_no_cure_but_its_own() -> None:
    (start,) = where_to_start(group_by_cause([reaching("a", line=90)]))
    assert start.cure is None
    assert start.suffering.coroutines == 1


def test_a_library_is_not_where_one_mends() -> None:
    finding = reaching("a", "load", "get")
    inside = msgspec.structs.replace(finding.chain[-1], path="site-packages/lib.py")
    finding = msgspec.structs.replace(finding, chain=(*finding.chain[:-1], inside))
    (start,) = where_to_start(group_by_cause([finding, finding]))
    assert start.causes[0].at.path == "app.py"
    assert start.cure is not None
    assert start.cure.function == "load"
