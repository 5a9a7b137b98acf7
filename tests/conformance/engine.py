# SPDX-License-Identifier: Apache-2.0
"""The engine as the conformance suites see it: a schema is a set of JSON texts, or is refused.

Texts are fed as bytes, so the vocabulary is one token for each byte and no tokenizer is needed.
"""

from __future__ import annotations

import faulthandler
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from pushmask import (
    CompiledGrammar,
    Compiler,
    EmptyLanguageError,
    Error,
    Grammar,
    LimitError,
    UnsupportedError,
    Vocabulary,
)

Json = Any
Schema = Any
Result = TypeVar("Result")

# Whether `Grammar.from_json_schema` takes `formats`, `fractional_integers` and `documents`.
TAKES_DIALECT_OPTIONS = False
# Whether it reads a schema as the draft that `$schema` names has it.
READS_OLDER_DRAFTS = False

COMPILER = Compiler(Vocabulary([*(bytes([b]) for b in range(256)), b"</s>"], stop_token_ids=[256]))


@dataclass(frozen=True, slots=True)
class Options:
    """How a schema is read: the keywords of `Grammar.from_json_schema`."""

    property_order: Literal["any", "schema"] = "any"
    whitespace: Literal["flexible", "compact", "indented"] = "flexible"
    formats: Literal["enforce", "annotate"] = "enforce"
    fractional_integers: bool = False
    documents: Mapping[str, Schema] = field(default_factory=dict)


def read_schema(schema: Schema, options: Options) -> Grammar:
    """Make a schema's grammar; what the engine does not take yet is left out of the call."""
    arguments: dict[str, Any] = {
        "property_order": options.property_order,
        "whitespace": options.whitespace,
    }
    if TAKES_DIALECT_OPTIONS:
        arguments |= {
            "formats": options.formats,
            "fractional_integers": options.fractional_integers,
            "documents": options.documents,
        }
    return Grammar.from_json_schema(schema, **arguments)


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a schema.

    `status` is "compiled"; "empty": the engine says that nothing validates; "refused": it says
    that it cannot enforce the schema; or "error". `reason` is the refused feature or the name of
    the limit, or the class of the error.
    """

    status: Literal["compiled", "empty", "refused", "error"]
    reason: str = ""
    grammar: CompiledGrammar | None = None

    def accepts(self, text: bytes) -> bool:
        """Whether the text is in the language; always False without a grammar."""
        if self.grammar is None:
            return False
        matcher = self.grammar.matcher()
        return matcher.accept_bytes(text) and matcher.can_stop


def read(schema: Schema, options: Options) -> Reading:
    """Compile a schema, or say why that cannot be."""
    try:
        return Reading("compiled", grammar=COMPILER.compile(read_schema(schema, options)))
    except EmptyLanguageError:
        return Reading("empty")
    except UnsupportedError as error:
        return Reading("refused", error.feature)
    except LimitError as error:
        return Reading("refused", error.limit)
    except Error as error:
        return Reading("error", type(error).__name__)


def dumps(value: Json) -> bytes:
    """Write a value as the suites do: characters as they are, one space after `,` and `:`."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


VERDICTS = ("exact", "order", "refused", "rejects_valid", "accepts_invalid", "both", "error")


def verdict(reading: Reading, accepted: Sequence[bool], valid: Sequence[bool]) -> str:
    """Compare with the labels of the instances; gives one of VERDICTS, "order" never."""
    if reading.status in {"refused", "error"}:
        return reading.status
    rejects_valid = any(label and not was for was, label in zip(accepted, valid, strict=True))
    accepts_invalid = any(was and not label for was, label in zip(accepted, valid, strict=True))
    if rejects_valid:
        return "both" if accepts_invalid else "rejects_valid"
    return "accepts_invalid" if accepts_invalid else "exact"


def guarded(name: str, seconds: float, work: Callable[[], Result]) -> Result:
    """Do some work; if it takes longer, even in native code, end the process.

    The traceback on stderr then names the culprit: `name` is the file of the frame that calls it.
    pytest captures stderr and loses it; tools/run_suites.py shows it.
    """
    scope: dict[str, Any] = {"work": work}
    code = compile("result = work()", name, "exec")
    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        exec(code, scope)
    finally:
        faulthandler.cancel_dump_traceback_later()
    result: Result = scope["result"]
    return result
