"""The steps of triage: assessment, short evaluation, report upward, plan, routing, event records, alerts."""

from tingsu.complaints.process import PROCESS
from tingsu.triage.steps import assessment, first_view, major_events, on_call, plan, reporting, routing

PROCESS.declare(assessment, first_view, reporting, routing, plan, major_events, on_call)
