# SPDX-License-Identifier: Apache-2.0
"""JSON Schemas of Python types and functions, by pydantic.

pydantic writes schemas for documentation, too: with keywords of OpenAPI, with formats of its own,
and wider than what it validates. `ExactSchema` corrects what can be said exactly and refuses what
would let through text that pydantic rejects; tests compare both. What only Python code knows
(validators) is not in a schema at all.

The one module that imports pydantic (2.11 or later).
"""

from __future__ import annotations

import functools
import inspect
import re
import types
from decimal import Decimal
from typing import Any, get_origin, get_type_hints

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
EMPTY_FORMATS = {"binary", "password", "path"}
# What `Decimal` reads; a longer exponent may be out of its range.
DECIMAL_PATTERN = r"^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$"
TIMES = {"date", "datetime", "time", "timedelta"}
TIME_CONSTRAINTS = ("ge", "gt", "le", "lt", "now_op", "tz_constraint")
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
        elif not callable(schema["discriminator"]):
            raise InexactError("the tag of the union has more than one name", "discriminator")
        return written

    def url_schema(self, schema: core_schema.UrlSchema) -> JsonSchemaValue:
        """Write the schemes that are allowed, too."""
        written = super().url_schema(schema)
        schemes = schema.get("allowed_schemes")
        if schemes:
            written["pattern"] = f"^({'|'.join(map(re.escape, schemes))})://"
        return written

    def complex_schema(self, schema: core_schema.ComplexSchema) -> JsonSchemaValue:
        """Refuse complex numbers, for which pydantic writes any string."""
        raise InexactError("complex numbers have no JSON Schema", "complex")

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
        """Correct what every kind of schema may have: aliases, keys, formats."""
        if (schema.get("config") or {}).get("validate_by_alias") is False:
            raise InexactError("the schema has the aliases that are not validated by", "alias")
        self._check_time(schema)
        written = super().generate_inner(schema)
        if "keys_schema" in schema:
            self._check_keys(schema["keys_schema"])
            if "patternProperties" in written:
                return {**written, "additionalProperties": False}
        if written.get("type") == "string" and written.get("format") in EMPTY_FORMATS:
            return {name: value for name, value in written.items() if name != "format"}
        return written

    def _check_time(self, schema: Any) -> None:
        """Refuse constraints of dates and times, which pydantic leaves out of its schema."""
        if schema["type"] not in TIMES:
            return
        constraint = next((name for name in TIME_CONSTRAINTS if schema.get(name) is not None), None)
        if constraint is not None and schema[constraint] != "aware":  # as the format has it
            raise InexactError(
                f"'{constraint}' of a {schema['type']} has no JSON Schema", constraint
            )

    def _check_keys(self, schema: Any) -> None:
        """Refuse keys of which pydantic's schema would allow any text, such as integers."""
        names = self.generate_inner(schema)
        if names.keys() - {"title"} and "$ref" not in names and names.get("type") != "string":
            raise InexactError("keys that are no strings have no JSON Schema", "dict")


def describe(source: Any, *, source_name: str, at: Path) -> JsonSchemaValue:
    """Describe a type, or the keyword arguments of a function.

    A parameter without a default is required, one without an annotation is anything; `**kwargs`
    allows further members of its annotation, and without it there are none; `*args` is left out.

    Args:
        source: a model class, a `TypeAdapter`, a type expression, a function or a partial.
        source_name: what errors call the input.
        at: where `source` stands in the input.

    Raises:
        SchemaError: pydantic has no schema for it, or a parameter is positional-only.
        UnsupportedError: the schema would allow more than the type.
    """
    name = _name(source)
    try:
        if inspect.isroutine(source) or isinstance(source, functools.partial):
            source = _plain_function(source)
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


def _plain_function(function: Any) -> Any:
    """Return a function with the same parameters, their annotations resolved.

    pydantic looks up the names in the annotations of a partial, and some versions in those of any
    function, in a module that is not the function's. What a function returns is not looked at.
    """
    written = inspect.unwrap(function.func if isinstance(function, functools.partial) else function)
    annotations = dict(getattr(written, "__annotations__", {}))
    annotations.pop("return", None)
    parameters = types.SimpleNamespace(__annotations__=annotations)
    names = getattr(written, "__globals__", {})
    try:
        hints = get_type_hints(parameters, globalns=names, include_extras=True)
        signature = inspect.signature(function)
    except (TypeError, ValueError) as error:
        raise PydanticInvalidForJsonSchema(f"its signature cannot be read: {error}") from error

    def rest() -> None: ...

    rest.__annotations__ = {name: hints[name] for name in signature.parameters if name in hints}
    rest.__signature__ = signature  # type: ignore[attr-defined]
    return rest


def _name(source: Any) -> str:
    named = isinstance(source, type) or inspect.isroutine(source)
    return source.__qualname__ if named and get_origin(source) is None else repr(source)
