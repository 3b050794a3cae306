"""The steps of a complaint that concern its calls."""

from tingsu.complaints.process import PROCESS
from tingsu.phone.steps import calls

PROCESS.declare(calls)
