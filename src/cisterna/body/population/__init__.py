"""Virtual patients, one by one or a million of them.

:func:`draw_population` draws patients with all their parameters, for published studies that are re-run.
:class:`Population` holds the same spreads as arrays and draws any number of patients by seed and place;
:func:`follow_cohort` takes them and their programs through the kernel in batches, so that memory stays small.
"""

from cisterna.body.population.bands import Bands, bands_of
from cisterna.body.population.cohort import Cohort, Followed, follow_cohort
from cisterna.body.population.drawing import (
    Ages,
    TypicalSize,
    VirtualPatient,
    draw_patient,
    draw_population,
    drawn_settings,
    lognormal_sigma,
    typical_patient,
    typical_size,
)
from cisterna.body.population.programs import Programs
from cisterna.body.population.rates import OUTPUTS
from cisterna.body.population.responding import ResponseValues
from cisterna.body.population.spreads import VARYING, Patients, Population
from cisterna.kernel import RESPONSES

__all__ = [
    "OUTPUTS",
    "RESPONSES",
    "VARYING",
    "Ages",
    "Bands",
    "Cohort",
    "Followed",
    "Patients",
    "Population",
    "Programs",
    "ResponseValues",
    "TypicalSize",
    "VirtualPatient",
    "bands_of",
    "draw_patient",
    "draw_population",
    "drawn_settings",
    "follow_cohort",
    "lognormal_sigma",
    "typical_patient",
    "typical_size",
]
