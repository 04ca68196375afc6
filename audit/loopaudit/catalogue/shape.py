"""Check that a parsed TOML document has the shape of a rows file, naming the key that has not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import get_args

import msgspec

from loopaudit.catalogue import tables
from loopaudit.catalogue.errors import refuse, suggest
from loopaudit.catalogue.tables import FileTable, RowTable, Table

_WORDS = tuple(
    get_args(words)
    for words in (tables.Kind, tables.Cost, tables.Runs, tables.Sync, tables.RootKind, tables.RoleName)
)
_BAD_WORD = re.compile(r"Invalid enum value '(?P<word>[^']*)'")
_PLACE = re.compile(r"(?P<problem>.*?) - at `\$\.?(?P<key>.*)`\Z", re.DOTALL)
_SECTIONS: Mapping[str, type[Table]] = {
    "group": tables.GroupTable,
    "type": tables.TypeTable,
    "callback": tables.CallbackTable,
    "entry": tables.EntryTable,
    "mount": tables.MountTable,
    "base_class": tables.BaseClassTable,
    "role": tables.RoleTable,
}


def shape_file(document: Mapping[str, object], origin: str) -> FileTable:
    """The document as a `FileTable`; raises `CatalogueError`."""
    try:
        return msgspec.convert(document, FileTable)
    except msgspec.ValidationError as error:
        _check_keys(document, FileTable, origin, "")
        raise refuse(origin, *_explain(str(error))) from None


def _check_keys(table: Mapping[str, object], shape: type[Table], origin: str, where: str) -> None:
    """Raise for the first key that `shape` does not have, here or in the tables below."""
    for key, value in table.items():
        if key not in shape.__struct_fields__:
            problem = f"unknown key '{key}'{suggest(key, shape.__struct_fields__)}"
            raise refuse(origin, where or "top level", problem)
        if shape is FileTable and key in _SECTIONS and isinstance(value, list):
            for number, item in enumerate(value, 1):
                if isinstance(item, Mapping):
                    _check_keys(item, _SECTIONS[key], origin, f"[[{key}]] number {number}")
        elif key == "rows" and isinstance(value, Mapping):
            for name, row in value.items():
                if isinstance(row, Mapping):
                    _check_keys(row, RowTable, origin, f"'{name}'")


def _explain(message: str) -> tuple[str, str]:
    """The key and the problem, from what msgspec says."""
    place = _PLACE.match(message)
    key, problem = (place["key"], place["problem"]) if place else ("top level", message)
    bad = _BAD_WORD.search(problem)
    if bad is None:
        return f"key '{key}'", problem[0].lower() + problem[1:]
    word = bad["word"]
    last = key.rpartition(".")[2]
    valid = next((words for words in _WORDS if _is_about(last, words)), ())
    return f"key '{key}'", f"'{word}' is not valid here{suggest(word, valid)}"


def _is_about(key: str, words: tuple[str, ...]) -> bool:
    """Whether `words` are what `key` may say; a wrong `kind` is answered with those of primitives."""
    example = {"cost": "unbounded", "runs": "thread", "sync": "pool", "kind": "network", "role": "spawns"}
    return example.get(key, "") in words
