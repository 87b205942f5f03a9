"""An invented child whose pump gives 200 mcg/day, one rate all day."""

from __future__ import annotations

from datetime import date, datetime

from tests.clinic.served import RECORDER, Served

from cisterna.clinic.record import Identity, add_patient
from cisterna.therapy import Fill, Implant, Patient, Program, Therapy, Tone
from cisterna.units import BodyWeight, Concentration, DailyDose, Length, Volume

__all__ = ["add_child", "constant_day"]

_IMPLANTED = datetime.fromisoformat("2026-03-02T09:00:00+01:00")
_REFILLS = (("2026-05-20T10:00:00+02:00", 4.2), ("2026-08-12T10:00:00+02:00", 3.2),
            ("2026-11-02T10:00:00+01:00", 3.6))  # fmt: skip


def constant_day() -> Therapy:
    """The therapy, refilled in time."""
    strength = Concentration(1000)
    return Therapy(
        patient=Patient(
            label="invented girl", born=date(2018, 2, 11), sex="female", weight=BodyWeight(21),
            height=Length(118), condition="cerebral palsy", gmfcs="IV", timezone="Europe/Madrid",
            tone=Tone(legs=3.6, arms=3.0, scale="ashworth-1-5"),
        ),
        events=(
            Implant(at=_IMPLANTED, id="i", pump="synchromed-ii-20", catheter="ascenda-8780", tip="T10",
                    catheter_trimmed=Length(52), alarm_volume=Volume(2)),
            Fill(at=_IMPLANTED, id="f", injected=Volume(20), concentration=strength),
            Program(at=_IMPLANTED, id="p", mode="simple-continuous", daily_dose=DailyDose(200)),
            *(
                Fill(at=datetime.fromisoformat(at), id=f"r{place}", injected=Volume(20),
                     withdrawn=Volume(withdrawn), concentration=strength)
                for place, (at, withdrawn) in enumerate(_REFILLS)
            ),
        ),
    )  # fmt: skip


def add_child(served: Served) -> str:
    """Keep the child in a served clinic; the id."""
    who = Identity(number="DEMO-EDIT", family_name="VIDAL INVENTED", given_name="Marta")
    with served.database.unit(RECORDER) as unit:
        return add_patient(unit, who, constant_day())
