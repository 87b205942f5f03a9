"""What was done to one patient: dated events, the therapy they make, and its file."""
