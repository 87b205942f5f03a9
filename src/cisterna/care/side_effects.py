"""Side effects by route, with what is published on how often each occurs.

Nothing is pooled: each rate keeps its population and its source. A route without a rate is "not
published"; a route that an effect does not know (a leak of spinal fluid from a tablet) is left out.

>>> found = published_side_effects()
>>> found.effect("seizures").on("by-mouth").shown
'not published'
>>> [rate.shown() for rate in found.effect("weakness").on("by-mouth").rates]
['5 to 15 %']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cisterna.care.content_reading import Faults, content
from cisterna.errors import EvidenceError, Fault, InputError
from cisterna.evidence import Number, number

__all__ = [
    "ROUTES", "SideEffect", "SideEffects", "SideEffectsOnRoute", "published_side_effects",
    "read_side_effects",
]  # fmt: skip

ROUTES: Mapping[str, str] = {
    "by-mouth": "by mouth",
    "intrathecal": "intrathecal, by a pump",
    "on-the-skin": "on the skin",
}
"""The routes by name, with their words."""

NOT_PUBLISHED = "not published"


@dataclass(frozen=True, kw_only=True)
class SideEffectsOnRoute:
    """What is published on one effect by one route; no rate means that none is published."""

    route: str
    rates: tuple[Number, ...]

    @property
    def published(self) -> bool:
        """Whether any rate is published."""
        return bool(self.rates)

    @property
    def shown(self) -> str:
        """The rates as people read them, or that none is published."""
        return "; ".join(rate.shown() for rate in self.rates) or NOT_PUBLISHED


@dataclass(frozen=True, kw_only=True)
class SideEffect:
    """One effect, by the routes to which it applies."""

    id: str
    title: str
    routes: tuple[SideEffectsOnRoute, ...]

    def on(self, route: str) -> SideEffectsOnRoute:
        """What is published by ``route``; :class:`KeyError` where the effect does not apply to it."""
        for one in self.routes:
            if one.route == route:
                return one
        raise KeyError(route)


@dataclass(frozen=True, kw_only=True)
class SideEffects:
    """All effects, for the routes that were asked for."""

    effects: tuple[SideEffect, ...]
    routes: tuple[str, ...]

    def effect(self, ident: str) -> SideEffect:
        """The effect with that id; :class:`KeyError` where there is none."""
        for one in self.effects:
            if one.id == ident:
                return one
        raise KeyError(ident)

    def facts(self) -> dict[str, object]:
        """The effects as JSON takes them: one section for each route."""
        return {"sections": [self._section(route) for route in self.routes]}

    def _section(self, route: str) -> dict[str, object]:
        effects = [
            (one, one.on(route)) for one in self.effects if any(at.route == route for at in one.routes)
        ]
        rates = [rate for _, at in effects for rate in at.rates]
        return {
            "id": route,
            "title": ROUTES[route],
            "source": "; ".join(dict.fromkeys(rate.source for rate in rates)) or NOT_PUBLISHED,
            "effects": [
                {"id": one.id, "title": one.title, "published": at.published, "shown": at.shown,
                 "rates": [_rate(rate) for rate in at.rates]}
                for one, at in effects
            ],
        }  # fmt: skip


def _rate(rate: Number) -> dict[str, object]:
    return {
        "name": rate.name, "text": rate.text, "value": rate.value, "low": rate.low, "high": rate.high,
        "unit": rate.unit, "population": rate.population or None, "note": rate.note or None,
        "source": rate.source, "status": rate.status.value,
    }  # fmt: skip


@cache
def published_side_effects(route: str | None = None) -> SideEffects:
    """The effects by all routes, or by ``route`` alone.

    Raises :class:`~cisterna.errors.InputError` for a route that is not in :data:`ROUTES`.
    """
    if route is not None and route not in ROUTES:
        raise InputError(
            Fault(where="route", found=f"'{route}'", allowed=", ".join(ROUTES), remedy="choose one of them")
        )
    return read_side_effects(content("side-effects"), tuple(ROUTES) if route is None else (route,))


def read_side_effects(document: Mapping[str, Any], routes: tuple[str, ...]) -> SideEffects:
    """The effects of a parsed file; :class:`~cisterna.errors.EvidenceError` lists every fault of it."""
    faults = Faults("side-effects")
    faults.keys("side-effects", document, {"effect"})
    seen: set[str] = set()
    effects = []
    for place, table in enumerate(document.get("effect", [])):
        where = f"effect[{place}]"
        faults.keys(where, table, {"id", "title", "rates"})
        ident, title = faults.ident(where, table, seen), faults.words(where, table, "title")
        found = tuple(_on_routes(faults, ident or where, table.get("rates", {})))
        here = tuple(one for one in found if one.route in routes)
        if here:
            effects.append(SideEffect(id=ident, title=title, routes=here))
    faults.settle()
    return SideEffects(effects=tuple(effects), routes=routes)


def _on_routes(faults: Faults, where: str, table: Mapping[str, Any]) -> Iterator[SideEffectsOnRoute]:
    if not table:
        faults.add(where, "no route", f"rates by one of {', '.join(ROUTES)}", "write [effect.rates]")
    faults.keys(f"{where}.rates", table, set(ROUTES))
    for route in ROUTES:
        if route not in table:
            continue
        rates = []
        for name in table[route]:
            try:
                rates.append(number(name))
            except EvidenceError as error:
                faults.found.extend(fault.at(f"side-effects: {where}.{route}") for fault in error.faults)
        yield SideEffectsOnRoute(route=route, rates=tuple(rates))
