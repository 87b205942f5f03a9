"""Published numbers as values: what, how much, in whom, from where, how sure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from cisterna.errors import EvidenceError, Fault
from cisterna.units import convert, decimal_text

__all__ = ["Number", "Spread", "Status", "find", "number", "numbers", "read_numbers"]


class Status(StrEnum):
    """How sure a number is.

    ``confirmed``: read in the cited source. ``recalled``: general knowledge, not checked in a
    source. ``derived``: calculated from other numbers here. ``assumed``: chosen by the project so
    that the model can run. What is recalled or assumed is a setting and says so on screen.
    """

    CONFIRMED = "confirmed"
    RECALLED = "recalled"
    DERIVED = "derived"
    ASSUMED = "assumed"

    @property
    def must_be_marked(self) -> bool:
        """Whether the number wears its mark wherever it is shown."""
        return self in (Status.RECALLED, Status.ASSUMED)


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Variability around a value: ``kind`` is ``sd``, ``cv``, ``sigma-ln``, ``se`` or ``range``.

    ``sd`` and ``se`` are in the number's unit, ``cv`` and ``sigma-ln`` are fractions (a ``cv`` of a
    positive quantity means lognormal), a ``range`` has its bounds in ``low`` and ``high``.
    """

    kind: str
    size: float | None = None
    of: str | None = None


@dataclass(frozen=True, kw_only=True)
class Number:
    """One published number.

    ``value`` is in ``unit``; it is ``None`` where only a range ``low`` to ``high`` is published.
    ``used_by`` names the rooms that ask for it, ``settable`` says whether a therapy or a site may
    set it: always true of recalled and assumed numbers.

    >>> number("ke0").value, number("ke0").unit, number("ke0").status.value
    (0.13, '1/h', 'derived')
    """

    name: str
    text: str
    value: float | None
    unit: str
    low: float | None = None
    high: float | None = None
    spread: Spread | None = None
    population: str = ""
    source: str
    status: Status
    note: str = ""
    used_by: tuple[str, ...] = ()
    settable: bool = False

    def in_unit(self, unit: str) -> float:
        """The value in another unit of the same dimension.

        >>> number("transit_time").in_unit("min")
        23.34
        """
        if self.value is None:
            raise EvidenceError(
                Fault(
                    where=f"evidence {self.name}",
                    found="a range without a central value",
                    allowed="a number with a value",
                    remedy="use its low and high instead",
                )
            )
        return convert(self.value, self.unit, unit)

    def shown(self) -> str:
        """Value or range with unit, as people read it."""
        if self.value is not None:
            return f"{decimal_text(self.value)} {self.unit}"
        low = "" if self.low is None else decimal_text(self.low)
        high = "" if self.high is None else decimal_text(self.high)
        return f"{low} to {high} {self.unit}"

    def cited(self) -> str:
        """The source with the status of the number, for the end of a sentence."""
        return f"{self.source} [{self.status.value}]"


_KEYS = {
    "text", "value", "unit", "low", "high", "spread", "population", "source", "status", "note",
    "used_by", "settable",
}  # fmt: skip


def read_numbers(document: Mapping[str, Any], origin: str) -> dict[str, Number]:
    """The numbers of one evidence file; raises :class:`EvidenceError` listing every faulty one."""
    found: dict[str, Number] = {}
    faults: list[Fault] = []
    for name, table in document.items():
        wrong = list(_faults_of(f"{origin}: {name}", table))
        if wrong:
            faults.extend(wrong)
            continue
        spread = table.get("spread")
        status = Status(table["status"])
        found[name] = Number(
            name=name,
            text=table["text"],
            value=table.get("value"),
            unit=table["unit"],
            low=table.get("low"),
            high=table.get("high"),
            spread=Spread(**spread) if spread else None,
            population=table.get("population", ""),
            source=table["source"],
            status=status,
            note=table.get("note", ""),
            used_by=tuple(table.get("used_by", ())),
            settable=status.must_be_marked or bool(table.get("settable", False)),
        )
    if faults:
        raise EvidenceError(*faults)
    return found


def _faults_of(where: str, table: Any) -> Iterable[Fault]:
    if not isinstance(table, Mapping):
        yield Fault(where=where, found=repr(table), allowed="a table", remedy="write it as [name]")
        return
    for key in ("text", "unit", "source", "status"):
        if not isinstance(table.get(key), str) or not table[key].strip():
            yield Fault(
                where=where,
                found=f"no {key}",
                allowed=f"every number of the evidence states its {key}",
                remedy=f"add {key}",
            )
    for key in sorted(set(table) - _KEYS):
        yield Fault(
            where=where, found=f"unknown key {key}", allowed=", ".join(sorted(_KEYS)), remedy="remove it"
        )
    for key in ("value", "low", "high"):
        if key in table and (isinstance(table[key], bool) or not isinstance(table[key], (int, float))):
            yield Fault(where=where, found=f"{key} {table[key]!r}", allowed="a number", remedy="correct it")
    if "value" not in table and not ("low" in table or "high" in table):
        yield Fault(
            where=where, found="neither value nor range", allowed="value, or low and high", remedy="add one"
        )
    if isinstance(table.get("unit"), str) and table["unit"].strip():
        try:
            convert(1.0, table["unit"], table["unit"])
        except Exception as error:
            yield Fault(where=where, found=f"unit {table['unit']!r}", allowed=str(error), remedy="correct it")
    if table.get("status") and table["status"] not in {status.value for status in Status}:
        yield Fault(
            where=where,
            found=f"status {table['status']!r}",
            allowed=", ".join(status.value for status in Status),
            remedy="choose one",
        )


@cache
def numbers() -> Mapping[str, Number]:
    """All numbers of the evidence by name, in the order of the files."""
    everything: dict[str, Number] = {}
    folder = files("cisterna.evidence") / "data"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        loaded = read_numbers(tomllib.loads(file.read_text("utf-8")), file.name)
        twice = sorted(set(everything) & set(loaded))
        if twice:
            raise EvidenceError(
                Fault(
                    where=file.name,
                    found=f"{', '.join(twice)} a second time",
                    allowed="each name once",
                    remedy="give it a name of its own",
                )
            )
        everything.update(loaded)
    return everything


def number(name: str) -> Number:
    """The published number called ``name``; :class:`EvidenceError` where there is none."""
    try:
        return numbers()[name]
    except KeyError:
        raise EvidenceError(unknown_name(name, numbers())) from None


def unknown_name(name: str, known: Iterable[str]) -> Fault:
    """The fault of asking for a name that is not there, with the nearest ones."""
    from difflib import get_close_matches

    known = list(known)
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    return Fault(
        where="evidence",
        found=f"'{name}'",
        allowed=f"one of {len(known)} names" + (f", such as {', '.join(near)}" if near else ""),
        remedy="run 'cisterna evidence' to list them",
    )


def find(text: str) -> tuple[Number, ...]:
    """The numbers in whose name, text, population, source or note every word of ``text`` occurs.

    >>> "csf_dispersion" in [number.name for number in find("csf")]
    True
    """
    words = text.lower().split()
    return tuple(
        entry
        for entry in numbers().values()
        if all(
            word
            in " ".join((entry.name, entry.text, entry.population, entry.source, entry.note)).lower()
            for word in words
        )
    )
