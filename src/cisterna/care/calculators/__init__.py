"""What clinics calculate by hand, each a function that returns a :class:`~cisterna.care.result.Result`.

What pump or limits compute already is asked there; here stand inputs, checks and the reasons. Each module is
imported when it is needed; :mod:`cisterna.care` hands out their public names.
"""
