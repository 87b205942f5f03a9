"""In which language a visitor is answered: by the site's choice, else as the browser asks.

>>> chosen("browser", "fr-CH, de;q=0.9, en;q=0.8"), chosen("browser", ""), chosen("en", "de")
('de', 'en', 'en')
"""

from __future__ import annotations

from cisterna.clinic.settings.site import LANGUAGES
from cisterna.clinic.web.messages import ENGLISH

__all__ = ["LANGUAGES", "chosen"]


def chosen(word: str, accepted: str) -> str:
    """The language by the site's setting and the header ``Accept-Language``; English where neither says."""
    if word in LANGUAGES:
        return word
    return next((each for each in _wanted(accepted) if each in LANGUAGES), ENGLISH)


def _wanted(accepted: str) -> list[str]:
    """The languages of the header, the most wanted first; what cannot be read is left out."""
    weighed = []
    for part in accepted.split(",")[:20]:
        name, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if weight > 0:
            weighed.append((-weight, name.partition("-")[0].lower()))
    return [name for _, name in sorted(weighed, key=lambda each: each[0])]
