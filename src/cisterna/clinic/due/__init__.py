"""The worklist: everybody who needs something, by the day on which it is due."""
