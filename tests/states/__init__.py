"""Databases of earlier states, kept as dumps: an upgrade must bring each of them to the present tables (style §11).

`python -m tests.states NAME` in the project's environment writes the present state as `NAME.dump`. A kept dump is never
written anew: it stands for the installations that people run.
"""
