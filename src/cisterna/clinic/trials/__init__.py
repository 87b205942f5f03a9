"""Patients on the way to a pump: who waits for a screening trial, and who is in one."""
