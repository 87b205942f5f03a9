"""The letter to the family and the letter to the family doctor."""

from __future__ import annotations

from collections.abc import Iterator

from cisterna.clinic.papers.case import Case, made_words
from cisterna.clinic.papers.visit import done_on
from cisterna.clinic.papers.words import alarms, overdose_signs, withdrawal_signs
from cisterna.report.papers import Fields, Lines, Paper, Section, Signatures

__all__ = ["doctor", "family"]


def family(case: Case, to: str = "", message: str = "") -> Paper:
    """The letter to the family: what the pump gives, when to come, when to call."""
    _ = case.say
    opening = _(
        "this letter tells how the pump of %(given)s is set, when the next refill is due, and when to call.",
        given=case.identity.given_name,
    )
    sections = (
        Section(title="", blocks=(Lines(((_("Dear family,"), ""), (opening, ""), *_lines(message))),)),
        Section(title=_("What the pump gives"), blocks=(Fields(tuple(case.therapy_now())),)),
        Section(title=_("When to come"), blocks=(Fields(tuple(case.dates())), *_visit_words(case))),
        Section(title=_("Whom to call"), blocks=(Fields(tuple(case.contacts())),)),
        Section(title=_("When the pump sounds"), blocks=(alarms(case),)),
        Section(title=_("Too little baclofen: call at once"), blocks=(withdrawal_signs(case),)),
        Section(title=_("Too much baclofen: call at once"), blocks=(overdose_signs(case),)),
        Section(title="", blocks=(Signatures((_("for the service"),)),)),
    )
    return _letter(case, "family", _("Letter to the family"), to, sections)


def doctor(case: Case, to: str = "", message: str = "") -> Paper:
    """The letter to the family doctor: the therapy, what was done last, what to watch for."""
    _ = case.say
    opening = _(
        "we report on the intrathecal baclofen therapy of your patient %(name)s, born %(born)s.",
        name=case.name,
        born=_.day(case.therapy.patient.born, weekday=False),
    )
    named = f"{_(case.therapy.patient.condition)} {_gmfcs(case)}".strip()
    condition = _("Condition: %(condition)s", condition=named)
    head = ((_("Dear colleague,"), ""), (opening, ""), (condition, ""), *_lines(message))
    closing = (Lines(((_("Yours sincerely"), ""),)), Signatures((_("for the service"),)))
    sections = (
        Section(title="", blocks=(Lines(head),)),
        Section(title=_("Therapy now"), blocks=(Fields(tuple(case.therapy_now())),)),
        Section(title=_("Dates"), blocks=(Fields(tuple(case.dates())),)),
        Section(title=_("Pump and catheter"), blocks=(Fields(tuple(case.devices())),)),
        *done_on(case, case.days[0].on if case.days else None),
        Section(title=_("Signs of too little baclofen"), blocks=(withdrawal_signs(case),)),
        Section(title=_("Signs of too much baclofen"), blocks=(overdose_signs(case),)),
        Section(title=_("Whom to call"), blocks=(Fields(tuple(case.contacts())),)),
        Section(title="", blocks=closing),
    )
    return _letter(case, "doctor", _("Letter to the family doctor"), to, sections)


def _letter(case: Case, kind: str, title: str, to: str, sections: tuple[Section, ...]) -> Paper:
    _ = case.say
    return Paper(
        kind=kind,
        layout="letter",
        language=_.language,
        title=title,
        subtitle=_.day(case.maker.today),
        site=case.maker.site,
        telephone=case.maker.telephone,
        about=case.who(),
        to=to,
        sections=sections,
        closing=_("The coming dates are calculated from the record, not measured in the pump."),
        made=case.maker.made,
        words=made_words(case.maker, case.entries),
    )


def _gmfcs(case: Case) -> str:
    level = case.therapy.patient.gmfcs
    return f"(GMFCS {level})" if level else ""


def _lines(message: str) -> Iterator[tuple[str, str]]:
    """What who writes the letter added, a sentence or more on each line."""
    return ((line.strip(), "") for line in message.splitlines() if line.strip())


def _visit_words(case: Case) -> tuple[Lines, ...]:
    _ = case.say
    if case.refill_by() is None:
        return ()
    return (
        Lines(
            (
                (
                    _("If you hear the alarm, or cannot come by the day of the refill, call us."),
                    "",
                ),
            )
        ),
    )
