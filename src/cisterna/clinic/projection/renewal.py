"""Computing everything again after a setting changed, a few patients at a time, while the clinic works.

How far it came stands in the database, so that a server that starts, or another one, goes on with it.
"""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from cisterna.clinic.database import Actor, Database, Unit
from cisterna.clinic.database.tables import instance, patient
from cisterna.clinic.projection.service import project
from cisterna.clinic.settings.site import site_choices
from cisterna.errors import InputError

__all__ = ["begin_renewal", "is_renewing", "renew"]

_MARK = "renewed_up_to"
_AT_ONCE = 10
_PROGRAM = Actor(name="renewal after a change of settings")


def begin_renewal(unit: Unit) -> None:
    """Let everything be computed again, from the first patient on."""
    unit.connection.execute(delete(instance).where(instance.c.name == _MARK))
    unit.connection.execute(insert(instance).values(name=_MARK, value=""))


def is_renewing(unit: Unit) -> bool:
    """Whether some patients still show what followed from the settings of before."""
    return (
        unit.connection.execute(select(instance.c.value).where(instance.c.name == _MARK)).first() is not None
    )


def renew(database: Database) -> int:
    """Compute again what is left of a renewal; how many patients that were."""
    done = 0
    while True:
        with database.unit(_PROGRAM) as unit:
            count = _next(unit)
        if count is None:
            return done
        done += count


def _next(unit: Unit) -> int | None:
    """The next few patients; ``None`` where nothing is left. The mark is locked: servers take turns."""
    from cisterna.clinic.record.service import confirmed_ids, record_of  # noqa: PLC0415  the record projects, too

    wanted = select(instance.c.value).where(instance.c.name == _MARK).with_for_update()
    mark = unit.connection.execute(wanted).scalar()
    if mark is None:
        return None
    ids = unit.connection.execute(
        select(patient.c.id).where(patient.c.id > mark).order_by(patient.c.id).limit(_AT_ONCE)
    ).scalars().all()  # fmt: skip
    choices = site_choices(unit.connection)
    for patient_id in ids:
        try:
            _, record = record_of(unit, patient_id, for_change=True)
            therapy = record.therapy
        except InputError as error:  # such as a device file that is not there: the others go on
            unit.audit("renewal-refused", {"why": str(error.faults[0])}, patient_id=patient_id)
            continue
        project(unit, patient_id, therapy, confirmed_ids(unit, patient_id), choices)
    if ids:
        unit.connection.execute(update(instance).where(instance.c.name == _MARK).values(value=ids[-1]))
    else:
        unit.connection.execute(delete(instance).where(instance.c.name == _MARK))
    return len(ids)
