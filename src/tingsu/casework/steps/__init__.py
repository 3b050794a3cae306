"""The steps of casework: acceptance, verdict, answer, tasks and opinions, mediation."""

from tingsu.casework.steps import acceptance, answer, mediation, opinions, tasks, verdict
from tingsu.complaints.process import PROCESS

PROCESS.declare(acceptance, verdict, answer, tasks, opinions, mediation)
