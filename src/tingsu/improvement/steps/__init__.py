"""The step of improvement on a complaint: what a department has to change after it."""

from tingsu.complaints.process import PROCESS
from tingsu.improvement.steps import rectifying

PROCESS.declare(rectifying)
