"""The bar: only after a second, only for somebody who looks, and gone at the end."""

from __future__ import annotations

import io

from loopaudit.commands.progress import Progress


class Terminal(io.StringIO):
    """A stream that says that somebody looks."""

    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_nothing_is_drawn_within_the_first_second() -> None:
    terminal, clock = Terminal(), Clock()
    with Progress(terminal, clock) as progress:
        clock.seconds += 0.9
        progress.show("reading", 1, 2)
    assert terminal.getvalue() == ""


def test_after_a_second_the_bar_is_drawn_and_wiped() -> None:
    terminal, clock = Terminal(), Clock()
    with Progress(terminal, clock) as progress:
        clock.seconds += 1.1
        progress.show("reading", 1, 2)
    bar = "reading [" + "#" * 15 + " " * 15 + "] 1/2"
    assert terminal.getvalue() == f"\r{bar}\r{' ' * len(bar)}\r"


def test_the_bar_is_drawn_ten_times_a_second_and_no_more() -> None:
    terminal, clock = Terminal(), Clock()
    with Progress(terminal, clock) as progress:
        clock.seconds += 1.1
        for done in range(50):
            progress.show("reading", done, 50)
        assert terminal.getvalue().count("reading") == 1


def test_a_pipe_gets_no_bar() -> None:
    pipe, clock = io.StringIO(), Clock()
    with Progress(pipe, clock) as progress:
        clock.seconds += 5
        progress.show("reading", 1, 2)
    assert pipe.getvalue() == ""


def test_nothing_to_do_is_no_division_by_zero() -> None:
    terminal, clock = Terminal(), Clock()
    with Progress(terminal, clock) as progress:
        clock.seconds += 2
        progress.show("reading", 0, 0)
    assert "0/0" in terminal.getvalue()
