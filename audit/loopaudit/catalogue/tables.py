"""The shapes a rows file may have, as it is written by hand; `expand` turns them into the rows of `model`.

[[group]]                       shared fields, then one line a primitive
kind = "network"
cost = "unbounded"
instead = "httpx.AsyncClient"
why = "..."
under = "requests"              optional: the names below are short for requests.<name>
[group.rows]
get = {}
"Session.get" = { timeout = "timeout" }

[values]                        harmless, but the result is worth following
"sqlalchemy.create_engine" = "sqlalchemy.Engine"

[objects]                       what a library makes itself, and its type
"django.db.connections" = "django.db.utils.ConnectionHandler"

[aliases]                       other name = canonical name; holds for everything below it
"requests.api" = "requests"
"pkg.loaders.*" = "pkg.Loader"  all classes of a package, which are alike
"""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal[
    "file",
    "network",
    "database",
    "subprocess",
    "sleep",
    "lock",
    "dns",
    "cpu",
    "hash",
    "serialise",
    "compress",
    "image",
    "dataframe",
    "model",
    "cloud",
    "input",
    "logging",
]
Cost = Literal["unbounded", "disk", "cpu", "brief"]
Runs = Literal["thread", "process", "queue", "loop", "main", "inline", "never", "greenlet"]
Passes = Literal["rest", "args", "elements", ""]
Sync = Literal["loop", "pool", "process", "none"]
RootKind = Literal[
    "endpoint",
    "websocket",
    "middleware",
    "dependency",
    "exception_handler",
    "startup",
    "shutdown",
    "lifespan",
    "task",
    "command",
    "message",
    "callback",
    "validator",
    "resolver",
    "tool",
    "program",
]

RoleName = Literal[
    "bound_to_task",
    "locks_threads",
    "reenters",
    "starts_loop",
    "asks_for_loop",
    "nests_loops",
    "gathers",
    "spawns",
    "excludes",
    "timeout",
    "deadline",
    "waits",
    "attaches_handler",
    "configures_logging",
    "opens_log_file",
    "names_file",
    "takes_handlers_away",
    "relationship",
    "query",
    "loader_options",
    "runs_query",
    "gets_object",
    "gives_objects",
    "query_result",
    "refreshes",
    "expires",
    "always_expires",
    "adds_object",
    "mapped",
    "makes_session",
    "awaits_attribute",
]
"""What the rules that are not about blocking ask for; each is explained where a rule asks for it."""


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a rows file: an unknown key is an error."""


class RowTable(Table, frozen=True):
    """One primitive; what it leaves out comes from its group."""

    kind: Kind | None = None
    cost: Cost | None = None
    instead: str | None = None
    why: str | None = None
    returns: str | None = None
    unless: tuple[str, ...] | None = None
    timeout: str | None = None
    timeout_at: int = -1


class GroupTable(Table, frozen=True):
    """Primitives that share what they do and what to write instead."""

    rows: dict[str, RowTable]
    kind: Kind | None = None
    cost: Cost | None = None
    instead: str | None = None
    why: str | None = None
    returns: str | None = None
    unless: tuple[str, ...] = ()
    timeout: str = ""
    under: str = ""
    versions: str = ""


class TypeTable(Table, frozen=True):
    """A class. `methods`: harmless methods whose result is worth following; `harmless`: methods of a
    `default` type that the default is not true of."""

    name: str
    bases: tuple[str, ...] = ()
    like: tuple[str, ...] = ()
    default: str = ""
    attributes: dict[str, str] = {}
    methods: dict[str, str] = {}
    harmless: tuple[str, ...] = ()
    element: str | None = None
    blocking_properties: tuple[str, ...] = ()
    thread_bound: bool = False
    bound_unless: tuple[str, ...] = ()
    is_async: bool = False
    call: str | None = None
    takes: tuple[str, ...] = ()
    keyed: tuple[str, ...] = ()
    often_called: tuple[str, ...] = ()
    not_beside: tuple[str, ...] = ()
    any_attribute: str | None = None


class CallbackTable(Table, frozen=True):
    """Callables that run a function; `argument` may list the position and the keyword."""

    names: tuple[str, ...]
    argument: str | tuple[str, ...]
    runs: Runs
    passes: Passes = ""
    why: str = ""
    once_only: bool = False
    method: str = ""
    versions: str = ""


class EntryTable(Table, frozen=True):
    """Callables that take in a handler; `method = "$name"` is the last part of the name in capitals."""

    names: tuple[str, ...]
    kind: RootKind
    handler: str | tuple[str, ...]
    sync: Sync
    route: str = ""
    method: str = ""
    prefix: str = ""
    why: str = ""
    threaded_by: str = ""
    served_by: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    versions: str = ""


class MountTable(Table, frozen=True):
    names: tuple[str, ...]
    child: str
    prefix: str


class BaseClassTable(Table, frozen=True):
    names: tuple[str, ...]
    kind: RootKind
    methods: tuple[str, ...]
    sync: Sync
    why: str = ""
    served_by: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    versions: str = ""


class RoleTable(Table, frozen=True):
    """Calls and classes that play one role; `arguments` lists positions and keywords."""

    names: tuple[str, ...]
    role: RoleName
    arguments: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    why: str = ""


class FileTable(Table, frozen=True):
    """A whole rows file. `library` defaults to the name of the file."""

    library: str = ""
    group: tuple[GroupTable, ...] = ()
    type: tuple[TypeTable, ...] = ()
    callback: tuple[CallbackTable, ...] = ()
    entry: tuple[EntryTable, ...] = ()
    mount: tuple[MountTable, ...] = ()
    base_class: tuple[BaseClassTable, ...] = ()
    role: tuple[RoleTable, ...] = ()
    values: dict[str, str] = {}
    objects: dict[str, str] = {}
    aliases: dict[str, str] = {}
