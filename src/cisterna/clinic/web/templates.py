"""The Jinja environment of the clinic's pages.

A template of a slice lies in ``SLICE/templates/`` and is named ``SLICE/NAME.html``; those that every page
shares lie here and have no folder in their name. A name that does not exist is an error, text is escaped,
and every word goes through ``_()`` or ``{% trans %}``. In a text of ``_()`` that has places such as
``%(name)s`` a per cent sign is written twice; one that stands alone is a per cent sign.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from gettext import NullTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from cisterna.clinic.due.serving import VISIT_KINDS
from cisterna.clinic.web import assets
from cisterna.clinic.web.form_labels import labelled, only_label
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
    thousands_told,
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

    def list_templates(self) -> list[str]:
        """The names of all templates."""
        return sorted(_names(files("cisterna.clinic"), ""))


def _names(room: Traversable, slice_name: str) -> Iterator[str]:
    for entry in room.iterdir():
        if entry.name == "templates":
            prefix = "" if slice_name == "web/" else slice_name
            yield from (f"{prefix}{page.name}" for page in entry.iterdir() if page.name.endswith(".html"))
        elif entry.is_dir():
            yield from _names(entry, f"{slice_name}{entry.name}/")


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
        "gettext": _gettext_of(words),
        "asset": assets.address,
        "sprite": assets.sprite(),
        "language": language,
        "event_icons": inlined.EVENT_ICONS,
        "UNKNOWN": wording.UNKNOWN,
        "only_label": partial(only_label, made),
        "name_of": name_of,
        "visit_words": VISIT_KINDS,
    }
    say = Tongue(language)
    made.filters |= _filters(Words(words)) | _filters_of_days(say) | {"told": say.told}
    return made


def render(name: str, /, *, language: str = ENGLISH, **values: Any) -> str:
    """A page as text; every page needs ``shell``, a page about a patient ``banner`` and ``tabs`` too."""
    made = environment(language)
    return made.get_template(name).render(**labelled(made, name, values))


def _gettext_of(words: NullTranslations) -> Callable[..., str]:
    """``_()`` of a language: only a text that is given values is a pattern, so that a label may hold a %."""

    @pass_context
    def said(context: Context, text: str, /, **values: Any) -> str:
        found = words.gettext(text) if text else ""
        plain = Markup(found) if context.eval_ctx.autoescape else found  # noqa: S704  a text of the source
        return plain % values if values else plain.replace("%%", "%")

    return said


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
        "thousands": thousands_told,
        "relative": words.relative,
        "overdue": words.overdue,
        "age": words.age,
    }
