# SPDX-License-Identifier: Apache-2.0
"""`pushmask.schema.documents`: what a schema reaches in a registry, and nothing fetched."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
import pytest

from pushmask import LimitError, SchemaError
from pushmask.schema import documents

referencing = pytest.importorskip("referencing")

REGISTRY: dict[str, Any] = {
    "https://a.b/name": {"type": "string"},
    "https://a.b/person": {
        "properties": {"name": {"$ref": "name"}, "pet": {"$ref": "pets#/x-kinds/cat"}}
    },
    "https://a.b/pets": {"x-kinds": {"cat": {"$ref": "/age"}, "dog": {"$ref": "unused"}}},
    "https://a.b/age": {"type": "integer", "default": {"$ref": "unused"}},
    "https://a.b/unused": {"$ref": "name"},
    "https://a.b/bundle": {
        "$defs": {"inner": {"$id": "https://c.d/inner", "items": {"$ref": "leaf"}}}
    },
    "https://c.d/leaf": True,
    "https://a.b/moved": {"$id": "https://e.f/g/h", "$ref": "i"},
    "https://e.f/g/i": {"$ref": "https://a.b/moved"},
    "https://a.b/anchors": {"$defs": {"x": {"$anchor": "x", "$ref": "name"}}},
    "urn:x:y": {"$ref": "#/$defs/z", "$defs": {"z": {"$dynamicRef": "https://a.b/name#q"}}},
}


def as_registry(contents: Mapping[str, Any]) -> Any:
    def refuse(uri: str) -> Any:
        raise AssertionError(f"{uri} is retrieved")

    make = referencing.jsonschema.DRAFT202012.create_resource
    resources = [(uri, make(schema)) for uri, schema in contents.items()]
    return referencing.Registry(retrieve=refuse).with_resources(resources)


REACHED = [
    ({}, "", []),
    ({"$ref": "#/$defs/a", "$defs": {"a": {}}}, "", []),
    ({"$ref": "https://a.b/name"}, "", ["name"]),
    ({"$ref": "https://a.b/name#"}, "", ["name"]),
    ({"items": {"$ref": "person"}}, "https://a.b/x", ["person", "name", "pets", "age"]),
    ({"$id": "https://a.b/x", "$ref": "age"}, "", ["age"]),
    ({"const": {"$ref": "https://a.b/name"}}, "", []),
    ({"properties": {"$ref": {"$ref": "https://a.b/name"}}}, "", ["name"]),
    ({"$ref": "https://c.d/inner"}, "", ["https://c.d/inner", "https://c.d/leaf"]),
    ({"$ref": "https://a.b/moved"}, "", ["moved", "https://e.f/g/i"]),
    ({"$ref": "https://e.f/g/h"}, "", ["https://e.f/g/h", "https://e.f/g/i", "moved"]),
    ({"$ref": "https://a.b/anchors#x"}, "", ["anchors", "name"]),
    ({"$ref": "urn:x:y"}, "", ["urn:x:y", "name"]),
    ({"$ref": "https://a.b/nothing"}, "", []),
    ({"$ref": "https://["}, "", []),
    ({"$ref": 1, "items": "https://a.b/name"}, "", []),
]


@pytest.mark.parametrize("wrap", [dict, types.MappingProxyType, as_registry])
@pytest.mark.parametrize(("schema", "base_uri", "uris"), REACHED)
def test_what_references_reach_is_collected(
    schema: Any, base_uri: str, uris: list[str], wrap: Any
) -> None:
    found = documents(schema, wrap(REGISTRY), base_uri=base_uri)
    assert sorted(found) == sorted(uri if ":" in uri else f"https://a.b/{uri}" for uri in uris)
    for uri, contents in found.items():
        if uri in REGISTRY:
            assert contents == REGISTRY[uri]


def test_the_documents_are_enough_for_a_validator() -> None:
    schema = {"$ref": "https://a.b/person"}
    found = documents(schema, as_registry(REGISTRY))
    judge = jsonschema.Draft202012Validator(schema, registry=as_registry(found))
    assert judge.is_valid({"name": "a", "pet": 1})
    assert not judge.is_valid({"name": "a", "pet": "b"})


def test_the_documents_belong_to_the_caller() -> None:
    registry = {"https://a.b/c": {"enum": [1]}}
    documents({"$ref": "https://a.b/c"}, registry)["https://a.b/c"]["enum"].append(2)
    assert registry == {"https://a.b/c": {"enum": [1]}}


def test_the_metaschema_reaches_its_vocabularies() -> None:
    specifications = pytest.importorskip("jsonschema_specifications")
    uri = "https://json-schema.org/draft/2020-12/schema"
    found = documents({"$ref": uri}, specifications.REGISTRY)
    assert set(found) == {
        uri,
        *(
            f"https://json-schema.org/draft/2020-12/meta/{name}"
            for name in (
                "applicator", "content", "core", "format-annotation", "meta-data", "unevaluated",
                "validation",
            )
        ),
    }  # fmt: skip


def test_a_document_that_is_no_json_is_refused_by_its_name() -> None:
    with pytest.raises(SchemaError) as error:
        documents({"$ref": "https://a.b/c"}, {"https://a.b/c": {"enum": {1}}})
    assert error.value.diagnostic is not None
    assert error.value.diagnostic.source_name == "https://a.b/c"
    assert error.value.diagnostic.pointer == "/enum"


def test_a_document_that_cannot_be_read_is_none_of_the_others_business() -> None:
    cycle: dict[str, Any] = {}
    cycle["items"] = cycle
    registry = {"a:cycle": cycle, "a:b": {"$defs": {"x": {"$id": "c:d"}}}}
    assert documents({"$ref": "c:d"}, registry) == {"c:d": {"$id": "c:d"}}


class Endless(Mapping[str, Any]):
    """A registry whose documents each lead to another one."""

    def __getitem__(self, uri: str) -> Any:
        return {"$ref": uri + "x"}

    def __contains__(self, uri: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def test_the_number_of_documents_has_a_limit() -> None:
    with pytest.raises(LimitError) as error:
        documents({"$ref": "a:b"}, Endless())
    assert error.value.limit == "max_documents"
