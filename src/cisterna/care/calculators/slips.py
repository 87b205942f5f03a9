"""Numbers that stand alone and look like slips: nothing before them says what was meant.

A dose is held against the highest published one, a volume against the largest device of the catalogue, a
limit that the site sets against the published one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cisterna.care.result import Reason
from cisterna.evidence import Number, Settings, Status, builtin_catalogue, number
from cisterna.evidence.numbers import names
from cisterna.limits.guardrail import Touched
from cisterna.limits.slips import slip_between, slip_touched
from cisterna.units import DailyDose, Mass, Volume, decimal_text
from cisterna.verdict import Verdict

__all__ = [
    "daily_dose_slips",
    "dead_volume_slips",
    "fill_slips",
    "screening_slips",
    "setting_slips",
    "tubing_slips",
]

_FROM_CATALOGUE = "the devices of the catalogue, cisterna evidence"
_SCREENING = ("screening_dose_first", "screening_dose_highest")


def daily_dose_slips(daily_dose: DailyDose) -> Iterator[Reason]:
    """A stop where a daily dose is ten or more times the highest published one.

    >>> [reason.verdict.value for reason in daily_dose_slips(DailyDose(100_000))]
    ['stop']
    """
    highest, tenfold = number("highest_paediatric_dose"), number("ten_fold_change")
    times = daily_dose / highest.in_unit("mcg/day")
    if times >= tenfold.in_unit("ratio"):
        yield Reason.on(
            tenfold,
            f"The daily dose, {daily_dose.shown()}, is {decimal_text(times, 1)} times the highest published, "
            f"{highest.shown()} ({highest.cited()}): mg and mcg confused, or the decimal point out of place? "
            "Check the number and the unit.",
            Verdict.STOP,
        )


def screening_slips(dose: Mass) -> tuple[Touched, ...]:
    """The absolute guardrail of a dose above all screening doses that is one of them, but for a slip.

    >>> [touched.name for touched in screening_slips(Mass(500))], screening_slips(Mass(110))
    (['tenfold-slip'], ())
    """
    settings = Settings()
    published = [number(name).in_unit("mcg") for name in _SCREENING]
    if dose <= max(published):
        return ()
    for expected in published:
        slip = slip_between(expected, dose, settings)
        what = "the screening dose"
        touched = slip and slip_touched(slip, settings, what=what, unit="mcg", expected=expected)
        if touched:
            return (touched,)
    return ()


def fill_slips(fill: Volume, what: str = "A fill") -> Iterator[Reason]:
    """A caution where a fill, or another volume of drug, is more than any reservoir of the catalogue holds.

    >>> [reason.verdict.value for reason in fill_slips(Volume(200))], list(fill_slips(Volume(40)))
    (['caution'], [])
    """
    yield from _beyond(
        fill, what, "the largest reservoir of the catalogue holds", _largest("reservoir_volume")
    )


def dead_volume_slips(volume: Volume, *, tubing: bool = True) -> Iterator[Reason]:
    """A caution where a dead volume is more than the largest catheter, tubing and port of the catalogue hold.

    >>> list(dead_volume_slips(Volume(0.34)))
    []
    >>> [reason.verdict.value for reason in dead_volume_slips(Volume(3.4))]
    ['caution']
    """
    if tubing:
        most = _largest_catheter() + _largest("tubing_volume") + _largest("port_volume")
        held = "the largest catheter, tubing and port of the catalogue hold together"
        yield from _beyond(volume, "A dead volume", held, most)
    else:
        held = "the largest catheter of the catalogue holds"
        yield from _beyond(volume, "A catheter volume", held, _largest_catheter())


def tubing_slips(volume: Volume | None) -> Iterator[Reason]:
    """A caution where a tubing volume is more than the tubing of any pump of the catalogue holds.

    >>> [reason.verdict.value for reason in tubing_slips(Volume(1.4))], list(tubing_slips(Volume(0.14)))
    (['caution'], [])
    """
    if volume is not None:
        held = "the largest tubing of the catalogue holds"
        yield from _beyond(volume, "A tubing volume", held, _largest("tubing_volume"))


def _beyond(volume: Volume, what: str, held: str, most_ml: float) -> Iterator[Reason]:
    if volume > most_ml:
        yield Reason(
            text=f"{what} of {volume.shown()} is more than {held}, {decimal_text(most_ml, 2)} mL; check the "
            "decimal point.",
            source=_FROM_CATALOGUE,
            status=Status.DERIVED,
            verdict=Verdict.CAUTION,
        )


def _largest(quantity: str) -> float:
    pumps = builtin_catalogue().pumps.values()
    return max(pump.need(quantity, "mL") for pump in pumps if pump.known(quantity))


def _largest_catheter() -> float:
    return max(
        catheter.need("length", "cm") * catheter.need("volume_per_length", "mL/cm")
        for catheter in builtin_catalogue().catheters.values()
        if catheter.known("length") and catheter.known("volume_per_length")
    )


def setting_slips(applied: Iterable[Number]) -> Iterator[Reason]:
    """A caution for each limit that is set ten or more times above, or below, the published one.

    >>> from dataclasses import replace
    >>> life = number("stability_in_pump")
    >>> [reason.verdict.value for reason in setting_slips([life, replace(life, value=1800.0)])]
    ['caution']
    """
    tenfold = number("ten_fold_change")
    for entry in applied:
        published = _published(entry.name)
        if published is not None and _times(entry, published) >= tenfold.in_unit("ratio"):
            yield Reason.on(
                tenfold,
                f"{entry.text[0].upper()}{entry.text[1:]} is set to {entry.shown()}; published is "
                f"{published.shown()}: check the decimal point and the unit.",
                Verdict.CAUTION,
            )


def _published(name: str) -> Number | None:
    """The number as it is published, also one of a pump (``synchromed-ii-20.life``)."""
    if name in names():
        return number(name)
    device, _, quantity = name.partition(".")
    pumps = builtin_catalogue().pumps
    return pumps[device].number(quantity) if quantity and device in pumps else None


def _times(entry: Number, published: Number) -> float:
    """By how many times the two differ, up or down, at most; nothing is no multiple."""
    pairs = ((getattr(entry, part), getattr(published, part)) for part in ("value", "low", "high"))
    return max((max(here / there, there / here) for here, there in pairs if here and there), default=1.0)
