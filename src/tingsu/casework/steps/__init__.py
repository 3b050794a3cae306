"""The steps of casework: acceptance, verdict, answer, tasks and opinions, disputes, mediation."""

from tingsu.casework.steps import acceptance, answer, clues, disputes, mediation, opinions, tasks, verdict
from tingsu.complaints.process import PROCESS

PROCESS.declare(acceptance, verdict, answer, tasks, opinions, disputes, mediation, clues)
