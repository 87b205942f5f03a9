"""Sentences of the guides that papers repeat, each with its source, so that they have one home."""

from __future__ import annotations

import re

from cisterna.care.guides import guide, sheet
from cisterna.care.statement import Statement
from cisterna.clinic.papers.case import Case
from cisterna.clinic.web.tongue import Tongue
from cisterna.report.papers import Lines

_BRACES = re.compile(r"\{[^}]*\}")

__all__ = ["alarms", "overdose_signs", "said", "scans", "withdrawal_signs"]


def said(_: Tongue, *statements: Statement) -> tuple[tuple[str, str], ...]:
    """Sentences with their sources, in the language of the paper as far as the catalogue has them."""
    return tuple((sentence(_, each), each.told) for each in statements)


def sentence(_: Tongue, said: Statement) -> str:
    """A sentence in the language of the paper, with the same numbers in the same order.

    A sentence that the catalogue does not have, or has with other numbers, is told in English.
    """
    pattern = _(said.pattern or said.text)
    names = _BRACES.findall(pattern)
    if pattern == said.pattern or names != _BRACES.findall(said.pattern):
        return said.text
    shown = iter(_.figures(text) for text in said.shown)
    return _BRACES.sub(lambda _found: next(shown), pattern)


def withdrawal_signs(case: Case) -> Lines:
    """What too little looks like."""
    signs = sheet("withdrawal", case.settings).step("signs")
    return Lines(said(case.say, *signs.do), marked=True)


def overdose_signs(case: Case) -> Lines:
    """What too much looks like."""
    signs = sheet("overdose", case.settings).step("signs")
    return Lines(said(case.say, *signs.do), marked=True)


def alarms(case: Case) -> Lines:
    """What to do when the pump sounds."""
    found = guide("alarms", case.settings)
    soft, loud = found.step("non-critical"), found.step("critical")
    _ = case.say
    return Lines(
        (
            (f"{_(soft.title)}.", soft.do[1].told),
            (f"{_(loud.title)}. {sentence(_, loud.do[1])}", loud.do[1].told),
            *said(_, *found.step("not-heard").do),
        ),
        marked=True,
    )


def scans(case: Case) -> Lines:
    """What an MRI unit must know."""
    found = guide("mri", case.settings)
    chosen = (found.step("model").do[0], found.step("interrogate-after").do[0])
    return Lines(said(case.say, *chosen), marked=True)
