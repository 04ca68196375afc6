"""One scope being lowered (function, lambda, class body, module): where it is, what it recorded so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.blocks import Await, Block
from loopaudit.static.expressions import AnyExpr, Local, Name
from loopaudit.static.facts import (
    AttrStore,
    Call,
    Def,
    DunderUse,
    ItemStore,
    Iteration,
    Load,
    With,
)
from loopaudit.static.lower.flow import Flow

if TYPE_CHECKING:
    import ast

    from loopaudit.static.deciding import Guards, Test
    from loopaudit.static.lower.unit import Unit


class Scope(Flow):
    """A scope on its way to a `Body`."""

    __slots__ = (
        "attr_stores",
        "awaits",
        "block",
        "blocks",
        "called",
        "calls",
        "declared",
        "defs",
        "depth",
        "dunders",
        "guards",
        "has_await",
        "index",
        "is_generator",
        "item_stores",
        "iterations",
        "kept",
        "kind",
        "loads",
        "loop",
        "loop_names",
        "lower",
        "methods",
        "owner",
        "prefix",
        "quiet",
        "return_guards",
        "returns",
        "run",
        "stored",
        "tests",
        "under",
        "unit",
        "waiting",
        "withs",
        "yields",
    )

    def __init__(self, unit: Unit, kind: str, prefix: str, owner: int = -1) -> None:
        super().__init__()
        self.unit = unit
        self.lower = unit.lower
        self.run = unit.run
        self.index = len(unit.functions)
        unit.functions.append(None)
        self.kind = kind
        self.prefix = prefix
        """What stands before the qualified name of a definition in here."""
        self.owner = owner
        self._start_place()
        self._start_records()

    def _start_place(self) -> None:
        self.declared: dict[str, AnyExpr] = {}
        self.kept: dict[str, Local] = {}
        """Names bound by `:=`, which outlive the part of the expression they stand in."""
        self.loop_names: dict[ast.stmt, set[str]] = {}
        self.depth = 0
        self.quiet = 0
        """Above zero, attribute reads and operators are not recorded."""
        self.loop = 0
        self.under: tuple[int, ...] = ()
        self.block = -1
        self.guards: Guards = ()
        """What must have come out so for the code here to run."""

    def _start_records(self) -> None:
        self.defs: list[Def] = []
        self.calls: list[Call] = []
        self.loads: list[Load] = []
        self.attr_stores: list[AttrStore] = []
        self.item_stores: list[ItemStore] = []
        self.iterations: list[Iteration] = []
        self.withs: list[With] = []
        self.dunders: list[DunderUse] = []
        self.awaits: list[Await] = []
        self.blocks: list[Block] = []
        self.returns: list[AnyExpr] = []
        self.return_guards: list[Guards] = []
        self.tests: dict[Test, int] = {}
        self.yields: list[AnyExpr] = []
        self.called: set[str] = set()
        self.stored: set[str] = set()
        self.methods: list[tuple[str, int]] = []
        self.waiting: set[int] = set()
        """The `with` blocks that await."""
        self.is_generator = False
        self.has_await = False

    def open_block(self, kind: str, catches: tuple[str, ...] = ()) -> int:
        """Enter a block; gives the one around it, which `self.block` is set back to at its end."""
        outside = self.block
        self.block = len(self.blocks)
        self.blocks.append(Block(kind, outside, len(self.defs), catches))
        return outside

    def name(self, name: str) -> AnyExpr:
        """What a read of `name` yields here."""
        found: AnyExpr | None = self.env.get(name) or self.unit.names.get(name)
        if found is None:
            found = self.unit.names[name] = Name(name)
        return found

    def define(
        self,
        name: str,
        kind: str,
        value: AnyExpr,
        line: int,
        path: tuple[int, ...] = (),
        annotation: AnyExpr | None = None,
    ) -> None:
        """Bind `name`, here or (after `global`, `nonlocal`) outside."""
        if self.declared and annotation is None:
            annotation = self.declared.get(name)
        defs = self.defs
        if self.outer and name in self.outer:
            defs.append(Def(name, kind, value, line, path, annotation, self.outer[name]))
            return
        if name not in self.trail:
            self.trail[name] = self.env.get(name)
        self.env[name] = Local(name, (len(defs),))
        guards = self.guards if kind == "assign" else ()
        defs.append(Def(name, kind, value, line, path, annotation, "local", guards))
