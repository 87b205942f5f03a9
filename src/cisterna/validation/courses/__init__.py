"""The time courses behind the targets: what the model gives between the published points.

:func:`time_courses` draws each published course once, with the first draw of a run, and sets beside its
curve what was published (:class:`Mark`, :class:`Decline`) and what the rows gave.
"""

from cisterna.validation.courses.drawn import time_courses
from cisterna.validation.courses.figure import Decline, Limit, Mark, TimeCourse

__all__ = ["Decline", "Limit", "Mark", "TimeCourse", "time_courses"]
