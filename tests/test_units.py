"""Quantities: what they read, what they refuse, and that arithmetic on units is that of another library."""

from __future__ import annotations

import math
import pickle
from contextlib import suppress

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna import units
from cisterna.errors import UnitError
from cisterna.units import Quantity, Volume, convert, decimal_text, plain_number

QUANTITIES = sorted(
    (kind for kind in vars(units).values() if isinstance(kind, type) and issubclass(kind, Quantity)),
    key=lambda kind: kind.__name__,
)
QUANTITIES.remove(Quantity)
QUANTITIES.remove(units.Angle)  # it may be negative and ends at half a turn: test_age_and_angle.py
SPELLINGS = [(kind, unit) for kind in QUANTITIES for unit in kind.accepts]
AMOUNTS = st.floats(min_value=0, allow_infinity=False, allow_nan=False)

# What each atom is called in pint; months and years are mean Gregorian ones in both.
PINT = {
    "ng": "ng", "mcg": "microgram", "ug": "microgram", "µg": "microgram", "μg": "microgram",
    "mg": "milligram", "g": "gram", "kg": "kilogram", "uL": "microliter", "mL": "milliliter",
    "L": "liter", "cm3": "centimeter**3", "cm2": "centimeter**2", "mm": "millimeter",
    "cm": "centimeter", "m": "meter", "s": "second", "min": "minute", "h": "hour", "day": "day",
    "days": "day", "d": "day", "week": "week", "weeks": "week", "month": "month",
    "months": "month", "mo": "month", "y": "year", "year": "year", "years": "year",
    "%": "percent", "1": "dimensionless", "ratio": "dimensionless", "fraction": "dimensionless",
    "kPa": "kilopascal", "deg": "degree", "T": "tesla", "mol": "mole", "umol": "micromole",
}  # fmt: skip
REGISTRY: pint.UnitRegistry[float] = pint.UnitRegistry()
ATOM_PAIRS = [
    (one, other)
    for one in PINT
    for other in PINT
    if REGISTRY(PINT[one]).dimensionality == REGISTRY(PINT[other]).dimensionality
    and (one == "deg") == (other == "deg")
]


def in_pint(unit: str) -> str:
    """The unit as pint reads it."""
    return " / ".join(f"({PINT[atom]})" for atom in unit.split("/"))


@pytest.mark.parametrize("kind", QUANTITIES, ids=lambda kind: kind.__name__)
@given(amount=AMOUNTS)
@pytest.mark.requirement("A12")
def test_what_is_printed_reads_back_as_the_same_float(kind: type[Quantity], amount: float) -> None:
    """Printing and parsing a quantity returns every bit of it, and its text holds no exponent."""
    text = str(kind(amount))
    assert float(kind.parse(text)).hex() == amount.hex()
    assert "e" not in text.split(" ", maxsplit=1)[0].lower()


@pytest.mark.parametrize("kind", QUANTITIES, ids=lambda kind: kind.__name__)
def test_its_own_example_is_right(kind: type[Quantity]) -> None:
    """The example that every message shows is itself accepted."""
    assert kind.parse(kind.example) > 0
    assert kind.unit in kind.accepts


@pytest.mark.parametrize(("kind", "unit"), SPELLINGS, ids=lambda part: getattr(part, "__name__", part))
@given(thousandths=st.integers(min_value=0, max_value=10**9))
def test_every_accepted_unit_means_what_pint_says(kind: type[Quantity], unit: str, thousandths: int) -> None:
    """Text in each accepted unit gives the amount that pint gives in the unit inside."""
    text = f"{decimal_text(thousandths / 1000)} {unit}"
    if "1.73m2" in unit:
        expected = thousandths / 1000
    else:
        expected = REGISTRY.Quantity(thousandths / 1000, in_pint(unit)).to(in_pint(kind.unit)).magnitude
    assert math.isclose(kind.parse(text), expected, rel_tol=1e-14, abs_tol=0.0)


@given(
    pair=st.sampled_from(ATOM_PAIRS),
    per=st.sampled_from(["", "/h", "/kg", "/mL", "/kg/day", "/min/L"]),
    amount=st.floats(min_value=-1e12, max_value=1e12),
)
def test_conversion_agrees_with_pint(pair: tuple[str, str], per: str, amount: float) -> None:
    """Compound units convert as in pint, to a few units in the last place."""
    one, other = pair[0] + per, pair[1] + per
    expected = REGISTRY.Quantity(amount, in_pint(one)).to(in_pint(other)).magnitude
    assert math.isclose(convert(amount, one, other), expected, rel_tol=1e-14, abs_tol=1e-300)


@given(amount=st.floats(min_value=1e-6, max_value=1e6))
def test_conversion_there_and_back_keeps_the_float(amount: float) -> None:
    """A dose in mg/day and back in mcg/day differs by the rounding of the two results alone."""
    assert convert(convert(amount, "mcg/day", "mg/day"), "mg/day", "mcg/day") == pytest.approx(
        amount, rel=4.5e-16
    )


def test_known_conversions() -> None:
    """Conversions worked by hand: 24 h a day, 60 min an hour, 1000 mcg a mg, 52.178... weeks a year."""
    assert convert(100, "mcg/day", "mcg/h") == pytest.approx(4.1666666666666667, rel=1e-15)
    assert convert(180, "mL/min", "L/h") == 10.8
    assert convert(1.4, "mL", "uL") == 1400
    assert convert(2, "mg/kg/day", "mcg/kg/h") == pytest.approx(83.333333333333333, rel=1e-15)
    assert convert(14.5, "%", "ratio") == 0.145
    assert convert(7, "y", "days") == 2556.75
    assert convert(10, "degC", "degC") == 10


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mL", "mg"),
        ("mcg/day", "mcg"),
        ("1/h", "h"),
        ("mL/min/1.73m2", "mL/min"),
        ("score", "1"),
        ("T", "kPa"),
    ],
)
def test_units_that_measure_different_things_do_not_convert(one: str, other: str) -> None:
    """A conversion between different kinds of quantity is refused, never guessed."""
    with pytest.raises(UnitError, match="measures the same"):
        convert(1, one, other)


def test_an_unknown_unit_is_named_with_what_is_known() -> None:
    """The message on an unknown unit shows it and lists the units there are."""
    with pytest.raises(UnitError, match=r"found 'mcg/furlong'; allowed: units made of .*mcg.*mL"):
        convert(1, "mcg/furlong", "mcg/mL")


@pytest.mark.parametrize("kind", QUANTITIES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("20", "write for example"),
        ("0.5", "write for example"),
        ("1,5 {unit}", "write a decimal point in place of the comma"),
        (".5 {unit}", "write the leading zero"),
        ("1e3 {unit}", "without an exponent"),
        ("1E-3 {unit}", "without an exponent"),
        ("5. {unit}", "write for example"),
        ("1 000 {unit}", "write for example"),
        ("\N{ARABIC-INDIC DIGIT FIVE} {unit}", "write for example"),
        ("5 furlong", "write for example"),
        ("5 {unit} {unit}", "write for example"),
        ("{unit} 5", "write for example"),
        ("-5 {unit}", "write for example"),
        ("nan {unit}", "write for example"),
        ("inf {unit}", "write for example"),
        ("five {unit}", "write for example"),
        ("", "write for example"),
        (" ", "write for example"),
        ("0x10 {unit}", "write for example"),
        ("1_000 {unit}", "write for example"),
    ],
)
@pytest.mark.requirement("A12", "B1", "B4")
def test_text_that_has_been_misread_before_is_refused(kind: type[Quantity], text: str, remedy: str) -> None:
    """No bare number, comma, missing zero, exponent, foreign digit, wrong unit or sign gets through."""
    with pytest.raises(UnitError) as caught:
        kind.parse(text.format(unit=kind.unit))
    (fault,) = caught.value.faults
    assert remedy in fault.remedy
    assert kind.example in fault.remedy


@pytest.mark.parametrize("kind", QUANTITIES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("value", [20, 0.5, True, None, ["20 mL"], {"value": 1}])
@pytest.mark.requirement("A12")
def test_a_number_without_unit_from_a_file_is_refused(kind: type[Quantity], value: object) -> None:
    """What TOML reads as a number, a boolean, a list or a table is no quantity."""
    with pytest.raises(UnitError):
        kind.parse(value)


@pytest.mark.parametrize("kind", QUANTITIES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -1.0, -5e-324])
def test_no_quantity_is_negative_or_not_finite(kind: type[Quantity], value: float) -> None:
    """A quantity is finite and not negative from birth."""
    with pytest.raises(UnitError):
        kind(value)


@pytest.mark.requirement("A12", "B3")
def test_a_daily_dose_is_never_read_as_an_hourly_one() -> None:
    """mcg/h and mcg/day do not stand in for each other: the mistake is 24-fold."""
    with pytest.raises(UnitError):
        units.DailyDose.parse("5 mcg/h")
    with pytest.raises(UnitError):
        units.HourlyRate.parse("100 mcg/day")


def test_a_number_too_large_for_a_float_is_refused() -> None:
    """Four hundred digits make no infinite volume."""
    with pytest.raises(UnitError, match="finite"):
        Volume.parse("1" + "0" * 400 + " mL")


def test_spaces_around_and_within_a_quantity_do_not_matter() -> None:
    """No space, a no-break space and spaces around the slash read the same."""
    expected = units.Concentration.parse("500 mcg/mL")
    for text in ("500mcg/mL", " 500 mcg/mL ", "500\u00a0mcg/mL", "500 mcg / mL", "0.5 mg/mL"):
        assert units.Concentration.parse(text) == expected


@pytest.mark.parametrize("kind", QUANTITIES, ids=lambda kind: kind.__name__)
def test_minus_zero_is_zero_and_a_copy_keeps_its_kind(kind: type[Quantity]) -> None:
    """A quantity of zero has no sign, and pickling keeps the type that says what it measures."""
    assert math.copysign(1, kind(-0.0)) == 1
    assert type(pickle.loads(pickle.dumps(kind(1.5)))) is kind  # noqa: S301  our own bytes


@given(number=st.floats(allow_nan=False, allow_infinity=False))
def test_decimal_text_is_exact_and_plain(number: float) -> None:
    """Every float is written out in full without exponent, and read back as itself."""
    text = decimal_text(number)
    assert float(text) == number
    assert plain_number(text) == number
    assert not text.endswith((".", ".0"))
    assert text != "-0"


@given(number=st.floats(allow_nan=False, allow_infinity=False), places=st.integers(0, 30))
def test_rounded_text_is_within_half_of_its_last_place(number: float, places: int) -> None:
    """Rounding for people moves a number by at most half of the last place shown, however large it is."""
    assert (
        abs(float(decimal_text(number, places)) - number)
        <= 0.5 * 10.0**-places * (1 + 1e-9) + abs(number) * 2e-16
    )


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_has_no_text(number: float) -> None:
    """Infinity and not-a-number are never printed."""
    with pytest.raises(ValueError, match="cannot be written"):
        decimal_text(number)


@pytest.mark.parametrize("text", ["", "1,5", ".5", "5.", "1e3", "nan", "inf", "1_0", " 1", "--1", "0x1", "½"])
def test_only_plain_decimals_are_numbers(text: str) -> None:
    """A number without a unit is read by the same rules as one with."""
    with pytest.raises(UnitError):
        plain_number(text)


@given(text=st.text(max_size=20))
def test_parsing_never_fails_otherwise(text: str) -> None:
    """Whatever the text, a volume is read or a UnitError says why not; nothing else happens."""
    with suppress(UnitError):
        assert 0 <= Volume.parse(text) < math.inf
