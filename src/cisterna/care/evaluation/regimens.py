"""The regimens that could serve, side by side: benefits, risks and what is known of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cisterna.care.content_reading import Faults, content, statement, statements
from cisterna.care.evaluation.recorded import Recorded
from cisterna.care.side_effects import ROUTES, SideEffect, published_side_effects
from cisterna.care.statement import Statement, filled
from cisterna.evidence import Settings, Status
from cisterna.units import decimal_text

__all__ = ["Regimen", "compared_regimens", "read_regimens"]

NOT_HELD = "not published in the sources that the evidence holds"

_KEYS = {"id", "title", "route", "effects", "source", "status", "benefits", "risks", "known"}


@dataclass(frozen=True, kw_only=True)
class Regimen:
    """One way to treat: an empty list of benefits or risks means that the evidence holds none.

    ``effects`` names the route whose published side effects go with it, ``None`` where none is;
    ``for_patient`` says what of this patient bears on it.
    """

    id: str
    title: str
    route: str
    benefits: tuple[Statement, ...]
    risks: tuple[Statement, ...]
    known: tuple[Statement, ...]
    effects: str | None
    for_patient: tuple[Statement, ...] = ()
    source: str
    status: Status

    def side_effects(self) -> tuple[SideEffect, ...]:
        """The side effects of its route, each with what is published on it."""
        return () if self.effects is None else published_side_effects(self.effects).effects

    def told(self, key: str) -> tuple[Statement, ...]:
        """The ``benefits`` or ``risks``; where there are none, the statement that the evidence holds none."""
        stated: tuple[Statement, ...] = getattr(self, key)
        return stated or (Statement(text=NOT_HELD, source=self.source, status=self.status),)

    def facts(self) -> dict[str, object]:
        """The regimen as JSON takes it."""
        return {
            "id": self.id,
            "title": self.title,
            "route": self.route,
            "benefits": [said.facts() for said in self.told("benefits")],
            "risks": [said.facts() for said in self.told("risks")],
            "known": [said.facts() for said in self.known],
            "for_patient": [said.facts() for said in self.for_patient],
            "side_effects": [
                {"effect": one.title, "shown": one.on(self.effects).shown}
                for one in self.side_effects()
                if self.effects is not None
            ],
            "source": self.source,
            "status": self.status.value,
        }


def compared_regimens(settings: Settings | None = None) -> tuple[Regimen, ...]:
    """Every regimen, with the numbers of the evidence as ``settings`` has them.

    >>> [regimen.id for regimen in compared_regimens()]
    ['oral-baclofen', 'oral-others', 'topical', 'botulinum', 'intrathecal', 'sdr', 'dbs']
    """
    return read_regimens(content("regimens"), settings or Settings())


def read_regimens(document: Mapping[str, Any], settings: Settings) -> tuple[Regimen, ...]:
    """The regimens of a parsed file; :class:`~cisterna.errors.EvidenceError` lists every fault of it."""
    faults = Faults("regimens")
    faults.keys("regimens", document, {"regimen"})
    seen: set[str] = set()
    found = [
        _regimen(faults, f"regimen[{place}]", table, seen)
        for place, table in enumerate(document.get("regimen", []))
    ]
    faults.settle()
    return tuple(_with_numbers(one, settings) for one in found)


def _regimen(faults: Faults, where: str, table: Mapping[str, Any], seen: set[str]) -> Regimen:
    ident = faults.ident(where, table, seen)
    here = ident or where
    faults.keys(here, table, _KEYS)
    own = statement(faults, here, {"text": "-", **{k: table[k] for k in ("source", "status") if k in table}})
    if not table.get("known"):
        faults.add(here, "nothing known", "at least one statement under known", "write one")
    effects = table.get("effects")
    if effects is not None and effects not in ROUTES:
        faults.add(f"{here}.effects", f"'{effects}'", ", ".join(ROUTES), "choose one or leave it out")
    return Regimen(
        id=ident, title=faults.words(here, table, "title"), route=faults.words(here, table, "route"),
        benefits=tuple(statements(faults, here, table, "benefits")),
        risks=tuple(statements(faults, here, table, "risks")),
        known=tuple(statements(faults, here, table, "known")),
        effects=effects, source=own.source, status=own.status,
    )  # fmt: skip


def _with_numbers(one: Regimen, settings: Settings) -> Regimen:
    def all_of(entries: tuple[Statement, ...]) -> tuple[Statement, ...]:
        return tuple(filled(said, settings, where=f"regimens: {one.id}") for said in entries)

    return replace(one, benefits=all_of(one.benefits), risks=all_of(one.risks), known=all_of(one.known))


def regimens_for(seen: Recorded) -> tuple[Regimen, ...]:
    """Every regimen, each with what this patient's file states that bears on it."""
    return tuple(
        replace(one, for_patient=tuple(_bearing(one.id, seen))) for one in compared_regimens(seen.settings)
    )


def _bearing(ident: str, seen: Recorded) -> Iterator[Statement]:
    if ident == "sdr":
        yield from _dorsal_rhizotomy(seen)
    elif ident == "dbs" and seen.is_dystonic:
        yield _from_file("Dystonia is recorded; whether it is primary, the file does not say.")
    elif ident == "oral-baclofen" and seen.history.oral_tried is not None:
        yield _from_file(
            "Drugs by mouth were tried." if seen.history.oral_tried else "Not tried by mouth so far."
        )
    elif ident == "botulinum" and seen.history.botulinum_tried is not None:
        yield _from_file("Tried before." if seen.history.botulinum_tried else "Not tried so far.")


def _dorsal_rhizotomy(seen: Recorded) -> Iterator[Statement]:
    """How the patient stands to the profile that NICE named for research."""
    age = seen.settings.number("sdr_age")
    by_age = age.low_in("y") <= seen.age < age.high_in("y") + 1
    by_level = seen.gmfcs in {"II", "III"}
    purity = (
        "spasticity alone (HAT)" if seen.is_purely_spastic
        else "dystonia recorded" if seen.is_dystonic
        else "whether spasticity is pure is not recorded"
    )  # fmt: skip
    control = [event for event in seen.latest("selective-control") if not isinstance(event.value, str)]
    legs = ", ".join(f"{event.site or 'a leg'} {decimal_text(float(event.value))} of 10" for event in control)
    fits = seen.is_cerebral_palsy and by_age and by_level and not seen.is_dystonic
    told = (
        f"{seen.patient.condition}, age {seen.completed_age}, "
        f"GMFCS {seen.gmfcs or 'not recorded'}, {purity}, selective control {legs or 'not recorded'}"
    )
    what = (
        "An option to discuss: within the research profile as far as it is recorded" if fits
        else "Outside the research profile, or not recorded"
    )  # fmt: skip
    yield Statement(
        text=f"{what} ({told}).",
        source="therapy file; NICE research profile, PMH0051845",
        status=Status.DERIVED,
    )


def _from_file(text: str) -> Statement:
    return Statement(text=text, source="therapy file", status=Status.DERIVED)
