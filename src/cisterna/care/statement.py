"""One sentence of a guide, a sheet or a comparison, with the published numbers in it and its source.

The text of a statement names numbers of the evidence in braces; they are asked for when it is read, so
that a number has one home and a setting of the site is what is shown::

    {stop_limit}                 48 h
    {screening_assessments:plain}  at least 2     without the unit
    {start_monitoring:bare}      8 h             without "at least" or "at most"
    {under_12_maintenance_dose:range}  24 to 1199 mcg/day  the range where a value is published too
    {oral_dose_practice:high}    240 mg/day      its upper end
    {access_penn:digits}         3               neither of both: the number alone

What is only recalled or assumed says so behind the number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from string import Formatter

from cisterna.errors import EvidenceError, Fault
from cisterna.evidence import Number, Settings, Status, builtin_catalogue, told_source

__all__ = ["Statement", "filled"]

_FORMS = ("", "plain", "bare", "range", "high", "digits")
_PLURALS = {"days": "day", "weeks": "week", "months": "month"}


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A sentence with its ``source``, how sure that is, and the ``numbers`` that stand in it.

    ``pattern`` is the sentence with its braces, ``shown`` what was put into them in turn: so that a
    translation of the pattern tells the same numbers.
    """

    text: str
    source: str
    status: Status
    numbers: tuple[Number, ...] = ()
    pattern: str = ""
    shown: tuple[str, ...] = ()

    @property
    def cited(self) -> str:
        """The source with its status.

        >>> Statement(text="A pump stops in the field.", source="TGA", status=Status.CONFIRMED).cited
        'TGA [confirmed]'
        """
        return f"{self.source} [{self.status.value}]"

    @property
    def told(self) -> str:
        """The source as a page shows it: only what is not confirmed wears its mark."""
        return told_source(self.cited)

    @property
    def sentence(self) -> str:
        """The text with its source."""
        return f"{self.text} Source: {self.cited}."

    def facts(self) -> dict[str, object]:
        """The statement as JSON takes it."""
        return {
            "text": self.text,
            "source": self.source,
            "status": self.status.value,
            "numbers": [
                {
                    "name": number.name, "value": number.value, "low": number.low, "high": number.high,
                    "unit": number.unit, "source": number.source, "status": number.status.value,
                }
                for number in self.numbers
            ],
        }  # fmt: skip


def filled(
    said: Statement, settings: Settings, values: Mapping[str, str] | None = None, where: str = "statement"
) -> Statement:
    """``said`` with its braces filled: from ``values``, else with the number of that name.

    Raises :class:`~cisterna.errors.EvidenceError` that begins with ``where`` for a name that is nowhere.

    >>> said = Statement(text="A stop above {stop_limit} is critical.", source="s", status=Status.CONFIRMED)
    >>> filled(said, Settings()).text
    'A stop above 48 h is critical.'
    """
    parts: list[str] = []
    shown: list[str] = []
    numbers: list[Number] = []
    for literal, name, form, _ in _parsed(said.text, where):
        parts.append(literal)
        if name is None:
            continue
        if values is not None and name in values:
            shown.append(values[name])
        else:
            number = _number(name, settings, where)
            shown.append(_shown(number, form or "", settings, where))
            numbers.append(number)
        parts.append(shown[-1])
    return replace(
        said,
        text="".join(parts),
        numbers=tuple(numbers),
        pattern=said.pattern or said.text,
        shown=tuple(shown),
    )


def _parsed(text: str, where: str) -> Iterator[tuple[str, str | None, str | None, str | None]]:
    try:
        yield from Formatter().parse(text)
    except ValueError as error:
        raise EvidenceError(
            Fault(
                where=where, found=f"{text!r}: {error}", allowed="names in braces", remedy="close the brace"
            )
        ) from None


def _number(name: str, settings: Settings, where: str) -> Number:
    """A number of the evidence, or of a device as ``prometra-ii-20.mri_valve_volume``."""
    try:
        if "." not in name:
            return settings.number(name)
        device, _, quantity = name.partition(".")
        return builtin_catalogue().pump(device).number(quantity)
    except EvidenceError as error:
        raise EvidenceError(*(fault.at(f"{where}: {name}") for fault in error.faults)) from None


def _shown(number: Number, form: str, settings: Settings, where: str) -> str:
    if form not in _FORMS:
        raise EvidenceError(
            Fault(
                where=f"{where}: {number.name}", found=f"form '{form}'", allowed=", ".join(_FORMS[1:]),
                remedy="choose one, or leave it out",
            )
        )  # fmt: skip
    text = _formed(number, form)
    if number.name in settings.overrides:
        published = Settings().number(number.name)
        return f"{text} (set here; published {_formed(published, form)})"
    return f"{text} [{number.status.value}]" if number.status.must_be_marked else text


def _formed(number: Number, form: str) -> str:
    if form == "high":
        return replace(number, value=number.high).shown()
    text = (number.shown_range() or number.shown()) if form == "range" else number.shown()
    if form == "digits":
        return _formed(number, "bare").removesuffix(f" {number.unit}")
    if form == "plain":
        return text.removesuffix(f" {number.unit}")
    if number.value == 1 and number.unit in _PLURALS and form != "range":
        return f"1 {_PLURALS[number.unit]}"
    return text.removeprefix("at least ").removeprefix("at most ") if form == "bare" else text
