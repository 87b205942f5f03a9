"""Alarms reported by telephone in the clinic."""
