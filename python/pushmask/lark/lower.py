# SPDX-License-Identifier: Apache-2.0
"""Lark's rules to a grammar: what they derive over the terminals' texts and ignored text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import lark
from lark.grammar import NonTerminal, Terminal

from pushmask._core import Expression, Grammar, GrammarBuilder, Rule
from pushmask.errors import EmptyLanguageError, LimitError
from pushmask.lark.extensions import Extensions
from pushmask.lark.ignored import Ignored
from pushmask.lark.load import Definitions, too_deep
from pushmask.lark.operators import UNBOUNDED
from pushmask.lark.pattern.characters import EVERYTHING
from pushmask.lark.source import Source, limited, syntax_error, unsupported, with_place
from pushmask.lark.terminals import Terminals, Text

MAX_INSTANCES = 10_000  # of templates

# What a template's parameter stands for: a name for it, and the language unless it is a template.
Argument = tuple[str, Expression | None]


class Lowering:
    """Lowers the rules that the start rule reaches."""

    def __init__(self, source: Source, definitions: Definitions, extensions: Extensions) -> None:
        self.source = source
        self.definitions = definitions
        self.builder = GrammarBuilder()
        self.terminals = Terminals(source, extensions, self.builder)
        self.rules: dict[str, Rule] = {}
        self.terminal_rules: dict[str, Expression] = {}
        self.pending: list[tuple[Rule, str, dict[str, Argument]]] = []
        self.lexemes: dict[str, tuple[Rule, Expression]] = {}  # rules with options on their text
        self.ignored = Ignored(self.builder)
        self.options = extensions.options
        self.text = self.builder.source(source.name, source.text.encode(errors="replace").decode())
        self.offsets = source.offsets()

    def run(self, start: str) -> Grammar:
        """Return the grammar of a start rule."""
        if start not in self.definitions.rules or self.definitions.rules[start][0]:
            names = [n for n, (params, _) in self.definitions.rules.items() if not params]
            hint = f"the grammar defines {', '.join(names[:8])}" if names else ""
            message = f"the start rule '{start}' is not defined"
            raise syntax_error(self.source.place(0, 0, message, hint))
        root = self.builder.rule("root")
        try:
            ignored = [self.terminal_text(name) for name in self.definitions.ignored]
            self.ignored.set(ignored, self.texts_from(start))
            self.warn_of_unsure(ignored)
            text = (self.ignored.between, self.rule(start, start, {}), self.ignored.at_end)
            self.builder.define(root, self.builder.sequence(*text))
            while self.pending:
                rule, name, arguments = self.pending.pop()
                try:
                    self.define(rule, name, arguments)
                except LimitError as error:
                    raise self.at_rule(name, error) from None
            return self.builder.finish(root, source_name=self.source.name)
        except EmptyLanguageError as error:
            inner = error.diagnostic
            message = f"the grammar matches nothing: rule '{start}' can never be completed"
            hint = "" if inner is None else inner.hint
            raise with_place(error, self.source.at_name(start, message, hint)) from None
        except RecursionError:
            raise too_deep(self.source) from None

    def at_rule(self, name: str, error: LimitError) -> LimitError:
        if error.diagnostic is not None:
            return error
        hint = "give parts of it rules of their own"
        place = self.source.at_name(name, f"rule '{name}': {error}", hint)
        return limited(place, error.limit, error.bound, error.reached)

    def new_rule(self, name: str) -> Rule:
        """Add a rule for one of the grammar's rules or terminals."""
        offset = self.offsets.get(name)
        if offset is None:  # from an import, or made by lark
            return self.builder.rule(name)
        name = self.source.names.get(name, name)
        return self.builder.rule(name, source=self.text, offset=offset)

    def define(self, rule: Rule, name: str, arguments: dict[str, Argument]) -> None:
        """Give a rule its body and its options.

        With options on its text a rule is one terminal, as in llguidance: no ignored text stands
        inside of it, and what may stand behind it is not the options'.
        """
        options = self.options.get(name)
        if options is None:
            self.builder.define(rule, self.definition(name, arguments))
            return
        if name not in self.lexemes and options.regular() and self.definitions.ignored:
            message = f"the option '{options.regular()}' on '{name}', which is more than a terminal"
            hint = "with %ignore, ignored text may stand inside of it"
            place = self.source.place(options.start, options.end - options.start, message, hint)
            raise unsupported(place, f"rule option '{options.regular()}' beside %ignore")
        inside, text = rule, None
        if name in self.lexemes:
            inside, text = self.lexemes[name]
        self.builder.define(
            inside,
            text or self.definition(name, arguments),
            capture=options.capture,
            lazy=options.lazy,
            max_chars=options.max_chars,
            max_tokens=options.max_tokens,
            stop=options.stop,
            suffix=options.suffix,
            temperature=options.temperature,
        )
        if text is not None:
            whole = Text(self.builder.ref(inside), EVERYTHING)
            self.builder.define(rule, self.ignored.around(whole))

    def lexeme(self, node: Any) -> Expression | None:
        """Return what a part of a rule matches without ignored text; None if it names rules."""
        if isinstance(node, Terminal):
            return self.terminal_text(str(node.name)).expression
        if isinstance(node, NonTerminal) or node.data == "template_usage":
            return None
        if node.data in ("literal", "range"):
            return self.terminals.inline(node).expression
        if node.data in ("value", "alias"):
            return self.lexeme(node.children[0])
        parts = node.children if node.data in ("expansions", "expansion") else node.children[:1]
        found = [self.lexeme(part) for part in parts]
        texts = [text for text in found if text is not None]
        if len(texts) < len(found):
            return None
        if node.data == "expr":
            return self.repeated(texts[0], node.children)
        if node.data == "maybe":
            return self.builder.optional(texts[0])
        build = self.builder.choice if node.data == "expansions" else self.builder.sequence
        return build(*texts)

    def warn_of_unsure(self, ignored: list[Text]) -> None:
        for name, text in zip(self.definitions.ignored, ignored, strict=True):
            if text in self.ignored.unsure:
                message = "ignored text may end here before it has to"
                hint = "end it with a character that nothing else begins with"
                self.builder.warn(self.source.at_name(name, message, hint))

    def terminal_text(self, name: str) -> Text:
        return self.terminals.lower(name, self.definitions.terminals[name])

    def texts_from(self, start: str) -> list[Text]:
        """Return the terminals that the start rule can reach."""
        texts = []
        seen: set[str] = set()
        work: list[Any] = [NonTerminal(start)]
        while work:
            node = work.pop()
            if isinstance(node, (NonTerminal, Terminal)):
                name = str(node.name)
                if name in seen:
                    continue
                seen.add(name)
                if isinstance(node, Terminal):
                    texts.append(self.terminal_text(name))
                elif name in self.options and self.options[name].suffix:
                    # Where the rule's own text is empty the suffix comes first.
                    first = ord((self.options[name].suffix or " ")[0])
                    texts.append(Text(self.builder.empty(), ((first, first),)))
                    work.append(self.definitions.rules[name][1])
                elif name in self.definitions.rules:  # and no template's parameter
                    work.append(self.definitions.rules[name][1])
            elif isinstance(node, lark.Tree) and node.data in ("literal", "range"):
                texts.append(self.terminals.inline(node))
            elif isinstance(node, lark.Tree) and node.data == "alias":
                work.append(node.children[0])
            elif isinstance(node, lark.Tree):
                work.extend(node.children)
        return texts

    def rule(self, key: str, name: str, arguments: dict[str, Argument]) -> Expression:
        """Return a reference to a rule, or to an instance of a template, called `key`."""
        if key not in self.rules:
            if len(self.rules) - len(self.definitions.rules) > MAX_INSTANCES:
                message = f"templates have more than {MAX_INSTANCES} instances"
                hint = "a template that uses itself with new arguments never ends"
                place = self.source.at_name(name, f"{message} (limit max_instances)", hint)
                raise limited(place, "max_instances", MAX_INSTANCES, MAX_INSTANCES + 1)
            if name in self.options and not self.definitions.rules[name][0]:
                text = self.lexeme(self.definitions.rules[name][1])
                if text is not None:
                    self.lexemes[name] = (self.new_rule(name), text)
            self.rules[key] = self.new_rule(name)
            self.pending.append((self.rules[key], name, arguments))
        return self.builder.ref(self.rules[key])

    def definition(self, name: str, arguments: dict[str, Argument]) -> Expression:
        """Return a rule's body.

        Where it begins with the rule itself, as in `sum: sum "+" n | n`, that is a repetition of
        what comes after: `n ("+" n)*`.
        """
        bases, steps = [], []
        for alternative in _alternatives(self.definitions.rules[name][1]):
            items = alternative.children
            if not arguments and items and _rule_name(items[0]) == name:
                steps.append(self.sequence(items[1:], arguments))
            else:
                bases.append(self.sequence(items, arguments))
        return self.builder.sequence(
            self.builder.choice(*bases), self.builder.star(self.builder.choice(*steps))
        )

    def sequence(self, items: list[Any], arguments: Mapping[str, Argument]) -> Expression:
        return self.builder.sequence(*(self.lower(item, arguments) for item in items))

    def lower(self, node: Any, arguments: Mapping[str, Argument]) -> Expression:
        """Return the language of a part of a rule."""
        if isinstance(node, Terminal):
            return self.terminal(str(node.name))
        if isinstance(node, NonTerminal):
            name = str(node.name)
            given = arguments[name][1] if name in arguments else self.plain_rule(name)
            if given is None:
                message = f"the template '{name}' is used without arguments"
                raise syntax_error(self.source.at_name(name, message, f"write {name}{{..}}"))
            return given
        children = node.children
        if node.data == "expansions":
            return self.builder.choice(*(self.lower(child, arguments) for child in children))
        if node.data == "expansion":
            return self.sequence(children, arguments)
        if node.data in ("value", "alias"):
            return self.lower(children[0], arguments)
        if node.data == "maybe":
            return self.builder.optional(self.lower(children[0], arguments))
        if node.data == "expr":
            return self.repeat(children, arguments)
        if node.data == "template_usage":
            return self.template(children, arguments)
        return self.ignored.around(self.terminals.inline(node))

    def repeat(self, children: list[Any], arguments: Mapping[str, Argument]) -> Expression:
        return self.repeated(self.lower(children[0], arguments), children)

    def repeated(self, body: Expression, children: list[Any]) -> Expression:
        """Return as much of a body as the operator behind it says."""
        operator, *bounds = (str(child) for child in children[1:])
        if bounds and bounds[-1] == UNBOUNDED:
            return self.builder.repeat(body, int(bounds[0]))
        if operator == "~":
            least, most = int(bounds[0]), int(bounds[-1])
            if most < least:
                message = f"a repetition of {least} to {most} times"
                hint = "put the lower bound first"
                raise syntax_error(self.source.at_token(children[2], message, hint))
            if most >= 2**31:
                message = f"a repetition of {most} times (limit max_repeat)"
                hint = "without an upper bound there is no limit: x*"
                place = self.source.at_token(children[-1], message, hint)
                raise limited(place, "max_repeat", 2**31 - 1, most)
            return self.builder.repeat(body, least, most)
        least, unbounded = {"?": (0, False), "*": (0, True), "+": (1, True)}[operator]
        return self.builder.repeat(body, least, None if unbounded else 1)

    def template(self, children: list[Any], arguments: Mapping[str, Argument]) -> Expression:
        name = str(children[0].name)
        name = arguments[name][0] if name in arguments else name
        params = self.definitions.rules.get(name, ((), None))[0]
        if len(params) != len(children) - 1:
            message = f"'{name}' is no template with {len(children) - 1} parameters"
            hint = f"it has {len(params)}" if params else "it is a rule"
            raise syntax_error(self.source.at_name(name, message, hint))
        given = [self.argument(child, arguments) for child in children[1:]]
        key = f"{name}{{{','.join(part for part, _ in given)}}}"
        if len(key) > MAX_INSTANCES:
            message = f"the arguments of '{name}' nest too deep (limit max_depth)"
            place = self.source.at_name(name, message, "give an argument a rule of its own")
            raise limited(place, "max_depth", MAX_INSTANCES, len(key))
        return self.rule(key, name, dict(zip(map(str, params), given, strict=True)))

    def argument(self, node: Any, arguments: Mapping[str, Argument]) -> Argument:
        """Return what a parameter stands for; a template may be one."""
        key = self.key(node, arguments)
        if isinstance(node, lark.Tree) and node.data == "value":
            (node,) = node.children
        if isinstance(node, NonTerminal):
            name = str(node.name)
            return arguments.get(name) or (key, self.plain_rule(name))
        return (key, self.lower(node, arguments))

    def plain_rule(self, name: str) -> Expression | None:
        """Return a reference to a rule; None if it is a template."""
        return None if self.definitions.rules[name][0] else self.rule(name, name, {})

    def key(self, node: Any, arguments: Mapping[str, Argument]) -> str:
        """Name an argument of a template, so that equal ones share an instance."""
        if isinstance(node, NonTerminal) and str(node.name) in arguments:
            return arguments[str(node.name)][0]
        if isinstance(node, (NonTerminal, Terminal)):
            return str(node.name)
        if isinstance(node, lark.Tree) and node.data == "value":
            return self.key(node.children[0], arguments)
        if isinstance(node, lark.Tree):
            return f"{node.data}({','.join(self.key(c, arguments) for c in node.children)})"
        return repr(str(node))

    def terminal(self, name: str) -> Expression:
        """Return a terminal and the ignored text behind it."""
        if name not in self.terminal_rules:
            rule = self.new_rule(name)
            self.builder.define(rule, self.ignored.around(self.terminal_text(name)))
            self.terminal_rules[name] = self.builder.ref(rule)
        return self.terminal_rules[name]


def _alternatives(tree: Any) -> list[Any]:
    """Return the alternatives of a rule, without their aliases."""
    found = []
    for child in tree.children:
        if child.data == "expansions":  # put in front by %extend
            found.extend(_alternatives(child))
        else:
            found.append(child.children[0] if child.data == "alias" else child)
    return found


def _rule_name(node: Any) -> str | None:
    if isinstance(node, lark.Tree) and node.data == "value":
        (node,) = node.children
    return str(node.name) if isinstance(node, NonTerminal) else None
