"""What speaks for a pump, what against, and what nobody wrote down: one function for each question."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from cisterna.care.evaluation.points import Point, point
from cisterna.care.evaluation.recorded import SCALE_WORDS, Recorded
from cisterna.care.evaluation.screening_result import result_of
from cisterna.units import decimal_text

__all__ = ["CRITERIA"]

_TYPICAL = {"III", "IV", "V"}
_BRANDS = re.compile(r"baclofen|lioresal|gablofen|ozobax|lyvispah", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(no|not|none|never|without|denies|nil|neg|negative|tolerates|tolerated)\b", re.IGNORECASE
)
_PAIN_SCALES = {
    "r-flacc": "r-FLACC",
    "nccpc-r": "NCCPC-R",
    "nccpc-pv": "NCCPC-PV",
    "nrs": "NRS",
    "fps-r": "FPS-R",
}
_PAIN_WORDS = re.compile(r"\b(pain\w*|spasm\w*)\b", re.IGNORECASE)
_RELATIVE = {
    "uncontrolled_epilepsy": "uncontrolled epilepsy",
    "coagulopathy": "a disorder of coagulation",
    "malnutrition": "malnutrition",
    "respiratory_risk": "a risk of respiratory failure",
}

Criterion = Callable[[Recorded], Iterator[Point]]


def _age(seen: Recorded) -> Iterator[Point]:
    old_enough = seen.age >= seen.settings.value("minimum_age", "y")
    yield point("age-label" if old_enough else "age-below-label", seen.settings, age=seen.completed_age)


def _size(seen: Recorded) -> Iterator[Point]:
    if seen.weight is None:
        yield point("weight-missing", seen.settings)
    else:
        low = seen.weight < seen.settings.value("minimum_weight", "kg")
        yield point(
            "weight-low" if low else "weight", seen.settings, weight=f"{decimal_text(seen.weight)} kg"
        )
    yield point("room-for-pump", seen.settings)


def _contraindications(seen: Recorded) -> Iterator[Point]:
    allergies, infection = seen.history.allergies, seen.history.active_infection
    yield _allergy(seen, allergies)
    if infection is None:
        yield point("infection-missing", seen.settings)
    else:
        yield point("infection" if infection else "no-infection", seen.settings)


def _allergy(seen: Recorded, allergies: str | None) -> Point:
    if allergies is None or not allergies.strip():
        return point("allergy-missing", seen.settings)
    if not _BRANDS.search(allergies):
        return point("no-allergy", seen.settings, allergies=allergies.strip())
    unclear = _DENIED.search(allergies)
    return point("allergy-unclear" if unclear else "allergy", seen.settings, allergies=allergies.strip())


def _tone(seen: Recorded) -> Iterator[Point]:
    """The criterion of the UK access text: Ashworth in enough muscle groups, or Penn."""
    least = seen.settings.number("access_ashworth").low_in("score")
    enough = seen.settings.number("access_muscle_groups").low_in("count")
    groups = [scored for scored in seen.tone if scored.on_1_to_5 >= least]
    penn = seen.last("penn")
    spasms = penn is not None and float(penn) >= seen.settings.number("access_penn").low_in("score")
    meets = len(groups) >= enough
    if meets:
        yield point(
            "access-ashworth", seen.settings, count=str(len(groups)),
            groups=", ".join(scored.shown for scored in groups),
        )  # fmt: skip
    if spasms:
        yield point("access-penn", seen.settings, penn=_text(penn))
    if not (meets or spasms) and (seen.tone or penn is not None):
        here = "not scored" if penn is None else _text(penn)
        yield point(
            "access-tone", seen.settings, count=str(len(groups)) if seen.tone else "not scored", penn=here
        )
    yield from _tone_missing(seen, penn)
    yield from _often_asked(seen)


def _tone_missing(seen: Recorded, penn: float | str | None) -> Iterator[Point]:
    if not seen.tone:
        tone = seen.patient.tone
        means = "" if tone is None else (
            f"; only means are known, legs {decimal_text(tone.legs)} and arms {decimal_text(tone.arms)} on "
            f"{SCALE_WORDS[tone.scale]}"
        )  # fmt: skip
        yield point("tone-missing", seen.settings, means=means)
    if penn is None:
        yield point("penn-missing", seen.settings)


def _often_asked(seen: Recorded) -> Iterator[Point]:
    least = seen.settings.number("inclusion_mas").low_in("score")
    groups = [one for one in seen.tone if one.scale == "mas" and one.on_1_to_5 - 1 >= least]
    if groups:
        yield point("mas-often-asked", seen.settings, groups=", ".join(one.shown for one in groups))


def _function(seen: Recorded) -> Iterator[Point]:
    """The GMFCS level, which cerebral palsy has."""
    if not seen.is_cerebral_palsy:
        return
    level = seen.gmfcs
    if level is None:
        yield point("gmfcs-missing", seen.settings)
    else:
        yield point("gmfcs-typical" if level in _TYPICAL else "gmfcs-other", seen.settings, gmfcs=level)


def _sides(seen: Recorded) -> Iterator[Point]:
    """Both sides, arms and legs, as NICE has it of cerebral palsy."""
    if not seen.is_cerebral_palsy:
        return
    tone = seen.patient.tone
    if seen.both_sides:
        raised = ", ".join(scored.shown for scored in seen.tone if scored.is_raised)
        yield point("both-sides", seen.settings, groups=raised)
    elif tone is not None and min(tone.legs, tone.arms) > (1 if tone.scale == "ashworth-1-5" else 0):
        yield point(
            "arms-and-legs", seen.settings, legs=decimal_text(tone.legs), arms=decimal_text(tone.arms),
            scale=SCALE_WORDS[tone.scale],
        )  # fmt: skip
    else:
        yield point("both-sides-missing", seen.settings)


def _problems(seen: Recorded) -> Iterator[Point]:
    scores = {name: seen.last(scale) for scale, name in _PAIN_SCALES.items()}
    found = [
        f"{name} {_text(value)}" for name, value in scores.items() if value is not None and float(value) > 0
    ]
    goals = (seen.history.goals or "").strip()
    named = bool(_PAIN_WORDS.search(goals))
    if found:
        yield point("pain", seen.settings, scores=", ".join(found))
    if named:
        yield point("pain-in-goals", seen.settings)
    if not found and not named:
        yield point("problems-missing", seen.settings)
    yield (
        point("goals", seen.settings, goals=goals.rstrip("."))
        if goals
        else point("goals-missing", seen.settings)
    )


def _tried(seen: Recorded) -> Iterator[Point]:
    spinal = seen.patient.condition in {"spinal cord injury", "multiple sclerosis"}
    words = (
        "; for spasticity of spinal origin the label asks for failure or intolerance by mouth"
        if spinal
        else ""
    )
    yield _one_of(seen, seen.history.oral_tried, "oral-tried", "oral-not-tried", "oral-missing", spinal=words)
    yield _one_of(
        seen, seen.history.botulinum_tried, "botulinum-tried", "botulinum-not-tried", "botulinum-missing"
    )


def _relative(seen: Recorded) -> Iterator[Point]:
    known = {words: getattr(seen.history, key) for key, words in _RELATIVE.items()}
    for words, present in known.items():
        if present:
            more = "; the label too warns of seizures" if "epilepsy" in words else ""
            yield point("relative", seen.settings, what=words[0].upper() + words[1:], more=more)
    for ident, state in (("relative-absent", False), ("relative-missing", None)):
        named = [words for words, present in known.items() if present is state]
        if named:
            yield point(ident, seen.settings, what=", ".join(named))


def _spine(seen: Recorded) -> Iterator[Point]:
    fusion = seen.history.fusion
    yield point("fusion-missing" if fusion is None else f"fusion-{fusion}", seen.settings)
    if seen.history.shunt is None:
        yield point("shunt-missing", seen.settings)
    elif seen.history.shunt:
        yield point("shunt", seen.settings)


def _support(seen: Recorded) -> Iterator[Point]:
    walks = seen.history.walks_on_spasticity
    if walks is None:
        yield point("walks-missing", seen.settings)
    elif walks:
        yield point("walks", seen.settings)
    yield _one_of(seen, seen.history.refill_commitment, "commitment", "no-commitment", "commitment-missing")
    yield point("carers", seen.settings)


def _disease(seen: Recorded) -> Iterator[Point]:
    egfr = seen.patient.egfr
    if egfr is not None and egfr < seen.settings.value("renal_impairment_clearance", "mL/min"):
        yield point("kidney", seen.settings, egfr=f"{decimal_text(egfr)} mL/min/1.73m2")
    if seen.patient.condition == "brain injury":
        yield point("injury-date", seen.settings)
    if seen.is_dystonic:
        scores = [
            f"HAT {event.value}" for event in seen.latest("hat") if event.value in {"dystonia", "mixed"}
        ]
        total = seen.last("bads")
        scores += [f"BADS {_text(total)}"] if total is not None else []
        yield point("dystonia", seen.settings, scores=", ".join(scores))
    yield point("other-disease", seen.settings)


def _screening(seen: Recorded) -> Iterator[Point]:
    """The best of the screening boluses, by the fall of tone; what was tried last where none was scored."""
    if not seen.boluses:
        yield point("screening-missing", seen.settings)
        return
    results = [found for bolus in seen.boluses if (found := result_of(seen, bolus)) is not None]
    if not results:
        last = seen.boluses[-1]
        yield point("screening-scores-missing", seen.settings, dose=f"{decimal_text(last.dose)} mcg",
                    day=last.at.date().isoformat())  # fmt: skip
        return
    best = max(results, key=lambda found: found.drop)
    highest = seen.settings.value("screening_dose_highest", "mcg")
    if best.responds:
        ident, told = "screening-response", best
    else:
        told = max(results, key=lambda found: found.bolus.dose)
        ident = "screening-failed" if told.bolus.dose >= highest else "screening-no-response"
    sites = "1 site" if told.count == 1 else f"{told.count} sites"
    yield point(
        ident, seen.settings, drop=decimal_text(told.drop, 2), count=sites,
        dose=f"{decimal_text(told.bolus.dose)} mcg", day=told.bolus.at.date().isoformat(),
    )  # fmt: skip


def _one_of(seen: Recorded, answer: bool | None, yes: str, no: str, unknown: str, **values: str) -> Point:  # noqa: FBT001
    ident = unknown if answer is None else yes if answer else no
    return point(ident, seen.settings, **values)


def _text(value: float | str | None) -> str:
    return value if isinstance(value, str) else decimal_text(value or 0.0)


CRITERIA: Iterable[Criterion] = (
    _contraindications, _age, _size, _tone, _function, _sides, _problems, _tried, _relative, _spine, _support,
    _disease, _screening,
)  # fmt: skip
"""The questions in the order in which they are told."""
