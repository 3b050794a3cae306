"""The registers of leadership, read once at start."""

from tingsu.leadership import activities, feedback, parties, statements  # noqa: F401
