"""From hand-made observations to findings: which rule speaks, how loud, and in which words."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import msgspec
import pytest
from loopaudit.catalogue.tables import Kind
from loopaudit.rules import RULES, judge
from loopaudit.rules.selection import UnknownCodeError, choose_codes, find_rule
from loopaudit.static.observations import BlockedCall, Circumstances, Observations

from tests.rules.observed import UPLOAD, make_call, make_crossing, make_primitive, make_wait

if TYPE_CHECKING:
    from loopaudit.findings import Finding

ALL = choose_codes(("ALL",))


def judge_calls(*calls: BlockedCall) -> tuple[Finding, ...]:
    return judge(Observations(blocked=calls), choose_codes(None))


@pytest.mark.parametrize(
    ("kind", "cost", "code"),
    [
        ("file", "disk", "LA101"),
        ("network", "unbounded", "LA102"),
        ("database", "unbounded", "LA103"),
        ("subprocess", "unbounded", "LA104"),
        ("sleep", "unbounded", "LA105"),
        ("lock", "unbounded", "LA106"),
        ("dns", "unbounded", "LA107"),
        ("input", "unbounded", "LA108"),
        ("cloud", "unbounded", "LA109"),
        ("model", "unbounded", "LA109"),
        ("model", "cpu", "LA203"),
        ("hash", "cpu", "LA201"),
        ("compress", "cpu", "LA201"),
        ("serialise", "cpu", "LA202"),
        ("cpu", "cpu", "LA202"),
        ("image", "cpu", "LA203"),
        ("dataframe", "cpu", "LA203"),
    ],
)
def test_each_kind_of_primitive_belongs_to_one_rule(kind: str, cost: str, code: str) -> None:
    findings = judge_calls(make_call(make_primitive("x.y", kind, cost)))
    assert [(finding.rule, finding.kind) for finding in findings] == [(code, kind)]


def test_every_kind_of_the_catalogue_but_logging_has_a_rule() -> None:
    for kind in get_args(Kind):
        expected = 0 if kind == "logging" else 1
        assert len(judge_calls(make_call(make_primitive("x.y", kind)))) == expected, kind


@pytest.mark.parametrize(
    ("cost", "circumstances", "severity"),
    [
        ("unbounded", Circumstances(), "error"),
        ("unbounded", Circumstances(once=True), "warning"),
        ("unbounded", Circumstances(brief=True), "warning"),
        ("disk", Circumstances(), "warning"),
        ("disk", Circumstances(once=True), "info"),
        ("cpu", Circumstances(in_loop=True), "warning"),
        ("brief", Circumstances(), "info"),
        ("brief", Circumstances(once=True), "info"),
    ],
)
def test_severity_follows_cost_and_circumstances(
    cost: str, circumstances: Circumstances, severity: str
) -> None:
    call = make_call(make_primitive("open", "file", cost), circumstances=circumstances)
    assert judge_calls(call)[0].severity == severity


def test_a_finding_stands_at_the_call_in_the_coroutine() -> None:
    call = make_call(make_primitive("time.sleep"), "lib.pause", line=7, roots=(UPLOAD,))
    (finding,) = judge_calls(call)
    assert (finding.path, finding.line, finding.column, finding.end_line) == ("app.py", 7, 5, 7)
    assert finding.function == "app.f"
    assert finding.chain == call.chain
    assert finding.roots == (UPLOAD,)


def test_the_message_says_what_where_and_by_which_path() -> None:
    (finding,) = judge_calls(make_call(make_primitive("time.sleep"), "lib.Clock.pause", "lib.wait"))
    assert finding.message == (
        "`time.sleep` sleeps on the event loop: `f` reaches it through `Clock.pause` -> `wait`"
    )


def test_a_direct_call_has_no_path() -> None:
    (finding,) = judge_calls(make_call(make_primitive("time.sleep")))
    assert finding.message == "`time.sleep` sleeps on the event loop: `f` calls it"
    assert finding.advice == "something else than time.sleep."


def test_a_deep_chain_is_advised_to_move_as_a_whole() -> None:
    (finding,) = judge_calls(make_call(make_primitive("time.sleep"), "lib.pause"))
    assert "`await asyncio.to_thread(pause, ...)`" in finding.advice


def test_a_database_helper_that_moves_opens_its_own_session() -> None:
    (finding,) = judge_calls(make_call(make_primitive("Session.commit", "database"), "db.save"))
    assert "with a session that it opens itself" in finding.advice


def test_code_without_a_name_to_hand_over_is_advised_to_become_a_function() -> None:
    (finding,) = judge_calls(make_call(make_primitive("time.sleep"), "lib.Guard.__enter__"))
    assert "`await asyncio.to_thread(function, ...)`" in finding.advice


def test_a_callback_is_not_advised_to_await() -> None:
    call = make_call(make_primitive("time.sleep"), "lib.pause")
    (finding,) = judge_calls(msgspec.structs.replace(call, in_coroutine=False))
    assert "`f`, which runs on the loop, reaches it" in finding.message
    assert "`f` cannot await" in finding.advice


def test_an_endpoint_that_never_awaits_is_advised_to_drop_async() -> None:
    call = make_call(make_primitive("time.sleep"))
    (finding,) = judge_calls(msgspec.structs.replace(call, awaited_never=True))
    assert "drop `async`" in finding.advice


def test_what_is_called_before_it_is_handed_over_is_la501_and_nothing_else() -> None:
    call = make_call(make_primitive("requests.get", "network"), "net.fetch")
    late = msgspec.structs.replace(call, offloaded_too_late=True, offloader="asyncio.to_thread")
    (finding,) = judge_calls(late)
    assert (finding.rule, finding.severity) == ("LA501", "error")
    assert "`asyncio.to_thread`" in finding.message
    assert "`requests.get`" in finding.message
    assert finding.advice == "Hand over the function and its arguments apart: `to_thread(fetch, ...)`."


def test_la503_speaks_once_for_an_endpoint_and_only_when_asked() -> None:
    calls = tuple(
        msgspec.structs.replace(make_call(make_primitive("time.sleep"), line=line), awaited_never=True)
        for line in (4, 5)
    )
    found = judge(Observations(blocked=calls), frozenset({"LA503"}))
    assert [(finding.rule, finding.line) for finding in found] == [("LA503", 4)]
    assert "LA503" not in choose_codes(None)


def test_a_crossing_names_where_it_was_made_where_it_is_used_and_what_took_it_there() -> None:
    (finding,) = judge(Observations(crossings=(make_crossing(),)), ALL)
    assert (finding.rule, finding.severity, finding.confidence) == ("LA301", "error", "likely")
    for said in ("`session`", "app.py:8", "`asyncio.to_thread`", "db.py:3"):
        assert said in finding.message
    assert [hop.calls for hop in finding.chain] == ["asyncio.to_thread", "sqlalchemy.orm.Session.commit"]
    assert "Open the Session inside `insert`" in finding.advice


def test_an_endless_wait_names_the_keyword_that_ends_it() -> None:
    (finding,) = judge(Observations(endless=(make_wait(),)), ALL)
    assert (finding.rule, finding.severity, finding.line) == ("LA401", "warning", 4)
    assert "`timeout=...`" in finding.advice


def test_only_selected_rules_speak() -> None:
    calls = (make_call(make_primitive("time.sleep")), make_call(make_primitive("open", "file", "disk")))
    found = judge(Observations(blocked=calls), frozenset({"LA101"}))
    assert [finding.rule for finding in found] == ["LA101"]


def test_findings_come_in_the_order_of_their_places() -> None:
    calls = [
        make_call(make_primitive("time.sleep"), line=line, path=path)
        for path, line in (("b.py", 1), ("a.py", 9), ("a.py", 2))
    ]
    assert [(f.path, f.line) for f in judge_calls(*calls)] == [("a.py", 2), ("a.py", 9), ("b.py", 1)]


def test_a_fingerprint_survives_moved_lines_and_a_renamed_file() -> None:
    sleep = make_primitive("time.sleep")
    (before,) = judge_calls(make_call(sleep, "lib.pause", line=4))
    (after,) = judge_calls(make_call(sleep, "lib.pause", line=40, path="moved.py"))
    assert before.fingerprint == after.fingerprint


def test_two_equal_calls_in_one_function_have_two_fingerprints() -> None:
    sleep = make_primitive("time.sleep")
    found = judge_calls(make_call(sleep, line=4), make_call(sleep, line=5))
    assert len({finding.fingerprint for finding in found}) == 2


def test_another_chain_or_primitive_is_another_fingerprint() -> None:
    found = [
        *judge_calls(make_call(make_primitive("time.sleep"))),
        *judge_calls(make_call(make_primitive("time.sleep"), "lib.pause")),
        *judge_calls(make_call(make_primitive("os.system", "subprocess"))),
    ]
    assert len({finding.fingerprint for finding in found}) == 3


@pytest.mark.parametrize(
    ("patterns", "codes"),
    [
        (("LA103",), {"LA103"}),
        (("la1",), {"LA110", *(f"LA10{last}" for last in range(1, 10))}),
        (("LA5", "LA301"), {"LA501", "LA502", "LA503", "LA301"}),
        (("ALL",), {rule.code for rule in RULES}),
    ],
)
def test_codes_are_chosen_by_their_beginning(patterns: tuple[str, ...], codes: set[str]) -> None:
    assert choose_codes(patterns) == codes


@pytest.mark.parametrize("pattern", ["LA9", "E501", ""])
def test_a_code_that_means_nothing_is_an_error(pattern: str) -> None:
    with pytest.raises(UnknownCodeError):
        choose_codes((pattern,))


def test_a_rule_is_found_by_code_in_any_case_and_by_name() -> None:
    assert find_rule("la103") is find_rule("database-on-loop") is find_rule("LA103")


def test_an_unknown_rule_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownCodeError, match="did you mean LA103"):
        find_rule("LA0103")


def test_what_happens_inside_a_library_is_no_part_of_a_fingerprint() -> None:
    def fingerprint_of(*functions: str) -> str:
        call = make_call(make_primitive("requests.get", "network"), "lib.fetch", *functions)
        inside = tuple(
            hop if depth == 0 else msgspec.structs.replace(hop, path="site-packages/lib.py")
            for depth, hop in enumerate(call.chain)
        )
        (finding,) = judge_calls(msgspec.structs.replace(call, chain=inside))
        return finding.fingerprint

    assert fingerprint_of("lib._send") == fingerprint_of("lib._send", "lib._retry")


def test_the_advice_for_a_call_into_a_library_is_not_that_of_the_primitive() -> None:
    call = make_call(make_primitive("requests.get", "network"), "lib.fetch")
    last = msgspec.structs.replace(call.chain[-1], path="site-packages/lib.py")
    (finding,) = judge_calls(msgspec.structs.replace(call, chain=(*call.chain[:-1], last)))
    assert finding.advice.startswith("an async API of `lib`, if it has one. Or move the whole helper")
