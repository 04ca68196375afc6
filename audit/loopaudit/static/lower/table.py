"""Which handler lowers which kind of node."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, cast

from loopaudit.static.lower import (
    attempts,
    blocks,
    comprehensions,
    conditions,
    definitions,
    displays,
    expressions,
    literals,
    operators,
    patterns,
    statements,
)
from loopaudit.static.lower.calls import call
from loopaudit.static.lower.guards import fenced
from loopaudit.static.lower.newer.nodes import TypeAlias

if TYPE_CHECKING:
    from loopaudit.static.lower.unit import LowerExpression, RunStatement

LOWER = cast(
    "dict[type[ast.AST], LowerExpression]",
    {
        **dict.fromkeys(ast.expr.__subclasses__(), expressions.any_other),
        ast.Attribute: expressions.attribute,
        ast.Await: expressions.await_,
        ast.BinOp: operators.binary,
        ast.BoolOp: conditions.boolean,
        ast.Call: call,
        ast.Compare: operators.compare,
        ast.Constant: literals.constant,
        ast.Dict: displays.dict_,
        ast.DictComp: comprehensions.dict_comprehension,
        ast.FormattedValue: expressions.formatted,
        ast.GeneratorExp: comprehensions.comprehension,
        ast.IfExp: conditions.conditional,
        ast.JoinedStr: expressions.joined,
        ast.Lambda: definitions.lambda_,
        ast.List: displays.list_,
        ast.ListComp: comprehensions.comprehension,
        ast.Name: expressions.name,
        ast.NamedExpr: conditions.walrus,
        ast.Set: displays.set_,
        ast.Slice: expressions.slice_,
        ast.SetComp: comprehensions.comprehension,
        ast.Starred: displays.starred,
        ast.Subscript: expressions.subscript,
        ast.Tuple: displays.tuple_,
        ast.UnaryOp: operators.unary,
        ast.Yield: expressions.yield_,
        ast.YieldFrom: expressions.yield_from,
    },
)

RUN = cast(
    "dict[type[ast.AST], RunStatement]",
    {
        **dict.fromkeys(ast.stmt.__subclasses__(), statements.pass_),
        ast.AnnAssign: statements.annotated,
        ast.Assert: statements.assert_,
        ast.Assign: statements.assignment,
        ast.AsyncFor: fenced(blocks.async_for),
        ast.AsyncFunctionDef: definitions.async_function,
        ast.AsyncWith: fenced(blocks.async_with),
        ast.AugAssign: statements.augmented,
        ast.Break: statements.break_,
        ast.ClassDef: definitions.class_,
        ast.Continue: statements.continue_,
        ast.Delete: statements.delete,
        ast.Expr: statements.expression,
        ast.For: fenced(blocks.for_),
        ast.FunctionDef: definitions.function,
        ast.Global: statements.global_,
        ast.If: blocks.if_,
        ast.Import: statements.import_,
        ast.ImportFrom: statements.import_from,
        ast.Match: fenced(patterns.match_),
        ast.Nonlocal: statements.nonlocal_,
        ast.Raise: statements.raise_,
        ast.Return: statements.return_,
        ast.Try: fenced(attempts.try_),
        ast.TryStar: fenced(attempts.try_),
        ast.While: fenced(blocks.while_),
        ast.With: fenced(blocks.with_),
        TypeAlias: statements.type_alias,
    },
)
