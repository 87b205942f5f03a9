"""The assessment scales that an event may name, and what values each of them has.

A score keeps its scale: the Ashworth scale is numbered 0 to 4 in the clinic and 1 to 5 in the
trials of intrathecal baclofen, so that a bare ``ashworth`` says nothing and is refused. Ranges of
numbers come from the evidence; grades are names and stand here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cisterna.errors import Fault
from cisterna.evidence import number
from cisterna.therapy.wording import number_text, quoted, unknown

__all__ = ["SCALES", "Scale", "scale_faults"]

_ROMAN = ("I", "II", "III", "IV", "V")


@dataclass(frozen=True)
class Scale:
    """What a scale can yield: its ``grades``, or a number, of the range ``evidence`` where there is one."""

    grades: tuple[str, ...] = ()
    evidence: str | None = None


SCALES: Mapping[str, Scale] = {
    "ashworth-1-5": Scale(evidence="ashworth_trial_range"),
    "ashworth-0-4": Scale(evidence="ashworth_original_range"),
    "mas": Scale(grades=("0", "1", "1+", "2", "3", "4", "not-assessed")),
    "tardieu": Scale(),
    "penn": Scale(evidence="penn_frequency_range"),
    "bads": Scale(evidence="bads_total_range"),
    "hat": Scale(grades=("none", "spasticity", "rigidity", "dystonia", "mixed")),
    "selective-control": Scale(evidence="selective_control_range"),
    "gmfcs": Scale(grades=_ROMAN),
    "macs": Scale(grades=_ROMAN),
    "cfcs": Scale(grades=_ROMAN),
    "edacs": Scale(grades=_ROMAN),
    "fms": Scale(grades=("1", "2", "3", "4", "5", "6", "C", "N")),
    "gmfm-88": Scale(evidence="gmfm_range"),
    "gmfm-66": Scale(evidence="gmfm_range"),
    "copm": Scale(evidence="copm_range"),
    "gas": Scale(),
    "cpchild": Scale(evidence="cpchild_range"),
    "r-flacc": Scale(evidence="r_flacc_range"),
    "nccpc-r": Scale(evidence="nccpc_r_range"),
    "nccpc-pv": Scale(evidence="nccpc_pv_cut_off"),
    "nrs": Scale(evidence="pain_scale_range"),
    "fps-r": Scale(evidence="pain_scale_range"),
    "rom": Scale(),
}
"""Every scale by its name in files."""


def scale_faults(scale: str, value: float | str, where: str = "value") -> Iterator[Fault]:
    """The faults of a score: an unknown scale, or a value that the scale does not have.

    >>> [fault.found for fault in scale_faults("mas", "1++")]
    ["'1++'"]
    """
    if scale not in SCALES:
        yield unknown("scale", scale, SCALES)
        return
    known = SCALES[scale]
    if known.grades:
        if _grade(value) not in known.grades:
            yield Fault(
                where=where,
                found=quoted(value),
                allowed=f"a grade of {scale}: {', '.join(known.grades)}",
                remedy="correct the value or the scale",
            )
    elif isinstance(value, str):
        yield Fault(
            where=where,
            found=quoted(value),
            allowed=f"a number, the score on {scale}",
            remedy="write the number without quotes, or leave the event out where nothing was scored",
        )
    elif not _in_range(value, known.evidence):
        yield Fault(
            where=where,
            found=number_text(value),
            allowed=_range_text(scale, known.evidence),
            remedy="correct the value or the scale",
        )


def _range_text(scale: str, evidence: str | None) -> str:
    if evidence is None:
        return "a finite number"
    known = number(evidence)
    low, high = number_text(known.low or 0.0), number_text(known.high or float("inf"))
    return f"{low} to {high} on {scale} ({known.source})"


def _grade(value: float | str) -> str:
    return value if isinstance(value, str) else number_text(value)


def _in_range(value: float, evidence: str | None) -> bool:
    if not abs(value) < float("inf"):
        return False
    if evidence is None:
        return True
    scale = number(evidence)
    low = 0.0 if scale.low is None else scale.low  # no scale here goes below 0 without saying so
    high = float("inf") if scale.high is None else scale.high
    return low <= value <= high
