"""``cisterna evidence``: the published numbers and those of the devices, with source and status."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from cisterna.cli.answer import json_text
from cisterna.cli.evidence_table import show
from cisterna.errors import EvidenceError, Fault
from cisterna.evidence import Number, builtin_catalogue, find, numbers
from cisterna.evidence.numbers import unknown_name

__all__ = ["facts", "run", "search"]


def run(text: str, *, as_json: bool) -> None:
    """Print the numbers that ``text`` finds, or all where it is empty.

    As JSON: one object ``{"evidence": [...]}`` with the keys of :func:`facts`. Raises
    :class:`~cisterna.errors.EvidenceError` with the nearest names where nothing is found.
    """
    found = search(text)
    if as_json:
        answer = {"evidence": [facts(entry) for entry in found]}
        sys.stdout.write(json_text(answer) + "\n")
        return
    show(found)


def search(text: str) -> tuple[Number, ...]:
    """The numbers of evidence and devices in which every word of ``text`` occurs.

    A device's number is named as ``synchromed-ii-20.reservoir_volume``.

    >>> [entry.name for entry in search("synchromed-ii-40.reservoir")]
    ['synchromed-ii-40.reservoir_volume']
    """
    everything = (*numbers().values(), *builtin_catalogue().numbers())
    found = find(text, everything)
    if not found:
        raise EvidenceError(_nothing(text, everything))
    return found


def _nothing(text: str, everything: Iterable[Number]) -> Fault:
    near = unknown_name("_".join(text.lower().split()), [entry.name for entry in everything])
    return Fault(
        where="evidence",
        found=f"nothing on '{text}'",
        allowed=near.allowed,
        remedy="try fewer or other words, or 'cisterna evidence' alone for everything",
    )


def facts(entry: Number) -> dict[str, Any]:
    """A number as JSON takes it: every key is there, what is not known is ``None``.

    >>> from cisterna.evidence import number
    >>> facts(number("stop_limit"))["value"], facts(number("stop_limit"))["low"]
    (48.0, None)
    """
    return {
        "name": entry.name,
        "value": entry.value,
        "unit": entry.unit,
        "spread": asdict(entry.spread) if entry.spread else None,
        "population": entry.population or None,
        "status": entry.status.value,
        "source": entry.source,
        "used_by": list(entry.used_by),
        "text": entry.text,
        "low": entry.low,
        "high": entry.high,
        "note": entry.note or None,
        "settable": entry.settable,
    }
