"""Every scale as a form asks it: its words, its sites, and the rule that a score is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cisterna.care import (
    ROM_JOINTS,
    ROM_SIDES,
    caregiver_priorities,
    faces_pain,
    gmfm_66,
    nccpc_pv,
    nccpc_r,
    numeric_rating,
    r_flacc,
    spasms,
)
from cisterna.care.scales.ranges import in_range
from cisterna.errors import Fault, InputError
from cisterna.evidence import Status, number
from cisterna.therapy.scales import SCALES, scale_faults

__all__ = [
    "ASKED", "GROUPS", "JOINTS", "MUSCLES", "SIDES", "Asked", "asked", "field_name", "range_of",
    "score_faults", "title_of",
]  # fmt: skip

JOINTS, SIDES = ROM_JOINTS, ROM_SIDES
MUSCLES = (
    "hip flexors", "hip adductors", "hamstrings", "quadriceps", "gastrocnemius", "soleus",
    "shoulder adductors", "elbow flexors", "pronators", "wrist flexors", "finger flexors",
)  # fmt: skip
"""The muscles that a form lists for each side; the record takes any words."""

_LIMBS = ("left arm", "right arm", "left leg", "right leg")
_LEGS = ("left leg", "right leg")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A scale as a form asks it: one score for each of ``sites``, or a single one.

    ``note`` says what is entered and why not more; ``rule`` is the scale's own function in ``care``, called
    with the number; ``whole`` holds where only whole numbers are scores.
    """

    scale: str
    title: str
    group: str
    sites: tuple[str, ...] = ()
    note: str = ""
    rule: Callable[[Any], object] | None = None
    whole: bool = False

    @property
    def grades(self) -> tuple[str, ...]:
        """The grades of a scale that has no numbers."""
        return SCALES[self.scale].grades

    @property
    def places(self) -> tuple[str | None, ...]:
        """What is scored: each site, or the patient as a whole."""
        return self.sites or (None,)

    @property
    def by_muscle(self) -> bool:
        """Whether the form shows it as a table of muscles and sides."""
        return self.scale == "mas"


_MUSCLE_SITES = tuple(f"{side} {muscle}" for muscle in MUSCLES for side in SIDES)
_TOTAL = "The total only: its licence does not allow the items to be reproduced."

ASKED = (
    Asked(scale="ashworth-1-5", title="Ashworth, 1 to 5", group="tone", sites=("legs", "arms"),
          note="The mean of the muscles that were scored, in the numbering of the trials."),
    Asked(scale="ashworth-0-4", title="Ashworth, 0 to 4", group="tone", sites=("legs", "arms"),
          note="The mean of the muscles that were scored, in the numbering of 1964."),
    Asked(scale="mas", title="Modified Ashworth (MAS)", group="tone", sites=_MUSCLE_SITES,
          note="A grade for each muscle and side; leave out what was not looked at."),
    Asked(scale="penn", title="Spasm frequency (Penn)", group="tone", rule=spasms,
          note="As the patient or family reports it."),
    Asked(scale="bads", title="Dystonia (Barry-Albright), total", group="tone", whole=True),
    Asked(scale="hat", title="Kind of hypertonia (HAT)", group="tone", sites=_LIMBS,
          note="The result of the tool for each limb."),
    Asked(scale="gmfcs", title="GMFCS level", group="function"),
    Asked(scale="macs", title="MACS level", group="function"),
    Asked(scale="cfcs", title="CFCS level", group="function"),
    Asked(scale="edacs", title="EDACS level", group="function"),
    Asked(scale="fms", title="Functional mobility (FMS)", group="function", sites=("5 m", "50 m", "500 m")),
    Asked(scale="gmfm-88", title="GMFM-88, total in per cent", group="function",
          note="The total only, as the scored sheet gives it."),
    Asked(scale="gmfm-66", title="GMFM-66", group="function", rule=gmfm_66,
          note="The score as its program gives it; its formula is not open."),
    Asked(scale="selective-control", title="Selective control (SCALE)", group="function", sites=_LEGS,
          whole=True, note="The total of one leg."),
    Asked(scale="copm", title="COPM", group="goals", sites=("performance", "satisfaction"),
          note="The means over the problems, from the form of the instrument."),
    Asked(scale="gas", title="Goal attainment, T score", group="goals",
          note="The T score of all goals together."),
    Asked(scale="cpchild", title="CPCHILD, total", group="goals", rule=caregiver_priorities, note=_TOTAL),
    Asked(scale="nrs", title="Pain, numeric rating", group="pain", rule=numeric_rating),
    Asked(scale="fps-r", title="Pain, faces (FPS-R)", group="pain", rule=faces_pain),
    Asked(scale="r-flacc", title="Pain, r-FLACC total", group="pain",
          rule=lambda total: r_flacc(total=total)),
    Asked(scale="nccpc-r", title="Pain, NCCPC-R total", group="pain",
          rule=lambda total: nccpc_r(total=total)),
    Asked(scale="nccpc-pv", title="Pain, NCCPC-PV total", group="pain",
          rule=lambda total: nccpc_pv(total=total)),
)  # fmt: skip
"""Every scale with fields of its own, in the order of the form; angles are asked row by row beside them."""

GROUPS: Mapping[str, str] = {
    "tone": "Tone, spasms and dystonia",
    "function": "Function",
    "goals": "Goals and care",
    "pain": "Pain",
}
"""The parts of the form."""

_TITLES = {each.scale: each.title for each in ASKED} | {
    "rom": "Range of motion",
    "tardieu": "Tardieu, R2 - R1",
}


def title_of(scale: str) -> str:
    """The words of a scale, its name where a form does not ask it.

    >>> title_of("penn"), title_of("rom")
    ('Spasm frequency (Penn)', 'Range of motion')
    """
    return _TITLES.get(scale, scale)


def asked(scale: str) -> Asked:
    """The description of a scale."""
    return next(each for each in ASKED if each.scale == scale)


def field_name(scale: str, site: str | None) -> str:
    """The name of the field for a score.

    >>> field_name("ashworth-1-5", "legs"), field_name("penn", None)
    ('ashworth-1-5--legs', 'penn')
    """
    return scale if site is None else f"{scale}--{site.replace(' ', '-')}"


def range_of(each: Asked) -> str:
    """What a field takes, with its source and how sure that is; grades are chosen and say it themselves.

    >>> range_of(asked("nrs"))
    '0 to 10 (general knowledge), whole numbers; recalled'
    """
    evidence = SCALES[each.scale].evidence
    fault = next(scale_faults(each.scale, float("inf")), None)
    if each.grades or evidence is None or fault is None:
        return ""
    allowed = fault.allowed.replace(f" on {each.scale}", "")
    whole = ", whole numbers" if each.whole or each.rule in _WHOLE_RULES else ""
    status = number(evidence).status
    return f"{allowed}{whole}" + ("" if status is Status.CONFIRMED else f"; {status.value}")


_WHOLE_RULES = {spasms, numeric_rating, faces_pain}


def score_faults(each: Asked, value: float | str, where: str) -> Iterator[Fault]:
    """What is wrong with a score by the scale's own rules, at the field ``where``.

    >>> [fault.where for fault in score_faults(asked("penn"), 2.5, "penn")]
    ['penn']
    """
    wrong = tuple(scale_faults(each.scale, value, where))
    yield from wrong
    if wrong or isinstance(value, str):
        return
    evidence = SCALES[each.scale].evidence
    if each.whole and evidence is not None:
        yield from in_range(where, value, number(evidence))
    if each.rule is not None:
        try:
            each.rule(value)
        except InputError as error:
            yield from (fault.at(where) for fault in error.faults)
