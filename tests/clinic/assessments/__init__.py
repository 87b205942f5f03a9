"""The assessments of a patient in the clinic."""
