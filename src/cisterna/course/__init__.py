"""The course of a therapy: pump and body on one time axis, with what they cost and warn of.

:func:`simulate` joins the two rooms that do not know each other: what the pump delivers goes into
the body, and both are read at the same instants. The result says where every microgram is
(:class:`DrugAccount`) and which published ranges the course leaves (:class:`Warning`).
"""

from cisterna.course.account import DrugAccount
from cisterna.course.course import Course
from cisterna.course.simulate import output_times, simulate
from cisterna.course.warning import Warning  # noqa: A004  the field's word

__all__ = ["Course", "DrugAccount", "Warning", "output_times", "simulate"]
