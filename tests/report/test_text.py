"""What people read: complete, fitting the terminal, and harmless to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec
import pytest
from loopaudit.findings import Unparsed, UnresolvedCall
from loopaudit.report.canvas import Canvas, printable
from loopaudit.report.excerpt import call_end
from loopaudit.report.text import render_text
from loopaudit.rules import judge
from loopaudit.rules.selection import choose_codes
from loopaudit.static.observations import Observations

from tests.report.audits import make_audit, make_clean_audit, make_findings, with_roots, write_source
from tests.rules.observed import make_call, make_primitive

if TYPE_CHECKING:
    from pathlib import Path

    from loopaudit.findings import Audit


def render(audit: Audit, folder: Path, width: int | None = 100, *, is_unicode: bool = True) -> list[str]:
    return [click.unstyle(line) for line in render_text(audit, folder, Canvas(width, is_unicode))]


def test_the_whole_report(tmp_path: Path) -> None:
    assert render(make_audit(), write_source(tmp_path)) == [
        "app.py:5:5: LA103 error: `sqlalchemy.orm.Session.commit` waits for the database on the event loop:",
        "    `f` reaches it through `save`",
        '      5 │ storage.save("some text", (1, 2))  # at once',
        "        │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        "  app.f",
        "  └─ storage.save                      app.py:5:5",
        "     └─ sqlalchemy.orm.Session.commit  app.py:6:5",
        "  reached from: POST /v1/documents/{collection}",
        "  instead: something else than sqlalchemy.orm.Session.commit. "
        "Or move the whole helper off the loop:",
        "    `await asyncio.to_thread(save, ...)`, with a session that it opens itself.",
        "",
        "app.py:6:5: LA101 warning: `open` touches the disk on the event loop: `f` calls it",
        '      6 │ open("x")',
        "        │ ^^^^^^^^^",
        "  reached from: POST /v1/documents/{collection}",
        "  instead: something else than open.",
        "",
        "2 blocking places, 1 coroutine suffers; start with",
        "  app.py:6:5  sqlalchemy.orm.Session.commit  1 coroutine, 1 route",
        "  app.py:6:5  open                           1 coroutine, 1 route",
        "",
        "2 findings: 1 error, 1 warning (2 files, 1,345 lines, 2 endpoints, 0.2 s)",
        "`loopaudit explain LA103` says why; `# loopaudit: ignore[LA103] reason` silences a line.",
    ]


def test_where_to_start_names_who_suffers_and_the_one_change_that_cures_them(tmp_path: Path) -> None:
    commit = make_primitive("sqlalchemy.orm.Session.commit", "database")
    calls = [make_call(commit, "pkg.Store.save", line=line, path=f"{line}.py") for line in (5, 6)]
    place = calls[0].chain[-1]
    calls = [msgspec.structs.replace(call, chain=(call.chain[0], place)) for call in calls]
    found = judge(Observations(blocked=tuple(calls)), choose_codes(None))
    lines = render(make_audit(*found), write_source(tmp_path), 80)
    start = next(at for at, line in enumerate(lines) if line.endswith("start with"))
    assert lines[start : start + 4] == [
        "1 blocking place, 2 coroutines suffer; start with",
        "  5.py:6:5  sqlalchemy.orm.Session.commit  2 coroutines",
        "    hit: f",
        "    cure: `await asyncio.to_thread(save, ...)` in 2 places frees all 2",
    ]


@pytest.mark.parametrize("width", [60, 80, 140])
def test_no_line_is_wider_than_the_terminal(tmp_path: Path, width: int) -> None:
    lines = render(make_audit(), write_source(tmp_path), width)
    assert [line for line in lines if len(line) > width] == []


def test_a_narrow_terminal_gets_short_names_before_it_gets_two_lines(tmp_path: Path) -> None:
    commit = make_primitive("sqlalchemy.orm.Session.commit", "database")
    call = make_call(commit, "shop.storage.documents.DocumentStorage.create")
    audit = make_audit(*judge(Observations(blocked=(call,)), choose_codes(None)))
    assert render(audit, tmp_path, 60)[3:6] == [
        "  f",
        "  └─ DocumentStorage.create            app.py:4:5",
        "     └─ sqlalchemy.orm.Session.commit  app.py:5:5",
    ]
    narrow = render(audit, tmp_path, 40)
    tree = narrow.index("  f") + 1
    assert narrow[tree : tree + 4] == [
        "  └─ DocumentStorage.create",
        "     app.py:4:5",
        "     └─ sqlalchemy.orm.Session.commit",
        "        app.py:5:5",
    ]


def test_a_pipe_gets_one_line_a_message(tmp_path: Path) -> None:
    lines = render(make_audit(), write_source(tmp_path), None)
    assert lines[0].endswith("`f` reaches it through `save`")


def test_plain_signs_where_the_encoding_has_no_others(tmp_path: Path) -> None:
    text = "\n".join(render(make_audit(), write_source(tmp_path), is_unicode=False))
    assert text.isascii()


def test_a_finding_whose_source_has_gone_is_told_without_it(tmp_path: Path) -> None:
    lines = render(make_audit(), tmp_path)
    assert not any("^" in line for line in lines)
    assert any("LA103" in line for line in lines)


def test_control_characters_of_hostile_source_do_not_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("\n" * 4 + "    storage.save('\x1b[2J\x07')\n" + "\n")
    findings = make_findings()
    hostile = msgspec.structs.replace(findings[0], path="app.py", message="says \x1b]0;title\x07")
    lines = render(make_audit(hostile, unparsed=(Unparsed("a\x1b[2J.py", "bad\r"),)), tmp_path)
    assert all(line.isprintable() for line in lines)


def test_suppressed_findings_are_hidden_unless_asked_for(tmp_path: Path) -> None:
    first, second = make_findings()
    audit = make_audit(msgspec.structs.replace(first, suppressed=True), second)
    shown = "\n".join(render(audit, tmp_path))
    assert "LA103" not in shown
    assert "1 finding: 1 warning" in shown
    everything = "\n".join(render_text(audit, tmp_path, Canvas(None), show_suppressed=True))
    assert "LA103 error (suppressed):" in click.unstyle(everything)


def test_many_routes_are_cut_short(tmp_path: Path) -> None:
    audit = make_audit(with_roots(make_findings()[1], 9))
    assert "GET /r5 and 3 more" in "\n".join(render(audit, tmp_path, None))


def test_a_clean_project_is_told_so(tmp_path: Path) -> None:
    assert render(make_clean_audit(), tmp_path) == [
        "Nothing blocks the event loop. 2 files, 1,345 lines, 1 endpoint, 0.2 s"
    ]


def test_an_empty_folder_is_not_called_clean(tmp_path: Path) -> None:
    audit = msgspec.structs.replace(
        make_clean_audit(), stats=msgspec.structs.replace(make_audit().stats, files=0)
    )
    (line,) = render(audit, tmp_path)
    assert "nothing was audited" in line


def test_files_that_cannot_be_read_and_calls_nobody_could_follow_are_listed(tmp_path: Path) -> None:
    audit = msgspec.structs.replace(
        make_clean_audit(),
        unparsed=(Unparsed("bad.py", "line 3: invalid syntax"),),
        unresolved=(UnresolvedCall("app.py", 4, 5, "app.f", "it.save", "unknown receiver"),),
    )
    text = "\n".join(render(audit, tmp_path))
    assert "bad.py: not audited: line 3: invalid syntax" in text
    assert "app.py:4:5: it.save in app.f: unknown receiver" in text


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("time.sleep(1)  # x", "time.sleep(1)"),
        ("a.b(c, d(e)).f + 1", "a.b(c, d(e)).f"),
        ("f('(', \"a'\") or g", "f('(', \"a'\")"),
        ("store.size + 1", "store.size"),
        ("table['x'] = 1", "table['x']"),
        ("f(a,", "f(a,"),
    ],
)
def test_carets_end_where_the_call_ends(text: str, call: str) -> None:
    assert text[: call_end(text, 0)] == call


def test_tabs_are_spaces_and_the_rest_is_marked() -> None:
    assert printable("a\tb\x1bc") == "a    b\ufffdc"
