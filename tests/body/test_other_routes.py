"""Tablets, products on the skin and lumbar punctures as a delivery."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from cisterna.body import expose, oral_and_skin_delivery
from cisterna.delivery import Delivery, Infusion, Route
from cisterna.instants import US_PER_DAY, US_PER_HOUR, instant_us, us_of_hours
from cisterna.therapy import Event, LumbarBolus, Oral, Patient, Therapy, Topical
from cisterna.units import Area, BodyWeight, Fraction, Length, Mass, ProductMass

MADRID = ZoneInfo("Europe/Madrid")


def local(day: int, hour: int = 0, minute: int = 0, month: int = 1) -> datetime:
    """A time in 2026 where the patient lives."""
    return datetime(2026, month, day, hour, minute, tzinfo=MADRID)


def therapy_of(*events: Event, parameters: dict[str, str] | None = None) -> Therapy:
    """A child of 30 kg in Madrid."""
    return Therapy(
        patient=Patient(
            label="child",
            born=date(2015, 6, 1),
            weight=BodyWeight(30),
            height=Length(138),
            timezone="Europe/Madrid",
        ),
        events=events,
        parameters=parameters or {},
    )


def given(delivery: Delivery) -> list[tuple[str, float]]:
    """Local day and time of each dose with its amount."""
    return [
        (datetime.fromtimestamp(dose.at_us / 1e6, MADRID).strftime("%d %H:%M"), dose.amount_mcg)
        for dose in delivery.doses
    ]


def test_a_tablet_regimen_follows_local_time() -> None:
    """Doses come at each local time from the event to before until, each with its absorbed share."""
    oral = Oral(at=local(1, 9), dose=Mass(5000), times=(time(20), time(8)), until=local(3, 8))
    delivery = oral_and_skin_delivery(therapy_of(oral), instant_us(local(9)))
    assert given(delivery) == [("01 20:00", 5000), ("02 08:00", 5000), ("02 20:00", 5000)]
    assert {dose.absorbed_fraction for dose in delivery.doses} == {0.74}


def test_the_next_oral_event_replaces_a_regimen() -> None:
    """A new regimen takes over at its instant; a dose of 0 ends it; without times it is given once."""
    events = (
        Oral(at=local(1, 8), dose=Mass(5000), times=(time(8), time(20))),
        Oral(at=local(2, 8), dose=Mass(10000), times=(time(8),)),
        Oral(at=local(4), dose=Mass(0), times=(time(8),)),
        Oral(at=local(5, 13), dose=Mass(2500)),
    )
    delivery = oral_and_skin_delivery(therapy_of(*events), instant_us(local(9)))
    assert given(delivery) == [
        ("01 08:00", 5000),
        ("01 20:00", 5000),
        ("02 08:00", 10000),
        ("03 08:00", 10000),
        ("05 13:00", 2500),
    ]


def test_what_lies_after_the_end_is_not_given() -> None:
    """Doses up to and at the end belong to the delivery, later ones do not."""
    oral = Oral(at=local(1, 8), dose=Mass(5000), times=(time(8),))
    assert len(oral_and_skin_delivery(therapy_of(oral), instant_us(local(3, 8))).doses) == 3
    assert len(oral_and_skin_delivery(therapy_of(oral), instant_us(local(3, 8)) - 1).doses) == 2
    assert not oral_and_skin_delivery(therapy_of(oral), instant_us(local(1, 7))).doses


def test_a_time_that_clocks_skip_is_given_the_gap_later() -> None:
    """On 29 March 02:30 does not exist in Madrid: the dose is given at 03:30, beside that of 03:30."""
    oral = Oral(at=local(28, 12, month=3), dose=Mass(1000), times=(time(2, 30), time(3, 30)))
    delivery = oral_and_skin_delivery(therapy_of(oral), instant_us(local(30, 12, month=3)))
    assert given(delivery) == [("29 03:30", 1000), ("29 03:30", 1000), ("30 02:30", 1000), ("30 03:30", 1000)]


def test_a_time_that_comes_twice_is_given_once() -> None:
    """On 25 October 02:30 comes twice in Madrid: the dose is given at its first coming."""
    oral = Oral(at=local(24, 12, month=10), dose=Mass(1000), times=(time(2, 30),))
    delivery = oral_and_skin_delivery(therapy_of(oral), instant_us(local(25, 12, month=10)))
    assert [dose.at_us for dose in delivery.doses] == [
        instant_us(datetime.fromisoformat("2026-10-25T02:30:00+02:00"))
    ]


def test_a_lumbar_puncture_is_a_dose_at_its_level() -> None:
    """The screening dose enters at its instant and level, whole."""
    puncture = LumbarBolus(at=local(2, 10), dose=Mass(50), level="L3")
    (dose,) = oral_and_skin_delivery(therapy_of(puncture), instant_us(local(2, 10))).doses
    assert (dose.site.route, dose.site.level, dose.amount_mcg) == (Route.PUNCTURE, "L3", 50)
    assert dose.absorbed_fraction == 1


@pytest.mark.parametrize(
    ("product", "flux"), [("solution", 1.3), ("microneedles", 11.6), ("nanosuspension-microneedles", 27)]
)
def test_a_patch_gives_its_flux_after_the_lag(product: str, flux: float) -> None:
    """Flux times area enters the skin from six hours after application, for at most 72 h."""
    patch = Topical(at=local(1, 8), product=product, area=Area(100))
    (entry,) = oral_and_skin_delivery(therapy_of(patch), instant_us(local(20))).infusions
    assert entry.rate_mcg_per_h == pytest.approx(100 * flux)
    assert entry.start_us == instant_us(local(1, 14))
    assert entry.end_us - entry.start_us == us_of_hours(72)


def test_a_new_patch_takes_the_place_of_the_old() -> None:
    """Daily patches follow each other without a gap or an overlap, until the regimen ends."""
    patch = Topical(at=local(1, 8), product="solution", area=Area(50), times=(time(8),), until=local(3, 20))
    entries = oral_and_skin_delivery(therapy_of(patch), instant_us(local(20))).infusions
    assert [entry.start_us for entry in entries] == [instant_us(local(day, 14)) for day in (1, 2, 3)]
    assert [entry.end_us for entry in entries] == [
        instant_us(local(2, 14)),
        instant_us(local(3, 14)),
        instant_us(local(4, 2)),
    ]


def test_another_product_ends_the_one_before() -> None:
    """A later topical event ends the application before it, as it does a regimen."""
    events = (
        Topical(at=local(1, 8), product="solution", area=Area(50)),
        Topical(at=local(2, 8), product="microneedles", area=Area(50)),
    )
    first, _ = oral_and_skin_delivery(therapy_of(*events), instant_us(local(20))).infusions
    assert first.end_us == instant_us(local(2, 14))


def test_a_cream_passes_a_small_share_in_twelve_hours() -> None:
    """Of 1 g with 2 % half a per cent, 100 mcg, passes over 12 h, for every application by itself."""
    cream = Topical(
        at=local(1, 8),
        product="cream",
        mass=ProductMass(1),
        strength=Fraction(2),
        times=(time(8), time(16)),
        until=local(1, 23),
    )
    entries = oral_and_skin_delivery(therapy_of(cream), instant_us(local(20))).infusions
    assert [entry.amount_mcg for entry in entries] == [pytest.approx(100), pytest.approx(100)]
    assert [entry.end_us - entry.start_us for entry in entries] == [us_of_hours(12)] * 2


def test_skin_delivery_ends_with_the_run() -> None:
    """What would enter after the end is cut off there, and no infusion of no length is made."""
    patch = Topical(at=local(1, 8), product="solution", area=Area(50))
    (entry,) = oral_and_skin_delivery(therapy_of(patch), instant_us(local(2))).infusions
    assert entry.end_us == instant_us(local(2))
    assert not oral_and_skin_delivery(therapy_of(patch), instant_us(local(1, 14))).infusions


def test_the_share_of_a_dose_by_mouth_is_a_setting() -> None:
    """Bioavailability, lag and cream share come from the therapy's settings."""
    therapy = therapy_of(
        Oral(at=local(1, 8), dose=Mass(1000)),
        Topical(at=local(1, 8), product="solution", area=Area(50)),
        parameters={"oral_bioavailability": "0.9 fraction", "skin_lag": "4 h"},
    )
    delivery = oral_and_skin_delivery(therapy, instant_us(local(9)))
    assert delivery.doses[0].absorbed_fraction == 0.9
    assert delivery.infusions[0].start_us == instant_us(local(1, 12))


CREAM = Topical(
    at=local(1), product="cream", mass=ProductMass(1), strength=Fraction(2), times=(time(0), time(12))
)
SOLUTION = Topical(at=local(1), product="solution", area=Area(100), times=(time(8),))
BEST_PATCH = Topical(at=local(1), product="nanosuspension-microneedles", area=Area(100), times=(time(8),))


@pytest.mark.parametrize(
    ("event", "low", "high"), [(CREAM, 1.2, 1.6), (SOLUTION, 20, 22), (BEST_PATCH, 430, 460)]
)
def test_plasma_from_the_skin(event: Topical, low: float, high: float) -> None:
    """In a child of 30 kg a cream gives under 3 ng/mL, 100 cm2 of solution 21, of the best patch 450."""
    therapy = therapy_of(event)
    start_us, end_us = instant_us(event.at), instant_us(event.at) + 10 * US_PER_DAY
    exposure = expose(oral_and_skin_delivery(therapy, end_us), therapy, start_us, [end_us])
    assert low < exposure.plasma_ng_per_ml[-24:].mean() < high


def test_the_unabsorbed_share_is_eliminated_with_the_absorption() -> None:
    """Of a dose of which nothing is absorbed all passes the gut and is eliminated, none reaches plasma."""
    therapy = therapy_of(
        Oral(at=local(1, 8), dose=Mass(1000)), parameters={"oral_bioavailability": "0 fraction"}
    )
    start_us = instant_us(local(1, 8))
    outputs = [start_us, start_us + US_PER_HOUR, start_us + US_PER_DAY]
    exposure = expose(oral_and_skin_delivery(therapy, outputs[-1]), therapy, start_us, outputs)
    assert exposure.gut_mcg[0] == 1000
    assert 0 < exposure.eliminated_mcg[1] < 1000
    assert exposure.eliminated_mcg[-1] == pytest.approx(1000)
    assert not exposure.plasma_mcg.any()


def test_nothing_beside_the_pump_is_no_delivery() -> None:
    """A therapy without tablets, skin or puncture delivers nothing by them."""
    delivery = oral_and_skin_delivery(therapy_of(), instant_us(local(9)))
    assert delivery == Delivery()
    assert not [entry for entry in delivery.infusions if isinstance(entry, Infusion)]
