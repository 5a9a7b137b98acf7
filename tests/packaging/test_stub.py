# SPDX-License-Identifier: Apache-2.0
"""python/pushmask/_core.pyi says what the native module has.

mypy's stubtest passes wrong parameters of pybind11 functions, because those have no Python
signature. pybind11 writes the signature into the first line of the docstring, so that line is
compared with the stub here: names, order, kinds and defaults of the parameters.
"""

from __future__ import annotations

import ast
import doctest
import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pushmask
from pushmask import _core

STUB = Path(pushmask.__file__).with_name("_core.pyi")
SPECIAL = {"__str__", "__len__"}
ELLIPSIS = "..."


@dataclass(frozen=True)
class Parameter:
    name: str
    keyword_only: bool
    default: str | None  # source text; "..." in the stub: there is one, not worth naming


def stub_classes() -> dict[str, ast.ClassDef]:
    tree = ast.parse(STUB.read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def stub_functions() -> dict[str, ast.FunctionDef]:
    tree = ast.parse(STUB.read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def is_property(function: ast.FunctionDef) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "property" for d in function.decorator_list)


def stub_names(node: ast.ClassDef) -> set[str]:
    functions = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
    attributes = {
        item.target.id
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    }
    return functions | attributes


def documented() -> list[tuple[str, ast.FunctionDef]]:
    """Every function of the stub, with the name of its class or of the module."""
    methods = [
        (name, item)
        for name, node in stub_classes().items()
        for item in node.body
        if isinstance(item, ast.FunctionDef)
    ]
    return [*methods, *(("_core", function) for function in stub_functions().values())]


def stub_methods() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (name, item)
        for name, node in stub_classes().items()
        for item in node.body
        if isinstance(item, ast.FunctionDef) and not is_property(item)
    ]


def stub_parameters(function: ast.FunctionDef) -> list[Parameter]:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = [None] * (len(positional) - len(arguments.defaults))
    pairs = [
        *(
            (arg, False, value)
            for arg, value in zip(positional, [*missing, *arguments.defaults], strict=True)
        ),
        *(
            (arg, True, value)
            for arg, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        ),
    ]
    parameters = [
        Parameter(arg.arg, keyword_only, None if value is None else ast.unparse(value))
        for arg, keyword_only, value in pairs
    ]
    if arguments.vararg is not None:  # pybind11 calls it *args, whatever it holds
        parameters.insert(len(positional), Parameter("*args", False, None))
    return parameters


def split_top_level(text: str) -> list[str]:
    """Split at the commas that are outside brackets and quotes."""
    parts, depth, quote, current = [], 0, "", ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([{<":
            depth += 1
        elif character in ")]}>":
            depth -= 1
        if character == "," and depth == 0 and not quote:
            parts.append(current.strip())
            current = ""
        else:
            current += character
    return [part for part in [*parts, current.strip()] if part]


def native_parameters(function: Any) -> list[Parameter]:
    if getattr(function, "__text_signature__", None):  # the calls that do not go through pybind11
        return [
            Parameter(
                name,
                parameter.kind is inspect.Parameter.KEYWORD_ONLY,
                None if parameter.default is inspect.Parameter.empty else repr(parameter.default),
            )
            for name, parameter in inspect.signature(function).parameters.items()
        ]
    line = (function.__doc__ or "").splitlines()[0].replace("->", "=>")
    inside = line[line.index("(") + 1 : line.rindex(") =>")].replace("=>", "")
    parameters = []
    keyword_only = False
    for part in split_top_level(inside):
        if part == "*":
            keyword_only = True
            continue
        declaration, _, default = part.partition(" = ")
        name = declaration.partition(":")[0].strip()
        parameters.append(Parameter(name, keyword_only, default or None))
    return parameters


def test_stub_and_module_have_the_same_classes() -> None:
    native = {name for name, value in vars(_core).items() if inspect.isclass(value)}
    assert native == set(stub_classes())


def test_stub_and_module_have_the_same_functions() -> None:
    native = {name for name, value in vars(_core).items() if inspect.isbuiltin(value)}
    assert native == set(stub_functions())


@pytest.mark.parametrize("name", sorted(stub_classes()))
def test_stub_and_class_have_the_same_members(name: str) -> None:
    # pybind11 gives every class an `__init__`, which raises where none is bound.
    native = {
        member
        for member in vars(getattr(_core, name))
        if not member.startswith("_") or member in SPECIAL
    }
    assert native == stub_names(stub_classes()[name]) - {"__init__"}


def assert_parameters_agree(native: list[Parameter], expected: list[Parameter]) -> None:
    shown = [
        Parameter(there.name, there.keyword_only, ELLIPSIS)
        if here.default == ELLIPSIS and there.default is not None
        else there
        for here, there in zip(expected, native, strict=False)
    ]
    assert shown + native[len(expected) :] == expected


@pytest.mark.parametrize(
    ("owner", "function"),
    stub_methods(),
    ids=[f"{owner}.{function.name}" for owner, function in stub_methods()],
)
def test_a_method_has_the_parameters_of_its_stub(owner: str, function: ast.FunctionDef) -> None:
    static = any(isinstance(d, ast.Name) for d in function.decorator_list)
    native = native_parameters(getattr(getattr(_core, owner), function.name))
    skipped = 0 if static else 1
    assert_parameters_agree(native[skipped:], stub_parameters(function)[skipped:])


@pytest.mark.parametrize("name", sorted(stub_functions()))
def test_a_function_has_the_parameters_of_its_stub(name: str) -> None:
    native = native_parameters(getattr(_core, name))
    assert_parameters_agree(native, stub_parameters(stub_functions()[name]))


def test_every_public_name_of_the_stub_has_a_docstring() -> None:
    undocumented = [
        f"{owner}.{function.name}"
        for owner, function in documented()
        if ast.get_docstring(function) is None
        and owner != "Limits"  # the class describes its fields
    ]
    assert undocumented == []


def examples() -> dict[str, str]:
    nodes = [*stub_classes().items(), *((f"{o}.{f.name}", f) for o, f in documented())]
    texts = {name: ast.get_docstring(node) or "" for name, node in nodes}
    return {name: text for name, text in texts.items() if ">>>" in text}


@pytest.mark.parametrize("name", sorted(examples()))
def test_the_examples_of_the_stub_run(name: str) -> None:
    names = {**vars(pushmask), "np": np}
    test = doctest.DocTestParser().get_doctest(examples()[name], names, name, str(STUB), 0)
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


def test_everything_exported_exists() -> None:
    assert all(hasattr(pushmask, name) for name in pushmask.__all__)
    assert sorted(pushmask.__all__) == pushmask.__all__
