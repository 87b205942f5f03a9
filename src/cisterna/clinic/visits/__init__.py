"""Visits step by step: every step is saved as it is typed, and what was done is recorded as one whole.

A visit is of a kind: steps in the order of a guide of the care room, each with fields and checks. It can be
left and gone on with, by another person and on another screen; nothing that was typed is lost. What a kind
adds to the therapy, and at which step, is for the kind to say.
"""
