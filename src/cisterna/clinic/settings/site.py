"""The choices of a site, as they hold now, and changing one.

A choice is a settable number of the evidence, under the number's own name, or one of :data:`WORDS`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import Connection, delete, insert, select, update

from cisterna.clinic.database import Unit
from cisterna.clinic.database.tables import instance, setting
from cisterna.clinic.settings.groups import GROUPS
from cisterna.errors import EvidenceError, Fault, InputError
from cisterna.evidence import Settings, number
from cisterna.evidence.numbers import names
from cisterna.limits.site import SiteSettings

__all__ = ["DEVICES_FOLDER", "LANGUAGES", "WORDS", "SiteChoices", "Word", "change_setting", "site_choices"]

LANGUAGES = ("en", "de")
"""The languages of pages and papers, by code; the texts in the source are English."""

DEVICES_FOLDER = "devices_folder"
"""The name under which the database keeps the folder of the site's own device files."""


@dataclass(frozen=True, kw_only=True)
class Word:
    """A choice that is no published number: what it is, what it is where nobody chose, and what it may be."""

    text: str
    default: str
    allowed: str
    is_right: Callable[[str], bool]


def _yes_or_no(text: str) -> bool:
    return text in {"yes", "no"}


_DIGITS_OF_DAYS = 4
"""More than 9999 days is no time between refills."""


def _days_or_none(text: str) -> bool:
    number, _, unit = text.partition(" ")
    is_count = number.isascii() and number.isdigit() and len(number) <= _DIGITS_OF_DAYS
    return text == "none" or (unit in {"day", "days"} and is_count and int(number) > 0)


_ADDRESS = re.compile(r"[^\s@,<>\"]+@[^\s@,<>\"]+")
_SERVER = re.compile(r"[A-Za-z0-9._-]+:([1-9][0-9]{0,4})")
_LONGEST_WORDS = 1000


def _server(text: str) -> bool:
    match = _SERVER.fullmatch(text)
    return text == "" or (match is not None and int(match[1]) < 1 << 16)


def _addresses(text: str) -> bool:
    parts = [one.strip() for one in text.split(",")] if text else []
    return len(text) <= _LONGEST_WORDS and all(_ADDRESS.fullmatch(one) for one in parts)


def _limits(text: str) -> bool:
    try:
        SiteSettings.of(tomllib.loads(text))
    except (ValueError, InputError):
        return not text.strip()
    return True


WORDS: Mapping[str, Word] = {
    "site_name": Word(
        text="the name of the service, as it stands on pages and prints",
        default="",
        allowed="at most 200 characters",
        is_right=lambda text: len(text) <= 200,
    ),
    "site_telephone": Word(
        text="the telephone of the service, as it stands on prints",
        default="",
        allowed="at most 200 characters",
        is_right=lambda text: len(text) <= 200,
    ),
    "zone": Word(
        text="the time zone of the site",
        default="UTC",
        allowed="the name of a time zone, such as Europe/Madrid",
        is_right=lambda text: text in available_timezones(),
    ),
    "language": Word(
        text="the language of pages and papers: one for all, or the one that each browser asks for",
        default="browser",
        allowed=f"browser, {' or '.join(LANGUAGES)}",
        is_right=lambda text: text in {"browser", *LANGUAGES},
    ),
    "refill_cap": Word(
        text="the longest time between refills; no cap is published",
        default="none",
        allowed="a number of days, such as '120 days', or 'none'",
        is_right=_days_or_none,
    ),
    "worst_case_drives": Word(
        text="whether a pump at its labelled over-infusion decides about the refill date",
        default="no",
        allowed="yes or no",
        is_right=_yes_or_no,
    ),
    "second_factor": Word(
        text="whether every account needs a second factor",
        default="no",
        allowed="yes or no",
        is_right=_yes_or_no,
    ),
    "calendar_shows": Word(
        text="what a calendar feed says of a patient beside the kind of visit; phones show it to bystanders",
        default="number",
        allowed="number (the hospital's), initials, or nobody",
        is_right=lambda text: text in {"number", "initials", "nobody"},
    ),
    "calendar_feed": Word(
        text="whether calendars may subscribe to what is due; off, every link opens nothing",
        default="yes",
        allowed="yes or no",
        is_right=_yes_or_no,
    ),
    "mail_digest": Word(
        text="whether a mail tells once a day how much is due: counts and links, no names",
        default="no",
        allowed="yes or no",
        is_right=_yes_or_no,
    ),
    "mail_at": Word(
        text="from when on the daily mail is sent, at the site",
        default="07:00",
        allowed="a time such as 07:00",
        is_right=lambda text: re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text) is not None,
    ),
    "mail_to": Word(
        text="to whom the daily mail goes",
        default="",
        allowed="mail addresses with a comma between",
        is_right=_addresses,
    ),
    "mail_from": Word(
        text="from which address the daily mail comes",
        default="",
        allowed="one mail address",
        is_right=lambda text: text == "" or _ADDRESS.fullmatch(text) is not None,
    ),
    "mail_server": Word(
        text="the mail server of the site",
        default="",
        allowed="host and port, such as mail.hospital.example:587",
        is_right=_server,
    ),
    "mail_security": Word(
        text="how the connection to the mail server is kept secret",
        default="starttls",
        allowed="starttls, tls or none",
        is_right=lambda text: text in {"starttls", "tls", "none"},
    ),
    "mail_user": Word(
        text="the account at the mail server; its password stands in CISTERNA_MAIL_PASSWORD, not here",
        default="",
        allowed="at most 200 characters",
        is_right=lambda text: len(text) <= 200 and text.isprintable(),
    ),
    "mail_link": Word(
        text="the address of the clinic as people type it, for the links of the mail",
        default="",
        allowed="https://... or http://...",
        is_right=lambda text: text == "" or re.fullmatch(r"https?://[^\s]{1,200}", text) is not None,
    ),
    "limits": Word(
        text="the site's own bounds of dose, rate and bolus for each drug and concentration (TOML)",
        default="",
        allowed="a file of site limits, as 'cisterna judge --site' reads it",
        is_right=_limits,
    ),
}
"""Choices that are no published numbers, by name."""


@dataclass(frozen=True, kw_only=True)
class SiteChoices:
    """Everything that a site chose; what it did not choose has its published default.

    ``parameters`` are texts by the names of evidence numbers, ``words`` those of :data:`WORDS`.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    devices_folder: Path = Path()

    @cached_property
    def settings(self) -> Settings:
        """The evidence with the site's numbers laid over it."""
        return Settings.of(self.parameters)

    def word(self, name: str) -> str:
        """A choice of :data:`WORDS`."""
        return self.words.get(name, WORDS[name].default)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the site."""
        return ZoneInfo(self.word("zone"))

    @property
    def refill_cap_days(self) -> float | None:
        """The longest time between refills, where the site set one."""
        text = self.word("refill_cap")
        return None if text == "none" else float(text.split()[0])

    @property
    def worst_case_drives(self) -> bool:
        """Whether the worst case within the labelled accuracy decides about the refill."""
        return self.word("worst_case_drives") == "yes"

    @cached_property
    def limits(self) -> SiteSettings:
        """The site's own bounds."""
        text = self.word("limits")
        return SiteSettings.of(tomllib.loads(text)) if text.strip() else SiteSettings()


def site_choices(connection: Connection) -> SiteChoices:
    """The choices as they stand in the database."""
    chosen = {row.name: row.value for row in connection.execute(select(setting))}
    folder = connection.execute(select(instance.c.value).where(instance.c.name == DEVICES_FOLDER)).scalar()
    return SiteChoices(
        parameters={name: text for name, text in chosen.items() if name not in WORDS},
        words={name: text for name, text in chosen.items() if name in WORDS},
        devices_folder=Path(folder or ""),
    )


def zone_names() -> tuple[str, ...]:
    """The time zones that a person chooses from: those of a place, and UTC."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


def change_setting(unit: Unit, name: str, text: str | None) -> None:
    """Choose ``text`` for ``name``, or go back to the published default with ``None``.

    Raises :class:`~cisterna.errors.InputError` for a name or a text that is not allowed.
    """
    if text is not None:
        _check(name, text)
    old = unit.connection.execute(select(setting.c.value).where(setting.c.name == name)).scalar()
    if old == text:
        return
    if text is None:
        unit.connection.execute(delete(setting).where(setting.c.name == name))
    elif old is None:
        unit.connection.execute(
            insert(setting).values(name=name, value=text, set_us=unit.at_us, set_by=unit.actor.name)
        )
    else:
        unit.connection.execute(
            update(setting)
            .where(setting.c.name == name)
            .values(value=text, set_us=unit.at_us, set_by=unit.actor.name)
        )
    unit.audit("change-setting", {"old": old, "new": text}, subject=name)


def _check(name: str, text: str) -> None:
    word = WORDS.get(name)
    if word is None:
        if name not in names():
            raise InputError(
                Fault(
                    where=name,
                    found="a setting that does not exist",
                    allowed="a setting of the list",
                    remedy="choose one of the page",
                )
            )
        try:
            chosen = Settings.of({name: text}).number(name)
        except EvidenceError as error:
            raise InputError(*(fault.at(name) for fault in error.faults)) from None
        if name in GROUPS["Log-in"] and not chosen.value:
            raise InputError(
                Fault(
                    where=name,
                    found=f"'{text}', with which nobody could log in any more",
                    allowed="more than nothing",
                    remedy=f"write a large one to be rid of a limit; published is {number(name).shown()}",
                )
            )
    elif not word.is_right(text):
        raise InputError(
            Fault(where=name, found=f"'{text}'", allowed=word.allowed, remedy="write one of these")
        )
