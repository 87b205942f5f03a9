"""Changes of the daily dose: their size, their time, and slips of the pen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.limits import (
    DoseChange,
    Kind,
    Subject,
    Touched,
    Verdict,
    judge_change,
    slip_between,
)
from cisterna.limits.guardrail import Origin, Phase

DOSES = st.floats(1, 2000)


def touched(
    before: float, after: float, *, origin: Origin = "cerebral", phase: Phase = "titration", age: float = 30,
    since_change: float | None = 1000, since_start: float | None = 1000,
) -> dict[str, Touched]:  # fmt: skip
    """What a change touches, by name."""
    change = DoseChange(
        before_mcg_per_day=before, after_mcg_per_day=after, hours_since_change=since_change,
        hours_since_start=since_start,
    )  # fmt: skip
    subject = Subject(origin=origin, phase=phase, age_y=age)
    return {entry.name: entry for entry in judge_change(change, subject)}


@pytest.mark.requirement("A8")
@pytest.mark.parametrize(("after", "names"), [(420, set()), (460, set()), (461, {"titration-step"})])
def test_we72_step_of_cerebral_origin(after: float, names: set[str]) -> None:
    """WE72: from 400 mcg/day, 420 to 460 is the published step of cerebral origin; more needs a reason."""
    assert set(touched(400, after)) == names


@pytest.mark.requirement("A8")
@pytest.mark.parametrize(
    ("after", "names"),
    [(440, set()), (480, set()), (481, {"large-change"}), (520, {"large-change"}),
     (521, {"large-change", "titration-step"})],
)  # fmt: skip
def test_we73_step_of_spinal_origin(after: float, names: set[str]) -> None:
    """WE73: 440 to 520 is the published step of spinal origin, and above 480 it is warned of."""
    assert set(touched(400, after, origin="spinal")) == names


@pytest.mark.requirement("A8")
@pytest.mark.parametrize(
    ("after", "verdict"),
    [(120, Verdict.OK), (121, Verdict.CAUTION), (200, Verdict.CAUTION), (201, Verdict.STOP)],
)
def test_above_a_fifth_needs_a_reason_above_twice_is_refused(after: float, verdict: Verdict) -> None:
    """At a refill +20 % is the ceiling, above it a reason is needed, above twice there is no override."""
    found = touched(100, after, phase="maintenance")
    assert (
        max((entry.verdict for entry in found.values()), key=list(Verdict).index, default=Verdict.OK)
        is verdict
    )
    if verdict is Verdict.STOP:
        assert found["hard-change"].kind is Kind.ABSOLUTE
        assert "2 times the dose before" in found["hard-change"].text


@pytest.mark.parametrize(("after", "names"), [(115, set()), (116, {"titration-step"})])
def test_children_take_the_step_of_children(after: float, names: set[str]) -> None:
    """Below 12 years 5 to 15 % is published, also where the origin is spinal."""
    assert set(touched(100, after, origin="spinal", age=8)) == names


def test_a_smaller_step_than_published_touches_nothing() -> None:
    """A rise of 1 % is below the published step and no reason is asked for."""
    assert touched(100, 101) == {}


def test_a_fall_by_more_than_published_needs_a_reason_and_is_not_refused() -> None:
    """For side effects a reduction of up to 20 % is published; a larger one may be needed, with a reason."""
    assert set(touched(300, 240)) == set()
    found = touched(300, 150)
    assert set(found) == {"reduction", "large-change"}
    assert {entry.verdict for entry in found.values()} == {Verdict.CAUTION}
    assert "withdrawal" in found["reduction"].text


def test_increases_come_a_day_apart() -> None:
    """No increase in the first 24 h, then one in 24 h; at exactly 24 h it may be; a fall may always be."""
    assert set(touched(100, 110, since_change=18, since_start=18)) == {"first-increase"}
    assert set(touched(100, 110, since_change=18, since_start=100)) == {"titration-interval"}
    assert set(touched(100, 110, since_change=24, since_start=24)) == set()
    assert set(touched(100, 90, since_change=1, since_start=1)) == set()
    assert set(touched(100, 110, since_change=None, since_start=None)) == set()


@pytest.mark.requirement("B4")
@pytest.mark.parametrize("after", [1000, 10, 995, 5000, 2])
def test_a_tenfold_change_is_refused_in_both_directions(after: float) -> None:
    """Ten times up or down, or nearly, is refused: a decimal point slips both ways."""
    found = [entry for entry in touched(100, after).values() if entry.verdict is Verdict.STOP]
    assert {"tenfold-change", "tenfold-slip"} & {entry.name for entry in found}


@pytest.mark.requirement("B4")
def test_a_tenfold_slip_names_what_was_intended() -> None:
    """1050 after 100 reads as 105 with its decimal point one place off."""
    found = touched(100, 1050)["tenfold-slip"]
    assert "was 105 mcg/day intended?" in found.text
    assert "decimal point" in found.text


@pytest.mark.requirement("B3")
def test_we53_a_daily_bolus_entered_as_hourly() -> None:
    """WE53: 60 mcg once a day entered as once an hour is 1440 mcg/day, 24 times the 60 that were intended."""
    slip = slip_between(60, 60 * 24)
    assert slip is not None
    assert (slip.name, slip.factor, slip.intended) == ("daily-as-hourly-slip", 24, 60)
    found = touched(60, 1440)["daily-as-hourly-slip"]
    assert found.verdict is Verdict.STOP
    assert "1440 mcg/day" in found.text
    assert "was 60 mcg/day intended?" in found.text


@pytest.mark.requirement("B3", "B4")
@given(
    expected=DOSES,
    meant=st.floats(0.85, 1.15),
    factor=st.sampled_from([10, 24, 60, 100, 1000]),
    too_little=st.booleans(),
)
def test_a_known_slip_is_recognised_behind_an_ordinary_change(
    *, expected: float, meant: float, factor: float, too_little: bool
) -> None:
    """Whoever meant up to 15 % more or less and slipped is told the dose that was meant."""
    intended = expected * meant
    slip = slip_between(expected, intended / factor if too_little else intended * factor)
    assert slip is not None
    assert slip.factor == factor
    assert slip.intended == pytest.approx(intended)


@given(before=DOSES, ratio=st.floats(0.2, 5))
def test_an_ordinary_change_is_no_slip(before: float, ratio: float) -> None:
    """Between a fifth and five times, no slip is claimed."""
    assert slip_between(before, before * ratio) is None


@given(before=DOSES, after=DOSES)
def test_every_refusal_and_caution_is_a_whole_sentence_with_its_source(before: float, after: float) -> None:
    """Whatever the change, each sentence ends, names a source, and its verdict fits its kind."""
    for entry in touched(before, after).values():
        assert entry.text.endswith((".", "field."))
        assert entry.source
        assert (entry.verdict is Verdict.STOP) == (entry.kind is Kind.ABSOLUTE)
