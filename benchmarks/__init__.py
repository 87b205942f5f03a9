"""Speed, measured by hand (`make bench`) and never in a test."""
