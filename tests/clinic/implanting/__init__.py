"""Implant visits in the clinic."""
