"""Hand-made observations: the reported service, seen without an engine."""

from __future__ import annotations

from loopaudit.catalogue.model import Primitive
from loopaudit.findings import Hop, Root
from loopaudit.static.observations import BlockedCall, Circumstances, Crossing, EndlessWait, Place

ALWAYS = Circumstances()
UPLOAD = Root("endpoint", "POST", "/v1/documents/{collection}", "api.upload", "api.py", 7)


def make_primitive(name: str, kind: str = "sleep", cost: str = "unbounded", timeout: str = "") -> Primitive:
    """A row with words short enough to compare."""
    return Primitive(name, kind, cost, f"something else than {name}", "It waits.", "x", timeout=timeout)


def make_call(
    primitive: Primitive,
    *between: str,
    line: int = 4,
    path: str = "app.py",
    roots: tuple[Root, ...] = (),
    circumstances: Circumstances = ALWAYS,
) -> BlockedCall:
    """A blocking call in `app.f` at `line`, through the functions `between`, each one line further down."""
    functions = ("app.f", *between)
    calls = (*between, primitive.name)
    chain = tuple(
        Hop(path, line + depth, 5, function, callee)
        for depth, (function, callee) in enumerate(zip(functions, calls, strict=True))
    )
    at = Place(path, "app.f", line, 5, line)
    return BlockedCall(at, chain, primitive, "certain", roots, circumstances)


def make_crossing() -> Crossing:
    """A session that is passed to `asyncio.to_thread`."""
    return Crossing(
        at=Place("app.py", "app.create", 9, 11, 9),
        type_name="sqlalchemy.orm.Session",
        expression="session",
        offloader="asyncio.to_thread",
        made=Hop("app.py", 8, 15, "app.create", "sqlalchemy.orm.Session"),
        used=Hop("db.py", 3, 5, "db.insert", "sqlalchemy.orm.Session.commit"),
        confidence="likely",
        roots=(UPLOAD,),
    )


def make_wait() -> EndlessWait:
    """`requests.get(url)` in a sync function."""
    primitive = make_primitive("requests.get", "network", timeout="timeout")
    return EndlessWait(Place("net.py", "net.fetch", 4, 5, 4), primitive, (), "certain")
