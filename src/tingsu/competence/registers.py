"""The registers of competence, each declared in a file of its own."""

from tingsu.competence import (  # noqa: F401 declared when read
    assessing,
    courses,
    growth,
    levels,
    personnel,
    plans,
    trainers,
)
