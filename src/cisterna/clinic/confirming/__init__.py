"""The second person: a program is compared with the programmer and confirmed by another than wrote it."""
