"""One invented child's whole path, as ``docs/tutorial/one-childs-path.md`` tells it, in a team's browsers.

Nothing is prepared but the accounts: evaluation, screening, implant, titration, weaning, flex, a scan, an
alarm, a refill with a discrepancy, a loss of effect and the replacement are typed by physician, nurse and
therapist, on the days on which they are done. After each stage every paper is made, and what stands on it is
held against what was typed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.clinic.conftest import Clock
from tests.clinic.served import PASSWORD, Served, serve_clinic
from tests.clinic.test_first_hour import pressed, saved, typed

from cisterna.clinic.database import open_database
from cisterna.clinic.papers.service import KINDS
from cisterna.clinic.permissions import Role
from cisterna.clinic.record import record_of, verify_records
from cisterna.clinic.settings.site import change_setting
from cisterna.clinic.web.desk import COOKIE
from cisterna.instants import instant_us

MADRID = ZoneInfo("Europe/Madrid")
Texts = Mapping[str, str]

EVALUATION: Mapping[str, tuple[Role, Texts]] = {
    "facts": (Role.PHYSICIAN, {
        "oral_tried": "yes", "botulinum_tried": "yes", "active_infection": "no", "shunt": "no",
        "uncontrolled_epilepsy": "no", "coagulopathy": "no", "malnutrition": "no", "respiratory_risk": "no",
        "walks_on_spasticity": "no", "refill_commitment": "yes", "allergies": "latex",
    }),
    "points": (Role.PHYSICIAN, {"weighed": "pain at night counts most"}),
    "regimens": (Role.PHYSICIAN, {"told_oral-baclofen": "yes", "told_intrathecal": "yes"}),
    "goals": (Role.THERAPIST, {
        "goal_1": "sleeps through the night", "importance_1": "3", "difficulty_1": "2", "level_1": "-2",
        "goal_2": "dressing takes under ten minutes", "importance_2": "2", "difficulty_2": "2",
        "level_2": "-2", "agreed_with": "Ina and her mother",
    }),
    "decision": (Role.PHYSICIAN, {
        "decision": "trial", "decided_by": "Dr Tess Crane, Mina Finch", "decided_with": "Ina and her mother",
        "why": "painful spasms at night, tablets are not enough",
    }),
}  # fmt: skip

SCREENING: Mapping[str, tuple[Role, Texts]] = {
    "prepare": (Role.NURSE, {
        "illness": "no", "protocol": "panel", "scale": "ashworth-1-5", "at_time": "09:00", "legs": "3.8",
        "arms": "2.9", "heart": "96", "function": "sits with support",
    }),
    "bolus": (Role.PHYSICIAN, {
        "ready": "yes", "concentration": "50", "dose": "50", "lot": "L50A", "expiry": "2026-12-31",
        "level": "L4", "at_time": "09:20", "over": "1", "given_by": "Dr Tess Crane",
    }),
    "observe": (Role.THERAPIST, {
        "clock_1": "10:20", "legs_1": "3.2", "heart_1": "92", "breaths_1": "18", "saturation_1": "98",
        "pressure_1": "100/60", "clock_2": "13:20", "legs_2": "2.0", "clock_3": "15:20", "legs_3": "2.2",
    }),
    "response": (Role.PHYSICIAN, {
        "goal_met": "yes", "gained": "dressing in six minutes", "is_lost": "no", "adverse": "no",
        "lasted": "8", "responded": "yes", "judged_by": "Dr Tess Crane, Mina Finch",
    }),
    "next": (Role.PHYSICIAN, {
        "plan": "implant", "decided_by": "Dr Tess Crane", "decided_with": "Ina and her mother",
    }),
}  # fmt: skip

IMPLANT: Mapping[str, tuple[Role, Texts]] = {
    "identity": (Role.PHYSICIAN, {"right": "yes", "infection": "no"}),
    "pump": (Role.PHYSICIAN, {
        "model": "synchromed-ii-20", "at_time": "08:30", "serial": "INV-1", "side": "left",
        "plane": "subfascial",
    }),
    "catheter": (Role.PHYSICIAN, {"model": "ascenda-8780", "trimmed": "52", "tip": "T8"}),
    "fill": (Role.PHYSICIAN, {
        "concentration": "500", "injected": "18", "at_time": "08:50", "lot": "B1", "expiry": "2027-02-28",
    }),
    "prime": (Role.PHYSICIAN, {"parts": "pump+catheter", "at_time": "09:00"}),
    "program": (Role.PHYSICIAN, {
        "lasted": "8", "adverse": "no", "mode": "simple-continuous", "daily_dose": "100",
        "opened_time": "09:20", "at_time": "09:30", "reason": "the site has no limits of its own yet",
    }),
    "summary": (Role.PHYSICIAN, {"at_time": "10:00", "reservoir": "17.7", "daily_dose": "100",
                                 "ended": "running"}),
    "after": (Role.PHYSICIAN, {"where": "ward 3", "whom": "the mother", "card": "yes"}),
}  # fmt: skip

REFILL: Mapping[str, tuple[Role, Texts]] = {
    "identity": (Role.NURSE, {"patient": "yes", "pump": "yes", "illness": "no", "wound": "sound"}),
    "review": (Role.NURSE, {"goals": "sleeps through, stiffer in the last week"}),
    "interrogate": (Role.NURSE, {
        "at_time": "10:00", "reservoir": "3.7", "daily_dose": "123.8", "mode": "flex", "alarm": "none",
    }),
    "drug": (Role.NURSE, {
        "drug": "baclofen", "concentration": "500", "prepared": "20", "lot": "B2", "expiry": "2027-04-30",
        "order": "yes",
    }),
    "skin": (Role.NURSE, {"prepared": "yes", "anaesthetic": "cream", "found_by": "template"}),
    "port": (Role.NURSE, {"reservoir_port": "yes", "to_the_stop": "yes"}),
    "aspirate": (Role.NURSE, {
        "at_time": "10:10", "withdrawn": "1.4", "fluid": "clear", "air": "yes",
        "reason": "log without a stall; Dr Crane was told",
    }),
    "doubt": (Role.NURSE, {"sure": "yes", "how": "free flow"}),
    "fill": (Role.NURSE, {"at_time": "10:15", "injected": "20", "measured": "20", "rinsed": "no"}),
    "bridge": (Role.NURSE, {"program": "unchanged", "opened_time": "10:16", "at_time": "10:17"}),
    "compare": (Role.NURSE, {"read_reservoir": "yes"}),
    "dates": (Role.NURSE, {
        "at_time": "10:20", "reservoir": "20", "daily_dose": "123.8", "ended": "running", "printed": "yes",
    }),
    "book": (Role.NURSE, {"at_time": "09:00", "with_whom": "Ruth Heron"}),
    "teach": (Role.NURSE, {"too_little": "yes", "too_much": "yes", "call": "yes", "whom": "the mother"}),
    "observe": (Role.NURSE, {"state": "yes", "letter": "yes", "card": "yes"}),
}  # fmt: skip

REPLACEMENT: Mapping[str, tuple[Role, Texts]] = {
    "identity": (Role.PHYSICIAN, {"right": "yes", "infection": "no", "because": "catheter and pump fail"}),
    "pump": (Role.PHYSICIAN, {"model": "synchromed-ii-40", "at_time": "08:30", "serial": "INV-2"}),
    "catheter": (Role.PHYSICIAN, {"model": "ascenda-8780", "trimmed": "50", "tip": "T8"}),
    "fill": (Role.PHYSICIAN, {
        "concentration": "500", "injected": "38", "at_time": "08:50", "lot": "B3", "expiry": "2027-06-30",
    }),
    "prime": (Role.PHYSICIAN, {"parts": "pump+catheter", "at_time": "09:00"}),
    "program": (Role.PHYSICIAN, {
        "mode": "simple-continuous", "daily_dose": "100", "opened_time": "09:20", "at_time": "09:30",
        "reason": "two weeks without delivery: begun lower",
    }),
    "summary": (Role.PHYSICIAN, {"at_time": "10:00", "daily_dose": "100", "ended": "running"}),
    "after": (Role.PHYSICIAN, {"where": "ward 3", "whom": "the mother", "card": "yes"}),
}  # fmt: skip

FITS = "(form => form.scrollWidth <= form.clientWidth)(document.querySelector('#step-form'))"
"""Whether the form of a step stays within its card, at the width of a small screen."""

SECOND = {"bolus": "nurse", "fill": "nurse", "drug": "physician"}
"""Who checks the drug beside: a step of a visit and the account."""


@pytest.fixture(scope="module")
def path_clock() -> Clock:
    """The clock of the clinic, which follows the child."""
    return Clock()


@pytest.fixture(scope="module")
def served(path_clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A clinic in Madrid without a patient."""
    path_clock.now_us = instant_us(datetime(2026, 1, 5, 8, tzinfo=MADRID))
    folder = tmp_path_factory.mktemp("path")
    database = open_database(f"sqlite:///{folder / 'clinic.db'}", clock_us=path_clock)
    with serve_clinic(database, places=()) as clinic:
        with database.unit(clinic.accounts[Role.ADMINISTRATOR].actor) as unit:
            change_setting(unit, "zone", "Europe/Madrid")
            change_setting(unit, "site_name", "Invented service")
            change_setting(unit, "site_telephone", "+34 900 000 000")
        yield clinic
    database.close()


def words_of(text: str) -> str:
    """What stands on a page, in one line."""
    main = re.search(r"<main.*</main>", text, re.DOTALL)
    assert main is not None
    text = html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0])))
    return re.sub(r" ([,.;])", r"\1", text)


@dataclass
class Path:
    """The child, the team, and the day."""

    served: Served
    browser: Browser
    clock: Clock
    patient: str = ""
    pages: dict[Role, Page] = field(default_factory=dict)

    def on(self, day: str, at: str = "16:30") -> None:
        """Go to a day; everybody logs in anew."""
        moment = datetime.fromisoformat(f"{day}T{at}:00").replace(tzinfo=MADRID)
        self.clock.now_us = instant_us(moment)
        for page in self.pages.values():
            page.context.close()
        self.pages.clear()

    def page(self, role: Role, below: str | None = None) -> Page:
        """The screen of somebody, at a page below the patient's."""
        if role not in self.pages:
            context = self.browser.new_context(viewport={"width": 1280, "height": 900})
            token = self.served.token(role)
            context.add_cookies([{"name": COOKIE, "value": token, "url": self.served.address}])
            self.pages[role] = context.new_page()
            self.pages[role].set_default_timeout(15_000)
        if below is not None:
            self.pages[role].goto(self.served.address + self.patient + below)
        return self.pages[role]

    def walked(self, steps: Mapping[str, tuple[Role, Texts]], address: str, last: str = "") -> None:
        """Every step of a visit that was opened at ``address``, each by who does it, up to ``last``."""
        for step, (role, texts) in steps.items():
            page = self.page(role)
            if not page.url.endswith(f"/{step}"):
                page.goto(f"{address}/{step}")
            typed(page, texts, "#step-form")
            saved(page, texts)
            assert page.evaluate(FITS), (step, "the form is wider than its card")
            if step in SECOND and page.locator('[name="second_login"]').count():
                page.fill('[name="second_login"]', SECOND[step])
                page.fill('[name="second_password"]', PASSWORD)
                pressed(page, "I checked it and confirm")
                expect(page.locator("#second")).to_contain_text("Checked by")
            here = page.url
            page.locator("#step-form .c-button-main").click()
            page.wait_for_url(re.compile(rf"^(?!{re.escape(here)}(\?|$))"))
            if step == last:
                return

    def begun(self, role: Role, below: str, words: str) -> str:
        """Open a visit by its button; its address."""
        page = self.page(role, below)
        pressed(page, words)
        page.wait_for_url("**/visits/*/*")
        return page.url.rpartition("/")[0]

    def recorded(self, role: Role, below: str, texts: Texts, *buttons: str) -> str:
        """Type into a page, press the buttons one after another, the last one records; what then stands."""
        page = self.page(role, below)
        typed(page, texts)
        for words in buttons:
            pressed(page, words)
        expect(page.get_by_text(re.compile("Recorded|Booked|Confirmed")).first).to_be_visible()
        return words_of(page.content())

    def confirmed(self, role: Role) -> str:
        """A second person compares the program in force and confirms it; what they saw."""
        page = self.page(role)
        page.goto(f"{self.served.address}/due")
        pressed(page, "Compare and confirm")
        seen = words_of(page.content())
        typed(page, {"compared": "yes"})
        pressed(page, "Confirm the program")
        expect(page.locator("body")).to_contain_text("Confirmed by a second person")
        return seen

    def papers(
        self, *drafts: str, kinds: Collection[str] = tuple(KINDS), language: str = "en"
    ) -> dict[str, str]:
        """The papers that can be made now, as page and as PDF; the ``drafts`` alone lack something."""
        client = self.served.client(Role.PHYSICIAN)
        made = {}
        for kind in kinds:
            answer = client.get(f"{self.patient}/papers/{kind}", headers={"accept-language": language})
            if answer.status_code == 200:
                made[kind] = words_of(answer.text)
                pdf = client.post(f"{self.patient}/papers/{kind}/pdf")
                assert pdf.content.startswith(b"%PDF")
        lacking = {kind for kind, text in made.items() if "It lacks:" in text or "Es fehlt:" in text}
        assert lacking == set(drafts)
        return made


def test_one_childs_path(served: Served, browser: Browser, path_clock: Clock) -> None:
    """From the first talk to the second pump, by three roles: nothing is lost, and every paper is right."""
    path = Path(served, browser, path_clock)
    evaluated(path)
    screened(path)
    implanted(path)
    titrated(path)
    scanned(path)
    refilled(path)
    searched(path)
    replaced(path)
    with served.database.reading() as connection:
        assert verify_records(connection) == ()


def evaluated(path: Path) -> None:
    """The physician adds the child, the nurse the tablets, the therapist scores; they decide on a trial."""
    page = path.page(Role.PHYSICIAN)
    page.goto(f"{path.served.address}/patients/new")
    typed(page, {
        "family_name": "Invented", "given_name": "Ina", "number": "INV 1", "born": "2017-05-04",
        "sex": "female", "condition": "cerebral palsy", "timezone": "Europe/Madrid", "weight": "23.5",
        "gmfcs": "IV", "tone_legs": "3.8", "tone_arms": "2.9", "tone_scale": "ashworth-1-5",
        "contacts": "Mother: Iris Invented, +34 900 000 002",
    })  # fmt: skip
    pressed(page, "Add the patient")
    expect(page.locator(".c-patient-name")).to_contain_text("INVENTED, Ina")
    path.patient = "/patients/" + page.url.partition("?")[0].rpartition("/")[2]
    path.on("2026-01-05")
    tablets = {"at_day": "2025-10-01", "at_time": "08:00", "dose": "10", "times": "08:00, 14:00, 20:00"}
    path.recorded(Role.NURSE, "/oral", tablets, "Review the change", "Record the change")
    scores = {"at_time": "09:30", "ashworth-1-5--legs": "3.8", "ashworth-1-5--arms": "2.9", "penn": "3"}
    told = path.recorded(Role.THERAPIST, "/assessments/new", scores, "Record the assessment")
    assert "legs 3.8, arms 2.9" in told
    path.walked(EVALUATION, path.begun(Role.PHYSICIAN, "/trial", "Evaluate"))
    made = path.papers()
    assert set(made) == {"doctor", "visit"}
    assert "Baclofen by mouth 10 mg, 08:00, 14:00, 20:00" in made["doctor"]
    assert (
        "Decided: a screening trial, by Dr Tess Crane, Mina Finch, with Ina and her mother" in made["doctor"]
    )
    assert "Reason: painful spasms at night" in made["doctor"]


def screened(path: Path) -> None:
    """The nurse prepares, the physician gives the bolus, the therapist scores: legs fall by 1.8."""
    path.on("2026-01-19")
    path.walked(SCREENING, path.begun(Role.NURSE, "/trial", "Begin a screening trial"))
    page = path.page(Role.PHYSICIAN, "/trial")
    expect(page.locator("main")).to_contain_text("50 mcg: a response")
    made = path.papers(kinds=("doctor",))
    assert "Mean leg score fell by 1.8" in made["doctor"]
    assert "Decided: an implant, by Dr Tess Crane, with Ina and her mother" in made["doctor"]


def implanted(path: Path) -> None:
    """Pump and catheter; every paper can be made, and the nurse confirms the program."""
    path.on("2026-02-16")
    path.walked(IMPLANT, path.begun(Role.PHYSICIAN, "/implant", "Begin the implant visit"))
    assert "100 mcg/day" in path.confirmed(Role.NURSE)
    made = path.papers()
    assert set(made) == set(KINDS)
    for told in ("500 mcg/mL", "100 mcg/day", "INV-1", "Wed 29 Apr 2026 (calculated, not measured)"):
        assert told in made["card"], told
    assert "Volume of tubing and catheter (calculated) 0.276 mL" in made["order"]


def titrated(path: Path) -> None:
    """A first step, the tablets weaned, then a flex day: each program confirmed by the other person."""
    path.on("2026-02-17")
    changed(path, Role.PHYSICIAN, {"daily_dose": "115", "reason": "stiff at night"}, "115")
    path.confirmed(Role.NURSE)
    path.on("2026-03-04")
    plan = {"first_day": "2026-03-05", "first_time": "09:00", "every": "7", "doses": "20, 10, 0"}
    page = path.page(Role.PHYSICIAN, "/oral")
    for name, text in plan.items():
        page.fill(f'main [name="{name}"]', text)
    pressed(page, "Look at the plan")
    pressed(page, "Book the steps")
    expect(page.locator("main")).to_contain_text("3 steps to come")
    assert "Step of weaning by mouth, 5 Mar 2026, 09:00" in path.papers(kinds=("family",))["family"]
    for day, dose, times in (("05", "10", "08:00, 20:00"), ("12", "5", "08:00, 20:00"), ("19", "0", "")):
        path.on(f"2026-03-{day}")
        step = {"at_time": "09:00", "dose": dose, "times": times, "reason": "as planned"}
        path.recorded(Role.NURSE, "/oral", step, "Review the change", "Record the change")
    path.on("2026-03-20")
    flex = {"mode": "flex", "from_1": "00:00", "rate_1": "6", "from_2": "06:30", "rate_2": "4.5",
            "from_3": "20:00", "rate_3": "6", "reason": "stiffer nights"}  # fmt: skip
    changed(path, Role.NURSE, flex, "123.8")
    assert "Daily dose 115 mcg/day 123.75 mcg/day" in path.confirmed(Role.PHYSICIAN)
    made = path.papers()
    assert "every day 06:30 20:00 4.5 60.75" in made["order"]
    assert "00:00 6 mcg/h; 06:30 4.5 mcg/h; 20:00 6 mcg/h" in made["doctor"]
    assert "Baclofen by mouth" not in made["card"]
    assert "Tagesdosis 123,75 mcg/Tag" in path.papers(kinds=("card",), language="de")["card"]


def changed(path: Path, role: Role, program: Texts, read: str) -> None:
    """A new program is judged, set, read back and recorded."""
    page = path.page(role, "/dose")
    typed(page, {name: text for name, text in program.items() if name == "mode"})
    typed(page, {name: text for name, text in program.items() if name != "mode"})
    pressed(page, "Review the change")
    typed(page, {"opened_time": "09:50", "at_time": "10:00", "read_dose": read, "ended": "running"})
    pressed(page, "Record the new program")
    expect(page.locator("body")).to_contain_text("Recorded.")


def scanned(path: Path) -> None:
    """The pump is read before, scanned and read after: between them no paper says that it runs."""
    path.on("2026-03-24", "10:00")
    reading = {"at_time": "09:00", "reservoir": "9.4", "daily_dose": "123.8"}
    path.recorded(Role.NURSE, "/record/interrogate", reading, "Record it")
    scan = {"at_time": "09:20", "until_day": "2026-03-24", "until_time": "09:55", "field": "1.5",
            "reason": "hips and spine"}  # fmt: skip
    path.recorded(Role.NURSE, "/mri", scan, "Record the scan")
    assert "was not read since" in path.papers("card", "family", "doctor", "visit")["card"]
    path.on("2026-03-24", "10:30")
    page = path.page(Role.NURSE, "/mri")
    form = "main form:has([name=resumed])"
    typed(page, {"at_time": "10:15", "resumed": "yes", "reservoir": "9.4", "daily_dose": "123.8"}, form)
    pressed(page, "Record the reading")
    expect(page.locator("main")).to_contain_text("it ran")
    assert "MRI at 1.5 T, pump running after it" in path.papers(kinds=("card", "visit"))["visit"]


def refilled(path: Path) -> None:
    """An alarm by telephone, then the refill: 2.3 mL less than expected, told with its reason."""
    path.on("2026-04-15")
    alarm = {"at_time": "07:30", "sound": "single-tone", "little": "no", "much": "no", "magnet": "no",
             "who": "the mother"}  # fmt: skip
    told = path.recorded(Role.NURSE, "/alarm", alarm, "Record the alarm")
    assert "Low reservoir computed for Thu 23 Apr 2026, not measured" in told
    assert "Called: the mother" in path.papers(kinds=("visit",))["visit"]
    path.on("2026-04-16", "10:30")
    path.walked(REFILL, path.begun(Role.NURSE, "/refills", "Prepare the refill"))
    made = path.papers()
    for words in ("Withdrawn 1.4 mL (measured)", "Expected 3.7", "Difference −2.3", "Filled 20 mL"):  # noqa: RUF001
        assert words in made["visit"], words
    assert "Booked visit Refill, " in made["family"]
    assert "Reservoir filled with 20 mL" in made["order"]


def searched(path: Path) -> None:
    """Tone rises: the therapist scores it, the physician searches until nothing comes from the port."""
    path.on("2026-05-08")
    scores = {"at_time": "09:30", "ashworth-1-5--legs": "3.7", "ashworth-1-5--arms": "2.8"}
    path.recorded(Role.THERAPIST, "/assessments/new", scores, "Record the assessment")
    page = path.page(Role.PHYSICIAN, "/loss-of-effect")
    pressed(page, "Begin the search")
    for step, texts in {
        "safe": {"at_time": "10:00", "found": "nothing", "words": "no itch, no fever, awake"},
        "aspirate": {"at_time": "11:20", "found": "cause", "aspirated": "0", "words": "nothing comes"},
    }.items():
        path.recorded(Role.PHYSICIAN, f"/loss-of-effect/{step}", texts, "Record the finding")
    end = {"at_time": "11:40", "cause": "catheter", "words": "revision next week"}
    path.recorded(Role.PHYSICIAN, "/loss-of-effect/conclude", end, "Record it and end the search")
    fault = {"at_day": "2026-04-30", "at_time": "12:00", "what": "occlusion", "note": "by the diary"}
    path.recorded(Role.PHYSICIAN, "/record/fault", fault, "Record it")
    event = {"at_time": "12:00", "category": "catheter", "grade": "clavien-dindo-3", "onset": "2026-04-30",
             "device": "catheter", "what": "no aspirate at the access port"}  # fmt: skip
    path.recorded(Role.PHYSICIAN, "/record/adverse-event", event, "Record it")
    assert "Access port: aspirated 0 mL" in path.papers(kinds=("doctor",))["doctor"]


def replaced(path: Path) -> None:
    """Pump and catheter are exchanged, filled, primed and programmed; the papers tell the new pump."""
    path.on("2026-05-18")
    path.walked(REPLACEMENT, path.begun(Role.PHYSICIAN, "/implant", "Replace, fill and program"))
    path.confirmed(Role.NURSE)
    made = path.papers()
    assert "Medtronic SynchroMed II 8637-40" in made["card"]
    assert "INV-2" in made["order"]
    assert "Implanted 18 May 2026" in made["card"]
    assert "INV-1" not in made["card"]
    with path.served.database.unit(path.served.accounts[Role.PHYSICIAN].actor) as unit:
        therapy = record_of(unit, path.patient.rpartition("/")[2])[1].therapy
    kinds = {event.kind for event in therapy.events}
    assert kinds >= {
        "oral", "assess", "lumbar-bolus", "implant", "fill", "program", "mri", "alarm", "port", "fault",
        "adverse-event", "revise",
    }  # fmt: skip
