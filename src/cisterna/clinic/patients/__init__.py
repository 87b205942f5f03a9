"""Patients: who they are, who looks after them, how their therapy stands, and their papers."""
