"""The rows of the catalogue as frozen values. What a library does stands here once, as data.

Names are canonical dotted paths (`sqlalchemy.orm.Session.commit`). A *type expression* says what a call
gives, in a small grammar of `head` or `head[arg, ...]`:

- `pkg.Class` `pkg.Class[T]`  an instance of that class; one that hands out the project's objects T
- `type[pkg.Class]`           the class itself
- `list[T]` `set[T]` `dict[V]` `tuple[A, B]` `iterator[T]` `async_iterator[T]`
- `awaitable[T]`              `await` gives T
- `context[T]` `async_context[T]`   what `with ... as` / `async with ... as` binds
- `union[A, B]`               any of them
- `either[A, B]`              A where it is known (`$class_` was passed), else B
- `awaited[T]`                what `await` of T gives
- `callable[T]`               a function that gives T; of a decorator, `$0` in T is the decorated function
- `partial[$0]`               the function with the arguments that follow it bound
- `$of`                       what the receiver hands out: T of a receiver made by `pkg.Class[T]`
- `$self`                     the receiver, or the class it was called on
- `$0` `$1` `$timeout`        the positional argument; the keyword argument
- `tuple[T]` with `$each` in T   T of every positional argument in turn (of `*args`: a list of T)
- `entered[X]`                what `with X as y` binds (and the call enters X)
- `call[X]` `element[X]` `member[X]`   what X returns when called / yields when iterated / as an instance
- `held`                      what the project put into the receiver (a queue, a context variable)
- `module[$0]`                the module of that name
- `none`                      nothing worth following (numbers, strings, None)

`versions` says for which versions of a library a row holds (`fastmcp>=3`); "" is for all (`versions.py`).
"""

from __future__ import annotations

import msgspec


class TypeExpr(msgspec.Struct, frozen=True):
    """A parsed type expression."""

    head: str
    args: tuple[TypeExpr, ...] = ()


class Primitive(msgspec.Struct, frozen=True):
    """A library call that waits or burns CPU.

    kind: file network database subprocess sleep lock dns cpu hash serialise compress image dataframe model
    cloud input logging. cost: unbounded | disk | cpu | brief. unless: named conditions under which the call
    is harmless (`conditions.py`). timeout: the keyword that bounds the wait; when it is absent the call waits
    without end (LA401). returns: what the call gives.
    """

    name: str
    kind: str
    cost: str
    instead: str
    why: str
    library: str
    returns: TypeExpr | None = None
    unless: tuple[str, ...] = ()
    timeout: str = ""
    versions: str = ""
    timeout_at: int = -1
    """Its position, where it may also be given without the keyword."""


class ExternalType(msgspec.Struct, frozen=True):
    """A class of a library.

    bases: the library's own base classes, where members it does not name itself are looked up. like: classes
    that it answers like without being one (a manager of a query set, a wrapper of a session), looked up after
    them. default: name of the primitive that every
    method without a row counts as (a boto3 client: each method is network), or "" for harmless.
    attributes: member -> type expression of a plain attribute. call: what calling an instance gives.
    properties that block are primitives like methods, listed in `blocking_properties`.
    thread_bound: the instance belongs to the thread that made it (a sync Session): LA301. bound_unless:
    conditions on the call that made it under which it does not (`check_same_thread=False`).
    """

    name: str
    library: str
    bases: tuple[str, ...] = ()
    like: tuple[str, ...] = ()
    default: str = ""
    attributes: tuple[tuple[str, TypeExpr], ...] = ()
    element: TypeExpr | None = None
    """What iterating an instance gives."""
    blocking_properties: tuple[str, ...] = ()
    thread_bound: bool = False
    bound_unless: tuple[str, ...] = ()
    is_async: bool = False
    """Its methods return awaitables unless a row says otherwise."""
    call: TypeExpr | None = None
    """What calling an instance gives (`sessionmaker()()` is a Session)."""
    takes: tuple[str, ...] = ()
    """Methods that put their last argument into the object; `held` is what was put in."""
    keyed: tuple[str, ...] = ()
    """Names that such an object usually has, if the project keeps things in it by key (`app["db"]`)."""
    often_called: tuple[str, ...] = ()
    """Last words of the names such an object usually has (`db`, `session`): where nobody knows what an object
    of that name is, in a project that makes such objects, its methods may be meant."""
    not_beside: tuple[str, ...] = ()
    """Modules whose import says that the name may as well mean another library or its asynchronous half."""
    any_attribute: TypeExpr | None = None
    """What an attribute is that no row names, where the class makes them up (`client.shop.orders`)."""


class Callback(msgspec.Struct, frozen=True):
    """A library callable that takes a function and runs it.

    argument: position or keyword of the function ("0", "target", "key"); positions count without `self`.
    runs: `thread` | `process` | `queue` (offloaded) | `loop` (later, on the loop) | `main` (later, in
    the main thread: on the loop where a coroutine asks for it) | `inline` (during this
    very call) | `never` | `greenlet` (inline, but each wait on the library's own async driver yields to the
    loop: `AsyncSession.run_sync`; database primitives of that library inside are safe, all else counts as
    inline). Awaitable arguments (create_task(coro())) need no row: async functions run on the loop anyway.
    passes: where the function's own arguments come from: "rest" (those after it), "args" (the keyword
    `args=(...)`), "elements" (of the next argument), "" (none). method: what is called is this method of the
    argument, if its class is the project's (`len(x)` calls `x.__len__()`), or "" for the argument itself.
    """

    name: str
    argument: str
    runs: str
    passes: str
    library: str
    why: str = ""
    once_only: bool = False
    method: str = ""
    versions: str = ""


class Entry(msgspec.Struct, frozen=True):
    """How a framework takes in a handler: a decorator (`app.get("/x")`) or a call (`Route("/x", f)`).

    kind: endpoint | websocket | middleware | dependency | exception_handler | startup | shutdown | lifespan |
    task | command | message | callback | validator | resolver | tool. handler: `decorated` or the
    position/keyword of the function. route: position/keyword of the path, or "". method: HTTP method,
    `$methods` = taken from the keyword `methods`, "0" from the argument, or "". sync: where a plain `def`
    handler runs: loop | pool | process | none (not supported). prefix: keyword of the registrar's own
    constructor that prefixes the route (`APIRouter(prefix=...)`), or "". threaded_by: keyword that sends a
    plain `def` handler to a thread all the same (`sync_to_thread=True`), or "". served_by: the row holds only
    in a program that calls one of these (a GraphQL library runs its resolvers wherever it is served), or ()
    for always. not_in: library classes in whose subclasses the row does not hold (settings are made once).
    """

    name: str
    kind: str
    handler: str
    sync: str
    library: str
    route: str = ""
    method: str = ""
    prefix: str = ""
    why: str = ""
    threaded_by: str = ""
    served_by: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    versions: str = ""


class Mount(msgspec.Struct, frozen=True):
    """A call that puts one router under another: `app.include_router(router, prefix="/v1")`.

    child: positions and keywords that may hold it, or a list of them, separated by spaces."""

    name: str
    child: str
    prefix: str
    library: str


class BaseClass(msgspec.Struct, frozen=True):
    """A library base class whose project subclasses run on the loop (`BaseHTTPMiddleware`, tornado handlers):
    method names or patterns (`on_*`) -> kind of root, and where their sync methods run; served_by and
    not_in as in `Entry`. Of several rows about one class the first that names a method holds for it."""

    name: str
    kind: str
    methods: tuple[str, ...]
    sync: str
    library: str
    why: str = ""
    served_by: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    versions: str = ""


class Role(msgspec.Struct, frozen=True):
    """What a call, or a class, means to a rule that is not about blocking (`tables.RoleName` lists them).

    arguments: the positions and keywords that the role is about (the coroutines of `gather`, the timeout of a
    client). unless: named conditions under which the call does not mean it.
    """

    name: str
    role: str
    library: str
    arguments: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    why: str = ""


class Value(msgspec.Struct, frozen=True):
    """A harmless library callable or attribute whose result is worth following (`create_engine`)."""

    name: str
    returns: TypeExpr
    library: str


class Rows(msgspec.Struct, frozen=True):
    """All rows of one or several files, in the order they were read; of two namesakes the later holds."""

    primitives: tuple[Primitive, ...] = ()
    types: tuple[ExternalType, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    """(other name, canonical name); holds for everything below the name too. `pkg.loaders.*` stands for all
    classes of a package that offers a hundred of a kind."""
    callbacks: tuple[Callback, ...] = ()
    entries: tuple[Entry, ...] = ()
    mounts: tuple[Mount, ...] = ()
    base_classes: tuple[BaseClass, ...] = ()
    values: tuple[Value, ...] = ()
    roles: tuple[Role, ...] = ()
    objects: tuple[Value, ...] = ()
    """Objects that a library makes itself (`django.db.connections`); `returns` is what they are."""


class Member(msgspec.Struct, frozen=True):
    """What the catalogue knows about one name: a function, a class, or a member found through a type's bases.

    path: the canonical path of the row that defines it (`requests.Session.get` for a subclass too); ask
    `Catalogue.callbacks` and `.entries` with it. is_known: a row exists; a member without one is harmless.
    is_property: reading it is the use (a plain attribute or a blocking property).
    """

    path: str
    primitive: Primitive | None = None
    returns: TypeExpr | None = None
    is_known: bool = False
    is_property: bool = False
