"""What a load needs before people come: a clinic full of invented patients, and servers for it."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date

from cisterna.clinic.database import Actor, open_database
from cisterna.clinic.demo import invented_history
from cisterna.clinic.record import Identity, add_patient

__all__ = ["MAKER", "Serving", "populate", "served"]

MAKER = Actor(name="benchmark")
_SEED = 20261129
_BATCH = 50


def populate(address: str, patients: int, years: float, today: date) -> None:
    """Make a clinic of invented patients, through the same code that records real ones."""
    with closing(open_database(address)) as database:
        for start in range(0, patients, _BATCH):
            with database.unit(MAKER) as unit:
                for index in range(start, min(start + _BATCH, patients)):
                    made = invented_history(_SEED, index, today, years=years)
                    who = Identity(
                        number=made.identity.number,
                        family_name=made.identity.family_name,
                        given_name=made.identity.given_name,
                    )
                    add_patient(unit, who, made.therapy, keep_ids=True)


@dataclass(frozen=True)
class Serving:
    """``cisterna serve`` as a process of its own: where it answers, and the faults that it logged."""

    origin: str
    process: subprocess.Popen[str]
    faults: list[str] = field(default_factory=list)


@contextmanager
def served(address: str) -> Iterator[Serving]:
    """``cisterna serve`` on a free port of this machine; its faults are known when it has ended."""
    command = [sys.executable, "-m", "cisterna", "serve", "--port", "0", "--db", address]
    with tempfile.TemporaryFile("w+") as log:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process:  # noqa: S603
            try:
                line = process.stdout.readline() if process.stdout is not None else ""
                found = re.search(r"http://\S+?(?=/)", line)
                if found is None:
                    raise RuntimeError("the server did not start")
                serving = Serving(found.group(), process)
                yield serving
            finally:
                process.terminate()
                process.wait(30)
        log.seek(0)
        serving.faults.extend(line for line in log if '"fault"' in line)
