"""The Canadian occupational performance measure (COPM): change of the two means; its items are not kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cisterna.care.exact import difference
from cisterna.care.result import Reason, told
from cisterna.care.scales.ranges import checked, in_range
from cisterna.care.scales.score import ScaleVersion, Score, scored
from cisterna.errors import Fault
from cisterna.evidence import number
from cisterna.units import decimal_text

__all__ = ["OccupationalChange", "occupational_change"]

COPM = ScaleVersion(
    scale="copm",
    title="Canadian occupational performance measure (COPM)",
    version=None,
    source="thecopm.ca; evidencebasedot 2023; jpro 2021",
)
_IMPORTANT = {"performance": "copm_important_performance", "satisfaction": "copm_important_satisfaction"}


@dataclass(frozen=True, kw_only=True)
class OccupationalChange:
    """After less before, of the mean performance and the mean satisfaction."""

    performance_change: float | None = field(metadata=told("change of performance"))
    satisfaction_change: float | None = field(metadata=told("change of satisfaction"))


def occupational_change(
    performance: tuple[float, float] | None = None, satisfaction: tuple[float, float] | None = None
) -> Score[OccupationalChange]:
    """The change of the means, each given as before and after, 1 to 10.

    A change is shown, never called significant: the customary 2 points have no empirical support. Raises
    :class:`~cisterna.errors.InputError` where neither is given, and for a mean that is not 1 to 10.

    >>> occupational_change(performance=(3.2, 5.4)).value.performance_change
    2.2
    """
    given = {"performance": performance, "satisfaction": satisfaction}
    checked(_faults(given))
    changes = {name: None if pair is None else difference(pair[1], pair[0]) for name, pair in given.items()}
    custom = number("copm_change_custom")
    return scored(
        COPM,
        OccupationalChange(
            performance_change=changes["performance"], satisfaction_change=changes["satisfaction"]
        ),
        formula="change = mean after - mean before",
        inputs=given,
        reasons=[reason for name, change in changes.items() for reason in _reasons(name, change)],
        numbers=(number("copm_range"), custom, *map(number, _IMPORTANT.values())),
    )


def _faults(given: dict[str, tuple[float, float] | None]) -> Iterator[Fault]:
    if not any(given.values()):
        yield Fault(
            where="performance",
            found="neither performance nor satisfaction",
            allowed="at least one of them, as BEFORE,AFTER",
            remedy="write for example '3.2,5.4'",
        )
    for name, pair in given.items():
        for value in pair or ():
            yield from in_range(name, value, number("copm_range"), whole=False)


def _reasons(name: str, change: float | None) -> Iterator[Reason]:
    if change is None:
        yield Reason(text=f"No {name} was given.", source=COPM.source, about=f"{name}_change")
        return
    custom, important = number("copm_change_custom"), number(_IMPORTANT[name])
    sign = "+" if change > 0 else ""
    reached = "reaches" if change >= custom.in_unit("points") else "does not reach"
    yield Reason.on(
        custom,
        f"The change of {name}, {sign}{decimal_text(change)}, {reached} the customary {custom.shown()}, for "
        "which a review of 2023 found no empirical support: it is shown as a change, not as significant.",
    )
    measured = "reaches" if change >= important.in_unit("points") else "does not reach"
    yield Reason.on(
        important,
        f"It {measured} the smallest important change of {important.shown()} that was found in adult "
        "rehabilitation, not in children.",
    )
