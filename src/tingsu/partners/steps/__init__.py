"""The steps of partners: a question to one, its answer, returned or withdrawn."""

from tingsu.complaints.process import PROCESS
from tingsu.partners.steps import tasks

PROCESS.declare(tasks)
