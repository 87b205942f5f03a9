"""Finding patients, and who looks after them; each in a unit of work that is given."""

from __future__ import annotations

from collections.abc import Mapping

from cisterna.clinic.accounts import all_accounts
from cisterna.clinic.database import Unit
from cisterna.clinic.patients import repository
from cisterna.clinic.patients.forms import PARTS
from cisterna.clinic.patients.repository import Listed
from cisterna.errors import Fault, InputError

__all__ = ["change_team", "find"]

_LONGEST = 100


def find(unit: Unit, words: str) -> tuple[Listed, ...]:
    """The patients that match; the audit keeps who was found, but no words, which may be a name."""
    matches = repository.found(unit.connection, words)
    unit.audit("find", {"searched": True, "found": [row.id for row in matches]})
    return matches


def change_team(unit: Unit, patient_id: str, values: Mapping[str, str]) -> None:
    """Another team from the fields of a form; the audit keeps old and new.

    A name that is that of an account is linked to it. Raises :class:`~cisterna.errors.InputError`.
    """
    members = {part: values.get(f"team_{part}", "").strip() for part in PARTS}
    faults = [
        Fault(
            where=f"team_{part}",
            found=f"{len(name)} characters",
            allowed=f"at most {_LONGEST} characters",
            remedy="write the name alone",
        )
        for part, name in members.items()
        if len(name) > _LONGEST
    ]
    if faults:
        raise InputError(*faults)
    before = repository.team_of(unit.connection, patient_id)
    after = {part: name for part, name in members.items() if name}
    changed = unit.detail_of(before, after)
    if not changed:
        return
    accounts = {account.name: account.id for account in all_accounts(unit.connection) if account.active}
    repository.replace_team(unit.connection, patient_id, after, accounts)
    unit.audit("change-team", changed, patient_id=patient_id)
