"""Questions about names: aliases, members through bases, default members."""

from __future__ import annotations

import pytest
from loopaudit.catalogue.load import load_catalogue
from loopaudit.catalogue.matcher import Catalogue, index_rows
from loopaudit.catalogue.model import ExternalType, Primitive, Rows, TypeExpr


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("builtins.open", "open"),
        ("io.open", "open"),
        ("posixpath.exists", "os.path.exists"),
        ("requests.api.get", "requests.get"),
        ("sqlalchemy.orm.session.Session.commit", "sqlalchemy.orm.Session.commit"),
        ("sqlalchemy.engine.base.Connection", "sqlalchemy.Connection"),
        ("concurrent.futures.thread.ThreadPoolExecutor", "concurrent.futures.ThreadPoolExecutor"),
        ("multiprocessing.pool.ThreadPool.map", "multiprocessing.Pool.map"),
        ("fastapi.concurrency.run_in_threadpool", "starlette.concurrency.run_in_threadpool"),
        ("fastapi.applications.FastAPI.get", "fastapi.FastAPI.get"),
        ("llama_index.readers.web.SimpleWebPageReader", "llama_index.core.readers.base.BaseReader"),
        (
            "llama_index.readers.web.base.Reader.load_data",
            "llama_index.core.readers.base.BaseReader.load_data",
        ),
        ("llama_index.readers.download_loader", "llama_index.readers.download_loader"),
        ("os.path.join", "os.path.join"),
        ("requestsx.api.get", "requestsx.api.get"),
        ("unheard.of.name", "unheard.of.name"),
    ],
)
def test_other_names_lead_to_the_one_rows_use(catalogue: Catalogue, name: str, canonical: str) -> None:
    assert catalogue.canonical(name) == canonical


def test_a_member_is_found_through_the_bases(catalogue: Catalogue) -> None:
    member = catalogue.member("sqlmodel.Session", "commit")
    assert member.path == "sqlalchemy.orm.Session.commit"
    assert member.primitive is not None


def test_an_unknown_member_of_a_known_type_is_harmless(catalogue: Catalogue) -> None:
    member = catalogue.member("pathlib.Path", "is_relative_to")
    assert (member.primitive, member.returns, member.is_known) == (None, None, False)


def test_a_default_type_answers_under_the_members_own_name(catalogue: Catalogue) -> None:
    member = catalogue.member("botocore.client.BaseClient", "put_object")
    assert member.primitive is not None
    assert member.primitive.name == "botocore.client.BaseClient.put_object"
    assert member.primitive.kind == "cloud"


def test_a_default_type_has_harmless_members_and_no_blocking_dunders(catalogue: Catalogue) -> None:
    assert catalogue.member("botocore.client.BaseClient", "can_paginate").primitive is None
    assert catalogue.member("botocore.client.BaseClient", "__enter__").primitive is None


def test_a_blocking_property_says_that_reading_is_the_use(catalogue: Catalogue) -> None:
    member = catalogue.member("requests.Response", "content")
    assert member.is_property
    assert member.primitive is not None


def test_a_plain_attribute_gives_its_type(catalogue: Catalogue) -> None:
    member = catalogue.member("pathlib.Path", "parent")
    assert (member.is_property, member.returns) == (True, TypeExpr("$self"))


def test_a_class_called_gives_an_instance(catalogue: Catalogue) -> None:
    assert catalogue.returns("requests.Session") == TypeExpr("requests.Session")
    assert catalogue.returns("requests.sessions.Session") == TypeExpr("requests.Session")


def test_a_dotted_member_is_known_without_an_instance(catalogue: Catalogue) -> None:
    member = catalogue.at("sqlmodel.Session.commit")
    assert member.path == "sqlalchemy.orm.Session.commit"


def test_entries_callbacks_mounts_and_base_classes_are_found_by_other_names(catalogue: Catalogue) -> None:
    assert catalogue.entries("fastapi.applications.FastAPI.get")[0].method == "GET"
    assert [row.argument for row in catalogue.callbacks("asyncio.to_thread")] == ["0", "func"]
    assert catalogue.mount("fastapi.routing.APIRouter.include_router") is not None
    (found,) = catalogue.base_classes("asyncio.Protocol")
    assert "data_received" in found.methods


def test_only_modules_with_rows_are_known(catalogue: Catalogue) -> None:
    assert catalogue.is_known_module("requests")
    assert not catalogue.is_known_module("unheard")


def test_bases_in_a_circle_end() -> None:
    circle = Rows(
        types=(
            ExternalType("a.A", "a", bases=("a.B",)),
            ExternalType("a.B", "a", bases=("a.A",)),
        )
    )
    assert index_rows(circle).bases("a.A") == ("a.A", "a.B")


def test_the_later_of_two_rows_holds() -> None:
    first = Primitive("a.b", "file", "disk", "x", "y", "a")
    second = Primitive("a.b", "network", "unbounded", "x", "y", "a")
    found = index_rows(Rows(primitives=(first, second))).primitive("a.b")
    assert found is second


def test_an_attribute_that_a_class_makes_up_is_what_it_says(catalogue: Catalogue) -> None:
    made_up = catalogue.member("pymongo.MongoClient", "shop")
    assert made_up.is_property
    assert made_up.returns == TypeExpr("pymongo.database.Database")
    assert catalogue.member("pymongo.MongoClient", "close").returns == TypeExpr("none")
    assert not catalogue.member("pymongo.MongoClient", "_private").is_known


def test_a_class_answers_like_another_without_being_one(catalogue: Catalogue) -> None:
    found = catalogue.member("sqlalchemy.orm.scoped_session", "commit")
    assert found.path == "sqlalchemy.orm.Session.commit"


def test_an_object_of_a_library_has_its_type(catalogue: Catalogue) -> None:
    assert catalogue.object_at("django.db.connections") == TypeExpr("django.db.utils.ConnectionHandler")
    assert catalogue.object_at("django.db.transaction") is None
