"""What holds for the text of every form: it can be read and kept, and is not too long.

A form that does not hold to it is shown again by :func:`put_right`: the faulty fields with what is wrong,
everything else as it was typed. It stands before every route, so that no route needs to think of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import FormData

from cisterna.clinic.plain_text import unseen_fault, without_unseen
from cisterna.clinic.web.form_state import FormState
from cisterna.errors import Fault, InputError

__all__ = ["FormTextError", "Refilled", "Sent", "SentText", "refilled", "refused_fields"]

LONGEST = 10_000
"""Characters in any field; many fields allow less."""

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_NEVER_SHOWN = {"now", "again"}
_LINE = 100


class FormTextError(InputError):
    """A form whose text cannot be kept; ``sent`` is what was typed."""

    def __init__(self, sent: FormData, *faults: Fault) -> None:
        super().__init__(*faults)
        self.sent = sent


@dataclass(frozen=True)
class SentText:
    """The form of a request and what is wrong with its text."""

    form: FormData
    faults: tuple[Fault, ...] = ()

    def check(self) -> None:
        """Raise :class:`FormTextError` where anything is wrong."""
        if self.faults:
            raise FormTextError(self.form, *self.faults)


async def _sent(request: Request) -> SentText:
    if request.method != "POST" or not request.headers.get("content-type", "").startswith(_FORMS):
        return SentText(FormData())
    form = await request.form()
    return SentText(form, tuple(_faults(form)))


Sent = Annotated[SentText, Depends(_sent)]
"""The text of the form that a route was sent."""


def _faults(form: FormData) -> Iterator[Fault]:
    for name, text in form.multi_items():
        if isinstance(text, str):
            fault = unseen_fault(text, name) or _length_fault(text, name, LONGEST)
            if fault is not None:
                yield fault


def _length_fault(text: str, name: str, most: int) -> Fault | None:
    if len(text) <= most:
        return None
    return Fault(
        where=name,
        found=f"{len(text):,} characters",
        allowed=f"at most {most:,} characters",
        remedy="write less here",
    )


def refused_fields(error: RequestValidationError) -> FormTextError | None:
    """What a route says of a form whose fields it does not take; ``None`` where no form was sent."""
    if not isinstance(error.body, FormData):
        return None
    fields = (each for each in error.errors() if each["loc"][0] == "body" and len(each["loc"]) > 1)
    faults = tuple(_told(each) for each in fields)
    return FormTextError(error.body, *faults) if faults else None


def _told(each: Mapping[str, Any]) -> Fault:
    name = str(each["loc"][1])
    too_long = each["type"] == "string_too_long"
    fault = _length_fault(each["input"], name, each["ctx"]["max_length"]) if too_long else None
    return fault or Fault(
        where=name,
        found="something that does not belong here",
        allowed="what the page itself sends",
        remedy="open the page again and fill in the form",
    )


@dataclass(frozen=True, kw_only=True)
class Refilled:
    """A form to be shown again: what is ``wrong``, passwords and files to give anew, the rest ``kept``."""

    form: FormState
    wrong: tuple[tuple[str, bool], ...]
    """Name of each faulty field, and whether it needs several lines."""
    passwords: tuple[str, ...]
    files: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]


def refilled(error: FormTextError) -> Refilled:
    """The form of ``error`` with everything that was typed; no password is sent back."""
    at_fault = {fault.where for fault in error.faults}
    texts = [(name, without_unseen(text)) for name, text in error.sent.multi_items() if isinstance(text, str)]
    shown = [(name, text) for name, text in texts if not _is_password(name)]
    return Refilled(
        form=FormState(dict(shown), error.faults, {name: _label(name) for name, _ in texts}),
        wrong=tuple((name, _is_long(text)) for name, text in dict(shown).items() if name in at_fault),
        passwords=_once(name for name, _ in texts if _is_password(name)),
        files=_once(name for name, text in error.sent.multi_items() if not isinstance(text, str)),
        kept=tuple((name, text) for name, text in shown if name not in at_fault),
    )


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _is_password(name: str) -> bool:
    return "password" in name or name in _NEVER_SHOWN


def _is_long(text: str) -> bool:
    return len(text) > _LINE or "\n" in text


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()
