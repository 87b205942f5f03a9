"""Who a patient is: names, the hospital's number, contacts, alerts; kept apart from the therapy."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cisterna.clinic.plain_text import unseen_fault
from cisterna.errors import Fault, InputError

__all__ = ["Identity", "PatientRow", "search_key"]

_LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A patient's names, ``number`` (the hospital's, unique), contacts and alerts as lines of text.

    Raises :class:`~cisterna.errors.InputError` where a name or the number is blank or too long,
    or any text holds a hidden character.
    """

    number: str
    family_name: str
    given_name: str
    contacts: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        faults = tuple(self._faults())
        if faults:
            raise InputError(*faults)

    def _faults(self) -> Iterator[Fault]:
        for key in ("number", "family_name", "given_name"):
            text = getattr(self, key)
            if not text.strip() or len(text) > _LONGEST:
                yield Fault(
                    where=key,
                    found="nothing" if not text.strip() else f"{len(text)} characters",
                    allowed=f"1 to {_LONGEST} characters",
                    remedy="write it as it stands in the hospital's record",
                )
        for key, text in self._texts():
            unseen = unseen_fault(text, key)
            if unseen is not None:
                yield unseen

    def _texts(self) -> Iterator[tuple[str, str]]:
        for key in ("number", "family_name", "given_name"):
            yield key, getattr(self, key)
        yield from (("contacts", line) for line in self.contacts)
        yield from (("alerts", line) for line in self.alerts)

    def columns(self) -> dict[str, Any]:
        """The identity as the table ``patient`` keeps it."""
        return {
            "number": self.number.strip(),
            "family_name": self.family_name.strip(),
            "given_name": self.given_name.strip(),
            "search_key": search_key(f"{self.family_name} {self.given_name} {self.number}"),
            "contacts": json.dumps(list(self.contacts), ensure_ascii=False),
            "alerts": json.dumps(list(self.alerts), ensure_ascii=False),
        }


@dataclass(frozen=True, kw_only=True)
class PatientRow:
    """A patient: ``identity`` and its ``version``, how many ``entries`` the record has, and its head."""

    id: str
    identity: Identity
    version: int
    entries: int
    head_hash: str

    @classmethod
    def of(cls, row: Any) -> PatientRow:
        """The patient of a row of the table."""
        return cls(
            id=row.id,
            identity=Identity(
                number=row.number,
                family_name=row.family_name,
                given_name=row.given_name,
                contacts=tuple(json.loads(row.contacts)),
                alerts=tuple(json.loads(row.alerts)),
            ),
            version=row.version,
            entries=row.entries,
            head_hash=row.head_hash,
        )


def search_key(text: str) -> str:
    """What a search compares: without accents and capitals.

    >>> search_key("NOVÁK Anežka")
    'novak anezka'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())
