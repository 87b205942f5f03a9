"""Coded adverse events in the clinic."""
