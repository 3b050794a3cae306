"""The steps of improvement on a complaint: what a department has to change after it, and telling what has changed."""

from tingsu.complaints.process import PROCESS
from tingsu.improvement.steps import changing, rectifying

PROCESS.declare(rectifying, changing)
