"""``cisterna score gas`` and ``copm``: what was reached of what mattered."""

from __future__ import annotations

from typing import Annotated

import typer

from cisterna.cli.application import AsJson

__all__ = ["COMMANDS"]


def _gas(
    weights: Annotated[str, typer.Option(help="A weight for each goal, as 1,1,1.", metavar="LIST")],
    outcomes: Annotated[str, typer.Option(help="A level from -2 to 2 for each goal.", metavar="LIST")],
    baseline: Annotated[
        str | None, typer.Option(help="The levels before treatment, in the same order.", metavar="LIST")
    ] = None,
    rho: Annotated[
        str | None,
        typer.Option(help="Correlation of the goals, 0 to 1; left out: the published 0.3.", metavar="NUMBER"),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Goal attainment scaling: one T score of how far individual goals were reached."""
    from cisterna.care.scales.gas import goal_attainment
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_decimal, read_list, read_whole

    answer(
        lambda: goal_attainment(
            read_list(weights, "--weights", read_decimal),
            read_list(outcomes, "--outcomes", read_whole),
            None if baseline is None else read_list(baseline, "--baseline", read_whole),
            None if rho is None else read_decimal(rho, "--rho"),
        ),
        as_json=as_json,
    )


def _copm(
    performance: Annotated[
        str | None, typer.Option(help="Mean performance before and after, 1 to 10.", metavar="BEFORE,AFTER")
    ] = None,
    satisfaction: Annotated[
        str | None, typer.Option(help="Mean satisfaction before and after, 1 to 10.", metavar="BEFORE,AFTER")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Canadian occupational performance measure: change of the mean performance and satisfaction."""
    from cisterna.care.scales.copm import occupational_change
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_two

    answer(
        lambda: occupational_change(
            None if performance is None else read_two(performance, "--performance"),
            None if satisfaction is None else read_two(satisfaction, "--satisfaction"),
        ),
        as_json=as_json,
    )


COMMANDS = {
    "gas": _gas,
    "copm": _copm,
}
"""The commands by name, in the order of the help."""
