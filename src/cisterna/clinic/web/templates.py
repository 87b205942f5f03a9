"""The Jinja environment of the clinic's pages.

A template of a slice lies in ``SLICE/templates/`` and is named ``SLICE/NAME.html``; those that every page
shares lie here and have no folder in their name. A name that does not exist is an error, text is escaped,
and every word goes through ``_()`` or ``{% trans %}``. In ``_()`` a per cent sign is written twice.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound

from cisterna.clinic.web import assets
from cisterna.clinic.web.messages import ENGLISH, catalogue
from cisterna.clinic.web.tongue import Tongue
from cisterna.clinic.web.wording import (
    Words,
    clock_of,
    day_of,
    day_short,
    grade_words,
    instant_of,
    local_instant_of,
    name_of,
    options_of,
    signed,
    weekday_short,
)
from cisterna.report import inlined, wording

__all__ = ["environment", "render"]


class _SliceLoader(BaseLoader):
    """Templates out of the package: ``base.html`` is the web room's, ``due/list.html`` that of a slice."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        _ = environment
        folder, _, name = template.rpartition("/")
        path = files("cisterna.clinic").joinpath(folder or "web", "templates", name)
        if ".." in template or not path.is_file():
            raise TemplateNotFound(template)
        return path.read_text("utf-8"), str(path), lambda: True


@cache
def environment(language: str = ENGLISH) -> Environment:
    """Templates in one language, with the filters for numbers, dates and names."""
    made = Environment(
        loader=_SliceLoader(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    words = catalogue(language)
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {
        "asset": assets.address,
        "sprite": assets.sprite(),
        "language": language,
        "event_icons": inlined.EVENT_ICONS,
        "UNKNOWN": wording.UNKNOWN,
        "name_of": name_of,
    }
    made.filters |= _filters(Words(words)) | _filters_of_days(Tongue(language))
    return made


def render(name: str, /, *, language: str = ENGLISH, **values: Any) -> str:
    """A page as text; every page needs ``shell``, a page about a patient ``banner`` and ``tabs`` too."""
    return environment(language).get_template(name).render(**values)


def _filters_of_days(say: Tongue) -> dict[str, Callable[..., Any]]:
    """How the language writes days; numbers stay as fields take them, with a point."""
    if say.language == ENGLISH:
        return {}
    return {
        "day": say.day,
        "day_short": say.day_short,
        "weekday_short": say.weekday_short,
        "instant": say.instant,
        "local_instant": say.local_instant,
    }


def _filters(words: Words) -> dict[str, Callable[..., Any]]:
    return {
        "significant": wording.significant,
        "exact": wording.exact,
        "amount": wording.amount,
        "signed": signed,
        "day": day_of,
        "day_short": day_short,
        "weekday_short": weekday_short,
        "instant": instant_of,
        "local_instant": local_instant_of,
        "options": options_of,
        "clock": clock_of,
        "kind_words": wording.kind_words,
        "grade_words": grade_words,
        "relative": words.relative,
        "overdue": words.overdue,
        "age": words.age,
    }
