"""The catalogue of devices: what is known of each, what an unknown costs, and devices of one's own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from tests.pump.known import known
from tests.pump.own_devices import own_pump

from cisterna.errors import PumpError, TherapyError
from cisterna.evidence import Settings, builtin_catalogue
from cisterna.instants import US_PER_DAY, instant_us
from cisterna.pump import PumpRun, catheter_volume_ml, constant_flow_mix, implanted, run_pump, step
from cisterna.therapy import read_therapy
from cisterna.therapy.events import (
    Event,
    Fill,
    Implant,
    PatientBolusAllowance,
    Program,
    SingleBolus,
    Stop,
)
from cisterna.therapy.therapy import Therapy
from cisterna.units import Concentration, DailyDose, Duration, Length, Mass, Volume

At = Callable[[float], datetime]
TherapyOf = Callable[..., Therapy]

PUMPS = {
    "synchromed-ii-20", "synchromed-ii-40", "synchromed-iii-20", "synchromed-iii-40", "prometra-20",
    "prometra-ii-20", "prometra-ii-40", "codman-3000", "medstream", "archimedes", "tricumed", "siromedes",
    "isomed-8472-20-03", "isomed-8472-35-25",
}  # fmt: skip
CATHETERS = {
    "ascenda-8780",
    "ascenda-8781",
    "medtronic-8709",
    "medtronic-8709sc",
    "medtronic-8731",
    "flowonix-110",
}
CONSTANT_FLOW = {
    "codman-3000", "archimedes", "tricumed", "siromedes", "isomed-8472-20-03", "isomed-8472-35-25"
}  # fmt: skip


def ran(therapy: Therapy, until: datetime) -> PumpRun:
    """The run of a therapy that has a pump."""
    run = run_pump(therapy, instant_us(until))
    assert run is not None
    return run


def fill(at: datetime, concentration: float = 500.0, *, again: bool = False) -> Fill:
    """20 mL; the label is true."""
    withdrawn = Volume(0) if again else None
    return Fill(
        at=at,
        injected=Volume(20),
        concentration=Concentration(concentration),
        withdrawn=withdrawn,
        rinsed=True,
    )


def daily(at: datetime, dose: float = 100.0) -> Program:
    """A constant rate."""
    return Program(at=at, mode="simple-continuous", daily_dose=DailyDose(dose))


def test_every_device_of_the_evidence_is_in_the_catalogue() -> None:
    """All pumps and catheters are there by name, each number of them with status and source."""
    catalogue = builtin_catalogue()
    assert set(catalogue.pumps) == PUMPS
    assert set(catalogue.catheters) == CATHETERS
    assert {name for name, pump in catalogue.pumps.items() if pump.modes == ("constant-flow",)} == (
        CONSTANT_FLOW
    )
    assert all(number.source and number.status for number in catalogue.numbers())


def test_what_a_device_does_with_a_fault_and_while_programmed_is_its_property() -> None:
    """The SynchroMed II stops while programmed and on a fault; each property has source and status."""
    properties = builtin_catalogue().pump("synchromed-ii-20").properties
    assert properties["while_programming"] == "stops"
    assert properties["on_fault"] == "stops"
    for pump in builtin_catalogue().pumps.values():
        stated = {name for name in pump.properties if not name.endswith("_source")} - {"modes_source"}
        assert all("[" in pump.properties[f"{name}_source"] for name in stated)


def test_the_valve_of_a_prometra_ii_lets_at_most_twenty_micrograms_pass() -> None:
    """WE51, WE52: 10 microlitres are 0.25 mg at 25 mg/mL, 20 mcg at 2000 mcg/mL; Prometra I has none."""
    valve_ml = builtin_catalogue().pump("prometra-ii-20").need("mri_valve_volume", "mL")
    assert valve_ml * 25_000 == pytest.approx(250)
    assert valve_ml * 2_000 == pytest.approx(20)
    assert not builtin_catalogue().pump("prometra-20").known("mri_valve_volume")


@pytest.mark.requirement("E2")
@pytest.mark.parametrize(
    ("name", "trimmed", "volume"),
    [
        pytest.param("flowonix-110", 0.0, 0.2860, id="WE31"),
        pytest.param("medtronic-8709sc", 0.0, 0.1958, id="WE33"),
        pytest.param("medtronic-8709sc", 20.0, 0.1518, id="WE34"),
    ],
)
def test_implanted_catheter_volumes(implant: Implant, name: str, trimmed: float, volume: float) -> None:
    """WE31, WE33, WE34: length as supplied less what was trimmed, times volume per length."""
    model = builtin_catalogue().catheter(name)
    cut = replace(implant, catheter_implanted=None, why=None, catheter_trimmed=Length(trimmed))
    assert catheter_volume_ml(cut, model, Settings()) == pytest.approx(volume, rel=1e-12)


@pytest.mark.requirement("E2")
def test_a_catheter_of_unknown_length_needs_the_implanted_one(implant: Implant) -> None:
    """No length of the 8709 was found: what was trimmed tells nothing, the implanted length tells all."""
    model = builtin_catalogue().catheter("medtronic-8709")
    known_length = replace(implant, catheter_implanted=Length(60))
    assert catheter_volume_ml(known_length, model, Settings()) == pytest.approx(0.132)
    trimmed = replace(implant, catheter_implanted=None, why=None, catheter_trimmed=Length(20))
    with pytest.raises(PumpError, match="20 cm of a 8709, whose length as supplied is not known"):
        catheter_volume_ml(trimmed, model, Settings())


@pytest.mark.parametrize("pump", ["synchromed-iii-20", "prometra-ii-20", "codman-3000", "siromedes"])
def test_an_unknown_field_is_told_where_it_is_needed(therapy_of: TherapyOf, at: At, pump: str) -> None:
    """A model of which a needed number is not known is refused by name, with all that is missing."""
    model = builtin_catalogue().pump(pump)
    flows = {"constant_flow"} if pump in CONSTANT_FLOW else {"minimum_flow", "maximum_flow"}
    missing = ({"reservoir_volume", "residual_volume", "tubing_volume"} | flows) - set(model.numbers)
    with pytest.raises(PumpError) as refused:
        ran(therapy_of(pump=pump), at(2))
    assert {fault.found for fault in refused.value.faults} == {
        f"no {name.replace('_', ' ')}" for name in missing
    }
    assert all(f"device {pump}" in fault.where for fault in refused.value.faults)
    assert all("file of your own" in fault.remedy for fault in refused.value.faults)


def test_a_synchromed_iii_refuses_for_want_of_a_flow_range(therapy_of: TherapyOf, at: At) -> None:
    """No flow limit of the SynchroMed III was found, and it says so rather than borrow another pump's."""
    with pytest.raises(PumpError, match="device synchromed-iii-40: found no minimum flow"):
        ran(therapy_of(pump="synchromed-iii-40"), at(2))


OWN = """
[our-pump]
kind = "pump"
maker = "ours"
model = "one"
mechanism = "valve"
modes = ["simple-continuous", "flex"]
properties = { while_programming = "runs on" }
{numbers}
[our-catheter]
kind = "catheter"
maker = "ours"
model = "two"
{catheter}
"""


def own_number(device: str, name: str, value: float, unit: str) -> str:
    """One number of a device in a file of one's own."""
    return (
        f'[{device}.numbers.{name}]\ntext = "from the manual"\nvalue = {value}\nunit = "{unit}"\n'
        'source = "the manual, p. 1"\nstatus = "confirmed"\n'
    )


def test_a_device_file_of_ones_own_works_for_pump_and_catheter(tmp_path: Path) -> None:
    """A therapy that names a file of devices runs on the pump and the catheter described there."""
    numbers = [
        ("reservoir_volume", 30, "mL"), ("residual_volume", 1, "mL"), ("tubing_volume", 0.1, "mL"),
        ("minimum_flow", 0.01, "mL/day"), ("maximum_flow", 10, "mL/day"), ("stroke_volume", 0.001, "mL"),
    ]  # fmt: skip
    catheter = [("length", 80, "cm"), ("volume_per_length", 0.003, "mL/cm")]
    text = OWN.replace("{numbers}", "".join(own_number("our-pump", *each) for each in numbers))
    text = text.replace("{catheter}", "".join(own_number("our-catheter", *each) for each in catheter))
    (tmp_path / "ours.toml").write_text(text, "utf-8")
    (tmp_path / "therapy.toml").write_text(
        'schema = 1\n[patient]\nlabel = "invented"\nborn = 2010-05-01\ntimezone = "Europe/Madrid"\n'
        '[devices]\nfile = "ours.toml"\n'
        '[[event]]\nat = 2026-03-02T09:00:00+01:00\nkind = "implant"\npump = "our-pump"\n'
        'catheter = "our-catheter"\ncatheter_trimmed = "30 cm"\ntip = "T10"\n'
        '[[event]]\nat = 2026-03-02T10:00:00+01:00\nkind = "fill"\ninjected = "30 mL"\n'
        'concentration = "500 mcg/mL"\n'
        '[[event]]\nat = 2026-03-02T10:00:00+01:00\nkind = "program"\nmode = "simple-continuous"\n'
        'daily_dose = "100.3 mcg/day"\n',
        "utf-8",
    )
    therapy = read_therapy(tmp_path / "therapy.toml")
    run = ran(therapy, datetime.fromisoformat("2026-04-02T10:00:00+02:00"))
    assert run.dead_volume_ml == pytest.approx(0.1 + 50 * 0.003)
    assert run.last.program is not None
    assert run.last.program.deliverable().deliverable_mcg_per_day == pytest.approx(100.5)
    assert run.last.system.model.properties["while_programming"] == "runs on"
    assert run.alarm_volume_ml is None
    dates = run.dates
    assert dates.low_reservoir_alarm_date.decided_by == "no low-reservoir alarm is known for this model"
    assert dates.worst_case_date.date is None
    assert dates.earliest_empty_date.decided_by == "the labelled accuracy of this model is not known"
    assert dates.replace_by_date.decided_by == "the life of this model is not known"
    assert dates.refill_by_date.decided_by == "empty"  # 149 days at 0.201 mL/day, before 180 of stability
    assert dates.refill_by_date.at_us == pytest.approx(
        instant_us(therapy.events[1].at) + (30 / 0.201 - 7) * US_PER_DAY, abs=10
    )


def constant(*events: Event, therapy_of: TherapyOf, flow: float = 0.5) -> Therapy:
    """A therapy on a constant-flow pump of 20 mL."""
    catalogue, name = own_pump(
        "constant-flow", ("constant-flow",), ("minimum_flow", "maximum_flow", "alarm_volume"),
        constant_flow=(flow, "mL/day"),
    )  # fmt: skip
    return therapy_of(*events, pump=name, catalogue=catalogue)


@pytest.mark.requirement("C12")
def test_a_constant_flow_pump_runs_for_capacity_over_flow() -> None:
    """WE28: 20 mL at 0.5 mL/day run for 40 days; the drug is the daily dose times that."""
    mix = constant_flow_mix(20.0, 0.5, 100.0)
    assert mix.running_days == pytest.approx(40.0)
    assert mix.drug_mcg == pytest.approx(4000.0)
    assert mix.concentration_mcg_per_ml == pytest.approx(mix.drug_mcg / 20.0)


@pytest.mark.requirement("C12")
def test_its_dose_follows_the_concentration(therapy_of: TherapyOf, at: At, implant: Implant) -> None:
    """It runs from its fill on without a program; a stronger fill raises the dose; it lasts 40 days."""
    events = (fill(at(1)), fill(at(481), 1000, again=True))
    therapy = constant(*events, therapy_of=therapy_of)
    bare = replace(implant, pump="own-pump", alarm_volume=None)
    run = ran(replace(therapy, events=(bare, *events)), at(24 * 70))
    held = run.readings([instant_us(at(hours)) for hours in (2, 470, 490, 600, 24 * 69)])
    assert [24 * flow for flow in known(held.flow_ml_per_h)] == pytest.approx([0.5, 0.5, 0.5, 0.5, 0])
    assert [24 * dose for dose in known(held.programmed_mcg_per_h)][:4] == pytest.approx([250, 250, 500, 500])
    assert [24 * tip for tip in known(held.tip_mcg_per_h)][1:4] == pytest.approx([250, 250, 500])
    empty = [told for told in run.happenings if "reservoir empty" in told.text]
    assert [told.at_us for told in empty] == [pytest.approx(instant_us(at(481)) + 40 * US_PER_DAY, abs=2)]
    assert "no alarm" in empty[0].text
    assert run.alarms == ()


@pytest.mark.requirement("C12")
def test_a_typed_dose_never_reaches_a_constant_flow_pump(therapy_of: TherapyOf, at: At) -> None:
    """Rate, bolus, stop and allowance are refused, in a therapy and by the pump; the fill is the remedy."""
    with pytest.raises(TherapyError, match="takes no rate"):
        constant(fill(at(1)), daily(at(2)), therapy_of=therapy_of)
    therapy = constant(therapy_of=therapy_of)
    implant = therapy.events[0]
    assert isinstance(implant, Implant)
    state = implanted(implant, therapy.catalogue, therapy.settings)
    state = step(state, [fill(at(0))]).state
    bolus = SingleBolus(at=at(0), dose=Mass(5), over=Duration(1), then="resume")
    for command in (daily(at(0)), bolus, Stop(at=at(0))):
        with pytest.raises(PumpError, match="takes no command and no rate"):
            step(state, [command])
    allowance = PatientBolusAllowance(dose=Mass(5), lockout=Duration(1), per_day=2)
    with pytest.raises(PumpError, match="takes no command"):
        step(state, [Program(at=at(0), mode="constant-flow", patient_bolus=allowance)])
    same = step(state, [Program(at=at(0), mode="constant-flow")]).state
    assert same.schedule == state.schedule
