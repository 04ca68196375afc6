"""What the terminal says and which code it ends with, against servers that misbehave."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.docstore_client.fakes import UPLOADED, as_document, as_json
from tests.docstore_client.hostile import Behaviour, Heard, answer, behave, hang

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

COLLECTION = {"id": "col_1", "name": "notes", "description": "", "created_at": "2025-01-01T00:00:00Z"}
COLLECTIONS = as_json({"items": [COLLECTION], "next_cursor": None})
PROGRAM = (sys.executable, "-c", "from docstore.client.cli import main; main()")


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    said: str


def run(*arguments: str) -> Ended:
    """Run the command line in a process of its own."""
    return asyncio.run(run_program(arguments))


def run_against(behaviours: Sequence[Behaviour], *arguments: str) -> Ended:
    """Run a command against a server that behaves so."""

    async def work() -> Ended:
        async with behave(behaviours) as hostile:
            return await run_program([*arguments, "--url", hostile.url])

    return asyncio.run(work())


async def run_program(arguments: Sequence[str]) -> Ended:
    """The command, as a shell would start it."""
    return await end_program(await start_program(arguments))


async def start_program(arguments: Sequence[str]) -> asyncio.subprocess.Process:
    """The command, under way."""
    return await asyncio.create_subprocess_exec(
        *PROGRAM, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )


async def end_program(process: asyncio.subprocess.Process) -> Ended:
    """Wait for a command; it does not outlive the test."""
    try:
        out, said = await asyncio.wait_for(process.communicate(), 30)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), said.decode())


def test_help_says_what_the_exit_codes_mean() -> None:
    ended = run("--help")
    assert ended.code == 0
    for code in ("0 all went well", "3 no answer", "130 interrupted"):
        assert code in " ".join(ended.out.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ("upload",),
        ("upload", "/no/such/file"),
        ("nonsense",),
        ("list", "--nonsense"),
        ("list", "--read-timeout", "0"),
        ("list", "--read-timeout", "inf"),
        ("list", "--url", "localhost:8000"),
    ],
)
def test_wrong_usage_ends_with_2_and_no_traceback(arguments: tuple[str, ...]) -> None:
    ended = run(*arguments)
    assert ended.code == 2
    assert "Traceback" not in ended.said
    assert ended.said.strip()


def test_silence_ends_with_3_and_says_how_long_was_waited() -> None:
    ended = run_against([hang], "list", "--read-timeout", "0.3")
    assert ended.code == 3
    assert "stayed silent for 0.3 s" in ended.said
    assert "Traceback" not in ended.said


def test_nobody_listening_ends_with_3_and_says_what_to_start() -> None:
    ended = run("list", "--url", "http://127.0.0.1:9")
    assert ended.code == 3
    assert ended.said.count("trying again") == 3
    assert "docstore serve" in ended.said


def test_a_wrong_key_ends_with_4_and_says_where_keys_go() -> None:
    ended = run_against([answer(401, as_json({"detail": "No such key."}))], "list")
    assert ended.code == 4
    assert "No such key." in ended.said
    assert "DOCSTORE_API_KEY" in ended.said


def test_collections_are_listed_as_lines_in_a_pipe() -> None:
    ended = run_against([answer(200, COLLECTIONS)], "list")
    assert ended.code == 0
    assert ended.out.splitlines() == ["col_1\tnotes\t2025-01-01 00:00:00"]


def test_json_is_json() -> None:
    ended = run_against([answer(200, COLLECTIONS)], "list", "--json")
    assert json.loads(ended.out)["collections"][0]["id"] == "col_1"


def test_a_name_from_the_server_cannot_steer_the_terminal() -> None:
    document = as_document(name="a\x1b]0;owned\x07\nb.txt")
    documents = as_json({"items": [document], "next_cursor": None})
    ended = run_against([answer(200, COLLECTIONS), answer(200, documents)], "list", "notes")
    assert ended.code == 0
    assert "\x1b" not in ended.out
    assert len(ended.out.splitlines()) == 1


def test_an_upload_where_one_file_fails_ends_with_1_and_names_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    behaviours = [answer(201, as_json(COLLECTION)), answer(202, UPLOADED), answer(413, b"{}")]
    ended = run_against(behaviours, "upload", str(tmp_path), "--concurrency", "1")
    assert ended.code == 1
    assert "b.txt" in ended.said
    assert "1 stored, 0 known already, 1 failed" in ended.out


def test_an_upload_refused_as_a_whole_ends_with_4(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    ended = run_against([answer(403, b"{}")], "upload", str(tmp_path))
    assert ended.code == 4
    assert "wider scope" in ended.said


def test_resuming_leaves_out_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    known = as_json({"items": [as_document(b"a", "a.txt")], "next_cursor": None})
    behaviours = [answer(201, as_json(COLLECTION)), answer(200, known)]
    ended = run_against(behaviours, "upload", str(tmp_path), "--resume")
    assert ended.code == 0
    assert "1 of 1 files are there already." in ended.said
    assert "0 stored" in ended.out


def test_ctrl_c_ends_with_130_and_says_how_to_go_on(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name)

    async def work() -> Ended:
        under_way = asyncio.Event()

        async def swallow(_heard: Heard, _writer: asyncio.StreamWriter) -> None:
            under_way.set()
            await asyncio.Event().wait()

        behaviours = [answer(201, as_json(COLLECTION)), answer(202, UPLOADED), swallow]
        async with behave(behaviours) as hostile:
            command = ("upload", str(tmp_path), "--concurrency", "1", "--url", hostile.url)
            process = await start_program(command)
            await under_way.wait()
            process.send_signal(signal.SIGINT)
            return await end_program(process)

    ended = asyncio.run(work())
    assert ended.code == 130
    assert "1 of 2 files have arrived" in ended.said
    assert "--resume" in ended.said
    assert "Traceback" not in ended.said
