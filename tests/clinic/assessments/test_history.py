"""What the history shows: days, scales and points, as they were recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cisterna.clinic.assessments.drawing import Drawing, Line, Spot
from cisterna.clinic.assessments.history import history_of
from cisterna.instants import US_PER_DAY
from cisterna.therapy import (
    Assess,
    Correct,
    Event,
    Explant,
    Fill,
    Implant,
    Patient,
    Program,
    Therapy,
    event_text,
)
from cisterna.units import Concentration, DailyDose, Length, Volume

GIRL = Therapy(patient=Patient(label="invented girl", born=date(2018, 2, 11)))


def at(day: int, hour: int = 9) -> datetime:
    """An instant in October 2026."""
    return datetime.fromisoformat(f"2026-10-{day:02d}T{hour:02d}:00:00+00:00")


def therapy(*events: Event) -> Therapy:
    """A therapy of these events."""
    return replace(GIRL, events=events)


def test_days_are_newest_first_and_several_scores_of_a_day_stand_in_order() -> None:
    """A trial scores the same site twice on a day: both are told with an arrow between them."""
    history = history_of(
        therapy(
            Assess(at=at(1), scale="ashworth-1-5", value=3.5, site="legs"),
            Assess(at=at(8, 8), scale="ashworth-1-5", value=3.5, site="legs"),
            Assess(at=at(8, 12), scale="ashworth-1-5", value=2.0, site="legs"),
        )
    )
    assert [day.on for day in history.days] == [date(2026, 10, 8), date(2026, 10, 1)]
    assert history.days[0].scores["ashworth-1-5"] == (("legs", "3.5 → 2"),)
    assert history.last["ashworth-1-5", "legs"] == ("2", date(2026, 10, 8))


def test_a_corrected_score_is_shown_as_corrected() -> None:
    """The history holds what holds: the score that was wrong is not drawn."""
    wrong = Assess(at=at(1), id="a", scale="penn", value=4.0)
    right = {"kind": "assess", "at": at(1), "scale": "penn", "value": 1}
    history = history_of(therapy(wrong, Correct(at=at(2), id="b", event="a", why="misread", new=right)))
    assert [spot.value for spot in history.drawings[0].lines[0].spots] == [1.0]
    assert "misread" in event_text(Correct(at=at(2), id="b", event="a", why="misread", new=right))


def test_grades_of_muscles_are_drawn_as_their_mean_with_one_plus_as_one_and_a_half() -> None:
    """What was not assessed takes no part in the mean; levels without numbers are not drawn at all."""
    history = history_of(
        therapy(
            Assess(at=at(1), scale="mas", value="1+", site="left soleus"),
            Assess(at=at(1), scale="mas", value="3", site="right soleus"),
            Assess(at=at(1), scale="mas", value="not-assessed", site="left hamstrings"),
            Assess(at=at(1), scale="gmfcs", value="IV"),
        )
    )
    (drawn,) = history.drawings
    assert [spot.value for spot in drawn.lines[0].spots] == [2.25]
    assert history.scales == ("mas", "gmfcs")


def test_many_sites_are_drawn_one_by_one() -> None:
    """More than four lines in one chart cannot be told apart, so that each gets its own."""
    angles = [Assess(at=at(1), scale="rom", value=float(n), site=f"site {n}") for n in range(5)]
    assert len(history_of(therapy(*angles[:4])).drawings) == 1
    assert len(history_of(therapy(*angles)).drawings) == 5


def test_a_drawing_spans_the_scale_and_at_least_a_month() -> None:
    """A single score stands at the left of a month; the ends of the scale are the ends of the axis."""
    line = Line(name="", spots=(Spot(at_us=0, value=3.0),))
    drawn = Drawing.of(
        title="t", lines=(line,), ends=(1.0, 5.0), implants=(1, 40 * US_PER_DAY), zone=ZoneInfo("UTC")
    )
    assert (drawn.low, drawn.high, drawn.end_us) == (1.0, 5.0, 30 * US_PER_DAY)
    assert drawn.implants == (1,)
    assert [words for words, _ in drawn.levels] == ["1", "3", "5"]
    free = Drawing.of(title="t", lines=(line,), ends=None, implants=(), zone=ZoneInfo("UTC"))
    assert free.low < free.high


def test_every_chart_stands_above_the_dose_that_was_programmed() -> None:
    """The dose in force at the first score, each change, and none once the pump was taken out."""
    implanted = Implant(
        at=at(1), pump="synchromed-ii-20", catheter="ascenda-8780", catheter_trimmed=Length(52), tip="T10"
    )
    filled = Fill(at=at(1, 10), injected=Volume(20), concentration=Concentration(500))
    programs = [
        Program(at=at(day, 11), mode="simple-continuous", daily_dose=DailyDose(dose))
        for day, dose in ((1, 100), (12, 150))
    ]
    scores = [Assess(at=at(day), scale="penn", value=2.0) for day in (2, 28)]
    ended = Explant(at=at(24), reason="infection")
    told = therapy(implanted, filled, *programs, ended, *scores)
    (drawn,) = history_of(told).drawings
    assert [mcg for _, _, _, mcg in drawn.dose_steps()] == [100.0, 150.0, 0.0]
    assert drawn.dose_steps()[0][0] == drawn.across(drawn.start_us)
    assert "daily dose first 100, last 0 mcg/day" in drawn.words


def test_a_chart_without_a_pump_has_no_dose() -> None:
    """Before an implant nothing is drawn below the scores, and nothing of a dose is told."""
    (drawn,) = history_of(therapy(Assess(at=at(2), scale="penn", value=2.0))).drawings
    assert drawn.dose_steps() == ()
    assert drawn.words == "Spasm frequency (Penn): score 1 values, first 2, last 2"
