# SPDX-License-Identifier: Apache-2.0
"""JSON Schemas of Python types and functions, by pydantic.

pydantic writes schemas for documentation, too: with keywords of OpenAPI, with formats of its own,
and wider than what it validates. `ExactSchema` corrects what can be said exactly and refuses what
would let through text that pydantic rejects; tests compare both. What only Python code knows
(validators) is not in a schema at all.

The one module that imports pydantic (2.10 or later).
"""

from __future__ import annotations

import inspect
from decimal import Decimal
from typing import Any, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.errors import (
    PydanticInvalidForJsonSchema,
    PydanticUndefinedAnnotation,
    PydanticUserError,
)
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, JsonSchemaWarningKind
from pydantic_core import SchemaError as CoreSchemaError
from pydantic_core import core_schema

from pushmask.schema.problem import Path, malformed, unsupported

# Formats that pydantic writes for strings of any content. The keyword would be refused as unknown.
FORMATS_THAT_ASSERT_NOTHING = {"binary", "password", "path"}
# What `Decimal` reads; a longer exponent may be out of its range.
DECIMAL_PATTERN = r"^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$"
DECIMAL_BOUNDS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
}


class InexactError(Exception):
    """A type whose JSON Schema would be wider than the type."""

    def __init__(self, message: str, feature: str) -> None:
        super().__init__(message)
        self.feature = feature


class ExactSchema(GenerateJsonSchema):
    """pydantic's generator, without what is not JSON Schema 2020-12 or is not exact."""

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        """Write `discriminator` as what it means: the tag is present, even where it has a default.

        `oneOf` of the choices stays; each has its own tags as `const` or `enum`.
        """
        written = super().tagged_union_schema(schema)
        discriminator = written.pop("discriminator", None)
        if discriminator is not None:
            written["required"] = [discriminator["propertyName"]]
        return written

    def bytes_schema(self, schema: core_schema.BytesSchema) -> JsonSchemaValue:
        """Write bytes as the strings that pydantic encodes as UTF-8: all of them."""
        if self._config.val_json_bytes != "utf8":
            raise InexactError(
                f"strings that hold bytes as {self._config.val_json_bytes} have no JSON Schema",
                "val_json_bytes",
            )
        if "min_length" in schema or "max_length" in schema:
            raise InexactError("the length of a string in bytes has no JSON Schema", "bytes")
        return {"type": "string"}

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        """Write decimals as numbers, or as strings where no bound would have to hold in them."""
        if schema.get("max_digits") is not None or schema.get("decimal_places") is not None:
            raise InexactError("max_digits and decimal_places have no JSON Schema", "Decimal")
        number: JsonSchemaValue = {"type": "number"}
        for name, keyword in DECIMAL_BOUNDS.items():
            bound: Any = schema.get(name)
            if bound is None:
                continue
            if Decimal(repr(float(bound))) != bound:
                raise InexactError(f"the bound {bound} has too many digits", "Decimal")
            number[keyword] = float(bound)
        if len(number) > 1:
            return number
        return {"anyOf": [number, {"type": "string", "pattern": DECIMAL_PATTERN}]}

    def json_schema(self, schema: core_schema.JsonSchema) -> JsonSchemaValue:
        """Refuse `pydantic.Json`: `contentSchema` is an annotation and constrains nothing."""
        raise InexactError("the JSON inside a string cannot be constrained", "Json")

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Refuse keys that are no strings, of which pydantic's schema allows any text."""
        keys = schema.get("keys_schema")
        while keys is not None and keys["type"] in {"nullable", "default"}:
            keys = keys["schema"]
        if keys is not None and keys["type"] in {"int", "float", "bool", "date", "datetime"}:
            raise InexactError(f"keys of type {keys['type']} have no JSON Schema", "dict")
        return super().dict_schema(schema)

    def arguments_schema(self, schema: core_schema.ArgumentsSchema) -> JsonSchemaValue:
        """Write the arguments of a function as the object of its keyword arguments.

        `*args` is left out: no argument by name reaches it, and a call without it is a call.
        """
        metadata = schema.get("metadata") or {}
        if metadata.get("pydantic_js_prefer_positional_arguments"):  # a NamedTuple
            return super().arguments_schema(schema)
        arguments = schema["arguments_schema"]
        by_position = [each["name"] for each in arguments if each.get("mode") == "positional_only"]
        if by_position:
            raise PydanticInvalidForJsonSchema(
                f"the parameter '{by_position[0]}' is positional-only and cannot be given by name"
            )
        if schema.get("var_kwargs_mode") == "unpacked-typed-dict":
            raise InexactError("'**' with an unpacked TypedDict has no JSON Schema", "Unpack")
        return self.kw_arguments_schema(arguments, schema.get("var_kwargs_schema"))

    def emit_warning(self, kind: JsonSchemaWarningKind, detail: str) -> None:
        """Refuse a union that loses a branch; a default that JSON cannot write is no matter."""
        if kind == "skipped-choice":
            raise PydanticInvalidForJsonSchema(f"a branch of a union has no JSON Schema: {detail}")

    def generate_inner(self, schema: Any) -> JsonSchemaValue:
        """Drop the formats of strings that assert nothing."""
        config = schema.get("config") or {}
        if config.get("validate_by_alias") is False:
            raise InexactError(
                "the schema has the aliases that validate_by_alias=False rules out", "alias"
            )
        written = super().generate_inner(schema)
        if written.get("type") == "string" and written.get("format") in FORMATS_THAT_ASSERT_NOTHING:
            written = {name: value for name, value in written.items() if name != "format"}
        return written


def describe_type(source: Any, *, source_name: str, at: Path) -> JsonSchemaValue:
    """Describe a model class, a `TypeAdapter` or a type expression.

    Raises:
        SchemaError: pydantic has no schema for it.
        UnsupportedError: the schema would allow more than the type.
    """
    return _generated(source, name=_name(source), source_name=source_name, at=at)


def describe_function(function: Any, *, source_name: str, at: Path) -> JsonSchemaValue:
    """Describe the keyword arguments of a function.

    A parameter without a default is required, one without an annotation is anything; `**kwargs`
    allows further members of its annotation, and without it there are none; `*args` is left out.

    Raises:
        SchemaError: a parameter is positional-only, its type has no schema, or Python cannot read
            the signature.
        UnsupportedError: the schema would allow more than a parameter's type.
    """
    name = _name(function)
    try:
        inspect.signature(function)
    except (TypeError, ValueError) as error:
        raise malformed(
            f"the signature of {name} cannot be read: {error}", at, source_name=source_name
        ) from error
    return _generated(function, name=name, source_name=source_name, at=at)


def _generated(source: Any, *, name: str, source_name: str, at: Path) -> JsonSchemaValue:
    try:
        if isinstance(source, type) and issubclass(source, BaseModel):
            return source.model_json_schema(
                mode="validation", by_alias=True, schema_generator=ExactSchema
            )
        adapter = source if isinstance(source, TypeAdapter) else TypeAdapter(source)
        return adapter.json_schema(mode="validation", by_alias=True, schema_generator=ExactSchema)
    except InexactError as error:
        raise unsupported(
            f"{name}: {error}", at, feature=error.feature, source_name=source_name
        ) from error
    except (PydanticUserError, PydanticUndefinedAnnotation, CoreSchemaError, NameError) as error:
        message = str(error).partition("\n")[0]
        raise malformed(
            f"{name} has no JSON Schema: {message}", at, source_name=source_name
        ) from error


def _name(source: Any) -> str:
    named = isinstance(source, type) or inspect.isroutine(source)
    return source.__qualname__ if named and get_origin(source) is None else repr(source)
