"""Devices over time: what was put in, changed and taken out, with what stands on the labels."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from tests.care.clinic_therapies import at, fill, implant, running, therapy
from tests.therapy.strategies import therapies_of_every_kind

from cisterna.care import Device, devices_of, standing_of
from cisterna.instants import instant_us
from cisterna.therapy import Correct, Explant, FaultEvent, Revise, Therapy, event_table
from cisterna.units import Length, Volume


def roles(of: Therapy) -> list[tuple[str, str | None, str | None]]:
    """Role, serial number and end of each device."""
    return [(one.role, one.serial, one.ended) for one in devices_of(of)]


def in_place(of: Therapy, role: str) -> Device:
    """The device of a role that is in the patient."""
    return next(one for one in devices_of(of) if one.role == role and one.until_us is None)


def test_an_implant_puts_in_two_devices_with_their_labels() -> None:
    """Serial, lot and identifier stay with the device they stand on; lengths and volumes are computed."""
    labelled = implant(
        pump_serial="P1", pump_lot="L1", pump_udi="(01)1", catheter_serial="C1", catheter_lot="L2"
    )
    pump, catheter = devices_of(therapy(labelled))
    assert (pump.serial, pump.lot, pump.udi, pump.volume_ml) == ("P1", "L1", "(01)1", 20.0)
    assert (pump.alarm_volume_ml, pump.tip, pump.length_cm) == (2.0, None, None)
    assert (catheter.serial, catheter.lot, catheter.udi, catheter.tip) == ("C1", "L2", None, "T10")
    assert (catheter.length_cm, catheter.trimmed_cm) == (62.0, 52.0)
    assert catheter.volume_ml == pytest.approx(62 * 0.0022)


def test_a_replaced_pump_ends_and_the_catheter_stays() -> None:
    """The new pump does not inherit the label of the old one, and the old one says why it ended."""
    replaced = Revise(at=at(30), pump="synchromed-ii-40", pump_serial="P2", reason="end of battery")
    of = therapy(implant(pump_serial="P1", pump_lot="L1", catheter_serial="C1"), fill(), replaced)
    assert roles(of) == [
        ("pump", "P1", "replaced: end of battery"),
        ("catheter", "C1", None),
        ("pump", "P2", None),
    ]
    old, _, new = devices_of(of)
    assert (old.until_us, new.since_us) == (instant_us(at(30)), instant_us(at(30)))
    assert (new.lot, new.volume_ml, new.model) == (None, 40.0, "SynchroMed II 8637-40")


def test_a_catheter_that_stays_tells_what_was_changed() -> None:
    """Moved, shortened and moved by itself: one catheter with its last length and tip, and its history."""
    of = running(
        Revise(at=at(10), tip="T9"),
        Revise(at=at(20), catheter_implanted=Length(60), why="shortened at the pump"),
        FaultEvent(at=at(25), what="tip-migration", amount="T12"),
        Revise(at=at(30), alarm_volume=Volume(4)),
    )
    catheter, pump = in_place(of, "catheter"), in_place(of, "pump")
    assert (catheter.tip, catheter.length_cm) == ("T12", 60.0)
    assert [change.text for change in catheter.changes] == [
        "tip moved from T10 to T9",
        "length 62 cm, now 60 cm",
        "tip moved from T9 to T12",
    ]
    assert [change.text for change in pump.changes] == ["alarm volume 2 mL, now 4 mL"]
    assert (catheter.since_us, pump.since_us) == (instant_us(at()), instant_us(at()))


def test_an_explant_ends_both_and_the_next_implant_begins_two_more() -> None:
    """Four devices in the order in which they were put in, two of them in place."""
    of = running(Explant(at=at(40), reason="infection"), implant(100, pump_serial="P2"))
    assert roles(of) == [
        ("pump", None, "explanted: infection"),
        ("catheter", None, "explanted: infection"),
        ("pump", "P2", None),
        ("catheter", None, None),
    ]
    assert roles(therapy()) == []


def test_what_came_later_is_left_out() -> None:
    """The ledger of a day knows only what was done up to it."""
    of = running(Explant(at=at(40)))
    assert [one.until_us for one in devices_of(of, instant_us(at(39)))] == [None, None]


def test_a_serial_number_that_was_corrected_holds() -> None:
    """A wrong label is corrected as every event is, and only the right one is searched."""
    wrong = implant(pump_serial="P1", id="implant")
    right = Correct(
        at=at(1), event="implant", why="misread", new=event_table(replace(wrong, pump_serial="P7", id=None))
    )
    assert roles(therapy(wrong, right))[0] == ("pump", "P7", None)


@given(therapies_of_every_kind())
@settings(deadline=None, max_examples=40)
def test_the_ledger_agrees_with_the_pump(made: Therapy) -> None:
    """Whatever was done, the tip at which the pump delivers is that of the catheter in place."""
    until = made.valid_events[-1].at
    standing = standing_of(made, until)
    if standing.tip is None:
        return
    assert standing.catheter is not None
    assert standing.tip == standing.catheter.tip
