"""Hand-made observations: the reported service, seen without an engine."""

from __future__ import annotations

from loopaudit.catalogue.model import Primitive
from loopaudit.findings import Hop, Root
from loopaudit.static.observations import (
    AttachedHandler,
    BlockedCall,
    Circumstances,
    Crossing,
    DisabledTimeout,
    EndlessWait,
    HeldLock,
    LazyRead,
    NestedLoop,
    Place,
    SharedObject,
    UnboundedAwait,
)

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


def make_shared(how: str, *uses: Hop) -> SharedObject:
    """One session in two coroutines of a gather, or as `how` says."""
    made = Hop("db.py", 3, 1, "db", "sqlalchemy.ext.asyncio.AsyncSession")
    at = Place("app.py", "app.f", 9, 11, 9)
    runner = "" if how == "process" else "asyncio.gather"
    name = "sqlalchemy.ext.asyncio.AsyncSession"
    return SharedObject(at, name, "session", how, runner, made, uses, "certain", (UPLOAD,))


def make_lazy(how: str, *, reader: str = "app.f") -> LazyRead:
    """`user.posts` of an object that `session.get` gave, or that the session has forgotten since."""
    chain = (Hop("app.py", 9, 5, "app.f", "app.to_dict"),) if reader != "app.f" else ()
    read = Hop("app.py", 4, 5, reader, "models.User.posts")
    loaded = Hop("app.py", 8, 5, "app.f", "session.get")
    at = Place("app.py", "app.f", 9, 5, 9)
    return LazyRead(at, "models.User.posts", "user.posts", how, (*chain, read), loaded, "certain", ())


def make_held(*, reenters: bool) -> HeldLock:
    """`with self.lock:` around `await fetch()`."""
    name = "threading.RLock" if reenters else "threading.Lock"
    waits = Hop("app.py", 5, 9, "app.Cache.get", "fetch")
    return HeldLock(
        Place("app.py", "app.Cache.get", 4, 14, 4), name, "self.lock", waits, reenters, "certain", ()
    )


def make_nested(*between: str) -> NestedLoop:
    """`asyncio.run` under `app.f`, through the functions `between`."""
    functions, calls = ("app.f", *between), (*between, "asyncio.run")
    hops = tuple(
        Hop("app.py", 4, 5, function, callee) for function, callee in zip(functions, calls, strict=True)
    )
    return NestedLoop(Place("app.py", "app.f", 4, 5, 4), hops, "asyncio.run", "certain", ())


def make_disabled(argument: str) -> DisabledTimeout:
    """`httpx.Timeout(None)`, or with a keyword."""
    at = Place("net.py", "net.fetch", 4, 5, 4)
    return DisabledTimeout(at, "httpx.Timeout", argument, "It takes it away.", "certain", ())


def make_unbounded(first: str = "net.fetch") -> UnboundedAwait:
    """`await redis.get(key)`, reached from `first`."""
    way = (Hop("app.py", 2, 5, first, "net.fetch"),) if first != "net.fetch" else ()
    hop = Hop("net.py", 4, 5, "net.fetch", "redis.asyncio.Redis.get")
    at = Place("net.py", "net.fetch", 4, 5, 4)
    return UnboundedAwait(at, "redis.asyncio.Redis.get", "It waits.", (*way, hop), "certain", ())


def make_handler(*between: str) -> AttachedHandler:
    """A handler attached in `app`, whose own `emit` goes through the functions `between`."""
    chain = tuple(Hop("log.py", 4, 5, each, "requests.post") for each in between)
    name, cost = ("requests.post", "unbounded") if between else ("logging.FileHandler.emit", "disk")
    return AttachedHandler(Place("app.py", "app", 4, 1, 4), name, cost, "It writes.", chain, "certain")
