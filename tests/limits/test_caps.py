"""Of several caps the smallest wins; arithmetic of boluses; none is ever clamped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.errors import InputError
from cisterna.limits import boluses_per_day, in_words, smallest_cap, square_bolus_rate_ml_per_h, triple_cap

POSITIVE = st.floats(1e-3, 1e4)


@pytest.mark.requirement("A10")
def test_we67_the_smallest_of_three_caps() -> None:
    """WE67: of 5, 3 x 1.2 and 4 x 1.0 the second, 3.6, wins, and it is named."""
    name, cap = triple_cap(absolute=5, daily_maximum=1.2, current=1.0, times_daily_maximum=3, times_current=4)
    assert cap == pytest.approx(3.6, rel=1e-12)
    assert name == "daily maximum"


@pytest.mark.requirement("A10")
@given(absolute=POSITIVE, highest=POSITIVE, current=POSITIVE, one=st.floats(1, 9), other=st.floats(1, 9))
def test_no_cap_is_passed(absolute: float, highest: float, current: float, one: float, other: float) -> None:
    """The cap that wins is at most each of the three, and equals the one that is named."""
    name, cap = triple_cap(
        absolute=absolute,
        daily_maximum=highest,
        current=current,
        times_daily_maximum=one,
        times_current=other,
    )
    caps = {"absolute": absolute, "daily maximum": one * highest, "current": other * current}
    assert cap == min(caps.values()) == caps[name]


@pytest.mark.requirement("A10")
@pytest.mark.parametrize("missing", ["absolute", "daily_maximum", "current"])
def test_a_cap_that_is_lacking_refuses(missing: str) -> None:
    """A cap that is declared and has no value is never passed over in favour of the others."""
    known = {"absolute": 5.0, "daily_maximum": 1.2, "current": 1.0, missing: None}
    with pytest.raises(InputError, match=missing.replace("_", " ")):
        triple_cap(**known, times_daily_maximum=3, times_current=4)
    with pytest.raises(InputError, match="no cap at all"):
        smallest_cap({})


@pytest.mark.requirement("C5")
def test_we68_a_square_bolus_on_its_background() -> None:
    """WE68: 1 mL in 2 h on a background of 1 mL/h runs at 1.5 mL/h, below the highest flow of 10."""
    rate = square_bolus_rate_ml_per_h(volume_ml=1, duration_h=2, background_ml_per_h=1, highest_ml_per_h=10)
    assert rate == pytest.approx(1.5, rel=1e-12)


@pytest.mark.requirement("C5")
@given(volume=POSITIVE, hours=st.floats(1e-2, 48), background=st.floats(0, 20), highest=st.floats(0.1, 20))
def test_a_bolus_never_runs_above_the_highest_flow(
    volume: float, hours: float, background: float, highest: float
) -> None:
    """The rate is background plus volume over time, or it is refused; it is never cut to fit."""
    asked = background + volume / hours
    bolus = {"volume_ml": volume, "duration_h": hours, "background_ml_per_h": background}
    if asked <= highest:
        assert square_bolus_rate_ml_per_h(**bolus, highest_ml_per_h=highest) == asked
    elif asked > highest * (1 + 1e-6):
        with pytest.raises(InputError, match="highest flow of the pump"):
            square_bolus_rate_ml_per_h(**bolus, highest_ml_per_h=highest)


@pytest.mark.requirement("B2")
def test_we54_six_minutes_are_sixty_times_six_hours() -> None:
    """WE54: a bolus every 6 h comes 4 times a day; typed as 6 min it comes 240 times, 60 times as often."""
    assert boluses_per_day(6) == 4
    assert boluses_per_day(6 / 60) == pytest.approx(240)
    assert boluses_per_day(6 / 60) / boluses_per_day(6) == pytest.approx(60)


@pytest.mark.requirement("B1")
@pytest.mark.parametrize(
    ("hours", "words"),
    [(1.5, "1 h 30 min"), (0.1, "6 min"), (24, "24 h"), (1 / 3, "20 min"), (2.9999999999, "3 h")],
)
def test_a_duration_is_said_in_hours_and_minutes(hours: float, words: str) -> None:
    """No duration is echoed as one bare number."""
    assert in_words(hours) == words


@pytest.mark.parametrize("hours", [0, -1, float("nan")])
def test_an_interval_without_length_has_no_count(hours: float) -> None:
    """Boluses without a time between them are refused."""
    with pytest.raises(InputError, match="every_h"):
        boluses_per_day(hours)
