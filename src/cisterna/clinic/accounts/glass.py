"""Access that is taken in an emergency: with a reason, for a time, in the audit."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, insert, select

from cisterna.clinic.database import Unit
from cisterna.clinic.database.tables import break_glass
from cisterna.clinic.settings.site import SiteChoices
from cisterna.errors import Fault, InputError
from cisterna.instants import us_of_hours

__all__ = ["break_the_glass", "has_broken_glass"]

_SHORTEST = 10


def break_the_glass(unit: Unit, patient_id: str, reason: str, choices: SiteChoices) -> int:
    """Take access to a patient's current therapy; until when it lasts.

    Raises :class:`~cisterna.errors.InputError` without a reason.
    """
    if len(reason.strip()) < _SHORTEST:
        raise InputError(
            Fault(
                where="reason",
                found="nothing" if not reason.strip() else "too few words",
                allowed=f"at least {_SHORTEST} characters",
                remedy="say who needs it and why",
            )
        )
    until_us = unit.at_us + us_of_hours(choices.settings.value("break_glass_length", "h"))
    unit.connection.execute(
        insert(break_glass).values(
            id=secrets.token_hex(8),
            account_id=unit.actor.account_id,
            patient_id=patient_id,
            reason=reason.strip(),
            at_us=unit.at_us,
            until_us=until_us,
        )
    )
    unit.audit("break-glass", {"reason": reason.strip(), "until_us": until_us}, patient_id=patient_id)
    return until_us


def has_broken_glass(connection: Connection, account_id: str, patient_id: str, now_us: int) -> bool:
    """Whether an account holds access to a patient by an emergency."""
    wanted = select(break_glass.c.id).where(
        break_glass.c.account_id == account_id,
        break_glass.c.patient_id == patient_id,
        break_glass.c.at_us <= now_us,
        break_glass.c.until_us > now_us,
    )
    return connection.execute(wanted.limit(1)).first() is not None
