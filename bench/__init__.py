"""Reproducible measurements, each with the physical limit of the same minute beside it.

A measurement is a module here with ``main(arguments) -> dict``: it parses its own options, measures, and returns what
it found. ``./tingsu bench <name>`` prepares the database and Django, prints the table and keeps the JSON.
"""
