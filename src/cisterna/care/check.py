"""One check of a visit: what was found, what is accepted, by which rule, and whether it is within."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cisterna.evidence import Number
from cisterna.limits.guardrail import Measure, Touched, shown
from cisterna.limits.judgement import Cap, Judgement
from cisterna.verdict import Verdict

__all__ = ["Check", "CheckVerdict", "check_on", "gravest_check", "judgement_checks"]


class CheckVerdict(StrEnum):
    """``within``; ``caution``: a reason is needed to go on; ``over``: refused; ``waiting``: not known yet."""

    WAITING = "waiting"
    WITHIN = "within"
    CAUTION = "caution"
    OVER = "over"


_VERDICTS = {Verdict.OK: CheckVerdict.WITHIN, Verdict.CAUTION: CheckVerdict.CAUTION,
             Verdict.STOP: CheckVerdict.OVER}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Check:
    """One row of a table of checks: ``formula`` with its numbers, ``result`` and ``accepted`` as text.

    ``text`` is a whole sentence where the check is not within.
    """

    name: str
    title: str
    verdict: CheckVerdict
    formula: str = ""
    result: str = ""
    accepted: str = ""
    source: str = ""
    status: str = ""
    text: str = ""


def check_on(
    number: Number,
    touched: Iterable[Touched],
    *,
    name: str,
    title: str,
    result: str,
    accepted: str,
    formula: str = "",
) -> Check:
    """A check that rests on a number of the evidence; without a ``result`` it is still waiting.

    >>> from cisterna.evidence import number
    >>> check_on(number("refill_difference_limit"), (), name="difference", title="Difference", result="",
    ...          accepted="up to 2 mL").verdict.value
    'waiting'
    """
    said = [entry for entry in touched if entry.value is not None]
    verdict = gravest_verdict(said) if result else CheckVerdict.WAITING
    return Check(
        name=name, title=title, verdict=verdict, formula=formula, result=result, accepted=accepted,
        source=number.source, status=number.status.value, text=" ".join(entry.text for entry in said),
    )  # fmt: skip


def gravest_verdict(touched: Sequence[Touched]) -> CheckVerdict:
    """Within where nothing is touched, else the gravest."""
    verdicts = [_VERDICTS[entry.verdict] for entry in touched]
    return max(verdicts, key=list(CheckVerdict).index, default=CheckVerdict.WITHIN)


def gravest_check(checks: Iterable[Check]) -> CheckVerdict:
    """The gravest verdict of some checks; one that waits counts least.

    >>> row = Check(name="a", title="A", verdict=CheckVerdict.CAUTION)
    >>> gravest_check([row]).value, gravest_check([]).value
    ('caution', 'waiting')
    """
    return max(
        (check.verdict for check in checks), key=list(CheckVerdict).index, default=CheckVerdict.WAITING
    )


def judgement_checks(judgement: Judgement) -> tuple[Check, ...]:
    """What a judge says, as rows: what is passed, then the smallest limits that are kept.

    Limits that nobody has published and the site has not set are one row together.
    """
    passed = [entry for entry in judgement.guardrails if not _is_unset(entry)]
    unset = [entry for entry in judgement.guardrails if _is_unset(entry)]
    names = {entry.name for entry in passed}
    dose = judgement.inputs.get("daily_dose_mcg_per_day")
    kept = [cap for cap in judgement.caps if cap.name not in names and cap.measure.value == "daily dose"]
    return (
        *(_passed(entry) for entry in passed),
        *(_kept(cap, dose) for cap in kept),
        *((_unset(unset),) if unset else ()),
    )


def _is_unset(entry: Touched) -> bool:
    return entry.name.startswith("site-") and entry.limit is None and entry.verdict is Verdict.CAUTION


def _passed(entry: Touched) -> Check:
    unit = entry.unit or ""
    side = "at least" if entry.side == "below" else "at most"
    times = " times" if entry.measure is Measure.CHANGE_FACTOR else ""
    return Check(
        name=entry.name, title=entry.name.replace("-", " ").capitalize(), verdict=_VERDICTS[entry.verdict],
        result="" if entry.value is None else f"{shown(entry.value, unit)}{times}",
        accepted="" if entry.limit is None else f"{side} {shown(entry.limit, unit)}{times}",
        source=entry.source, status=entry.status, text=entry.text,
    )  # fmt: skip


def _kept(cap: Cap, dose: float | None) -> Check:
    unit = cap.measure.unit
    return Check(
        name=f"{cap.name}-kept", title=f"Daily dose, smallest {cap.kind} limit", verdict=CheckVerdict.WITHIN,
        formula=cap.name.replace("-", " "), result="" if dose is None else shown(dose, unit),
        accepted=f"at most {shown(cap.limit, unit)}", source=cap.source, status=cap.status,
    )  # fmt: skip


def _unset(entries: Sequence[Touched]) -> Check:
    return Check(
        name="site-limits", title="Limits that nobody has published and the site has not set",
        verdict=CheckVerdict.CAUTION, result=f"{len(entries)} not set", accepted="set under Administration",
        source=entries[0].source, status=entries[0].status,
        formula="; ".join(dict.fromkeys(str(entry.measure) for entry in entries)),
        text="Limits that the site has not set were held against nothing.",
    )  # fmt: skip
