"""The daily mail: once a day to each addressee, retried, never lost, never sent twice, and without a name."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from email import message_from_string
from email.policy import default

import pytest
from tests.clinic.conftest import Clock
from tests.clinic.dose.typed import dosed
from tests.clinic.due.laid_out import decided
from tests.clinic.served import RECORDER, add_accounts

from cisterna.clinic.database import Database
from cisterna.clinic.mail.repository import mails
from cisterna.clinic.mail.service import deliver, send_again
from cisterna.clinic.permissions import Role
from cisterna.clinic.record import Identity, add_patient
from cisterna.clinic.settings.site import WORDS, change_setting
from cisterna.errors import InputError


class _Talk(socketserver.StreamRequestHandler):
    """Enough of SMTP to take a mail."""

    def handle(self) -> None:
        taker: Taker = self.server  # type: ignore[assignment]
        self._say("220 taker")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "DATA":
                self._say("354 go on")
                text = b"".join(iter(self.rfile.readline, b".\r\n")).decode()
                if taker.falls_silent:
                    return None
                taker.taken.append(text)
                self._say("250 taken")
            elif verb == "RCPT" and taker.refuses:
                self._say("450 not now")
            elif verb == "QUIT":
                return self._say("221 bye")
            else:
                self._say("250 ok")
        return None

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class Taker(socketserver.ThreadingTCPServer):
    """A mail server on this machine that keeps what it took."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.taken: list[str] = []
        self.refuses = False
        self.falls_silent = False


@pytest.fixture
def taker() -> Iterator[Taker]:
    """A mail server."""
    server = Taker()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def switched_on(database: Database, taker: Taker) -> None:
    """A clinic with one patient whose mail goes to two people."""
    with database.unit(RECORDER) as unit:
        add_patient(unit, Identity(number="DEMO 1", family_name="INVENTED", given_name="Ina"), dosed())
        for name, text in (
            ("mail_server", f"127.0.0.1:{taker.server_address[1]}"), ("mail_security", "none"),
            ("mail_from", "clinic@example.org"), ("mail_to", "a@example.org, b@example.org"),
            ("mail_link", "https://clinic.example.org"), ("mail_at", "07:00"), ("mail_digest", "yes"),
        ):  # fmt: skip
            change_setting(unit, name, text)


def states(database: Database) -> list[tuple[str, int]]:
    """State and tries of each mail."""
    with database.reading() as connection:
        return [(one.state, one.tries) for one in mails(connection, 10)]


def test_it_is_off_until_it_is_switched_on(database: Database) -> None:
    """A new clinic sends nothing."""
    assert deliver(database) == 0
    assert states(database) == []


def test_each_addressee_gets_one_a_day_with_counts_and_links_and_no_name(
    database: Database, taker: Taker, clock: Clock
) -> None:
    """However often a server looks; on the next day another one."""
    switched_on(database, taker)
    assert deliver(database) == 2
    assert deliver(database) == 0
    assert len(taker.taken) == 2
    text = message_from_string(taker.taken[0], policy=default).get_content()
    for words in ("https://clinic.example.org/due?group=now", "Soon: ", "counts only"):
        assert words in text
    for secret in ("INVENTED", "Ina", "DEMO 1"):
        assert secret not in "".join(taker.taken)
    clock.move(days=1)
    assert deliver(database) == 2
    assert len({one.partition("Message-ID: ")[2].partition("\r")[0] for one in taker.taken}) == 4


def test_what_was_decided_and_has_no_day_is_counted_apart(database: Database, taker: Taker) -> None:
    """Neither now nor soon, so that it would be missed: the mail counts it in its own line with a link."""
    switched_on(database, taker)
    with database.unit(RECORDER) as unit:
        for number in ("1", "2"):
            decided(unit, "trial", number)
    deliver(database)
    text = message_from_string(taker.taken[0], policy=default).get_content()
    line = "Screening to be booked, no day set: 2   https://clinic.example.org/due?kind=trial-to-book"
    assert line in text.splitlines()
    assert "Implant to be booked" not in text


def test_a_server_that_is_away_or_refuses_is_tried_again(
    database: Database, taker: Taker, clock: Clock
) -> None:
    """Nothing is lost: after the pause it is sent, once."""
    switched_on(database, taker)
    taker.refuses = True
    assert deliver(database) == 0
    assert states(database) == [("waiting", 1), ("waiting", 1)]
    assert deliver(database) == 0  # its time has not come
    taker.refuses = False
    clock.move(seconds=3600)
    assert deliver(database) == 2
    assert states(database) == [("sent", 2), ("sent", 2)]
    assert len(taker.taken) == 2
    with database.unit(RECORDER) as unit:
        change_setting(unit, "mail_server", "127.0.0.1:1")
    clock.move(days=1)
    assert deliver(database) == 0
    with database.reading() as connection:
        assert "ConnectionRefused" in mails(connection, 1)[0].fault


def test_what_may_have_been_sent_is_sent_again_only_by_a_person(
    database: Database, taker: Taker, clock: Clock
) -> None:
    """A server that fell silent after the text may have taken it."""
    switched_on(database, taker)
    taker.falls_silent = True
    assert deliver(database) == 0
    taker.falls_silent = False
    clock.move(seconds=7200)
    assert deliver(database) == 0
    assert states(database) == [("sending", 1), ("sending", 1)]
    with database.reading() as connection:
        first = mails(connection, 1)[0]
    with database.unit(RECORDER) as unit:
        send_again(unit, first.day, first.addressee)
    assert deliver(database) == 1
    with pytest.raises(InputError), database.unit(RECORDER) as unit:
        send_again(unit, first.day, first.addressee)


def test_two_servers_send_each_mail_once(
    database_address: str, opened: Callable[[str], Database], taker: Taker
) -> None:
    """Both look at the same moment; each mail goes out by one of them."""
    servers = [opened(database_address), opened(database_address)]
    switched_on(servers[0], taker)
    threads = [threading.Thread(target=deliver, args=(one,)) for one in servers * 3]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    deliver(servers[0])
    assert len(taker.taken) == 2
    assert states(servers[1]) == [("sent", 1), ("sent", 1)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mail_server", "mail.example.org"), ("mail_server", "mail.example.org:0"), ("mail_from", "clinic"),
        ("mail_to", "a@example.org,"), ("mail_to", "a@b\r\nBcc: c@d"), ("mail_at", "7"),
        ("mail_security", "ssl"),
        ("mail_link", "ftp://clinic"), ("mail_digest", "on"), ("calendar_feed", "off"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_work_is_refused(name: str, text: str) -> None:
    """Neither a server without a port nor two lines in an address."""
    assert not WORDS[name].is_right(text)


def test_the_outbox_is_the_administrators_and_the_feed_has_a_switch(database: Database, taker: Taker) -> None:
    """It shows what became of each mail; every other role is refused. A feed that is off opens nothing."""
    from starlette.testclient import TestClient  # noqa: PLC0415
    from tests.clinic.visits.conftest import Team  # noqa: PLC0415

    from cisterna.clinic.web.app import create_app  # noqa: PLC0415

    switched_on(database, taker)
    taker.refuses = True
    deliver(database)
    team = Team(database, add_accounts(database), "", create_app(database))
    for role in Role:
        page = team.client(role).get("/administration/mail")
        assert page.status_code == (200 if role is Role.ADMINISTRATOR else 403)
    assert "450 not now" in team.client(Role.ADMINISTRATOR).get("/administration/mail").text
    nurse = team.client(Role.NURSE)
    made = nurse.post("/account/calendar", data={"label": "phone"}).text
    secret = made.partition("/calendar/")[2].partition(".ics")[0]
    anybody = TestClient(team.app)  # type: ignore[arg-type]
    assert anybody.get(f"/calendar/{secret}.ics").status_code == 200
    with database.unit(RECORDER) as unit:
        change_setting(unit, "calendar_feed", "no")
    assert anybody.get(f"/calendar/{secret}.ics").status_code == 404
    assert "switched off" in nurse.get("/account/calendar").text
