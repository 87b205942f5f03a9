"""Devices as data: what the catalogue hands out and what it refuses."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from cisterna.errors import EvidenceError
from cisterna.evidence import Catalogue, builtin_catalogue
from cisterna.evidence.catalogue import read_catalogue

VOLUME = {"text": "a volume", "value": 20, "unit": "mL", "source": "its manual", "status": "confirmed"}
PUMP: dict[str, Any] = {
    "kind": "pump",
    "maker": "us",
    "model": "one",
    "mechanism": "peristaltic",
    "modes": ["simple-continuous"],
    "numbers": {"reservoir_volume": VOLUME},
}
CATHETER: dict[str, Any] = {"kind": "catheter", "maker": "us", "model": "two", "numbers": {}}


def changed(table: dict[str, Any], **changes: object) -> dict[str, Any]:
    """The table with ``changes``; ``None`` leaves a key out."""
    return {key: value for key, value in {**copy.deepcopy(table), **changes}.items() if value is not None}


def refusal(table: object) -> str:
    """The text of the error that reading one device raises."""
    with pytest.raises(EvidenceError) as caught:
        read_catalogue({"ours": table}, "our.toml")
    assert all(fault.where.startswith("our.toml: ours") for fault in caught.value.faults)
    return str(caught.value)


def test_a_right_file_is_read() -> None:
    """A pump and a catheter of one file are found under their names."""
    read = read_catalogue({"ours": PUMP, "line": CATHETER}, "our.toml")
    assert read.pump("ours").need("reservoir_volume", "uL") == 20_000
    assert read.pump("ours").modes == ("simple-continuous",)
    assert read.catheter("line").maker == "us"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("a pump", "no kind; allowed: pump, catheter"),
        (changed(PUMP, kind=None), "no kind"),
        (changed(PUMP, kind="engine"), "kind 'engine'"),
        (changed(PUMP, maker=None), "every pump states its maker"),
        (changed(PUMP, model=""), "every pump states its model"),
        (changed(PUMP, mechanism=None), "every pump states its mechanism"),
        (changed(PUMP, modes=None), "every pump states its modes"),
        (changed(PUMP, modes=[]), "every pump states its modes"),
        (changed(PUMP, mechanism="magic"), "'magic'; allowed: peristaltic, valve, constant-flow"),
        (changed(PUMP, modes=["sideways"]), "['sideways']; allowed: a list of simple-continuous"),
        (changed(PUMP, modes="flex"), "'flex'; allowed: a list of"),
        (changed(PUMP, maker=7), "maker 7; allowed: text"),
        (changed(PUMP, colour="red"), "unknown key colour"),
        (changed(PUMP, properties={"a": 1}), "a table of texts"),
        (changed(PUMP, numbers=[1]), "a table for each quantity"),
        (changed(CATHETER, modes=["flex"]), "unknown key modes"),
        (changed(CATHETER, maker=None), "every catheter states its maker"),
    ],
)
def test_a_faulty_device_is_refused(table: object, message: str) -> None:
    """Each slip in the description of a device is told in words that name it."""
    assert message in refusal(table)


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("reservoir_volume", {"unit": None}, "every number of the evidence states its unit"),
        ("reservoir_volume", {"source": None}, "every number of the evidence states its source"),
        ("reservoir_volume", {"status": None}, "every number of the evidence states its status"),
        ("reservoir_volume", {"unit": "mg"}, "unit mg; allowed: a unit like mL"),
        ("reservoir_volume", {"value": 0}, "0 mL; allowed: a positive number"),
        ("reservoir_volume", {"value": -1}, "-1 mL; allowed: a positive number"),
        ("residual_volume", {"value": -1}, "-1 mL; allowed: a positive number"),
        ("residual_volume", {"value": None, "low": -1}, "at least -1 mL; allowed: a positive number"),
        ("reservoir_color", {}, "'reservoir_color'; allowed: alarm_volume"),
    ],
)
def test_a_faulty_number_of_a_device_is_refused(name: str, changes: dict[str, object], message: str) -> None:
    """The numbers of a device are held to the rules of the evidence, and to the quantities there are."""
    assert message in refusal(changed(PUMP, numbers={name: changed(VOLUME, **changes)}))


def test_a_residual_of_zero_is_possible() -> None:
    """A pump that can be emptied entirely has a residual volume of 0."""
    table = changed(PUMP, numbers={"residual_volume": changed(VOLUME, value=0)})
    assert read_catalogue({"ours": table}, "our.toml").pump("ours").need("residual_volume", "mL") == 0


def test_all_faulty_devices_are_told_at_once() -> None:
    """One error lists the faults of every device of the file."""
    with pytest.raises(EvidenceError) as caught:
        read_catalogue({"one": changed(PUMP, maker=None), "two": changed(CATHETER, model=None)}, "our.toml")
    assert [fault.where for fault in caught.value.faults] == ["our.toml: one", "our.toml: two"]


def test_an_own_device_may_not_take_a_known_name() -> None:
    """Neither a pump nor a catheter may be called as a device of the catalogue, of either kind."""
    known = builtin_catalogue()
    for table in (PUMP, CATHETER):
        own = read_catalogue({"synchromed-ii-20": table}, "our.toml")
        with pytest.raises(EvidenceError, match="synchromed-ii-20, already in the catalogue"):
            known.with_devices(own)


def test_own_devices_stand_beside_the_known_ones() -> None:
    """After joining both kinds are found, and the catalogue that was there has not changed."""
    known = builtin_catalogue()
    joined = known.with_devices(read_catalogue({"ours": PUMP}, "our.toml"))
    assert joined.pump("ours").model == "one"
    assert joined.pump("synchromed-ii-20") is known.pump("synchromed-ii-20")
    assert "ours" not in known.pumps


def test_an_unknown_device_is_refused_with_those_there_are() -> None:
    """A wrong name is answered with the names of the catalogue."""
    with pytest.raises(EvidenceError, match=r"pump: found 'synchromed'; allowed: .*synchromed-ii-20"):
        builtin_catalogue().pump("synchromed")
    with pytest.raises(EvidenceError, match=r"catheter: found 'ascenda'; allowed: .*ascenda-8780"):
        builtin_catalogue().catheter("ascenda")


@pytest.mark.requirement("E1")
def test_what_is_not_known_of_a_device_is_said_and_never_guessed() -> None:
    """Asking for a quantity that a model lacks is an error that says what is known."""
    pump = read_catalogue({"ours": PUMP}, "our.toml").pump("ours")
    assert pump.known("reservoir_volume")
    assert not pump.known("life")
    with pytest.raises(
        EvidenceError, match="device ours: found no life; allowed: known here: reservoir_volume"
    ):
        pump.need("life", "y")


def test_a_number_of_a_device_carries_its_device() -> None:
    """Searched or cited, the quantity of a device is named with it."""
    pump = builtin_catalogue().pump("synchromed-ii-40")
    assert pump.number("reservoir_volume").name == "synchromed-ii-40.reservoir_volume"


def test_the_numbers_of_a_catalogue_are_those_of_all_its_devices() -> None:
    """Every quantity of every pump and catheter is listed once, under a name of its own."""
    catalogue = builtin_catalogue()
    devices = [*catalogue.pumps.values(), *catalogue.catheters.values()]
    listed = [entry.name for entry in catalogue.numbers()]
    assert listed == [f"{device.name}.{quantity}" for device in devices for quantity in device.numbers]
    assert len(set(listed)) == len(listed)


def test_an_empty_catalogue_has_no_numbers() -> None:
    """No device, no number."""
    assert Catalogue(pumps={}, catheters={}).numbers() == ()
