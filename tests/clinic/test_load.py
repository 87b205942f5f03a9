"""A small ``make load``: eight people at once, on SQLite and with two servers on one PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from benchmarks.clinic_load import differences, loaded, loaded_twice
from benchmarks.clinic_people import Crowd, Told
from benchmarks.clinic_served import populate
from tests.clinic.postgres import fresh_database

from cisterna.clinic.database import Actor, Database, open_database
from cisterna.clinic.keeping import back_up, restore

PATIENTS = 200
CROWD = Crowd(people=8, seconds=20, pause_s=0.2)


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
    opened: Callable[[str], Database], filled: Path, tmp_path: Path
) -> None:
    """Every page answers, every acknowledged score is in its record once, the chains hold."""
    database_address = f"sqlite:///{tmp_path / 'clinic.db'}"
    with closing(opened(database_address)) as database:
        restore(database, filled, Actor(name="benchmark"))
    told, faults = loaded(database_address, CROWD)
    assert faults == []
    assert len(told.acknowledged) >= CROWD.people
    assert len(told.milliseconds["Due"]) >= len(told.acknowledged)


def test_users_go_on_when_one_of_two_servers_is_killed(
    postgresql_server: str, opened: Callable[[str], Database], filled: Path, tmp_path: Path
) -> None:
    """No error, nothing lost or doubled; a backup made meanwhile is whole, projections equal a rebuild."""
    with fresh_database(postgresql_server) as address, fresh_database(postgresql_server) as elsewhere:
        with closing(opened(address)) as database:
            restore(database, filled, Actor(name="benchmark"))
        told, faults = loaded_twice(address, CROWD, tmp_path / "drill", elsewhere)
    assert faults == []
    assert len(told.acknowledged) >= CROWD.people
    assert told.moved >= CROWD.people // 2


def test_a_lost_write_would_be_seen() -> None:
    """A score that stands in the record more or less often than was acknowledged is named."""
    told = Told(acknowledged=["a", "b"], unknown=["c", "d"])
    assert differences(told, Counter("abc")) == []
    assert differences(told, Counter("ab")) == []
    assert differences(told, Counter("a")) == ["b: 1 acknowledged, 0 recorded"]
    assert differences(told, Counter("aabccd")) == [
        "a: 1 acknowledged, 2 recorded",
        "c: 0 acknowledged, 2 recorded",
    ]
    assert differences(told, Counter("abx")) == ["x: 0 acknowledged, 1 recorded"]
