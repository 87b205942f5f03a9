"""Changing the program of a pump in the clinic."""
