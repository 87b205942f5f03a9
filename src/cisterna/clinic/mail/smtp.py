"""Handing one mail to the site's mail server, and whether it took it."""

from __future__ import annotations

import os
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from hashlib import sha256

from cisterna.clinic.mail.repository import Mail
from cisterna.clinic.settings.site import SiteChoices
from cisterna.errors import CisternaError

__all__ = ["PASSWORD_VARIABLE", "NotTakenError", "UnknownOutcomeError", "hand_over"]

PASSWORD_VARIABLE = "CISTERNA_MAIL_PASSWORD"  # noqa: S105  the name of a variable
"""The environment variable that holds the password of the mail account: no secret stands in the database."""
_TAKEN = 250
_DATA_CODES = range(200, 300)


class NotTakenError(CisternaError):
    """The server did not take the mail: it may be tried again."""


class UnknownOutcomeError(CisternaError):
    """The mail was handed over and no answer came: it may have been sent."""


def message_of(mail: Mail, sender: str) -> EmailMessage:
    """The mail as it is sent; its id is the same at every try, so that a double would be seen."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, mail.addressee, mail.subject
    made["Date"] = formatdate(mail.made_us / 1_000_000)
    key = sha256(f"{mail.day} {mail.addressee}".encode()).hexdigest()[:32]
    made["Message-ID"] = f"<{key}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.body)
    return made


def hand_over(mail: Mail, choices: SiteChoices) -> None:
    """Hand a mail over.

    Raises :class:`NotTakenError` where it certainly was not taken, :class:`UnknownOutcomeError` where nobody
    can know.
    """
    sender = choices.word("mail_from")
    try:
        server = _connected(choices)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotTakenError(_told(error)) from None
    try:
        _addressed(server, sender, mail.addressee)
        _data(server, message_of(mail, sender))
    finally:
        server.close()


def _connected(choices: SiteChoices) -> smtplib.SMTP:
    host, _, port = choices.word("mail_server").rpartition(":")
    patience_s = choices.settings.number("mail_patience").in_unit("s")
    if choices.word("mail_security") == "tls":
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, int(port), timeout=patience_s, context=context)
    else:
        server = smtplib.SMTP(host, int(port), timeout=patience_s)
    server.ehlo_or_helo_if_needed()
    if choices.word("mail_security") == "starttls":
        server.starttls(context=ssl.create_default_context())
        server.ehlo()
    if choices.word("mail_user"):
        server.login(choices.word("mail_user"), os.environ.get(PASSWORD_VARIABLE, ""))
    return server


def _addressed(server: smtplib.SMTP, sender: str, addressee: str) -> None:
    try:
        for code, said in (server.mail(sender), server.rcpt(addressee)):
            if code // 100 != _TAKEN // 100:
                raise NotTakenError(f"{code} {said.decode(errors='replace')[:200]}")
    except (OSError, smtplib.SMTPException) as error:
        raise NotTakenError(_told(error)) from None


def _data(server: smtplib.SMTP, message: EmailMessage) -> None:
    """From here on a silent server may have taken it."""
    try:
        code, said = server.data(message.as_bytes(policy=SMTP))
    except smtplib.SMTPDataError as error:
        raise NotTakenError(_told(error)) from None
    except (OSError, smtplib.SMTPException) as error:
        raise UnknownOutcomeError(_told(error)) from None
    if code not in _DATA_CODES:
        raise NotTakenError(f"{code} {said.decode(errors='replace')[:200]}")


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
