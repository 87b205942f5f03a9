"""The drug account as rows that add up in the reader's sight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

from cisterna.report.wording import amount, share

__all__ = ["Account", "AccountRow", "PowerOfTen", "account_rows"]

_ENTERED = (
    ("injected_mcg", "Injected into the pump"),
    ("by_other_routes_mcg", "Given by other routes"),
)
_FOUND = (
    ("withdrawn_mcg", "Withdrawn"),
    ("reservoir_mcg", "In the reservoir"),
    ("dead_volume_mcg", "In tubing and catheter"),
    ("outside_mcg", "Outside the system (leak, pocket)"),
    ("spinal_fluid_mcg", "In spinal fluid"),
    ("cistern_mcg", "In the cisterns"),
    ("cranial_mcg", "In cranial fluid"),
    ("cord_mcg", "In the cord"),
    ("plasma_mcg", "In plasma"),
    ("peripheral_mcg", "In peripheral tissue"),
    ("gut_mcg", "In the gut"),
    ("skin_mcg", "In and on the skin"),
    ("eliminated_mcg", "Eliminated"),
)


@dataclass(frozen=True, kw_only=True)
class AccountRow:
    """One place where drug is, in micrograms and as a part of all that entered."""

    name: str
    amount_mcg: str
    part: str


@dataclass(frozen=True, kw_only=True)
class PowerOfTen:
    """A rounding error as digits times a power of ten: decimals would hide how small it is."""

    digits: str
    exponent: str


@dataclass(frozen=True, kw_only=True)
class Account:
    """What entered, where it is, both sums, and the worst relative error over all output times."""

    entered: tuple[AccountRow, ...]
    found: tuple[AccountRow, ...]
    entered_total_mcg: str
    found_total_mcg: str
    difference_mcg: PowerOfTen
    relative_error: PowerOfTen


def account_rows(terms: Mapping[str, float]) -> Account:
    """The account of ``facts()["drug_account"]``; both sums are added here from the terms shown."""
    entered = fsum(terms[key] for key, _ in _ENTERED)
    found = fsum(terms[key] for key, _ in _FOUND)

    def rows(names: tuple[tuple[str, str], ...]) -> tuple[AccountRow, ...]:
        return tuple(
            AccountRow(name=name, amount_mcg=amount(terms[key], 3), part=share(terms[key], entered))
            for key, name in names
        )

    return Account(
        entered=rows(_ENTERED),
        found=rows(_FOUND),
        entered_total_mcg=amount(entered, 3),
        found_total_mcg=amount(found, 3),
        difference_mcg=_power_of_ten(entered - found),
        relative_error=_power_of_ten(terms["relative_error"]),
    )


def _power_of_ten(value: float) -> PowerOfTen:
    if value == 0:
        return PowerOfTen(digits="0", exponent="")
    digits, exponent = f"{value:.1e}".replace("-", "\N{MINUS SIGN}").split("e")
    sign = "\N{MINUS SIGN}" if exponent[0] == "\N{MINUS SIGN}" else ""
    return PowerOfTen(digits=digits, exponent=sign + exponent[1:].lstrip("0") or "0")
