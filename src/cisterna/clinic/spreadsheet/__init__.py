"""Patients out of the spreadsheet that a clinic has: read, matched, tried, then all of it or nothing."""
