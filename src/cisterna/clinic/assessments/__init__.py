"""The assessments of a patient: the scores of each scale over time, what is due, and recording a new one.

Every scale is described once (:mod:`.asked`): form, checks, history and charts follow from it.
"""
