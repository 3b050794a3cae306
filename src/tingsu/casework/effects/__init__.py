"""What the steps of casework do, by subject."""

from tingsu.casework.effects import answer, investigation, mediation, tasks

__all__ = ["answer", "investigation", "mediation", "tasks"]
