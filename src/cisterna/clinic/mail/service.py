"""Making the mails of a day, sending what waits, and what becomes of each; several servers take turns."""

from __future__ import annotations

from datetime import time

from cisterna.clinic.database import Actor, Database, Unit
from cisterna.clinic.due import repository as due
from cisterna.clinic.due.chosen import EVERYTHING
from cisterna.clinic.due.counting import today_of
from cisterna.clinic.due.repository import Span
from cisterna.clinic.due.service import start_of
from cisterna.clinic.mail import repository
from cisterna.clinic.mail.digest import digest
from cisterna.clinic.mail.repository import Mail, MailState
from cisterna.clinic.mail.smtp import NotTakenError, UnknownOutcomeError, hand_over
from cisterna.clinic.settings.site import SiteChoices, site_choices
from cisterna.errors import Fault, InputError
from cisterna.instants import day_text, us_of_hours, utc

__all__ = ["deliver", "is_ready", "make_mails", "send_again"]

_PROGRAM = Actor(name="daily mail")


def is_ready(choices: SiteChoices) -> bool:
    """Whether the site switched the mail on and said from where, to whom and by which server."""
    needed = all(choices.word(name) for name in ("mail_server", "mail_from", "mail_to"))
    return choices.word("mail_digest") == "yes" and needed


def make_mails(unit: Unit, choices: SiteChoices) -> int:
    """Keep the mails of today that were not made yet, from the hour of the site on; how many were made."""
    local = utc(unit.at_us).astimezone(choices.zone)
    if not is_ready(choices) or local.time() < time.fromisoformat(choices.word("mail_at")):
        return 0
    day = local.date().isoformat()
    wanted = [one for one in _addressees(choices) if not repository.has_mail(unit.connection, day, one)]
    if not wanted:
        return 0
    subject, body = _composed(unit, choices)
    made = [
        repository.insert_mail(
            unit.connection,
            Mail(
                day=day, addressee=one, subject=subject, body=body, state=MailState.WAITING.value, tries=0,
                next_us=unit.at_us, fault="", made_us=unit.at_us, sent_us=None,
            ),
        )
        for one in wanted
    ]  # fmt: skip
    unit.audit("make-mail", {"day": day, "mails": sum(made)})
    return sum(made)


def _addressees(choices: SiteChoices) -> tuple[str, ...]:
    parts = (one.strip() for one in choices.word("mail_to").split(","))
    return tuple(dict.fromkeys(one for one in parts if one))


def _composed(unit: Unit, choices: SiteChoices) -> tuple[str, str]:
    today = today_of(choices, unit.at_us)
    span = Span.of(choices, today, start_of(today, choices))
    counted = due.counts(unit.connection, span, EVERYTHING, "")
    return digest(counted, choices, day_text(today))


def deliver(database: Database) -> int:
    """Make what is due to be made and send what waits; how many mails were sent."""
    with database.reading() as connection:
        choices = site_choices(connection)
    if not is_ready(choices):
        return 0
    with database.unit(_PROGRAM) as unit:
        make_mails(unit, choices)
    sent = 0
    while (mail := _claim(database)) is not None:
        sent += _send(database, mail, choices)
    return sent


def _claim(database: Database) -> Mail | None:
    """Take the next mail; it is marked before it is handed over, so that no other server sends it too."""
    with database.unit(_PROGRAM) as unit:
        mail = repository.next_waiting(unit.connection, unit.at_us)
        return mail if mail is not None and repository.claimed(unit.connection, mail) else None


def _send(database: Database, mail: Mail, choices: SiteChoices) -> bool:
    fault, state, pause_us = "", MailState.SENT, 0
    try:
        hand_over(mail, choices)
    except NotTakenError as error:
        fault, state = str(error), MailState.WAITING
        pause_us = us_of_hours(choices.settings.number("mail_retry").in_unit("h"))
    except UnknownOutcomeError as error:
        fault, state = str(error), MailState.SENDING
    with database.unit(_PROGRAM) as unit:
        sent_us = unit.at_us if state is MailState.SENT else None
        repository.set_mail(
            unit.connection, mail, state=state.value, fault=fault, sent_us=sent_us,
            next_us=unit.at_us + pause_us,
        )  # fmt: skip
        unit.audit(
            "send-mail", {"day": mail.day, "state": state.value, "fault": fault}, subject=mail.addressee
        )
    return state is MailState.SENT


def send_again(unit: Unit, day: str, addressee: str) -> None:
    """Let a mail of which nobody knows whether it was sent be sent once more: a person decides.

    Raises :class:`~cisterna.errors.InputError` where it was sent, or waits already.
    """
    found = [
        one
        for one in repository.mails(unit.connection, 10_000)
        if (one.day, one.addressee) == (day, addressee)
    ]
    if not found or found[0].state != MailState.SENDING.value:
        raise InputError(
            Fault(
                where="",
                found="a mail that was sent, or waits",
                allowed="one of which nobody knows whether it was sent",
                remedy="look at the list again",
            )
        )
    repository.set_mail(unit.connection, found[0], state=MailState.WAITING.value, next_us=unit.at_us)
    unit.audit("send-mail-again", {"day": day}, subject=addressee)
