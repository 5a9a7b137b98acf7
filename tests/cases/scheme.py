# SPDX-License-Identifier: Apache-2.0
"""A reader of Scheme's data, written from R7RS-small, section 7.1, and from nothing else.

By recursive descent, as the report has it: a datum is an atom, a list, a vector, a bytevector or an
abbreviation. An atom goes on until a delimiter (section 7.1.1) and is then one kind of token or
none. What grammars/s_expression.ebnf leaves out is left out here too, where that is noted.
"""

from __future__ import annotations

import re

from cases.verdicts import RefusedError

DELIMITERS = ' \t\n\r|()";'
# Comments end with the line; nested and datum comments are left out.
ATMOSPHERE = re.compile(r"(?:[ \t\n\r]|;[^\n\r]*(?:\n|\r|$))*")
INITIAL = r"[A-Za-z!$%&*/:<=>?^_~]"
SUBSEQUENT = rf"(?:{INITIAL}|[0-9+\-.@])"
SIGN_SUBSEQUENT = rf"(?:{INITIAL}|[+\-@])"
IDENTIFIER = re.compile(
    rf"{INITIAL}{SUBSEQUENT}*|[+-](?:{SIGN_SUBSEQUENT}{SUBSEQUENT}*)?"
    rf"|[+-]?\.(?:{SIGN_SUBSEQUENT}|\.){SUBSEQUENT}*"
)
# Of base ten, exact or not, neither complex nor infinite.
NUMBER = re.compile(r"[+-]?(?:\d+/(?P<below>\d+)|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)", re.ASCII)
CHARACTERS = {
    "alarm", "backspace", "delete", "escape", "newline", "null", "return", "space", "tab",
}  # fmt: skip
ESCAPE = re.compile(r'\\(?:[abtnr"\\|]|x[0-9a-fA-F]+;)')


class Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def skip(self) -> None:
        found = ATMOSPHERE.match(self.text, self.at)
        assert found is not None
        self.at = found.end()

    def takes(self, mark: str) -> bool:
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def datum(self) -> None:
        self.skip()
        if any(self.takes(prefix) for prefix in ("'", "`", ",@", ",")):
            self.datum()
        elif self.takes("#u8("):
            while not self.closes():
                number = self.atom()
                if not re.fullmatch(r"\+?\d+", number, re.ASCII) or int(number) > 255:
                    raise RefusedError(f"the byte {number!r}")
        elif self.takes("#("):
            while not self.closes():
                self.datum()
        elif self.takes("("):
            self.rest_of_list()
        elif self.takes('"') or self.takes("|"):
            self.quoted(self.text[self.at - 1])
        else:
            self.check_atom(self.atom())

    def closes(self) -> bool:
        self.skip()
        return self.takes(")")

    def rest_of_list(self) -> None:
        if self.closes():
            return
        self.datum()
        while not self.closes():
            if re.compile(r"\.[ \t\n\r|()\";]").match(self.text, self.at):
                self.at += 1
                self.datum()
                if not self.closes():
                    raise RefusedError("something behind the datum behind a dot")
                return
            self.datum()

    def quoted(self, mark: str) -> None:
        while not self.takes(mark):
            found = ESCAPE.match(self.text, self.at)
            if self.at == len(self.text) or (self.text[self.at] == "\\" and not found):
                raise RefusedError(f"no end of {mark} or a wrong escape")
            self.at = found.end() if found else self.at + 1

    def atom(self) -> str:
        begin = self.at
        if self.takes("#\\"):
            self.at += 1  # any character, a delimiter too
        while self.at < len(self.text) and self.text[self.at] not in DELIMITERS:
            self.at += 1
        return self.text[begin : self.at]

    def check_atom(self, atom: str) -> None:
        if atom.startswith("#\\"):
            name = atom[2:]
            is_right = len(name) == 1 or name in CHARACTERS or re.fullmatch("x[0-9a-fA-F]+", name)
        else:
            number = NUMBER.fullmatch(atom)
            is_right = atom in ("#t", "#f", "#true", "#false") or IDENTIFIER.fullmatch(atom)
            is_right = is_right or (number and not re.fullmatch("0+", number["below"] or "1"))
        if not is_right:
            raise RefusedError(f"no token: {atom!r}")


def read_scheme(text: str) -> None:
    """Read one datum, and nothing behind it but atmosphere."""
    reader = Reader(text)
    try:
        reader.datum()
    except RecursionError:
        raise RefusedError("nested too deep for Python") from None
    reader.skip()
    if reader.at < len(text):
        raise RefusedError(f"something behind the datum: {text[reader.at :]!r}")
