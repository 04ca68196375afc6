"""Kinds of nodes that this interpreter's syntax trees may not have."""

from __future__ import annotations

import ast
import sys

if sys.version_info >= (3, 12):
    from ast import ParamSpec, TypeAlias, TypeVar, TypeVarTuple
else:

    class _Node:
        """Takes its fields by name, as the nodes of `ast` do."""

        def __init__(self, **fields: object) -> None:
            for name, value in fields.items():
                setattr(self, name, value)

    class TypeAlias(_Node, ast.stmt):
        """`type X[T] = value`."""

        _fields = ("name", "type_params", "value")
        name: ast.Name
        value: ast.expr

    class TypeVar(_Node, ast.AST):
        """`T: bound = default_value` in the brackets of a definition."""

        _fields = ("name", "bound", "default_value")

    class TypeVarTuple(_Node, ast.AST):
        """`*Ts = default_value`."""

        _fields = ("name", "default_value")

    class ParamSpec(_Node, ast.AST):
        """`**P = default_value`."""

        _fields = ("name", "default_value")


__all__ = ["ParamSpec", "TypeAlias", "TypeVar", "TypeVarTuple"]
