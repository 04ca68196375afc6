"""Rows files: what they may say, and what a wrong one is answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from loopaudit.catalogue.errors import CatalogueError
from loopaudit.catalogue.load import load_catalogue, read_file
from loopaudit.catalogue.model import TypeExpr
from loopaudit.catalogue.versions import newest_allowed

if TYPE_CHECKING:
    from pathlib import Path

GROUP = """
[[group]]
kind = "network"
cost = "unbounded"
instead = "await acme.aget(...)"
why = "It waits for a server."
under = "acme"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "acme.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    """The sentence that a rows file with this text is refused with."""
    with pytest.raises(CatalogueError) as caught:
        load_catalogue([write(folder, text)])
    return str(caught.value)


def test_a_row_takes_from_its_group_what_it_does_not_say(tmp_path: Path) -> None:
    path = write(tmp_path, GROUP + '[group.rows]\nget = {}\nlook = { cost = "brief", timeout = "wait" }\n')
    get, look = read_file(path).primitives
    assert (get.name, get.cost, get.timeout, get.library) == ("acme.get", "unbounded", "", "acme")
    assert (look.name, look.cost, look.timeout) == ("acme.look", "brief", "wait")
    assert look.why == get.why == "It waits for a server."


def test_a_row_of_the_user_replaces_the_shipped_one(tmp_path: Path) -> None:
    text = GROUP.replace("acme", "requests") + '[group.rows]\nget = { cost = "brief" }\n'
    row = load_catalogue([write(tmp_path, text)]).primitive("requests.get")
    assert row is not None
    assert row.cost == "brief"


def test_types_carry_attributes_methods_and_what_calling_gives(tmp_path: Path) -> None:
    text = """
    [[type]]
    name = "acme.Maker"
    call = "acme.Made"
    attributes = { last = "acme.Made" }
    methods = { all = "list[acme.Made]" }
    [[type]]
    name = "acme.Made"
    """
    catalogue = load_catalogue([write(tmp_path, text)])
    maker = catalogue.type_of("acme.Maker")
    assert maker is not None
    assert maker.call == TypeExpr("acme.Made")
    assert catalogue.member("acme.Maker", "last").is_property
    assert catalogue.returns("acme.Maker.all") == TypeExpr("list", (TypeExpr("acme.Made"),))


def test_an_unknown_key_is_named_with_the_nearest_valid_one(tmp_path: Path) -> None:
    text = GROUP.replace("kind =", "knid =") + "[group.rows]\nget = {}\n"
    assert (
        refusal(tmp_path, text) == "acme.toml: [[group]] number 1: unknown key 'knid'; did you mean 'kind'?"
    )


def test_an_unknown_section_is_named(tmp_path: Path) -> None:
    assert "unknown key 'groups'; did you mean 'group'?" in refusal(tmp_path, "[[groups]]\nkind = 'file'\n")


def test_an_unknown_key_of_a_row_names_the_row(tmp_path: Path) -> None:
    text = GROUP + '[group.rows]\nget = { timout = "x" }\n'
    assert refusal(tmp_path, text) == "acme.toml: 'get': unknown key 'timout'; did you mean 'timeout'?"


def test_a_wrong_kind_is_answered_with_the_nearest(tmp_path: Path) -> None:
    text = GROUP.replace('"network"', '"netwrok"') + "[group.rows]\nget = {}\n"
    said = refusal(tmp_path, text)
    assert said == "acme.toml: key 'group[0].kind': 'netwrok' is not valid here; did you mean 'network'?"


def test_a_wrong_type_of_value_names_the_key(tmp_path: Path) -> None:
    said = refusal(tmp_path, GROUP.replace('"network"', "3") + "[group.rows]\nget = {}\n")
    assert "acme.toml: key 'group[0].kind'" in said


def test_a_row_without_advice_is_refused(tmp_path: Path) -> None:
    text = GROUP.replace('instead = "await acme.aget(...)"', "") + "[group.rows]\nget = {}\n"
    assert refusal(tmp_path, text) == "acme.toml: 'acme.get': lacks 'instead', and so does its group"


def test_an_unknown_condition_is_answered_with_the_nearest(tmp_path: Path) -> None:
    text = GROUP + '[group.rows]\nget = { unless = ["timeout_zer"] }\n'
    said = refusal(tmp_path, text)
    assert said.startswith("acme.toml: 'acme.get', key 'unless': no condition is called 'timeout_zer'")
    assert said.endswith("did you mean 'timeout_zero'?")


def test_a_broken_type_expression_names_the_row_and_the_key(tmp_path: Path) -> None:
    said = refusal(tmp_path, GROUP + '[group.rows]\nget = { returns = "list[" }\n')
    assert said == "acme.toml: 'acme.get', key 'returns': 'list[' lacks a name"


def test_a_base_that_is_no_type_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, '[[type]]\nname = "acme.A"\nbases = ["requests.Sesion"]\n')
    assert said == (
        "acme.toml: type 'acme.A': base 'requests.Sesion' is not a [[type]]; did you mean 'requests.Session'?"
    )


def test_a_default_that_is_no_primitive_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, '[[type]]\nname = "acme.A"\ndefault = "acme.A.*"\n')
    assert "default 'acme.A.*' is not a primitive" in said


def test_a_blocking_property_without_a_row_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, '[[type]]\nname = "acme.A"\nblocking_properties = ["x"]\n')
    assert "lacks a row called 'acme.A.x'" in said


def test_aliases_in_a_circle_are_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, '[aliases]\n"acme.a" = "acme.b"\n"acme.b" = "acme.a"\n')
    assert "leads in a circle" in said


def test_a_file_that_is_missing_or_not_toml_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"cannot be read"):
        load_catalogue([tmp_path / "missing.toml"])
    assert "is not TOML" in refusal(tmp_path, "[[group")
    (tmp_path / "acme.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CatalogueError, match=r"cannot be read"):
        read_file(tmp_path / "acme.toml")


def test_a_row_for_other_versions_than_the_project_uses_is_left_out(tmp_path: Path) -> None:
    text = GROUP + 'versions = "acme<2"\n[group.rows]\nget = {}\n'
    file = write(tmp_path, text)
    assert load_catalogue([file]).primitive("acme.get") is None
    assert load_catalogue([file], {"acme": newest_allowed("<2")}).primitive("acme.get") is not None


def test_versions_that_cannot_be_understood_are_refused(tmp_path: Path) -> None:
    text = GROUP + 'versions = "acme==2"\n[group.rows]\nget = {}\n'
    assert refusal(tmp_path, text).startswith("acme.toml: 'acme.get', key 'versions': 'acme==2' is no")
