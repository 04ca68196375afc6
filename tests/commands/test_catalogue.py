"""`loopaudit catalogue`: lists, explains, and checks rows, as somebody at a terminal would ask."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from loopaudit.commands.main import run

if TYPE_CHECKING:
    from pathlib import Path

ROWS = """\
[[group]]
kind = "network"
cost = "unbounded"
instead = "await acme.AsyncClient().fetch(...)"
why = "It waits for the server of Acme."
[group.rows]
"acme.Client.fetch" = { unless = ["timeout_zero"], timeout = "timeout" }

[[type]]
name = "acme.Client"
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ask(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What is printed, on stdout when all is well and on stderr when not."""
    assert run(["catalogue", *arguments]) == code
    printed = capsys.readouterr()
    return printed.out if code == 0 else printed.err


def test_without_a_word_the_libraries_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    printed = ask(capsys)
    assert "sqlalchemy" in printed
    assert "blocking calls among" in printed


def test_a_name_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    printed = ask(capsys, "sqlalchemy.orm.Session.commit")
    assert printed.startswith("sqlalchemy.orm.Session.commit  LA103 error\n")
    assert "It waits for the database" in printed
    assert "instead  AsyncSession" in printed
    assert "sqlalchemy.toml:" in printed


def test_a_name_is_known_under_its_other_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(capsys, "requests.api.get").startswith("requests.get (asked for as requests.api.get)  LA102")


def test_what_makes_a_call_harmless_is_told_by_example(capsys: pytest.CaptureFixture[str]) -> None:
    printed = ask(capsys, "os.waitpid")
    assert "unless   `no_hang`: `os.waitpid(pid, os.WNOHANG)`" in printed


def test_any_method_of_a_client_that_is_all_network_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    printed = ask(capsys, "redis.Redis.hgetall")
    assert printed.startswith("redis.Redis.hgetall  LA103 error\n")
    assert "redis.toml:" in printed


def test_a_class_says_what_of_it_blocks(capsys: pytest.CaptureFixture[str]) -> None:
    printed = ask(capsys, "sqlalchemy.orm.scoped_session")
    assert "like     sqlalchemy.orm.Session" in printed
    assert "commit" in printed
    assert "belongs to the thread" in ask(capsys, "sqlalchemy.orm.Session")


def test_offloaders_and_decorators_say_where_a_function_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert "given as `0` or `func` in a thread" in ask(capsys, "asyncio.to_thread")
    assert "as an endpoint; a plain `def` runs in a thread pool" in ask(capsys, "fastapi.FastAPI.get")


def test_words_and_kinds_narrow_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    lines = ask(capsys, "sqlite3", "cursor", "--kind", "database").splitlines()
    assert lines
    assert all(line.startswith("sqlite3.Cursor.") for line in lines)
    assert "LA103 database, unbounded" in lines[0]
    assert "hashlib.sha256" in ask(capsys, "--kind", "hash", "--library", "stdlib")


def test_json_is_one_object_with_version_1(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(ask(capsys, "requests.get", "--output-format", "json"))
    assert document["version"] == 1
    first = document["rows"][0]
    assert (first["name"], first["sort"], first["kind"], first["rule"]) == (
        "requests.get",
        "blocks",
        "network",
        "LA102",
    )


def test_a_name_without_a_row_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    printed = ask(capsys, "sqlalchemy.orm.Session.comit", code=2)
    assert "did you mean `sqlalchemy.orm.Session.commit`" in printed
    assert "no row fits" in ask(capsys, "requests", "--kind", "sleep", code=2)


def test_rows_of_a_file_can_be_checked(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "rows.toml").write_text(ROWS, encoding="utf-8")
    assert (
        ask(capsys, "--check", "rows.toml") == "rows.toml: 1 blocking call, 1 other row; all can be used.\n"
    )


def test_checking_names_what_is_replaced(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "rows.toml").write_text(ROWS.replace("acme.Client.fetch", "requests.get"), encoding="utf-8")
    assert "requests.get: replaces the row that loopaudit ships" in ask(capsys, "--check", "rows.toml")


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("kind =", "knd =", "unknown key 'knd'; did you mean 'kind'?"),
        ('"network"', '"netwrk"', "'netwrk' is not valid here; did you mean 'network'?"),
        (
            "timeout_zero",
            "timeout_zeroo",
            "no condition is called 'timeout_zeroo'; did you mean 'timeout_zero'?",
        ),
        ('name = "acme.Client"', 'name = "acme.Client"\nbases = ["acme.Base"]', "base 'acme.Base' is not a"),
        ("[[group]]", "[[group]", "rows.toml: is not TOML"),
    ],
)
def test_a_wrong_row_is_answered_with_what_to_write(
    project: Path, capsys: pytest.CaptureFixture[str], wrong: str, right: str, said: str
) -> None:
    (project / "rows.toml").write_text(ROWS.replace(wrong, right, 1), encoding="utf-8")
    assert said in ask(capsys, "--check", "rows.toml", code=2)


def test_a_file_that_is_not_there_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert "nowhere.toml: cannot be read" in ask(capsys, "--check", "nowhere.toml", code=2)


def test_rows_of_the_configuration_are_listed_too(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "rows.toml").write_text(ROWS, encoding="utf-8")
    (project / "pyproject.toml").write_text('[tool.loopaudit]\nrows = ["rows.toml"]\n', encoding="utf-8")
    printed = ask(capsys, "acme.Client.fetch")
    assert "without it LA401 speaks too" in printed
    assert "rows.toml:7" in printed


def test_rows_may_stand_in_the_configuration_itself(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inline = ROWS.replace("[[", "[[tool.loopaudit.catalogue.").replace(
        "[group.rows]", "[tool.loopaudit.catalogue.group.rows]"
    )
    (project / "pyproject.toml").write_text(f"[tool.loopaudit]\n{inline}", encoding="utf-8")
    assert "Acme" in ask(capsys, "acme.Client.fetch")
    (project / "app.py").write_text(
        "import acme\n\nasync def f(client: acme.Client) -> None:\n    client.fetch(timeout=1)\n",
        encoding="utf-8",
    )
    assert run(["check"]) == 1
    assert "acme.Client.fetch" in capsys.readouterr().out


def test_a_wrong_row_in_the_configuration_names_its_table(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "pyproject.toml").write_text("[tool.loopaudit.catalogue]\nalias = {}\n", encoding="utf-8")
    printed = ask(capsys, code=2)
    assert "[tool.loopaudit.catalogue]: top level: unknown key 'alias'; did you mean 'aliases'?" in printed
