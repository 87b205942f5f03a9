"""Evaluations and screening trials in the clinic."""
