"""Ages as people write them, and angles of joints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.errors import UnitError
from cisterna.units import Age, Angle


@given(st.integers(0, 120), st.integers(0, 11))
def test_years_and_months_are_read_and_shown(years: int, months: int) -> None:
    """An age in years and months is its months over twelve, and is shown as it was written."""
    age = Age.parse(f"{years} y {months} mo")
    assert age == pytest.approx((12 * years + months) / 12, abs=1e-12)
    written = " ".join(part for amount, part in ((years, f"{years} y"), (months, f"{months} mo")) if amount)
    assert age.shown() == (written or "under 1 mo")


@given(st.integers(0, 1500))
def test_birthdays_are_exact(months: int) -> None:
    """Whole years in months are whole years, so that a birthday lies in the band that begins."""
    assert (Age.parse(f"{months} mo") >= 4) == (months >= 48)
    assert (Age.parse(f"{months} mo") >= 1.5) == (months >= 18)


@pytest.mark.parametrize("text", ["3 y 11 mo", "3y11mo", " 3 y  11 months ", "3 years 11 month", "47 mo"])
def test_one_age_in_many_spellings(text: str) -> None:
    """Units may be spelled out and stand close."""
    assert Age.parse(text) == pytest.approx(47 / 12)


@pytest.mark.parametrize(
    "text",
    [
        "4", "", "y", "4 m", "4 h", "3,5 y", ".5 y", "1e1 y", "-1 y", "3 y -1 mo", "3 y 12 mo", "2 mo 31 d",
        "11 mo 3 y", "3 y 2 y", "3.5 y 2 mo", "3 y 11", "3 y and 11 mo", "3 y/mo", "٣ y", "nan y", "inf y",
    ],
)  # fmt: skip
def test_what_is_no_age_is_refused(text: str) -> None:
    """Bare numbers, other units, parts out of order or too long, and slips of the pen are refused."""
    with pytest.raises(UnitError, match="an age"):
        Age.parse(text)


@pytest.mark.parametrize("value", [4, 4.0, None, True])
def test_an_age_is_a_text(value: object) -> None:
    """A number without its unit is refused from code and files too."""
    with pytest.raises(UnitError):
        Age.parse(value)


@given(st.integers(-180, 180))
def test_an_angle_may_be_negative(degrees: int) -> None:
    """Angles go half a turn both ways."""
    assert float(Angle.parse(f"{degrees} deg")) == degrees


@given(st.floats(-180, 180))
def test_an_angle_is_printed_as_it_is_read(degrees: float) -> None:
    """Printing and parsing an angle returns every bit of it, but for the sign of zero."""
    assert float(Angle.parse(str(Angle(degrees)))) == degrees


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 30, None, "0x1 deg", "1,5 deg"])
def test_what_is_no_text_of_an_angle_is_refused(value: object) -> None:
    """A number without its unit and slips of the pen are no angle."""
    with pytest.raises(UnitError):
        Angle.parse(value)


@pytest.mark.parametrize("text", ["180.1 deg", "-181 deg", "30", "30 rad", "30 %", "3e1 deg"])
def test_what_is_no_angle_of_a_joint_is_refused(text: str) -> None:
    """Beyond half a turn, without a unit or in another one."""
    with pytest.raises(UnitError, match="an angle"):
        Angle.parse(text)
