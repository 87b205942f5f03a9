"""Databases (each test runs on SQLite and on PostgreSQL), a served clinic and a browser for its tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.clinic.postgres import binaries, fresh_database, server
from tests.clinic.served import Served, serve_clinic
from tests.report.test_browser import ARGUMENTS

from cisterna.clinic.database import Actor, Database, open_database

NOW_US = 1_795_000_000_000_000
"""An instant in November 2026."""

CHROMIUM = shutil.which("chromium")


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


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all tests of the clinic; where tests must run, as in CI, its absence is a failure."""
    if CHROMIUM is None:
        if os.environ.get("CI") != "true":
            pytest.skip("chromium is not installed here")
        pytest.fail("chromium is not installed, and in CI the pages must be tried in a browser")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def module_clock() -> Clock:
    """The clock of the served clinic; whoever moves it past an idle log-off asks for new pages."""
    return Clock()


@pytest.fixture(scope="module")
def served(module_clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A clinic with an account of every role and the first twelve invented patients, for one module."""
    address = f"sqlite:///{tmp_path_factory.mktemp('served') / 'clinic.db'}"
    database = open_database(address, clock_us=module_clock)
    with serve_clinic(database, places=range(12)) as clinic:
        yield clinic
    database.close()
