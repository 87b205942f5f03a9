"""The rows of patients, of those who look after them, and of their papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, and_, delete, func, insert, or_, select

from cisterna.care.need import NeedKind
from cisterna.care.standing import Standing
from cisterna.clinic.database.tables import appointment, device, need, patient, standing, team
from cisterna.clinic.projection.codec import from_text
from cisterna.clinic.record.identity import search_key

__all__ = [
    "AT_ONCE",
    "Booked",
    "Listed",
    "booked_visits",
    "found",
    "how_many",
    "listed",
    "patient_with_number",
    "replace_team",
    "team_of",
]

AT_ONCE = 50
"""How many patients a page of the list shows, and a search at most."""

_SHORTEST_SERIAL = 3


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One row of the list: ``refill_by`` is a local day as text, ``standing`` where the therapy stands."""

    id: str
    number: str
    family_name: str
    given_name: str
    refill_by: str | None
    standing: Standing | None
    matched: str = ""


@dataclass(frozen=True, kw_only=True)
class Booked:
    """A visit that stands in the diary."""

    kind: str
    at_us: int
    with_whom: str


def how_many(connection: Connection) -> tuple[int, int]:
    """How many patients there are, and how many of them have a pump in place."""
    every = connection.execute(select(func.count()).select_from(patient)).scalar_one()
    with_pump = select(func.count(func.distinct(device.c.patient_id))).where(
        device.c.role == "pump", device.c.until_us.is_(None)
    )
    return int(every), int(connection.execute(with_pump).scalar_one())


def listed(connection: Connection, page: int) -> tuple[Listed, ...]:
    """One page of all patients by name, the first page being 1."""
    wanted = _rows().order_by(patient.c.search_key).limit(AT_ONCE).offset((page - 1) * AT_ONCE)
    return tuple(_listed(row) for row in connection.execute(wanted))


def found(connection: Connection, words: str) -> tuple[Listed, ...]:
    """The patients whose name or number holds every word, or one of whose devices has this serial or lot."""
    parts = search_key(words).split()
    if not parts:
        return ()
    by_name = and_(*(patient.c.search_key.contains(part, autoescape=True) for part in parts))
    serials = _by_device(connection, words.strip())
    wanted = _rows().where(or_(by_name, patient.c.id.in_(serials))).order_by(patient.c.search_key)
    return tuple(_listed(row, serials.get(row.id, "")) for row in connection.execute(wanted.limit(AT_ONCE)))


def _by_device(connection: Connection, words: str) -> dict[str, str]:
    """The patients with a device whose serial or lot holds the words, and what matched."""
    if len(words) < _SHORTEST_SERIAL:
        return {}
    matches = [column.icontains(words, autoescape=True) for column in (device.c.serial, device.c.lot)]
    rows = connection.execute(
        select(device.c.patient_id, device.c.role, device.c.serial, device.c.lot)
        .where(or_(*matches))
        .limit(AT_ONCE)
    )
    return {
        row.patient_id: f"{row.role}, " + ", ".join(
            f"{name} {text}" for name, text in (("serial", row.serial), ("lot", row.lot)) if text
        )
        for row in rows
    }  # fmt: skip


def _rows() -> Select[tuple[str, str, str, str, str | None, str | None]]:
    refill = (
        select(need.c.patient_id, func.min(need.c.due_on).label("due_on"))
        .where(need.c.kind == NeedKind.REFILL.value)
        .group_by(need.c.patient_id)
        .subquery()
    )
    return (
        select(
            patient.c.id,
            patient.c.number,
            patient.c.family_name,
            patient.c.given_name,
            refill.c.due_on,
            standing.c.facts,
        )
        .outerjoin(refill, refill.c.patient_id == patient.c.id)
        .outerjoin(standing, standing.c.patient_id == patient.c.id)
    )


def _listed(row: object, matched: str = "") -> Listed:
    identity = {name: getattr(row, name) for name in ("id", "number", "family_name", "given_name")}
    facts = getattr(row, "facts", None)
    return Listed(
        **identity,
        refill_by=getattr(row, "due_on", None),
        standing=None if facts is None else from_text(facts, Standing),
        matched=matched,
    )


def patient_with_number(connection: Connection, number: str) -> str | None:
    """The id of the patient with a hospital's number."""
    return connection.execute(select(patient.c.id).where(patient.c.number == number.strip())).scalar()


def team_of(connection: Connection, patient_id: str) -> dict[str, str]:
    """Who looks after a patient, by the part that they have."""
    rows = connection.execute(select(team.c.part, team.c.name).where(team.c.patient_id == patient_id))
    return {row.part: row.name for row in rows}


def replace_team(
    connection: Connection, patient_id: str, members: Mapping[str, str], accounts: Mapping[str, str]
) -> None:
    """Another team; ``accounts`` are the ids of accounts by the names of their people."""
    connection.execute(delete(team).where(team.c.patient_id == patient_id))
    rows: Sequence[dict[str, str | None]] = [
        {"patient_id": patient_id, "part": part, "name": name, "account_id": accounts.get(name)}
        for part, name in members.items()
    ]
    if rows:
        connection.execute(insert(team), rows)


def booked_visits(connection: Connection, patient_id: str) -> tuple[Booked, ...]:
    """The visits that are booked for a patient, the first one first."""
    rows = connection.execute(
        select(appointment.c.kind, appointment.c.at_us, appointment.c.with_whom)
        .where(appointment.c.patient_id == patient_id, appointment.c.state == "booked")
        .order_by(appointment.c.at_us)
    )
    return tuple(Booked(kind=row.kind, at_us=row.at_us, with_whom=row.with_whom) for row in rows)
