# SPDX-License-Identifier: Apache-2.0
"""What brings a text of each grammar to its end, the best first: what a random walk ends with."""

from __future__ import annotations

SEPARATOR = "¦"
DEFAULT = "\n¦;¦}¦)¦]¦>¦\"¦'¦0¦a¦ ¦:"
PIECES = {
    "c": ";¦}¦)¦]¦\"¦'¦*/¦\n¦1¦a¦ ¦{¦(¦:¦while",
    "cypher": "'¦\"¦`¦}¦]¦)¦ THEN 1¦ END¦ AS a¦1¦a¦ RETURN 1¦ ¦-¦(",
    "email": '"¦]¦@¦a¦>¦ <a@b>¦<',
    "graphql": '"¦\n¦}¦)¦]¦a¦:¦{¦ on A¦ ',
    "json": '"¦}¦]¦:¦0¦e¦l¦u',
    "json_compact": '"¦}¦]¦:¦0¦e¦l¦u',
    "jsonl": '"¦}¦]¦:¦0¦e¦l¦u',
    "lua": "]]¦]=]¦]==]¦\n¦}¦)¦]¦ end¦ do ¦ then ¦ = 1¦1¦a¦\"¦'¦ ",
    "markdown_table": "|¦-¦\n¦|-¦ ",
    "python": (
        "\n¦)¦]¦}¦\"¦'¦: pass¦:¦a¦1¦ in a¦ else a¦ import a¦(¦"
        "    pass¦        pass¦            pass"
    ),
    "sql_select": (
        "'¦\"¦)¦ THEN 1¦ END¦ AS a¦ AND 1¦*¦ ON 1¦1¦a¦ ¦(¦ NULL¦ ROW¦ PRECEDING¦ FROM t¦ SELECT 1"
    ),
    "toml": "\"¦'¦}¦]¦\n¦=¦0¦a",
    "xml_fragment": (
        "</p>¦</div>¦</b>¦</i>¦</a>¦</li>¦</ul>¦</td>¦</tr>¦</table>¦</h1>¦</pre>¦-->¦>¦\"¦'¦;¦/>¦="
    ),
    "yaml": "\n¦\"¦'¦]¦}¦: a¦a¦0",
}


def closing(name: str) -> list[bytes]:
    """List the pieces of a grammar."""
    return PIECES.get(name, DEFAULT).encode().split(SEPARATOR.encode())
