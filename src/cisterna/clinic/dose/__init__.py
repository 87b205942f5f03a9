"""Changing the program of a pump: typed, judged beside what runs now, recorded, confirmed by a second person.

The pump and the judge of ``limits`` are asked for every number; this slice types, shows and records.
"""
