"""The command line around the audits: help that teaches, manual pages, and how it ends when it is stopped."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NoReturn

import click
import pytest
from loopaudit import __version__
from loopaudit.commands.main import COMMANDS, run


def test_explain_lists_every_rule_and_prints_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain"]) == 0
    assert "LA301  A Session made in one thread" in capsys.readouterr().out
    assert run(["explain", "la301"]) == 0
    assert "How to silence" in capsys.readouterr().out


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=str)
def test_help_has_examples(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command, "--help"]) == 0
    printed = capsys.readouterr().out
    assert "Examples:" in printed
    assert "\x08" not in printed


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"loopaudit {__version__}\n"


def test_ctrl_c_ends_in_130_with_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt() -> NoReturn:
        raise KeyboardInterrupt

    assert run([], click.Command("slow", callback=interrupt)) == 130
    assert "interrupted" in capsys.readouterr().err


def test_a_reader_that_leaves_early_sees_no_traceback() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "loopaudit", "explain", "LA101"],
            stdout=writing, stderr=subprocess.PIPE, check=False, timeout=30,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert done.returncode == 141
    assert done.stderr == b""


def test_the_command_line_loads_no_engine_before_it_is_asked() -> None:
    program = (
        "import sys, loopaudit.commands.main; print(*(m for m in sys.modules if m.startswith('loopaudit')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30
    )
    assert set(done.stdout.split()) == {
        "loopaudit", "loopaudit.commands", "loopaudit.commands.main", "loopaudit.commands.endings",
    }  # fmt: skip
