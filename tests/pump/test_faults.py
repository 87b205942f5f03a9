"""Each fault: what reaches the patient, what lies outside, what the pump says, and what its end leaves."""

import pytest
from tests.pump.faulty import At, TherapyOf, begun, conditions, daily, fault, fill, own_pump, ran, texts
from tests.pump.known import known

from cisterna.errors import PumpError
from cisterna.instants import US_PER_HOUR, instant_us
from cisterna.pump import PumpRun, refusals, run_pump
from cisterna.therapy.events import Event, Implant, Port, Resume, SingleBolus, Stop
from cisterna.units import Concentration, Duration, Mass, Volume


def tip(run: PumpRun, *instants: object) -> list[float]:
    """The rates at the tip at these instants."""
    return known(run.readings([instant_us(instant) for instant in instants]).tip_mcg_per_h)  # type: ignore[arg-type]


# --- leak and disconnection -----------------------------------------------------------------------------


def test_a_leak_loses_its_share_outside(therapy_of: TherapyOf, at: At) -> None:
    """Of what passes a share goes outside and the rest arrives; count and volume do not know of it."""
    run = ran(therapy_of(*begun(at), fault(at(50), "catheter-leak", 30, at(150))), at(200))
    assert tip(run, at(49), at(50), at(149), at(150)) == pytest.approx([12.5, 8.75, 8.75, 12.5])
    held = run.readings([instant_us(at(50)), instant_us(at(100)), instant_us(at(200))])
    assert held.outside_mcg == pytest.approx((0.0, 50 * 3.75, 100 * 3.75))
    assert held.reservoir_ml == held.true_reservoir_ml
    assert conditions(run) == []
    assert any("catheter leak ended after 100 h" in text for text in texts(run, at(150)))


def test_a_disconnected_pump_delivers_outside(therapy_of: TherapyOf, at: At) -> None:
    """All that is pumped goes outside while the pump notices nothing."""
    run = ran(therapy_of(*begun(at), fault(at(50), "disconnection", None, at(74))), at(100))
    assert tip(run, at(60), at(80)) == pytest.approx([0.0, 12.5])
    held = run.readings([instant_us(at(60)), instant_us(at(100))])
    assert held.state == ("disconnection", "running")
    assert held.outside_mcg[1] == pytest.approx(24 * 12.5)
    assert conditions(run) == []


def test_two_leaks_multiply(therapy_of: TherapyOf, at: At) -> None:
    """A leak beside a disconnection loses all, and when the disconnection ends the leak is still there."""
    events = (fault(at(50), "catheter-leak", 20), fault(at(60), "disconnection", None, at(70)))
    run = ran(therapy_of(*begun(at), *events), at(100))
    assert tip(run, at(55), at(65), at(75)) == pytest.approx([10.0, 0.0, 10.0])


def test_a_new_share_takes_the_place_of_the_old(therapy_of: TherapyOf, at: At) -> None:
    """A leak that becomes larger is one leak."""
    events = (fault(at(50), "catheter-leak", 20), fault(at(60), "catheter-leak", 60))
    run = ran(therapy_of(*begun(at), *events), at(100))
    assert tip(run, at(55), at(65)) == pytest.approx([10.0, 5.0])


# --- stall ----------------------------------------------------------------------------------------------


@pytest.mark.requirement("G6", "F2", "F7")
def test_a_stall_is_alarmed_logged_and_not_made_up(therapy_of: TherapyOf, at: At) -> None:
    """Nothing flows; a critical alarm from its begin to its end; both are told, and the missed dose."""
    run = ran(therapy_of(*begun(at), fault(at(50), "motor-stall", None, at(74))), at(100))
    assert tip(run, at(49), at(50), at(73), at(74)) == pytest.approx([12.5, 0.0, 0.0, 12.5])
    (alarm,) = run.alarms
    assert (alarm.condition.value, alarm.priority.value) == ("motor-stall", "critical")
    assert (alarm.at_us, alarm.cleared_us) == (instant_us(at(50)), instant_us(at(74)))
    assert texts(run, at(50)) == ["motor stall: nothing is delivered; the count of the reservoir goes on"]
    (told,) = texts(run, at(74))
    assert told.startswith(
        "motor stall ended after 24 h: 0 mcg reached the patient where 300 mcg was programmed"
    )
    assert told.endswith("the missed dose of 300 mcg is not made up")
    held = run.readings([instant_us(at(74))])
    assert held.true_reservoir_ml[0] == pytest.approx((held.reservoir_ml[0] or 0) + 0.6)


@pytest.mark.requirement("F4")
@pytest.mark.parametrize(("hours", "is_lost"), [(47.9, False), (48.0, True)])
def test_a_rotor_that_stands_for_48_hours_loses_its_accuracy(
    therapy_of: TherapyOf,
    at: At,
    hours: float,
    is_lost: bool,  # noqa: FBT001 - parametrised
) -> None:
    """Accuracy is not assured after 48 h at rest, also once the rotor turns again."""
    run = ran(therapy_of(*begun(at), fault(at(50), "motor-stall", None, at(50 + hours))), at(200))
    assert (run.last.accuracy_lost_us == instant_us(at(98))) is is_lost
    assert any("accuracy not assured" in text for text in texts(run)) is is_lost


@pytest.mark.requirement("C6", "C7")
@pytest.mark.parametrize("share", [0.0, 0.25, 0.999])
def test_a_stall_ends_a_running_bolus(therapy_of: TherapyOf, at: At, share: float) -> None:
    """What the bolus has left is told once, is not negative, and is not made up when the stall ends."""
    bolus = SingleBolus(at=at(50), dose=Mass(60), over=Duration(2), then="resume")
    stall = fault(at(50 + 2 * share), "motor-stall", None, at(60))
    run = ran(therapy_of(*begun(at), bolus, stall), at(80))
    left = f"single-bolus ended early, {round(0.12 * (1 - share), 4):g} mL of it not delivered: motor-stall"
    assert [text for text in texts(run) if "ended early" in text] == [left]
    delivered = known(run.readings([instant_us(at(50)), instant_us(at(80))]).delivered_mcg)
    assert delivered[1] - delivered[0] == pytest.approx(60 * share + 20 * 12.5)


def test_a_stall_in_the_stall_is_one(therapy_of: TherapyOf, at: At) -> None:
    """Stopped and resumed within a stall, the pump still does not turn."""
    events = (fault(at(50), "motor-stall"), Stop(at=at(60)), Resume(at=at(70)), daily(at(80), 400))
    run = ran(therapy_of(*begun(at), *events), at(100))
    assert tip(run, at(55), at(65), at(75), at(90)) == [0.0, 0.0, 0.0, 0.0]


# --- occlusion ------------------------------------------------------------------------------------------


@pytest.mark.requirement("E12", "D7")
def test_an_occlusion_keeps_the_drug_and_its_end_releases_it(therapy_of: TherapyOf, at: At) -> None:
    """The count goes on, the volume stays but for what is pressed in; on relief that leaves at once."""
    run = ran(therapy_of(*begun(at), fault(at(50), "occlusion", None, at(150))), at(200))
    trapped_ml = 0.1 * 0.34
    held = run.readings([instant_us(at(hour)) for hour in (50, 149, 150)])
    assert tip(run, at(50), at(149), at(151)) == pytest.approx([0.0, 0.0, 12.5])
    assert held.state[1] == "occlusion"
    true_ml = [volume or 0.0 for volume in held.true_reservoir_ml]
    counted_ml = [volume or 0.0 for volume in held.reservoir_ml]
    assert true_ml[0] - true_ml[1] == pytest.approx(trapped_ml)
    assert counted_ml[0] - counted_ml[1] == pytest.approx(99 * 0.025)
    (dose,) = run.delivery.doses
    assert dose.at_us == instant_us(at(150))
    assert dose.amount_mcg == pytest.approx(trapped_ml * 500)
    assert dose.site.level == "T10"
    assert conditions(run) == []
    assert any(
        "0.034 mL under pressure left the catheter at once, 17 mcg" in text for text in texts(run, at(150))
    )


@pytest.mark.requirement("D7", "D6")
def test_more_fluid_than_expected_is_flagged_and_a_blind_rise_told(therapy_of: TherapyOf, at: At) -> None:
    """After an occlusion the refill finds too much; raising the dose without a reason is told as blind."""
    events = (*begun(at), fault(at(50), "occlusion", None, at(650)), fill(at(650), 18))
    run = ran(therapy_of(*events, daily(at(650), 360)), at(700))
    (found,) = (text for text in texts(run, at(650)) if "more than expected" in text)
    assert "possible stall, occlusion or disconnection; do not raise the dose" in found
    assert any(
        text.startswith("CRITICAL: 360 mcg/day was programmed blindly") for text in texts(run, at(650))
    )
    looked = ran(therapy_of(*events, daily(at(650), 360, reason="dye study: catheter open again")), at(700))
    assert not any(text.startswith("CRITICAL") for text in texts(looked))
    lower = ran(therapy_of(*events, daily(at(650), 150)), at(700))
    assert not any(text.startswith("CRITICAL") for text in texts(lower))


def test_how_much_is_trapped_is_a_setting(therapy_of: TherapyOf, at: At) -> None:
    """In a rigid catheter nothing is trapped and nothing is released."""
    events = (*begun(at), fault(at(50), "occlusion", None, at(150)))
    run = ran(therapy_of(*events, parameters={"occlusion_trapped_share": "0 %"}), at(200))
    assert run.delivery.doses == ()
    held = run.readings([instant_us(at(50)), instant_us(at(149))])
    assert held.true_reservoir_ml[0] == held.true_reservoir_ml[1]


def test_what_is_trapped_is_accounted_for(therapy_of: TherapyOf, at: At) -> None:
    """At every instant of an occlusion through which the drug changes, nothing is made or lost."""
    events = (
        *begun(at),
        fault(at(50), "occlusion", None, at(150)),
        fill(at(50.5), 18, concentration=Concentration(2000)),
        daily(at(50.5), 300),
    )
    run = ran(therapy_of(*events), at(300))
    edges = {segment.start_us for stretch in run.stretches for segment in stretch.segments}
    held = run.readings(sorted(edges))
    worst = max(abs(error) for error in held.account_error_mcg())
    assert worst <= 1e-12 * held.injected_mcg[-1]
    (dose,) = run.delivery.doses
    assert dose.amount_mcg == pytest.approx(0.034 * 500)  # the old fluid at the tip is what is pushed out


def test_nobody_gets_through_an_occluded_catheter(therapy_of: TherapyOf, at: At) -> None:
    """Aspiration and injection through the port, and a refill into it, need an open catheter."""
    events = (*begun(at), fault(at(50), "occlusion"))
    (refused,) = refusals(therapy_of(*events, Port(at=at(60), aspirated=Volume(0.5))))
    assert "occluded" in refused.found


# --- the tip --------------------------------------------------------------------------------------------


def test_a_tip_that_moved_delivers_elsewhere(therapy_of: TherapyOf, at: At) -> None:
    """From its instant on the drug enters at the other level; the pump knows nothing of it."""
    run = ran(therapy_of(*begun(at), fault(at(50), "tip-migration", "T4")), at(100))
    sites = [(entry.site.level, entry.start_us) for entry in run.delivery.infusions]
    assert sites[-1] == ("T4", instant_us(at(50)))
    assert {level for level, _ in sites[:-1]} == {"T10"}
    assert conditions(run) == []
    assert "moved from T10 to T4" in texts(run, at(50))[0]


# --- at the fill ----------------------------------------------------------------------------------------


def test_a_wrong_concentration_is_delivered_under_the_old_label(therapy_of: TherapyOf, at: At) -> None:
    """Four times the drug in the syringe: label, flow and programmed dose stay, the tip gives four times."""
    wrong = fault(at(300), "wrong-concentration", Concentration(2000))
    run = ran(therapy_of(*begun(at), fill(at(300), 12.2), wrong), at(400))
    held = run.readings([instant_us(at(299)), instant_us(at(399))])
    assert known(held.programmed_mcg_per_h) == [12.5, 12.5]
    assert known(held.tip_mcg_per_h) == pytest.approx([12.5, 50.0])
    assert held.injected_mcg[1] - held.injected_mcg[0] == pytest.approx(21.4 * 2000)
    assert run.last.label_mcg_per_ml == 500
    assert conditions(run) == []


def test_saline_by_mistake_is_a_wrong_concentration(therapy_of: TherapyOf, at: At) -> None:
    """A true concentration of nothing gives nothing once the old column is gone."""
    wrong = fault(at(300), "wrong-concentration", Concentration(0))
    run = ran(therapy_of(*begun(at), wrong, fill(at(300), 12.2)), at(400))
    assert tip(run, at(299), at(399)) == pytest.approx([12.5, 0.0])


@pytest.mark.requirement("D8")
@pytest.mark.parametrize(
    ("capacity", "lost", "flagged"),
    [(20, 1.0, False), (20, 1.2, True), (40, 1.2, False), (40, 2.1, True)],
)
def test_a_pocket_fill_is_flagged_by_the_size_of_the_pump(
    therapy_of: TherapyOf,
    at: At,
    capacity: int,
    lost: float,
    flagged: bool,  # noqa: FBT001 - parametrised
) -> None:
    """WE62: what is missing above 1 mL (20 mL pump) or 2 mL (40 mL pump) is a possible pocket fill."""
    events = (
        *begun(at),
        fill(at(300), 12.2, injected=Volume(capacity)),
        fault(at(300), "pocket-fill", Volume(lost)),
    )
    run = ran(therapy_of(*events, pump=f"synchromed-ii-{capacity}"), at(400))
    held = run.readings([instant_us(at(300))])
    assert held.outside_mcg[0] == pytest.approx(lost * 500)
    assert held.reservoir_ml[0] == capacity
    assert held.true_reservoir_ml[0] == pytest.approx(capacity - lost)
    assert run.visits[0].shortfall_ml == lost
    assert any("possible pocket fill" in text for text in texts(run, at(300))) is flagged


def test_a_pocket_fill_makes_the_pump_run_dry_early(therapy_of: TherapyOf, at: At) -> None:
    """The pump counts what it was told; dry comes before its alarm."""
    events = (*begun(at), fill(at(300), 12.2), fault(at(300), "pocket-fill", Volume(15)))
    run = ran(therapy_of(*events), at(600))
    (told,) = (entry for entry in run.happenings if "ran dry" in entry.text)
    assert told.at_us == instant_us(at(500))
    assert conditions(run) == []


def test_a_refill_into_the_access_port_is_a_bolus(therapy_of: TherapyOf, at: At) -> None:
    """What goes through the port pushes the catheter's fluid and itself into the patient at once."""
    events = (
        *begun(at), fill(at(300), 12.2, concentration=Concentration(2000)), daily(at(300)),
        fault(at(300), "port-injection", Volume(1.0)),
    )  # fmt: skip
    run = ran(therapy_of(*events), at(400))
    (dose,) = run.delivery.doses
    system = run.last.system
    inside_ml = system.catheter_ml + (system.port_ml or 0.0)
    old_mcg = system.catheter_ml * 500
    assert dose.amount_mcg == pytest.approx(old_mcg + (1.0 - inside_ml) * 2000)
    held = run.readings([instant_us(at(300))])
    assert held.reservoir_ml[0] == 20.0
    assert held.true_reservoir_ml[0] == pytest.approx(19.0)


@pytest.mark.parametrize(
    ("what", "amount"),
    [("wrong-concentration", Concentration(50)), ("pocket-fill", Volume(1)), ("port-injection", Volume(1))],
)
def test_a_mishap_needs_its_fill(therapy_of: TherapyOf, at: At, what: str, amount: object) -> None:
    """What befell a fill is written at its instant; elsewhere, twice, or with an end it is refused."""
    alone = fault(at(300), what, amount)
    (refused,) = refusals(therapy_of(*begun(at), alone))
    assert (refused.where, refused.found) == ("event[4].at", f"{what} without a fill at its instant")
    (refused,) = refusals(therapy_of(*begun(at), fill(at(300), 12), alone, alone))
    assert refused.found == f"{what} twice at one fill"
    (refused,) = refusals(therapy_of(*begun(at), fill(at(300), 12), fault(at(300), what, amount, at(301))))
    assert refused.where == "event[5].until"


def test_not_more_can_miss_the_reservoir_than_was_injected(therapy_of: TherapyOf, at: At) -> None:
    """15 mL into the pocket and 6 mL into the port of 20 mL injected cannot be."""
    mishaps = (fault(at(300), "pocket-fill", Volume(15)), fault(at(300), "port-injection", Volume(6)))
    (refused,) = refusals(therapy_of(*begun(at), fill(at(300), 12), *mishaps))
    assert refused.found == "21 mL beside the reservoir"


# --- resets ---------------------------------------------------------------------------------------------


@pytest.mark.requirement("G2", "F2", "G4")
def test_the_safe_state_is_the_lowest_rate_with_a_critical_alarm(therapy_of: TherapyOf, at: At) -> None:
    """Stop is not safe: the pump runs its lowest rate, alarms, and keeps to it until it is programmed."""
    events = (*begun(at), fault(at(50), "reset", "safe-state"), Stop(at=at(60)))
    run = ran(therapy_of(*events[:-1], daily(at(200))), at(300))
    assert tip(run, at(49), at(51), at(199), at(201)) == pytest.approx([12.5, 0.125, 0.125, 12.5])
    assert run.readings([instant_us(at(100))]).state == ("safe-state",)
    (alarm,) = run.alarms
    assert (alarm.condition.value, alarm.priority.value, alarm.latched) == (
        "critical-memory-error",
        "critical",
        True,
    )
    assert (alarm.at_us, alarm.cleared_us) == (instant_us(at(50)), instant_us(at(200)))
    (refused,) = refusals(therapy_of(*events, Resume(at=at(61))))
    assert refused.found == "a pump that was reset and not read since"


@pytest.mark.requirement("G4")
def test_a_reset_never_resumes_the_old_program_unread(therapy_of: TherapyOf, at: At) -> None:
    """Without a safe state the pump stops; it goes on only once it was read, or is programmed anew."""
    from cisterna.therapy.events import Interrogate  # noqa: PLC0415 - named here to show what it takes

    events = (*begun(at), fault(at(50), "reset", "none"))
    run = ran(therapy_of(*events), at(120))
    assert tip(run, at(51), at(120)) == [0.0, 0.0]
    assert conditions(run) == ["critical-memory-error", "stopped"]
    with pytest.raises(PumpError, match="not read since"):
        run_pump(therapy_of(*events, Resume(at=at(60))), instant_us(at(70)))
    read = ran(therapy_of(*events, Interrogate(at=at(60)), Resume(at=at(60))), at(70))
    assert tip(read, at(61)) == pytest.approx([12.5])
    anew = ran(therapy_of(*events, daily(at(60), 150)), at(70))
    assert tip(anew, at(61)) == pytest.approx([6.25])
    assert anew.last.alarms[-1].cleared_us == instant_us(at(60))


@pytest.mark.requirement("C6")
def test_a_reset_ends_a_bolus(therapy_of: TherapyOf, at: At) -> None:
    """Half of a bolus that a reset ends is not made up."""
    bolus = SingleBolus(at=at(50), dose=Mass(60), over=Duration(2), then="resume")
    run = ran(therapy_of(*begun(at), bolus, fault(at(51), "reset", "safe-state")), at(60))
    assert any("0.06 mL of it not delivered: the pump was reset" in text for text in texts(run, at(51)))


# --- what cannot be -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "key"),
    [
        (("reset", "none", 60), "until"),
        (("tip-migration", "T4", 60), "until"),
    ],
)
def test_what_has_no_end_of_its_own_takes_none(
    therapy_of: TherapyOf, at: At, event: tuple[str, str, float], key: str
) -> None:
    """A reset and a moved tip are ended by what somebody does, which is an event."""
    what, amount, until = event
    (refused,) = refusals(therapy_of(*begun(at), fault(at(50), what, amount, at(until))))
    assert refused.where == f"event[4].{key}"
    assert "leave until out; write" in refused.remedy


def test_a_pump_that_does_not_deliver_cannot_be_reset(therapy_of: TherapyOf, at: At) -> None:
    """Before the first program there is nothing to reset."""
    (refused,) = refusals(therapy_of(fill(at(1)), fault(at(2), "reset", "none")))
    assert "not-programmed" in refused.found


@pytest.mark.requirement("C3")
def test_nothing_runs_backwards(therapy_of: TherapyOf, at: At) -> None:
    """Fluid is never drawn in through the tip: a negative volume is an error, and no rate is below zero."""
    run = ran(therapy_of(*begun(at), fault(at(50), "under-delivery", 100)), at(100))
    with pytest.raises(ValueError, match="cannot push"):
        run.last.column.push(-1e-9, 500.0)
    assert all(
        segment.tip_mcg_per_h >= 0 and segment.flow_ml_per_h >= 0
        for stretch in run.stretches
        for segment in stretch.segments
    )


# --- pumps of other kinds -------------------------------------------------------------------------------


@pytest.mark.requirement("C2")
@pytest.mark.parametrize(
    ("actual", "minutes", "alarms"),
    [(111, 16, True), (110, 16, False), (111, 15, False), (89, 15, True)],
)
def test_a_pump_that_senses_its_flow_alarms(
    implant: Implant,
    at: At,
    actual: int,
    minutes: int,
    alarms: bool,  # noqa: FBT001 - parametrised
) -> None:
    """WE70: 111 for 16 min and 89 for 15 min alarm, 110 for 16 min and 111 for 15 min do not."""
    what = "over-delivery" if actual > 100 else "under-delivery"
    events: tuple[Event, ...] = (*begun(at), fault(at(50), what, abs(actual - 100)))
    run = ran(own_pump(implant, events, senses_flow="yes"), at(50 + minutes / 60))
    assert conditions(run) == (["flow-off"] if alarms else [])
    assert conditions(ran(own_pump(implant, events), at(60))) == []


@pytest.mark.requirement("C2")
def test_the_flow_alarm_ends_with_its_cause(implant: Implant, at: At) -> None:
    """Where the flow is right again the alarm is over."""
    run = ran(
        own_pump(implant, (*begun(at), fault(at(50), "occlusion", None, at(52))), senses_flow="yes"), at(60)
    )
    (alarm,) = run.alarms
    assert alarm.at_us == instant_us(at(50)) + US_PER_HOUR // 4
    assert alarm.cleared_us == instant_us(at(52))


@pytest.mark.requirement("G9")
def test_a_gas_driven_pump_says_what_its_flow_follows(implant: Implant, at: At) -> None:
    """At its first fill, and where its flow is off, pressure and temperature are named, with a source."""
    events = (*begun(at), fault(at(50), "over-delivery", 10))
    run = ran(own_pump(implant, events, driven_by="gas", driven_by_source="maker's page [confirmed]"), at(60))
    (told,) = (entry for entry in run.happenings if entry.text.startswith("driven by gas"))
    assert told.source == "maker's page [confirmed]"
    assert any("look for fever, altitude" in text for text in texts(run, at(50)))
    plain = ran(own_pump(implant, events), at(60))
    assert not any("driven by gas" in text for text in texts(plain))
