"""The gross motor function measure: GMFM-88 from its dimensions, GMFM-66 as its licensed program gives it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from cisterna.care.exact import mean
from cisterna.care.result import Reason, told
from cisterna.care.scales.ranges import checked, in_range, low_and_high, one_of
from cisterna.care.scales.score import ScaleVersion, Score, scored
from cisterna.errors import Fault
from cisterna.evidence import Number, number
from cisterna.units import decimal_text

__all__ = [
    "GMFM_DIMENSIONS", "Dimension", "Gmfm66", "Gmfm88", "gmfm_66", "gmfm_88", "gmfm_88_of_percents",
]  # fmt: skip

GMFM_DIMENSIONS = ("A", "B", "C", "D", "E")
"""The dimensions of GMFM-88."""

GMFM_88 = ScaleVersion(
    scale="gmfm-88",
    title="Gross motor function measure, 88 items (GMFM-88)",
    version="88 items",
    source="canchild.ca GMFM scoring; th4.ilovetranslation",
)
GMFM_66 = ScaleVersion(
    scale="gmfm-66",
    title="Gross motor function measure, 66 items (GMFM-66)",
    version="66 items, scored by GMAE",
    source="canchild.ca; sralab",
)


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """What was scored in one dimension: the sum of the items, and how many were scored and not tested."""

    total: int
    scored: int
    not_tested: int


@dataclass(frozen=True, kw_only=True)
class Gmfm88:
    """Per cent of each dimension, ``None`` where it was not given, and of all five together."""

    dimension_percent: Mapping[str, float | None] = field(metadata=told("dimensions", "%"))
    total_percent: float | None = field(metadata=told("total", "%"))


def gmfm_88(dimensions: Mapping[str, Dimension]) -> Score[Gmfm88]:
    """GMFM-88 from the sums of its dimensions: ``100 * sum / (3 * items)``, total the mean of five.

    An item that was not tested counts as 0 (canchild.ca). Raises
    :class:`~cisterna.errors.InputError` for an unknown dimension, counts that are not the items of the
    dimension, and a sum that the scored items cannot have.

    >>> gmfm_88({"A": Dimension(total=51, scored=17, not_tested=0)}).value.dimension_percent["A"]
    100.0
    """
    checked(fault for name, counted in dimensions.items() for fault in _faults_of_dimension(name, counted))
    _, highest = low_and_high(number("gmfm_88_item_range"))
    percents = {name: 100 * counted.total / (highest * _items(name)) for name, counted in dimensions.items()}
    stated = {
        name: f"{counted.total},{counted.scored},{counted.not_tested}" for name, counted in dimensions.items()
    }
    return _gmfm_88(percents, {"dimension": stated}, _not_tested(dimensions))


def gmfm_88_of_percents(percents: Mapping[str, float]) -> Score[Gmfm88]:
    """GMFM-88 from the per cent of each dimension; the total is the mean of all five.

    Raises :class:`~cisterna.errors.InputError` for an unknown dimension and a per cent outside 0 to 100.

    >>> gmfm_88_of_percents({"A": 80, "B": 60, "C": 40, "D": 10, "E": 0}).value.total_percent
    38.0
    """
    checked(fault for name, percent in percents.items() for fault in _faults_of_percent(name, percent))
    return _gmfm_88(dict(percents), {"percent": dict(percents)}, ())


def _gmfm_88(
    percents: Mapping[str, float],
    inputs: Mapping[str, Mapping[str, str | float]],
    reasons: tuple[Reason, ...],
) -> Score[Gmfm88]:
    known = {name: percents.get(name) for name in GMFM_DIMENSIONS}
    missing = [name for name, percent in known.items() if percent is None]
    if missing:
        which = (
            f"Dimension {missing[0]} was" if len(missing) == 1 else f"Dimensions {', '.join(missing)} were"
        )
        text = f"{which} not given; the total is the mean of all five."
        reasons = (*reasons, Reason(text=text, source=GMFM_88.source, about="total_percent"))
    return scored(
        GMFM_88,
        Gmfm88(dimension_percent=known, total_percent=None if missing else mean(list(percents.values()))),
        formula="dimension = 100 * sum / (3 * items), an item not tested as 0; total = mean of the five",
        inputs=inputs,
        reasons=reasons,
        numbers=(number("gmfm_88_item_range"), *map(_items_number, GMFM_DIMENSIONS)),
    )


def _items_number(dimension: str) -> Number:
    return number(f"gmfm_88_items_{dimension.lower()}")


def _items(dimension: str) -> int:
    return int(_items_number(dimension).in_unit("count"))


def _faults_of_percent(name: str, percent: float) -> Iterator[Fault]:
    yield from one_of("percent", name, GMFM_DIMENSIONS)
    for fault in in_range("percent", percent, number("gmfm_range"), whole=False):
        yield replace(fault, found=f"{name}={fault.found}")


def _faults_of_dimension(name: str, counted: Dimension) -> Iterator[Fault]:
    if name not in GMFM_DIMENSIONS:
        yield from one_of("dimension", name, GMFM_DIMENSIONS)
        return
    _, highest = low_and_high(number("gmfm_88_item_range"))
    items, most = _items(name), int(highest) * counted.scored
    if min(counted.scored, counted.not_tested) < 0 or counted.scored + counted.not_tested != items:
        yield Fault(
            where="dimension",
            found=f"{name} with {counted.scored} scored and {counted.not_tested} not tested",
            allowed=f"{items} items together in dimension {name} ({_items_number(name).source})",
            remedy="count the items again",
        )
    elif not 0 <= counted.total <= most:
        yield Fault(
            where="dimension",
            found=f"{name} with a sum of {counted.total}",
            allowed=f"0 to {most} from {counted.scored} scored items",
            remedy="add the items again",
        )


def _not_tested(dimensions: Mapping[str, Dimension]) -> tuple[Reason, ...]:
    return tuple(
        Reason.on(
            number("gmfm_88_item_range"),
            f"{counted.not_tested} of the {_items(name)} items of dimension {name} "
            f"{'was' if counted.not_tested == 1 else 'were'} not tested and counted as 0.",
        )
        for name, counted in dimensions.items()
        if counted.not_tested
    )


@dataclass(frozen=True, kw_only=True)
class Gmfm66:
    """The interval score, and its 95 % confidence limits where they were given."""

    total: float = field(metadata=told("total"))
    confidence_low: float | None = field(metadata=told("95 % confidence, low"))
    confidence_high: float | None = field(metadata=told("95 % confidence, high"))


def gmfm_66(total: float, confidence_limits: tuple[float, float] | None = None) -> Score[Gmfm66]:
    """The GMFM-66 score as GMAE gave it; its items are not entered here, since their formula is not open.

    Raises :class:`~cisterna.errors.InputError` for a score outside 0 to 100 and for confidence limits that do
    not enclose it.

    >>> gmfm_66(45.2, (42.9, 47.5)).value.confidence_low
    42.9
    """
    checked(_faults_of_66(total, confidence_limits))
    low, high = confidence_limits or (None, None)
    return scored(
        GMFM_66,
        Gmfm66(total=total, confidence_low=low, confidence_high=high),
        formula="recorded as GMAE gave it; only the total, as its licence asks",
        inputs={"total": total, "confidence_limits": confidence_limits},
        reasons=_without_limits() if confidence_limits is None else (),
        numbers=(number("gmfm_range"),),
    )


def _without_limits() -> Iterator[Reason]:
    for about in ("confidence_low", "confidence_high"):
        which = about.removeprefix("confidence_")
        yield Reason(text=f"The {which} confidence limit was not given.", source=GMFM_66.source, about=about)


def _faults_of_66(total: float, limits: tuple[float, float] | None) -> Iterator[Fault]:
    scale = number("gmfm_range")
    yield from in_range("total", total, scale, whole=False)
    if limits is None:
        return
    for limit in limits:
        yield from in_range("confidence_limits", limit, scale, whole=False)
    if not limits[0] <= total <= limits[1]:
        shown = ",".join(decimal_text(limit) for limit in limits if abs(limit) < float("inf"))
        yield Fault(
            where="confidence_limits",
            found=f"{shown} around another score than the total",
            allowed="the lower limit, then the upper, with the total between them",
            remedy="write them as LOW,HIGH",
        )
