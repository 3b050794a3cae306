"""New facts may change the risk: the rules read them and ask for a new assessment (TR-17). They never grade."""

import json

from tingsu.complaints.companions import CASE
from tingsu.complaints.terms import OPEN_STATES, Grade, LinkKind, Urgency
from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.letters.notices import notify
from tingsu.triage import alerts, queries
from tingsu.triage.models import OnCallAlert

REPEAT = "repeat"
"""Why an assessment is asked for again: the same person complains of the same problem again (TR-17)."""


@reaction("complaint.facts_added", "complaint.answer_contested", "complaint.contact_logged", "complaint.linked")
def ask_for_reassessment(chain: Chain, event: Event, actor: Actor) -> None:
    """Prompt the owner when the case looks graver with what has just been written than it is graded."""
    case = chain.companion(CASE)
    if case is None or case.complaint.state not in OPEN_STATES or not case.complaint.grade:
        return
    c = case.complaint
    suggestion, _version = queries.suggestion_for(c, *_written(chain, event))
    news = set(suggestion.marks) - set(c.risk_marks)
    if c.grade != Grade.HIGH_RISK:
        news |= set(suggestion.high_risk_reasons)
    if assessment := queries.latest_assessment(c):
        # On what the rules said then, the assessor has decided.
        news -= {*assessment.suggestion["marks"], *assessment.suggestion["high_risk_reasons"]}
    if event.kind == "complaint.linked" and event.body["values"]["kind"] == LinkKind.REPEATED:
        news.add(REPEAT)
    if news:
        notify([c.owner_id], "case.reassess", c.pk, {"number": c.number, "because": sorted(news)})


@reaction("complaint.graded", "complaint.high_risk_reported", "complaint.upgraded")
def alert_on_call(chain: Chain, event: Event, actor: Actor) -> None:
    """Whoever is on call hears of a case that becomes urgent or high-risk, at the latest with the report (AS-10, P02)."""
    case = chain.companion(CASE)
    if case is None:
        return
    became = event.body.get("set", {})
    if "grade" in became and case.complaint.grade == Grade.HIGH_RISK:
        why = alerts.HIGH_RISK
    elif "urgency" in became and case.complaint.urgency == Urgency.URGENT:
        why = alerts.URGENT
    elif (
        event.kind == "complaint.high_risk_reported"
        and not OnCallAlert.objects.filter(complaint=case.complaint).exists()
    ):
        why = alerts.HIGH_RISK
    else:
        return
    alerts.raise_alert(chain, case.complaint, why, actor=actor, at=event.at)


def _written(chain: Chain, event: Event) -> list[str]:
    """What people wrote in the event just recorded, while it is still at hand."""
    if not chain.texts or chain.texts[-1].pk != event.pk:
        return []
    return list(json.loads(chain.stream.key().open(chain.texts[-1].body, f"event:{event.pk}")).values())
