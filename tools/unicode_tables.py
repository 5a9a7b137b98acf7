# SPDX-License-Identifier: Apache-2.0
"""Write cpp/src/text/unicode_tables.cc: properties of characters, and how their cases fold.

The Unicode Character Database is read through the `regex` package, whose tables are made from it;
its release decides the version of Unicode, so the one used is pinned here. What RFC 5892 derives
for domain names is read through the `idna` package.

    pip install regex==2026.5.9 idna==3.20
    python tools/unicode_tables.py > cpp/src/text/unicode_tables.cc
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import version

import regex
from idna import idnadata
from regex import _regex, _regex_core

UNICODE_VERSION = "17.0.0"
REGEX_VERSION = "2026.5.9"
IDNA_VERSION = "3.20"
SURROGATES = range(0xD800, 0xE000)
# Names as \p{..} may spell them, after lower-casing and dropping `_`; the first is the short one.
CATEGORIES = {
    "cn": "unassigned",
    "lu": "uppercaseletter",
    "ll": "lowercaseletter",
    "lt": "titlecaseletter",
    "lm": "modifierletter",
    "lo": "otherletter",
    "mn": "nonspacingmark",
    "mc": "spacingmark",
    "me": "enclosingmark",
    "nd": "decimalnumber",
    "nl": "letternumber",
    "no": "othernumber",
    "pc": "connectorpunctuation",
    "pd": "dashpunctuation",
    "ps": "openpunctuation",
    "pe": "closepunctuation",
    "pi": "initialpunctuation",
    "pf": "finalpunctuation",
    "po": "otherpunctuation",
    "sm": "mathsymbol",
    "sc": "currencysymbol",
    "sk": "modifiersymbol",
    "so": "othersymbol",
    "zs": "spaceseparator",
    "zl": "lineseparator",
    "zp": "paragraphseparator",
    "cc": "control",
    "cf": "format",
    "cs": "surrogate",
    "co": "privateuse",
}
# In the Turkic languages these fold otherwise, which `regex` leaves open; the default is this.
TURKIC = {0x49: 0x69, 0x130: 0x130, 0x131: 0x131}
# Only what RFC 5892, appendix A.1, and RFC 5893, section 2, ask for.
BIDI_CLASSES = ("l", "r", "al", "an", "en", "es", "cs", "et", "on", "bn", "nsm")
JOINING_TYPES = ("l", "r", "d", "t")
OTHER_PROPERTIES = ("Alphabetic", "Lowercase", "Uppercase")
VALUE_BITS = 8


def scripts() -> dict[str, str]:
    """Return short name -> long name, normalised; the first entry is Unknown."""
    names: dict[int, list[str]] = {}
    for name, value in _regex_core.PROPERTIES["SCRIPT"][1].items():
        names.setdefault(value, []).append(name.lower())
    # Short names are the four-letter codes of ISO 15924; `qaac` and `qaai` are private aliases.
    pairs = {}
    for _, aliases in sorted(names.items()):
        short = next((a for a in aliases[1:] if len(a) == 4 and not a.startswith("qaa")), None)
        pairs[short or aliases[0]] = aliases[0]
    return pairs


def all_text() -> str:
    """Return every scalar value in order, with a NUL in the place of each surrogate."""
    return "".join("\0" if c in SURROGATES else chr(c) for c in range(0x110000))


def value_runs(prefix: str, values: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield (first code point, value index) for each run of code points with one value."""
    text = all_text()
    table = bytearray(len(text))
    for index, value in enumerate(values):
        if value == "other":
            continue
        if value == "cs" and prefix == "gc":
            table[SURROGATES.start : SURROGATES.stop] = bytes([index]) * len(SURROGATES)
            continue
        for match in regex.finditer(rf"\p{{{prefix}={value}}}+", text):
            for c in range(*match.span()):
                if c not in SURROGATES:
                    table[c] = index
    for c, value_index in enumerate(table):
        if c == 0 or value_index != table[c - 1]:
            yield c, value_index


def property_runs(name: str) -> Iterator[tuple[int, int]]:
    """Yield (first code point, 1 or 0) for each run inside or outside the binary property."""
    for match in regex.finditer(rf"\p{{Other_{name}}}+", all_text()):
        yield match.start(), 1
        yield match.end(), 0


def domain_runs() -> Iterator[tuple[int, int]]:
    """Yield (first code point, 1 or 0) for each run inside or outside PVALID (RFC 5892)."""
    assigned = regex.compile(r"\P{gc=Cn}")
    valid = bytearray(0x110000)
    for packed in idnadata.codepoint_classes["PVALID"]:
        for c in range(packed >> 32, packed & 0xFFFFFFFF):
            valid[c] = assigned.match(chr(c)) is not None
    for c, value in enumerate(valid):
        if value != (valid[c - 1] if c else 0):
            yield c, value


def case_foldings() -> Iterator[tuple[int, int]]:
    """Yield (code point, what it folds to) for each that simple case folding changes."""
    for c, character in enumerate(all_text()):
        folded = _regex.fold_case(regex.UNICODE | regex.IGNORECASE, character)
        target = TURKIC.get(c, ord(folded))
        if target != c and c not in SURROGATES:
            yield c, target


def folding_runs() -> list[list[int]]:
    """Return [first, last, stride, delta] for code points at equal steps and distances."""
    runs: list[list[int]] = []
    for c, target in case_foldings():
        if runs:
            first, last, stride, delta = run = runs[-1]
            step = c - last
            if delta == target - c and step <= 2 and (first == last or step == stride):
                run[1:3] = c, step
                continue
        runs.append([c, c, 1, target - c])
    return runs


def print_foldings() -> None:
    print("constexpr CaseFoldingRun kCaseFoldingRuns[] = {")
    for first, last, stride, delta in folding_runs():
        print(f"    {{0x{first:X}, 0x{last:X}, {stride}, {delta}}},")
    print("};\n")


def print_runs(name: str, runs: Iterable[tuple[int, int]]) -> None:
    words = [f"0x{first << VALUE_BITS | value:X}," for first, value in runs]
    print(f"constexpr std::uint32_t {name}[] = {{")
    line = "   "
    for word in words:
        if len(line) + 1 + len(word) > 100:
            print(line)
            line = "   "
        line += " " + word
    print(line + "\n};\n")


def print_names(name: str, values: dict[str, str]) -> None:
    print(f"constexpr PropertyValue {name}[] = {{")
    for short, long in values.items():
        print(f'    {{"{short}", "{long}"}},')
    print("};\n")


def main() -> None:
    """Print the whole file."""
    if version("regex") != REGEX_VERSION or version("idna") != IDNA_VERSION:
        sys.exit(f"regex {REGEX_VERSION} holds Unicode {UNICODE_VERSION}; another may not")
    print("// SPDX-License-Identifier: Apache-2.0")
    print(f"// Made by tools/unicode_tables.py from Unicode {UNICODE_VERSION}; do not edit.")
    print("// A run is its first code point << 8 | the index of its value.")
    print('#include "text/unicode_tables.h"\n')
    print("// clang-format off\nnamespace pushmask::text {\nnamespace {\n")
    print_names("kCategoryNames", CATEGORIES)
    print_runs("kCategoryRuns", value_runs("gc", CATEGORIES))
    print_names("kScriptNames", scripts())
    print_runs("kScriptRuns", value_runs("sc", scripts()))
    for name in OTHER_PROPERTIES:
        print_runs(f"kOther{name}Runs", property_runs(name))
    print_runs("kDomainValidRuns", domain_runs())
    print_names("kBidiNames", dict.fromkeys(("other", *BIDI_CLASSES), ""))
    print_runs("kBidiRuns", value_runs("bc", ("other", *BIDI_CLASSES)))
    print_names("kJoiningNames", dict.fromkeys(("other", *JOINING_TYPES), ""))
    print_runs("kJoiningRuns", value_runs("jt", ("other", *JOINING_TYPES)))
    print_runs("kViramaRuns", value_runs("ccc", ("0", "9")))
    print_foldings()
    print("}  // namespace\n")
    print("constinit const EnumeratedProperty kGeneralCategory = {kCategoryNames, kCategoryRuns};")
    print("constinit const EnumeratedProperty kScript = {kScriptNames, kScriptRuns};")
    print("constinit const EnumeratedProperty kBidiClass = {kBidiNames, kBidiRuns};")
    print("constinit const EnumeratedProperty kJoiningType = {kJoiningNames, kJoiningRuns};")
    for name in ("DomainValid", "Virama"):
        print(f"constinit const std::span<const std::uint32_t> k{name} = k{name}Runs;")
    for name in OTHER_PROPERTIES:
        print(f"constinit const std::span<const std::uint32_t> kOther{name} = kOther{name}Runs;")
    print("constinit const std::span<const CaseFoldingRun> kCaseFolding = kCaseFoldingRuns;")
    print("\n}  // namespace pushmask::text")


if __name__ == "__main__":
    main()
