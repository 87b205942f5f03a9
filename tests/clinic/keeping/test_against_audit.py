"""What the chains alone do not show: rows without an entry of the audit, and entries without a row."""

from __future__ import annotations

import pytest
from tests.clinic.served import Served

from cisterna.clinic.database import Actor
from cisterna.clinic.keeping import check_whole


def found(served: Served) -> str:
    """Everything that is wrong, as text."""
    with served.database.reading() as connection:
        return "\n".join(str(finding) for finding in check_whole(connection).findings)


def intrude(served: Served, *statements: str) -> None:
    """What somebody does who can write to the database and takes the guards away."""
    with served.database.unit(Actor(name="intruder")) as unit:
        for table in ("record", "confirmation", "visit_step", "break_glass"):
            for verb in ("update", "delete"):
                unit.connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
        for statement in statements:
            unit.connection.exec_driver_sql(statement)


def test_a_clinic_that_was_only_worked_in_is_whole(served: Served) -> None:
    """Invented patients with confirmations and letters have no finding."""
    assert found(served) == ""


_LAST = "(SELECT patient_id FROM record GROUP BY patient_id ORDER BY count(*) DESC LIMIT 1)"


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (
            [
                f"CREATE TEMP TABLE cut AS SELECT {_LAST} AS id",
                (
                    "DELETE FROM record WHERE patient_id = (SELECT id FROM cut) AND seq = "
                    "(SELECT max(seq) FROM record WHERE patient_id = (SELECT id FROM cut))"
                ),
                (
                    "UPDATE patient SET entries = entries - 1, head_hash = (SELECT hash FROM record WHERE "
                    "patient_id = (SELECT id FROM cut) ORDER BY seq DESC LIMIT 1) "
                    "WHERE id = (SELECT id FROM cut)"
                ),
            ],
            "although the audit tells of it",
        ),
        (
            [
                (
                    "INSERT INTO confirmation SELECT patient_id, 'x', (SELECT id FROM account LIMIT 1), "
                    "'n', 1 FROM record LIMIT 1"
                ),
            ],
            "confirmation, entry 0",
        ),
        (
            [
                (
                    "INSERT INTO break_glass SELECT 'b', (SELECT id FROM account LIMIT 1), "
                    "patient_id, 'r', 1, 2 FROM record LIMIT 1"
                ),
            ],
            "break_glass, entry 0",
        ),
        (["UPDATE document SET content = x'00'"], "document, entry 0"),
    ],
)
def test_what_was_done_past_the_audit_is_found(served: Served, statements: list[str], told: str) -> None:
    """A tail cut together with its head, an added row, a changed document: each is named."""
    before = found(served)
    intrude(served, *statements)
    after = found(served)
    assert told in after
    assert after != before
