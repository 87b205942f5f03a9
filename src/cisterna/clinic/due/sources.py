"""The numbers that decide about the list, each with its source, as the page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from cisterna.clinic.settings.site import SiteChoices
from cisterna.evidence import Number, builtin_catalogue

__all__ = ["Deciding", "deciding"]

_SETTINGS = ("due_soon", "due_horizon", "due_escalation", "refill_lead_short")
_OVER_DELIVERY = "over_infusion_limit"


@dataclass(frozen=True, kw_only=True)
class Deciding:
    """A number that decides: what it is, as it is shown, from where, and whether the site chose it."""

    name: str
    text: str
    shown: str
    source: str
    status: str
    is_of_the_site: bool


def deciding(choices: SiteChoices) -> tuple[Deciding, ...]:
    """The settings behind the list, then the labelled over-delivery of the pumps of the catalogue."""
    settings = choices.settings
    chosen = tuple(
        _of(settings.number(name), name, is_of_the_site=name in settings.overrides) for name in _SETTINGS
    )
    return (*chosen, *_over_deliveries())


def _over_deliveries() -> tuple[Deciding, ...]:
    """One entry for each published value, with the pumps that have it."""
    catalogue = builtin_catalogue()
    models: dict[Number, list[str]] = {}
    for pump in catalogue.pumps.values():
        if _OVER_DELIVERY in pump.numbers:
            models.setdefault(pump.numbers[_OVER_DELIVERY], []).append(pump.model)
    return tuple(
        _of(number, f"{_OVER_DELIVERY}_{place}", text=f"labelled over-delivery of {', '.join(of)}")
        for place, (number, of) in enumerate(models.items(), start=1)
    )


def _of(number: Number, name: str, *, text: str = "", is_of_the_site: bool = False) -> Deciding:
    return Deciding(
        name=name,
        text=text or number.text,
        shown=_singular(number.shown()),
        source=number.source,
        status=number.status.value,
        is_of_the_site=is_of_the_site,
    )


def _singular(shown: str) -> str:
    """One day is one day.

    >>> _singular("1 days"), _singular("7 days")
    ('1 day', '7 days')
    """
    return shown.removesuffix("s") if shown.startswith("1 ") else shown
