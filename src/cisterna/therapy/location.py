"""Where in the text of a therapy file a key path stands.

The parser of TOML that reads the values tells no lines; a second, tolerant one is loaded only when
there is a fault to place. Key paths count the entries of lists from 0: ``event[3].steps[1].rate``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from cisterna.errors import Fault

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["locate", "with_lines"]

_Path = tuple[str | int, ...]
_PART = re.compile(r"""(?:^|\.)([A-Za-z0-9_-]+)|(?:^|\.)"((?:[^"\\]|\\.)*)"|\[([0-9]+)\]""")


def locate(text: str, key_path: str) -> int | None:
    """The line, counted from one, of ``key_path`` in the TOML ``text``.

    Where the path itself is not there (a missing key), the line of the table that should hold it;
    ``None`` where not even that is there.

    >>> text = '''schema = 1
    ... [[event]]
    ... kind = "stop"
    ... [[event]]
    ... kind = "resume"'''
    >>> locate(text, "event[1].kind")
    5
    """
    return _line(_lines(text), _parts(key_path))


def with_lines(faults: Iterable[Fault], text: str) -> tuple[Fault, ...]:
    """The faults with their lines in ``text``, in the order of place."""
    lines = _lines(text)
    placed = (
        fault if fault.line is not None else fault.at(fault.where, _line(lines, _parts(fault.where)))
        for fault in faults
    )
    return tuple(sorted(placed, key=lambda fault: fault.line or 0))


def _line(lines: dict[_Path, int], path: _Path) -> int | None:
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def _parts(key_path: str) -> _Path:
    """The keys and places of a path, as far as it is one."""
    parts: list[str | int] = []
    end = 0
    while match := _PART.match(key_path, end):
        plain, quoted, place = match.groups()
        parts.append(int(place) if place is not None else plain if plain is not None else quoted)
        end = match.end()
    return tuple(parts)


def _lines(text: str) -> dict[_Path, int]:
    import tree_sitter_toml  # noqa: PLC0415  # loaded only when there is a fault
    from tree_sitter import Language, Parser  # noqa: PLC0415

    tree = Parser(Language(tree_sitter_toml.language())).parse(text.encode("utf-8", errors="replace"))
    lines: dict[_Path, int] = {}
    counts: dict[_Path, int] = {}
    for node in tree.root_node.named_children:
        if node.type == "pair":
            _note_pair(node, (), lines)
        elif node.type in {"table", "table_array_element"}:
            _note_table(node, lines, counts)
    return lines


def _note_table(node: Node, lines: dict[_Path, int], counts: dict[_Path, int]) -> None:
    name, *rest = node.named_children
    path: _Path = ()
    keys = _keys(name)
    for depth, key in enumerate(keys):
        path = (*path, key)
        if node.type == "table_array_element" and depth == len(keys) - 1:
            counts[path] = counts.get(path, -1) + 1
            lines.setdefault(path, _row(node))
        if path in counts:
            path = (*path, counts[path])
    lines.setdefault(path, _row(node))
    for pair in rest:
        if pair.type == "pair":
            _note_pair(pair, path, lines)


def _note_pair(pair: Node, above: _Path, lines: dict[_Path, int]) -> None:
    name, *rest = [child for child in pair.named_children if child.type != "comment"]
    path = above
    for key in _keys(name):
        path = (*path, key)
        lines.setdefault(path, _row(pair))
    for value in rest:
        _note_value(value, path, lines)


def _note_value(value: Node, path: _Path, lines: dict[_Path, int]) -> None:
    if value.type == "inline_table":
        for pair in value.named_children:
            if pair.type == "pair":
                _note_pair(pair, path, lines)
    elif value.type == "array":
        entries = [child for child in value.named_children if child.type != "comment"]
        for place, entry in enumerate(entries):
            lines.setdefault((*path, place), _row(entry))
            _note_value(entry, (*path, place), lines)


def _keys(name: Node) -> tuple[str, ...]:
    if name.type == "dotted_key":
        return tuple(key for child in name.named_children for key in _keys(child))
    written = (name.text or b"").decode("utf-8", errors="replace")
    if name.type == "bare_key":
        return (written,)
    try:
        return tuple(tomllib.loads(f"{written} = 0"))
    except tomllib.TOMLDecodeError:
        return (written,)


def _row(node: Node) -> int:
    return node.start_point.row + 1
