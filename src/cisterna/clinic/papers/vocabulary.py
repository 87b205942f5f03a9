"""Words that a paper takes from the record and the worklist, so that the catalogue knows them.

They are translated where a paper is made; a word that is not here is printed as it stands in the record.
"""

from __future__ import annotations

from cisterna.clinic.web.messages import marked

__all__ = ["WORDS_OF_THE_RECORD"]

WORDS_OF_THE_RECORD = (
    marked("baclofen"),
    marked("mcg/day"),
    marked("mL/day"),
    marked("simple continuous"), marked("flex"), marked("periodic bolus"), marked("minimum rate"),
    marked("constant flow"),
    marked("cerebral palsy"), marked("spinal cord injury"), marked("multiple sclerosis"),
    marked("brain injury"), marked("stroke"),
    marked("Physician"), marked("Nurse"), marked("Therapist"), marked("Surgeon"),
    marked("Monday"), marked("Tuesday"), marked("Wednesday"), marked("Thursday"), marked("Friday"),
    marked("Saturday"), marked("Sunday"),
    marked("First fill"), marked("Refill"), marked("First program"), marked("Dose change"),
    marked("Screening trial"), marked("Explant"), marked("Pump stopped"),
    marked("Pump resumed"), marked("Pump read"), marked("Oral baclofen"), marked("Correction"),
    marked("Pump clock"), marked("Assessed"), marked("Measured"), marked("MRI"), marked("Alarm"),
    marked("Adverse event"), marked("Decision"),
    marked("Priming bolus"), marked("Bridge bolus"), marked("Single bolus"),
    marked("Patient bolus"), marked("Fault"), marked("Session"), marked("Port"), marked("On the skin"),
    marked("Check after MRI"), marked("Check the pump"), marked("Assessment"), marked("Replacement"),
    marked("Low reservoir"), marked("Confirm the program"), marked("Read the pump after the scan"),
    marked("Mend the record"), marked("Critical alarm reported"), marked("Alarm reported"),
    marked("none known"), marked("Fill the pump"), marked("Replace the pump"), marked("The pump is stopped"),
    marked("Schedule the replacement of the pump"), marked("Find out when to replace the pump"),
    marked("Mend the record: no date of the pump can be computed"),
    marked("Record the outcome of the bolus"), marked("Now"), marked("Soon"), marked("Later"),
    marked("overdue"), marked("first fill"),
)  # fmt: skip
"""Drugs, modes, conditions, parts of the team, days, kinds of event and of need."""
