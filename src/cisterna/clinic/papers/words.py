"""Sentences of the guides that papers repeat, each with its source, so that they have one home."""

from __future__ import annotations

from cisterna.care.guides import guide, sheet
from cisterna.care.statement import Statement
from cisterna.clinic.papers.case import Case
from cisterna.clinic.web.tongue import Tongue
from cisterna.report.papers import Lines

__all__ = ["alarms", "overdose_signs", "said", "scans", "withdrawal_signs"]


def said(_: Tongue, *statements: Statement) -> tuple[tuple[str, str], ...]:
    """Sentences with their sources, in the language of the paper as far as the catalogue has them."""
    return tuple((_(each.text), each.cited) for each in statements)


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
            (f"{_(soft.title)}.", soft.do[1].cited),
            (f"{_(loud.title)}. {_(loud.do[1].text)}", loud.do[1].cited),
            *said(_, *found.step("not-heard").do),
        ),
        marked=True,
    )


def scans(case: Case) -> Lines:
    """What an MRI unit must know."""
    found = guide("mri", case.settings)
    chosen = (found.step("model").do[0], found.step("interrogate-after").do[0])
    return Lines(said(case.say, *chosen), marked=True)
