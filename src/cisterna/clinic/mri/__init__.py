"""A scan as an episode: read before, scanned, read after; open until the pump was read."""
