"""The levels I to V of movement, hands, communication and eating, with the instrument for the age."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from cisterna.care.result import Reason, told
from cisterna.care.scales.age_bands import age_faults, band_text, is_in
from cisterna.care.scales.ranges import checked, one_of
from cisterna.care.scales.score import ScaleVersion, Score, scored
from cisterna.evidence import Number, number
from cisterna.units import Age
from cisterna.verdict import Verdict

__all__ = [
    "LEVELS", "Classification", "communication", "eating_and_drinking", "gross_motor", "manual_ability",
]  # fmt: skip

LEVELS = ("I", "II", "III", "IV", "V")
"""The levels; I is the least limited."""

_OUT_OF_AGE = "no instrument of this scale is published for the age"


@dataclass(frozen=True, kw_only=True)
class Classification:
    """A level with the age band and the instrument that it was found by."""

    level: str = field(metadata=told("level"))
    age_band: str | None = field(metadata=told("age band", "y"))
    instrument: str | None = field(metadata=told("instrument"))


@dataclass(frozen=True, kw_only=True)
class _Instrument:
    """One form of a scale, for the ages of the bands called ``ages``; without them, for every age."""

    name: str
    ages: tuple[str, ...] = ()
    version: str | None = None

    def bands(self) -> tuple[Number, ...]:
        return tuple(number(name) for name in self.ages)


@dataclass(frozen=True, kw_only=True)
class _Family:
    """A scale with the instruments that it has for different ages."""

    which: ScaleVersion
    instruments: tuple[_Instrument, ...]

    def bands(self) -> tuple[Number, ...]:
        return tuple(band for instrument in self.instruments for band in instrument.bands())


_GMFCS = _Family(
    which=ScaleVersion(
        scale="gmfcs",
        title="Gross motor function classification (GMFCS)",
        version="expanded and revised, 2007",
        source="is.muni.cz GMFCS-ER_English",
    ),
    instruments=(
        _Instrument(
            name="GMFCS E&R",
            ages=tuple(f"gmfcs_age_band_{band}" for band in range(1, 6)),
            version="expanded and revised, 2007",
        ),
    ),
)
_MACS = _Family(
    which=ScaleVersion(
        scale="macs", title="Manual ability classification (MACS)", version=None, source="wikisum; probsee"
    ),
    instruments=(
        _Instrument(name="Mini-MACS", ages=("mini_macs_age",), version="Mini-MACS, English 2016"),
        _Instrument(name="MACS", ages=("macs_age",)),
    ),
)
_CFCS = _Family(
    which=ScaleVersion(
        scale="cfcs", title="Communication function classification (CFCS)", version=None, source="cfcs.us"
    ),
    instruments=(_Instrument(name="CFCS"),),
)
_EDACS = _Family(
    which=ScaleVersion(
        scale="edacs",
        title="Eating and drinking ability classification (EDACS)",
        version=None,
        source="NINDS 24705; scribd 593070495",
    ),
    instruments=(
        _Instrument(name="Mini-EDACS", ages=("mini_edacs_age",)),
        _Instrument(name="EDACS", ages=("edacs_age",)),
    ),
)


def gross_motor(level: str, age: Age) -> Score[Classification]:
    """A GMFCS level with its age band (below 2, 2, 4, 6, 12 to 18 years, half-open).

    Raises :class:`~cisterna.errors.InputError` for an unknown level and an impossible age.

    >>> gross_motor("III", Age(4)).value.age_band
    '4-6'
    """
    return _classified(_GMFCS, level, age, _corrected_age(age))


def manual_ability(level: str, age: Age) -> Score[Classification]:
    """A MACS level, by Mini-MACS from 1 to below 4 years and MACS from 4 to below 18 years.

    Raises :class:`~cisterna.errors.InputError` for an unknown level and an impossible age.

    >>> manual_ability("II", Age.parse("3 y 11 mo")).value.instrument
    'Mini-MACS'
    """
    return _classified(_MACS, level, age)


def communication(level: str, age: Age) -> Score[Classification]:
    """A CFCS level; no age bands are published for it.

    Raises :class:`~cisterna.errors.InputError` for an unknown level and an impossible age.

    >>> communication("V", Age(9)).value.age_band is None
    True
    """
    return _classified(_CFCS, level, age)


def eating_and_drinking(level: str, age: Age) -> Score[Classification]:
    """An EDACS level, by Mini-EDACS from 18 months to below 3 years and EDACS from 3 years.

    Raises :class:`~cisterna.errors.InputError` for an unknown level and an impossible age.

    >>> eating_and_drinking("IV", Age.parse("20 mo")).value.instrument
    'Mini-EDACS'
    """
    return _classified(_EDACS, level, age)


def _classified(
    family: _Family, level: str, age: Age, remarks: tuple[Reason, ...] = ()
) -> Score[Classification]:
    remedy = "write the level as a Roman numeral, for example III"
    checked([*one_of("level", level, LEVELS, remedy), *age_faults(age)])
    found = [
        (instrument, band)
        for instrument in family.instruments
        for band in instrument.bands() or (None,)
        if band is None or is_in(age, band)
    ]
    instrument, band = found[0] if found else (None, None)
    return scored(
        replace(family.which, version=instrument.version) if instrument else family.which,
        Classification(
            level=level,
            age_band=band_text(band) if band else None,
            instrument=instrument.name if instrument else None,
        ),
        formula="instrument and band by age: from the lower end on, below the upper end",
        inputs={"level": level, "age": age.shown()},
        reasons=(*_reasons(family, age, instrument, band), *remarks),
        numbers=family.bands(),
    )


def _reasons(
    family: _Family, age: Age, instrument: _Instrument | None, band: Number | None
) -> Iterator[Reason]:
    source = family.which.source
    if band is not None:
        text = f"At {age.shown()} the band is {band_text(band)} y; a birthday belongs to the band it begins."
        yield Reason.on(band, text)
    elif instrument is not None:
        yield Reason(text=f"{instrument.name} has no age bands.", source=source, about="age_band")
    else:
        covered = ", ".join(band_text(band) for band in family.bands())
        yield Reason(
            text=f"The age {age.shown()} is outside the published bands ({covered} y): {_OUT_OF_AGE}.",
            source=source,
            verdict=Verdict.CAUTION,
            about="age_band",
        )
        yield Reason(text=f"The instrument is not known: {_OUT_OF_AGE}.", source=source, about="instrument")


def _corrected_age(age: Age) -> tuple[Reason, ...]:
    corrected = number("gmfcs_corrected_age")
    if age >= corrected.in_unit("y"):
        return ()
    text = f"Below {corrected.shown()} the age of a child born preterm is to be the corrected one."
    return (Reason.on(corrected, text),)
