"""The commands of ``guide`` and ``sheet``: each reads its options, asks for one guide and prints it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from inspect import getdoc
from typing import Annotated

import typer

from cisterna.cli.plain import PlainCommand, PlainGroup

__all__ = ["GUIDES", "SHEETS", "group"]

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Setting = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="A number of your site, as 'screening_interval=48 h'; again for more.",
        metavar="NAME=VALUE",
    ),
]
Command = Callable[..., None]


def group(commands: Mapping[str, Command]) -> typer.Typer:
    """A group of commands whose options stay the text that was typed."""
    made = typer.Typer(cls=PlainGroup, no_args_is_help=True, rich_markup_mode=None)
    for name, command in commands.items():
        made.command(name, cls=PlainCommand, short_help=getdoc(command))(command)
    return made


def _screening(
    threshold: Annotated[
        str | None,
        typer.Option(
            help="Fall of the mean leg Ashworth score that counts as a response at your site, as 1.5; "
            "left out: 1.",
            metavar="N",
        ),
    ] = None,
    setting: Setting = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Screening trial, start, titration, maintenance, weaning by mouth."""
    from cisterna.care.guides import THRESHOLD

    typed = list(setting or ())
    _guide("screening", typed, as_json=as_json, own={} if threshold is None else {THRESHOLD: threshold})


def _refill(setting: Setting = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Refill visit: fifteen steps, what must agree, what is recorded."""
    _guide("refill", setting, as_json=as_json)


def _loss_of_effect(setting: Setting = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Loss of effect: from the patient to the catheter, step by step."""
    _guide("loss-of-effect", setting, as_json=as_json)


def _mri(setting: Setting = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """MRI with a pump: before, during and after, by model."""
    _guide("mri", setting, as_json=as_json)


def _alarms(setting: Setting = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Alarms: which sound, what it can mean, how soon to act."""
    _guide("alarms", setting, as_json=as_json)


def _travel(setting: Setting = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Travel: refill, time zones and daylight saving, flying, diving, heat."""
    _guide("travel", setting, as_json=as_json)


def _side_effects(
    route: Annotated[
        str | None,
        typer.Option(help="by-mouth, intrathecal or on-the-skin; left out: all.", metavar="ROUTE"),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Side effects: what is published on how often each occurs, by route."""
    from cisterna.care.side_effects import published_side_effects
    from cisterna.cli.answer import json_text
    from cisterna.cli.guide.side_effects_page import page
    from cisterna.cli.options import naming_options

    with naming_options():
        found = published_side_effects(route)
    sys.stdout.write(json_text(found.facts()) + "\n" if as_json else page(found))


def _withdrawal(as_json: AsJson = False) -> None:  # noqa: FBT002
    """Withdrawal: reference sheet, printed with the one on overdose."""
    _sheet("withdrawal", as_json=as_json)


def _overdose(as_json: AsJson = False) -> None:  # noqa: FBT002
    """Overdose: reference sheet, printed with the one on withdrawal."""
    _sheet("overdose", as_json=as_json)


def _guide(
    name: str, typed: Iterable[str] | None, *, as_json: bool, own: Mapping[str, str] | None = None
) -> None:
    from cisterna.care.guides import guide
    from cisterna.cli.answer import json_text
    from cisterna.cli.guide.page import page
    from cisterna.cli.guide.set_by_site import settings_of

    settings = settings_of(list(typed or ()), own or {})
    found = guide(name, settings)
    sys.stdout.write(json_text(found.facts()) + "\n" if as_json else page(found))


def _sheet(name: str, *, as_json: bool) -> None:
    from cisterna.care.guides import SHEETS, sheet
    from cisterna.cli.answer import json_text
    from cisterna.cli.guide.page import sheets_page

    asked = sheet(name)
    other = sheet(next(known for known in SHEETS if known != name))
    if as_json:
        sys.stdout.write(json_text({**asked.facts(), "other": other.facts()}) + "\n")
        return
    sys.stdout.write(sheets_page(asked, other))


GUIDES: Mapping[str, Command] = {
    "screening": _screening,
    "refill": _refill,
    "loss-of-effect": _loss_of_effect,
    "mri": _mri,
    "alarms": _alarms,
    "travel": _travel,
    "side-effects": _side_effects,
}
"""The guides by name, in the order of the help."""

SHEETS: Mapping[str, Command] = {"withdrawal": _withdrawal, "overdose": _overdose}
"""The reference sheets by name."""
