"""Revisions of pump and catheter in the clinic."""
