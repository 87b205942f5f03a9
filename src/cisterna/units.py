"""Quantities as typed floats: read from text with a unit, printed as decimals, bare floats inside.

This is the only module that knows unit text. Inside Cisterna drug is in micrograms, volume in
millilitres, time in hours, length in centimetres and body weight in kilograms, and the names of
variables say so; a :class:`Quantity` is a ``float`` in that unit whose type says what it measures.

Two ways in: a subclass of :class:`Quantity` reads the text of files, forms and commands and accepts
only the units that are safe there (a daily dose never in mcg/h); :func:`convert` turns a number of
the evidence from any unit into any other of the same dimension.

>>> Volume.parse("20 mL") + 1.4
21.4
>>> print(DailyDose.parse("0.2 mg/day"))
200 mcg/day
>>> convert(0.273, "L/h/kg", "mL/min/kg")
4.55
"""

from __future__ import annotations

import math
import re
from decimal import Context, Decimal
from functools import cache
from itertools import pairwise
from typing import ClassVar, Self

from cisterna.errors import Fault, UnitError

__all__ = [
    "MCG_PER_MG",
    "NG_PER_MCG",
    "Age",
    "Angle",
    "Area",
    "BodyWeight",
    "Concentration",
    "DailyDose",
    "Duration",
    "FiltrationRate",
    "Flow",
    "Fraction",
    "HourlyRate",
    "Interval",
    "Length",
    "Mass",
    "ProductMass",
    "Quantity",
    "Span",
    "Volume",
    "VolumePerLength",
    "convert",
    "decimal_text",
    "grouped_text",
    "plain_number",
]

MCG_PER_MG = 1000
"""Micrograms in a milligram: tablets are told in milligrams, everything else of the drug in micrograms."""

NG_PER_MCG = 1000.0
"""Nanograms in a microgram: levels are told in ng/mL, and computed in mcg/mL."""

_Dimension = tuple[tuple[str, int], ...]

_ATOMS: dict[str, tuple[Decimal, dict[str, int]]] = {
    "ng": (Decimal("0.001"), {"mass": 1}),
    "mcg": (Decimal(1), {"mass": 1}),
    "ug": (Decimal(1), {"mass": 1}),
    "µg": (Decimal(1), {"mass": 1}),  # micro sign
    "μg": (Decimal(1), {"mass": 1}),  # Greek letter mu
    "mg": (Decimal(1000), {"mass": 1}),
    "g": (Decimal(10) ** 6, {"mass": 1}),
    "kg": (Decimal(10) ** 9, {"mass": 1}),
    "uL": (Decimal("0.001"), {"length": 3}),
    "mL": (Decimal(1), {"length": 3}),
    "L": (Decimal(1000), {"length": 3}),
    "cm3": (Decimal(1), {"length": 3}),
    "cm2": (Decimal(1), {"length": 2}),
    "mm": (Decimal("0.1"), {"length": 1}),
    "cm": (Decimal(1), {"length": 1}),
    "m": (Decimal(100), {"length": 1}),
    "s": (Decimal(1) / Decimal(3600), {"time": 1}),
    "min": (Decimal(1) / Decimal(60), {"time": 1}),
    "h": (Decimal(1), {"time": 1}),
    "day": (Decimal(24), {"time": 1}),
    "days": (Decimal(24), {"time": 1}),
    "d": (Decimal(24), {"time": 1}),
    "week": (Decimal(168), {"time": 1}),
    "weeks": (Decimal(168), {"time": 1}),
    "month": (Decimal("730.5"), {"time": 1}),
    "months": (Decimal("730.5"), {"time": 1}),
    "mo": (Decimal("730.5"), {"time": 1}),
    "y": (Decimal(8766), {"time": 1}),
    "year": (Decimal(8766), {"time": 1}),
    "years": (Decimal(8766), {"time": 1}),
    "%": (Decimal("0.01"), {}),
    "1": (Decimal(1), {}),
    "ratio": (Decimal(1), {}),
    "fraction": (Decimal(1), {}),
    "score": (Decimal(1), {"score": 1}),
    "points": (Decimal(1), {"score": 1}),
    "events": (Decimal(1), {"count": 1}),
    "patients": (Decimal(1), {"count": 1}),
    "count": (Decimal(1), {"count": 1}),
    "1.73m2": (Decimal(1), {"body surface": 1}),
    "kPa": (Decimal(1), {"pressure": 1}),
    "ATA": (Decimal("101.325"), {"pressure": 1}),
    "degC": (Decimal(1), {"temperature": 1}),
    "deg": (Decimal(1), {"angle": 1}),
    "T": (Decimal(1), {"field": 1}),
    "mol": (Decimal(1), {"amount": 1}),
    "umol": (Decimal("0.000001"), {"amount": 1}),
    "pH": (Decimal(1), {"acidity": 1}),
}

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")  # not \d, which takes the digits of every script
_EVERY_DIGIT = Context(prec=800)  # more digits than any float has
_TEXT = re.compile(rf"\s*({_NUMBER.pattern})\s*(\S.*?)?\s*")


@cache
def _factor(unit: str) -> tuple[Decimal, _Dimension]:
    """Factor to the base units and dimension of a unit such as ``mL/min/1.73m2``."""
    factor = Decimal(1)
    dimension: dict[str, int] = {}
    for place, atom in enumerate(unit.split("/")):
        if atom not in _ATOMS:
            raise UnitError(
                Fault(
                    where="unit",
                    found=f"'{unit}'",
                    allowed="units made of " + ", ".join(_ATOMS),
                    remedy="spell the unit as in '500 mcg/mL'",
                )
            )
        size, powers = _ATOMS[atom]
        sign = -1 if place else 1
        factor = factor * size if sign > 0 else factor / size
        for name, power in powers.items():
            dimension[name] = dimension.get(name, 0) + sign * power
    return factor, tuple(sorted((name, power) for name, power in dimension.items() if power))


def convert(value: float, from_unit: str, to_unit: str) -> float:
    """``value`` given in ``from_unit``, expressed in ``to_unit``.

    Raises :class:`~cisterna.errors.UnitError` where a unit is unknown or the two do not measure the
    same thing. Months and years are mean Gregorian ones (365.25 days), fit for rates, not for dates.

    >>> convert(21, "mL/h", "mL/min")
    0.35
    """
    from_factor, from_dimension = _factor(from_unit)
    to_factor, to_dimension = _factor(to_unit)
    if from_dimension != to_dimension:
        raise UnitError(
            Fault(
                where="unit",
                found=f"'{from_unit}'",
                allowed=f"a unit that measures the same as '{to_unit}'",
                remedy=f"give the number in {to_unit}",
            )
        )
    if from_factor == to_factor:
        return float(value)
    return float(Decimal(repr(float(value))) * from_factor / to_factor)


def plain_number(text: str) -> float:
    """The number that ``text`` writes as a plain decimal, without a unit.

    Refuses what has been misread before: a decimal comma, a missing leading zero, an exponent;
    and more digits than a float can hold.

    >>> plain_number("0.25")
    0.25
    """
    if _NUMBER.fullmatch(text) is None or not math.isfinite(float(text)):
        raise UnitError(
            Fault(
                where="number",
                found=f"'{text}'",
                allowed="a decimal with a point and a leading zero, without an exponent",
                remedy="write for example '0.5'",
            )
        )
    return float(text)


def decimal_text(value: float, places: int | None = None) -> str:
    """A number as clinics write it: a leading zero, no trailing zeros, never an exponent.

    ``places`` rounds half to even at that many decimals; without it every digit that the float
    needs is shown, so that reading the text back gives the same float.

    >>> decimal_text(0.50), decimal_text(1e-05), decimal_text(2 / 3, 2), decimal_text(-0.001, 1)
    ('0.5', '0.00001', '0.67', '0')
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be written as a decimal")
    number = Decimal(repr(float(value)))
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places), context=_EVERY_DIGIT)
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def grouped_text(value: float, places: int | None = None) -> str:
    """The same with thousands separated, as people read it; reading it back is refused.

    >>> grouped_text(20000.0), grouped_text(1234.567, 1)
    ('20,000', '1,234.6')
    """
    whole, point, rest = decimal_text(value, places).partition(".")
    return f"{Decimal(whole):,}{point}{rest}"


class Quantity(float):
    """A float that knows what it measures; subclasses fix the unit.

    Class attributes: ``unit`` is the unit inside Cisterna, ``what`` names the quantity in messages,
    ``accepts`` lists the units that text may use, ``example`` shows one that is right, ``places``
    is the declared resolution of what is shown (not of what is kept).
    """

    unit: ClassVar[str]
    what: ClassVar[str]
    accepts: ClassVar[tuple[str, ...]]
    example: ClassVar[str]
    places: ClassVar[int] = 3
    least: ClassVar[float] = 0.0

    def __new__(cls, value: float) -> Self:
        """A finite ``value`` of at least ``least``, in the unit inside; UnitError for another."""
        number = float(value) + 0.0  # makes minus zero zero
        if not math.isfinite(number):
            raise UnitError(cls._fault(str(value), f"a finite number of {cls.unit}"))
        if number < cls.least:
            raise UnitError(
                cls._fault(
                    f"{decimal_text(number)} {cls.unit}",
                    f"{cls.what} of at least {decimal_text(cls.least)} {cls.unit}",
                )
            )
        return super().__new__(cls, number)

    @classmethod
    def _fault(cls, found: str, allowed: str | None = None) -> Fault:
        units = ", ".join(cls.accepts)
        return Fault(
            where=cls.what,
            found=found,
            allowed=allowed or f"{cls.what} in {units}",
            remedy=f"{_slip(found) or 'write'} for example '{cls.example}'",
        )

    @classmethod
    def parse(cls, text: object) -> Self:
        """The quantity that ``text`` states, in the unit inside.

        Refuses a bare number, a unit of another kind, a decimal comma, a number without its
        leading zero, an exponent, and what lies below ``least``: each has been misread before.

        >>> Concentration.parse("2 mg/mL")
        2000.0
        """
        if not isinstance(text, str):
            raise UnitError(cls._fault(f"{text!r} without a unit" if _is_number(text) else repr(text)))
        match = _TEXT.fullmatch(text)
        if match is None:
            raise UnitError(cls._fault(f"'{text}'"))
        number, unit = match.groups()
        if unit is None:
            raise UnitError(cls._fault(f"'{text}' without a unit"))
        if unit not in cls.accepts and cls._unspaced(unit) not in cls.accepts:
            raise UnitError(cls._fault(f"'{text}'"))
        return cls(convert(float(number), cls._unspaced(unit), cls.unit))

    @staticmethod
    def _unspaced(unit: str) -> str:
        return re.sub(r"\s*/\s*", "/", unit)

    def __str__(self) -> str:
        return f"{decimal_text(self)} {self.unit}"

    def shown(self) -> str:
        """The quantity rounded to the resolution that people read."""
        return f"{decimal_text(self, self.places)} {self.unit}"

    def __repr__(self) -> str:
        return float.__repr__(self)


_SLIPS = {
    re.compile(r"[0-9],[0-9]"): "write a decimal point in place of the comma,",
    re.compile(r"(?<![0-9])\.[0-9]"): "write the leading zero,",
    re.compile(r"[0-9][eE][+-]?[0-9]"): "write the number out without an exponent,",
}


def _slip(found: str) -> str | None:
    """What to do about the slip of the pen in ``found``, where it is a known one."""
    return next((remedy for slip, remedy in _SLIPS.items() if slip.search(found)), None)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class Mass(Quantity):
    """An amount of drug, in micrograms."""

    unit, what, example = "mcg", "an amount of drug", "50 mcg"
    accepts = ("mcg", "ug", "µg", "μg", "mg")


class ProductMass(Quantity):
    """An amount of a cream or gel, in grams; not of the drug in it."""

    unit, what, example = "g", "an amount of product", "2 g"
    accepts = ("g", "mg")


class BodyWeight(Quantity):
    """A body weight, in kilograms."""

    unit, what, example = "kg", "a body weight", "21 kg"
    accepts = ("kg", "g")


class Volume(Quantity):
    """A volume of fluid, in millilitres."""

    unit, what, example = "mL", "a volume", "20 mL"
    accepts = ("mL", "uL")


class Concentration(Quantity):
    """Drug per volume, in micrograms per millilitre."""

    unit, what, example = "mcg/mL", "a concentration", "500 mcg/mL"
    accepts = ("mcg/mL", "ug/mL", "µg/mL", "μg/mL", "mg/mL")


class DailyDose(Quantity):
    """Drug per day, in micrograms per day; never per hour, which would be misread 24-fold."""

    unit, what, example = "mcg/day", "a daily dose", "100 mcg/day"
    accepts = ("mcg/day", "ug/day", "µg/day", "μg/day", "mg/day")


class HourlyRate(Quantity):
    """Drug per hour, in micrograms per hour; never per day."""

    unit, what, example = "mcg/h", "an hourly rate", "4.5 mcg/h"
    accepts = ("mcg/h", "ug/h", "µg/h", "μg/h", "mg/h")


class Duration(Quantity):
    """Elapsed time, in hours."""

    unit, what, example = "h", "a duration", "8 h"
    accepts: ClassVar[tuple[str, ...]] = ("h", "min", "day", "days", "d", "week", "weeks")


class Interval(Duration):
    """The time from one dose to the next, in hours; any unit of time, never a bare number."""

    what, example = "an interval", "6 h"
    accepts = ("h", "min", "s", "day", "days", "d", "week", "weeks")


class Flow(Quantity):
    """Fluid per time, in millilitres per day."""

    unit, what, example = "mL/day", "a flow", "0.4 mL/day"
    accepts = ("mL/day", "mL/h", "uL/h")


class VolumePerLength(Quantity):
    """The volume that a length of catheter holds, in millilitres per centimetre."""

    unit, what, example = "mL/cm", "a volume per length", "0.0022 mL/cm"
    accepts = ("mL/cm", "mL/m", "uL/cm")


class Length(Quantity):
    """A length, in centimetres."""

    unit, what, example = "cm", "a length", "52 cm"
    accepts = ("cm", "mm", "m")


class Angle(Quantity):
    """The angle of a joint, in degrees; it may be negative, and lies within half a turn."""

    unit, what, example = "deg", "an angle", "30 deg"
    accepts = ("deg",)
    places = 1
    least, most = -180.0, 180.0

    def __new__(cls, value: float) -> Self:
        """An ``Angle``; UnitError beyond half a turn."""
        angle = super().__new__(cls, value)
        if angle > cls.most:
            raise UnitError(
                cls._fault(f"{decimal_text(angle)} deg", f"an angle of at most {decimal_text(cls.most)} deg")
            )
        return angle


class Age(Quantity):
    """An age in years, written in one or more parts as people do: ``3 y 11 mo``.

    Twelve months are a year; weeks and days count with the mean Gregorian year. A part that is as long
    as a unit before it (``3 y 12 mo``) is refused as a slip.

    >>> Age.parse("18 mo"), Age.parse("3 y 11 mo").shown()
    (1.5, '3 y 11 mo')
    """

    unit, what, example = "y", "an age", "3 y 11 mo"
    accepts = ("y", "year", "years", "mo", "month", "months", "week", "weeks", "d", "day", "days")

    @classmethod
    def parse(cls, text: object) -> Self:
        """The age that ``text`` states; UnitError for a bare number, another unit or parts out of order."""
        if not isinstance(text, str) or _TEXT.fullmatch(text) is None or text.strip()[-1:].isdigit():
            return super().parse(text)
        parts = [(float(match[1]), match[2]) for match in _AGE_PART.finditer(text)]
        if _AGE_PART.sub("", text).strip() or not all(unit in cls.accepts for _, unit in parts):
            raise UnitError(cls._fault(f"'{text}'"))
        ranks = [_AGE_RANK[unit[0]] for _, unit in parts]
        whole = all(amount.is_integer() for amount, _ in parts[:-1])
        if ranks != sorted(set(ranks)) or not whole or not cls._are_short(parts):
            raise UnitError(
                cls._fault(f"'{text}'", "years, months, weeks, days in this order, none beyond one before")
            )
        return cls(sum(amount / _PER_YEAR[unit[0]] for amount, unit in parts))

    @staticmethod
    def _are_short(parts: list[tuple[float, str]]) -> bool:
        """Whether each part is from 0 to below one unit of the part before it."""
        return all(
            0 <= amount / _PER_YEAR[unit[0]] < 1 / _PER_YEAR[before[0]]
            for (_, before), (amount, unit) in pairwise(parts)
        )

    def shown(self) -> str:
        """The age in whole years and months, as people say it."""
        months = math.floor(self * 12 + 1e-9)  # 47 / 12 * 12 lies a hair under 47
        stated = [f"{amount} {unit}" for amount, unit in ((months // 12, "y"), (months % 12, "mo")) if amount]
        return " ".join(stated) or "under 1 mo"


class Span(Age):
    """A length of time on the calendar, in years: ``7 y``, ``6 mo``."""

    what, example = "a length of time", "6 mo"


_AGE_PART = re.compile(rf"({_NUMBER.pattern})\s*([A-Za-z]+)")
_AGE_RANK = {"y": 0, "m": 1, "w": 2, "d": 3}
_PER_YEAR = {"y": 1.0, "m": 12.0, "w": 365.25 / 7, "d": 365.25}


class Area(Quantity):
    """An area of skin, in square centimetres."""

    unit, what, example = "cm2", "an area", "100 cm2"
    accepts = ("cm2",)


class Fraction(Quantity):
    """A share, in per cent."""

    unit, what, example = "%", "a share", "14.5 %"
    accepts = ("%",)


class FiltrationRate(Quantity):
    """Glomerular filtration (eGFR), in mL/min per 1.73 square metres of body surface."""

    unit, what, example = "mL/min/1.73m2", "a glomerular filtration rate", "95 mL/min/1.73m2"
    accepts = ("mL/min/1.73m2",)
