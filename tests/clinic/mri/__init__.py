"""Scans as episodes in the clinic."""
