"""Side effects laid out for reading: an effect, its routes, the rates of each with population and source."""

from __future__ import annotations

from collections.abc import Iterator

from cisterna.care.side_effects import NOT_PUBLISHED, ROUTES, SideEffects, SideEffectsOnRoute
from cisterna.cli.guide.page import printable, wrapped
from cisterna.evidence import Number

__all__ = ["page"]

_HOW_TO_READ = (
    "How often each side effect occurs, as published. Populations, doses and lengths of observation differ: "
    "compare with care, and do not pool or subtract."
)
_CLOSING = f'"{NOT_PUBLISHED}" means that no rate stands in the evidence; it does not mean never.'


def page(found: SideEffects) -> str:
    """The effects as text."""
    return printable(_lines(found))


def _lines(found: SideEffects) -> Iterator[str]:
    yield "Side effects by route"
    yield from wrapped(_HOW_TO_READ)
    yield ""
    for effect in found.effects:
        yield effect.title
        for route in effect.routes:
            yield from _route(route)
        yield ""
    yield from wrapped(_CLOSING)


def _route(found: SideEffectsOnRoute) -> Iterator[str]:
    words = ROUTES[found.route]
    if not found.rates:
        yield f"  {words}: {NOT_PUBLISHED}"
        return
    yield f"  {words}:"
    for rate in found.rates:
        yield from wrapped(_rate(rate), "    - ", "      ")


def _amount(rate: Number) -> str:
    """A rate with its unit in words where it is one of time: ``0.4 1/y`` is 0.4 a year."""
    return rate.shown().replace(" 1/y", " a year").replace("%/y", "% a year")


def _rate(rate: Number) -> str:
    spread = rate.shown_range() if rate.value is not None else ""
    notes = "; ".join(part for part in (rate.population, spread, rate.note) if part)
    return f"{_amount(rate)}: {rate.text}{f' ({notes})' if notes else ''}. {rate.cited()}"
