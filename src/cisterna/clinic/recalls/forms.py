"""The form of a maker's notice: what was typed, as a recall, with the faults of its fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from cisterna.clinic.database import Unit
from cisterna.clinic.recalls.criteria import Criteria, serials_typed
from cisterna.clinic.recalls.repository import Recall
from cisterna.clinic.record.service import new_id
from cisterna.clinic.web.typed import day_typed
from cisterna.errors import Fault, InputError

__all__ = ["NoticeForm"]

V = TypeVar("V")
_LONGEST = 300
_ROLES = ("", "pump", "catheter")


@dataclass
class NoticeForm:
    """A notice as it was typed; ``models`` are those that may be named."""

    typed: Mapping[str, str]
    models: Collection[str]
    faults: list[Fault] = field(default_factory=list)

    def text(self, name: str) -> str:
        """What stands in a field."""
        return self.typed.get(name, "").strip()

    def recall(self, unit: Unit) -> Recall:
        """The recall; raises :class:`~cisterna.errors.InputError` with every fault."""
        criteria = self.criteria()
        until = self._read(lambda: day_typed(self.text("until"), "until"), date.max)
        for name, what in (("title", "what is recalled, in a line"), ("notice", "maker, reference and date")):
            if not 0 < len(self.text(name)) <= _LONGEST:
                self._wrong(name, self.text(name), f"{what}; at most {_LONGEST} characters")
        if self.faults:
            raise InputError(*self.faults)
        return Recall(
            id=new_id(), title=self.text("title"), notice=self.text("notice"), criteria=criteria, until=until,
            opened_us=unit.at_us, opened_by=unit.actor.account_id or "", name=unit.actor.name,
        )  # fmt: skip

    def criteria(self) -> Criteria:
        """What the notice names; its faults are added to :attr:`faults`."""
        made = Criteria(
            role=self._role(),
            models=self._models(),
            serials=self._read(lambda: serials_typed(self.text("serials"), "serials"), ()),
            lots=tuple(line.strip().upper() for line in self.text("lots").splitlines() if line.strip()),
            implanted_from=self._day("implanted_from"),
            implanted_to=self._day("implanted_to"),
            also_out=self.text("also_out") == "yes",
        )
        self.faults.extend(made.faults())
        return made

    def _role(self) -> str:
        if self.text("role") not in _ROLES:
            self._wrong("role", self.text("role"), "pumps, catheters or both")
        return self.text("role")

    def _models(self) -> tuple[str, ...]:
        by_name = {one.lower(): one for one in self.models}
        lines = [line.strip() for line in self.text("models").splitlines() if line.strip()]
        for line in lines:
            if line.lower() not in by_name:
                self._wrong("models", line, ", ".join(sorted(self.models)))
        return tuple(by_name[line.lower()] for line in lines if line.lower() in by_name)

    def _day(self, name: str) -> date | None:
        return self._read(lambda: day_typed(self.text(name), name), None) if self.text(name) else None

    def _read(self, read: Callable[[], V], otherwise: V) -> V:
        try:
            return read()
        except InputError as error:
            self.faults.extend(error.faults)
            return otherwise

    def _wrong(self, where: str, found: str, allowed: str) -> None:
        told = f"'{found[:60]}'" if found else "nothing"
        self.faults.append(
            Fault(where=where, found=told, allowed=allowed, remedy="write it as the notice says")
        )
