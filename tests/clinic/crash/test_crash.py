"""A tenth of ``make crash``: nothing that was acknowledged is lost, whatever is killed."""

from __future__ import annotations

import os

import pytest
from tests.clinic.crash.__main__ import on_postgresql, on_sqlite
from tests.clinic.crash.killing import Found
from tests.clinic.postgres import binaries


def holds(found: Found) -> None:
    """Nothing is missing, nothing is wrong, and there was something to lose."""
    assert found.missing == ()
    assert found.findings == ()
    assert found.projections_that_differ == ()
    assert found.recorded >= found.acknowledged >= found.kills


def test_killed_ten_times_on_sqlite_nothing_is_lost() -> None:
    """Of eight writers one or all are killed; every acknowledged visit is there and everything is whole."""
    holds(on_sqlite(10, 1))


def test_killed_ten_times_on_postgresql_nothing_is_lost() -> None:
    """The same where the server of the database itself is killed every third time."""
    if binaries() is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed, and in CI nothing may be left out")
        pytest.skip("PostgreSQL is not installed: what is kept on it was not tested")
    holds(on_postgresql(10, 1))
