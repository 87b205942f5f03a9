"""Passwords: hashed by Argon2, long enough, and not the name of their owner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cisterna.errors import Fault

__all__ = ["LONGEST", "SHORTEST", "hashed", "is_right", "password_faults"]

SHORTEST = 12
LONGEST = 200
_COMMON = {"passwordpassword", "123456789012", "qwertyuiop12", "administrator", "cisterna1234"}


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


def hashed(password: str) -> str:
    """The Argon2id hash of a password, with its salt and its costs."""
    return _hasher().hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether ``password`` is the one that was hashed.

    Without a hash it takes as long and is never right, so that nobody learns by the clock who has an account.
    """
    try:
        return _hasher().verify(password_hash or _nobody(), password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")


def password_faults(password: str, names: Sequence[str]) -> Iterator[Fault]:
    """What is wrong with a new password of somebody called ``names``."""
    allowed = f"{SHORTEST} to {LONGEST} characters"
    if not SHORTEST <= len(password) <= LONGEST:
        yield Fault(
            where="password",
            found=f"{len(password)} characters",
            allowed=allowed,
            remedy="choose a few words that belong to nobody's name",
        )
    elif (
        password.lower() in _COMMON
        or len(set(password)) < 5
        or any(name and name.lower() in password.lower() for name in names if len(name) > 3)
    ):
        yield Fault(
            where="password",
            found="a password that is easily guessed",
            allowed="one that holds no name and is no common one",
            remedy="choose a few words of your own",
        )
