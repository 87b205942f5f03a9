"""How an answer of a calculator or a scale is printed: laid out for reading, or as one JSON object."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from cisterna.care.result import Reason, Result, Told
from cisterna.cli.options import naming_options
from cisterna.cli.verdicts import CAUTION, STOP
from cisterna.units import decimal_text
from cisterna.verdict import Verdict

__all__ = ["answer", "json_text", "reading_text"]

_SIGNIFICANT = 12
"""Digits of a float that are written: beyond them lies the dust of binary fractions."""

_NARROWEST, _WIDEST = 40, 100
_SAYS = {Verdict.OK: "ok", Verdict.CAUTION: f"caution ({CAUTION})", Verdict.STOP: f"stop ({STOP})"}
_CLOSING = "For trained clinicians; check every result by hand against its formula and sources."


def answer(work: Callable[[], Result[Any]], *, as_json: bool) -> None:
    """Do the work, with faults that name the options, and print what it answers."""
    with naming_options():
        result = work()
    if as_json:
        sys.stdout.write(json_text(result.facts()) + "\n")
        return
    width = min(max(shutil.get_terminal_size((90, 24)).columns, _NARROWEST), _WIDEST)
    encoding = sys.stdout.encoding or "utf-8"
    text = reading_text(result, width)
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def json_text(value: object) -> str:
    """``value`` as JSON whose numbers are plain decimals, never in scientific notation.

    >>> json_text({"volume_ml": 0.00002, "sum": 0.1 + 0.2, "left": [None, True, "b"]})
    '{"volume_ml": 0.00002, "sum": 0.3, "left": [null, true, "b"]}'
    """
    if isinstance(value, float):
        return decimal_text(float(f"{value:.{_SIGNIFICANT}g}"))
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(str(key))}: {json_text(of)}" for key, of in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(json_text(of) for of in value) + "]"
    return json.dumps(value, allow_nan=False)


def reading_text(result: Result[Any], width: int) -> str:
    """``result`` laid out for reading, in lines of at most ``width`` characters where words allow."""
    return "\n".join(
        line for block in (*_blocks(result, width), _wrapped(_CLOSING, width)) for line in (*block, "")
    )


def _blocks(result: Result[Any], width: int) -> Iterator[list[str]]:
    yield [line for text in result.headline for line in _wrapped(text, width)]
    told = result.told()
    yield _table({told[key].label: _shown(of, told[key]) for key, of in result.values().items()}, width)
    yield [f"Verdict: {_SAYS[result.verdict]}"]
    if result.reasons:
        yield ["Reasons", *(line for reason in _in_order(result.reasons) for line in _reason(reason, width))]
    yield _wrapped(f"Formula: {result.formula}", width, "  ")
    yield [
        "Inputs",
        *_table({key.replace("_", " "): _stated(of) for key, of in result.inputs.items()}, width),
    ]
    yield [
        "Sources",
        *(line for source in result.sources for line in _wrapped(f"- {source}", width, "    ", "  ")),
    ]


def _table(rows: Mapping[str, str], width: int) -> list[str]:
    column = max(len(label) for label in rows) + 4
    return [
        line
        for label, text in rows.items()
        for line in _wrapped(f"  {label:<{column - 2}}{text}", width, " " * column)
    ]


def _in_order(reasons: Iterable[Reason]) -> list[Reason]:
    """The gravest first, why something is not known last, nothing said twice."""
    once = {(reason.text, reason.source): reason for reason in reasons}.values()
    order = list(Verdict)
    return sorted(once, key=lambda reason: (-order.index(reason.verdict), reason.about is not None))


def _reason(reason: Reason, width: int) -> list[str]:
    mark = "" if reason.verdict is Verdict.OK else f"{reason.verdict.value.upper()}: "
    source = f"{reason.source} [{reason.status.value}]"
    return [
        *_wrapped(f"- {mark}{reason.text}", width, "    ", "  "),
        *_wrapped(source, width, "    ", "    "),
    ]


def _wrapped(text: str, width: int, later: str = "", first: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
        replace_whitespace=False,
    )


def _shown(value: object, told: Told) -> str:
    """One key of the answer as people read it, rounded as it is told."""
    unit = f" {told.unit}" if told.unit else ""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_shown(of, told)}" for name, of in value.items())
    if isinstance(value, float):
        return decimal_text(value, told.places) + unit
    return f"{value}{unit}"


def _stated(value: object) -> str:
    """One input as it was given."""
    if value is None:
        return "not given"
    if isinstance(value, Mapping):
        return "; ".join(f"{name} = {_part(of)}" for name, of in value.items())
    if isinstance(value, tuple):
        return ", ".join(_part(of) for of in value)
    return _part(value)


def _part(value: object) -> str:
    if value is None:
        return "not-assessed"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return decimal_text(value) if isinstance(value, float) else str(value)
