"""A score: the result of an assessment scale, which keeps which scale and which version it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from cisterna.care.result import Reason, Result, Stated
from cisterna.evidence import Number, Status

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["ScaleVersion", "Score", "scored"]

V = TypeVar("V", bound="DataclassInstance")
V_co = TypeVar("V_co", bound="DataclassInstance", covariant=True)


@dataclass(frozen=True, kw_only=True)
class ScaleVersion:
    """Which scale, and which version of it where the source names one.

    ``scale`` is its name in commands and files, ``title`` the one of the field, ``source`` where its
    structure was read.
    """

    scale: str
    title: str
    version: str | None
    source: str
    status: Status = Status.CONFIRMED

    def cited(self) -> str:
        """The source with how sure it is."""
        return f"{self.source} [{self.status.value}]"


@dataclass(frozen=True, kw_only=True)
class Score(Result[V_co]):
    """A :class:`~cisterna.care.result.Result` that keeps its scale and version."""

    version: str | None

    @property
    def scale(self) -> str:
        """The name of the scale in commands and files."""
        return self.name

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.version is None and all(reason.about != "version" for reason in self.reasons):
            raise ValueError(f"{self.name}: the version is not known and no reason says why")

    @property
    def headline(self) -> tuple[str, ...]:
        """The scale and its version."""
        return (self.title, f"Version: {self.version or 'not known'}")

    def facts(self) -> dict[str, Any]:
        """The whole answer as JSON takes it, scale and version first."""
        return {"scale": self.scale, "version": self.version, **super().facts()}


def scored(
    which: ScaleVersion,
    value: V,
    *,
    formula: str,
    inputs: Mapping[str, Stated],
    reasons: Iterable[Reason] = (),
    numbers: Iterable[Number] = (),
) -> Score[V]:
    """The score of ``which``, citing its source and the ``numbers`` that were applied, each once."""
    told = tuple(reasons)
    if which.version is None:
        told = (*told, _without_version(which))
    return Score(
        name=which.scale,
        title=which.title,
        version=which.version,
        value=value,
        reasons=told,
        formula=formula,
        inputs=inputs,
        sources=tuple(dict.fromkeys([which.cited(), *(number.cited() for number in numbers)])),
    )


def _without_version(which: ScaleVersion) -> Reason:
    return Reason(
        text=f"The source names no version of {which.title}.",
        source=which.source,
        status=which.status,
        about="version",
    )
