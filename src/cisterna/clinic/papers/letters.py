"""The letter to the family and the letter to the family doctor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cisterna.clinic.papers.case import Case, made_words
from cisterna.clinic.papers.visit import done_on, told_of
from cisterna.clinic.papers.words import alarms, overdose_signs, withdrawal_signs
from cisterna.clinic.web.tongue import Tongue
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
        Section(title=_("What the pump gives"), blocks=(Fields((*case.therapy_now(), *case.rates())),)),
        Section(title=_("When to come"), blocks=(Fields(tuple(case.dates())), *_visit_words(case))),
        Section(title=_("Whom to call"), blocks=(Fields(tuple(case.contacts(and_family=False))),)),
        Section(title=_("When the pump sounds"), blocks=(alarms(case),)),
        Section(title=_("Too little baclofen: call at once"), blocks=(withdrawal_signs(case),)),
        Section(title=_("Too much baclofen: call at once"), blocks=(overdose_signs(case),)),
        Section(title="", blocks=(Signatures((_("for the service"),)),)),
    )
    return _letter(case, "family", _("Letter to the family"), to, sections)


def doctor(case: Case, to: str = "", message: str = "") -> Paper:
    """The letter to the family doctor: the therapy, what was done last, what to watch for."""
    _ = case.say
    about = {"name": case.name, "born": _.day(case.therapy.patient.born, weekday=False)}
    opening = (
        _("we report on the intrathecal baclofen therapy of your patient %(name)s, born %(born)s.", **about)
        if case.has_pump
        else _("we report on your patient %(name)s, born %(born)s, who has no pump for baclofen.", **about)
    )
    named = f"{_(case.therapy.patient.condition)} {_gmfcs(case)}".strip()
    condition = _("Condition: %(condition)s", condition=named)
    head = ((_("Dear colleague,"), ""), (opening, ""), (condition, ""), *_lines(message))
    closing = (Lines(((_("Yours sincerely"), ""),)), Signatures((_("for the service"),)))
    sections = (
        Section(title="", blocks=(Lines(head),)),
        *told_of(case),
        *done_on(case, case.days[0].on if case.days else None),
        *(_signs(case) if case.has_pump else ()),
        Section(title=_("Whom to call"), blocks=(Fields(tuple(case.contacts())),)),
        Section(title="", blocks=closing),
    )
    return _letter(case, "doctor", _("Letter to the family doctor"), to, sections)


def _signs(case: Case) -> tuple[Section, ...]:
    _ = case.say
    return (
        Section(title=_("Signs of too little baclofen"), blocks=(withdrawal_signs(case),)),
        Section(title=_("Signs of too much baclofen"), blocks=(overdose_signs(case),)),
    )


def _with_sources_last(_: Tongue, sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """The sections with a number in place of each source, and all sources below the signature."""
    sources: dict[str, int] = {}

    def numbered(line: tuple[str, str]) -> tuple[str, str]:
        words, source = line
        return (words, f"[{sources.setdefault(source, len(sources) + 1)}]") if source else line

    made = tuple(
        replace(
            section,
            blocks=tuple(
                replace(block, lines=tuple(numbered(line) for line in block.lines))
                if isinstance(block, Lines)
                else block
                for block in section.blocks
            ),
        )
        for section in sections
    )
    if not sources:
        return made
    listed = Lines(tuple((f"[{place}] {source}", "") for source, place in sources.items()))
    return (*made, Section(title=_("Sources"), blocks=(listed,)))


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
        sections=_with_sources_last(_, sections),
        closing=_("The coming dates are calculated from the record, not measured in the pump.")
        if case.has_pump
        else "",
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
