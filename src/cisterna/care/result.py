"""What a rule, a calculator or a scale answers: value, verdict, reasons, formula, inputs, sources.

A value is a frozen dataclass of its own, whose fields are the keys of the answer; :func:`told` says
of each how people read it. What is not known is ``None``, and a :class:`Reason` says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, Union

from cisterna.evidence import Number, Status
from cisterna.verdict import Verdict, gravest

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["Reason", "Result", "Stated", "Told", "told"]

Stated: TypeAlias = Union[  # noqa: UP007  names itself, which only quoted names can
    bool, int, float, str, tuple["Stated", ...], Mapping[str, "Stated"], None
]
"""What an answer or an input may hold, so that it can be printed and written as JSON."""

V_co = TypeVar("V_co", bound="DataclassInstance", covariant=True)


@dataclass(frozen=True, kw_only=True)
class Told:
    """How people read one key of an answer: its ``label``, its ``unit`` and to how many ``places``."""

    label: str
    unit: str = ""
    places: int = 2


def told(label: str, unit: str = "", places: int = 2) -> Mapping[str, Told]:
    """The metadata of a field of a value.

    >>> told("volume", "mL", 3)["told"].unit
    'mL'
    """
    return {"told": Told(label=label, unit=unit, places=places)}


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A whole sentence that names the limit which it applies, where that comes from and what follows.

    ``about`` names the key of the answer that is ``None`` for this reason.
    """

    text: str
    source: str
    status: Status = Status.CONFIRMED
    verdict: Verdict = Verdict.OK
    about: str | None = None

    @classmethod
    def on(cls, number: Number, text: str, verdict: Verdict = Verdict.OK, about: str | None = None) -> Reason:
        """A reason that rests on a number of the evidence.

        >>> from cisterna.evidence import number
        >>> print(Reason.on(number("nccpc_r_cut_off"), "The total 9 is at or above the cut-off 7.").sentence)
        The total 9 is at or above the cut-off 7. Source: aappublications table 4 [confirmed].
        """
        return cls(text=text, source=number.source, status=number.status, verdict=verdict, about=about)

    @property
    def sentence(self) -> str:
        """The text with its source and how sure that is."""
        return f"{self.text} Source: {self.source} [{self.status.value}]."


@dataclass(frozen=True, kw_only=True)
class Result(Generic[V_co]):
    """What was answered: ``name`` is that of the command, ``title`` what it is called in the field.

    ``value`` is a frozen dataclass whose fields are the keys of the answer, ``inputs`` what was asked
    by the names of the options, ``sources`` where formula and limits come from. A field that is
    ``None`` without a reason that is ``about`` it is refused with ValueError.
    """

    name: str
    title: str
    value: V_co
    reasons: tuple[Reason, ...] = ()
    formula: str
    inputs: Mapping[str, Stated]
    sources: tuple[str, ...]

    def __post_init__(self) -> None:
        explained = {reason.about for reason in self.reasons}
        for key, known in self.values().items():
            if known is None and key not in explained:
                raise ValueError(f"{self.name}: {key} is not known and no reason says why")

    @property
    def verdict(self) -> Verdict:
        """The gravest verdict of the reasons."""
        return gravest(reason.verdict for reason in self.reasons)

    @property
    def headline(self) -> tuple[str, ...]:
        """What was answered, in the lines that head its text."""
        return (self.title,)

    def values(self) -> dict[str, Stated]:
        """The keys of the answer with what they hold."""
        return {field.name: getattr(self.value, field.name) for field in fields(self.value)}

    def told(self) -> dict[str, Told]:
        """How people read each key of the answer."""
        return {
            field.name: field.metadata.get("told", Told(label=field.name.replace("_", " ")))
            for field in fields(self.value)
        }

    def facts(self) -> dict[str, Any]:
        """The whole answer as JSON takes it; no key is ever absent."""
        return {
            **self.values(),
            "verdict": self.verdict.value,
            "reasons": list(dict.fromkeys(reason.sentence for reason in self.reasons)),
            "formula": self.formula,
            "inputs": dict(self.inputs),
            "sources": list(self.sources),
        }
