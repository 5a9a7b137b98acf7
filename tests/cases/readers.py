# SPDX-License-Identifier: Apache-2.0
"""Other readers of the languages of grammars/: each takes a text, or raises an error.

A reader says more than a context-free grammar can where it knows what names stand for. It raises
`ExcusedError` for texts that it refuses for such a reason, and for those about which it is wrong by
its standard; each place gives the reason.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import sqlite3
import warnings
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from datetime import datetime, time
from email import policy

import pytest

from cases.corpus import tomllib
from cases.scheme import read_scheme
from cases.translated import (
    read_c,
    read_cypher,
    read_graphql,
    read_lua,
    read_markdown_table,
    read_pgn,
)
from cases.verdicts import ExcusedError, RefusedError

SQLITE = (3, 39)  # the first with `IS DISTINCT FROM`


def read_json(text: str) -> None:
    json.loads(text)


def read_jsonl(text: str) -> None:
    for line in text.removesuffix("\n").split("\n"):
        json.loads(line)


def read_csv(text: str) -> None:
    list(csv.reader(io.StringIO(text, newline=""), strict=True))


def read_arithmetic(text: str) -> None:
    # Python has no leading zeros, another sign for powers, and takes the depth of `((` for a bomb.
    ast.parse(re.sub(r"(?<![\d.])0+(?=\d)", "", text).replace("^", "**").strip(), mode="eval")


def read_iso8601(text: str) -> None:
    for part in text.split("/"):
        if "P" in part:
            pytest.importorskip("isoduration").parse_duration(part.replace(",", "."))
        else:
            read_point(part)


def read_point(text: str) -> None:
    """Read a date, a time or both."""
    day, has_date, clock = text.rpartition("T") if "T" in text else ("", "", "")
    if not has_date:
        day, clock = ("", text) if ":" in text else (text, "")
    if day.startswith("0000"):
        raise ExcusedError("Python has no year 0")
    layout = "%G-W%V-%u" if "W" in day else "%Y-%j" if len(day) == 8 else "%Y-%m-%d"
    if "W53" in day:
        raise ExcusedError("which years have a week 53 is not context-free")
    if day:
        datetime.strptime(day, layout)
    if clock:
        # Longer fractions and `Z` are read from Python 3.11 on.
        clock = re.sub(r"[.,]\d+", "", clock).replace("Z", "+00:00")
        time.fromisoformat(clock)


def read_uri(text: str) -> None:
    if not pytest.importorskip("rfc3986_validator").validate_rfc3986(text, rule="URI"):
        raise RefusedError(text)


def read_email(text: str) -> None:
    header = policy.default.header_factory("to", text)
    if header.defects or len(header.addresses) != 1:
        raise RefusedError(header.defects)


def read_semver(text: str) -> None:
    pytest.importorskip("semver").Version.parse(text)


def read_toml(text: str) -> None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # That a key is defined once is not context-free.
        if re.match("Cannot (declare|overwrite|redefine|mutate)|Duplicate", str(error)):
            raise ExcusedError(error) from None
        raise


def read_sql(text: str) -> None:
    if sqlite3.sqlite_version_info < SQLITE:
        pytest.skip(f"needs SQLite {'.'.join(map(str, SQLITE))}")
    database = sqlite3.connect(":memory:")
    try:
        database.execute(text)
    except sqlite3.Error as error:
        # SQLite looks for tables, columns and functions when it has read the whole text.
        if re.search("syntax error|unrecognized token|incomplete input|near ", str(error)):
            raise
    finally:
        database.close()
    sqlglot = pytest.importorskip("sqlglot")
    try:
        sqlglot.parse_one(text, dialect="postgres")
    except sqlglot.errors.ParseError as error:
        if re.search("Required keyword|number of provided arguments", str(error)):
            raise ExcusedError("sqlglot counts the arguments of functions that it knows") from None
        if re.search(r"\*\s+except\s", text, re.IGNORECASE):
            raise ExcusedError("sqlglot takes `* EXCEPT` for BigQuery's") from None
        raise


def read_python(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", message="invalid")  # escapes and numbers
        ast.parse(text)


def read_xml(text: str) -> None:
    ElementTree.fromstring(f"<root>{text}</root>")


def read_yaml(text: str) -> None:
    pytest.importorskip("yaml").compose(text)


def read_regex(text: str) -> None:
    pytest.importorskip("regex").compile(text)


def read_cron(text: str) -> None:
    if text.startswith("@"):
        raise ExcusedError("cronsim knows the five fields only")
    cronsim = pytest.importorskip("cronsim")
    try:
        cronsim.CronSim(text, datetime(2024, 1, 1))
    except cronsim.CronSimError as error:
        if str(error) == "Bad day-of-month":
            raise ExcusedError("none of the months has one of the days") from None
        raise


READERS: dict[str, Callable[[str], None]] = {
    "arithmetic": read_arithmetic,
    "c": read_c,
    "cron": read_cron,
    "csv": read_csv,
    "cypher": read_cypher,
    "email": read_email,
    "graphql": read_graphql,
    "iso8601": read_iso8601,
    "json": read_json,
    "json_compact": read_json,
    "jsonl": read_jsonl,
    "lua": read_lua,
    "markdown_table": read_markdown_table,
    "pgn": read_pgn,
    "python": read_python,
    "regex": read_regex,
    "s_expression": read_scheme,
    "semver": read_semver,
    "sql_select": read_sql,
    "toml": read_toml,
    "uri": read_uri,
    "xml_fragment": read_xml,
    "yaml": read_yaml,
}
