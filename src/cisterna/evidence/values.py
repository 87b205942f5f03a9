"""A published number as a value: what, how much, in whom, from where, how sure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, get_args

from cisterna.errors import EvidenceError, Fault
from cisterna.units import convert, decimal_text

__all__ = ["SPREAD_KINDS", "Number", "Spread", "SpreadKind", "Status", "told_source"]

SpreadKind = Literal["sd", "cv", "sigma-ln", "se", "range"]
SPREAD_KINDS: tuple[str, ...] = get_args(SpreadKind)
"""The kinds of spread that a number may state."""


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


def told_source(cited: str) -> str:
    """A source with its status as a page shows it: what is confirmed wears no mark.

    >>> told_source("TGA [confirmed]"), told_source("common practice [recalled]")
    ('TGA', 'common practice [recalled]')
    """
    return cited.replace(f" [{Status.CONFIRMED.value}]", "")


_ONE = {"days": "day", "weeks": "week", "months": "month", "years": "year"}
"""Units of time that are written out, where there is one of them."""


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Variability around a value: ``kind`` is ``sd``, ``cv``, ``sigma-ln``, ``se`` or ``range``.

    ``sd`` and ``se`` are in the number's unit, ``cv`` and ``sigma-ln`` are fractions (a ``cv`` of a
    positive quantity means lognormal), a ``range`` has its bounds in ``low`` and ``high`` of the
    number. ``of`` says what varies where that is not plain.

    >>> Spread(kind="cv", size=0.25).shown("1/h")
    'CV 25 %'
    """

    kind: str
    size: float | None = None
    of: str | None = None

    def shown(self, unit: str) -> str:
        """The spread as people read it, for a number in ``unit``."""
        what = f" ({self.of})" if self.of else ""
        if self.size is None:
            return f"{self.kind}{what}"
        if self.kind == "cv":
            return f"CV {decimal_text(self.size * 100, 3)} %{what}"
        if self.kind == "sigma-ln":
            return f"sigma of ln {decimal_text(self.size)}{what}"
        return f"{self.kind.upper()} {decimal_text(self.size)} {unit}{what}"


@dataclass(frozen=True, kw_only=True)
class Number:
    """One published number.

    ``value`` is in ``unit``; it is ``None`` where only a range ``low`` to ``high`` is published, of
    which one end may be open. ``used_by`` names the rooms that ask for it, ``settable`` says
    whether a therapy or a site may set it: always true of recalled and assumed numbers.

    >>> from cisterna.evidence import number
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

        Raises :class:`~cisterna.errors.EvidenceError` where only a range is published,
        :class:`~cisterna.errors.UnitError` where ``unit`` measures something else.

        >>> from cisterna.evidence import number
        >>> number("stop_limit").in_unit("days")
        2.0
        """
        return self._converted("value", self.value, unit)

    def low_in(self, unit: str) -> float:
        """The lower end of the published range in another unit of the same dimension.

        >>> from cisterna.evidence import number
        >>> number("titration_step_cerebral").low_in("%")
        5.0
        """
        return self._converted("low", self.low, unit)

    def high_in(self, unit: str) -> float:
        """The upper end of the published range in another unit of the same dimension.

        >>> from cisterna.evidence import number
        >>> number("titration_step_cerebral").high_in("1")
        0.15
        """
        return self._converted("high", self.high, unit)

    def _converted(self, part: str, amount: float | None, unit: str) -> float:
        if amount is None:
            raise EvidenceError(
                Fault(
                    where=f"evidence {self.name}",
                    found=f"no {part}, but {self.shown()}",
                    allowed=f"a number that states its {part}",
                    remedy="ask for what the evidence states of it",
                )
            )
        return convert(amount, self.unit, unit)

    def shown(self) -> str:
        """Value or range with unit, as people read it.

        >>> from cisterna.evidence import number
        >>> number("stop_limit").shown(), number("titration_step_cerebral").shown()
        ('48 h', '5 to 15 %')
        """
        if self.value is not None:
            unit = _ONE.get(self.unit, self.unit) if self.value == 1 else self.unit
            return f"{decimal_text(self.value)} {unit}"
        return self.shown_range()

    def shown_range(self) -> str:
        """The published range with its unit, empty where none is published."""
        if self.low is None and self.high is None:
            return ""
        if self.low is None:
            return f"at most {decimal_text(self.high or 0.0)} {self.unit}"
        if self.high is None:
            return f"at least {decimal_text(self.low)} {self.unit}"
        return f"{decimal_text(self.low)} to {decimal_text(self.high)} {self.unit}"

    def cited(self) -> str:
        """The source with the status of the number, for the end of a sentence."""
        return f"{self.source} [{self.status.value}]"
