"""Killing the clinic, and the database under it, while eight writers record refills."""
