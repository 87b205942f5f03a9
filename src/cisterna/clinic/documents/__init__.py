"""Papers of a patient: letters, scans of forms, pictures of labels; kept as they were given."""
