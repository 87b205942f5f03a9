"""A clinic full of invented patients, and people who work in it at once over HTTP, each with pauses."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from itertools import count
from random import Random
from secrets import token_hex
from threading import Thread
from urllib.parse import urlencode, urlsplit

from sqlalchemy import func, select

from cisterna.clinic.accounts import add_account
from cisterna.clinic.accounts.sessions import begin_session
from cisterna.clinic.database import Actor, open_database
from cisterna.clinic.database.tables import patient, record
from cisterna.clinic.demo import invented_history
from cisterna.clinic.permissions import Role
from cisterna.clinic.record import Identity, add_patient
from cisterna.clinic.web.desk import COOKIE

__all__ = ["Told", "nobody_else", "people_at_work", "populate", "recorded_scores", "served"]

NAME = "Load Invented"
CHARTS = 0.25
"""The share of rounds in which a person looks at the charts of a patient too."""
_SEED = 20261129
_BATCH = 50
_MAKER = Actor(name="benchmark")
_SEEN = re.compile(r'name="seen_entries" value="(\d+)"')


def populate(address: str, patients: int, years: float, today: date) -> None:
    """Make a clinic of invented patients, through the same code that records real ones."""
    with closing(open_database(address)) as database:
        for start in range(0, patients, _BATCH):
            with database.unit(_MAKER) as unit:
                for index in range(start, min(start + _BATCH, patients)):
                    made = invented_history(_SEED, index, today, years=years)
                    who = Identity(
                        number=made.identity.number,
                        family_name=made.identity.family_name,
                        given_name=made.identity.given_name,
                    )
                    add_patient(unit, who, made.therapy, keep_ids=True)


@contextmanager
def served(address: str) -> Iterator[tuple[str, list[str]]]:
    """``cisterna serve`` on a free port of this machine: where it answers, and the faults that it logged."""
    faults: list[str] = []
    command = [sys.executable, "-m", "cisterna", "serve", "--port", "0", "--db", address]
    with tempfile.TemporaryFile("w+") as log:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process:  # noqa: S603
            try:
                line = process.stdout.readline() if process.stdout is not None else ""
                found = re.search(r"http://\S+?(?=/)", line)
                if found is None:
                    raise RuntimeError("the server did not start")
                yield found.group(), faults
            finally:
                process.terminate()
                process.wait(30)
        log.seek(0)
        faults.extend(line for line in log if '"fault"' in line)


@dataclass
class Told:
    """What the people met: milliseconds by page, visits ``acknowledged`` and ``refused`` as stale, faults."""

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    acknowledged: list[str] = field(default_factory=list)
    refused: int = 0
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


@dataclass
class _Person:
    """One nurse with a browser: sees the worklist and a patient with charts, records a score, rests."""

    origin: str
    token: str
    patients: list[str]
    random: Random
    minutes: Iterator[datetime]
    pause_s: float
    told: Told

    def work(self, until: float) -> None:
        """Go on until the clock of the process says ``until``."""
        with closing(HTTPConnection(urlsplit(self.origin).netloc, timeout=60)) as connection:
            while time.monotonic() < until:
                try:
                    self._round(connection)
                except OSError as error:
                    self.told.faults.append(f"no answer: {type(error).__name__}")
                connection.close()  # the server ends a connection that rests; the next request opens one
                time.sleep(self.random.uniform(0, 2 * self.pause_s))

    def _round(self, connection: HTTPConnection) -> None:
        self._get(connection, "Due", "/due")
        about = self.random.choice(self.patients)
        if self.random.random() < CHARTS:
            self._patient(connection, about)
        self._get(connection, "assessments of a patient", f"/patients/{about}/assessments")
        form = f"/patients/{about}/assessments/new"
        seen = _SEEN.search(self._get(connection, "form of an assessment", form))
        if seen is None:
            self.told.faults.append("a form without the length of the record")
            return
        at = next(self.minutes)
        typed = {"at_day": f"{at:%Y-%m-%d}", "at_time": f"{at:%H:%M}", "penn": "2", "seen_entries": seen[1]}
        status, text = self._ask(connection, "recording an assessment", "POST", form, urlencode(typed))
        if status == 303:
            self.told.acknowledged.append(about)
        elif status == 409:
            self.told.refused += 1
        else:
            said = " ".join(re.findall(r'class="c-fault[^>]*>([^<]+)', text))
            self.told.faults.append(f"recording answered {status} {said}")

    def alone(self, rounds: int) -> None:
        """Nobody else works: the worklist, and patients with their charts, new to the day and again."""
        with closing(HTTPConnection(urlsplit(self.origin).netloc, timeout=60)) as connection:
            for _ in range(rounds):
                self._get(connection, "Due", "/due")
            for about in self.random.sample(self.patients, min(rounds, len(self.patients))):
                self._patient(connection, about, ", first time of the day")
                self._patient(connection, about, ", again")

    def _patient(self, connection: HTTPConnection, about: str, when: str = "") -> None:
        """The page of a patient and the data of its charts, as a browser asks for them."""
        begun = time.perf_counter()
        self._get(connection, f"page of a patient{when}", f"/patients/{about}")
        self._get(connection, f"data of its charts{when}", f"/patients/{about}/course.json")
        took = (time.perf_counter() - begun) * 1000
        self.told.milliseconds[f"both{when}"].append(took)

    def _get(self, connection: HTTPConnection, page: str, path: str) -> str:
        status, text = self._ask(connection, page, "GET", path)
        if status != 200:
            self.told.faults.append(f"{page} answered {status}")
        return text

    def _ask(
        self, connection: HTTPConnection, page: str, method: str, path: str, body: str | None = None
    ) -> tuple[int, str]:
        headers = {"Cookie": f"{COOKIE}={self.token}", "Origin": self.origin, "Accept": "text/html"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.perf_counter()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8")
        self.told.milliseconds[page].append((time.perf_counter() - begun) * 1000)
        return answer.status, text


def _minutes(place: int, people: int) -> Iterator[datetime]:
    """Minutes backwards from now that belong to one person: a scale is scored once at one time."""
    begun = datetime.now(UTC)
    return (begun - timedelta(minutes=place + people * turn) for turn in count())


def nobody_else(address: str, origin: str, rounds: int) -> Told:
    """One person alone: each page ``rounds`` times."""
    told = Told()
    (person,) = _people(address, origin, 1, 0.0, told)
    person.alone(rounds)
    return told


def people_at_work(address: str, origin: str, people: int, seconds: float, pause_s: float) -> Told:
    """Let ``people`` work at once for ``seconds``; what they met."""
    told = Told()
    until = time.monotonic() + seconds
    threads = [
        Thread(target=person.work, args=(until,))
        for person in _people(address, origin, people, pause_s, told)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def _people(address: str, origin: str, people: int, pause_s: float, told: Told) -> list[_Person]:
    """People with an open session each, all with the account of one nurse."""
    with closing(open_database(address)) as database, database.unit(_MAKER) as unit:
        nurse = add_account(
            unit, login=token_hex(6), name=NAME, role=Role.NURSE,
            password="a password of nobody here", must_change=False,  # noqa: S106  invented
        )  # fmt: skip
        tokens = [begin_session(unit, nurse, second_factor_due=False) for _ in range(people)]
        ids = list(unit.connection.execute(select(patient.c.id).order_by(patient.c.number)).scalars())
    return [
        _Person(
            origin,
            token,
            ids,
            Random(place),  # noqa: S311  to be repeated, not for secrets
            _minutes(place, people),
            pause_s,
            told,
        )
        for place, token in enumerate(tokens)
    ]


def recorded_scores(address: str) -> dict[str, int]:
    """How many scores of the people stand in the record of each patient."""
    with closing(open_database(address)) as database, database.reading() as connection:
        wanted = select(record.c.patient_id, func.count()).where(record.c.recorded_by == NAME)
        return {row[0]: row[1] for row in connection.execute(wanted.group_by(record.c.patient_id))}
