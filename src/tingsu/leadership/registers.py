"""The registers of leadership, read once at start."""

from tingsu.leadership import statements  # noqa: F401
