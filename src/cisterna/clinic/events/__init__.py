"""What was done to a patient, read as a timeline, and the writing of simple events and corrections."""
