"""The first hour of a newcomer, as ``docs/tutorial/first-hour.md`` tells it, with three people in a browser.

The clinic is started by its command. Nothing is prepared: accounts, patient, implant, program, refill,
correction and exports are all made on the pages, and what was typed is what is there at the end.
"""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, Response, expect

from cisterna.therapy import Assess, Correct, Fill, Implant, Program, read_therapy
from cisterna.units import DailyDose, Volume

ZONE = "Europe/Madrid"
NOW = datetime.now(ZoneInfo(ZONE))
IMPLANTED = (NOW - timedelta(days=60)).date().isoformat()
EXPIRY = (NOW + timedelta(days=300)).date().isoformat()
READ = NOW - timedelta(minutes=10)
"""When the pump was read before the refill: not in the minute in which it is read again."""
WORDS = {"ada": "a pump full of water", "crane": "long legs in the reeds", "heron": "grey bird at the pond"}

AS_SHOWN = "the volume that the page computes"
"""Stands for the number that follows from the time of the day; the programmer of this pump shows the same."""

IMPLANT: Mapping[str, Mapping[str, str]] = {
    "identity": {"right": "yes", "infection": "no"},
    "pump": {
        "model": "synchromed-ii-20", "at_day": IMPLANTED, "at_time": "08:30", "serial": "INV-1",
        "side": "left", "plane": "subfascial",
    },
    "catheter": {"model": "ascenda-8780", "trimmed": "52", "tip": "T10"},
    "fill": {
        "concentration": "500", "injected": "18", "at_day": IMPLANTED, "at_time": "08:50", "lot": "B7702",
        "expiry": EXPIRY,
    },
    "prime": {"parts": "pump+catheter", "at_time": "09:00"},
    "program": {
        "mode": "simple-continuous", "daily_dose": "100", "opened_time": "09:20", "at_time": "09:30",
        "reason": "the site has no limits of its own yet",
    },
    "summary": {"at_time": "10:00", "daily_dose": "100", "ended": "running"},
    "after": {"where": "ward 3", "whom": "the mother", "card": "yes"},
}  # fmt: skip
"""What the physician types at the steps of the implant visit, dated to when it was done."""

REFILL: Mapping[str, Mapping[str, str]] = {
    "identity": {"patient": "yes", "pump": "yes", "illness": "no", "wound": "sound"},
    "review": {"scale": "ashworth-1-5", "legs": "2.2", "arms": "2", "goals": "sleeps through"},
    "interrogate": {
        "at_day": f"{READ:%Y-%m-%d}", "at_time": f"{READ:%H:%M}", "reservoir": AS_SHOWN, "daily_dose": "100",
        "mode": "simple-continuous", "alarm": "none",
    },
    "drug": {
        "drug": "baclofen", "concentration": "500", "prepared": "20", "lot": "B7703", "expiry": EXPIRY,
        "order": "yes",
    },
    "skin": {"prepared": "yes", "anaesthetic": "cream", "found_by": "template"},
    "port": {"reservoir_port": "yes", "to_the_stop": "yes"},
    "aspirate": {"withdrawn": "6.2", "fluid": "clear", "air": "yes"},
    "doubt": {"sure": "yes", "how": "free flow"},
    "fill": {"injected": "20", "measured": "19.6", "rinsed": "no"},
    "bridge": {"program": "unchanged"},
    "compare": {"read_reservoir": "yes"},
    "dates": {"reservoir": "20", "daily_dose": "100", "ended": "running", "printed": "yes"},
    "book": {"at_time": "09:00", "with_whom": "Ruth Heron"},
    "teach": {"too_little": "yes", "too_much": "yes", "call": "yes", "whom": "the mother"},
    "observe": {"state": "yes", "letter": "yes", "card": "yes"},
}  # fmt: skip
"""What the nurse types at the steps of the refill; the times stand there already."""


@dataclass(frozen=True)
class Clinic:
    """A clinic that was just started: its address, its file, and the code on the terminal."""

    address: str
    db: str
    code: str


@contextmanager
def started(db: str) -> Iterator[Clinic]:
    """``cisterna serve`` on a free port, until its first two lines were read."""
    command = [sys.executable, "-m", "cisterna", "serve", "--port", "0", "--db", db]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:  # noqa: S603
        try:
            assert server.stdout is not None
            address = server.stdout.readline().split("listens on ")[1].split("/  ")[0]
            yield Clinic(address, db, server.stdout.readline().split()[-1])
        finally:
            server.terminate()


def cisterna(*arguments: str) -> str:
    """What a command prints; it ends with status 0."""
    made = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "cisterna", *arguments], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    return made.stdout


def pressed(page: Page, words: str) -> None:
    """Press a button or a link by its words."""
    page.get_by_role("button", name=words).or_(page.get_by_role("link", name=words)).first.click()


def typed(page: Page, texts: Mapping[str, str], form: str = "main form") -> None:
    """Type into the fields of a form."""
    for name, text in texts.items():
        entry = page.locator(f'{form} [name="{name}"]').first
        kind = entry.evaluate("node => node.type")
        if kind == "checkbox":
            entry.check(force=True)
        elif kind == "radio":
            page.locator(f'{form} [name="{name}"][value="{text}"]').check(force=True)
        elif kind == "select-one":
            entry.select_option(text)
        else:
            entry.fill(text)


def saved(page: Page, texts: Mapping[str, str]) -> None:
    """Wait until a step that holds all of ``texts`` is on disk and the page says so."""

    def holds_all(response: Response) -> bool:
        sent = parse_qs(response.request.post_data or "")
        return response.ok and all(sent.get(name) == [text] for name, text in texts.items())

    with page.expect_response(holds_all) as found:
        page.locator("#step-form").dispatch_event("change")
    place = re.search(r'name="place" value="(\d+)"', found.value.text())
    assert place is not None
    page.wait_for_selector(f"#saved-state input[value='{place[1]}']", state="attached")


def computed_ml(page: Page) -> str:
    """The volume that the page says the pump holds."""
    told = re.search(r"([0-9.]+) mL calculated, not measured", page.locator("#top").inner_text())
    assert told is not None
    return told[1]


def walked(page: Page, steps: Mapping[str, Mapping[str, str]], second: Mapping[str, str]) -> None:
    """Every step of a visit from top to bottom; ``second`` is who checks a step beside."""
    for step, asked in steps.items():
        page.wait_for_url(f"**/visits/*/{step}")
        texts = {name: computed_ml(page) if text == AS_SHOWN else text for name, text in asked.items()}
        typed(page, texts, "#step-form")
        saved(page, texts)
        if step in second:
            page.fill('[name="second_login"]', second[step])
            page.fill('[name="second_password"]', WORDS[second[step]])
            pressed(page, "I checked it and confirm")
            expect(page.locator("#second")).to_contain_text("Checked by")
        page.locator("#step-form .c-button-main").click()


class Team:
    """Who works in the first hour, each with a browser of their own."""

    def __init__(self, clinic: Clinic, browser: Browser) -> None:
        self.clinic, self.browser = clinic, browser

    def at_a_screen(self) -> Page:
        """An empty browser at the address that the terminal printed."""
        page = self.browser.new_context(accept_downloads=True).new_page()
        page.set_default_timeout(10_000)
        page.goto(self.clinic.address)
        return page

    def administrator(self) -> Page:
        """Whoever reads the terminal makes the first account, and lands where the others are made."""
        page = self.at_a_screen()
        words = WORDS["ada"]
        asked = {"full_name": "Ada Owl", "account": "ada", "password": words, "password_again": words}
        typed(page, asked | {"code": self.clinic.code, "zone": ZONE})
        pressed(page, "Make the first account")
        expect(page).to_have_url(f"{self.clinic.address}/administration/accounts")
        return page

    def joined(self, administrator: Page, name: str, login: str, role: str) -> Page:
        """One more account: its password is shown once and changed at the first log-in."""
        administrator.goto(f"{self.clinic.address}/administration/accounts")
        typed(administrator, {"name": name, "login": login, "role": role})
        pressed(administrator, "Add the account")
        given = administrator.locator(".c-secret").inner_text().strip()
        page = self.at_a_screen()
        typed(page, {"account": login, "password": given})
        pressed(page, "Log in")
        typed(page, {"now": given, "password": WORDS[login], "again": WORDS[login]})
        pressed(page, "Change the password")
        expect(page.locator("body")).to_contain_text("The password was changed")
        return page


def add_patient(page: Page) -> str:
    """The first patient, from the empty list; the address of the patient's page."""
    pressed(page, "Patients")
    pressed(page, "New patient")
    typed(page, {
        "family_name": "Invented", "given_name": "Ina", "number": "INV 1", "born": "2018-02-11",
        "sex": "female", "condition": "cerebral palsy", "weight": "21", "height": "118",
        "tone_legs": "3.6", "tone_arms": "3", "tone_scale": "ashworth-1-5", "allergies": "latex",
        "alerts": "VP shunt",
    })  # fmt: skip
    pressed(page, "Add the patient")
    expect(page.locator(".c-patient-name")).to_contain_text("INVENTED, Ina")
    expect(page.get_by_text("Allergy: latex")).to_be_visible()
    return page.url.partition("?")[0]


def corrected(page: Page, patient: str) -> None:
    """The nurse typed a wrong reading: it is corrected, and what was wrong stays readable."""
    page.goto(f"{patient}/events")
    page.locator("tr", has_text=re.compile(r"Interrogated: 5\.\d+ mL")).get_by_role(
        "link", name="Details"
    ).click()
    pressed(page, "Correct this entry")
    typed(page, {"reservoir": "5.5", "correction_why": "misread"})
    pressed(page, "Record the correction")
    expect(page.locator("main")).to_contain_text("Interrogated: 5.5 mL in the reservoir")
    expect(page.locator("main")).to_contain_text("misread")


def downloaded(page: Page, words: str, folder: Path) -> Path:
    """The file that a button gives."""
    with page.expect_download() as given:
        pressed(page, words)
    path = folder / given.value.suggested_filename
    given.value.save_as(path)
    return path


def test_the_first_hour(tmp_path: Path, browser: Browser) -> None:
    """From the code on the terminal to the exported therapy; all that was typed is there, and whole."""
    db = f"sqlite:///{tmp_path / 'clinic.db'}"
    with started(db) as clinic:
        team = Team(clinic, browser)
        administrator = team.administrator()
        physician = team.joined(administrator, "Dr Tess Crane", "crane", "physician")
        nurse = team.joined(administrator, "Ruth Heron", "heron", "nurse")

        patient = add_patient(physician)
        pressed(physician, "Implant visit")
        pressed(physician, "Begin the implant visit")
        walked(physician, IMPLANT, {"fill": "heron"})
        expect(physician).to_have_url(re.compile(r"/implant(\?.*)?$"))

        nurse.goto(f"{clinic.address}/due")
        pressed(nurse, "Compare and confirm")
        typed(nurse, {"compared": "yes"})
        pressed(nurse, "Confirm the program")
        expect(nurse.locator("body")).to_contain_text("Confirmed by a second person")

        nurse.goto(f"{patient}/refills")
        pressed(nurse, "Prepare the refill")
        walked(nurse, REFILL, {"drug": "crane"})
        expect(nurse).to_have_url(re.compile(r"/refills(\?.*)?$"))
        expect(nurse.locator("main")).to_contain_text("6.2 mL")

        corrected(nurse, patient)
        nurse.goto(f"{patient}/export")
        therapy_file = downloaded(nurse, "Export the therapy", tmp_path)
        administrator.goto(f"{clinic.address}/administration/exchange")
        archive = downloaded(administrator, "Export everything", tmp_path)

    check_therapy(therapy_file)
    with zipfile.ZipFile(archive) as held:
        assert held.testzip() is None
        assert any("Invented" in held.read(name).decode(errors="ignore") for name in held.namelist())
    assert "whole" in cisterna("clinic", "verify", "--db", db)
    assert "100" in cisterna("simulate", str(therapy_file))


def check_therapy(path: Path) -> None:
    """The file holds every event as it was typed, and no name."""
    therapy = read_therapy(path)
    assert therapy.history.allergies == "latex"
    (implant,) = (event for event in therapy.events if isinstance(event, Implant))
    assert (implant.pump, implant.tip, implant.pump_serial) == ("synchromed-ii-20", "T10", "INV-1")
    assert implant.at == datetime.fromisoformat(f"{IMPLANTED}T08:30").replace(tzinfo=ZoneInfo(ZONE))
    (program,) = (event for event in therapy.events if isinstance(event, Program))
    assert program.daily_dose == DailyDose(100)
    fills = [(each.withdrawn, each.injected, each.lot) for each in therapy.events if isinstance(each, Fill)]
    assert fills == [(None, Volume(18), "B7702"), (Volume(6.2), Volume(20), "B7703")]
    scores = {(each.site, each.value) for each in therapy.events if isinstance(each, Assess)}
    assert scores == {("legs", 2.2), ("arms", 2.0)}
    assert [each.why for each in therapy.events if isinstance(each, Correct)] == ["misread"]
    assert "Invented" not in path.read_text()
