"""A spreadsheet of invented patients, and fifty faults of ten kinds to put into it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

HEADS = (
    "MRN", "Surname", "First name", "DOB", "Sex", "Diagnosis", "Weight (kg)", "GMFCS", "Implant date", "Pump",
    "Pump serial", "Catheter", "Catheter trimmed", "Tip", "Last refill", "Fill volume", "Concentration",
    "Daily dose", "Shoe size",
)  # fmt: skip
ROWS = 1_000

Row = dict[str, str]


def row_of(place: int) -> Row:
    """One row without a fault; every second patient has a pump."""
    row = dict.fromkeys(HEADS, "")
    row |= {
        "MRN": f"INV-{place:04d}", "Surname": f"Invented{place}", "First name": "Nobody",
        "DOB": f"{place % 28 + 1:02d}.{place % 12 + 1:02d}.{2005 + place % 12}", "Sex": "fm"[place % 2],
        "Diagnosis": "cerebral palsy", "Weight (kg)": f"{20 + place % 30},5", "GMFCS": "IV",
        "Shoe size": "36",
    }  # fmt: skip
    if place % 2:
        row |= {
            "Implant date": "02.03.2025", "Pump": "SynchroMed II 8637-20", "Pump serial": f"INV-P{place}",
            "Catheter": "ascenda-8780", "Catheter trimmed": "52", "Tip": "T10", "Last refill": "01.10.2026",
            "Fill volume": "20", "Concentration": "500", "Daily dose": "100,5",
        }  # fmt: skip
    return row


KINDS: dict[str, tuple[str, Callable[[Row], None]]] = {
    "no number": ("MRN", lambda row: row.update(MRN="")),
    "the number of another row": ("MRN", lambda row: row.update(MRN="INV-0000")),
    "no family name": ("Surname", lambda row: row.update(Surname="")),
    "no day": ("DOB", lambda row: row.update(DOB="31.02.2015")),
    "a birth to come": ("DOB", lambda row: row.update(DOB="01.01.2031")),
    "no sex": ("Sex", lambda row: row.update(Sex="boy")),
    "no weight": ("Weight (kg)", lambda row: row.update({"Weight (kg)": "twenty"})),
    "no pump of the catalogue": ("Pump", lambda row: row.update(Pump="SynchroMed 9")),
    "an implant before the birth": ("Implant date", lambda row: row.update({"Implant date": "02.03.2001"})),
    "no volume": ("Fill volume", lambda row: row.update({"Fill volume": ""})),
}
"""Each kind of fault: the column in which it is found, and how it is made."""


def with_faults() -> tuple[list[Row], list[tuple[int, str]]]:
    """A thousand rows with five faults of each kind; (row of the spreadsheet, column) of each fault."""
    rows = [row_of(place) for place in range(ROWS)]
    faults = []
    for kind, (column, spoil) in enumerate(KINDS.values()):
        for nth in range(5):
            place = 11 + 20 * (5 * kind + nth)
            spoil(rows[place])
            faults.append((place + 2, column))
    return rows, faults


def as_csv(rows: list[Row], parted: str = ";") -> bytes:
    """The rows as a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADS, delimiter=parted, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
