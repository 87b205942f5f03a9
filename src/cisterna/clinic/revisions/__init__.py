"""Revisions of what was implanted: a new pump or catheter, a tip that was moved, another alarm volume."""
