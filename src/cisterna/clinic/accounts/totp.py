"""The second factor: codes of an authenticator by time (TOTP), each used once."""

from __future__ import annotations

import io
import secrets

import pyotp
import segno
from sqlalchemy import select, update

from cisterna.clinic.database import Unit
from cisterna.clinic.database.tables import account
from cisterna.errors import Fault, InputError

__all__ = ["begin_totp", "drawing", "finish_totp", "is_right_code", "stop_totp"]

_STEP_S = 30
_ISSUER = "Cisterna"


def begin_totp(unit: Unit, account_id: str) -> str:
    """The secret that is not in force yet: a new one where there is none."""
    wanted = select(account.c.totp_secret, account.c.totp_on).where(account.c.id == account_id)
    row = unit.connection.execute(wanted).one()
    if row.totp_on:
        raise InputError(
            Fault(where="second factor", found="one that is on", allowed="none", remedy="switch it off first")
        )
    if row.totp_secret is not None:
        return str(row.totp_secret)
    secret = pyotp.random_base32()
    unit.connection.execute(update(account).where(account.c.id == account_id).values(totp_secret=secret))
    return secret


def drawing(secret: str, login: str) -> str:
    """The secret as a code that an authenticator scans, an SVG element."""
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER)
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, scale=4, border=2, nl=False
    )
    return out.getvalue().decode("utf-8")


def finish_totp(unit: Unit, account_id: str, code: str) -> None:
    """Put the second factor in force once a code shows that the authenticator has the secret."""
    if not is_right_code(unit, account_id, code):
        raise InputError(
            Fault(
                where="code",
                found="a code that is not right",
                allowed="the six digits that the authenticator shows now",
                remedy="check the clock of the telephone, then type the next code",
            )
        )
    unit.connection.execute(update(account).where(account.c.id == account_id).values(totp_on=1))
    unit.audit("second-factor-on", subject=account_id)


def stop_totp(unit: Unit, account_id: str) -> None:
    """Take the second factor away, for a lost telephone."""
    unit.connection.execute(
        update(account)
        .where(account.c.id == account_id)
        .values(totp_on=0, totp_secret=None, totp_last_step=None)
    )
    unit.audit("second-factor-off", subject=account_id)


def is_right_code(unit: Unit, account_id: str, code: str) -> bool:
    """Whether ``code`` is that of now, or of one step before or after, and was not used."""
    row = unit.connection.execute(
        select(account.c.totp_secret, account.c.totp_last_step)
        .where(account.c.id == account_id)
        .with_for_update()
    ).one_or_none()
    if row is None or row.totp_secret is None:
        return False
    now = unit.at_us // 1_000_000 // _STEP_S
    digits = "".join(code.split())
    generator = pyotp.TOTP(row.totp_secret)
    for step in (now, now - 1, now + 1):
        fresh = row.totp_last_step is None or step > row.totp_last_step
        if fresh and secrets.compare_digest(generator.at(step * _STEP_S).encode(), digits.encode()):
            unit.connection.execute(
                update(account).where(account.c.id == account_id).values(totp_last_step=step)
            )
            return True
    return False
