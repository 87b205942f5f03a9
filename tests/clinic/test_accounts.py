"""People: who gets in, who does not, and for how long."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from sqlalchemy import select, update
from tests.clinic.conftest import Clock

from cisterna.clinic.accounts import (
    Account,
    LogIn,
    Refused,
    account_of,
    add_account,
    begin_totp,
    break_the_glass,
    change_account,
    end_sessions_of,
    finish_totp,
    has_broken_glass,
    log_in,
    no_account_yet,
    second_factor,
    session_of,
    set_password,
)
from cisterna.clinic.accounts.log_in import own_password
from cisterna.clinic.accounts.sessions import OpenSession
from cisterna.clinic.database import Actor, Database
from cisterna.clinic.database.tables import account, audit, session
from cisterna.clinic.permissions import Action, Role, may, roles_of
from cisterna.clinic.settings import SiteChoices, change_setting, site_choices
from cisterna.errors import InputError

PASSWORD = "five invented words here"
CHOICES = SiteChoices()


@pytest.fixture
def kaur(database: Database, nurse: Actor) -> Account:
    """A nurse who can log in."""
    with database.unit(nurse) as unit:
        return add_account(
            unit,
            login="R.Kaur",
            name="R. Kaur (invented)",
            role=Role.NURSE,
            password=PASSWORD,
            must_change=False,
        )


def tried(
    database: Database, login: str = "r.kaur", password: str = PASSWORD, address: str = "a"
) -> LogIn | Refused:
    """One log-in."""
    with database.unit(Actor(name="nobody")) as unit:
        return log_in(unit, login, password, address, CHOICES)


def test_a_log_in_holds_until_it_is_idle_too_long_or_revoked(
    database: Database, kaur: Account, clock: Clock
) -> None:
    """A token opens the account; after 15 min without use, or once revoked, it does not."""
    begun = tried(database)
    assert isinstance(begun, LogIn)
    with database.reading() as connection:
        held = session_of(connection, begun.token, clock(), CHOICES)
        assert held is not None
        assert held.account == kaur
        assert session_of(connection, begun.token, clock() + 15 * 60_000_000 + 1, CHOICES) is None
        assert session_of(connection, begun.token + "x", clock(), CHOICES) is None
        kept = connection.execute(select(session.c.token_hash)).scalar_one()
    assert begun.token not in kept
    with database.unit(kaur.actor) as unit:
        end_sessions_of(unit, kaur.id)
    with database.reading() as connection:
        assert session_of(connection, begun.token, clock(), CHOICES) is None


def test_a_closed_account_is_out_at_once(database: Database, kaur: Account, clock: Clock) -> None:
    """Closing an account ends what is open and refuses the next log-in."""
    begun = tried(database)
    assert isinstance(begun, LogIn)
    with database.unit(kaur.actor) as unit:
        change_account(unit, kaur.id, name=kaur.name, role=kaur.role, active=False)
    with database.reading() as connection:
        assert session_of(connection, begun.token, clock(), CHOICES) is None
    assert isinstance(tried(database), Refused)


@pytest.mark.usefixtures("kaur")
def test_wrong_names_and_wrong_passwords_are_told_alike(database: Database) -> None:
    """Nobody learns from the words who has an account."""
    assert tried(database, password="wrong wrong wrong") == tried(database, login="nobody")


@pytest.mark.usefixtures("kaur")
def test_after_five_failures_the_account_waits_and_then_opens_again(database: Database, clock: Clock) -> None:
    """The sixth try is refused even with the right password; after the window it is let in."""
    for _ in range(5):
        tried(database, password="wrong wrong wrong")
    told = tried(database)
    assert isinstance(told, Refused)
    assert "15 min" in str(told.fault)
    clock.move(seconds=15 * 60 + 1)
    assert isinstance(tried(database), LogIn)


@pytest.mark.usefixtures("kaur")
def test_tries_at_once_are_counted_one_after_another(database: Database) -> None:
    """Twelve wrong passwords sent at one moment: five are looked at, seven wait like any later one."""
    with ThreadPoolExecutor(12) as people:
        answers = list(people.map(lambda n: tried(database, password=f"a guess {n}"), range(12)))
    found = Counter(each.fault.found for each in answers if isinstance(each, Refused))
    assert sorted(found.values()) == [5, 7]
    assert found["too many failed attempts"] == 7


@pytest.mark.usefixtures("kaur")
def test_failures_of_one_address_are_counted_over_all_names(database: Database) -> None:
    """Whoever tries many names from one address must wait; another address gets in."""
    for place in range(30):
        tried(database, login=f"name{place}", address="bad")
    assert isinstance(tried(database, address="bad"), Refused)
    assert isinstance(tried(database, address="good"), LogIn)


@pytest.mark.usefixtures("kaur")
def test_ones_own_success_forgives_no_tries_at_the_passwords_of_others(database: Database) -> None:
    """Who logs in in between must wait all the same: the wrong tries at other names still count."""
    for place in range(29):
        tried(database, login=f"name{place}", address="ward")
    assert isinstance(tried(database, address="ward"), LogIn)
    tried(database, login="name29", address="ward")
    assert isinstance(tried(database, address="ward"), Refused)


@pytest.mark.usefixtures("kaur")
def test_a_ward_that_shares_an_address_is_not_shut_out_by_slips(database: Database) -> None:
    """Thirty slips of somebody who then got in count no more for the address."""
    for _ in range(10):
        for _ in range(3):
            tried(database, password="a slip of the hand", address="ward")
        assert isinstance(tried(database, address="ward"), LogIn)
    assert isinstance(tried(database, address="ward"), LogIn)


def test_wrong_passwords_in_an_open_session_are_attempts(database: Database, kaur: Account) -> None:
    """After five the right one is refused too; a right one before forgives nothing; the audit tells each."""
    found = []
    for typed in (*["wrong wrong wrong"] * 3, PASSWORD, *["wrong wrong wrong"] * 2, PASSWORD):
        with database.unit(kaur.actor) as unit:
            found.append(own_password(unit, kaur, typed, "a", CHOICES, where="now"))
    assert found[3] is None
    assert [fault.where for fault in found if fault is not None] == ["now"] * 6
    assert "too many" in str(found[6])
    assert isinstance(tried(database), Refused)
    with database.reading() as connection:
        told = connection.execute(select(audit.c.action).where(audit.c.subject == kaur.id)).scalars()
        assert list(told).count("password-refused") == 6


def test_the_second_factor_is_asked_and_no_code_works_twice(
    database: Database, kaur: Account, clock: Clock
) -> None:
    """With a second factor the password opens nothing; a code opens once, a wrong one never."""
    with database.unit(kaur.actor) as unit:
        generator = pyotp.TOTP(begin_totp(unit, kaur.id))
        with pytest.raises(InputError, match="code"):
            finish_totp(
                unit, kaur.id, "000000" if generator.at(clock() // 1_000_000) != "000000" else "000001"
            )
        finish_totp(unit, kaur.id, generator.at(clock() // 1_000_000))
    used = generator.at(clock() // 1_000_000)
    begun = tried(database)
    assert isinstance(begun, LogIn)
    assert begun.second_factor_due
    with database.reading() as connection:
        held = session_of(connection, begun.token, clock(), CHOICES)
    assert held is not None
    assert held.second_factor_due
    with database.unit(kaur.actor) as unit:
        assert isinstance(second_factor(unit, held, used, "a", CHOICES), Refused)
    clock.move(seconds=60)
    with database.unit(kaur.actor) as unit:
        done = second_factor(unit, held, generator.at(clock() // 1_000_000), "a", CHOICES)
    assert isinstance(done, LogIn)
    with database.reading() as connection:
        assert session_of(connection, begun.token, clock(), CHOICES) is None
        after = session_of(connection, done.token, clock(), CHOICES)
    assert after is not None
    assert not after.second_factor_due


def test_the_right_password_forgives_no_wrong_code(database: Database, kaur: Account, clock: Clock) -> None:
    """Whoever has the password but not the telephone gets five codes in all, not five for each log-in."""
    with database.unit(kaur.actor) as unit:
        generator = pyotp.TOTP(begin_totp(unit, kaur.id))
        finish_totp(unit, kaur.id, generator.at(clock() // 1_000_000))
    clock.move(seconds=300)
    right = {generator.at(clock() // 1_000_000 + shift) for shift in (-30, 0, 30)}
    wrong = next(code for code in ("000000", "000001", "000002", "000003") if code not in right)
    held: OpenSession | None = None
    for _ in range(5):
        begun = tried(database)
        assert isinstance(begun, LogIn)
        with database.unit(kaur.actor) as unit:
            held = session_of(unit.connection, begun.token, clock(), CHOICES)
            assert held is not None
            assert isinstance(second_factor(unit, held, wrong, "a", CHOICES), Refused)
    refused = tried(database)
    assert isinstance(refused, Refused)
    assert "too many" in refused.fault.found
    assert held is not None
    with database.unit(kaur.actor) as unit:
        now = generator.at(clock() // 1_000_000)
        assert isinstance(second_factor(unit, held, now, "a", CHOICES), Refused)


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaaaaaa", "r.kaur r.kaur r.kaur", "passwordpassword", "x" * 201]
)
def test_passwords_that_are_easily_guessed_are_refused(
    database: Database, kaur: Account, password: str
) -> None:
    """A password is long enough, has more than a few letters, and holds no name of its owner."""
    with database.unit(kaur.actor) as unit, pytest.raises(InputError, match="password"):
        set_password(unit, kaur.id, password, must_change=False)


@pytest.mark.usefixtures("kaur")
def test_no_secret_is_ever_written_down(database: Database) -> None:
    """Neither audit nor account holds a password, and the hash is one of Argon2id."""
    tried(database)
    tried(database, password="wrong wrong wrong")
    with database.reading() as connection:
        kept = json.dumps([list(row) for row in connection.execute(select(audit))], default=str)
        hashed = connection.execute(select(account.c.password_hash)).scalar_one()
    assert PASSWORD not in kept
    assert "wrong wrong wrong" not in kept
    assert hashed.startswith("$argon2id$")


def test_faults_of_an_account_are_all_told_and_a_log_in_name_is_unique(
    database: Database, nurse: Actor
) -> None:
    """One message lists every fault; a second account of one log-in name is refused."""
    with database.unit(nurse) as unit:
        assert no_account_yet(unit.connection)
        with pytest.raises(InputError) as refused:
            add_account(unit, login="?", name=" ", role=Role.NURSE, password="x", must_change=True)
        assert [fault.where for fault in refused.value.faults] == ["login", "name", "password"]
        add_account(unit, login="one", name="One", role=Role.NURSE, password=PASSWORD, must_change=True)
        with pytest.raises(InputError, match="another account"):
            add_account(unit, login="ONE", name="Two", role=Role.NURSE, password=PASSWORD, must_change=True)
        assert not no_account_yet(unit.connection)


def test_the_last_administrator_stays(database: Database, nurse: Actor) -> None:
    """The last open administrator can be neither closed nor made something else."""
    with database.unit(nurse) as unit:
        held = add_account(
            unit, login="admin", name="Ad Min", role=Role.ADMINISTRATOR, password=PASSWORD, must_change=False
        )
        for role, active in ((Role.NURSE, True), (Role.ADMINISTRATOR, False)):
            with pytest.raises(InputError, match="last administrator"):
                change_account(unit, held.id, name=held.name, role=role, active=active)
        assert account_of(unit.connection, held.id) == held


def test_an_administrator_without_a_password_is_no_other_one(database: Database, nurse: Actor) -> None:
    """The account of an archive cannot log in, so that it does not let the last who can be closed."""
    with database.unit(nurse) as unit:
        held, brought = (
            add_account(
                unit, login=login, name=f"{login} Min", role=Role.ADMINISTRATOR, password=PASSWORD,
                must_change=False,
            )
            for login in ("admin", "brought")
        )  # fmt: skip
        unit.connection.execute(update(account).where(account.c.id == brought.id).values(password_hash=""))
        with pytest.raises(InputError, match="last administrator"):
            change_account(unit, held.id, name=held.name, role=Role.ADMINISTRATOR, active=False)
        change_account(unit, brought.id, name=brought.name, role=Role.ADMINISTRATOR, active=False)


def test_settings_have_published_defaults_and_refuse_what_is_none(database: Database, nurse: Actor) -> None:
    """A setting holds from its change on, goes back to its default, and is audited; nonsense is refused."""
    with database.unit(nurse) as unit:
        assert site_choices(unit.connection).settings.value("refill_lead_short", "days") == 7
        change_setting(unit, "refill_lead_short", "5 days")
        change_setting(unit, "refill_cap", "120 days")
        choices = site_choices(unit.connection)
        assert choices.settings.value("refill_lead_short", "days") == 5
        assert choices.refill_cap_days == 120
        change_setting(unit, "refill_lead_short", None)
        assert site_choices(unit.connection).settings.value("refill_lead_short", "days") == 7
        wrong = {
            "refill_lead_short": "5",
            "nothing": "1 d",
            "zone": "Mars",
            "refill_cap": "0 days",
            "limits": "?",
            "idle_log_off": "0 min",
            "log_in_attempts": "0 count",
        }
        caps = {"refill_cap": "9" * 400 + " days"}, {"refill_cap": "\u00b2 days"}
        for name, text in (pair for each in (wrong, *caps) for pair in each.items()):
            with pytest.raises(InputError):
                change_setting(unit, name, text)


def test_glass_is_broken_with_a_reason_and_for_an_hour(
    database: Database, kaur: Account, clock: Clock
) -> None:
    """Emergency access needs words, is in the audit, and ends."""
    from cisterna.clinic.database.hashing import FIRST  # noqa: PLC0415
    from cisterna.clinic.record.identity import Identity  # noqa: PLC0415
    from cisterna.clinic.record.repository import insert_patient  # noqa: PLC0415

    who = Identity(number="1", family_name="INVENTED", given_name="I")
    with database.unit(kaur.actor) as unit:
        insert_patient(unit.connection, "p", who.columns(), FIRST, unit.at_us)
        with pytest.raises(InputError, match="reason"):
            break_the_glass(unit, "p", "  ", CHOICES)
        break_the_glass(unit, "p", "found unconscious at school", CHOICES)
    with database.reading() as connection:
        assert has_broken_glass(connection, kaur.id, "p", clock())
        assert not has_broken_glass(connection, kaur.id, "q", clock())
        assert not has_broken_glass(connection, kaur.id, "p", clock() + 3_600_000_000)
        assert "unconscious" in (connection.execute(
            select(audit.c.detail).where(audit.c.action == "break-glass")).scalar() or "")  # fmt: skip


def test_every_action_has_somebody_and_emergency_readers_change_nothing() -> None:
    """No action is forgotten in the table; a reader in an emergency may read, break the glass and log out."""
    assert all(roles_of(action) for action in Action)
    allowed = {action for action in Action if may(Role.EMERGENCY_READER, action)}
    assert allowed == {
        Action.OWN_ACCOUNT,
        Action.SEE_SHEETS,
        Action.FIND_PATIENT,
        Action.BREAK_GLASS,
        Action.SEE_EMERGENCY_VIEW,
    }
