"""The complaint's own steps: record, correction, contact, ownership, escalation, links, withdrawal."""

from tingsu.complaints.process import PROCESS
from tingsu.complaints.steps import contact, correcting, escalation, links, ownership, record, withdrawal

PROCESS.declare(record, correcting, contact, ownership, escalation, links, withdrawal)
