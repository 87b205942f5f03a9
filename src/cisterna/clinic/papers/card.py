"""The card that a patient carries: for whom it is, what the pump holds, whom to call, what to watch for."""

from __future__ import annotations

from cisterna.clinic.papers.case import Case, made_words
from cisterna.clinic.papers.words import overdose_signs, scans, withdrawal_signs
from cisterna.report.papers import Fields, Paper, Section

__all__ = ["card"]


def card(case: Case) -> Paper:
    """The card, to be cut out and folded."""
    _ = case.say
    return Paper(
        kind="card",
        layout="card",
        language=_.language,
        title=_("Patient card"),
        subtitle=_("Implanted pump for intrathecal baclofen"),
        site=case.maker.site,
        telephone=case.maker.telephone,
        about=case.who(),
        to="",
        sections=(
            Section(title=_("Call at every hour"), blocks=(Fields(tuple(case.contacts())),)),
            Section(title=_("Therapy"), blocks=(Fields(tuple(case.therapy_now())),)),
            Section(title=_("Dates"), blocks=(Fields(tuple(case.dates())),)),
            Section(title=_("Pump and catheter"), blocks=(Fields(tuple(case.devices())),)),
            Section(title=_("Too little: call at once"), blocks=(withdrawal_signs(case),)),
            Section(title=_("Too much: call at once"), blocks=(overdose_signs(case),)),
            Section(title=_("Before and after an MRI scan"), blocks=(scans(case),)),
        ),
        closing=_(
            "Older cards are no longer valid. What the pump does now is told by its interrogation alone."
        ),
        made=case.maker.made,
        words=made_words(case.maker, case.entries),
    )
