"""Invented patients for a demonstration of the clinic and for its load tests: nobody here exists.

About forty histories of all kinds, made by code from a seed for one day, and plainer ones by the thousand.
Everybody has the name of a bird, numbers and serials say ``DEMO``, telephone numbers are of the ranges kept
for fiction. Doses follow published steps, volumes the published accuracy of pumps, scores the published
groups; they are invented all the same and say nothing about anybody.

>>> from datetime import date
>>> first = next(iter(invented_patients(7, 44, date(2026, 11, 23))))
>>> first.therapy.patient.label.endswith("(invented)"), first.identity.number
(True, 'DEMO-1001')
"""

from cisterna.clinic.demo.invention import KINDS, demonstration_day, invented_patients
from cisterna.clinic.demo.patient import BookedVisit, Confirmation, Document, InventedPatient, TeamMember
from cisterna.clinic.demo.people import STAFF, Contact, Identity, StaffMember
from cisterna.clinic.demo.plain_history import invented_history

__all__ = [
    "KINDS",
    "STAFF",
    "BookedVisit",
    "Confirmation",
    "Contact",
    "Document",
    "Identity",
    "InventedPatient",
    "StaffMember",
    "TeamMember",
    "demonstration_day",
    "invented_history",
    "invented_patients",
]
