"""``make load``: 50 people at once for ten minutes among 5,000 patients, on SQLite and on PostgreSQL.

Prints the times of the pages, first for one person alone, then for all at once; the exit status is 1 where
anything failed or a write was lost. The clinic of SQLite is made once and goes to PostgreSQL as a backup;
with ``--clinic`` it is kept in a file and taken from there the next time. At the end two servers answer on
one PostgreSQL: one of them is killed in the middle, and a backup made meanwhile is restored elsewhere.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer

from tests.clinic.postgres import fresh_database, server

from benchmarks.clinic_people import Crowd, Told, nobody_else, people_at_work, recorded_scores
from benchmarks.clinic_served import MAKER, Serving, populate, served
from cisterna.clinic.database import open_database
from cisterna.clinic.keeping import back_up, check_whole, restore
from cisterna.clinic.projection import rebuild
from cisterna.errors import CisternaError

__all__ = ["PARTS", "differences", "loaded", "loaded_twice"]

PARTS = SQLITE, POSTGRESQL, TWO_SERVERS = ("SQLite", "PostgreSQL", "two-servers")
"""One server on each database, then two on one PostgreSQL of which one is killed."""


def main() -> int:
    """Make the clinic, let the people work on both databases, print what they met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=5_000)
    parser.add_argument("--years", type=float, default=5.0)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--pause", type=float, default=15.0, help="seconds that a person rests in the middle")
    parser.add_argument("--alone", type=int, default=50, help="rounds of one person alone")
    parser.add_argument("--clinic", type=Path, help="SQLite file that keeps the clinic for the next time")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="all three without it")
    chosen = parser.parse_args()
    crowd = Crowd(people=chosen.people, seconds=chosen.seconds, pause_s=chosen.pause)
    sys.stdout.write(
        f"{datetime.now(UTC):%d %B %Y}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}; {chosen.patients} patients with {chosen.years:g} years, "
        f"{chosen.people} people for {chosen.seconds:g} s, each resting {chosen.pause:g} s on average\n"
    )
    with tempfile.TemporaryDirectory(prefix="cisterna-load-") as name, server() as postgresql:
        folder = Path(name)
        on_sqlite, copy = f"sqlite:///{folder / 'clinic.db'}", folder / "copy"
        _make(folder / "clinic.db", chosen.clinic, chosen.patients, chosen.years)
        with closing(open_database(on_sqlite)) as database:
            begun = time.monotonic()
            back_up(database, copy, MAKER)
            sys.stdout.write(f"backed up and checked in {time.monotonic() - begun:.0f} s\n")
        with fresh_database(postgresql) as on_postgresql:
            with closing(open_database(on_postgresql)) as database:
                restore(database, copy, MAKER)
            good = []
            for kind, address in ((SQLITE, on_sqlite), (POSTGRESQL, on_postgresql)):
                if kind in chosen.parts:
                    with served(address) as serving:
                        _alone(kind, nobody_else(address, serving.origin, chosen.alone))
                    good.append(_told(kind, *loaded(address, crowd)))
            if TWO_SERVERS in chosen.parts:
                with fresh_database(postgresql) as elsewhere:
                    met = loaded_twice(on_postgresql, crowd, folder / "drill", elsewhere)
                good.append(_told("PostgreSQL, two servers, one killed", *met))
    return 0 if all(good) else 1


def _make(file: Path, kept: Path | None, patients: int, years: float) -> None:
    if kept is not None and kept.is_file():
        shutil.copyfile(kept, file)
        sys.stdout.write(f"taken from {kept.name}\n")
        return
    begun = time.monotonic()
    populate(f"sqlite:///{file}", patients, years, datetime.now(UTC).date())
    sys.stdout.write(f"made in {time.monotonic() - begun:.0f} s\n")
    if kept is not None:
        with closing(open_database(f"sqlite:///{file}")) as database:
            back_up(database, kept, MAKER)


def _alone(kind: str, told: Told) -> None:
    sys.stdout.write(f"{kind}, one person alone:\n")
    sys.stdout.writelines(f"  {line}\n" for line in (*told.lines(), *told.faults))
    sys.stdout.flush()


def loaded(address: str, crowd: Crowd) -> tuple[Told, list[str]]:
    """Let people work; what they met, and every fault of the server, of writes and of chains."""
    told = Told()
    with served(address) as serving:
        people_at_work(address, [serving.origin], crowd, told)
    return told, _faults(address, told, [serving])


def loaded_twice(address: str, crowd: Crowd, copy: Path, elsewhere: str) -> tuple[Told, list[str]]:
    """The same with two servers; one is killed (``kill -9``) in the middle, as a machine that fails.

    A quarter of the time after it began a backup is made to ``copy`` and restored ``elsewhere``: what was
    acknowledged before must be there, and all that holds for the clinic must hold.
    """
    told, drill = Told(), list[str]()
    with served(address) as failing, served(address) as staying:
        timers = [
            Timer(crowd.seconds / 4, lambda: drill.extend(drilled(address, told, copy, elsewhere))),
            Timer(crowd.seconds / 2, failing.process.kill),
        ]
        for timer in timers:
            timer.start()
        people_at_work(address, [failing.origin, staying.origin], crowd, told)
        for timer in timers:
            timer.join()
    return told, [*drill, *_faults(address, told, [failing, staying])]


def drilled(address: str, told: Told, copy: Path, elsewhere: str) -> list[str]:
    """Back up while people work and restore it elsewhere; what is missing or does not hold there."""
    before = set(told.acknowledged)
    try:
        with closing(open_database(address)) as database:
            back_up(database, copy, MAKER)
        with closing(open_database(elsewhere)) as other:
            restore(other, copy, MAKER)
            with other.unit(MAKER) as unit:
                differs = [f"the projection of {each} differs from its rebuild" for each in rebuild(unit)]
    except CisternaError as error:
        return [f"the drill of a restore: {error}"]
    missing = [f"{each} is not in the backup" for each in before - set(recorded_scores(elsewhere, told.run))]
    return [*missing, *_wrong(elsewhere), *differs]


def _faults(address: str, told: Told, serving: Sequence[Serving]) -> list[str]:
    logged = (fault for each in serving for fault in each.faults)
    return [*told.faults, *logged, *differences(told, recorded_scores(address, told.run)), *_wrong(address)]


def _wrong(address: str) -> list[str]:
    """What is wrong with chains and tables."""
    with closing(open_database(address)) as database, database.reading() as connection:
        return [str(finding) for finding in check_whole(connection).findings]


def differences(told: Told, recorded: Counter[str]) -> list[str]:
    """The scores that stand more or less often in a record than the people were told."""
    acknowledged, unknown = Counter(told.acknowledged), set(told.unknown)
    return [
        f"{mark}: {acknowledged[mark]} acknowledged, {recorded[mark]} recorded"
        for mark in sorted({*acknowledged, *recorded})
        if recorded[mark] != acknowledged[mark] and not (mark in unknown and recorded[mark] == 1)
    ]


def _told(kind: str, told: Told, faults: list[str]) -> bool:
    sys.stdout.write(
        f"{kind}: {len(told.acknowledged)} assessments acknowledged and there, {told.refused} refused "
        f"because somebody else was first, {told.moved} requests went to another server, {len(told.unknown)} "
        f"were not answered, {len(faults)} faults\n"
    )
    sys.stdout.writelines(f"  {line}\n" for line in (*told.lines(), *faults[:20]))
    return not faults


if __name__ == "__main__":
    sys.exit(main())
