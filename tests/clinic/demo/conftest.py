from datetime import date

import pytest

from cisterna.clinic.demo import InventedPatient, invented_patients
from cisterna.clinic.demo.stories import STORIES

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def demonstration() -> tuple[InventedPatient, ...]:
    """The demonstration of one seed and day."""
    return tuple(invented_patients(7, len(STORIES), TODAY))
