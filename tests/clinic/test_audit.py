"""The audit: whatever is altered, missing, reordered or cut off is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from cisterna.clinic.audit import Query, head, search, verify_audit
from cisterna.clinic.database import Actor, Database


def filled(database: Database, entries: int = 6) -> None:
    """Write entries of two people about two patients."""
    for place in range(entries):
        with database.unit(Actor(name=f"person {place % 2}", account_id=f"a{place % 2}")) as unit:
            action = "read" if place % 3 else "change"
            unit.audit(action, {"old": place}, patient_id=f"p{place % 2}", subject=f"s{place}")


def tampered(database: Database, *statements: str) -> None:
    """What somebody does who has the file and takes the triggers away first."""
    with database.unit(Actor(name="intruder")) as unit:
        if database.is_sqlite:
            for verb in ("update", "delete"):
                unit.connection.execute(text(f"DROP TRIGGER audit_no_{verb}"))
        else:
            unit.connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        for statement in statements:
            unit.connection.exec_driver_sql(statement)


def test_a_whole_audit_has_no_finding(database: Database) -> None:
    """What was written in order verifies, with and without a kept head."""
    filled(database)
    with database.reading() as connection:
        assert verify_audit(connection) == ()
        assert verify_audit(connection, head(connection)) == ()


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (["UPDATE audit SET detail = '{\"old\":99}' WHERE seq = 3"], "entry 3: altered"),
        (["UPDATE audit SET account_name = 'somebody' WHERE seq = 6"], "entry 6: altered"),
        (["UPDATE audit SET at_us = at_us + 1 WHERE seq = 1"], "entry 1: altered"),
        (["DELETE FROM audit WHERE seq = 2"], "entry 2: missing"),
        (
            ["UPDATE audit SET seq = 100 WHERE seq = 2", "UPDATE audit SET seq = 2 WHERE seq = 3",
             "UPDATE audit SET seq = 3 WHERE seq = 100"],
            "does not follow",
        ),
        (["DELETE FROM audit WHERE seq = 6"], "a tail was cut off"),
    ],
)  # fmt: skip
def test_whatever_was_done_to_the_audit_is_found(
    database: Database, statements: list[str], told: str
) -> None:
    """An altered, missing or reordered entry is named; so is a tail that is missing."""
    filled(database)
    tampered(database, *statements)
    with database.reading() as connection:
        findings = verify_audit(connection)
    assert any(told in str(finding) for finding in findings)


def test_a_tail_cut_together_with_its_head_is_seen_by_a_head_that_was_kept(database: Database) -> None:
    """Whoever cuts the tail and mends the head is found by a head that was exported before."""
    filled(database)
    with database.reading() as connection:
        kept = head(connection)
    tampered(
        database,
        "DELETE FROM audit WHERE seq > 4",
        "UPDATE chain SET seq = 4, hash = (SELECT hash FROM audit WHERE seq = 4) WHERE name = 'audit'",
    )
    with database.reading() as connection:
        assert verify_audit(connection) == ()
        assert "tail was cut off" in str(verify_audit(connection, kept)[0])


def test_the_audit_is_searched_by_patient_account_action_time_and_words(
    database: Database, clock: Callable[[], int]
) -> None:
    """Each part of a query narrows what is found; newest first; a page continues before the last."""
    filled(database)
    with database.reading() as connection:
        assert [entry.seq for entry in search(connection, Query())] == [6, 5, 4, 3, 2, 1]
        assert {entry.patient_id for entry in search(connection, Query(patient_id="p1"))} == {"p1"}
        assert [entry.seq for entry in search(connection, Query(action="change"))] == [4, 1]
        assert [entry.seq for entry in search(connection, Query(account_id="a0", words="S2"))] == [3]
        assert [entry.seq for entry in search(connection, Query(before_seq=3))] == [2, 1]
        assert search(connection, Query(until_us=clock())) == ()
        assert len(search(connection, Query(from_us=clock(), most=2))) == 2
        assert search(connection, Query(words="100%")) == ()
        assert search(connection, Query(words="s5"))[0].detail == {"old": 5}
