# SPDX-License-Identifier: Apache-2.0
"""Ways to a JSON Schema: from Python types, functions, tool lists and registries; and its keywords.

    type, function, mapping -> to_text -> Grammar.from_json_schema

Nothing here imports pydantic or referencing before one of their objects comes along.
"""

from __future__ import annotations

from pushmask.schema.openai import check_openai
from pushmask.schema.registry import documents
from pushmask.schema.sources import to_schema, to_text
from pushmask.schema.support import Keyword, keywords
from pushmask.schema.tools import tools_schema

__all__ = [
    "Keyword",
    "check_openai",
    "documents",
    "keywords",
    "to_schema",
    "to_text",
    "tools_schema",
]
