"""The registers of planning; each stands in a module of its own beside what it does."""

from tingsu.planning import (  # noqa: F401
    arrangements,
    changes,
    context,
    objectives,
    obligations,
    parties,
    processes,
    risks,
)
