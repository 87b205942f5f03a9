"""The sentences that the library computes: what a fault found, what is allowed, the remedy; what is due, why.

The library speaks English and knows no catalogue. Its sentences are read out of the source: a literal is a
message, an f-string is one with ``{}`` in each place; :mod:`cisterna.clinic.web.computed` finds them again in
what was computed. A text is a sentence where it is passed or held under a name such as ``remedy``, where it
is the argument for such a parameter, and everywhere in the files of ``_SPOKEN``.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from cisterna.limits import Bound, Kind
from cisterna.pump import Condition

__all__ = ["computed_messages", "pattern_of", "texts_of"]

_SPEAKERS = {"found", "allowed", "remedy"}
"""A function with parameters of these names makes faults: its arguments are sentences by their place."""

_NAMES = _SPEAKERS | {"detail"}
_HELD = _NAMES | {"told", "reason", "problem", "no_rate", "title", "what", "WORDS"}
"""The names under which a sentence is passed, and those that hold one before."""

_TELLERS = {"_allowed", "_described", "_how_to_add", "_how_to_drop", "_range_text", "_remedy"}
"""Functions that give a sentence back."""

_SPOKEN = (
    "care/check.py", "care/pump_needs.py", "care/record_needs.py", "care/refill_visit.py",
    "care/standing.py", "care/trial_needs.py", "limits/*.py", "clinic/visits/*/checks.py",
    "clinic/due/rows.py", "course/describe.py", "course/flight.py", "course/preview/kept.py",
    "course/response_warnings.py", "pump/clock.py", "pump/resolution.py",
)  # fmt: skip
"""The files in which every text of two words and more is a sentence, or a piece of one."""

_UNSEEN = {"cli", "validation", "report"}
"""Rooms whose faults no page shows."""

_PREDICATE = re.compile(
    r"(?:is|are|has|comes|falls|changes|looks|may|for longer|apart|of (?:what|difference)|more,|later than"
    r"|in the reservoir|delivered for)[ {]"
)
"""How a text begins that is the end of a sentence: what was found stands before it."""

_OF_PEOPLE = {"program.by": "by", "decider": "by", "one.title": "title"}
"""What people wrote: its place has a name, so that it is never taken for a word of Cisterna."""

_BESIDE_NUMBERS = ("day", "days", "week", "weeks", "months", "{} [recalled]", "{} [assumed]", "{} [derived]")
"""Units that are words, and how sure a number is."""

_WORDS = re.compile(r"[^\W\d_]{2}[^/]*\s|\s[^/]*[^\W\d_]{2}|^[A-Z][a-z]{3,}$", re.DOTALL)
_AMOUNT = re.compile(r"[\W\d]*(?:(?:mcg|mL|mg|MiB|cm|min|h|or|Source)\b[\W\d]*)*")
_PLACES = re.compile(r"(?:\{\w*\}){1,}")


def computed_messages(root: Path) -> Iterator[str]:
    """The computed sentences under ``root``, some of them more than once."""
    trees = {
        file: ast.parse(file.read_text("utf-8"))
        for file in sorted(root.rglob("*.py"))
        if file.relative_to(root).parts[0] not in _UNSEEN
    }
    speakers = _speakers(trees.values())
    for file, tree in trees.items():
        texts = _all_texts(tree) if _is_spoken(file, root) else _passed(tree, speakers)
        yield from (text for text in map(pattern_of, texts) if _is_sentence(text))
    yield from _BESIDE_NUMBERS
    yield from (condition.value.replace("-", " ").capitalize() for condition in Condition)
    yield from (bound.value.replace("_", " ") for bound in Bound)
    yield from (kind.value for kind in Kind)


def _is_spoken(file: Path, root: Path) -> bool:
    name = file.relative_to(root)
    return name.name != "__init__.py" and any(name.match(pattern) for pattern in _SPOKEN)


def _is_sentence(text: str) -> bool:
    return bool(_WORDS.search(text)) and not _AMOUNT.fullmatch(text)


def _speakers(trees: Iterable[ast.Module]) -> Mapping[str, set[int]]:
    """Functions that make faults, each with the places of its arguments that are sentences."""
    found: dict[str, set[int]] = defaultdict(set)
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.FunctionDef):
            names = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
            own = names[:1] in (["self"], ["cls"])
            found[node.name] |= {place - own for place, name in enumerate(names) if name in _SPEAKERS}
    return found


def _passed(tree: ast.Module, speakers: Mapping[str, set[int]]) -> Iterator[str]:
    """The sentences that are passed to a call, or held under a name of theirs before."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            for keyword in node.keywords:
                if keyword.arg in _NAMES:
                    yield from texts_of(keyword.value)
            for place in speakers.get(name, ()):
                yield from texts_of(node.args[place]) if place < len(node.args) else ()
        elif isinstance(node, ast.Assign):
            yield from (text for target in node.targets for text in _held(target, node.value))
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield from _held(node.target, node.value)
        elif isinstance(node, ast.FunctionDef) and node.name in _TELLERS:
            told = (one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value)
            yield from (text for value in told for text in texts_of(value))


def _held(target: ast.expr, value: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name) and target.id in _HELD:
        yield from texts_of(value)
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, text in zip(target.elts, value.elts, strict=False):
            yield from _held(one, text)


def _all_texts(tree: ast.Module) -> Iterator[str]:
    """Every text of a file but its docstrings, its public names and its sources."""
    unseen = {id(part) for node in ast.walk(tree) for part in _silent(node)}
    for node in ast.walk(tree):
        if id(node) not in unseen and isinstance(node, ast.Constant | ast.JoinedStr):
            yield from texts_of(node)


def _silent(node: ast.AST) -> Iterator[ast.AST]:
    """What of a node nobody reads: docstrings, what is raised for programmers, pieces of an f-string."""
    if isinstance(node, ast.Expr):
        yield node.value
    elif isinstance(node, ast.Raise | ast.Assign):
        is_silent = "ValueError" in ast.unparse(node) or ast.unparse(node).startswith("__all__")
        yield from ast.walk(node) if is_silent else ()
    elif isinstance(node, ast.JoinedStr):
        yield from (part for part in node.values if isinstance(part, ast.Constant))
    elif isinstance(node, ast.Call):
        source = (keyword.value for keyword in node.keywords if keyword.arg == "source")
        yield from (part for value in source for part in ast.walk(value))


def texts_of(node: ast.expr) -> Iterator[str]:
    """The messages that an expression can give; of what is no literal there are none."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else _place(one) for one in parts)
            for part in parts:
                yield from texts_of(part.value) if isinstance(part, ast.FormattedValue) else ()
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*texts_of(body), *texts_of(orelse))
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.Dict(values=parts):
            yield from (text for part in parts for text in texts_of(part))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            ends = tuple(texts_of(right)) or ("{}",)
            yield from (a + b for a in tuple(texts_of(left)) or ("{}",) for b in ends)


def _place(part: ast.expr) -> str:
    source = ast.unparse(part.value) if isinstance(part, ast.FormattedValue) else ""
    return f"{{{_OF_PEOPLE.get(source, '')}}}"


def _one_place(found: re.Match[str]) -> str:
    return found[0] if found[0][1:-1] in _OF_PEOPLE.values() else "{}"


def pattern_of(text: str) -> str:
    """A message without its stop, with one place where several stand together, and one before a bare verb.

    >>> pattern_of("Stopped{}{} at {limit}."), pattern_of("is above {limit}")
    ('Stopped{} at {}', '{} is above {}')
    """
    text = _PLACES.sub(_one_place, text.replace("{{limit}}", "{}")).strip(" ,;:.")
    return f"{{}} {text}" if _PREDICATE.match(text) else text
