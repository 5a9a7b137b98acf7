# SPDX-License-Identifier: Apache-2.0
"""The other documents that a schema's references lead to, out of a registry.

References are followed by URI, from document to document (JSON Schema 2020-12 core section 9.2).
Only what the registry already holds is used: nothing is retrieved, not even by the registry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pushmask.errors import LimitError, SchemaError
from pushmask.schema.document import Document, Site, resolve
from pushmask.schema.places import REFERENCES
from pushmask.schema.plain import plain
from pushmask.schema.sources import to_schema

# A mapping may make up documents on demand, without end.
MAX_DOCUMENTS = 10_000


def documents(
    schema: object,
    registry: Mapping[str, Any],
    *,
    base_uri: str = "",
    source_name: str = "<schema>",
) -> dict[str, Any]:
    """Collect the documents that a schema reaches through `$ref`, directly or through others.

    Args:
        schema: what `to_schema` takes.
        registry: a `referencing.Registry`, or a mapping of URIs to schemas. A URI that is only the
            `$id` of a schema inside one of its documents is found as well.
        base_uri: what relative references in `schema` are relative to, if it has no `$id`.
        source_name: what errors call the schema; documents are called by their URIs.

    Returns:
        Documents by absolute URI without a fragment, as plain JSON that the caller owns, in the
        order they are met. References that lead nowhere in the registry are left out: whoever
        reads the schema refuses them, with a place.

    Raises:
        SchemaError: the schema, or a document that is reached, is not JSON.
        LimitError: one of them is too deep or too large, or there are more than 10,000.

    Cost: linear in the documents that are collected; in the whole registry if a URI is not one of
    its keys.
    """
    root = Document(to_schema(schema, source_name=source_name), base_uri)
    collector = _Collector(root, registry)
    collector.run()
    return collector.found


class _Collector:
    """One walk through references. Each schema and each document is visited once."""

    def __init__(self, root: Document, registry: Mapping[str, Any]) -> None:
        self.registry = registry
        self.found: dict[str, Any] = {}
        self.by_uri: dict[str, Document] = dict.fromkeys(root.resources, root)
        self.inner: dict[str, Any] | None = None
        self.work: list[Site] = list(root.sites.values())

    def run(self) -> None:
        while self.work:
            site = self.work.pop()
            for keyword in REFERENCES:
                reference = site.schema.get(keyword)
                if isinstance(reference, str):
                    self._follow(*resolve(reference, site.base))

    def _follow(self, uri: str, fragment: str) -> None:
        document = self.by_uri.get(uri) or self._load(uri)
        if document is None:
            return
        path = document.find(uri, fragment)
        if path is not None:
            self.work.extend(document.visit_target(path))

    def _load(self, uri: str) -> Document | None:
        """Take a document out of the registry."""
        contents = self._contents(uri)
        if contents is None:
            return None
        if len(self.found) == MAX_DOCUMENTS:
            raise LimitError(
                f"{uri}: more than {MAX_DOCUMENTS} documents are reached",
                "max_documents",
                MAX_DOCUMENTS,
                MAX_DOCUMENTS + 1,
            )
        self.found[uri] = plain(contents, source_name=uri)
        document = Document(self.found[uri], uri)
        self.by_uri[uri] = document
        for inner_uri in document.resources:
            self.by_uri.setdefault(inner_uri, document)
        self.work.extend(document.sites.values())
        return document

    def _contents(self, uri: str) -> Any:
        for key in (uri, uri + "#"):
            if key in self.registry:
                return _contents(self.registry[key])
        if self.inner is None:
            self.inner = self._inner_resources()
        return self.inner.get(uri)

    def _inner_resources(self) -> dict[str, Any]:
        """Index the `$id`s inside the documents of the registry; the first of equal ones counts.

        A document that cannot be read has none: it may never be reached.
        """
        index: dict[str, Any] = {}
        for key, value in self.registry.items():
            try:
                contents = plain(_contents(value), source_name=key)
            except (SchemaError, LimitError):
                continue
            document = Document(contents, key.partition("#")[0])
            for uri, path in document.resources.items():
                index.setdefault(uri, document.at(path))
        return index


def _contents(value: Any) -> Any:
    """Return the schema of a registry's value: a `referencing.Resource` wraps it."""
    is_json = value is None or isinstance(value, (Mapping, list, bool, int, float, str))
    return value if is_json else getattr(value, "contents", value)
