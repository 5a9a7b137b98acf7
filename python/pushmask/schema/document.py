# SPDX-License-Identifier: Apache-2.0
"""One JSON document of schemas: which URIs and anchors lead where in it.

URIs are resolved as RFC 3986 section 5 and JSON Schema 2020-12 core sections 8.2 and 9 have it: a
string `$id` starts a resource with a base URI of its own. Nothing is ever fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urljoin

from pushmask.schema.places import subschemas
from pushmask.schema.problem import Path, pointer

ANCHORS = ("$anchor", "$dynamicAnchor")


@dataclass(frozen=True, slots=True)
class Site:
    """A schema object in a document.

    Attributes:
        path: where it stands, from the root of the document.
        schema: the object itself.
        base: URI of the resource it belongs to, without a fragment.
    """

    path: Path
    schema: dict[str, Any]
    base: str


def resolve(reference: str, base: str) -> tuple[str, str]:
    """Return the absolute URI that `reference` names from `base`, and its decoded fragment."""
    uri, _, fragment = reference.partition("#")
    if not uri:
        return base, unquote(fragment)
    try:
        return urljoin(base, uri), unquote(fragment)
    except ValueError:  # not a URI; nothing has that name
        return uri, unquote(fragment)


def local_reference(path: Path) -> str:
    """Write the reference to `path` of the same document."""
    return "#" + quote(pointer(path), safe="/~!$&'()*+,;=:@")


class Document:
    """The sites, resources and anchors of one JSON document.

    Attributes:
        root: the document.
        sites: schemas by path, in the order they were visited.
        resources: path of the root of each resource by absolute URI.
        anchors: path of each anchor by resource URI and name.
    """

    def __init__(self, root: Any, uri: str = "") -> None:
        """Index the schemas of `root`.

        Args:
            root: plain JSON; kept, not copied.
            uri: where the document is known under, without a fragment; its base URI.
        """
        self.root = root
        self.sites: dict[Path, Site] = {}
        self.resources: dict[str, Path] = {uri: ()}
        self.anchors: dict[tuple[str, str], Path] = {}
        self.visit((), uri)

    def visit(self, path: Path, base: str) -> list[Site]:
        """Index the schema at `path` and those below; return the sites that are new."""
        new = []
        work: list[tuple[Path, Any, str]] = [(path, self.at(path), base)]
        while work:
            here, schema, outer = work.pop()
            if not isinstance(schema, dict) or here in self.sites:
                continue
            site = Site(here, schema, self._identify(schema, here, outer))
            self.sites[here] = site
            new.append(site)
            below = [((*here, *step), child, site.base) for step, child in subschemas(schema)]
            work.extend(reversed(below))
        return new

    def at(self, path: Path) -> Any:
        """Return the value at an existing path."""
        value = self.root
        for token in path:
            value = value[token]
        return value

    def find(self, uri: str, fragment: str) -> Path | None:
        """Return where a resolved reference leads in this document, or None."""
        start = self.resources.get(uri)
        if start is None or not fragment:
            return start
        if fragment.startswith("/"):
            return self._follow(start, fragment)
        return self.anchors.get((uri, fragment))

    def visit_target(self, path: Path) -> list[Site]:
        """Index a schema that only a reference shows to be one; return the sites that are new."""
        if path in self.sites:
            return []
        known = (self.sites.get(path[:length]) for length in range(len(path) - 1, -1, -1))
        nearest = next((site for site in known if site is not None), None)
        return self.visit(path, nearest.base if nearest else "")

    def _identify(self, schema: dict[str, Any], path: Path, outer: str) -> str:
        """Register the `$id` and anchors of a schema; return its base URI."""
        base = outer
        identifier = schema.get("$id")
        if isinstance(identifier, str):
            uri, fragment = resolve(identifier, outer)
            if identifier.startswith("#"):  # what $anchor was before 2019-09
                self.anchors.setdefault((outer, fragment), path)
            else:
                base = uri
                self.resources.setdefault(base, path)
        for keyword in ANCHORS:
            name = schema.get(keyword)
            if isinstance(name, str):
                self.anchors.setdefault((base, name), path)
        return base

    def _follow(self, start: Path, fragment: str) -> Path | None:
        value = self.at(start)
        path = start
        for token in _tokens(fragment):
            if isinstance(value, dict) and token in value:
                step: str | int = token
            elif isinstance(value, list) and _is_index(token, len(value)):
                step = int(token)
            else:
                return None
            value = value[step]
            path = (*path, step)
        return path


def _tokens(text: str) -> Iterator[str]:
    for token in text.split("/")[1:]:
        yield token.replace("~1", "/").replace("~0", "~")


def _is_index(token: str, length: int) -> bool:
    digits = token.isascii() and token.isdigit() and len(token) <= len(str(length))
    return digits and str(int(token)) == token and int(token) < length
