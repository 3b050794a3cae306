"""The step of governance in a case: a person asks about the own data."""

from tingsu.complaints.process import PROCESS
from tingsu.governance.steps import data_requests

PROCESS.declare(data_requests)
