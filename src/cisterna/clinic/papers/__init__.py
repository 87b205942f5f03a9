"""What leaves the room on paper: the card, letters, the summary of a visit, the order for a program.

Each is a :class:`~cisterna.report.papers.Paper` made from what the record holds at one instant, with who made
it, when and by which version. What was calculated says so; what is not known says so in its place, and such a
paper is a draft. Sheets and the list of what is due are printed in the same way.
"""
