"""The design tokens of ``assets/tokens.css``, read for figures that are drawn outside a browser."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

__all__ = ["colour", "concentration_ceiling_ng_per_ml", "concentration_colours", "concentration_stops"]

_BLOCK = re.compile(r"(?P<selectors>[^{}]+)\{(?P<body>[^{}]*)\}")
_DECLARATION = re.compile(r"--(?P<name>[a-z0-9-]+):\s*(?P<value>[^;]+);")


@cache
def _light_tokens() -> dict[str, str]:
    css = (files("cisterna.report") / "assets" / "tokens.css").read_text("utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    tokens: dict[str, str] = {}
    for block in _BLOCK.finditer(css):
        if ":root" in block["selectors"]:
            tokens |= {
                found["name"]: found["value"].strip() for found in _DECLARATION.finditer(block["body"])
            }
    return tokens


def colour(token: str) -> str:
    """The colour of a token on a light page, as ``#rrggbb``.

    >>> colour("legs")
    '#005f6b'
    """
    return _light_tokens()[token]


def concentration_stops() -> tuple[float, ...]:
    """Where the colours of concentration stand, on sqrt(concentration / ceiling), from 0 to 1."""
    return tuple(float(stop) for stop in _light_tokens()["concentration-stops"].split(","))


def concentration_colours() -> tuple[str, ...]:
    """The colours of concentration from low to high, one for each stop."""
    return tuple(colour(f"concentration-{place}") for place in range(len(concentration_stops())))


def concentration_ceiling_ng_per_ml() -> float:
    """The concentration in ng/mL that has the last colour of the scale."""
    return float(_light_tokens()["concentration-ceiling-ng-per-ml"])
