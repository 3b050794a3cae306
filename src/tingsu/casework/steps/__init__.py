"""The steps of casework: acceptance, verdict, answer, tasks, opinions and what follows from them, disputes, mediation, clues."""

from tingsu.casework.steps import (
    acceptance,
    answer,
    clues,
    criminal,
    disputes,
    extending,
    mediation,
    mediation_parties,
    opinions,
    releases,
    risk,
    tasks,
    verdict,
    weighing,
)
from tingsu.complaints.process import PROCESS

PROCESS.declare(
    acceptance,
    verdict,
    answer,
    tasks,
    opinions,
    weighing,
    releases,
    risk,
    disputes,
    extending,
    mediation,
    mediation_parties,
    clues,
    criminal,
)
