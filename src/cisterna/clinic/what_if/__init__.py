"""What if: from a patient's page, what happens when something goes wrong. Nothing of it is recorded."""
