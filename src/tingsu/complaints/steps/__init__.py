"""Steps of the complaint itself that stand whole in one module each."""

from tingsu.complaints.process import PROCESS
from tingsu.complaints.steps import correcting

PROCESS.declare(correcting)
