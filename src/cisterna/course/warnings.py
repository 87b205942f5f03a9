"""Everything a course warns of: the published ranges that it leaves, each with its source."""

from __future__ import annotations

from cisterna.course.course import Course
from cisterna.course.dosing_warnings import dosing_warnings
from cisterna.course.interruption_warnings import interruption_warnings
from cisterna.course.pump_warnings import pump_warnings
from cisterna.course.response_warnings import response_warnings
from cisterna.course.warning import Warning  # noqa: A004

__all__ = ["warnings_of"]


def warnings_of(course: Course) -> tuple[Warning, ...]:
    """All warnings of a course in the order of time."""
    return tuple(
        sorted(
            [
                *dosing_warnings(course),
                *pump_warnings(course),
                *interruption_warnings(course),
                *response_warnings(course.response, course.therapy.settings),
            ]
        )
    )
