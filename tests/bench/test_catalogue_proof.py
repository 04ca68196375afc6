"""The proof of rows: what it accepts, what it refuses, and that no library escapes it unnamed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from loopaudit.catalogue.conditions import CONDITIONS
from loopaudit.catalogue.load import load_catalogue

from bench.catalogue.ask import ask
from bench.catalogue.claims import Statement, list_statements, make_claim
from bench.catalogue.environments import STANDARD, Plan, longest_prefix, read_plan
from bench.catalogue.probe.checks import judge
from bench.catalogue.readers import places_read
from bench.catalogue.verdicts import conclude, render

ACME = """\
class Base:
    attribute: int

    def __init__(self):
        self.made = 1

    def wait(self, timeout=None, *, retries=0): ...

    async def fetch(self): ...

    @property
    def slow(self): ...

class Client(Base):
    def __getattr__(self, name):
        raise AttributeError(name)

class Calm:
    def look(self) -> int: ...

def connect(url, /, **options): ...
"""


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A library called as nobody else is, because modules stay imported."""
    name = f"acme_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(ACME, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return name


def verdict(name: str, holds: str = "", bases: tuple[str, ...] = (), arguments: tuple[str, ...] = ()) -> str:
    return judge(
        make_claim([name], holds, [[base] for base in bases], [list(arguments)] if arguments else [])
    )


@pytest.mark.parametrize(
    ("name", "holds", "arguments"),
    [
        ("connect", "sync", ("options",)),
        ("Base", "class", ()),
        ("Base", "async class", ()),
        ("Base.attribute", "", ()),
        ("Base.made", "", ()),
        ("Base.slow", "sync", ()),
        ("Base.fetch", "awaits", ()),
        ("Base.wait", "sync", ("0:timeout",)),
        ("Base.wait", "sync", ("1:retries",)),
        ("Base.wait", "sync", ("0",)),
        ("Base.*", "sync", ()),
    ],
)
def test_what_is_so_is_proven(acme: str, name: str, holds: str, arguments: tuple[str, ...]) -> None:
    assert verdict(f"{acme}.{name}", holds, arguments=arguments) == "proven"


@pytest.mark.parametrize(
    ("name", "holds", "arguments", "said"),
    [
        ("Base.wayt", "", (), "Base has no 'wayt'"),
        ("connekt", "", (), "has no 'connekt'"),
        ("Base.fetch", "sync", (), "gives something to await"),
        ("Calm.look", "awaits", (), "gives nothing to await"),
        ("Calm", "async class", (), "has no method to await"),
        ("Base.wait", "", ("1:timeout",), "takes no argument 1:timeout"),
        ("Base.wait", "", ("1",), "takes no argument 1"),
        ("Base.wait", "", ("block", "0:blocking"), "takes no argument block or 0:blocking"),
    ],
)
def test_what_is_not_so_is_wrong_and_says_why(
    acme: str, name: str, holds: str, arguments: tuple[str, ...], said: str
) -> None:
    found = verdict(f"{acme}.{name}", holds, arguments=arguments)
    assert found.startswith("wrong: ")
    assert said in found


def test_bases_are_those_of_the_class(acme: str) -> None:
    assert verdict(f"{acme}.Client", "class", (f"{acme}.Base",)) == "proven"
    assert "does not descend" in verdict(f"{acme}.Calm", "class", (f"{acme}.Base",))


def test_a_library_that_is_not_there_proves_nothing() -> None:
    assert verdict("acme_that_nobody_has.f") == "absent"


def test_one_of_several_names_is_enough(acme: str) -> None:
    assert judge(make_claim([f"{acme}.gone", f"{acme}.connect"])) == "proven"


@pytest.mark.parametrize(("condition", "place"), [("timeout_zero", "0:timeout"), ("from_memory", "fileobj")])
def test_the_arguments_a_condition_looks_at_are_found_out(condition: str, place: str) -> None:
    assert place in places_read(condition)


def test_every_condition_can_be_watched() -> None:
    assert all(isinstance(places_read(name), set) for name in CONDITIONS)


def test_a_library_that_ends_the_interpreter_is_one_wrong_library(tmp_path: Path) -> None:
    statements = [Statement("value", "sys.exit", make_claim(["sys.exit"]))]
    (answer,) = ask(Path(sys.executable), statements, "raise SystemExit(3)")
    assert answer.startswith("wrong: the interpreter ended with 3")


def test_proven_once_is_proven_and_reasons_excuse_the_rest() -> None:
    plan = Plan((), {"acme.made_up": "ours"}, {"acme.windows": "Windows"}, {"acme.new": "99.0"})
    names = ["acme.a", "acme.b", "acme.made_up.x", "acme.windows", "acme.new", "acme.untried"]
    statements = [Statement("value", name, make_claim([name])) for name in names]
    said = [["wrong: no", "proven"], ["wrong: no"], ["wrong: no"], ["wrong: no"], ["wrong: no"], []]
    verdicts = conclude(statements, said, plan)
    assert [each.word for each in verdicts] == [
        "proven",
        "wrong: no",
        "excused",
        "excused",
        "excused",
        "untried",
    ]
    printed = "\n".join(render(verdicts, plan))
    assert "value acme.b: no" in printed


def test_every_row_of_the_standard_library_is_proven_here_and_now() -> None:
    plan = read_plan()
    standard = plan.environments[0]
    assert standard.name == STANDARD
    statements = [each for each in list_statements(load_catalogue()) if standard.module_of(each.name)]
    answers = ask(Path(sys.executable), statements, "")
    verdicts = conclude(statements, [[word] for word in answers], plan)
    assert len(verdicts) > 500
    assert [f"{each.statement.name}: {each.word}" for each in verdicts if each.is_wrong] == []


def test_every_library_is_proven_somewhere_or_says_why_not() -> None:
    plan = read_plan()
    names = {each.name for each in list_statements(load_catalogue())}
    unnamed = {
        name.partition(".")[0]
        for name in names
        if not any(environment.module_of(name) for environment in plan.environments)
        and not longest_prefix(name, {**plan.unproven, **plan.since, **plan.elsewhere})
    }
    assert not unnamed, f"say in bench/catalogue/distributions.toml what to install for {sorted(unnamed)}"
