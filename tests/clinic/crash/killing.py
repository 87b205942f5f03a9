"""Eight writers, what kills them, and whether everything that was acknowledged is there."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy import func, select
from tests.clinic.crash.writer import write

from cisterna.clinic.database import Actor, open_database
from cisterna.clinic.database.tables import record
from cisterna.clinic.keeping import check_whole
from cisterna.clinic.projection import rebuild

__all__ = ["Found", "Writers", "crash"]

WRITERS = 8
_LONGEST_LIFE_S = 0.3
_LONGEST_WAIT_S = 60
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.clinic.crash.writer"])


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was there at the end: ``acknowledged`` visits, the ids that are ``missing``, what is wrong."""

    kills: int
    acknowledged: int
    recorded: int
    missing: tuple[str, ...]
    findings: tuple[str, ...]
    projections_that_differ: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was lost and nothing is wrong."""
        return not (self.missing or self.findings or self.projections_that_differ)


@dataclass
class Writers:
    """Eight processes that record refills at ``address`` and note in ``folder`` what was acknowledged."""

    address: str
    folder: Path
    processes: list[multiprocessing.process.BaseProcess] = field(default_factory=list)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """All of them, until the end of the block."""
        self.processes = [self._begun(place) for place in range(WRITERS)]
        try:
            yield
        finally:
            self.kill(range(WRITERS), again=False)

    def await_visit(self) -> None:
        """Wait until one more visit was acknowledged; none of the writers may have ended by itself."""
        before, last = len(self.acknowledged()), time.monotonic() + _LONGEST_WAIT_S
        while len(self.acknowledged()) == before:
            assert time.monotonic() < last, "no writer wrote anything"
            assert all(process.is_alive() for process in self.processes), "a writer ended by itself"
            time.sleep(0.01)

    def kill(self, places: Sequence[int], *, again: bool = True) -> None:
        """``kill -9`` to these writers; others take their places."""
        for place in places:
            self.processes[place].kill()
        for place in places:
            self.processes[place].join(20)
            if again:
                self.processes[place] = self._begun(place)

    def _begun(self, place: int) -> multiprocessing.process.BaseProcess:
        process = _CONTEXT.Process(target=write, args=(self.address, place, self._notes(place)), daemon=True)
        process.start()
        return process

    def _notes(self, place: int) -> Path:
        return self.folder / f"writer-{place}"

    def acknowledged(self) -> list[list[str]]:
        """The visits that were acknowledged, each as the ids of its events; a line cut short was none."""
        notes = (self._notes(place) for place in range(WRITERS))
        return [
            json.loads(line)
            for each in notes
            if each.is_file()
            for line in each.read_text("utf-8").split("\n")[:-1]
        ]


def crash(writers: Writers, kills: int, random: Random, kill_server: Callable[[], None] | None) -> Found:
    """Kill ``kills`` times at random moments: one writer, all of them, or the server of the database."""
    ways: list[Callable[[], None]] = [
        lambda: writers.kill([random.randrange(WRITERS)]),
        lambda: writers.kill(range(WRITERS)),
    ]
    if kill_server is not None:
        ways.append(kill_server)
    with writers.at_work():
        for place in range(kills):
            writers.await_visit()
            time.sleep(random.uniform(0, _LONGEST_LIFE_S))
            ways[place % len(ways)]()
    return _found(writers, kills)


def _found(writers: Writers, kills: int) -> Found:
    visits = writers.acknowledged()
    with closing(open_database(writers.address)) as database:
        with database.reading() as connection:
            there = set(connection.execute(select(record.c.event_id)).scalars())
            recorded = connection.execute(select(func.count()).where(record.c.kind == "note")).scalar_one()
            report = check_whole(connection)
        with database.unit(Actor(name="crash test")) as unit:
            differ = tuple(rebuild(unit))
    return Found(
        kills=kills,
        acknowledged=len(visits),
        recorded=recorded,
        missing=tuple(event_id for visit in visits for event_id in visit if event_id not in there),
        findings=tuple(map(str, report.findings)),
        projections_that_differ=differ,
    )
