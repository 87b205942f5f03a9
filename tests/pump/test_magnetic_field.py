"""A scan: what stands still, what goes on by itself, and what does not until the pump is read."""

import pytest
from tests.pump.faulty import At, TherapyOf, begun, conditions, daily, fill, own_pump, ran, texts
from tests.pump.known import known

from cisterna.instants import instant_us
from cisterna.therapy.events import Alarm, Explant, Implant, Interrogate, Mri, SingleBolus
from cisterna.units import Concentration, Duration, Mass


def scan(at: At, begin: float, end: float, *, resumed: bool | None = None) -> Mri:
    """A scan from one hour to another."""
    return Mri(at=at(begin), field="1.5 T", until=at(end), resumed=resumed)


def test_the_rotor_stops_in_the_field_and_resumes(therapy_of: TherapyOf, at: At) -> None:
    """Nothing is delivered in the field, the rest as programmed; the missed dose is told."""
    run = ran(therapy_of(*begun(at), scan(at, 50, 51)), at(60))
    held = run.readings([instant_us(at(hour)) for hour in (49.9, 50, 50.9, 51)])
    assert known(held.tip_mcg_per_h) == pytest.approx([12.5, 0.0, 0.0, 12.5])
    assert held.state[1] == "magnetic-field"
    assert conditions(run) == []
    assert any(
        "turns again by itself after 1 h; the missed dose of 12.5 mcg" in text for text in texts(run, at(51))
    )
    assert all("tga.gov.au" in entry.source for entry in run.happenings if entry.at_us == instant_us(at(50)))


@pytest.mark.requirement("G5")
def test_with_an_alarm_sounding_it_does_not_resume_until_it_is_read(therapy_of: TherapyOf, at: At) -> None:
    """The low alarm sounds in the field: the pump stays still and silent, told as the open conflict it is."""
    events = (*begun(at), scan(at, 740, 741))
    run = ran(therapy_of(*events), at(780))
    assert known(run.readings([instant_us(at(780))]).tip_mcg_per_h) == [0.0]
    assert conditions(run) == ["low-reservoir"]
    (critical,) = (text for text in texts(run, at(740)) if text.startswith("CRITICAL"))
    assert "the low reservoir alarm was sounding" in critical
    assert "a pump should resume by itself also when an alarm was sounding, or alarm" in critical
    read = ran(therapy_of(*events, Interrogate(at=at(750))), at(780))
    assert known(read.readings([instant_us(at(751))]).tip_mcg_per_h) == pytest.approx([12.5])
    assert any("missed dose of 125 mcg" in text for text in texts(read, at(750)))


def test_a_muted_alarm_does_not_sound_in_the_field(therapy_of: TherapyOf, at: At) -> None:
    """What is muted when the field comes does not hold the pump."""
    mute = Alarm(at=at(740), condition="low-reservoir", mute=Duration(1 / 6))
    run = ran(therapy_of(*begun(at), mute, scan(at, 740.1, 741)), at(760))
    assert known(run.readings([instant_us(at(742))]).tip_mcg_per_h) == pytest.approx([12.5])


@pytest.mark.parametrize(("resumed", "rate"), [(True, 12.5), (False, 0.0)])
def test_what_was_recorded_outranks_what_is_expected(
    therapy_of: TherapyOf,
    at: At,
    resumed: bool,  # noqa: FBT001 - parametrised
    rate: float,
) -> None:
    """A pump seen to resume has resumed although an alarm sounded; one seen not to has not."""
    begin = 740 if resumed else 50
    run = ran(therapy_of(*begun(at), scan(at, begin, begin + 1, resumed=resumed)), at(begin + 10))
    assert known(run.readings([instant_us(at(begin + 5))]).tip_mcg_per_h) == pytest.approx([rate])
    assert any(text.startswith("CRITICAL") for text in texts(run)) is not resumed


@pytest.mark.requirement("F4")
def test_two_days_in_a_stall_after_the_field_lose_the_accuracy(therapy_of: TherapyOf, at: At) -> None:
    """The pump that nobody reads stands still, and its accuracy is not assured after 48 h."""
    run = ran(therapy_of(*begun(at), scan(at, 50, 51, resumed=False)), at(100))
    assert run.last.accuracy_lost_us == instant_us(at(98))


@pytest.mark.requirement("C6")
def test_the_field_ends_a_bolus(therapy_of: TherapyOf, at: At) -> None:
    """What is left of it is told and not made up."""
    bolus = SingleBolus(at=at(50), dose=Mass(60), over=Duration(2), then="resume")
    run = ran(therapy_of(*begun(at), bolus, scan(at, 51, 52)), at(60))
    assert any("0.06 mL of it not delivered" in text for text in texts(run, at(51)))


def test_a_scan_of_unknown_length_says_so(therapy_of: TherapyOf, at: At) -> None:
    """Without its end no dose can be said to be missed."""
    run = ran(therapy_of(*begun(at), Mri(at=at(50))), at(60))
    assert "a length that is not recorded" in texts(run, at(50))[0]
    assert known(run.readings([instant_us(at(51))]).tip_mcg_per_h) == pytest.approx([12.5])


@pytest.mark.parametrize(("concentration", "mcg"), [(25_000.0, 250.0), (2000.0, 20.0)])
def test_a_flow_activated_valve_closes_after_ten_microlitres(
    implant: Implant, at: At, concentration: float, mcg: float
) -> None:
    """WE51, WE52: at most 10 uL pass, 0.25 mg at 25 mg/mL, 20 mcg of baclofen; then it waits for a reset."""
    start = (fill(at(1), concentration=Concentration(concentration)), *begun(at)[1:2], daily(at(2), 12_000))
    events = (*start, scan(at, 50, 51), Interrogate(at=at(60)))
    strong = {"plausible_concentration": "1 to 25000 mcg/mL"}
    run = ran(own_pump(implant, events, strong, at_mri="valve-closes"), at(70))
    (dose,) = run.delivery.doses
    assert dose.at_us == instant_us(at(50))
    assert dose.amount_mcg == pytest.approx(mcg)
    held = run.readings([instant_us(at(hour)) for hour in (49, 55, 61)])
    assert held.state == ("running", "closed-valve", "running")
    assert known(held.tip_mcg_per_h) == pytest.approx([500.0, 0.0, 500.0])
    true_ml = [volume or 0.0 for volume in held.true_reservoir_ml]
    counted_ml = [volume or 0.0 for volume in held.reservoir_ml]
    assert true_ml[1] - counted_ml[1] == pytest.approx(5 * 500 / concentration - 0.01)


def test_open_valves_dump_the_reservoir_unless_it_is_empty(implant: Implant, at: At) -> None:
    """A strong field can open both valves: the worst case is simulated; an empty reservoir gives nothing."""
    run = ran(own_pump(implant, (*begun(at), scan(at, 50, 51)), at_mri="valves-may-open"), at(60))
    (dose,) = run.delivery.doses
    assert dose.amount_mcg == pytest.approx((20 - 0.34 - 48 * 0.025) * 500)
    assert any(text.startswith("CRITICAL") for text in texts(run, at(50)))
    assert run.readings([instant_us(at(60))]).true_reservoir_ml == (0.0,)
    dry = ran(own_pump(implant, (*begun(at), scan(at, 1000, 1001)), at_mri="valves-may-open"), at(1010))
    assert dry.delivery.doses == ()
    assert "emptied before, as it must be" in texts(dry, at(1000))[0]


def test_what_a_field_does_to_other_models_is_not_guessed(implant: Implant, at: At) -> None:
    """A device without the property goes on in the model, and says that nobody knows."""
    run = ran(own_pump(implant, (*begun(at), scan(at, 50, 51))), at(60))
    assert "what a strong field does to the own pump is not known" in texts(run, at(50))[0]
    assert known(run.readings([instant_us(at(50.5))]).tip_mcg_per_h) == pytest.approx([12.5])


def test_without_a_pump_a_scan_does_nothing(therapy_of: TherapyOf, at: At) -> None:
    """After the explant there is nothing to stop."""
    run = ran(therapy_of(*begun(at), Explant(at=at(50)), scan(at, 60, 61)), at(70))
    assert texts(run, at(60)) == []
