# SPDX-License-Identifier: Apache-2.0
"""Patterns of ECMA-262, as Python's `re` has to write them to mean the same.

Source: ECMA-262, "Patterns", with the `u` flag: `.` leaves out four line ends, `$` is the end of
the text, `\\d` and `\\w` are ASCII, `\\s` is Unicode white space, which Python has another list of.
"""

from __future__ import annotations

import re
from typing import Any

LINE_ENDS = r"\n\r\u2028\u2029"
SPACES = r"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
NOT_SPACES = (
    r"\x00-\x08\x0e-\x1f\x21-\x9f\xa1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e"
    r"\u2030-\u205e\u2060-\u2fff\u3001-\ufefe\uff00-\U0010ffff"
)


def to_python(pattern: str) -> str:
    """Translate a pattern.

    Raises:
        re.error: Python cannot say the same.
    """
    # A group, because jsonschema joins patterns to one.
    out, in_class, index = ["(?a:"], False, 0
    while index < len(pattern):
        if pattern[index] == "\\":
            out.append(escape(pattern[index : index + 2], in_class))
            index += 2
            continue
        char = pattern[index]
        if in_class:
            # Python warns of what may become set operations.
            out.append("\\" + char if char in "[&~|" else char)
            in_class = char != "]"
        elif char in ".$":
            out.append(rf"[^{LINE_ENDS}]" if char == "." else r"\Z")
        elif pattern.startswith("(?<", index) and pattern[index + 3 : index + 4] not in {"=", "!"}:
            out.append("(?P")
            index += 1
        else:
            out.append(char)
            in_class = char == "["
        index += 1
    translated = "".join([*out, ")"])
    re.compile(translated)
    return translated


def escape(text: str, in_class: bool) -> str:
    """Translate a backslash and the character behind it."""
    if text in {r"\s", r"\S"}:
        members = SPACES if text == r"\s" else NOT_SPACES
        return members if in_class else f"[{members}]"
    if text in {r"\p", r"\P"}:
        raise re.error("Python has no properties of characters")
    return text


def translate_schema(schema: Any) -> Any:
    """Translate the patterns of a schema, and of the schemas in it.

    Raises:
        re.error: Python cannot say one of them.
    """
    if isinstance(schema, list):
        return [translate_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    translated: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "pattern" and isinstance(value, str):
            translated[key] = to_python(value)
        elif key == "patternProperties" and isinstance(value, dict):
            translated[key] = {to_python(k): translate_schema(v) for k, v in value.items()}
        else:
            translated[key] = translate_schema(value)
    return translated
