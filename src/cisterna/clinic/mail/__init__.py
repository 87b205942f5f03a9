"""The daily mail: counts and links of what is due, without a name; kept until it was handed over."""
