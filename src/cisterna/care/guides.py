"""Guided lists: screening, refill, loss of effect, MRI, alarms, travel; and the reference sheets.

A guide is content, not advice: sections of steps in a fixed order, each with what is done, what must hold,
what is known, what is recorded and from where that comes. Steps and records have stable ids, so that a
screen can attach fields to them.

>>> refill = guide("refill")
>>> [step.id for step in refill.steps][6:10]
['aspirate', 'doubt', 'fill', 'bridge']
>>> refill.step("drug").second_person.text
'A second person checks drug, concentration, lot and expiry.'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cisterna.care.content_reading import Faults, content, statement, statements
from cisterna.care.statement import Statement, filled
from cisterna.errors import EvidenceError, Fault
from cisterna.evidence import Settings, Status

__all__ = [
    "GUIDES", "SHEETS", "THRESHOLD", "VISITS", "Guide", "Record", "Section", "Step", "guide", "read_guide",
    "sheet", "visit_steps",
]  # fmt: skip

GUIDES = ("screening", "refill", "loss-of-effect", "mri", "alarms", "travel")
"""The guides by name."""

SHEETS = ("withdrawal", "overdose")
"""The reference sheets by name; each is shown with the other, since the one can look like the other."""

VISITS = ("implant", "evaluation", "screening-trial")
"""Lists of steps that a visit of the clinic goes through and that are no guide by themselves."""

THRESHOLD = "responder_threshold_gilmartin"
"""The number that counts as a response in the guide of the screening trial; a setting of the site."""

_STEP_KEYS = {
    "id", "title", "do", "check", "know", "record", "second_person", "uses", "source", "status",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Record:
    """Something to be written down at a step; ``unit`` is empty where it has none."""

    id: str
    text: str
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: ``do`` it, ``check`` what must hold or what to do where it does not, ``know`` the rest.

    ``second_person`` says what a second person checks, ``None`` where one person does. ``uses`` names the
    commands that help, as they are typed after ``cisterna``.
    """

    id: str
    title: str
    do: tuple[Statement, ...]
    check: tuple[Statement, ...] = ()
    know: tuple[Statement, ...] = ()
    record: tuple[Record, ...] = ()
    second_person: Statement | None = None
    uses: tuple[str, ...] = ()
    source: str
    status: Status

    @property
    def cited(self) -> str:
        """The source of the step with its status."""
        return f"{self.source} [{self.status.value}]"

    def facts(self) -> dict[str, object]:
        """The step as JSON takes it; no key is ever absent."""
        return {
            "id": self.id,
            "title": self.title,
            "do": [said.facts() for said in self.do],
            "check": [said.facts() for said in self.check],
            "know": [said.facts() for said in self.know],
            "record": [{"id": one.id, "text": one.text, "unit": one.unit or None} for one in self.record],
            "second_person": None if self.second_person is None else self.second_person.facts(),
            "uses": list(self.uses),
            "source": self.source,
            "status": self.status.value,
        }

    def statements(self) -> Iterator[Statement]:
        """Everything that the step says."""
        yield from (*self.do, *self.check, *self.know)
        if self.second_person is not None:
            yield self.second_person


@dataclass(frozen=True, kw_only=True)
class Section:
    """Steps that belong together."""

    id: str
    title: str
    steps: tuple[Step, ...]

    @property
    def source(self) -> str:
        """The sources of its steps, each once."""
        return "; ".join(dict.fromkeys(step.source for step in self.steps))


@dataclass(frozen=True, kw_only=True)
class Guide:
    """A guide or a sheet; ``order`` says who set the order of its steps, ``see`` what to read beside it."""

    name: str
    title: str
    purpose: str
    sections: tuple[Section, ...]
    order: Statement | None = None
    see: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, in order."""
        return tuple(step for section in self.sections for step in section.steps)

    def facts(self) -> dict[str, object]:
        """The guide as JSON takes it: ``steps`` in order, and ``sections`` with the steps that they hold."""
        return {
            "name": self.name,
            "title": self.title,
            "purpose": self.purpose,
            "order": None if self.order is None else self.order.facts(),
            "sections": [
                {"id": part.id, "title": part.title, "source": part.source,
                 "steps": [step.id for step in part.steps]}
                for part in self.sections
            ],
            "steps": [
                {"section": part.id, **step.facts()} for part in self.sections for step in part.steps
            ],
            "see": list(self.see),
        }  # fmt: skip

    def step(self, ident: str) -> Step:
        """The step with that id; :class:`KeyError` where there is none."""
        for step in self.steps:
            if step.id == ident:
                return step
        raise KeyError(ident)


def guide(name: str, settings: Settings | None = None) -> Guide:
    """The guide ``name``, with the numbers of the evidence as ``settings`` has them.

    Raises :class:`~cisterna.errors.EvidenceError` for a name that is not in :data:`GUIDES`.

    >>> site = Settings.of({"responder_threshold_gilmartin": "1.5 score"})
    >>> guide("screening", site).step("response").check[0].text
    'Threshold in use: mean leg Ashworth falls by at least 1.5 (set here; published 1).'
    """
    return _named(name, GUIDES, "guide", settings)


def sheet(name: str, settings: Settings | None = None) -> Guide:
    """The reference sheet ``name`` of :data:`SHEETS`; it computes no dose.

    >>> [section.id for section in sheet("overdose").sections]
    ['suspect', 'act']
    """
    return _named(name, SHEETS, "sheet", settings)


def visit_steps(name: str, settings: Settings | None = None) -> Guide:
    """The steps of a visit of :data:`VISITS`.

    >>> [step.id for step in visit_steps("implant").steps][:3]
    ['identity', 'pump', 'catheter']
    """
    return _named(name, VISITS, "visit", settings)


def _named(name: str, known: tuple[str, ...], what: str, settings: Settings | None) -> Guide:
    if name not in known:
        raise EvidenceError(
            Fault(where=what, found=f"'{name}'", allowed=", ".join(known), remedy="choose one of them")
        )
    return read_guide(content(name), name, settings or Settings())


def read_guide(document: Mapping[str, Any], name: str, settings: Settings) -> Guide:
    """A guide from its parsed file; :class:`~cisterna.errors.EvidenceError` lists every fault of it.

    >>> step = {"id": "x", "title": "X", "do": [], "source": "label", "status": "confirmed"}
    >>> read_guide({"title": "t", "purpose": "p", "section": [{"id": "a", "title": "A", "step": [step]}]},
    ...            "mine", Settings())
    Traceback (most recent call last):
    ...
    cisterna.errors.EvidenceError: mine: x: found nothing to do; allowed: at least one statement under do; \
write one.
    """
    faults = Faults(name)
    faults.keys(name, document, {"title", "purpose", "order", "see", "section"})
    order = document.get("order")
    seen: set[str] = set()
    sections = tuple(_sections(faults, document, seen))
    found = Guide(
        name=name,
        title=faults.words(name, document, "title"),
        purpose=faults.words(name, document, "purpose"),
        order=None if order is None else statement(faults, "order", order),
        see=tuple(document.get("see", ())),
        sections=sections,
    )
    faults.settle()
    return _with_numbers(found, settings)


def _sections(faults: Faults, document: Mapping[str, Any], seen: set[str]) -> Iterator[Section]:
    names: set[str] = set()
    if not document.get("section"):
        faults.add("section", "none", "at least one [[section]]", "write one")
    for place, table in enumerate(document.get("section", [])):
        where = f"section[{place}]"
        faults.keys(where, table, {"id", "title", "step"})
        ident = faults.ident(where, table, names)
        if not table.get("step"):
            faults.add(where, "no step", "at least one [[section.step]]", "write one")
        steps = tuple(
            _step(faults, f"{where}.step[{at}]", step, seen) for at, step in enumerate(table.get("step", []))
        )
        yield Section(id=ident, title=faults.words(where, table, "title"), steps=steps)


def _step(faults: Faults, where: str, table: Mapping[str, Any], seen: set[str]) -> Step:
    ident = faults.ident(where, table, seen)
    here = ident or where
    faults.keys(here, table, _STEP_KEYS)
    own = statement(faults, here, {"text": "-", **{k: table[k] for k in ("source", "status") if k in table}})
    if not table.get("do"):
        faults.add(here, "nothing to do", "at least one statement under do", "write one")
    second = table.get("second_person")
    return Step(
        id=ident,
        title=faults.words(here, table, "title"),
        do=tuple(statements(faults, here, table, "do")),
        check=tuple(statements(faults, here, table, "check")),
        know=tuple(statements(faults, here, table, "know")),
        record=tuple(_records(faults, here, table)),
        second_person=None if second is None else statement(faults, f"{here}.second_person", second, table),
        uses=tuple(table.get("uses", ())),
        source=own.source,
        status=own.status,
    )


def _records(faults: Faults, where: str, table: Mapping[str, Any]) -> Iterator[Record]:
    seen: set[str] = set()
    for place, entry in enumerate(table.get("record", [])):
        here = f"{where}.record[{place}]"
        faults.keys(here, entry, {"id", "text", "unit"})
        yield Record(
            id=faults.ident(here, entry, seen),
            text=faults.words(here, entry, "text"),
            unit=str(entry.get("unit", "")),
        )


def _with_numbers(found: Guide, settings: Settings) -> Guide:
    """The guide with every brace filled, titles and purpose included."""

    def words(text: str, where: str) -> str:
        said = Statement(text=text, source="-", status=Status.CONFIRMED)
        return filled(said, settings, where=where).text

    def all_of(entries: tuple[Statement, ...], where: str) -> tuple[Statement, ...]:
        return tuple(filled(entry, settings, where=where) for entry in entries)

    def step(one: Step) -> Step:
        where = f"{found.name}: {one.id}"
        second = None if one.second_person is None else filled(one.second_person, settings, where=where)
        return replace(
            one, title=words(one.title, where), do=all_of(one.do, where), check=all_of(one.check, where),
            know=all_of(one.know, where), second_person=second,
        )  # fmt: skip

    sections = tuple(
        replace(section, steps=tuple(step(one) for one in section.steps)) for section in found.sections
    )
    return replace(found, purpose=words(found.purpose, found.name), sections=sections)
