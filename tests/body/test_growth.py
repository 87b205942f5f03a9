"""Growth: parameters are constant between birthdays and measures, amounts carry over."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from cisterna.body import expose
from cisterna.body.covariates import covariates_on, stretches
from cisterna.body.parameters import parameters_of
from cisterna.delivery import Delivery, Dose, Infusion, Route, Site
from cisterna.errors import BodyError
from cisterna.instants import US_PER_DAY, US_PER_HOUR, instant_us
from cisterna.therapy import Dated, Patient, Therapy, Weigh
from cisterna.units import BodyWeight, Length

AUCKLAND = ZoneInfo("Pacific/Auckland")


def at(text: str, zone: ZoneInfo = AUCKLAND) -> int:
    """Instant of a local time."""
    return instant_us(datetime.fromisoformat(text).replace(tzinfo=zone))


def growing(born: date = date(2018, 3, 10), *events: Weigh) -> Therapy:
    """A child in Auckland with two weights and one height."""
    return Therapy(
        patient=Patient(
            label="child",
            born=born,
            weight=(
                Dated(at=date(2026, 1, 1), value=BodyWeight(20)),
                Dated(at=date(2026, 4, 1), value=BodyWeight(22)),
            ),
            height=Length(118),
            timezone="Pacific/Auckland",
        ),
        events=events,
    )


def test_stretches_begin_at_local_midnight_of_what_changes() -> None:
    """The birthday, the dated weight and a weighing begin stretches at midnight where the child lives."""
    weighed = Weigh(at=datetime(2026, 5, 2, 15, tzinfo=AUCKLAND), height=Length(120))
    therapy = growing(date(2018, 3, 10), weighed)
    found = stretches(therapy, at("2026-02-01T12:00"), at("2026-06-01T12:00"))
    assert [entry.start_us for entry in found] == [
        at("2026-02-01T12:00"),
        at("2026-03-10T00:00"),
        at("2026-04-01T00:00"),
        at("2026-05-02T00:00"),
    ]
    for entry, day in zip(
        found, (date(2026, 2, 1), date(2026, 3, 10), date(2026, 4, 1), date(2026, 5, 2)), strict=True
    ):
        assert entry.parameters == parameters_of(therapy.settings, covariates_on(therapy, day))
    assert covariates_on(therapy, date(2026, 3, 9)).age_y == 7
    assert covariates_on(therapy, date(2026, 3, 10)).age_y == 8


def test_a_birthday_that_changes_nothing_begins_no_stretch() -> None:
    """An adult has one stretch, whatever birthdays and weights pass."""
    adult = Therapy(patient=Patient(label="adult", born=date(1980, 3, 1), weight=BodyWeight(70)))
    assert len(stretches(adult, at("2026-01-01T00:00"), at("2036-01-01T00:00"))) == 1


def test_a_birthday_on_the_leap_day() -> None:
    """Born on 29 February, a child is a year older on 1 March of a common year."""
    therapy = growing(date(2016, 2, 29))
    found = stretches(therapy, at("2026-02-20T00:00"), at("2026-03-20T00:00"))
    assert [entry.start_us for entry in found][1:] == [at("2026-03-01T00:00")]


def test_sixteen_makes_an_adult() -> None:
    """On the 16th birthday the reference adult takes over, and 15-year-old volumes end."""
    therapy = growing(date(2010, 3, 10))
    before, after = stretches(therapy, at("2026-03-09T00:00"), at("2026-03-11T00:00"))
    assert sum(before.parameters.spine.level_volume_ml) == pytest.approx(1.24 * 1.05 * 20)
    assert sum(after.parameters.spine.level_volume_ml) == pytest.approx(97)


def test_a_child_that_is_too_young_on_any_day_is_refused() -> None:
    """The run may not begin before the second birthday."""
    therapy = growing(date(2024, 3, 10))
    with pytest.raises(BodyError, match="at least 2 y"):
        stretches(therapy, at("2026-03-09T00:00"), at("2026-04-01T00:00"))
    assert stretches(therapy, at("2026-03-10T00:00"), at("2026-03-12T00:00"))


def test_amounts_carry_over_and_concentrations_step() -> None:
    """At a new weight no amount jumps; the level in the fluid falls with the larger volume."""
    change_us = at("2026-04-01T00:00")
    tip = Site(Route.CATHETER, "T10")
    start_us = change_us - 2 * US_PER_DAY
    delivery = Delivery(infusions=(Infusion(tip, start_us, change_us + US_PER_DAY, 5.0),))
    exposure = expose(delivery, growing(), start_us, [change_us - 1, change_us, change_us + US_PER_HOUR])
    before, after = np.searchsorted(exposure.times_us, [change_us - 1, change_us])
    for name in ("spinal_fluid_mcg", "cord_mcg", "plasma_mcg", "peripheral_mcg", "eliminated_mcg"):
        amount = getattr(exposure, name)
        assert amount[after] == pytest.approx(amount[before], rel=1e-7)
    ratio = exposure.csf_mcg_per_ml[after] / exposure.csf_mcg_per_ml[before]
    np.testing.assert_allclose(ratio, 20 / 22, rtol=1e-6)
    assert exposure.plasma_ng_per_ml[after] / exposure.plasma_ng_per_ml[before] == pytest.approx(20 / 22)


def test_a_dose_at_the_instant_of_growth_counts_once() -> None:
    """A dose, and the end of an infusion, at the very instant of a change are neither lost nor doubled."""
    change_us = at("2026-04-01T00:00")
    site = Site(Route.PUNCTURE, "L3")
    start_us = change_us - US_PER_DAY
    delivery = Delivery(
        infusions=(Infusion(site, start_us, change_us, 2.0),), doses=(Dose(site, change_us, 50.0),)
    )
    exposure = expose(delivery, growing(), start_us, [change_us - 1, change_us, change_us + US_PER_DAY])
    row = int(np.searchsorted(exposure.times_us, change_us))
    assert exposure.spinal_fluid_mcg[row] - exposure.spinal_fluid_mcg[row - 1] == pytest.approx(50, abs=1e-6)
    assert exposure.entered_mcg[-1] == pytest.approx(98)
    assert exposure.account_error.max() < 1e-12


def test_a_change_at_the_last_instant_holds_there() -> None:
    """Where the run ends at a change, the last output is read with the new parameters."""
    change_us = at("2026-04-01T00:00")
    start_us = change_us - US_PER_DAY
    delivery = Delivery(doses=(Dose(Site(Route.PUNCTURE, "L3"), start_us, 50.0),))
    to_the_end = expose(delivery, growing(), start_us, [change_us])
    beyond = expose(delivery, growing(), start_us, [change_us, change_us + US_PER_HOUR])
    np.testing.assert_allclose(to_the_end.csf_mcg_per_ml[-1], beyond.csf_mcg_per_ml[-2], rtol=1e-12)


def test_a_dose_at_a_change_at_the_last_instant_counts_once() -> None:
    """Where the run ends at a change, a dose at that very instant is given once and the account closes."""
    change_us = at("2026-04-01T00:00")
    site = Site(Route.PUNCTURE, "L3")
    start_us = change_us - US_PER_DAY
    delivery = Delivery(doses=(Dose(site, start_us, 50.0), Dose(site, change_us, 25.0)))
    exposure = expose(delivery, growing(), start_us, [change_us])
    assert exposure.entered_mcg[-1] == 75.0
    assert exposure.account_error[-1] < 1e-12
