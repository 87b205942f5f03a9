"""The end of a therapy in the clinic."""
