"""The page for the talk with a family: the same patient by mouth, through the skin and by pump."""
