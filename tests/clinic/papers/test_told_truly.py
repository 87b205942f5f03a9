"""What pages and papers tell at the stages of one child's therapy, against what was recorded."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count

import pytest
from tests.clinic.conftest import Clock
from tests.clinic.served import RECORDER, Served, serve_clinic

from cisterna.clinic.database import open_database
from cisterna.clinic.permissions import Role
from cisterna.clinic.record import Identity, add_patient
from cisterna.clinic.settings.site import change_setting
from cisterna.therapy import (
    Alarm,
    Assess,
    Correct,
    Event,
    Fill,
    FlexStep,
    Implant,
    Interrogate,
    Mri,
    Note,
    Program,
    Therapy,
    event_table,
    loads,
)
from cisterna.units import Concentration, DailyDose, HourlyRate, Length, Volume

CHILD = """
schema = 1
[patient]
label = "invented girl"
born = 2017-05-04
sex = "female"
weight = "23.5 kg"
condition = "cerebral palsy"
gmfcs = "IV"
tone = { legs = 3.8, arms = 2.9, scale = "ashworth-1-5" }
timezone = "Europe/Madrid"
"""


def at(text: str) -> datetime:
    """An instant of 2026 in UTC."""
    return datetime.fromisoformat(f"2026-{text}:00+00:00")


IMPLANTED = (
    Implant(
        at=at("02-16T08:30"), pump="synchromed-ii-20", catheter="ascenda-8780", tip="T8",
        catheter_trimmed=Length(52), pump_serial="INV-1",
    ),
    Fill(at=at("02-16T08:50"), injected=Volume(18), concentration=Concentration(500)),
    Program(at=at("02-16T09:30"), mode="simple-continuous", daily_dose=DailyDose(115)),
)  # fmt: skip
NUMBERS = count(1)
FLEX = Program(
    at=at("03-20T10:00"), mode="flex",
    steps=(
        FlexStep(from_=datetime.min.time(), rate=HourlyRate(6)),
        FlexStep(from_=datetime.min.time().replace(hour=6, minute=30), rate=HourlyRate(4.5)),
        FlexStep(from_=datetime.min.time().replace(hour=20), rate=HourlyRate(6)),
    ),
)  # fmt: skip
REFILL = Fill(
    at=at("04-16T10:00"), withdrawn=Volume(1.4), injected=Volume(20), concentration=Concentration(500)
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A clinic without a patient, with a name and a telephone."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('told') / 'clinic.db'}", clock_us=Clock())
    with serve_clinic(database, places=()) as clinic:
        with database.unit(clinic.accounts[Role.ADMINISTRATOR].actor) as unit:
            change_setting(unit, "site_name", "Invented service")
            change_setting(unit, "site_telephone", "+34 900 000 000")
        yield clinic
    database.close()


def kept(served: Served, *events: Event) -> str:
    """A child with these events; the address of the patient's page."""
    therapy: Therapy = replace(loads(CHILD), events=events)
    with served.database.unit(RECORDER) as unit:
        who = Identity(number=f"INV {next(NUMBERS)}", family_name="Invented", given_name="Ina")
        return f"/patients/{add_patient(unit, who, therapy)}"


def seen(served: Served, path: str, role: Role = Role.NURSE, language: str = "en") -> str:
    """What stands on a page, in one line of text."""
    answer = served.client(role).get(path, headers={"accept-language": language})
    assert answer.status_code == 200, answer.text[-600:]
    main = re.search(r"<main.*</main>", answer.text, re.DOTALL)
    assert main is not None
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0])))


def test_the_first_assessment_is_shown_before_any_pump(served: Served) -> None:
    """Scores that were taken before a dose was ever programmed are drawn without one."""
    patient = kept(served, Assess(at=at("01-03T09:30"), scale="ashworth-1-5", site="legs", value=3.8))
    assert "daily dose" not in seen(served, f"{patient}/assessments", Role.THERAPIST)


def test_a_refill_tells_what_was_filled_and_not_what_was_there_before(served: Served) -> None:
    """After 18 mL at the implant 20 mL were filled: the summary of that day says 20 mL."""
    patient = kept(served, *IMPLANTED, REFILL)
    told = seen(served, f"{patient}/papers/visit?day=2026-04-16")
    assert "Withdrawn 1.4 mL" in told
    assert "Filled 20 mL" in told


def test_a_flex_program_is_confirmed_with_the_daily_dose_that_its_steps_make(served: Served) -> None:
    """6 h 30 min and 4 h at 6 mcg/h, 13 h 30 min at 4.5 mcg/h: 123.75 mcg a day, beside 115 before."""
    patient = kept(served, *IMPLANTED, replace(FLEX, id="flex"))
    text = served.client(Role.NURSE).get("/due?kind=unconfirmed-program").text
    (path,) = re.findall(rf"{patient}/confirm/[0-9a-z]+", text)[:1]
    assert "Daily dose 115 mcg/day 123.75 mcg/day" in seen(served, path)


def test_a_scheduler_books_from_the_page_of_the_patient(served: Served) -> None:
    """Who may book but sees no therapy finds the button there, and none of what they may not do."""
    told = seen(served, kept(served, *IMPLANTED), Role.SCHEDULER)
    assert "Book a visit" in told
    assert "Change the dose" not in told


def test_without_a_pump_a_letter_lacks_nothing_of_one(served: Served) -> None:
    """After an evaluation or a trial the family doctor gets a final letter, which tells of no pump."""
    patient = kept(served, Assess(at=at("01-03T09:30"), scale="ashworth-1-5", site="legs", value=3.8))
    for paper in ("doctor", "visit"):
        told = seen(served, f"{patient}/papers/{paper}", Role.PHYSICIAN)
        assert "It lacks:" not in told
        assert "no pump" in told
        assert "Serial number" not in told


def test_after_a_scan_no_paper_says_that_the_pump_runs_until_it_was_read(served: Served) -> None:
    """Card, letters and summary are drafts while the scan is open; the reading makes them final."""
    scan = Mri(at=at("03-24T09:20"), until=at("03-24T09:55"), reason="the hips")
    read = Interrogate(at=at("03-24T10:15"), reservoir=Volume(8.9))
    open_, closed = kept(served, *IMPLANTED, scan), kept(served, *IMPLANTED, scan, read)
    for paper in ("card", "family", "doctor", "visit"):
        told = seen(served, f"{open_}/papers/{paper}")
        assert "It lacks: The pump." in told
        assert "was not read since" in told
        assert "It lacks:" not in seen(served, f"{closed}/papers/{paper}")
    assert "Reason: the hips" in seen(served, f"{open_}/papers/visit")


def test_the_rates_of_a_flex_program_and_the_booked_visit_stand_in_the_letters(served: Served) -> None:
    """Each step by the pump's clock, and the day on which the family is to come."""
    patient = kept(served, *IMPLANTED, FLEX, REFILL)
    form = {"kind": "refill", "at_day": "2026-12-01", "at_time": "09:00", "with_whom": "Ruth Heron"}
    form |= {"reason": "a holiday"}
    answer = served.client(Role.SCHEDULER).post(f"{patient}/appointments", data=form)
    assert answer.status_code == 303, answer.text[-400:]
    for paper in ("family", "doctor", "visit"):
        told = seen(served, f"{patient}/papers/{paper}")
        assert "00:00 6 mcg/h; 06:30 4.5 mcg/h; 20:00 6 mcg/h" in told
        assert "Refill, 1 Dec 2026, 10:00, Ruth Heron" in told or "Refill, 1 Dec 2026, 09:00" in told


def test_a_letter_is_signed_above_its_sources(served: Served) -> None:
    """The sentences stand without sources between them; each has a number, and the sources come last."""
    told = seen(served, f"{kept(served, *IMPLANTED)}/papers/family")
    signs, _, sources = told.partition("for the service")
    assert "Watve 2012" not in signs
    assert "coma. [" in signs
    assert "Watve 2012" in sources


def test_what_was_noted_beside_an_event_stands_in_the_summary(served: Served) -> None:
    """What the family told by telephone is no less told than the sound that they heard."""
    alarm = Alarm(at=at("04-15T05:30"), condition="single-tone", note="the mother called, every hour")
    patient = kept(served, *IMPLANTED, alarm)
    assert "the mother called, every hour" in seen(served, f"{patient}/papers/visit")


def test_the_day_of_a_corrected_scan_tells_the_scan(served: Served) -> None:
    """The reading after a scan corrects it: the day still tells the scan, and not the correction alone."""
    scan = Mri(at=at("03-24T09:20"), until=at("03-24T09:55"), field="1.5 T", id="scan")
    put = {**event_table(replace(scan, resumed=True)), "id": "scan-2"}
    right = Correct(at=at("03-24T10:15"), event="scan", why="found when it was read", new=put)
    read = Interrogate(at=at("03-24T10:16"), reservoir=Volume(8.9))
    told = seen(served, kept(served, *IMPLANTED, scan, right, read))
    assert "MRI at 1.5 T, pump running after it. found when it was read" in told


def test_every_step_of_an_evaluation_is_saved_as_it_is_typed(served: Served) -> None:
    """The parts of a page that come back while somebody types are whole at each step."""
    patient = kept(served, Assess(at=at("01-03T09:30"), scale="ashworth-1-5", site="legs", value=3.8))
    client = served.client(Role.PHYSICIAN)
    begun = client.post(f"{patient}/trial/evaluation").headers["location"]
    for step in ("facts", "points", "regimens", "goals", "decision"):
        place = re.search(r'name="place" value="(\d+)"', client.get(f"{begun}/{step}").text)
        assert place is not None
        sent = {"do": "autosave", "place": place[1], "weighed": "pain at night"}
        assert client.post(f"{begun}/{step}", data=sent).status_code == 200, step


def test_two_readings_in_one_minute_are_told_as_people_see_them(served: Served) -> None:
    """The reading that stands there already is named by what it is and when, and how to mend it is said."""
    patient = kept(served, *IMPLANTED, Interrogate(at=at("04-16T10:00"), reservoir=Volume(3.7)))
    form = {"at_day": "2026-04-16", "at_time": "12:00", "reservoir": "3.6", "daily_dose": "115"}
    client = served.client(Role.NURSE)
    page = client.get(f"{patient}/record/interrogate").text
    seen_entries = re.search(r'name="seen_entries" value="(\d+)"', page)
    assert seen_entries is not None
    answer = client.post(f"{patient}/record/interrogate", data={**form, "seen_entries": seen_entries[1]})
    assert answer.status_code == 422
    told = html.unescape(re.sub(r"<[^>]+>", " ", answer.text))
    assert "at the same instant as Interrogated, 16 Apr 2026, 12:00" in told
    assert "if only by a minute" in told
    assert "event[" not in told


def test_a_finding_of_a_search_is_told_with_the_step_that_made_it(served: Served) -> None:
    """The note of a search says at which step something was found: in the summary and on the overview."""
    found = Note(
        at=at("05-08T08:00"), reason="Loss of effect: X-ray in two planes", note="Found: not clear. tip at T8"
    )
    patient = kept(served, *IMPLANTED, found)
    assert "Loss of effect: X-ray in two planes. Found: not clear" in seen(served, f"{patient}/papers/visit")
    assert "Loss of effect: X-ray in two planes. Found: not clear" in seen(served, patient)


def test_the_age_of_the_points_is_that_of_the_banner(served: Served) -> None:
    """A day before the month is full both tell the months that were completed."""
    patient = kept(served, Assess(at=at("01-03T09:30"), scale="ashworth-1-5", site="legs", value=3.8))
    told = served.client(Role.PHYSICIAN).get(f"{patient}/trial").text
    assert "Age 9 y 6 mo: the label covers it from 4 y." in told
    assert "9 y 6 m" in told.partition("<main")[0] + told
