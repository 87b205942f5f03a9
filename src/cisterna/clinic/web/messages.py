"""The words of the pages in one catalogue, so that other languages can follow.

Every text of a template goes through ``_()`` or ``{% trans %}``, every text of Python through
:class:`~cisterna.clinic.web.wording.Words`, and both ask one catalogue. The texts in the source are English;
another language is a compiled catalogue ``cisterna.mo`` in ``locale/LANGUAGE/LC_MESSAGES`` beside the
templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations, translation
from importlib.resources import files

__all__ = ["ENGLISH", "catalogue", "marked", "texts_of"]

ENGLISH = "en"
"""The language of the texts in the source."""

_DOMAIN = "cisterna"


def marked(text: str) -> str:
    """The text itself; so the catalogue knows what is translated later, where it is shown.

    >>> marked("Due")
    'Due'
    """
    return text


class _Messages(GNUTranslations):
    """A catalogue that can be read as a whole."""

    def texts(self) -> Mapping[str, str]:
        """Each message that has no plural, with its translation."""
        every: Mapping[object, object] = vars(self)["_catalog"]
        return {key: str(said) for key, said in every.items() if isinstance(key, str) and key}


def texts_of(words: NullTranslations) -> Mapping[str, str]:
    """The messages of a catalogue with their translations; none for English.

    >>> texts_of(catalogue()), texts_of(catalogue("de"))["Refill"]
    ({}, 'Füllung')
    """
    return words.texts() if isinstance(words, _Messages) else {}


@cache
def catalogue(language: str = ENGLISH) -> NullTranslations:
    """The catalogue of a language; raises :class:`OSError` where there is none.

    >>> catalogue().ngettext("%(num)s day", "%(num)s days", 2)
    '%(num)s days'
    """
    if language == ENGLISH:
        return NullTranslations()
    return translation(
        _DOMAIN, str(files("cisterna.clinic.web") / "locale"), languages=[language], class_=_Messages
    )
