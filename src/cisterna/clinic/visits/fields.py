"""Fields of a step: what is asked, in which unit, and the value that a typed text means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from cisterna.clinic.web.typed import check_one_instant
from cisterna.errors import Fault, InputError, UnitError
from cisterna.units import Quantity

__all__ = ["YES_NO", "Field", "FieldForm", "Value"]

FieldForm = Literal["text", "area", "quantity", "choice", "select", "check", "day", "clock", "instant"]
Value = str | Quantity | date | datetime | time | bool | None
"""What a field can mean; ``None`` where nothing was typed."""

YES_NO = (("yes", "yes"), ("no", "no"))
_LONGEST = 2000
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that a step asks.

    ``options`` are pairs of value and words. A quantity is typed as a bare number, its ``unit`` stands behind
    the field. ``most`` bounds a quantity in its own unit. ``group`` names the part of the form in which it is
    shown.
    """

    name: str
    label: str
    form: FieldForm = "text"
    quantity: type[Quantity] | None = None
    unit: str = ""
    options: tuple[tuple[str, str], ...] = ()
    range: str = ""
    required: bool = True
    most: float | None = None
    big: bool = False
    group: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which a form sends it."""
        return (f"{self.name}_day", f"{self.name}_time") if self.form == "instant" else (self.name,)

    def words_of(self, text: str) -> str:
        """What was typed or chosen, as people read it."""
        return dict(self.options).get(text, text)

    def value(self, typed: Mapping[str, str], zone: ZoneInfo) -> Value:
        """What was typed; raises :class:`~cisterna.errors.InputError` where it cannot be meant.

        >>> from cisterna.units import Volume
        >>> field = Field(name="withdrawn", label="Withdrawn", form="quantity", quantity=Volume, unit="mL")
        >>> field.value({"withdrawn": "3.9"}, ZoneInfo("UTC"))
        3.9
        """
        texts = [typed.get(name, "").strip() for name in self.names]
        if not any(texts):
            if self.required:
                raise self._wrong("nothing", self._allowed(), "fill it in")
            return None
        if self.form == "instant":
            return self._instant(texts[0], texts[1], zone)
        return self._one(texts[0])

    def _one(self, text: str) -> Value:
        match self.form:
            case "quantity":
                return self._quantity(text)
            case "day":
                return self._day(text)
            case "clock":
                return self._clock(text)
            case "check":
                return text == "yes"
            case "choice" | "select":
                if text not in {key for key, _ in self.options}:
                    raise self._wrong(f"'{text}'", self._allowed(), "choose one of them")
                return text
            case _:
                if len(text) > _LONGEST:
                    raise self._wrong(f"{len(text)} characters", f"at most {_LONGEST}", "shorten it")
                return text

    def _quantity(self, text: str) -> Quantity:
        kind = self.quantity or Quantity
        try:
            value = kind.parse(f"{text} {self.unit}")
        except UnitError as error:
            fault = error.faults[0]
            raise InputError(
                Fault(
                    where=self.name,
                    found=f"'{text}'",
                    allowed=self.range or f"{kind.what} as a number of {self.unit}",
                    remedy=fault.remedy if "comma" in fault.remedy or "zero" in fault.remedy else
                    "write the number with a decimal point; the unit stands behind the field",
                )
            ) from None  # fmt: skip
        if self.most is not None and value > self.most * (1 + 1e-9):
            raise self._wrong(
                f"{text} {self.unit}", self.range or f"at most {self.most:g} {self.unit}", "correct it"
            )
        return value

    def _day(self, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self._wrong(
                f"'{text}'" if text else "no day", "a day as YYYY-MM-DD", "choose the day"
            ) from None

    def _clock(self, text: str) -> time:
        match = _CLOCK.fullmatch(text)
        if match is None:
            raise self._wrong(
                f"'{text}'" if text else "no time of the day",
                "a time such as 06:30",
                "write it on the 24-hour clock",
            )
        return time(int(match[1]), int(match[2]))

    def _instant(self, day: str, clock: str, zone: ZoneInfo) -> datetime:
        local = datetime.combine(self._day(day), self._clock(clock), zone)
        check_one_instant(local, self.name)
        return local

    def _allowed(self) -> str:
        if self.options:
            return ", ".join(words for _, words in self.options)
        return self.range or (f"a number of {self.unit}" if self.unit else self.label.lower())

    def _wrong(self, found: str, allowed: str, remedy: str) -> InputError:
        return InputError(Fault(where=self.name, found=found, allowed=allowed, remedy=remedy))
