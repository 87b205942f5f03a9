"""The spine: where the drug is at every level through a settled day, one tip or program beside another."""
