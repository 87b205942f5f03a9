"""What is to be said of a program: guardrails of the judge, the smallest limits, what the course warns of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from cisterna.course.warning import Warning  # noqa: A004  the field's word
from cisterna.evidence import told_source
from cisterna.limits import Cap, Judgement, Measure
from cisterna.limits.guardrail import SLACK
from cisterna.pump import Happening
from cisterna.verdict import Verdict

__all__ = ["Level", "Said", "said_of"]

Level = Literal["exceeded", "at", "kept", "information"]

_VALUE_OF = {Measure.DAILY_DOSE: "most_in_24_h_mcg", Measure.HOURLY_DOSE: "most_in_1_h_mcg"}


@dataclass(frozen=True, kw_only=True)
class Said:
    """One sentence with its source.

    ``level`` is ``exceeded`` for a limit that is passed, ``at`` and ``kept`` for the smallest limit of a kind
    that applies, ``information`` for what decides nothing or was held against no limit. ``kind`` is
    ``absolute`` or ``recommended`` for a guardrail; ``name`` names it or says who speaks.
    """

    level: Level
    name: str
    kind: str | None
    text: str
    source: str
    status: str

    def facts(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def said_of(
    judgement: Judgement | None,
    warnings: Iterable[Warning],
    happenings: Iterable[Happening],
    kept: Iterable[Said],
) -> tuple[Said, ...]:
    """Everything to be said, what is passed first; ``kept`` is added as it is."""
    said = [
        *(() if judgement is None else _judged(judgement)),
        *(
            Said(level="exceeded", name="response", kind=None, text=one.text, source=one.source,
                 status=one.status)
            for one in warnings
        ),
        *(
            Said(level="information", name="pump", kind=None, text=f"{one.text[:1].upper()}{one.text[1:]}.",
                 source=told_source(one.source), status="")
            for one in happenings
        ),
    ]  # fmt: skip
    said += kept
    order: tuple[Level, ...] = ("exceeded", "at", "information", "kept")
    return tuple(sorted(said, key=lambda one: order.index(one.level)))


def _judged(judgement: Judgement) -> Iterator[Said]:
    for touched in judgement.guardrails:
        passed = touched.limit is not None or touched.verdict is Verdict.STOP
        yield Said(
            level="exceeded" if passed else "information", name=touched.name, kind=touched.kind.value,
            text=touched.text, source=touched.source, status=touched.status,
        )  # fmt: skip
    for cap in judgement.caps:
        level = _level_of(cap, judgement)
        if level is not None:
            yield Said(
                level=level, name=cap.name, kind=cap.kind.value, text=cap.text,
                source=cap.source, status=cap.status,
            )  # fmt: skip


def _level_of(cap: Cap, judgement: Judgement) -> Level | None:
    """``at`` or ``kept``; ``None`` for one that is passed, which a guardrail says already."""
    value = judgement.inputs.get(_VALUE_OF.get(cap.measure, ""))
    if value is None:
        return "kept"
    if value > cap.limit * (1 + SLACK):
        return None
    return "at" if value >= cap.limit * (1 - SLACK) else "kept"
