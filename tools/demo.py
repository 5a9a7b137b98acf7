# SPDX-License-Identifier: Apache-2.0
"""What `make demo` runs: a real model writes JSON for a schema, and `jsonschema` judges it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema
from rich.console import Console

from pushmask import Grammar
from pushmask.cli.generate import Options, generate, statistics_table

SCHEMA = Path(__file__).resolve().parents[1] / "examples" / "person.json"
PROMPT = "Describe Marie, a baker from Lyon, as JSON."


def main() -> int:
    """Generate, validate, print; return the exit status."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    grammar = Grammar.from_json_schema(schema)
    options = Options(PROMPT, model="smollm2", temperature=0.0, seed=0, max_tokens=512)
    outcome = generate(grammar, options, Console(stderr=True))
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    validator.validate(json.loads(outcome.text))  # raises ValidationError
    print("valid")
    Console().print(statistics_table(outcome))
    return 0


if __name__ == "__main__":
    sys.exit(main())
