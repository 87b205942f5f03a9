"""Invented people: everybody here has the name of a bird, so that nobody can be taken for a real person.

Telephone numbers are of the ranges that the United Kingdom keeps for fiction, addresses of the domain that
is reserved for examples, and every number of a hospital carries ``DEMO``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, NamedTuple

__all__ = [
    "FAMILIES",
    "GIVEN",
    "STAFF",
    "Contact",
    "Identity",
    "Person",
    "StaffMember",
    "invented_identity",
    "invented_people",
]

Sex = Literal["female", "male"]


class Person(NamedTuple):
    """An invented name; ``family`` is a bird in a language of the given name."""

    family: str
    given: str
    sex: Sex


@dataclass(frozen=True, kw_only=True)
class Contact:
    """How to reach the patient or somebody close; ``who`` says who answers."""

    who: str
    phone: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who an invented patient is, apart from the therapy."""

    number: str
    family_name: str
    given_name: str
    contacts: tuple[Contact, ...]
    alerts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StaffMember:
    """Somebody of the invented team; ``role`` is a role of the clinic."""

    login: str
    name: str
    role: str


STAFF: tuple[StaffMember, ...] = (
    StaffMember(login="owl", name="Ada Owl", role="administrator"),
    StaffMember(login="crane", name="Dr Tess Crane", role="physician"),
    StaffMember(login="stork", name="Dr Sune Stork", role="physician"),
    StaffMember(login="heron", name="Ruth Heron", role="nurse"),
    StaffMember(login="swift", name="Jo Swift", role="nurse"),
    StaffMember(login="finch", name="Mina Finch", role="therapist"),
    StaffMember(login="martin", name="Lou Martin", role="scheduler"),
    StaffMember(login="rook", name="Emergency department, Sam Rook", role="emergency-reader"),
)
"""The invented team, one or two of each role."""

_PEOPLE = """
DUNNOCK Peter m, ÀWÒKO Tobi m, LÖVSÅNGARE Ebba f, SIKORECZKA Zofia f, MIRLO PAZ Luis m, JILGUERO SOL
Marta f, PTARMIGAN Alasdair m, BERGFINK Nils m, ÒKÍN Femi m, MÉSANGE Clémence f, ZAUNKÖNIG Jonas m,
ANDORINHA Inês f, CAPERCAILLIE Fiona f, SERÇE Emre m, VLAŠTOVKA Anežka f, TSUBAME Haruki m, BULBUL Amina
f, KOYAL Rohan m, MYNA Priya f, HEINÄSORSA Aino f, PETTIROSSO Giulia f, USIGNOLO Matteo m, ROODBORST
Sanne f, GRUTTO Daan m, LUNDI Sólrún f, MERIKOTKAS Eero m, TŪĪ Aroha f, KOOKABURRA Jarrah m, ROSELLA
Maeve f, SUNBIRD Ifeoma f, GOLUB Milena f, LASTIVKA Oksana f, GÓLYA Bence m, BARZA Ilinca f, YANZI Mei
f, KKACHI Min-jun m, HỌA MI Linh f, CENDRAWASIH Putri f, TANAGER Noah m, QUETZAL Itzel f, CÓNDOR Inti m,
GWENNOL Carys f, DREOILÍN Oisín m, KEKLIK Elif f, PELARGOS Nikos m, HOOPOE Daniel m, RAKHAM Yusuf m,
KOLIBRI Anneke f, WHIMBREL Gwen f, SKYLARK Harriet f, WAXWING Leonard m, FIRECREST Imogen f, TURNSTONE
Callum m, GOLDFINK Lorenz m, ROITELET Baptiste m, TOHTORI-TIAINEN Sanni f, SÆDDIS Magnus m, PĪLE Lote f,
KREGŽDĖ Jonė f, VARBLANE Kaarel m,
"""


def _read(line: str) -> Person:
    *family, given, sex = line.split()
    return Person(" ".join(family), given, "female" if sex == "f" else "male")


_ALL = tuple(_read(entry) for entry in _PEOPLE.replace("\n", " ").split(",") if entry.strip())
FAMILIES: tuple[str, ...] = tuple(person.family for person in _ALL)
"""Birds that serve as family names."""
GIVEN: tuple[tuple[str, Sex], ...] = tuple((person.given, person.sex) for person in _ALL)
"""Given names, with the sex that goes with them here."""


def invented_people(random: Random, count: int) -> Sequence[Person]:
    """``count`` invented people, each name once; beyond the list families are two birds.

    >>> people = invented_people(Random(1), 200)
    >>> len({(person.family, person.given) for person in people})
    200
    """
    people = random.sample(_ALL, min(count, len(_ALL)))
    taken = set(people)
    while len(people) < count:
        first, second = random.sample(FAMILIES, 2)
        given, sex = random.choice(GIVEN)
        person = Person(f"{first}-{second}", given, sex)
        if person not in taken:
            taken.add(person)
            people.append(person)
    return people


def invented_identity(
    random: Random, number: str, person: Person, *, grown: bool, alerts: tuple[str, ...] = ()
) -> Identity:
    """The identity of an invented person, with a telephone of the range for fiction and no real address."""
    contact = Contact(
        who="the patient" if grown else "a parent",
        phone=f"+44 7700 900{random.randint(0, 999):03d}",
        email=f"{number.lower()}@example.org",
    )
    return Identity(
        number=number,
        family_name=person.family,
        given_name=person.given,
        contacts=(contact,),
        alerts=alerts,
    )
