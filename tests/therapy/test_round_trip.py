"""Reading and writing: what is written reads back as it was."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings

from cisterna.errors import OutputError
from cisterna.therapy import (
    EVENT_KINDS,
    Event,
    FlexStep,
    History,
    Oral,
    Patient,
    PatientBolusAllowance,
    Program,
    SingleBolus,
    Therapy,
    dumps,
    event_table,
    faults_of,
    loads,
    read_therapy,
    write_therapy,
)
from cisterna.therapy.structure import event_of
from cisterna.units import Duration, HourlyRate, Mass

from .strategies import STRATEGY_OF_KIND, events_of_every_kind, therapies, therapies_of_every_kind
from .wrong import faults, only_fault, with_events


def offsets(value: object) -> list[object]:
    """The offset of every instant in a value, in the order of its keys."""
    return [
        getattr(value, field.name).utcoffset()
        for field in fields(value)  # type: ignore[arg-type]
        if isinstance(getattr(value, field.name), datetime)
    ]


def round_trip(therapy: Therapy) -> None:
    """Write and read a therapy, and see nothing changed."""
    again = loads(dumps(therapy))
    assert again == therapy
    assert dumps(again) == dumps(therapy)
    for before, after in zip(therapy.events, again.events, strict=True):
        assert type(before) is type(after)
        assert offsets(before) == offsets(after)


@given(therapies_of_every_kind())
@settings(deadline=None)
@pytest.mark.requirement("H4")
def test_a_therapy_reads_back_as_it_was_written(therapy: Therapy) -> None:
    """Writing and reading changes no value, no offset and not the order of events, for every kind."""
    round_trip(therapy)


@given(therapies())
@settings(deadline=None)
def test_a_whole_course_reads_back_as_it_was_written(therapy: Therapy) -> None:
    """The same for treatments that a pump can follow, and nothing is wrong with them."""
    round_trip(therapy)
    assert faults_of(therapy) == ()


@given(events_of_every_kind())
@settings(deadline=None)
def test_an_event_is_made_again_from_its_table(event: Event) -> None:
    """The table of an event, as in the ``new`` of a correction, makes the same event."""
    assert event_of(event_table(event), "event[0]") == event


def test_every_kind_of_event_is_made_by_the_strategies() -> None:
    """No kind of event is left out of the round trip; corrections are made by whole therapies."""
    assert set(STRATEGY_OF_KIND) | {"correct"} == set(EVENT_KINDS)


def test_a_file_is_written_tidily() -> None:
    """Sections in order, one table an event, quantities as people write them, defaults left out."""
    at = datetime.fromisoformat("2026-03-02T09:00:00+01:00")
    minutes, tablets = (
        Duration(1 / 3),
        Oral(at=at, dose=Mass(10000), times=(time(8), time(20, 0, 30)), by="mother"),
    )
    allowance = PatientBolusAllowance(dose=Mass(5), lockout=Duration(240), per_day=4)
    step = FlexStep(from_=time(0), rate=HourlyRate(4.5), days=())
    flex = Program(at=at, mode="flex", steps=(step,), patient_bolus=allowance)
    made = Therapy(
        patient=Patient(label="boy (invented)", born=date(2017, 5, 2)),
        events=(tablets,),
        history=History(shunt=False),
    )
    assert dumps(made).endswith(
        '[history]\nshunt = false\n\n[[event]]\nat = 2026-03-02T09:00:00+01:00\nkind = "oral"\n'
        'dose = "10 mg"\ntimes = ["08:00", "20:00:30"]\nby = "mother"\n'
    )
    assert event_table(SingleBolus(at=at, dose=Mass(20), over=minutes, then="stop"))["over"] == "20 min"
    assert event_table(flex)["steps"] == [{"from": "00:00", "rate": "4.5 mcg/h"}]
    assert event_table(flex)["patient_bolus"] == {"dose": "5 mcg", "lockout": "10 days", "per_day": 4}


def test_instants_are_written_as_they_were() -> None:
    """The offset that was written stays; UTC is written as an offset of nothing."""
    text = with_events('at = 2026-03-05T09:00:00.25Z\nkind = "note"\nnote = "a"')
    assert "at = 2026-03-05T09:00:00.250000+00:00\n" in dumps(loads(text))


def test_times_of_day_may_be_written_without_quotes() -> None:
    """TOML's own local times are read like those in quotes."""
    event = loads(with_events('kind = "oral"\ndose = "5 mg"\ntimes = [08:00:00, "20:00"]')).events[-1]
    assert isinstance(event, Oral)
    assert event.times == (time(8), time(20))


def test_a_therapy_is_written_to_a_file_and_read_from_it(tmp_path: Path) -> None:
    """The file is UTF-8 with line feeds on every system; a place that cannot be written is told."""
    made = Therapy(patient=Patient(label="niña, 8 años (invented)", born=date(2018, 2, 11)))
    write_therapy(made, tmp_path / "girl.toml")
    assert read_therapy(tmp_path / "girl.toml") == made
    assert "niña".encode() in (tmp_path / "girl.toml").read_bytes()
    assert b"\r" not in (tmp_path / "girl.toml").read_bytes()
    with pytest.raises(OutputError, match="cannot be written"):
        write_therapy(made, tmp_path / "missing" / "girl.toml")


OWN_PUMP = """
[our-pump]
kind = "pump"
maker = "Ours"
model = "One"
mechanism = "constant-flow"
modes = ["constant-flow"]

[our-pump.numbers.reservoir_volume]
text = "what it holds"
value = 30
unit = "mL"
source = "our manual"
status = "confirmed"
"""
WITH_OWN_PUMP = """
schema = 1
[patient]
label = "x (invented)"
born = 1990-01-01
[devices]
file = "our-pump.toml"
[[event]]
at = 2026-03-02T09:00:00Z
kind = "implant"
pump = "our-pump"
catheter = "ascenda-8780"
catheter_trimmed = "50 cm"
tip = "T10"
"""


def test_own_devices_come_from_a_file_beside_the_therapy(tmp_path: Path) -> None:
    """A pump that is not in the catalogue is described beside the therapy and named in it."""
    (tmp_path / "our-pump.toml").write_text(OWN_PUMP, "utf-8")
    (tmp_path / "therapy.toml").write_text(WITH_OWN_PUMP, "utf-8")
    therapy = read_therapy(tmp_path / "therapy.toml")
    assert therapy.catalogue.pump("our-pump").need("reservoir_volume", "mL") == 30
    assert 'file = "our-pump.toml"' in dumps(therapy)
    assert loads(dumps(therapy), tmp_path) == therapy


@pytest.mark.requirement("C12")
def test_a_constant_flow_pump_takes_no_rate(tmp_path: Path) -> None:
    """Its dose is changed by the concentration alone: rates and commands are refused, its mode is not."""
    (tmp_path / "our-pump.toml").write_text(OWN_PUMP, "utf-8")
    fill = (
        "\n[[event]]\nat = 2026-03-02T10:00:00Z\n"
        'kind = "fill"\ninjected = "30 mL"\nconcentration = "500 mcg/mL"\n'
    )
    mode = '\n[[event]]\nat = 2026-03-02T10:01:00Z\nkind = "program"\nmode = "constant-flow"\n'
    assert faults(WITH_OWN_PUMP + fill + mode, tmp_path) == ()
    rate = mode.replace('"constant-flow"', '"simple-continuous"\ndaily_dose = "100 mcg/day"')
    assert "takes no rate" in only_fault(WITH_OWN_PUMP + fill + rate, tmp_path)
    assert "takes no command" in only_fault(
        WITH_OWN_PUMP + fill + mode.replace("program", "stop").replace('mode = "constant-flow"\n', ""),
        tmp_path,
    )
    assert "takes no rate" in only_fault(WITH_OWN_PUMP + fill + mode + 'daily_dose = "100 mcg/day"', tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("our-pump.toml", None, "No such file"),
        ("our-pump.toml", "x = ", "Invalid value"),
        ("our-pump.toml", OWN_PUMP.replace('unit = "mL"\n', ""), "no unit"),
        ("our-pump.toml", OWN_PUMP.replace("our-pump", "synchromed-ii-20"), "already in the catalogue"),
        ("/etc/our-pump.toml", OWN_PUMP, "a file in the folder of the therapy"),
        ("../our-pump.toml", OWN_PUMP, "a file in the folder of the therapy"),
        ("C:our-pump.toml", OWN_PUMP, "a file in the folder of the therapy"),
    ],
)
def test_a_file_of_devices_that_cannot_be_used_is_one_fault(
    tmp_path: Path, name: str, content: str | None, told: str
) -> None:
    """It is told at ``devices.file``, and the pumps that it would have brought are not called unknown."""
    if content is not None:
        (tmp_path / "our-pump.toml").write_text(content, "utf-8")
    found = faults(WITH_OWN_PUMP.replace('"our-pump.toml"', f'"{name}"'), tmp_path)
    assert {fault.where for fault in found} == {"devices.file"}
    assert told in str(found[0])
    assert found[0].line == 7
