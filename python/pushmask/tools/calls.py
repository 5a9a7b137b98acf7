# SPDX-License-Identifier: Apache-2.0
"""Calls written as JSON objects: one grammar for the calls of all tools.

The parameters of each tool are a document of their own, to which the schema of its calls refers, so
that nothing in them has to be rewritten. Where they have ids, which might meet, or references out
of the document they become parts of one schema instead, as `tools_schema` does it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pushmask._core import Grammar
from pushmask.errors import GrammarError
from pushmask.schema.tools import Tool, call_schema, tools_schema

# What could lead out of a schema's text, as json.dumps writes it: an id (`id` in the oldest
# drafts), and a reference that begins with something else than a fragment.
LEADS_OUT = re.compile(r'"\$id"|json-schema\.org/draft-0[34]|[rR]ef": "(?!#)')


def calls_grammar(tools: Sequence[Tool], *, arguments: str, source_name: str) -> Grammar:
    """Return the grammar of a call of one of the tools.

    Args:
        tools: their names are distinct.
        arguments: the name of a call's member that has the arguments.
        source_name: what diagnostics call the tools.

    Raises:
        SchemaError, UnsupportedError, LimitError: as `tools_schema` and `Grammar.from_json_schema`.
    """
    documents = {f"tool:{tool.name()}": tool.parameters_text() for tool in tools}
    if not any(LEADS_OUT.search(text) for text in documents.values()):
        calls = [
            call_schema(tool.name(), arguments, {"$ref": f"tool:{tool.name()}"}) for tool in tools
        ]
        try:
            return Grammar.from_json_schema(
                {"anyOf": calls}, documents=documents, source_name=source_name
            )
        except GrammarError:
            pass  # errors about the whole schema say where in the list of tools they are
    schema = tools_schema(tools, arguments=arguments, source_name=source_name)
    return Grammar.from_json_schema(schema, source_name=source_name)
