"""The complaint's own steps: record, correction, contact, ownership, escalation, links, withdrawal."""

from tingsu.complaints.process import PROCESS
from tingsu.complaints.steps import (
    access_code,
    contact,
    correcting,
    escalation,
    letters_by_hand,
    links,
    ownership,
    record,
    withdrawal,
)

PROCESS.declare(record, correcting, contact, ownership, escalation, links, withdrawal, access_code, letters_by_hand)
