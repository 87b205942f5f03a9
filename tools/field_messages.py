"""The words of fields that come as descriptions: labels, ranges and options, as pages show them.

A form is told in the code as ``Field(...)``, or by a function of the same file that gives one back; its
options are often held in a tuple of pairs beside. They are messages like those that stand in a template.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tools.computed_messages import pattern_of, texts_of

__all__ = ["field_messages"]

_TOLD = {"label", "range"}
_LETTERS = re.compile(r"[^\W\d_]{3}")
_UNITS = re.compile(r"[\d\W]*(?:to|mL|mcg|mg|h|{})?[\d\W]*(?:mL|mcg|mg|h)?")


def field_messages(root: Path) -> Iterator[str]:
    """The words of every field under ``root``, some of them more than once."""
    trees = [ast.parse(file.read_text("utf-8")) for file in sorted(root.rglob("*.py"))]
    held = {name for tree in trees for name in _held(tree)}
    for tree in trees:
        yield from (one for one in map(pattern_of, _texts(tree, held)) if _is_word(one))


def _is_word(text: str) -> bool:
    return bool(_LETTERS.search(text)) and not _UNITS.fullmatch(text)


def _held(tree: ast.Module) -> Iterator[str]:
    """The names under which options are held."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "options":
            yield from (one.id for one in ast.walk(node.value) if isinstance(one, ast.Name))


def _texts(tree: ast.Module, held: set[str]) -> Iterator[str]:
    makers = {"Field", *_makers(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makers:
            yield from _of_call(node)
    for line in tree.body:
        if isinstance(line, ast.Assign) and held & {getattr(one, "id", "") for one in line.targets}:
            yield from _of_pairs(line.value)


def _makers(tree: ast.Module) -> Iterator[str]:
    """The functions of a file that give one field back."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and isinstance(node.returns, ast.Name):
            yield from [node.name] if node.returns.id == "Field" else []


def _of_call(call: ast.Call) -> Iterator[str]:
    """Label and range of one field: by their names, or the second argument of a function that makes one."""
    for argument in call.args[1:2]:
        yield from texts_of(argument)
    for keyword in call.keywords:
        if keyword.arg in _TOLD:
            yield from texts_of(keyword.value)
        elif keyword.arg == "options":
            yield from _of_pairs(keyword.value)


def _of_pairs(value: ast.expr) -> Iterator[str]:
    """The words of options, the second of each pair."""
    for node in ast.walk(value):
        if isinstance(node, ast.Tuple) and len(node.elts) == 2 and _is_key(node.elts[0]):
            yield from texts_of(node.elts[1])


def _is_key(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value
