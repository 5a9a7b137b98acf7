# SPDX-License-Identifier: Apache-2.0
"""A schema of `schema_keywords` in the words of an older draft.

What a draft does not know is left in place where it is a keyword of a later one, since it has to be
ignored; and so are keywords beside `$ref`, which count from 2019-09 on only.
`unevaluatedItems` is left out of 2019-09, where `jsonschema` has it wrong.
Source: the release notes and migration guides at json-schema.org.
"""

from __future__ import annotations

from typing import Any

Schema = Any

ORDER = ["-04", "-06", "-07", "2019-09"]
LISTS = ("allOf", "anyOf", "oneOf")
MAPS = ("properties", "patternProperties", "$defs", "dependentSchemas")
SINGLE = (
    *("not", "if", "then", "else", "contains", "propertyNames", "additionalProperties"),
    *("unevaluatedItems", "unevaluatedProperties"),
)


def rewrite(schema: Schema, uri: str) -> Schema:
    """Say a schema in the words of the draft with this `$schema`; "" leaves it as it is."""
    if not uri:
        return schema
    age = next(number for number, mark in enumerate(ORDER) if mark in uri)
    return {"$schema": uri, **Rewriter(age).rewrite(schema)}


class Rewriter:
    """Rewrites for the draft with a number in ORDER."""

    def __init__(self, age: int) -> None:
        self.is_2019 = ORDER[age] == "2019-09"
        self.is_4 = ORDER[age] == "-04"

    def rewrite(self, schema: Schema) -> Schema:
        """Rewrite a schema and those in it."""
        if isinstance(schema, bool):
            as_object: Schema = {} if schema else {"not": {}}
            return as_object if self.is_4 else schema
        result = {}
        for key, value in schema.items():
            if key in LISTS or key == "prefixItems":
                result[key] = [self.rewrite(item) for item in value]
            elif key in MAPS:
                result[key] = {name: self.rewrite(item) for name, item in value.items()}
            elif key in SINGLE or key == "items":
                result[key] = self.rewrite(value)
            else:
                result[key] = value
        self.rename(result)
        return result

    def rename(self, schema: dict[str, Any]) -> None:
        """Change the words of one schema in place."""
        if "prefixItems" in schema:
            if "items" in schema:
                schema["additionalItems"] = schema["items"]
            schema["items"] = schema.pop("prefixItems")
        dynamic = schema.pop("$dynamicRef", None)
        if dynamic is not None:
            # To "#node", which is the root, or to a definition.
            schema["$ref"] = "#" if dynamic == "#node" else self.reference(dynamic)
        schema.pop("$dynamicAnchor", None)
        if "$ref" in schema:
            schema["$ref"] = self.reference(schema["$ref"])
        if self.is_2019:
            schema.pop("unevaluatedItems", None)
            return
        if "$defs" in schema:
            schema["definitions"] = schema.pop("$defs")
        if "$anchor" in schema:
            name = "#" + schema.pop("$anchor")
            if "$ref" in schema:  # a name beside it would be ignored
                schema["allOf"] = [{"$ref": schema.pop("$ref")}, *schema.get("allOf", [])]
            schema["id" if self.is_4 else "$id"] = name
        # Of one kind: the library that jsonschema resolves references with fails on both together.
        names = schema.pop("dependentRequired", {})
        dependencies = schema.pop("dependentSchemas", {}) or names
        if dependencies:
            schema["dependencies"] = dependencies
        if self.is_4:
            self.rename_for_4(schema)

    def rename_for_4(self, schema: dict[str, Any]) -> None:
        """Change what is malformed in draft 4, in place: Boolean bounds, no empty lists."""
        for bound, exclusive in (
            ("minimum", "exclusiveMinimum"),
            ("maximum", "exclusiveMaximum"),
        ):
            if exclusive in schema:
                value = schema.pop(exclusive)
                if bound not in schema:
                    schema |= {bound: value, exclusive: True}
        if schema.get("required") == []:
            del schema["required"]
        if "dependencies" in schema:
            some = {key: value for key, value in schema["dependencies"].items() if value != []}
            schema["dependencies"] = some

    def reference(self, reference: str) -> str:
        """Give the reference to where a definition is now."""
        return reference if self.is_2019 else reference.replace("$defs", "definitions")
