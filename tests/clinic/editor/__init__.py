"""Tests of the program editor."""
