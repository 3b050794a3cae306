"""The urgent fast channel: an alert goes to one colleague after the other until somebody confirms it (AS-10, P02).

Each call is a notice and, where mail can leave, a letter: two means. Calls, confirmations and calls that nobody answered
are events of the case. Whoever is late may still confirm.
"""

import logging
import uuid
from datetime import datetime

from django.db import transaction

from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Urgency
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import now
from tingsu.kernel.ledger import Chain, lock_chains
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters import outbox
from tingsu.letters.notices import notify
from tingsu.process.registry import case_role
from tingsu.triage import on_call
from tingsu.triage.models import OnCallAlert

URGENT, HIGH_RISK = "urgent", "high_risk"
BATCH = 200
log = logging.getLogger(__name__)


def raise_alert(chain: Chain, complaint: Complaint, why: str, *, actor: Actor, at: datetime) -> OnCallAlert | None:
    """Call the first on the roster, in the open transaction. Nothing while an alert of the case is still unconfirmed."""
    if OnCallAlert.objects.filter(complaint=complaint, confirmed_at=None, ended_at=None).exists():
        return None
    version, turns = on_call.called_at(at)
    if not turns:
        return None
    alert = OnCallAlert(
        complaint=complaint, why=why, turns=[[str(one) for one in turn] for turn in turns], rules_version=version,
        raised_at=at, called_at=at,
    )  # fmt: skip
    _call(chain, complaint, alert, actor, at)
    alert.save(force_insert=True)
    return alert


def _call(chain: Chain, complaint: Complaint, alert: OnCallAlert, actor: Actor, at: datetime) -> None:
    """Tell those whose turn it is, by every means there is, and say so in the ledger."""
    members = alert.called
    alert.called_at, alert.confirm_by = at, at + on_call.minutes_of(alert.rules_version)
    notify(members, "case.on_call", complaint.pk, {"number": complaint.number, "why": alert.why})
    letters = [
        outbox.queue_staff_letter(
            chain, member_id=member, template="on_call", intent=f"on_call:{alert.pk}:{alert.turn}:{place}",
            values={"confirm_by": alert.confirm_by}, at=at,
        )
        for place, member in enumerate(members)
    ]  # fmt: skip
    alert.means = ["notice", *(["email"] if any(letters) else [])]
    chain.record(
        "on_call.called", actor=actor, at=at,
        data={"alert": alert.pk, "why": alert.why, "turn": alert.turn, "members": members, "means": alert.means,
              "confirm_by": alert.confirm_by, "rules": alert.rules_version},
    )  # fmt: skip


def pass_on_unconfirmed(limit: int = BATCH) -> int:
    """Whoever let the time pass is followed by the next; one case, one transaction. Gives how many calls were passed on."""
    at = now()
    due = OnCallAlert.objects.filter(confirm_by__lte=at).order_by("confirm_by", "pk")
    passed = 0
    for alert_id, complaint_id in list(due.values_list("pk", "complaint_id")[:limit]):
        try:
            passed += _pass_on(alert_id, complaint_id, at)
        except Exception:
            log.exception("the alert %s could not be passed on; it is tried again in a minute", alert_id)
    return passed


def _pass_on(alert_id: uuid.UUID, complaint_id: uuid.UUID, at: datetime) -> bool:
    """Lock the case, look again, then call the next. A case somebody holds is left for the next minute."""
    actor = automation("triage.on_call", current_organisation_id())
    with transaction.atomic(durable=True):
        chain = lock_chains([complaint_id], skip_locked=True).get(complaint_id)
        alert = OnCallAlert.objects.select_related("complaint").filter(pk=alert_id, confirm_by__lte=at).first()
        if chain is None or alert is None:
            return False
        complaint = alert.complaint
        missed = {"alert": alert.pk, "turn": alert.turn, "members": alert.called, "due_at": alert.confirm_by}
        if complaint.is_open and complaint.urgency == Urgency.URGENT:
            chain.record("on_call.missed", actor=actor, at=at, data=missed)
            alert.confirm_by = None  # once everybody was called, it stays open on the case until somebody confirms
            if alert.turn + 1 < len(alert.turns):
                alert.turn += 1
                _call(chain, complaint, alert, actor, at)
        else:
            alert.confirm_by, alert.ended_at = None, at
            chain.record("on_call.ended", actor=actor, at=at, data={"alert": alert.pk})
        alert.save(update_fields=["turn", "means", "called_at", "confirm_by", "ended_at"])
        chain.flush()
    return True


def open_alert(complaint: Complaint) -> OnCallAlert | None:
    """The alert of a case that nobody has confirmed yet. No query for cases that are not urgent."""
    if complaint.urgency != Urgency.URGENT:
        return None
    return OnCallAlert.objects.filter(complaint=complaint, confirmed_at=None, ended_at=None).first()


@case_role("on_call")
def may_confirm(actor: Actor, complaint: Complaint) -> bool:
    """Those called so far, and every supervisor."""
    if actor.kind != "member" or not (alert := open_alert(complaint)):
        return False
    return actor.has_role("supervisor") or str(actor.id) in alert.told
