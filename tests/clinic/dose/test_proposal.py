"""What a change of dose is held against, to the edge of each limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.clinic.dose.typed import FILLED, LIMITED, SESSION, change, dosed, simple

from cisterna.care.check import CheckVerdict
from cisterna.clinic.dose.comparison import day_lines, rows_of
from cisterna.clinic.dose.proposal import constant_flow
from cisterna.clinic.settings.site import SiteChoices
from cisterna.therapy import Interrogate, Program, Session, Stop
from cisterna.units import DailyDose


def where(faults: object) -> list[str]:
    """The fields of faults."""
    return [fault.where for fault in faults]  # type: ignore[attr-defined]


def test_a_usual_step_needs_no_reason_and_is_recorded_as_three_events() -> None:
    """Twenty per cent up is the edge of what is published: program, session and reading back are made."""
    found = change(simple("120"))
    assert found.verdict is CheckVerdict.WITHIN
    assert found.record_faults() == ()
    program, session, read = found.events()
    assert isinstance(program, Program)
    assert isinstance(session, Session)
    assert isinstance(read, Interrogate)
    assert (program.daily_dose, read.daily_dose) == (DailyDose(120), DailyDose(120))
    assert session.ended == "running"
    assert program.at.isoformat() == "2026-11-18T11:00:00+00:00"


def test_a_larger_step_is_a_caution_and_takes_a_reason_that_is_kept() -> None:
    """Just above twenty per cent the reason is missing; with one it stands in the program."""
    without = change(simple("120.5"))
    assert without.verdict is CheckVerdict.CAUTION
    assert where(without.record_faults()) == ["reason"]
    with_one = change(simple("120.5", reason="spasms at night"))
    assert with_one.record_faults() == ()
    assert with_one.events()[0].reason == "spasms at night"


def test_what_no_reason_can_override_is_refused_with_limit_source_and_what_is_accepted() -> None:
    """More than double at once passes the absolute limit of a change, whatever the reason says."""
    assert change(simple("200", reason="r")).record_faults() == ()
    over = change(simple("201", reason="r"))
    assert over.verdict is CheckVerdict.OVER
    (fault,) = over.record_faults()
    assert fault.where == "checks"
    assert "cannot be overridden" in fault.remedy
    assert "at most" in fault.allowed
    assert "(" in fault.allowed


def test_limits_that_the_site_has_not_set_are_never_silent() -> None:
    """Without the limits of the site even a small step is a caution."""
    unset = change(simple("110"), choices=SiteChoices())
    assert unset.verdict is CheckVerdict.CAUTION
    assert where(unset.record_faults()) == ["reason"]


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({}, ["mode"]),
        ({"mode": "simple-continuous"}, ["daily_dose"]),
        ({"mode": "simple-continuous", "daily_dose": "1,20"}, ["daily_dose"]),
        ({"mode": "simple-continuous", "daily_dose": "0"}, ["daily_dose"]),
        ({"mode": "simple-continuous", "daily_dose": "-5"}, ["daily_dose"]),
        ({"mode": "constant-flow"}, ["mode"]),
        ({"mode": "flex", "from_1": "01:00", "rate_1": "4"}, ["from_1"]),
        ({"mode": "flex", "from_1": "00:00"}, ["rate_1"]),
        ({"mode": "flex", "from_1": "00:00", "rate_1": "4", "days_1": "someday"}, ["days_1"]),
        ({"mode": "periodic-bolus", "bolus": "10", "over": "10", "every": "6"}, ["background"]),
        ({"mode": "simple-continuous", "daily_dose": "110", "ptm_dose": "5"}, ["ptm_lockout"]),
        ({"mode": "simple-continuous", "daily_dose": "5"}, ["mode"]),
    ],
)
def test_a_program_that_cannot_be_is_refused_at_its_field(typed: dict[str, str], fields: list[str]) -> None:
    """Nothing typed, a wrong number, a mode of another pump, a day with a gap, less than the pump can do."""
    assert where(change(typed).form_faults()) == fields


def test_every_mode_of_the_pump_can_be_typed() -> None:
    """Flex with weekdays, periodic bolus, minimum rate and the allowance of the patient are programs."""
    week, flat = "mon tue wed thu fri", {"mode": "simple-continuous", "daily_dose": "100"}
    flex = change(
        {"mode": "flex", "from_1": "00:00", "rate_1": "4", "from_2": "06:00", "rate_2": "6",
         "from_3": "00:00", "rate_3": "5", "days_1": week, "days_2": week, "days_3": "sat, sun"}
    )  # fmt: skip
    assert flex.form_faults() == ()
    assert flex.outcome is not None
    assert [days for days, _ in day_lines(flex.outcome.after.program)] == ["Mon to Fri", "Sat, Sun"]
    periodic = {"mode": "periodic-bolus", "bolus": "12", "over": "10", "every": "6", "background": "2.5"}
    assert change(periodic).form_faults() == ()
    assert change({"mode": "minimum-rate"}).form_faults() == ()
    asked = change({**flat, "ptm_dose": "6", "ptm_lockout": "4", "ptm_per_day": "3"})
    assert asked.form_faults() == ()
    assert asked.outcome is not None
    assert "6 mcg, 3 a day, 4 h apart" in {row.new for row in rows_of(asked.outcome)}


def test_the_dates_are_those_of_the_new_dose() -> None:
    """A higher dose is sooner at the alarm volume, and every changed row says old and new."""
    found = change(simple("120"))
    assert found.outcome is not None
    rows = {row.name: row for row in rows_of(found.outcome)}
    assert rows["Daily dose"][1:] == ("100 mcg/day", "120 mcg/day")
    assert rows["Change"].new == "+20 %, +20 mcg/day"
    before, after = found.outcome.before.dates, found.outcome.after.dates
    assert before is not None
    assert after is not None
    assert after.low_reservoir_alarm_date.at_us < before.low_reservoir_alarm_date.at_us  # type: ignore[operator]
    assert rows["Refill by"].current != rows["Refill by"].new


def test_the_session_is_in_the_past_in_order_and_after_what_set_the_pump_last() -> None:
    """An update to come, one before it was opened, and one before the last fill are refused."""
    assert where(change(simple("110", at_time="11:07")).record_faults()) == ["at"]
    assert change(simple("110", at_time="11:06")).record_faults() == ()
    assert where(change(simple("110", opened_time="11:01")).record_faults()) == ["opened"]
    assert change(simple("110", opened_time="11:00")).record_faults() == ()
    early = {"at_day": "2026-11-02", "at_time": "08:00", "opened_day": "2026-11-02", "opened_time": "07:00"}
    assert where(change(simple("110", **early)).record_faults()) == ["at"]
    missing = {name: text for name, text in simple("110").items() if name not in {"ended", "read_dose"}}
    assert where(change(missing).record_faults()) == ["read_dose", "ended"]


def test_two_programs_of_one_minute_are_a_fault_at_the_time() -> None:
    """A second program at the instant of the first is refused at its field, and is still judged."""
    at = datetime.fromisoformat("2026-11-18T11:00:00+00:00")
    first = Program(at=at, id="first", mode="simple-continuous", daily_dose=DailyDose(105))
    second = change(simple("110", reason="as agreed"), dosed(first))
    assert where(second.record_faults()) == ["at"]
    assert second.judgement is not None
    assert second.outcome is not None
    later = change(simple("110", at_time="11:01", reason="as agreed"), dosed(first))
    assert later.record_faults() == ()


def test_what_is_read_back_must_be_what_was_set() -> None:
    """A pump that shows another dose runs something else; where it did not answer that is recorded."""
    wrong = simple("110", read_dose="100")
    assert where(change(wrong).record_faults()) == ["read_dose"]
    unsure = change({**wrong, "ended": "uncertain"})
    assert unsure.record_faults() == ()
    assert [event.kind for event in unsure.events()] == ["program", "session", "interrogate"]


def test_more_read_back_than_the_reservoir_holds_is_a_fault_at_its_field() -> None:
    """A pump of 20 mL shows no 168 mL: a decimal point is missing."""
    assert where(change(simple("110", read_volume="168")).record_faults()) == ["read_volume"]


def test_without_a_pump_in_place_nothing_can_be_set() -> None:
    """Before the implant the form says so and asks nothing."""
    nobody = replace(dosed(), events=())
    assert where(change(simple("100"), nobody).form_faults()) == ["mode"]
    assert change({}, nobody).modes == ()


def test_a_constant_flow_pump_takes_no_rate() -> None:
    """Its only mode is its own flow; a programmable pump is another matter."""
    therapy = dosed()
    assert constant_flow(therapy, "codman-3000")
    assert not constant_flow(therapy, "synchromed-ii-20")
    assert not constant_flow(therapy, None)


def test_a_stopped_pump_is_judged_by_the_stop() -> None:
    """After a stop of two weeks the same dose is not a matter of course."""
    stopped = dosed(Stop(at=FILLED + timedelta(days=1), id="s"))
    assert change(simple("100"), stopped).verdict is not CheckVerdict.WITHIN
    assert change(simple("100")).verdict is CheckVerdict.WITHIN


def test_the_hourly_limit_of_the_site_is_held_against_every_step() -> None:
    """A short high step can pass the hour while the day stays as it was."""
    steps = {"mode": "flex", "from_1": "00:00", "rate_1": "61", "from_2": "01:00", "rate_2": "2", **SESSION}
    assert change(steps).verdict is CheckVerdict.OVER
    assert LIMITED.limits.limits("baclofen", 500) is not None
