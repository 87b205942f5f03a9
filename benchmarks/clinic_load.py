"""``make load``: 50 people at once for ten minutes among 5,000 patients, on SQLite and on PostgreSQL.

Prints the times of the pages, first for one person alone, then for all at once; the exit status is 1 where
anything failed or a write was lost. The clinic of SQLite is made once and goes to PostgreSQL as a backup;
with ``--clinic`` it is kept in a file and taken from there the next time.
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
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tests.clinic.postgres import fresh_database, server

from benchmarks.clinic_people import Told, nobody_else, people_at_work, populate, recorded_scores, served
from cisterna.clinic.database import Actor, open_database
from cisterna.clinic.keeping import back_up, check_whole, restore

__all__ = ["differences", "loaded"]


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
    chosen = parser.parse_args()
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
            back_up(database, copy, Actor(name="benchmark"))
            sys.stdout.write(f"backed up and checked in {time.monotonic() - begun:.0f} s\n")
        with fresh_database(postgresql) as on_postgresql:
            with closing(open_database(on_postgresql)) as database:
                restore(database, copy, Actor(name="benchmark"))
            good = []
            for kind, address in (("SQLite", on_sqlite), ("PostgreSQL", on_postgresql)):
                with served(address) as (origin, _):
                    _alone(kind, nobody_else(address, origin, chosen.alone))
                good.append(_told(kind, *loaded(address, chosen.people, chosen.seconds, chosen.pause)))
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
            back_up(database, kept, Actor(name="benchmark"))


def _alone(kind: str, told: Told) -> None:
    sys.stdout.write(f"{kind}, one person alone:\n")
    sys.stdout.writelines(f"  {line}\n" for line in (*told.lines(), *told.faults))
    sys.stdout.flush()


def loaded(address: str, people: int, seconds: float, pause_s: float) -> tuple[Told, list[str]]:
    """Let people work; what they met, and every fault of server, writes and chains."""
    with served(address) as (origin, faults):
        told = people_at_work(address, origin, people, seconds, pause_s)
    with closing(open_database(address)) as database, database.reading() as connection:
        wrong = [str(finding) for finding in check_whole(connection).findings]
    return told, [*told.faults, *faults, *differences(told, recorded_scores(address)), *wrong]


def differences(told: Told, recorded: dict[str, int]) -> list[str]:
    """The patients in whose records there is another number of scores than was acknowledged."""
    acknowledged = Counter(told.acknowledged)
    return [
        f"patient {each}: {acknowledged[each]} acknowledged, {recorded.get(each, 0)} recorded"
        for each in sorted({*acknowledged, *recorded})
        if acknowledged[each] != recorded.get(each, 0)
    ]


def _told(kind: str, told: Told, faults: list[str]) -> bool:
    sys.stdout.write(
        f"{kind}: {len(told.acknowledged)} assessments acknowledged and there, {told.refused} refused "
        f"because somebody else was first, {len(faults)} faults\n"
    )
    sys.stdout.writelines(f"  {line}\n" for line in (*told.lines(), *faults[:20]))
    return not faults


if __name__ == "__main__":
    sys.exit(main())
