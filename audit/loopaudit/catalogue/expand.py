"""From the tables of one rows file to its rows: fills in what a group shares, reads type expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.catalogue.conditions import CONDITIONS
from loopaudit.catalogue.errors import refuse, suggest
from loopaudit.catalogue.expressions import ExpressionError, parse_expression
from loopaudit.catalogue.model import (
    BaseClass,
    Callback,
    Entry,
    ExternalType,
    Mount,
    Primitive,
    Role,
    Rows,
    TypeExpr,
    Value,
)
from loopaudit.catalogue.versions import VersionError, check_versions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.catalogue.tables import (
        BaseClassTable,
        CallbackTable,
        EntryTable,
        FileTable,
        GroupTable,
        RoleTable,
        RowTable,
        TypeTable,
    )


def expand_file(table: FileTable, origin: str, library: str) -> Rows:
    """The rows of one file; `origin` is how errors call it."""
    reader = _Reader(origin, table.library or library)
    return Rows(
        primitives=tuple(row for group in table.group for row in reader.primitives(group)),
        types=tuple(reader.type(row) for row in table.type),
        aliases=tuple(table.aliases.items()),
        callbacks=tuple(row for entry in table.callback for row in reader.callbacks(entry)),
        entries=tuple(row for entry in table.entry for row in reader.entries(entry)),
        mounts=tuple(
            Mount(name, row.child, row.prefix, reader.library) for row in table.mount for name in row.names
        ),
        base_classes=tuple(row for entry in table.base_class for row in reader.base_classes(entry)),
        values=tuple(reader.values(table)),
        roles=tuple(row for role in table.role for row in reader.roles(role)),
        objects=tuple(reader.objects(table)),
    )


class _Reader:
    """Knows the file it reads, so that every error can name it."""

    def __init__(self, origin: str, library: str) -> None:
        self.origin = origin
        self.library = library

    def primitives(self, group: GroupTable) -> Iterator[Primitive]:
        for short, row in group.rows.items():
            yield self.primitive(f"{group.under}.{short}" if group.under else short, group, row)

    def primitive(self, name: str, group: GroupTable, row: RowTable) -> Primitive:
        returns = row.returns if row.returns is not None else group.returns
        unless = row.unless if row.unless is not None else group.unless
        self.check_conditions(name, "unless", unless)
        return Primitive(
            name=name,
            kind=self.given(name, "kind", row.kind, group.kind),
            cost=self.given(name, "cost", row.cost, group.cost),
            instead=self.given(name, "instead", row.instead, group.instead),
            why=self.given(name, "why", row.why, group.why),
            library=self.library,
            returns=self.expression(name, "returns", returns),
            unless=unless,
            timeout=row.timeout if row.timeout is not None else group.timeout,
            versions=self.versions(name, group.versions),
            timeout_at=row.timeout_at,
        )

    def versions(self, name: str, condition: str) -> str:
        if condition:
            try:
                check_versions(condition)
            except VersionError as error:
                raise refuse(self.origin, f"'{name}', key 'versions'", str(error)) from None
        return condition

    def check_conditions(self, name: str, key: str, conditions: tuple[str, ...]) -> None:
        for condition in conditions:
            if condition not in CONDITIONS:
                problem = f"no condition is called '{condition}'{suggest(condition, CONDITIONS)}"
                raise refuse(self.origin, f"'{name}', key '{key}'", problem)

    def given(self, name: str, key: str, own: str | None, shared: str | None) -> str:
        """The row's own word, else its group's; one of them must be there."""
        word = own or shared
        if not word:
            raise refuse(self.origin, f"'{name}'", f"lacks '{key}', and so does its group")
        return word

    def expression(self, name: str, key: str, text: str | None) -> TypeExpr | None:
        return None if text is None else self.expression_of(name, key, text)

    def expression_of(self, name: str, key: str, text: str) -> TypeExpr:
        try:
            return parse_expression(text)
        except ExpressionError as error:
            raise refuse(self.origin, f"'{name}', key '{key}'", str(error)) from None

    def type(self, row: TypeTable) -> ExternalType:
        self.check_conditions(row.name, "bound_unless", row.bound_unless)
        return ExternalType(
            name=row.name,
            library=self.library,
            bases=row.bases,
            like=row.like,
            default=row.default,
            attributes=tuple(
                (key, self.expression_of(row.name, key, text)) for key, text in row.attributes.items()
            ),
            element=self.expression(row.name, "element", row.element),
            blocking_properties=row.blocking_properties,
            thread_bound=row.thread_bound,
            bound_unless=row.bound_unless,
            is_async=row.is_async,
            call=self.expression(row.name, "call", row.call),
            takes=row.takes,
            keyed=row.keyed,
            often_called=row.often_called,
            not_beside=row.not_beside,
            any_attribute=self.expression(row.name, "any_attribute", row.any_attribute),
        )

    def callbacks(self, row: CallbackTable) -> Iterator[Callback]:
        arguments = (row.argument,) if isinstance(row.argument, str) else row.argument
        for name in row.names:
            versions = self.versions(name, row.versions)
            for argument in arguments:
                yield Callback(
                    name,
                    argument,
                    row.runs,
                    row.passes,
                    self.library,
                    row.why,
                    row.once_only,
                    row.method,
                    versions,
                )

    def entries(self, row: EntryTable) -> Iterator[Entry]:
        handlers = (row.handler,) if isinstance(row.handler, str) else row.handler
        for name in row.names:
            method = name.rpartition(".")[2].upper() if row.method == "$name" else row.method
            for handler in handlers:
                yield Entry(
                    name=name,
                    kind=row.kind,
                    handler=handler,
                    sync=row.sync,
                    library=self.library,
                    route=row.route,
                    method=method,
                    prefix=row.prefix,
                    why=row.why,
                    threaded_by=row.threaded_by,
                    served_by=row.served_by,
                    not_in=row.not_in,
                    versions=self.versions(name, row.versions),
                )

    def roles(self, row: RoleTable) -> Iterator[Role]:
        for name in row.names:
            self.check_conditions(name, "unless", row.unless)
            yield Role(name, row.role, self.library, row.arguments, row.unless, row.why)

    def base_classes(self, row: BaseClassTable) -> Iterator[BaseClass]:
        for name in row.names:
            versions = self.versions(name, row.versions)
            yield BaseClass(
                name=name,
                kind=row.kind,
                methods=row.methods,
                sync=row.sync,
                library=self.library,
                why=row.why,
                served_by=row.served_by,
                not_in=row.not_in,
                versions=versions,
            )

    def objects(self, table: FileTable) -> Iterator[Value]:
        for name, text in table.objects.items():
            yield Value(name, self.expression_of(name, "objects", text), self.library)

    def values(self, table: FileTable) -> Iterator[Value]:
        for name, text in table.values.items():
            yield Value(name, self.expression_of(name, "values", text), self.library)
        for row in table.type:
            for method, text in row.methods.items():
                yield Value(f"{row.name}.{method}", self.expression_of(row.name, method, text), self.library)
            for method in row.harmless:
                yield Value(f"{row.name}.{method}", TypeExpr("none"), self.library)
