"""What a judge says: the verdict, every guardrail touched, the smallest limits, and what was judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cisterna.limits.guardrail import Kind, Measure, Touched, shown, verdict_of
from cisterna.verdict import Verdict

__all__ = ["FORMULA", "Cap", "Judgement", "judgement_of"]

FORMULA = (
    "flow = daily dose / concentration; change = (new daily dose - daily dose before) / daily dose before; "
    "the most of a window = program + every patient bolus that is allotted in it"
)
"""How the values that are held against limits come about."""


@dataclass(frozen=True, kw_only=True)
class Cap:
    """The smallest upper limit of one kind that applies to a measure, and which it is."""

    measure: Measure
    kind: Kind
    limit: float
    name: str
    source: str
    status: str

    @property
    def text(self) -> str:
        """The cap as a whole sentence without its source."""
        amount = shown(self.limit, self.measure.unit)
        return f"The smallest {self.kind} limit of the {self.measure} that applies is {amount} ({self.name})."

    @property
    def sentence(self) -> str:
        """The cap as a whole sentence with its source."""
        return f"{self.text} Source: {self.source} [{self.status}]."


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a judge says: the gravest verdict, every guardrail touched, absolute ones first, the caps.

    ``inputs`` are the values that were judged, under keys that carry their units; what is not known is
    ``None``.
    """

    verdict: Verdict
    guardrails: tuple[Touched, ...]
    caps: tuple[Cap, ...]
    inputs: Mapping[str, Any]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Whole sentences, each with the limit that it applies and where that comes from."""
        return (*(touched.sentence for touched in self.guardrails), *(cap.sentence for cap in self.caps))

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source once, in the order in which they are used."""
        cited: tuple[Touched | Cap, ...] = (*self.guardrails, *self.caps)
        return tuple(dict.fromkeys(f"{entry.source} [{entry.status}]" for entry in cited))

    def facts(self) -> dict[str, Any]:
        """The judgement as JSON takes it; every key is there, what is not known is ``None``."""
        return {
            "verdict": self.verdict.value,
            "guardrails": [_facts(touched) for touched in self.guardrails],
            "caps": [
                {"measure": cap.measure.value, "kind": cap.kind.value, "limit": cap.limit,
                 "unit": cap.measure.unit, "name": cap.name, "source": cap.source, "status": cap.status}
                for cap in self.caps
            ],
            "reasons": list(self.reasons),
            "formula": FORMULA,
            "inputs": dict(self.inputs),
            "sources": list(self.sources),
        }  # fmt: skip


def _facts(touched: Touched) -> dict[str, Any]:
    return {
        "name": touched.name,
        "kind": touched.kind.value,
        "measure": None if touched.measure is None else touched.measure.value,
        "limit": touched.limit,
        "value": touched.value,
        "unit": touched.unit,
        "verdict": touched.verdict.value,
        "source": touched.source,
        "status": touched.status,
    }


def judgement_of(
    touched: Iterable[Touched], inputs: Mapping[str, Any], caps: tuple[Cap, ...] = ()
) -> Judgement:
    """A judgement with its guardrails in order: what stops, then what is passed, then what is not set."""
    order = sorted(touched, key=lambda entry: (entry.verdict is not Verdict.STOP, entry.limit is None))
    return Judgement(verdict=verdict_of(order), guardrails=tuple(order), caps=caps, inputs=inputs)
