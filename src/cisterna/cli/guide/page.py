"""A guide or a sheet laid out for reading, and for paper."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Iterator

from cisterna import __version__
from cisterna.care.guides import Guide, Step
from cisterna.care.statement import Statement

__all__ = ["page", "printable", "sheets_page", "width", "wrapped"]

_NARROWEST, _WIDEST = 50, 90
_CLOSING = (
    "For trained clinicians. Published facts with their source; not advice for one patient, and no order to "
    "act. Check against the label and the manual of the pump."
)
_BEFORE_UNIT = re.compile(r"(?<=[0-9]) (?=%|[a-zA-Z]{1,4}\b)")
"""The space between a number and its unit, at which no line ends."""

_NOT_FOR = (
    "Reference for trained clinicians: static, cited, the same for everybody. It computes no dose and gives "
    "none. In an emergency follow your own protocol and call the ITB physician."
)


def width() -> int:
    """Columns of the terminal, within what reads well on it and on paper."""
    return min(max(shutil.get_terminal_size((_WIDEST, 24)).columns, _NARROWEST), _WIDEST)


def printable(lines: Iterator[str]) -> str:
    """The lines as one text; what the terminal cannot print is shown as escapes."""
    encoding = sys.stdout.encoding or "utf-8"
    return ("\n".join(lines) + "\n").encode(encoding, "backslashreplace").decode(encoding)


def wrapped(text: str, first: str = "", later: str | None = None) -> list[str]:
    """``text`` in lines, the first indented by ``first``, the others by ``later``."""
    lines = textwrap.wrap(
        _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", text),
        width(),
        initial_indent=first,
        subsequent_indent=" " * len(first) if later is None else later,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def page(found: Guide) -> str:
    """A guide as text."""
    return printable(_guide(found))


def sheets_page(asked: Guide, other: Guide) -> str:
    """A sheet with the other one behind it: the one can look like the other."""
    return printable(_both(asked, other))


def _both(asked: Guide, other: Guide) -> Iterator[str]:
    yield from wrapped(_NOT_FOR)
    yield ""
    yield from _sheet(asked)
    yield "-" * width()
    yield from wrapped(
        f"{asked.title} can look like {other.title[0].lower()}{other.title[1:]}: both sheets belong together."
    )
    yield ""
    yield from _sheet(other)
    yield f"Cisterna {__version__}"


def _sheet(one: Guide) -> Iterator[str]:
    yield from wrapped(one.title.upper())
    yield from wrapped(one.purpose)
    yield ""
    yield from _body(one)


def _guide(found: Guide) -> Iterator[str]:
    yield found.title
    yield from wrapped(found.purpose)
    if found.order is not None:
        yield from wrapped(f"{found.order.text} {found.order.cited}")
    yield ""
    yield from _body(found)
    if found.see:
        yield from wrapped("See also: " + ", ".join(f"cisterna {name}" for name in found.see), later="  ")
        yield ""
    yield from wrapped(_CLOSING)


def _body(found: Guide) -> Iterator[str]:
    number = 0
    for section in found.sections:
        yield section.title
        yield ""
        for step in section.steps:
            number += 1
            yield from _step(number, step)
            yield ""


def _step(number: int, step: Step) -> Iterator[str]:
    head = f"{number:>3}  "
    mark = "  [second person]" if step.second_person is not None else ""
    yield from wrapped(f"{step.title}{mark}", head)
    for label, entries in (("", step.do), ("Check: ", step.check), ("Know: ", step.know)):
        for said in entries:
            yield from _said(f"{label}{said.text}", said, step)
    if step.second_person is not None:
        yield from _said(f"Second person: {step.second_person.text}", step.second_person, step)
    if step.record:
        records = "; ".join(f"{one.text} ({one.unit})" if one.unit else one.text for one in step.record)
        yield from wrapped(f"Record: {records}", "     ", "       ")
    if step.uses:
        yield from wrapped("Use: " + ", ".join(f"cisterna {name}" for name in step.uses), "     ", "       ")
    yield from wrapped(f"Source: {step.cited}", "     ", "       ")


def _said(text: str, said: Statement, step: Step) -> Iterator[str]:
    """A statement; its own source follows where it differs from that of the step."""
    source = "" if said.cited == step.cited else f" ({said.cited})"
    yield from wrapped(f"{text}{source}", "     - ", "       ")
