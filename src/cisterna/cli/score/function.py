"""``cisterna score`` of function: the GMFM, the levels I to V, fms and cpchild."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from cisterna.cli.application import AsJson

if TYPE_CHECKING:
    from cisterna.care.scales.classification import Classification
    from cisterna.care.scales.gmfm import Dimension
    from cisterna.care.scales.score import Score
    from cisterna.units import Age

__all__ = ["COMMANDS"]

Level = Annotated[str, typer.Option(help="I, II, III, IV or V.", metavar="LEVEL")]
AgeText = Annotated[str, typer.Option("--age", help="Age at the assessment, as '3 y 11 mo'.", metavar="AGE")]


def _gmfm_88(
    dimension: Annotated[
        list[str] | None,
        typer.Option(
            help="A to E: sum of the items, how many were scored, how many not tested.",
            metavar="A=SUM,SCORED,NOT-TESTED",
        ),
    ] = None,
    percent: Annotated[
        list[str] | None, typer.Option(help="Per cent of A to E, in place of the sums.", metavar="A=PERCENT")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Gross motor function measure, 88 items: per cent of each dimension and of all five."""
    from cisterna.care.scales.gmfm import gmfm_88, gmfm_88_of_percents
    from cisterna.cli.answer import answer

    _one_of_two(dimension, percent)
    if dimension:
        answer(lambda: gmfm_88(_dimensions(dimension)), as_json=as_json)
    else:
        answer(lambda: gmfm_88_of_percents(_percents(percent or [])), as_json=as_json)


def _one_of_two(dimension: list[str] | None, percent: list[str] | None) -> None:
    from cisterna.errors import Fault, InputError

    if bool(dimension) == bool(percent):
        raise InputError(
            Fault(
                where="--dimension",
                found="both sums and per cents" if dimension else "neither sums nor per cents",
                allowed="either --dimension or --percent",
                remedy="write for example '--percent A=80'",
            )
        )


def _percents(texts: list[str]) -> dict[str, float]:
    from cisterna.cli.options import read_decimal, read_parts

    return {
        name.upper(): read_decimal(value.removesuffix("%").strip(), "--percent")
        for name, value in read_parts(texts, "--percent").items()
    }


def _dimensions(texts: list[str]) -> dict[str, Dimension]:
    from cisterna.care.scales.gmfm import Dimension
    from cisterna.cli.options import read_list, read_parts, read_whole
    from cisterna.errors import Fault, InputError

    found = {}
    for name, value in read_parts(texts, "--dimension").items():
        counts = read_list(value, "--dimension", read_whole)
        if len(counts) != 3:
            raise InputError(
                Fault(
                    where="--dimension",
                    found=f"'{name.upper()}={value}'",
                    allowed="three whole numbers: sum, scored, not tested",
                    remedy="write for example 'A=40,16,1'",
                )
            )
        found[name.upper()] = Dimension(total=counts[0], scored=counts[1], not_tested=counts[2])
    return found


def _gmfm_66(
    total: Annotated[str, typer.Option(help="The score as GMAE gave it, 0 to 100.", metavar="N")],
    confidence_limits: Annotated[
        str | None, typer.Option(help="Its 95 % confidence limits as GMAE gave them.", metavar="LOW,HIGH")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Gross motor function measure, 66 items: the score as GMAE gave it; its items are not entered."""
    from cisterna.care.scales.gmfm import gmfm_66
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_decimal, read_two

    answer(
        lambda: gmfm_66(
            read_decimal(total, "--total"),
            None
            if confidence_limits is None
            else read_two(confidence_limits, "--confidence-limits", "LOW,HIGH"),
        ),
        as_json=as_json,
    )


def _classify(
    classified: Callable[[str, Age], Score[Classification]], level: str, age: str, *, as_json: bool
) -> None:
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_quantity
    from cisterna.units import Age

    answer(lambda: classified(level.strip().upper(), read_quantity(age, Age, "--age")), as_json=as_json)


def _gmfcs(level: Level, age: AgeText, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Gross motor function classification (GMFCS E&R): level with its age band."""
    from cisterna.care.scales.classification import gross_motor

    _classify(gross_motor, level, age, as_json=as_json)


def _macs(level: Level, age: AgeText, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Manual ability classification: Mini-MACS from 1 y, MACS from 4 y."""
    from cisterna.care.scales.classification import manual_ability

    _classify(manual_ability, level, age, as_json=as_json)


def _cfcs(level: Level, age: AgeText, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Communication function classification."""
    from cisterna.care.scales.classification import communication

    _classify(communication, level, age, as_json=as_json)


def _edacs(level: Level, age: AgeText, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Eating and drinking ability classification: Mini-EDACS from 18 mo, EDACS from 3 y."""
    from cisterna.care.scales.classification import eating_and_drinking

    _classify(eating_and_drinking, level, age, as_json=as_json)


def _fms(
    at_5m: Annotated[
        str, typer.Option("--at-5m", help="At 5 m: 1 to 6, C, N, not-assessed.", metavar="RATING")
    ],
    at_50m: Annotated[str, typer.Option("--at-50m", help="At 50 m.", metavar="RATING")],
    at_500m: Annotated[str, typer.Option("--at-500m", help="At 500 m.", metavar="RATING")],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Functional mobility scale: how a child gets about over 5, 50 and 500 m."""
    from cisterna.care.scales.mobility import mobility
    from cisterna.cli.answer import answer

    answer(lambda: mobility(_rating(at_5m), _rating(at_50m), _rating(at_500m)), as_json=as_json)


def _rating(text: str) -> str:
    """A rating as the scale writes it: its letters are capitals."""
    rating = text.strip()
    return rating.upper() if len(rating) == 1 else rating


def _cpchild(
    total: Annotated[str, typer.Option(help="The total of the licensed form, 0 to 100.", metavar="N")],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Caregiver priorities and child health index: the total; its items are not entered."""
    from cisterna.care.scales.cpchild import caregiver_priorities
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_decimal

    answer(lambda: caregiver_priorities(read_decimal(total, "--total")), as_json=as_json)


COMMANDS = {
    "gmfm-88": _gmfm_88,
    "gmfm-66": _gmfm_66,
    "gmfcs": _gmfcs,
    "macs": _macs,
    "cfcs": _cfcs,
    "edacs": _edacs,
    "fms": _fms,
    "cpchild": _cpchild,
}
"""The commands by name, in the order of the help."""
