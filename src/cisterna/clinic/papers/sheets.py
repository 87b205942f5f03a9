"""Both reference sheets on one paper, since the one can look like the other."""

from __future__ import annotations

from collections.abc import Iterator

from cisterna.care.guides import SHEETS, Guide, Step, sheet
from cisterna.clinic.papers.case import Maker, made_words
from cisterna.clinic.papers.words import said
from cisterna.clinic.web.tongue import Tongue
from cisterna.report.papers import Lines, Paper, Section

__all__ = ["sheets"]


def sheets(maker: Maker) -> Paper:
    """The sheets on withdrawal and on overdose."""
    _ = maker.say
    found = tuple(sheet(name, maker.choices.settings) for name in SHEETS)
    return Paper(
        kind="sheets",
        layout="sheet",
        language=_.language,
        title=_("Withdrawal and overdose of intrathecal baclofen"),
        subtitle=_(
            "Each can look like the other. Read both. No sheet computes a dose, and none replaces the label."
        ),
        site=maker.site,
        telephone=maker.telephone,
        about=(),
        to="",
        sections=tuple(section for each in found for section in _sections(_, each)),
        closing=_("Each sentence stands with its source; what is not confirmed says so."),
        made=maker.made,
        words=made_words(maker),
    )


def _sections(_: Tongue, guide: Guide) -> Iterator[Section]:
    yield Section(title=_(guide.title), blocks=())
    for step in guide.steps:
        yield Section(title=_(step.title), blocks=(Lines(_lines(_, step), marked=True),), level=3)


def _lines(_: Tongue, step: Step) -> tuple[tuple[str, str], ...]:
    return said(_, *step.do, *step.check, *step.know)
