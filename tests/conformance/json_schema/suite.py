# SPDX-License-Identifier: Apache-2.0
"""The JSON-Schema-Test-Suite: groups of a schema and labelled instances, for each draft.

Source: github.com/json-schema-org/JSON-Schema-Test-Suite. Its README says how a test runner finds
the files of `remotes/` (under http://localhost:1234/) and that a schema without `$schema` is of the
draft whose folder it is in.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import jsonschema_specifications

ARCHIVE = "json-schema-test-suite.tar.xz"
REMOTES_URI = "http://localhost:1234/"

# The drafts that are run, with the `$schema` of each.
DRAFTS = {
    "draft4": "http://json-schema.org/draft-04/schema#",
    "draft6": "http://json-schema.org/draft-06/schema#",
    "draft7": "http://json-schema.org/draft-07/schema#",
    "draft2019-09": "https://json-schema.org/draft/2019-09/schema",
    "draft2020-12": "https://json-schema.org/draft/2020-12/schema",
}

SECTIONS = ("required", "optional", "format")


@dataclass(frozen=True, slots=True)
class Group:
    """A schema with labelled instances.

    `name` is unique in its draft: the file, the number of the group in it, and its description.
    """

    draft: str
    section: str  # one of SECTIONS
    name: str
    schema: Any
    instances: tuple[Any, ...]
    valid: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Suite:
    """All groups, by draft, and the documents that their references may lead to, by URI."""

    groups: dict[str, list[Group]]
    documents: dict[str, Any]


def section_of(path: PurePosixPath) -> str:
    """Name the section of a test file; its path starts with the folder of the draft."""
    if "format" in path.parts:
        return "format"
    return "optional" if "optional" in path.parts else "required"


def read_groups(draft: str, path: PurePosixPath, data: Any) -> Iterator[Group]:
    """Read the groups of one file; `path` starts with the draft."""
    file = PurePosixPath(*path.parts[1:]).with_suffix("")
    for number, group in enumerate(data):
        schema = group["schema"]
        if isinstance(schema, dict) and "$schema" not in schema:
            schema = {"$schema": DRAFTS[draft], **schema}
        yield Group(
            draft=draft,
            section=section_of(path),
            name=f"{file} #{number} {group['description']}",
            schema=schema,
            instances=tuple(test["data"] for test in group["tests"]),
            valid=tuple(test["valid"] for test in group["tests"]),
        )


def load_suite(folder: Path) -> Suite:
    """Read the archive in `folder`, and the metaschemas that its schemas refer to.

    Raises:
        FileNotFoundError: the archive is not there.
    """
    groups: dict[str, list[Group]] = {draft: [] for draft in DRAFTS}
    documents = {uri: jsonschema_specifications.REGISTRY.contents(uri) for uri in metaschema_uris()}
    with tarfile.open(folder / ARCHIVE) as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            path = PurePosixPath(*PurePosixPath(member.name).parts[1:])
            data = archive.extractfile(member) if path.suffix == ".json" else None
            if data is None:
                continue
            root, *below = path.parts
            if root == "remotes":
                documents[REMOTES_URI + "/".join(below)] = json.loads(data.read())
            elif root == "tests" and below[0] in DRAFTS:
                groups[below[0]] += read_groups(
                    below[0], PurePosixPath(*below), json.loads(data.read())
                )
    return Suite(groups, documents)


def metaschema_uris() -> list[str]:
    """List the documents that `jsonschema_specifications` holds."""
    return sorted(jsonschema_specifications.REGISTRY)
