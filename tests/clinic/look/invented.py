"""Invented values for every part of a page; no patient, number or serial here is real."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.horizon import Axis, Strip
from cisterna.clinic.web.shell import Banner, Message, NavItem, Shell, Tab, TherapyLine
from cisterna.clinic.web.trend import Point, Trend
from cisterna.errors import Fault

TODAY = date(2026, 11, 23)
ZONE = ZoneInfo("Europe/Madrid")
AXIS = Axis.around(TODAY)


def shell(title: str, here: str = "Due", *, messages: tuple[Message, ...] = ()) -> Shell:
    """The frame for a nurse in a demonstration."""
    places = (
        ("Due", "/due", 7),
        ("Patients", "/patient", None),
        ("Trials", "/visit", 0),
        ("Implants", "/parts", None),
        ("Sheets", "/forms", None),
        ("Administration", "/faults", None),
    )
    return Shell(
        title=title,
        user="R. Kaur",
        role="nurse",
        navigation=tuple(
            NavItem(words=words, href=href, count=count, here=words == here) for words, href, count in places
        ),
        account=(NavItem(words="My account", href="/forms"),),
        search="/search",
        demonstration=True,
        messages=messages,
    )


ALONE = Shell(title="Log in", demonstration=True)

THERAPY = TherapyLine(
    drug="baclofen",
    concentration_mcg_per_ml=1000.0,
    full_ml=20.0,
    daily_dose_mcg=200.0,
    mode="simple continuous",
    tip="T10",
    refill_by=date(2026, 12, 1),
    refill_urgency="soon",
    low_reservoir_alarm=date(2026, 12, 8),
    alarm_volume_ml=2.0,
)
BANNER = Banner(
    family="Vidal Romero",
    given="Marta",
    born=date(2018, 2, 11),
    today=TODAY,
    sex="female",
    identifier="4471 0286",
    href="/patient",
    condition="Cerebral palsy, spastic quadriplegia",
    gmfcs="IV",
    allergies=("latex",),
    alerts=("VP shunt",),
    therapy=THERAPY,
)
BEFORE_IMPLANT = replace(
    BANNER, allergies=(), allergies_known=False, alerts=(), therapy=None, no_therapy="none yet; trial planned"
)
TABS = tuple(
    Tab(words=words, href="/patient", here=words == "Overview")
    for words in (
        "Overview",
        "Program",
        "Refills",
        "Assessments",
        "Oral medicines",
        "MRI",
        "Events",
        "Notes",
        "Sheets",
    )
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the Due page."""

    urgency: str
    icon: str
    family: str
    given: str
    born: date
    identifier: str
    what: str
    detail: str
    by: date
    strip: Strip
    volume_ml: float | None
    full_ml: float | None
    booked: date | None
    owner: str


def row(
    name: str,
    what: str,
    detail: str,
    days: int,
    *,
    urgency: str,
    volume: float | None = None,
    full: float = 20.0,
    booked: int | None = None,
    owner: str = "Scheduling",
    icon: str = "droplet",
) -> Row:
    """A row due in so many days; a refill has its lead time and alarm."""
    family, given = name.split(", ")
    by = TODAY + timedelta(days=days)
    visit = None if booked is None else TODAY + timedelta(days=booked)
    refill = what == "Refill" or what.startswith("Critical")
    strip = Strip(
        axis=AXIS,
        refill_by=by if refill else (by + timedelta(days=20) if volume else None),
        alarm=by + timedelta(days=7 if refill else 27) if volume else None,
        fast=by - timedelta(days=6) if volume else None,
        booked=visit,
        due=None if refill else by,
    )
    return Row(
        urgency=urgency,
        icon=icon,
        family=family,
        given=given,
        born=date(2014, 5, 3),
        identifier="4470 9034",
        what=what,
        detail=detail,
        by=by,
        strip=strip,
        volume_ml=volume,
        full_ml=full,
        booked=visit,
        owner=owner,
    )


GROUPS = (
    (
        "now",
        "Now",
        "Act today. An overdue row rises to the doctor on call after 24 h.",
        (
            row(
                "Hollis, Peter",
                "Critical alarm reported",
                "Two-tone alarm at home, phoned 08:12; refill overdue",
                -4,
                volume=2.7,
                owner="Dr Sørensen",
                icon="bell-ringing",
                urgency="now",
            ),
            row(
                "Adeyemi, Tobi",
                "Check after MRI",
                "MRI Fri 20 Nov; no interrogation recorded since",
                -3,
                volume=10.1,
                full=40.0,
                booked=0,
                owner="R. Kaur",
                icon="activity",
                urgency="now",
            ),
        ),
    ),
    (
        "soon",
        "Soon",
        "Within 8 days (site setting).",
        (
            row(
                "Lindqvist, Ebba",
                "Confirm the program",
                "Programmed Fri 20 Nov; second person missing",
                1,
                volume=26.4,
                full=40.0,
                owner="Dr Mbeki",
                icon="user-check",
                urgency="soon",
            ),
            row("Kowalska, Zofia", "Refill", "1,000 mcg/mL, 145 mcg/day", 3, volume=3.5, urgency="soon"),
            row(
                "Vidal Romero, Marta",
                "Refill",
                "1,000 mcg/mL, 200 mcg/day",
                8,
                volume=5.0,
                booked=8,
                owner="R. Kaur",
                urgency="soon",
            ),
            row(
                "Grant, Alasdair",
                "Replace the pump",
                "Replacement indicator since 9 Nov; theatre not booked",
                8,
                volume=18.8,
                full=40.0,
                owner="Dr Sørensen",
                icon="battery",
                urgency="soon",
            ),
        ),
    ),
    (
        "later",
        "Later",
        "Next 5 weeks.",
        (
            row(
                "Berg, Nils",
                "Screening trial",
                "First bolus 50 mcg planned",
                9,
                volume=None,
                booked=9,
                owner="Dr Mbeki",
                icon="test-pipe",
                urgency="later",
            ),
            row(
                "Haas, Jonas",
                "Yearly assessment",
                "1,000 mcg/mL, 370 mcg/day",
                18,
                volume=24.2,
                full=40.0,
                booked=16,
                owner="M. Petrou",
                icon="clipboard-text",
                urgency="later",
            ),
            row("Novák, Anežka", "Refill", "500 mcg/mL, 82 mcg/day", 35, volume=8.9, urgency="later"),
        ),
    ),
)

REFILL = Strip(
    axis=Axis(start=TODAY, end=date(2026, 12, 18), today=TODAY),
    refill_by=date(2026, 12, 1),
    alarm=date(2026, 12, 8),
    empty=date(2026, 12, 18),
    booked=date(2026, 12, 1),
)
REFILL_DATES = (
    (TODAY, "today", "today"),
    (date(2026, 12, 1), "refill by", "disc"),
    (date(2026, 12, 8), "alarm", "bar"),
    (date(2026, 12, 18), "empty", "cross"),
)
TREND = Trend(
    tuple(
        Point(value=value, at=at, words=words)
        for value, at, words in (
            (0.1, "7 May", "+0.1"),
            (0.2, "2 Jul", "+0.2"),
            (-0.2, "9 Sep", "\N{MINUS SIGN}0.2"),
            (0.5, "1 Dec", "+0.5"),
        )
    ),
    limits=(1.0, -1.0),
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a visit."""

    number: int
    words: str
    state: str
    note: str = ""
    href: str = "/visit"


STEPS = (
    (
        "Before",
        (
            Step(number=1, words="Identity, allergy, illness, wound", state="done", note="09:04 RK"),
            Step(number=2, words="Tone, goals, side effects", state="done", note="09:10 RK"),
            Step(number=3, words="Interrogate the pump", state="done", note="09:14 RK"),
        ),
    ),
    (
        "Prepare",
        (
            Step(number=4, words="Drug, concentration, lot, expiry", state="done", note="09:19 RK, JO"),
            Step(number=5, words="Skin and template", state="done", note="09:24 RK"),
            Step(number=6, words="Reservoir port found", state="done", note="09:27 RK"),
        ),
    ),
    (
        "Exchange",
        (
            Step(number=7, words="Withdraw and compare", state="here", note="now"),
            Step(number=8, words="If unsure of the needle, stop", state="open"),
            Step(number=9, words="Inject and record", state="open"),
        ),
    ),
    (
        "Program",
        (
            Step(number=10, words="Program, bridge if needed", state="open"),
            Step(number=11, words="Current and new side by side", state="open"),
        ),
    ),
)

WRONG = FormState(
    {
        "withdrawn": "39",
        "fluid": "cloudy",
        "note": "Typed <b>before</b> the fault.",
        "dose": "5",
        "at_day": "2026-12-01",
        "at_time": "9.30",
    },
    (
        Fault(
            where="withdrawn",
            found="'39'",
            allowed="0 to 20 mL, the size of the reservoir",
            remedy="read the syringe again",
        ),
        Fault(
            where="dose", found="'5'", allowed="a daily dose with its unit", remedy="write 'mcg/day' after it"
        ),
        Fault(
            where="fluid",
            found="'cloudy' without a reason",
            allowed="a reason in the note",
            remedy="say what was seen",
        ),
        Fault(where="at", found="'9.30'", allowed="a time on the 24-hour clock", remedy="write 09:30"),
        Fault(
            where="",
            found="a visit that J. Ortega changed at 09:20",
            allowed="the newest state",
            remedy="load the page anew",
        ),
    ),
    {
        "withdrawn": "Withdrawn volume",
        "dose": "Daily dose",
        "fluid": "Fluid",
        "at": "Injected at",
    },
)
