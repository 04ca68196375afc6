"""The rules beyond blocking: from hand-made observations to findings and their words."""

from __future__ import annotations

import pytest
from loopaudit.findings import Finding, Hop
from loopaudit.rules import RULES, judge, observations_for
from loopaudit.rules.selection import choose_codes
from loopaudit.static.observations import Observations

from tests.rules.observed import (
    make_disabled,
    make_handler,
    make_held,
    make_lazy,
    make_nested,
    make_shared,
    make_unbounded,
)

ALL = choose_codes(("ALL",))
FIRST = Hop("app.py", 10, 9, "app.f", "load_user")
SECOND = Hop("app.py", 11, 9, "app.f", "load_orders")


def only(observations: Observations) -> Finding:
    (finding,) = judge(observations, ALL)
    return finding


def test_what_a_rule_reads_is_looked_for_when_it_is_selected_and_not_before() -> None:
    assert observations_for(frozenset({"LA101", "LA304"})) == {"held"}
    on_demand = {rule.reads for rule in RULES if rule.reads}
    assert observations_for(ALL) == on_demand
    assert observations_for(choose_codes(None)) == on_demand - {"handlers", "unbounded"}
    assert on_demand <= set(Observations.__struct_fields__)


@pytest.mark.parametrize(
    ("how", "uses", "said"),
    [
        (
            "together",
            (FIRST, SECOND),
            "runs `load_user` (app.py:10) and `load_orders` (app.py:11) at the same time",
        ),
        ("again", (FIRST,), "which `asyncio.gather` runs many times at once"),
        ("another", (FIRST,), "the task of `load_user` (app.py:10), which may still be running"),
        ("maker", (SECOND,), "`load_orders` (app.py:11) uses it while the task is running"),
        ("end", (), "nobody waits for the task before the block ends that closes it"),
        ("process", (FIRST,), "made once for the whole process (db.py:3)"),
    ],
)
def test_a_shared_session_says_who_shares_it(how: str, uses: tuple[Hop, ...], said: str) -> None:
    finding = only(Observations(shared=(make_shared(how, *uses),)))
    assert (finding.rule, finding.severity, finding.line) == ("LA302", "error", 9)
    assert said in finding.message
    assert "AsyncSession" in finding.advice


def test_an_unloaded_relationship_names_the_query_and_the_option_that_loads_it() -> None:
    finding = only(Observations(lazy=(make_lazy("relationship"),)))
    assert (finding.rule, finding.severity) == ("LA303", "error")
    assert "`session.get` (app.py:8) has not loaded `User.posts`" in finding.message
    assert "selectinload(User.posts)" in finding.advice


def test_a_read_in_a_function_further_down_names_both() -> None:
    finding = only(Observations(lazy=(make_lazy("relationship", reader="app.to_dict"),)))
    assert "`user.posts` in `to_dict`, which `f` calls," in finding.message


@pytest.mark.parametrize(
    ("how", "cure"), [("expires", "expire_on_commit=False"), ("always_expires", "rollback")]
)
def test_a_forgotten_attribute_names_the_cure(how: str, cure: str) -> None:
    finding = only(Observations(lazy=(make_lazy(how),)))
    assert "made the session forget" in finding.message
    assert cure in finding.advice


def test_a_held_lock_names_what_is_awaited_and_is_milder_where_tasks_are_let_in() -> None:
    plain = only(Observations(held=(make_held(reenters=False),)))
    assert (plain.rule, plain.severity) == ("LA304", "error")
    assert "`fetch` (app.py:5)" in plain.message
    reentrant = only(Observations(held=(make_held(reenters=True),)))
    assert reentrant.severity == "warning"
    assert "let in all the same" in reentrant.message


def test_a_nested_loop_names_the_path_and_the_cure() -> None:
    direct = only(Observations(nested=(make_nested(),)))
    assert (direct.rule, direct.severity) == ("LA502", "error")
    assert "`f` calls it" in direct.message
    deep = only(Observations(nested=(make_nested("lib.load"),)))
    assert "`f` reaches it through `load`" in deep.message
    assert "`await asyncio.to_thread(load, ...)`" in deep.advice


@pytest.mark.parametrize(
    ("argument", "said"), [("0", "`Timeout(None)`"), ("timeout", "`Timeout(timeout=None)`")]
)
def test_a_timeout_taken_away_is_shown_as_it_was_written(argument: str, said: str) -> None:
    finding = only(Observations(disabled=(make_disabled(argument),)))
    assert (finding.rule, finding.severity) == ("LA402", "warning")
    assert said in finding.message


def test_an_await_without_a_deadline_says_who_leads_to_it() -> None:
    alone = only(Observations(unbounded=(make_unbounded(),)))
    assert (alone.rule, alone.severity) == ("LA403", "warning")
    assert alone.message.startswith("`fetch` awaits `redis.asyncio.Redis.get` without a deadline.")
    deep = only(Observations(unbounded=(make_unbounded("app.endpoint"),)))
    assert "`fetch`, which `endpoint` leads to," in deep.message


def test_a_handler_is_as_bad_as_what_it_does_with_a_record() -> None:
    disk = only(Observations(handlers=(make_handler(),)))
    assert (disk.rule, disk.severity) == ("LA110", "warning")
    network = only(Observations(handlers=(make_handler("log.Slack.emit"),)))
    assert network.severity == "error"
    assert "through `Slack.emit`" in network.message
    assert [hop.function for hop in network.chain] == ["app", "log.Slack.emit"]


def test_what_is_off_by_default_is_silent_until_asked_for() -> None:
    observed = Observations(unbounded=(make_unbounded(),), handlers=(make_handler(),))
    assert judge(observed, choose_codes(None)) == ()
