"""What a program would do, before anybody sets it: the course up to now once, each program after it fast.

:func:`prepare` takes a therapy up to the instant at which a program would be set; :meth:`Prepared.of` then
shows what a program does from there: the first days, and the *steady day*, on which it is repeated long
enough. It is the course: the numbers are those of :func:`~cisterna.course.simulate` of
:meth:`Prepared.therapy_with` that program, to rounding.
"""

from cisterna.course.preview.band import Population
from cisterna.course.preview.goals import Goal, Met
from cisterna.course.preview.prepared import Prepared, prepare
from cisterna.course.preview.shown import FIRST_DAYS, Preview

__all__ = ["FIRST_DAYS", "Goal", "Met", "Population", "Prepared", "Preview", "prepare"]
