"""Programming sessions: what the pump does meanwhile and after, and what nobody knows until it is read."""

import pytest
from tests.pump.faulty import At, TherapyOf, begun, conditions, daily, fault, fill, own_pump, ran, texts
from tests.pump.known import known

from cisterna.errors import PumpError
from cisterna.instants import elapsed_h, instant_us
from cisterna.pump import implanted, refusals, run_pump, step
from cisterna.pump.session import OpensSession
from cisterna.therapy.events import (
    Event,
    Implant,
    Interrogate,
    Program,
    Resume,
    Session,
    SingleBolus,
    Stop,
)
from cisterna.units import DailyDose, Duration, Mass, Volume


def session(at: At, opened: float, closed: float, ended: str, **keys: str) -> Session:
    """A session from one hour to another."""
    return Session(at=at(closed), opened=at(opened), ended=ended, **keys)  # type: ignore[arg-type]


# --- how it ends ----------------------------------------------------------------------------------------


@pytest.mark.requirement("B6")
def test_a_pump_that_stops_for_it_delivers_nothing_meanwhile(therapy_of: TherapyOf, at: At) -> None:
    """From opening to end nothing flows and nothing is counted; then the program runs on, and it is told."""
    run = ran(therapy_of(*begun(at), session(at, 50, 51, "running")), at(60))
    held = run.readings([instant_us(at(hour)) for hour in (49.999, 50, 50.999, 51)])
    assert known(held.tip_mcg_per_h) == pytest.approx([12.5, 0.0, 0.0, 12.5])
    assert held.reservoir_ml[1] == held.reservoir_ml[3]
    assert texts(run, at(51)) == [
        "programming session of 60 min, for which the pump was stopped: nothing was delivered for 60 min"
    ]


@pytest.mark.requirement("B7")
def test_a_program_in_the_session_restarts_the_pump(therapy_of: TherapyOf, at: At) -> None:
    """The pump restarts when the update completes, at its instant, with the new program."""
    run = ran(therapy_of(*begun(at), daily(at(50.5), 360), session(at, 50, 51, "running")), at(60))
    held = run.readings([instant_us(at(hour)) for hour in (50.4, 50.6, 52)])
    assert known(held.tip_mcg_per_h) == pytest.approx([0.0, 15.0, 15.0])
    assert "nothing was delivered for 30 min" in texts(run, at(51))[0]


@pytest.mark.requirement("B6")
def test_stopped_on_purpose_says_by_whom_and_why(therapy_of: TherapyOf, at: At) -> None:
    """The end of such a session leaves the pump stopped, and tells who stopped it and why."""
    ended = session(at, 50, 51, "stopped-on-purpose", by="nurse", reason="infection")
    run = ran(therapy_of(*begun(at), ended), at(60))
    assert run.last.mode == "stopped"
    assert texts(run, at(51))[-1] == "stopped on purpose by nurse, infection"
    nobody = ran(therapy_of(*begun(at), session(at, 50, 51, "stopped-on-purpose")), at(60))
    assert texts(nobody, at(51))[-1] == "stopped on purpose, by whom is not recorded, why is not recorded"


@pytest.mark.requirement("B6", "B7", "B8")
def test_a_session_that_was_not_completed_leaves_the_pump_stopped(therapy_of: TherapyOf, at: At) -> None:
    """What was sent is not taken, not even in part; the stop is told, and critical after 48 h."""
    sent = (daily(at(50.5), 360), SingleBolus(at=at(50.6), dose=Mass(10), over=Duration(1), then="resume"))
    run = ran(therapy_of(*begun(at), *sent, session(at, 50, 51, "not-completed")), at(120))
    assert run.last.mode == "stopped"
    assert run.last.program is not None
    assert run.last.program.daily_dose_mcg() == pytest.approx(300)
    assert conditions(run) == ["stopped"]
    assert run.alarms[0].at_us == instant_us(at(98))
    assert "the program was sent in a session that was not completed" in texts(run, at(50.5))[0]
    assert "the single-bolus was sent" in texts(run, at(50.6))[0]
    assert texts(run, at(51))[-1].startswith("CRITICAL: a programming session was not completed")


@pytest.mark.requirement("B7")
def test_a_pump_that_runs_while_it_is_programmed_goes_on(implant: Implant, at: At) -> None:
    """A device whose property says so keeps its last complete program, and delivers all the while."""
    events = (*begun(at), daily(at(50.5), 360), session(at, 50, 51, "not-completed"))
    run = ran(own_pump(implant, events, while_programming="runs"), at(60))
    held = run.readings([instant_us(at(50.2)), instant_us(at(55))])
    assert known(held.tip_mcg_per_h) == pytest.approx([12.5, 12.5])
    assert "the last complete program runs on" in texts(run, at(51))[-1]


def test_a_pump_of_which_nobody_says_so_needs_the_property(implant: Implant, at: At) -> None:
    """What is not known of a device is not guessed: the session is refused with what is missing."""
    (refused, *_) = refusals(own_pump(implant, (*begun(at), session(at, 50, 51, "running"))))
    assert "no property while_programming" in refused.found
    assert refused.where == "event[4].opened"


def test_a_bolus_ends_where_a_session_opens(therapy_of: TherapyOf, at: At) -> None:
    """A pump that stops for its session ends the bolus too; the program runs on after it."""
    bolus = SingleBolus(at=at(50), dose=Mass(60), over=Duration(2), then="resume")
    run = ran(therapy_of(*begun(at), bolus, session(at, 51, 51.5, "running")), at(60))
    assert any("0.06 mL of it not delivered" in text for text in texts(run, at(51)))
    assert known(run.readings([instant_us(at(55))]).tip_mcg_per_h) == pytest.approx([12.5])


def test_what_happens_at_the_instant_of_opening_happens_in_it(therapy_of: TherapyOf, at: At) -> None:
    """A session of no length with its program is a session; one after another at one instant are two."""
    one = (daily(at(50), 360), session(at, 50, 50, "running"))
    run = ran(therapy_of(*begun(at), *one), at(60))
    assert known(run.readings([instant_us(at(55))]).tip_mcg_per_h) == pytest.approx([15.0])
    two = (session(at, 50, 51, "not-completed"), session(at, 51, 52, "running"))
    run = ran(therapy_of(*begun(at), *two), at(60))
    assert run.last.mode == "running"


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ((("running", 50, 52), ("running", 51, 53)), "a session while another is open"),
    ],
)
def test_one_session_at_a_time(
    therapy_of: TherapyOf, at: At, events: tuple[tuple[str, float, float], ...], found: str
) -> None:
    """Sessions that overlap are refused at the one that opens in the other."""
    sessions = [session(at, opened, closed, ended) for ended, opened, closed in events]
    (refused,) = refusals(therapy_of(*begun(at), *sessions))
    assert refused.found == found
    assert refused.where == "event[5].opened"


def test_a_session_cannot_end_running_without_a_program(therapy_of: TherapyOf, at: At) -> None:
    """There is nothing that could run."""
    (refused,) = refusals(therapy_of(fill(at(1)), session(at, 2, 3, "running")))
    assert refused.where == "event[2].ended"


def test_the_end_of_a_session_needs_its_opening(therapy_of: TherapyOf, at: At, implant: Implant) -> None:
    """Whoever drives the pump step by step gives the opening at its own instant."""
    therapy = therapy_of()
    state = implanted(implant, therapy.catalogue, therapy.settings)
    end = session(at, 0, 0.5, "stopped-on-purpose")
    with pytest.raises(PumpError, match="was not opened"):
        step(step(state, 1_800_000_000).state, [end])
    state = step(state, [OpensSession(at=at(0), session=end)]).state
    assert step(step(state, 1_800_000_000).state, [end]).state.session is None


# --- uncertain ------------------------------------------------------------------------------------------


def uncertain(at: At) -> tuple[Event, ...]:
    """A program of 360 mcg/day was sent, and the pump did not answer."""
    return (*begun(at), daily(at(50), 360), session(at, 49, 50, "uncertain"))


@pytest.mark.requirement("B10")
def test_an_unknown_delivery_is_a_state_and_never_a_zero(therapy_of: TherapyOf, at: At) -> None:
    """From the unanswered session to the reading delivery is None; the account says what it assumes."""
    events = (*uncertain(at), Interrogate(at=at(80), daily_dose=DailyDose(360)))
    run = ran(therapy_of(*events), at(100))
    instants = [instant_us(at(hour)) for hour in (48, 50, 79, 80, 90)]
    held = run.readings(instants)
    for column in (held.tip_mcg_per_h, held.programmed_mcg_per_h, held.flow_ml_per_h, held.delivered_mcg):
        assert [value is None for value in column] == [False, True, True, False, False]
    (unknown,) = run.delivery.unknown
    assert (unknown.start_us, unknown.end_us) == (instants[1], instants[3])
    assert unknown.site.level == "T10"
    assert all(abs(error) < 1e-8 for error in held.account_error_mcg())
    assumed = held.assumed_delivered_mcg
    assert assumed[2] - assumed[1] == pytest.approx(29 * 12.5)  # the last complete program
    assert any("CRITICAL: delivery uncertain" in text for text in texts(run, at(50)))


@pytest.mark.requirement("H6")
@pytest.mark.parametrize(
    ("read", "after", "said"),
    [
        (360.0, 15.0, "it runs 360 mcg/day; what it says outranks"),
        (300.0, 12.5, "it runs its last complete program"),
        (240.0, 10.0, "it runs 240 mcg/day; what it says outranks"),
        (0.0, 0.0, "it is stopped; what it says outranks"),
        (None, 12.5, "its dose not recorded"),
    ],
)
def test_what_is_read_outranks_what_was_believed(
    therapy_of: TherapyOf, at: At, read: float | None, after: float, said: str
) -> None:
    """After a time of doubt the pump runs what it says: the sent, the old, another, or nothing."""
    dose = None if read is None else DailyDose(read)
    run = ran(therapy_of(*uncertain(at), Interrogate(at=at(80), daily_dose=dose)), at(100))
    assert known(run.readings([instant_us(at(90))]).tip_mcg_per_h) == pytest.approx([after])
    assert any(said in text for text in texts(run, at(80)))
    assert run.last.uncertain is None


def test_the_program_that_was_sent_comes_back_as_itself(therapy_of: TherapyOf, at: At) -> None:
    """Where the dose read is that of the program sent, it is that program and not just its dose."""
    sent = Program(at=at(50), mode="minimum-rate")
    events = (
        *begun(at),
        sent,
        session(at, 49, 50, "uncertain"),
        Interrogate(at=at(80), daily_dose=DailyDose(3)),
    )
    run = ran(therapy_of(*events), at(90))
    assert run.last.program is not None
    assert run.last.program.program == sent


def test_a_dose_that_the_pump_cannot_run_is_no_reading(therapy_of: TherapyOf, at: At) -> None:
    """What is read is held against the pump's range as any dose is."""
    (refused,) = refusals(therapy_of(*uncertain(at), Interrogate(at=at(80), daily_dose=DailyDose(10))))
    assert refused.where == "event[6].daily_dose"


def test_programming_again_ends_the_doubt_and_says_that_nobody_read(therapy_of: TherapyOf, at: At) -> None:
    """A program that got through is certain again."""
    run = ran(therapy_of(*uncertain(at), daily(at(80), 240)), at(100))
    assert known(run.readings([instant_us(at(90))]).tip_mcg_per_h) == pytest.approx([10.0])
    assert any("the pump was not read before" in text for text in texts(run, at(80)))
    assert elapsed_h(run.delivery.unknown[0].start_us, run.delivery.unknown[0].end_us) == pytest.approx(30)


def test_other_commands_of_such_a_session_are_not_known_either(therapy_of: TherapyOf, at: At) -> None:
    """Nobody knows whether a stop that was sent was done: the pump is taken to run on, and it is unknown."""
    run = ran(therapy_of(*begun(at), Stop(at=at(50)), session(at, 49, 50, "uncertain")), at(60))
    assert run.readings([instant_us(at(55))]).tip_mcg_per_h == (None,)
    assert run.readings([instant_us(at(55))]).state == ("running",)


# --- reading --------------------------------------------------------------------------------------------


@pytest.mark.requirement("F5")
def test_reading_a_pump_ten_times_changes_nothing(therapy_of: TherapyOf, at: At) -> None:
    """Repeated interrogations make no alarm, move no count and no date."""
    reads = [Interrogate(at=at(700 + hour)) for hour in range(10)]
    read, unread = (ran(therapy_of(*begun(at), *more), at(900)) for more in (reads, ()))
    pairs = list(zip(read.alarms, unread.alarms, strict=True))
    assert all(one.condition is other.condition for one, other in pairs)
    assert all(abs(one.at_us - other.at_us) <= 10 for one, other in pairs)  # of the last drop
    assert read.dates == unread.dates
    assert read.last.reservoir == unread.last.reservoir


@pytest.mark.requirement("H6", "D1")
@pytest.mark.parametrize(
    ("volume", "dose", "said"),
    [
        (19.56, 300.0, 0),
        (18.0, 300.0, 1),
        (19.56, 200.0, 1),
        (18.0, 200.0, 2),
    ],
)
def test_a_reading_that_contradicts_is_told(
    therapy_of: TherapyOf, at: At, volume: float, dose: float, said: int
) -> None:
    """Another volume than computed, or another dose than programmed: the pump outranks what is recorded."""
    read = Interrogate(at=at(6), reservoir=Volume(volume), daily_dose=DailyDose(dose))
    run = ran(therapy_of(*begun(at), read), at(10))
    assert len(texts(run, at(6))) == said
    assert all("what the pump says outranks it" in text for text in texts(run, at(6)))
    assert run.alarms == ()


def test_a_stopped_pump_shows_no_dose(therapy_of: TherapyOf, at: At) -> None:
    """A reading of 0 mcg/day of a stopped pump contradicts nothing."""
    events = (*begun(at), Stop(at=at(5)), Interrogate(at=at(6), daily_dose=DailyDose(0)), Resume(at=at(7)))
    assert texts(ran(therapy_of(*events), at(10)), at(6)) == []


def test_a_reading_ends_what_a_reset_asks_for(therapy_of: TherapyOf, at: At) -> None:
    """Read, the pump may go on; the alarm of the reset stays until it does."""
    events = (*begun(at), fault(at(50), "reset", "none"), Interrogate(at=at(51)))
    therapy = therapy_of(*events)
    run = run_pump(therapy, instant_us(at(60)))
    assert run is not None
    assert run.last.must_be_read is False
    assert run.alarms[0].cleared_us is None
