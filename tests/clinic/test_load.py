"""A small ``make load``: eight people at once, on both databases, without an error or a lost write."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from benchmarks.clinic_load import differences, loaded
from benchmarks.clinic_people import Told, populate

from cisterna.clinic.database import Actor, Database, open_database
from cisterna.clinic.keeping import back_up, restore

PATIENTS, PEOPLE, SECONDS = 200, 8, 20


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a clinic of 200 invented patients, each with a year of history."""
    folder = tmp_path_factory.mktemp("load")
    address = f"sqlite:///{folder / 'clinic.db'}"
    populate(address, PATIENTS, 1.0, date(2026, 11, 1))
    with closing(open_database(address)) as database:
        back_up(database, folder / "copy", Actor(name="benchmark"))
    return folder / "copy"


def test_eight_people_at_once_meet_no_error_and_lose_no_write(
    database_address: str, opened: Callable[[str], Database], filled: Path
) -> None:
    """Every page answers, every acknowledged score is in its record once, the chains hold."""
    database = opened(database_address)
    restore(database, filled, Actor(name="benchmark"))
    database.close()
    told, faults = loaded(database_address, PEOPLE, SECONDS, pause_s=0.2)
    assert faults == []
    assert len(told.acknowledged) >= PEOPLE
    assert len(told.milliseconds["Due"]) >= len(told.acknowledged)


def test_a_lost_write_would_be_seen() -> None:
    """One score fewer, or one more, in the record than was acknowledged is named."""
    told = Told(acknowledged=["a", "a", "b"])
    assert differences(told, {"a": 2, "b": 1}) == []
    assert differences(told, {"a": 1, "b": 1}) == ["patient a: 2 acknowledged, 1 recorded"]
    assert differences(told, {"a": 2, "b": 1, "c": 1}) == ["patient c: 0 acknowledged, 1 recorded"]
