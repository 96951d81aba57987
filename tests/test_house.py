"""How the code is written: what its names say, what its docstrings promise, how it is layered."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import builder

PACKAGE = Path(builder.__file__).parent

#: Words that say nothing of what a value is. beancount, mkdocs, genanki, sqlite-utils, griffe and
#: cattrs use them for under one stored name in a hundred.
_GENERAL = """
said told one made some what known taken rest seen place words thing things other others it that
this these here there stuff given gone heard came put got kept left had meant wanted asked called
tells says
"""
GENERAL = frozenset(_GENERAL.split())
#: The most that they may be of all stored names.
MOST = 0.01


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the package by its path, parsed."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "_data" not in path.parts:
            yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text("utf-8"))


def stored_names(tree: ast.AST) -> Iterator[str]:
    """The names that a module gives: assignments, arguments, functions and classes."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name) | ast.alias(asname=str() as name):
                yield name
            case ast.ExceptHandler(name=str() as name) | ast.MatchAs(name=str() as name):
                yield name


def test_names_say_what_they_hold() -> None:
    general: Counter[str] = Counter()
    number = 0
    for file, tree in modules():
        for name in stored_names(tree):
            number += 1
            if name.lstrip("_") in GENERAL:
                general[f"{file}: {name}"] += 1
    share = general.total() / number
    assert share <= MOST, f"{share:.1%} of {number:,} names: {general.most_common(20)}"


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Functions of a module, and methods of its classes, without a leading underscore."""
    for node in tree.body:
        scopes = [node, *node.body] if isinstance(node, ast.ClassDef) else [node]
        for function in scopes:
            if isinstance(function, ast.FunctionDef) and not function.name.startswith("_"):
                yield function


def raises(function: ast.FunctionDef) -> bool:
    """Whether the function itself raises something new; what it merely passes on does not count."""
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Raise) and node.exc is not None:
            return True
        if isinstance(node, ast.Try) and node.handlers:
            # What stands inside may be caught there.
            waiting += [*node.handlers, *node.orelse, *node.finalbody]
        elif not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)
    return False


def is_command(function: ast.FunctionDef) -> bool:
    """Whether it is a command of click's: its docstring is the help that users read."""
    return any("command" in ast.unparse(decorator) for decorator in function.decorator_list)


def test_a_public_function_that_raises_names_what() -> None:
    silent = [
        f"{file}:{function.lineno}: {function.name}"
        for file, tree in modules()
        for function in public_functions(tree)
        if raises(function) and "Raises" not in (ast.get_docstring(function) or "")
        if not is_command(function)
    ]
    assert not silent


def test_a_module_is_read_in_one_sitting() -> None:
    long = {
        path.name: lines
        for path in PACKAGE.rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > 300
    }
    assert not long
