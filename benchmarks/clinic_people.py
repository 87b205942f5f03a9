"""People who work in a clinic at once over HTTP, with pauses; where a server ends they go to the next."""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from itertools import count
from random import Random
from secrets import token_hex
from threading import Thread
from urllib.parse import urlencode, urlsplit

from sqlalchemy import select

from benchmarks.clinic_served import MAKER
from cisterna.clinic.accounts import add_account
from cisterna.clinic.accounts.sessions import begin_session
from cisterna.clinic.database import open_database
from cisterna.clinic.database.tables import patient, record
from cisterna.clinic.permissions import Role
from cisterna.clinic.web.desk import COOKIE

__all__ = ["Crowd", "Told", "nobody_else", "people_at_work", "recorded_scores"]

NAME = "Load Invented"
CHARTS = 0.25
"""The share of rounds in which a person looks at the charts of a patient too."""
_SEEN = re.compile(r'name="seen_entries" value="(\d+)"')


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """How many people work for how many seconds, each resting ``pause_s`` on average after a round."""

    people: int
    seconds: float = 0.0
    pause_s: float = 0.0


@dataclass
class Told:
    """What the people met: milliseconds by page, and what became of each score by its mark.

    ``acknowledged`` was answered as recorded; ``unknown`` got no answer because the server ended, and was
    refused when it was sent again; ``refused`` counts those for whom somebody else was first, ``moved``
    requests that went to another server.
    """

    run: str = field(default_factory=lambda: token_hex(4))
    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    acknowledged: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    refused: int = 0
    moved: int = 0
    faults: list[str] = field(default_factory=list)

    def percentile(self, page: str, share: float) -> float:
        """The time that ``share`` of the answers of a page took at most."""
        times = sorted(self.milliseconds[page])
        return times[min(len(times) - 1, int(share * len(times)))]

    def lines(self) -> Iterator[str]:
        """A line for each page."""
        for page, times in self.milliseconds.items():
            middle, most, nearly_all = (self.percentile(page, share) for share in (0.5, 0.95, 0.99))
            yield (
                f"{page}: {len(times)} answers; half within {middle:.0f} ms, 95 % within {most:.0f} ms, "
                f"99 % within {nearly_all:.0f} ms, the longest {max(times):.0f} ms"
            )


class _UnansweredError(Exception):
    """The server ended before it answered: what was sent may have been recorded, or not."""


@dataclass
class _Browser:
    """One browser with a session: it asks a server, and the next one where that one is away."""

    origins: Sequence[str]
    token: str
    told: Told

    def ask(self, page: str, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        """The answer; :class:`_UnansweredError` where something was sent and no answer came."""
        while len(self.origins) > 1:
            try:
                return self._asked(page, method, path, body)
            except (OSError, HTTPException) as error:
                self.origins = self.origins[1:]  # it stays away; the last one is asked without a way out
                self.told.moved += 1
                if method == "POST" and not isinstance(error, ConnectionRefusedError):
                    raise _UnansweredError from None
        return self._asked(page, method, path, body)

    def _asked(self, page: str, method: str, path: str, body: str | None) -> tuple[int, str]:
        origin = self.origins[0]
        headers = {"Cookie": f"{COOKIE}={self.token}", "Origin": origin, "Accept": "text/html"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(HTTPConnection(urlsplit(origin).netloc, timeout=60)) as connection:
            begun = time.perf_counter()
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8")
        self.told.milliseconds[page].append((time.perf_counter() - begun) * 1000)
        return answer.status, text


@dataclass
class _Person:
    """One nurse: sees the worklist and a patient with charts, records a score, rests."""

    place: int
    browser: _Browser
    patients: list[str]
    random: Random
    minutes: Iterator[datetime]
    pause_s: float
    told: Told

    def work(self, until: float) -> None:
        """Go on until the clock of the process says ``until``."""
        for turn in count():
            if time.monotonic() >= until:
                return
            try:
                self._round(f"score {self.told.run}-{self.place}-{turn}")
            except (OSError, HTTPException) as error:
                self.told.faults.append(f"no answer: {type(error).__name__}")
            time.sleep(self.random.uniform(0, 2 * self.pause_s))

    def _round(self, mark: str) -> None:
        self._get("Due", "/due")
        about = self.random.choice(self.patients)
        if self.random.random() < CHARTS:
            self._patient(about)
        self._get("assessments of a patient", f"/patients/{about}/assessments")
        form = f"/patients/{about}/assessments/new"
        seen = _SEEN.search(self._get("form of an assessment", form))
        if seen is None:
            self.told.faults.append("a form without the length of the record")
            return
        at = next(self.minutes)
        typed = {"at_day": f"{at:%Y-%m-%d}", "at_time": f"{at:%H:%M}", "penn": "2", "note": mark}
        self._record(form, urlencode({**typed, "seen_entries": seen[1]}), mark)

    def _record(self, form: str, body: str, mark: str) -> None:
        """Send a form; where no answer came, send the same again, as whoever does not know does."""
        try:
            status, text = self.browser.ask("recording an assessment", "POST", form, body)
            unknown = False
        except _UnansweredError:
            status, text = self.browser.ask("recording an assessment", "POST", form, body)
            unknown = True
        if status == 303:
            self.told.acknowledged.append(mark)
        elif unknown and status in {409, 422}:  # perhaps because it is there already
            self.told.unknown.append(mark)
        elif status == 409:
            self.told.refused += 1
        else:
            said = " ".join(re.findall(r'class="c-fault[^>]*>([^<]+)', text))
            self.told.faults.append(f"recording answered {status} {said}")

    def alone(self, rounds: int) -> None:
        """Nobody else works: the worklist, and patients with their charts, new to the day and again."""
        for _ in range(rounds):
            self._get("Due", "/due")
        for about in self.random.sample(self.patients, min(rounds, len(self.patients))):
            self._patient(about, ", first time of the day")
            self._patient(about, ", again")

    def _patient(self, about: str, when: str = "") -> None:
        """The page of a patient and the data of its charts, as a browser asks for them."""
        begun = time.perf_counter()
        self._get(f"page of a patient{when}", f"/patients/{about}")
        self._get(f"data of its charts{when}", f"/patients/{about}/course.json")
        took = (time.perf_counter() - begun) * 1000
        self.told.milliseconds[f"both{when}"].append(took)

    def _get(self, page: str, path: str) -> str:
        status, text = self.browser.ask(page, "GET", path)
        if status != 200:
            self.told.faults.append(f"{page} answered {status}")
        return text


def _minutes(place: int, people: int) -> Iterator[datetime]:
    """Minutes backwards from now that belong to one person: a scale is scored once at one time."""
    begun = datetime.now(UTC)
    return (begun - timedelta(minutes=place + people * turn) for turn in count())


def nobody_else(address: str, origin: str, rounds: int) -> Told:
    """One person alone: each page ``rounds`` times."""
    told = Told()
    (person,) = _people(address, [origin], Crowd(people=1), told)
    person.alone(rounds)
    return told


def people_at_work(address: str, origins: Sequence[str], crowd: Crowd, told: Told) -> None:
    """Let a crowd work at once, spread over ``origins`` at first; ``told`` keeps what they met."""
    until = time.monotonic() + crowd.seconds
    threads = [Thread(target=person.work, args=(until,)) for person in _people(address, origins, crowd, told)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _people(address: str, origins: Sequence[str], crowd: Crowd, told: Told) -> list[_Person]:
    """People with an open session each, all with the account of one nurse."""
    with closing(open_database(address)) as database, database.unit(MAKER) as unit:
        nurse = add_account(
            unit, login=token_hex(6), name=NAME, role=Role.NURSE,
            password="a password of nobody here", must_change=False,  # noqa: S106  invented
        )  # fmt: skip
        tokens = [begin_session(unit, nurse, second_factor_due=False) for _ in range(crowd.people)]
        ids = list(unit.connection.execute(select(patient.c.id).order_by(patient.c.number)).scalars())
    return [
        _Person(
            place=place,
            browser=_Browser(
                [*origins[place % len(origins) :], *origins[: place % len(origins)]], token, told
            ),
            patients=ids,
            random=Random(place),  # noqa: S311  to be repeated, not for secrets
            minutes=_minutes(place, crowd.people),
            pause_s=crowd.pause_s,
            told=told,
        )
        for place, token in enumerate(tokens)
    ]


def recorded_scores(address: str, run: str) -> Counter[str]:
    """How often the score of each mark of a run stands in a record."""
    of_run = re.compile(rf"score {run}-\d+-\d+")
    with closing(open_database(address)) as database, database.reading() as connection:
        texts = connection.execute(select(record.c.text).where(record.c.recorded_by == NAME)).scalars()
        return Counter(mark for text in texts for mark in of_run.findall(text))
