"""The search for the cause of a loss of effect in the clinic."""
