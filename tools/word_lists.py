"""Words that pages show from values: kinds, states, roles, scales, muscles, settings; each has one home."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from cisterna.care.standing import StandingStatus
from cisterna.clinic.administration.account_pages import MAY
from cisterna.clinic.assessments.asked import ASKED, GROUPS, JOINTS, MUSCLES, SIDES
from cisterna.clinic.due.serving import KIND_WORDS, ON_CALL, VISIT_KINDS
from cisterna.clinic.events.fields import KINDS, fields_of
from cisterna.clinic.events.timeline import KIND_OF_EVENT
from cisterna.clinic.patients.course import SPANS
from cisterna.clinic.patients.forms import QUESTIONS
from cisterna.clinic.permissions import Role
from cisterna.clinic.recalls.criteria import Touch
from cisterna.clinic.recalls.service import OUTCOMES
from cisterna.clinic.settings.groups import GROUPS as SETTINGS
from cisterna.clinic.settings.site import WORDS
from cisterna.clinic.visits.screening.steps import VITALS
from cisterna.evidence import Status, number
from cisterna.pump import Condition
from cisterna.therapy.events import EVENT_KINDS
from cisterna.therapy.patient import Condition as Diagnosis
from cisterna.therapy.programs import ProgramMode

__all__ = ["listed_words"]


def listed_words() -> Iterator[str]:
    """Every word of the lists, some of them more than once."""
    yield from (*KIND_WORDS.values(), *VISIT_KINDS.values(), ON_CALL)
    yield from (words for _, words in (*QUESTIONS, *OUTCOMES))
    yield from (
        one.value.replace("-", " ") for each in (Role, StandingStatus, Condition, Touch) for one in each
    )
    yield from (one.value for one in Status)
    yield from ("female", "male", "sex not recorded", "not shown to your role", "no pump implanted")
    yield from ("the pump was taken out", "not known: the record must be mended")
    yield from (one.replace("-", " ") for one in (*get_args(Diagnosis), *get_args(ProgramMode)))
    yield from KIND_OF_EVENT.values()
    yield from (kind.replace("-", " ").capitalize() for kind in EVENT_KINDS)
    yield from (span.words for span in SPANS.values())
    yield from (words for told in KINDS.values() for words in told)
    for kind in EVENT_KINDS:
        yield from (words for one in fields_of(kind) for words in (one.label, one.range))
    yield from (words for _, words, _ in VITALS)
    yield from (*MAY.values(), "Refills", "Not booked", "Mine")
    yield from _scales()
    yield from _settings()


def _scales() -> Iterator[str]:
    yield from GROUPS.values()
    for each in ASKED:
        yield from (each.title, each.note, *each.sites)
    yield from (f"{side} {part}" for side in SIDES for part in (*MUSCLES, *JOINTS))
    yield from (*SIDES, *MUSCLES, *JOINTS)


def _settings() -> Iterator[str]:
    for title, names in SETTINGS.items():
        yield title
        yield from (number(name).text for name in names)
    for word in WORDS.values():
        yield from (word.text, word.allowed)
