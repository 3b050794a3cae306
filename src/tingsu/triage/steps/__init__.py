"""The steps of triage: assessment, report upward, plan, routing, event records, alerts."""

from tingsu.complaints.process import PROCESS
from tingsu.triage.steps import assessment, major_events, on_call, plan, reporting, routing

PROCESS.declare(assessment, reporting, routing, plan, major_events, on_call)
