"""Building blocks for therapies in which something goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from cisterna.evidence import Catalogue, builtin_catalogue
from cisterna.instants import instant_us
from cisterna.pump import PumpRun, refusals, run_pump
from cisterna.therapy.events import Event, FaultEvent, Fill, Implant, PrimingBolus, Program
from cisterna.therapy.patient import Patient
from cisterna.therapy.therapy import Therapy
from cisterna.units import Concentration, DailyDose, Fraction, Volume

At = Callable[[float], datetime]
TherapyOf = Callable[..., Therapy]
MCG_PER_H = 12.5  # 300 mcg/day


def fill(at: datetime, withdrawn: float | None = None, **keys: object) -> Fill:
    """20 mL of 500 mcg/mL into a rinsed reservoir, so that the label is true."""
    given = {"injected": Volume(20), "concentration": Concentration(500), "rinsed": True}
    drawn = None if withdrawn is None else Volume(withdrawn)
    return Fill(at=at, withdrawn=drawn, **(given | keys))  # type: ignore[arg-type]


def daily(at: datetime, dose: float = 300.0, *, reason: str | None = None) -> Program:
    """A constant flow: 300 mcg/day of 500 mcg/mL are 0.6 mL/day, 0.025 mL/h."""
    return Program(at=at, mode="simple-continuous", daily_dose=DailyDose(dose), reason=reason)


def begun(at: At) -> tuple[Event, ...]:
    """A pump that is filled, primed to its tip, and programmed from the second hour on."""
    return (fill(at(1)), PrimingBolus(at=at(1), parts="pump+catheter"), daily(at(2)))


def fault(at: datetime, what: str, amount: object = None, until: datetime | None = None) -> FaultEvent:
    """A fault; a bare number is a share in per cent."""
    share = Fraction(amount) if isinstance(amount, (int, float)) and type(amount) in (int, float) else amount
    return FaultEvent(at=at, what=what, amount=share, until=until)  # type: ignore[arg-type]


def ran(therapy: Therapy, until: datetime) -> PumpRun:
    """The run of a therapy that nothing refuses, its drug account closed."""
    assert refusals(therapy) == ()
    run = run_pump(therapy, instant_us(until))
    assert run is not None
    held = run.readings([instant_us(until)])
    assert abs(held.account_error_mcg()[0]) <= 1e-12 * held.injected_mcg[0]
    return run


def texts(run: PumpRun, at: datetime | None = None) -> list[str]:
    """What happened, at an instant or at all."""
    wanted = None if at is None else instant_us(at)
    return [told.text for told in run.happenings if wanted is None or told.at_us == wanted]


def conditions(run: PumpRun) -> list[str]:
    """The conditions of the alarms, in the order in which they came."""
    return [alarm.condition.value for alarm in run.alarms]


def own_pump(
    implant: Implant, events: Sequence[Event], parameters: dict[str, str] | None = None, **properties: str
) -> Therapy:
    """A therapy with a pump of the user's own: the numbers of a SynchroMed II, other properties."""
    lent = builtin_catalogue().pump("synchromed-ii-20")
    valve = builtin_catalogue().pump("prometra-ii-20").numbers["mri_valve_volume"]
    own = replace(
        lent,
        name="own",
        model="own pump",
        properties=properties,
        numbers={**lent.numbers, "mri_valve_volume": valve},
    )
    catalogue = builtin_catalogue().with_devices(Catalogue(pumps={"own": own}, catheters={}))
    return Therapy(
        patient=Patient(label="invented", born=date(2010, 5, 1), timezone="UTC"),
        events=(replace(implant, pump="own"), *events),
        parameters={"front_mixing_plugs": "0 count", **(parameters or {})},
        catalogue=catalogue,
    )
