# SPDX-License-Identifier: Apache-2.0
"""`pushmask.schema.to_text`: what it writes for JSON, types and functions, and what it refuses.

Types are held against pydantic itself: a text of the grammar validates, and what pydantic dumps is
a text of the grammar.
"""

from __future__ import annotations

import collections
import datetime
import enum
import functools
import json
import subprocess
import sys
import types
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Optional

import jsonschema
import pytest
from typing_extensions import TypedDict, Unpack

from pushmask import (
    Compiler,
    Grammar,
    GrammarSyntaxError,
    LimitError,
    SchemaError,
    UnsupportedError,
    Vocabulary,
)
from pushmask.schema import to_schema, to_text

pydantic = pytest.importorskip("pydantic")
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter  # noqa: E402


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(str, enum.Enum):
    HIGH = "high"


class Address(BaseModel):
    street: str
    number: Annotated[int, Field(ge=1)] = 1


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid")
    full_name: Annotated[str, Field(alias="fullName", min_length=1)]
    born: datetime.date
    favourite: Colour | None = None
    homes: list[Address] = []
    scores: dict[str, float] = {}


class Node(BaseModel):
    model_config = ConfigDict(extra="forbid")
    value: int
    children: list[Node] = []


@dataclass
class Point:
    x: int
    y: Literal[0, 1] = 0


class Options(TypedDict, total=False):
    deep: bool


class Pair(NamedTuple):
    left: int
    right: str = ""


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog", "hound"]


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]


def accepts(vocabulary: Vocabulary, schema: object, text: str) -> bool:
    matcher = Compiler(vocabulary).compile(Grammar.from_json_schema(to_text(schema))).matcher()
    return matcher.accept_bytes(text.encode()) and matcher.can_stop


def validates(source: Any, text: str) -> bool:
    adapter = source if isinstance(source, TypeAdapter) else TypeAdapter(source)
    try:
        adapter.validate_json(text)
    except pydantic.ValidationError:
        return False
    return True


# What pydantic dumps, by type.
DUMPED = [
    (Person, [Person(fullName="Ada", born=datetime.date(1815, 12, 10))]),
    (
        Person,
        [
            Person(
                fullName='Å\n"b"',
                born=datetime.date(2000, 2, 29),
                favourite=Colour.BLUE,
                homes=[Address(street="s"), Address(street="", number=7)],
                scores={"a": 0.5, "": -1e300},
            )
        ],
    ),
    (Node, [Node(value=1, children=[Node(value=-2), Node(value=3, children=[Node(value=0)])])]),
    (Point, [Point(1), Point(-5, 1)]),
    (Options, [{}, {"deep": True}]),
    (Pair, [Pair(1, "x")]),
    (Colour, [Colour.RED]),
    (Literal["a", 1, None], ["a", 1, None]),
    (int | list[bool] | None, [3, [], [True, False], None]),
    (tuple[int, str], [(1, "a")]),
    (uuid.UUID, [uuid.UUID(int=7)]),
    (datetime.datetime, [datetime.datetime(2024, 2, 29, 1, 2, 3, tzinfo=datetime.timezone.utc)]),
    (Decimal, [Decimal("1.50"), Decimal("-1E+5")]),
    (bytes, [b"", "ü".encode()]),
    (Path, [Path("a/b")]),
    (TypeAdapter(list[int]), [[1, 2]]),
]


@pytest.mark.parametrize(("source", "values"), DUMPED)
def test_what_pydantic_dumps_is_in_the_grammar(
    byte_vocabulary: Vocabulary, source: Any, values: list[Any]
) -> None:
    adapter = source if isinstance(source, TypeAdapter) else TypeAdapter(source)
    for value in values:
        text = adapter.dump_json(value, by_alias=True).decode()
        assert accepts(byte_vocabulary, source, text), text


REJECTED = [
    (Person, ['{"fullName":"","born":"2000-01-01"}', '{"full_name":"a","born":"2000-01-01"}']),
    (
        Person,
        ['{"fullName":"a","born":"2000-02-30"}', '{"fullName":"a","born":"2000-01-01","x":1}'],
    ),
    (Person, ['{"fullName":"a","born":"2000-01-01","homes":[{"street":"","number":0}]}']),
    (Node, ['{"value":1,"children":[{"value":1.5}]}', '{"children":[]}']),
    (Point, ['{"y":0}', '{"x":0,"y":2}', "[0,0]"]),
    (Options, ['{"deep":"maybe"}']),
    (Pair, ["[]", '[1,"a",2]', '["a"]']),
    (Colour, ['"RED"', '"green"']),
    (Literal["a", 1], ['"b"', "2"]),
    (int | None, ['"a"', "[]"]),
    (Decimal, ['"one"', '""', "true"]),
]


@pytest.mark.parametrize(("source", "texts"), REJECTED)
def test_what_pydantic_rejects_is_not_in_the_grammar(
    byte_vocabulary: Vocabulary, source: Any, texts: list[str]
) -> None:
    for text in texts:
        assert not validates(source, text), text
        assert not accepts(byte_vocabulary, source, text), text


def test_a_discriminator_becomes_the_demand_for_the_tag() -> None:
    schema = to_schema(Pet)
    assert "discriminator" not in schema
    judge = jsonschema.Draft202012Validator(schema)
    for value in ({"kind": "cat"}, {"kind": "hound"}, {"kind": "cat", "lives": 1}):
        assert judge.is_valid(value)
        assert validates(Pet, json.dumps(value))
    for value in ({}, {"lives": 1}, {"kind": "cow"}):
        assert not judge.is_valid(value)
        assert not validates(Pet, json.dumps(value))


def test_a_url_has_one_of_its_schemes(byte_vocabulary: Vocabulary) -> None:
    for text in ('"https://a.b/c"', '"http://a.b"'):
        assert accepts(byte_vocabulary, pydantic.AnyHttpUrl, text)
        assert validates(pydantic.AnyHttpUrl, text)
    for text in ('"ftp://a.b/c"', '"urn:a:b"', '"/a"'):
        assert not accepts(byte_vocabulary, pydantic.AnyHttpUrl, text)
        assert not validates(pydantic.AnyHttpUrl, text)


def test_keys_with_a_pattern_are_the_only_ones() -> None:
    keys = dict[Annotated[str, Field(pattern="^k")], int]
    judge = jsonschema.Draft202012Validator(to_schema(keys))
    for value in ({}, {"k1": 1}, {"a": 1}, {"k": "x"}):
        assert judge.is_valid(value) == validates(keys, json.dumps(value))


@pytest.mark.parametrize(
    ("source", "schema"),
    [
        (bytes, {"type": "string"}),
        (Path, {"type": "string"}),
        (pydantic.SecretStr, {"type": "string", "writeOnly": True}),
        (datetime.datetime, {"type": "string", "format": "date-time"}),
        (pydantic.AwareDatetime, {"type": "string", "format": "date-time"}),
        (datetime.timedelta, {"type": "string", "format": "duration"}),
        (Any, {}),
        (int | None, {"anyOf": [{"type": "integer"}, {"type": "null"}]}),
        (Annotated[Decimal, Field(gt=0)], {"type": "number", "exclusiveMinimum": 0.0}),
    ],
)
def test_a_type_is_written_without_formats_that_say_nothing(source: Any, schema: Any) -> None:
    assert to_schema(source) == schema


class AliasesAreNotValidated(BaseModel):
    model_config = ConfigDict(validate_by_alias=False, validate_by_name=True)
    a: int = Field(alias="b")


class BytesInBase64(BaseModel):
    model_config = ConfigDict(val_json_bytes="base64")
    a: bytes


@pytest.mark.parametrize(
    ("source", "feature"),
    [
        (pydantic.Json[int], "Json"),
        (dict[int, str], "dict"),
        (collections.Counter[int], "dict"),
        (BytesInBase64, "val_json_bytes"),
        (Annotated[bytes, Field(min_length=1)], "bytes"),
        (Annotated[Decimal, Field(max_digits=3)], "Decimal"),
        (Annotated[Decimal, Field(lt=Decimal("0.12345678901234567891"))], "Decimal"),
        (AliasesAreNotValidated, "alias"),
        (complex, "complex"),
        (pydantic.NaiveDatetime, "tz_constraint"),
        (pydantic.PastDate, "now_op"),
        (Annotated[datetime.date, Field(gt=datetime.date(2000, 1, 1))], "gt"),
    ],
)
def test_a_type_that_its_schema_would_widen_is_refused(source: Any, feature: str) -> None:
    with pytest.raises(UnsupportedError) as error:
        to_text(source)
    assert error.value.feature == feature
    assert error.value.diagnostic is not None
    assert error.value.diagnostic.pointer == ""


class Undefined(BaseModel):
    a: Nowhere  # noqa: F821


class Opaque:
    pass


@pytest.mark.parametrize("source", [Opaque, Undefined, int | Callable[[], int], slice])
def test_a_type_without_a_schema_is_an_error(source: Any) -> None:
    with pytest.raises(SchemaError):
        to_text(source)


def search(
    query: str, limit: Annotated[int, Field(le=50)] = 10, *more: int, exact: bool
) -> None: ...


def anything(given, *, deep=False, **rest: int): ...


class Service:
    def call(self, name: str) -> None: ...

    @classmethod
    def make(cls, size: int) -> None: ...

    @staticmethod
    def stop() -> None: ...


def elsewhere(function: Any) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


@elsewhere
def decorated(a: Literal[1]) -> Nowhere: ...  # noqa: F821


@pytest.mark.parametrize(
    ("function", "accepted", "rejected"),
    [
        (search, ['{"query":"a","exact":true}', '{"query":"","limit":50,"exact":false}'], []),
        (search, [], ['{"query":"a"}', '{"query":"a","exact":true,"limit":51}', '["a",1,true]']),
        (search, [], ['{"query":"a","exact":true,"more":[1]}']),
        (
            anything,
            ['{"given":null}', '{"given":[{}],"deep":0,"other":3}'],
            ["{}", '{"given":1,"o":""}'],
        ),
        (Service().call, ['{"name":"a"}'], ['{"self":1,"name":"a"}', "{}"]),
        (Service.make, ['{"size":1}'], ['{"cls":1,"size":1}']),
        (Service.stop, ["{}"], ['{"a":1}']),
        (functools.partial(search, "q", exact=True), ["{}", '{"limit":1}'], ['{"query":"q"}']),
        (decorated, ['{"a":1}'], ['{"a":2}', "{}"]),
        (lambda name: name, ['{"name":1}'], ["{}"]),
    ],
)
def test_a_function_is_the_object_of_its_keyword_arguments(
    byte_vocabulary: Vocabulary, function: Any, accepted: list[str], rejected: list[str]
) -> None:
    for text in accepted:
        assert accepts(byte_vocabulary, function, text), text
    for text in rejected:
        assert not accepts(byte_vocabulary, function, text), text


def by_position(a: int, /) -> None: ...


def unpacked(**options: Unpack[Options]) -> None: ...


def unresolved(a: Nowhere) -> None: ...  # noqa: F821


@pytest.mark.parametrize(
    "function", [by_position, unpacked, unresolved, len, functools.partial(min, 1)]
)
def test_a_function_that_cannot_be_called_by_names_is_refused(function: Any) -> None:
    with pytest.raises((SchemaError, UnsupportedError)):
        to_text(function)


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"const": "ü"}, '{"const": "ü"}'),
        (True, "true"),
        (None, "null"),
        ([{"a": (1, 2.5)}], '[{"a": [1, 2.5]}]'),
        (types.MappingProxyType({"enum": [Level.HIGH]}), '{"enum": ["high"]}'),
        ("  {not read", "  {not read"),
    ],
)
def test_json_is_written_as_it_is(schema: object, text: str) -> None:
    assert to_text(schema) == text


def cycle() -> list[Any]:
    inner: list[Any] = []
    inner.append({"a": inner})
    return inner


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"a": [float("nan")]}, "/a/0"),
        ({"a": {"minimum": float("-inf")}}, "/a/minimum"),
        ({"properties": {1: True, "1": False}}, "/properties"),
        ({None: 1}, ""),
        ({"enum": {1, 2}}, "/enum"),
        ({"enum": [b""]}, "/enum/0"),
        ({"enum": [Colour.RED]}, "/enum/0"),
        ({"const": "\ud800"}, "/const"),
        ({"minimum": 1 << 20_000}, "/minimum"),
        ({"a/~": cycle()}, "/a~1~0/0/a"),
    ],
)
def test_what_json_cannot_write_is_refused_with_its_place(schema: object, place: str) -> None:
    with pytest.raises(SchemaError) as error:
        to_text(schema)
    assert error.value.diagnostic is not None
    assert error.value.diagnostic.pointer == place


def test_the_same_list_twice_is_no_cycle() -> None:
    names = ["a"]
    assert to_text([names, names]) == '[["a"], ["a"]]'


@pytest.mark.parametrize("schema", [object(), {1}, b"{}", Point(1), Person])
def test_what_is_no_way_to_a_schema_is_a_type_error(schema: object) -> None:
    if schema is Person:
        schema = Person(fullName="a", born=datetime.date(2000, 1, 1))
    with pytest.raises(TypeError):
        to_text(schema)


def test_depth_and_sharing_have_limits() -> None:
    deep: dict[str, Any] = {}
    for _ in range(499):
        deep = {"a": deep}
    Grammar.from_json_schema(to_text({"default": deep["a"]}))
    wide: list[Any] = []
    for _ in range(100):
        wide = [wide, wide]
    long = ["x" * 1_000_000] * 101
    for schema, limit in (
        ({"a": deep}, "max_depth"),
        (wide, "max_values"),
        (long, "max_characters"),
    ):
        with pytest.raises(LimitError) as error:
            to_text(schema)
        assert error.value.limit == limit


@pytest.mark.parametrize("text", ["{", '{"a": 1, "a": 2}', '{"a": NaN}', "[" * 100_000])
def test_text_is_read_where_a_value_is_needed(text: str) -> None:
    with pytest.raises((GrammarSyntaxError, SchemaError, LimitError)):
        to_schema(text)
    assert to_schema('{"a": [1]}') == {"a": [1]}


def test_importing_the_package_imports_no_library() -> None:
    program = "import sys, pushmask.schema as s; s.to_text({}); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"pydantic", "referencing"} & set(done.stdout.split())


def test_without_pydantic_the_extra_is_named() -> None:
    program = (
        "import sys; sys.modules['pydantic'] = None\nimport pushmask.schema as s\ns.to_text(int)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "pip install 'pushmask[pydantic]'" in done.stderr


def test_a_union_of_typing_is_one_too() -> None:
    assert to_schema(Optional[int]) == to_schema(int | None)  # noqa: UP045
