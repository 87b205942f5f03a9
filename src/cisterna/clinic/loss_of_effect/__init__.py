"""The search for the cause of a loss of effect: the guided list, each finding recorded as it is made."""
