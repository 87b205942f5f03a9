"""Databases for the tests of the clinic: each test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.clinic.postgres import binaries, fresh_database, server

from cisterna.clinic.database import Actor, Database, open_database

NOW_US = 1_795_000_000_000_000
"""An instant in November 2026."""


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now_us = NOW_US

    def __call__(self) -> int:
        return self.now_us

    def move(self, *, seconds: float = 0, days: float = 0) -> None:
        self.now_us += round((seconds + days * 86_400) * 1_000_000)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """One server for all tests of a process; where there is none its tests are left out, but never in CI."""
    if binaries() is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed, and in CI nothing may be left out")
        pytest.skip("PostgreSQL is not installed: what is kept on it was not tested")
    with server() as address:
        yield address


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'clinic.db'}"
        return
    with fresh_database(request.getfixturevalue("postgresql_server")) as address:
        yield address


@pytest.fixture
def opened(clock: Clock) -> Iterator[Callable[[str], Database]]:
    """Opens databases and closes them after the test."""
    held: list[Database] = []

    def open_one(address: str) -> Database:
        held.append(open_database(address, clock_us=clock))
        return held[-1]

    yield open_one
    for each in held:
        each.close()


@pytest.fixture
def database(database_address: str, opened: Callable[[str], Database]) -> Database:
    """An empty clinic."""
    return opened(database_address)


@pytest.fixture
def nurse() -> Actor:
    """Somebody who acts, for tests that need no account."""
    return Actor(name="R. Invented, nurse", role="nurse")
