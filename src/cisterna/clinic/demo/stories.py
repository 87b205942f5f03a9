"""The histories of the demonstration, one of each kind, and the order in which they are told."""

from __future__ import annotations

from cisterna.clinic.demo.before_the_pump import (
    decided,
    ladder,
    non_responder,
    responder,
    topical,
    tried_soon,
    waiting,
)
from cisterna.clinic.demo.events import (
    alarm_reported,
    beyond_the_usual,
    catheter_revised,
    corrected,
    explanted,
    leaked,
    loses_effect,
    low_alarm,
    pump_replaced,
    replacement_due,
    scanned,
    scanned_and_read,
    unconfirmed,
    weaned,
    weaning,
)
from cisterna.clinic.demo.first_weeks import just_implanted, titrating
from cisterna.clinic.demo.modes import clock_set, flexes, pulses, self_boluses
from cisterna.clinic.demo.settled import settled
from cisterna.clinic.demo.story import Story

__all__ = ["STORIES"]

STORIES: tuple[Story, ...] = (
    # ---- now
    Story(kinds=("alarm reported", "overdue refill", "stroke"), tells=alarm_reported, condition="stroke",
          age=(45, 60), target=(140, 220), due_in=-8),
    Story(kinds=("MRI not read",), tells=scanned, gmfcs="III", age=(13, 16), target=(230, 330), size_ml=40,
          due_in=30),
    Story(kinds=("overdue refill",), tells=settled, gmfcs="V", age=(9, 12), target=(180, 260), due_in=-1,
          booked=-1),
    # ---- soon
    Story(kinds=("unconfirmed program",), tells=unconfirmed, gmfcs="IV", age=(15, 17), target=(250, 350),
          size_ml=40, due_in=44),
    Story(kinds=("refill due",), tells=settled, gmfcs="IV", age=(10, 12), target=(130, 180), due_in=3),
    Story(kinds=("refill due",), tells=settled, gmfcs="III", age=(6, 8), bolus=25, target=(85, 120), due_in=4,
          booked=1),
    Story(kinds=("refill due", "shunt", "allergy"), tells=settled, gmfcs="IV", age=(8, 9), target=(180, 220),
          due_in=8, booked=0, allergies="latex", alerts=("VP shunt", "Needs a hoist")),
    Story(kinds=("ERI",), tells=replacement_due, gmfcs="IV", age=(34, 42), years=(6.4, 6.55),
          target=(260, 340), size_ml=40, due_in=42),
    # ---- later
    Story(kinds=("before evaluation", "screening booked"), tells=tried_soon, gmfcs="IV", age=(10, 12)),
    Story(kinds=("refill due",), tells=settled, gmfcs="V", age=(14, 16), target=(200, 260), due_in=10,
          booked=0),
    Story(kinds=("refill due",), tells=settled, gmfcs="V", age=(12, 14), years=(3, 5), target=(480, 560),
          size_ml=40, due_in=14, booked=0),
    Story(kinds=("assessment due",), tells=settled, gmfcs="IV", age=(13, 15), target=(330, 400), size_ml=40,
          due_in=60, reviewed=(347, 347), scored=0),
    Story(kinds=("refill due",), tells=settled, gmfcs="III", age=(9, 10), target=(100, 140), due_in=21,
          booked=0),
    Story(kinds=("refill due", "multiple sclerosis"), tells=settled, condition="multiple sclerosis",
          age=(50, 60), target=(200, 300), due_in=24, booked=2),
    Story(kinds=("refill due",), tells=settled, gmfcs="V", age=(15, 17), target=(360, 420), size_ml=40,
          due_in=29),
    Story(kinds=("refill due", "oral weaning"), tells=weaned, gmfcs="IV", age=(6, 8), years=(0.9, 1.2),
          bolus=25, target=(75, 95), due_in=35),
    # ---- before a pump
    Story(kinds=("evaluation under way",), tells=waiting, gmfcs="II", age=(7, 10)),
    Story(kinds=("trial to be booked",), tells=decided, condition="multiple sclerosis", age=(38, 52)),
    Story(kinds=("responder",), tells=responder, gmfcs="V", age=(5, 8)),
    Story(kinds=("second step of the ladder", "trial under way"), tells=ladder, condition="brain injury",
          age=(24, 36)),
    Story(kinds=("non-responder",), tells=non_responder, condition="spinal cord injury", age=(30, 50)),
    Story(kinds=("topical",), tells=topical, gmfcs="II", age=(9, 12)),
    # ---- the first weeks
    Story(kinds=("just implanted",), tells=just_implanted, gmfcs="IV", age=(6, 9)),
    Story(kinds=("titrating",), tells=titrating, condition="spinal cord injury", age=(25, 40),
          target=(300, 360), size_ml=40),
    Story(kinds=("titrating", "oral weaning"), tells=weaning, gmfcs="V", age=(7, 10), years=(0.1, 0.11),
          target=(130, 150), due_in=24, booked=3),
    # ---- modes
    Story(kinds=("flex",), tells=flexes, gmfcs="III", age=(8, 12), years=(1, 2), target=(180, 240)),
    Story(kinds=("periodic bolus",), tells=pulses, condition="brain injury", age=(28, 45), target=(280, 380),
          size_ml=40),
    Story(kinds=("patient bolus",), tells=self_boluses, condition="spinal cord injury", age=(32, 50),
          target=(320, 420), size_ml=40),
    Story(kinds=("flex", "clock set"), tells=clock_set, gmfcs="III", age=(11, 15), years=(1, 2.5),
          target=(200, 260)),
    # ---- what happens in years
    Story(kinds=("pump replaced",), tells=pump_replaced, gmfcs="IV", age=(19, 26), years=(7.6, 8.4),
          target=(320, 420), size_ml=40),
    Story(kinds=("catheter revised",), tells=catheter_revised, gmfcs="IV", age=(12, 15), years=(2, 3),
          target=(220, 280), size_ml=40),
    Story(kinds=("MRI and read",), tells=scanned_and_read, gmfcs="III", age=(10, 16), target=(180, 240)),
    Story(kinds=("explanted",), tells=explanted, condition="brain injury", age=(30, 48), target=(220, 300),
          due_in=10),
    Story(kinds=("corrected",), tells=corrected, gmfcs="V", age=(9, 14), target=(200, 260)),
    Story(kinds=("adverse event",), tells=leaked, gmfcs="IV", age=(8, 14), target=(160, 220)),
    Story(kinds=("limit with a reason",), tells=beyond_the_usual, gmfcs="V", age=(15, 17), years=(4, 5),
          bolus=75, target=(610, 640), size_ml=40, due_in=52),
    Story(kinds=("low alarm heard",), tells=low_alarm, condition="stroke", age=(52, 68), target=(150, 220)),
    # ---- years of refills
    Story(kinds=("brain injury", "loss of effect"), tells=loses_effect, condition="brain injury",
          age=(22, 34), years=(3, 5), target=(260, 340)),
    Story(kinds=("spinal cord injury",), tells=settled, condition="spinal cord injury", age=(40, 58),
          years=(4, 5.5), bolus=75, target=(480, 620), size_ml=40),
    Story(kinds=("multiple sclerosis",), tells=settled, condition="multiple sclerosis", age=(44, 58),
          years=(2, 5), target=(310, 380), size_ml=40),
    Story(kinds=("GMFCS II",), tells=settled, gmfcs="II", age=(14, 17), bolus=25, target=(95, 130)),
    Story(kinds=("years of refills", "recalled"), tells=settled, gmfcs="V", age=(13, 17), years=(5, 5.9),
          target=(380, 480), size_ml=40),
    Story(kinds=("years of refills", "recalled"), tells=settled, gmfcs="IV", age=(20, 33), years=(4, 5.8),
          target=(260, 360)),
    Story(kinds=("years of refills", "allergy"), tells=settled, gmfcs="V", age=(11, 15), years=(3, 5),
          target=(300, 380), size_ml=40, allergies="chlorhexidine", alerts=("Interpreter needed",)),
)  # fmt: skip
"""What is told, in this order; a larger demonstration tells it again with other people and other draws."""
