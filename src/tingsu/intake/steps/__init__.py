"""The step of intake: registration."""

from tingsu.complaints.process import PROCESS
from tingsu.intake.steps import registration

PROCESS.declare(registration)
