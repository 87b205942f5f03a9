"""The accounts of a demonstration, one or two of each role, with a pass phrase that everybody may know."""

from __future__ import annotations

from dataclasses import dataclass

from cisterna.clinic.accounts import add_account
from cisterna.clinic.database import Unit
from cisterna.clinic.demo.people import STAFF
from cisterna.clinic.permissions import Role

__all__ = [
    "PASS_PHRASE",
    "DemonstrationAccount",
    "add_demonstration_accounts",
    "demonstration_accounts",
    "shown_accounts",
]

PASS_PHRASE = "birds-of-a-feather"  # noqa: S105 - shown on the log-in page of a demonstration, on purpose


@dataclass(frozen=True, kw_only=True)
class DemonstrationAccount:
    """What a visitor of a demonstration types to log in."""

    login: str
    name: str
    role: str
    password: str


def demonstration_accounts() -> tuple[DemonstrationAccount, ...]:
    """Who can log in to a demonstration.

    >>> demonstration_accounts()[0].login, demonstration_accounts()[0].role
    ('owl', 'administrator')
    """
    return tuple(
        DemonstrationAccount(login=one.login, name=one.name, role=one.role, password=PASS_PHRASE)
        for one in STAFF
    )


def shown_accounts() -> tuple[tuple[str, str, str], ...]:
    """Log-in, role and pass phrase of each account, as the log-in page and the terminal show them."""
    return tuple((one.login, one.role, one.password) for one in demonstration_accounts())


def add_demonstration_accounts(unit: Unit) -> dict[str, str]:
    """Make the accounts; their ids by name."""
    return {
        one.name: add_account(
            unit, login=one.login, name=one.name, role=Role(one.role), password=PASS_PHRASE, must_change=False
        ).id
        for one in STAFF
    }
