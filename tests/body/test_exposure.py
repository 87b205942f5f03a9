"""What every exposure keeps: linearity, known times, order, and the same answer every time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import fields
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cisterna.body import CORD_LEVELS, Exposure, expose, expose_on, respond
from cisterna.body.tolerance import ToleranceLaw
from cisterna.delivery import Delivery, Dose, Infusion, Route, Site, Unknown
from cisterna.errors import BodyError, DefectError
from cisterna.instants import US_PER_HOUR
from cisterna.therapy import LEVELS, Patient, Therapy
from cisterna.units import BodyWeight, Length

START_US = 1_772_000_000 * 1_000_000
CHILD = Therapy(
    patient=Patient(label="child", born=date(2018, 1, 1), weight=BodyWeight(21), height=Length(118))
)
TIP = Site(Route.CATHETER, "T10")


def hours(*at_h: float) -> list[int]:
    """Instants at hours from the start."""
    return [START_US + round(hour * US_PER_HOUR) for hour in at_h]


def by_pump(rate_mcg_per_h: float = 5.0, start_h: float = 0, end_h: float = 24) -> Delivery:
    """An infusion at the tip."""
    start_us, end_us = hours(start_h, end_h)
    return Delivery(infusions=(Infusion(TIP, start_us, end_us, rate_mcg_per_h),))


def by_mouth(amount_mcg: float = 5000.0, at_h: float = 2) -> Delivery:
    """A tablet."""
    return Delivery(doses=(Dose(Site(Route.MOUTH), hours(at_h)[0], amount_mcg, 0.74),))


def values(exposure: Exposure) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """Every output that follows the drug."""
    other = {"start_us", "times_us", "known", "account_error", "held"}
    names = {entry.name for entry in fields(exposure)} - other
    return {name: getattr(exposure, name) for name in names if getattr(exposure, name) is not None}


def test_nothing_in_nothing_out() -> None:
    """Without drug every output is exactly 0, and no level from intrathecal drug is given."""
    exposure = expose(Delivery(), CHILD, START_US, hours(0.3, 12))
    assert all(not value.any() for value in values(exposure).values())
    assert exposure.cistern_intrathecal_ng_per_ml is None
    assert not exposure.account_error.any()


@given(factor=st.floats(1e-3, 1e3))
@settings(max_examples=10, deadline=None)
def test_twice_the_drug_is_twice_the_level(factor: float) -> None:
    """Every output is proportional to what enters."""
    once = values(expose(by_pump(5.0), CHILD, START_US, hours(30)))
    more = values(expose(by_pump(5.0 * factor), CHILD, START_US, hours(30)))
    for name, value in once.items():
        np.testing.assert_allclose(more[name], value * factor, rtol=1e-9, atol=1e-12 * factor * value.max())


def test_the_effects_of_two_routes_add_up() -> None:
    """A pump and a tablet together make the sum of each alone, but for the intrathecal level."""
    together = expose(Delivery.joined((by_pump(), by_mouth())), CHILD, START_US, hours(30))
    pump, tablet = (expose(alone, CHILD, START_US, hours(30)) for alone in (by_pump(), by_mouth()))
    for name, value in values(together).items():
        if "intrathecal" in name:
            np.testing.assert_allclose(value, values(pump)[name], rtol=1e-9, atol=1e-12)
        else:
            expected = values(pump)[name] + values(tablet)[name]
            np.testing.assert_allclose(value, expected, rtol=1e-9, atol=1e-12 * expected.max())


def test_times_are_the_wanted_ones_and_every_hour() -> None:
    """Rows are the outputs and each full hour from the start to the last output, in order, each once."""
    exposure = expose(by_pump(), CHILD, START_US, hours(2.25, 0.5, 2, 2.25))
    assert exposure.times_us.tolist() == hours(0, 0.5, 1, 2, 2.25)


def test_a_value_is_the_one_after_the_dose() -> None:
    """At the instant of a bolus its drug is there; just before it is not."""
    at_us = hours(3)[0]
    bolus = Delivery(doses=(Dose(TIP, at_us, 50.0),))
    exposure = expose(bolus, CHILD, START_US, [at_us - 1, at_us, at_us + 1])
    row = int(np.searchsorted(exposure.times_us, at_us))
    assert exposure.spinal_fluid_mcg[row - 1] == 0
    assert exposure.spinal_fluid_mcg[row] == pytest.approx(50)
    level = exposure.csf_mcg_per_ml[row]
    assert np.flatnonzero(level).tolist() == [LEVELS.index("T10")]


def test_outputs_do_not_change_each_other() -> None:
    """The value at an instant does not depend on which other instants are asked for."""
    few = expose(by_pump(), CHILD, START_US, hours(30))
    many = expose(by_pump(), CHILD, START_US, hours(*(30 * step / 997 for step in range(998))))
    rows = np.searchsorted(many.times_us, few.times_us)
    for name, value in values(few).items():
        np.testing.assert_allclose(values(many)[name][rows], value, rtol=1e-10, atol=1e-13 * value.max())


def test_levels_have_their_order() -> None:
    """Fluid follows the levels from S2 to C1, cord from L1 to C1; both are highest at the tip."""
    exposure = expose(by_pump(), CHILD, START_US, hours(24))
    assert exposure.csf_mcg_per_ml.shape == (25, 26)
    assert exposure.cord_ng_per_ml.shape == (25, 20)
    assert LEVELS[int(exposure.csf_mcg_per_ml[-1].argmax())] == "T10"
    assert CORD_LEVELS[int(exposure.cord_ng_per_ml[-1].argmax())] == "T10"
    legs = [CORD_LEVELS.index(level) for level in ("T10", "T11", "T12", "L1")]
    np.testing.assert_allclose(exposure.cord_legs_ng_per_ml, exposure.cord_ng_per_ml[:, legs].mean(axis=1))


def test_the_integral_of_the_legs_is_their_mean() -> None:
    """The integral read-out agrees with a fine sum of the cord level of the legs."""
    exposure = expose(by_pump(), CHILD, START_US, hours(*(step / 60 for step in range(30 * 60 + 1))))
    elapsed_h = (exposure.times_us - START_US) / US_PER_HOUR
    summed = np.trapezoid(exposure.cord_legs_ng_per_ml, elapsed_h)
    assert exposure.cord_legs_integral_ng_h_per_ml[-1] == pytest.approx(summed, rel=1e-6)


def test_what_is_not_known_is_said() -> None:
    """From the begin of an unknown delivery on nothing is known, and levels are lower bounds."""
    unknown = Unknown(TIP, START_US + 5 * US_PER_HOUR, START_US + 9 * US_PER_HOUR, why="stalled")
    exposure = expose(Delivery(by_pump().infusions, unknown=(unknown,)), CHILD, START_US, hours(12))
    assert exposure.known.tolist() == [True] * 5 + [False] * 8
    assert expose(by_pump(), CHILD, START_US, hours(12)).known.all()


def test_outputs_and_drug_before_the_start_are_refused() -> None:
    """Neither may an output be asked for before the start, nor may drug enter there and be lost."""
    with pytest.raises(BodyError, match="outputs: found"):
        expose(by_pump(), CHILD, START_US, hours(-1, 3))
    for early in (by_pump(start_h=-1), by_mouth(at_h=-0.001)):
        with pytest.raises(BodyError, match="delivery: found drug from"):
            expose(early, CHILD, START_US, hours(3))
    with pytest.raises(DefectError, match="without outputs"):
        expose(by_pump(), CHILD, START_US, [])


def test_an_infusion_by_mouth_is_a_defect() -> None:
    """An infusion has no absorbed share, so that none by mouth is taken for fully absorbed."""
    infusion = Infusion(Site(Route.MOUTH), START_US, START_US + US_PER_HOUR, 5.0)
    with pytest.raises(DefectError, match="by mouth"):
        expose(Delivery(infusions=(infusion,)), CHILD, START_US, hours(3))


def test_results_cannot_be_changed() -> None:
    """The arrays of an exposure are read-only."""
    exposure = expose(by_pump(), CHILD, START_US, hours(3))
    with pytest.raises(ValueError, match="read-only"):
        exposure.plasma_ng_per_ml[0] = 1.0


SCRIPT = """
import hashlib
from datetime import date
from cisterna.body import expose, respond
from cisterna.delivery import Delivery, Dose, Infusion, Route, Site
from cisterna.therapy import Patient, Therapy
from cisterna.units import BodyWeight, Length
start = 1772000000000000
child = Therapy(patient=Patient(label="child", born=date(2018, 2, 26), weight=BodyWeight(21),
                                height=Length(118), timezone="Europe/Madrid"))
delivery = Delivery(infusions=(Infusion(Site(Route.CATHETER, "T10"), start, start + 10**11, 5.0),),
                    doses=(Dose(Site(Route.MOUTH), start + 123456789, 5000.0, 0.74),))
exposure = expose(delivery, child, start, range(start, start + 3 * 10**11, 900_000_000))
response = respond(exposure, child)
digest = hashlib.sha256()
for value in (*vars(exposure).values(), *vars(response).values()):
    if hasattr(value, "tobytes"):
        digest.update(value.tobytes())
print(digest.hexdigest())
"""


def test_the_same_to_the_last_digit_in_any_time_zone(tmp_path: Path) -> None:
    """The machine's time zone and the process change no bit of exposure and response."""
    script = tmp_path / "digest.py"
    script.write_text(SCRIPT)
    found = {
        subprocess.run(  # noqa: S603  # the script is the one above
            [sys.executable, str(script)],
            env=os.environ | {"TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for zone in ("UTC", "Pacific/Auckland", "America/St_Johns")
    }
    assert len(found) == 1
    assert len(found.pop().strip()) == hashlib.sha256().digest_size * 2


def test_an_exposure_goes_on_where_it_ended() -> None:
    """In two parts it is the same as in one, and so is the response, by whatever way the drug came."""
    delivery = Delivery.joined((by_pump(5.0, end_h=700), by_mouth(at_h=500), by_mouth(at_h=600)))
    law = ToleranceLaw.of(CHILD.settings)
    cut_us, reached = START_US + 2_100_000_000_000, hours(700)
    whole = expose(delivery, CHILD, START_US, reached)
    before = expose(delivery.until(cut_us), CHILD, START_US, [cut_us])
    after = expose_on(before, delivery.after(cut_us), CHILD, reached)
    rows = np.searchsorted(whole.times_us, after.times_us[1:])
    for name, value in values(after).items():
        if name != "entered_mcg":
            np.testing.assert_allclose(
                value[1:], values(whole)[name][rows], rtol=1e-9, atol=1e-12 * values(whole)[name].max()
            )
    first_hour = (cut_us - START_US) // US_PER_HOUR - law.reach_h
    recent = before.since(START_US + first_hour * US_PER_HOUR)
    joined = recent.then(expose_on(recent, delivery.after(cut_us), CHILD, reached))
    on_the_hour = (before.times_us - START_US) % US_PER_HOUR == 0
    known = respond(before, CHILD).tolerance[on_the_hour][first_hour:]
    gone_on = respond(joined, CHILD, known)
    at_once = respond(whole, CHILD)
    later = np.searchsorted(gone_on.times_us, cut_us) + 1
    rows = np.searchsorted(whole.times_us, gone_on.times_us[later:])
    for name in ("tone_legs", "tone_arms", "tolerance", "withdrawal_index", "withdrawal_grade"):
        np.testing.assert_allclose(getattr(gone_on, name)[later:], getattr(at_once, name)[rows], rtol=1e-9,
                                   atol=1e-12)  # fmt: skip
