# SPDX-License-Identifier: Apache-2.0
"""Makes a schema stand inside another one with every reference still leading where it led.

All references become JSON Pointers from the new root, so that neither `$id` nor `$anchor` is needed
and equal names in two embedded schemas cannot meet. Exact for static references; a dynamic one
(JSON Schema 2020-12 core section 8.2.3.2) is static where a schema is one resource that no other
document is entered from, and refused elsewhere.
"""

from __future__ import annotations

from typing import Any

from pushmask.schema.document import Document, Site, local_reference, resolve
from pushmask.schema.places import ANNOTATIONS, DEFINITIONS, REFERENCES
from pushmask.schema.problem import Path, malformed, unsupported

CURRENT_DIALECT = "https://json-schema.org/draft/2020-12/schema"
KNOWN_DIALECTS = {
    "http://json-schema.org/draft-06/schema",
    "http://json-schema.org/draft-07/schema",
    "https://json-schema.org/draft/2019-09/schema",
    CURRENT_DIALECT,
}
# Keywords that one of the known dialects does not have, or reads in another way.
DIALECT_KEYWORDS = {
    "additionalItems",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "if",
    "maxContains",
    "minContains",
    "prefixItems",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
    *REFERENCES[1:],
}
DYNAMIC_ANCHORS = ("$dynamicAnchor", "$recursiveAnchor")
IDENTIFIERS = ("$id", "$anchor", "$schema", *DYNAMIC_ANCHORS)


def relocate(schema: Any, to: Path, *, source_name: str, at: Path) -> Any:
    """Rewrite a schema in place so that it may stand at `to` of another document.

    Args:
        schema: plain JSON that the caller owns.
        to: its path from the root of the document that it becomes part of.
        source_name: what errors call the input.
        at: where the schema stands in the input; errors point from there.

    Returns:
        `schema`.

    Raises:
        SchemaError: a reference leads nowhere in the schema's own resources.
        UnsupportedError: a dynamic reference that depends on other documents, or a `$schema` of an
            older draft together with a keyword that drafts read differently.

    A reference to another document becomes absolute and stays.
    """
    return _Move(schema, to, source_name, at).run()


class _Move:
    """One schema under way to its new place."""

    def __init__(self, schema: Any, to: Path, source_name: str, at: Path) -> None:
        self.document = Document(schema)
        self.to = to
        self.source_name = source_name
        self.at = at
        self.has_foreign_references = False

    def run(self) -> Any:
        references = self._references()
        sites = self.document.sites.values()
        self._check_dynamic(references)
        self._check_dialects()
        for site, keyword, reference in references:
            del site.schema[keyword]
            site.schema["$ref"] = reference
        for site in sites:
            for keyword in IDENTIFIERS:
                if isinstance(site.schema.get(keyword), (str, bool)):
                    del site.schema[keyword]
        return self.document.root

    def _references(self) -> list[tuple[Site, str, str]]:
        """Find every reference, with what it becomes; what one shows to be a schema counts."""
        found = []
        work = list(self.document.sites.values())
        while work:
            site = work.pop()
            for keyword in REFERENCES:
                if not isinstance(site.schema.get(keyword), str):
                    continue
                target = self._target(site, keyword)
                if isinstance(target, str):
                    self.has_foreign_references = True
                    found.append((site, keyword, target))
                else:
                    work.extend(self.document.visit_target(target))
                    found.append((site, keyword, local_reference((*self.to, *target))))
        return found

    def _target(self, site: Site, keyword: str) -> Path | str:
        """Return where a reference leads in the document, or its absolute URI in another one."""
        text: str = site.schema[keyword]
        uri, fragment = resolve(text, site.base)
        path = self.document.find(uri, fragment)
        if path is not None:
            return path
        if uri in self.document.resources:
            raise malformed(
                f"the reference '{text}' leads nowhere",
                (*self.at, *site.path, keyword),
                source_name=self.source_name,
            )
        _, hash_sign, written = text.partition("#")
        return uri + hash_sign + written

    def _check_dynamic(self, references: list[tuple[Site, str, str]]) -> None:
        """Refuse dynamic references unless every one of them is a static one."""
        sites = self.document.sites.values()
        dynamic = [(site, keyword) for site, keyword, _ in references if keyword != "$ref"]
        if self.has_foreign_references:  # from there a dynamic reference may lead back here
            dynamic += [
                (site, key) for site in sites for key in DYNAMIC_ANCHORS if key in site.schema
            ]
        is_one_resource = len({site.base for site in sites}) == 1
        for site, keyword in dynamic:
            is_only_one = len(site.schema.keys() & set(REFERENCES)) <= 1
            if self.has_foreign_references or not is_one_resource or not is_only_one:
                raise unsupported(
                    f"the dynamic scope of '{keyword}' cannot be kept",
                    (*self.at, *site.path, keyword),
                    feature=keyword,
                    source_name=self.source_name,
                    hint="use '$ref' and '$anchor'",
                )

    def _check_dialects(self) -> None:
        """Refuse a `$schema` that is lost if a keyword means something else without it."""
        sites = self.document.sites.values()
        older = [site for site in sites if _dialect(site) not in {None, CURRENT_DIALECT}]
        for site in older:
            if _dialect(site) not in KNOWN_DIALECTS:
                raise unsupported(
                    f"the dialect '{_dialect(site)}' is not known",
                    (*self.at, *site.path, "$schema"),
                    feature="$schema",
                    source_name=self.source_name,
                )
        for site in sites if older else ():
            keyword = _dialect_keyword(site.schema)
            if keyword:
                raise unsupported(
                    f"'{keyword}' depends on '$schema', which is '{_dialect(older[0])}'",
                    (*self.at, *site.path, keyword),
                    feature=keyword,
                    source_name=self.source_name,
                    hint="write the schema in draft 2020-12",
                )


def _dialect(site: Site) -> str | None:
    dialect = site.schema.get("$schema")
    return dialect.rstrip("#") if isinstance(dialect, str) else None


def _dialect_keyword(schema: dict[str, Any]) -> str | None:
    """Return a keyword of `schema` that drafts read differently."""
    if isinstance(schema.get("items"), list):
        return "items"
    beside = schema.keys() - {"$ref", *IDENTIFIERS} - ANNOTATIONS - DEFINITIONS
    if "$ref" in schema and beside:  # up to draft-07 these are ignored
        return min(beside)
    return min(schema.keys() & DIALECT_KEYWORDS, default=None)
