"""The steps of signing: asking by a link, taking it back, noting a refusal, and the signature itself."""

from tingsu.complaints.process import PROCESS
from tingsu.signing.steps import asking

PROCESS.declare(asking)
