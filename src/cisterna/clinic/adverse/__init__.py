"""Adverse events as they are coded: type, grade, early or late, the device, what was done, the report."""
