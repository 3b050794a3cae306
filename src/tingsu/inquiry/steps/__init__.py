"""The steps of the investigation room: a look outside the case is asked for, released, refused, ended."""

from tingsu.complaints.process import PROCESS
from tingsu.inquiry.steps import releases

PROCESS.declare(releases)
