"""The call in progress is named from the frame, as the source spells it and the module means it."""

from __future__ import annotations

import hashlib
import sqlite3
import sys
import time as clock
from time import sleep as nap
from typing import TYPE_CHECKING

import pytest
from loopaudit.runtime.calls import name_call
from loopaudit.runtime.frames import FrameCopy, copy_frames
from loopaudit.runtime.primitives import match_primitive
from loopaudit.runtime.stacks import read_stack

if TYPE_CHECKING:
    from collections.abc import Callable

caught: list[FrameCopy] = []


def catch(*ignored: object, **also: object) -> Catcher:
    """Stand in for a C function: copy the caller's frame while the call is in progress."""
    caught.append(copy_frames(sys._getframe(1))[0])
    return Catcher()


class Catcher:
    """Has the methods that calls are written with."""

    execute = read = staticmethod(catch)


def call_across_lines() -> None:
    catch(
        1,
        key="value",
    )


def call_method_of_a_local() -> None:
    connection = Catcher()
    connection.execute("insert into t values (?)", (1,))


def call_on_the_result_of_a_call() -> None:
    catch().read()


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (call_across_lines, f"{__name__}.catch"),
        (call_method_of_a_local, "connection.execute"),
        (call_on_the_result_of_a_call, f"{__name__}.catch.read"),
    ],
)
def test_the_last_call_is_named(function: Callable[[], None], name: str) -> None:
    caught.clear()
    function()
    assert name_call(caught[-1]) == name


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("hashlib.sha256(b'')", "_hashlib.openssl_sha256"),
        ("clock.sleep(0)", "time.sleep"),
        ("nap(0)", "time.sleep"),
        ("sqlite3.connect(':memory:')", "sqlite3.connect"),
        ("open('x')", "builtins.open"),
        ("unknown.thing(1)", "unknown.thing"),
    ],
)
def test_the_first_name_is_spelled_as_the_module_imported_it(
    source: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {"hashlib": hashlib, "clock": clock, "nap": nap, "sqlite3": sqlite3}
    monkeypatch.setattr("linecache.getline", lambda file, number: source)
    code = compile(source, "line.py", "eval")
    call = max(i for i, at in enumerate(code.co_positions()) if at[3] == len(source) and at[2] == 0)
    named = name_call(FrameCopy(code, 1, call * 2, dict(names)))
    assert named == name or (name.startswith("_hashlib") and named == "hashlib.sha256")


def test_source_that_is_gone_gives_no_name() -> None:
    code = compile("f()", "/no/such/file.py", "eval")
    assert name_call(FrameCopy(code, 1, 4, {})) == ""


def test_a_frame_that_has_not_begun_gives_no_name() -> None:
    assert name_call(FrameCopy(compile("f()", "x.py", "eval"), 1, -1, {})) == ""


def test_the_outermost_known_call_is_the_primitive() -> None:
    rows = {"urllib.request.urlopen", "socket.socket.recv"}
    calls = ("urllib.request.urlopen", "http.client.HTTPConnection.request", "socket.socket.recv")
    assert match_primitive(calls, lambda name: name if name in rows else None) == "urllib.request.urlopen"


def test_without_a_row_the_own_lines_call_stands() -> None:
    assert match_primitive(("work.grind", "numpy.dot"), lambda name: None) == "work.grind"
    assert match_primitive((), lambda name: None) is None


def test_the_deepest_own_frame_is_the_place_and_frameworks_are_left_out() -> None:
    import json

    class Odd:
        pass

    def default(value: object) -> None:
        frames.extend(copy_frames(sys._getframe()))

    frames: list[FrameCopy] = []
    json.dumps([Odd()], default=default)
    reading = read_stack(tuple(frames), frozenset())
    assert reading.where is not None
    assert reading.where.function.endswith("default")
    assert not any("json" in place.path for place in reading.stack)


def test_without_own_code_the_deepest_frame_stands() -> None:
    code = compile("x", "/usr/lib/python3/site-packages/lib/core.py", "eval")
    reading = read_stack((FrameCopy(code, 7, 0, {"__name__": "lib.core"}),), frozenset())
    assert reading.where is not None
    assert reading.where.line == 7


def test_an_installed_package_may_be_declared_ones_own() -> None:
    def frame(package: str, line: int) -> FrameCopy:
        code = compile("x", f"/usr/lib/python3/site-packages/{package}/core.py", "eval")
        return FrameCopy(code, line, 0, {"__name__": f"{package}.core"})

    reading = read_stack((frame("lib", 1), frame("shop", 2), frame("lib", 3)), frozenset({"shop"}))
    assert reading.where is not None
    assert reading.where.line == 2
