"""The program editor: a day is shaped, seen before it is given, kept as a draft, checked and then recorded.

The course is asked for what a program will do, the pump for what it can deliver, the judge of ``limits`` for
what it touches; this slice draws, keeps drafts, and hands a checked one to the recording of a dose change.
"""
