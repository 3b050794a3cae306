"""The registers of knowledge, each declared in a file of its own."""

from tingsu.knowledge import entries, methods, questions  # noqa: F401 declared when read
