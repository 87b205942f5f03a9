"""``cisterna calc`` of boluses: interval, patient-bolus and window-limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cisterna.cli.application import AsJson

if TYPE_CHECKING:
    from cisterna.units import Interval

__all__ = ["COMMANDS"]


def _interval(
    every: Annotated[str, typer.Option(help="With its unit, as '6 h' or '90 min'.", metavar="TIME")],
    dose: Annotated[str, typer.Option(help="The dose of each, as '10 mcg'.", metavar="DOSE")],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """An interval of boluses in words, as a count a day and as a dose a day."""
    from cisterna.care.calculators.boluses import bolus_interval
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_quantity
    from cisterna.units import Mass

    answer(lambda: bolus_interval(_every(every), read_quantity(dose, Mass, "--dose")), as_json=as_json)


def _every(text: str) -> Interval:
    """An interval; a number without its unit is refused with what it would mean in either unit."""
    from cisterna.care.calculators.boluses import told_in_both
    from cisterna.cli.options import read_quantity
    from cisterna.errors import Fault, InputError, UnitError
    from cisterna.units import Interval, plain_number

    try:
        number = plain_number(text.strip())
    except UnitError:
        return read_quantity(text, Interval, "--every")
    raise InputError(
        Fault(
            where="--every",
            found=f"'{text}' without a unit",
            allowed="a time with its unit, h or min",
            remedy=told_in_both(number),
        )
    )


def _patient_bolus(
    lockout: Annotated[str, typer.Option(help="Time from one bolus to the next, as '4 h'.", metavar="TIME")],
    now: Annotated[str, typer.Option(help="As 2026-03-02T12:00:00+01:00.", metavar="TIME")],
    given_today: Annotated[str, typer.Option(help="How many were given on this day.", metavar="N")],
    allotted: Annotated[str, typer.Option(help="How many a day are allotted.", metavar="N")],
    last: Annotated[str | None, typer.Option(help="When the last was given.", metavar="TIME")] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Whether the patient may have a bolus now, and from when on the next."""
    from cisterna.care.calculators.boluses import patient_bolus
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_instant, read_quantity, read_whole
    from cisterna.units import Duration

    answer(
        lambda: patient_bolus(
            read_quantity(lockout, Duration, "--lockout"),
            read_instant(now, "--now"),
            read_whole(given_today, "--given-today"),
            read_whole(allotted, "--allotted"),
            None if last is None else read_instant(last, "--last"),
        ),
        as_json=as_json,
    )


def _window_limit(
    limit: Annotated[str, typer.Option(help="The most in a window, as '1 mL'.", metavar="VOLUME")],
    window: Annotated[str, typer.Option(help="Its length, as '4 h'.", metavar="TIME")],
    background_flow: Annotated[
        str, typer.Option(help="The highest of the program, as '0.1 mL/h'.", metavar="FLOW")
    ],
    boluses_given: Annotated[
        str, typer.Option(help="Those of the window, as '0.1 mL,0.2 mL' or '0 mL'.", metavar="VOLUMES")
    ],
    request: Annotated[str, typer.Option(help="The bolus that is asked for, as '0.4 mL'.", metavar="VOLUME")],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Whether a bolus fits in a rolling window beside a whole window of background."""
    from cisterna.care.calculators.boluses import rolling_window
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_list, read_quantity
    from cisterna.units import Duration, Flow, Volume

    answer(
        lambda: rolling_window(
            read_quantity(limit, Volume, "--limit"),
            read_quantity(window, Duration, "--window"),
            read_quantity(background_flow, Flow, "--background-flow"),
            read_list(
                boluses_given, "--boluses-given", lambda text, option: read_quantity(text, Volume, option)
            ),
            read_quantity(request, Volume, "--request"),
        ),
        as_json=as_json,
    )


COMMANDS = {
    "interval": _interval,
    "patient-bolus": _patient_bolus,
    "window-limit": _window_limit,
}
"""The commands by name, in the order of the help."""
