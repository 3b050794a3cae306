"""What waits for a second person: see it, approve it, return it with a reason, take the own one back (CA-59, OG-10)."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tingsu.kernel import approvals, rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.approvals import LONGEST_REASON
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import NotFound
from tingsu.kernel.models import Proposal
from tingsu.kernel.organisations import current_organisation
from tingsu.pages.fields import TextField
from tingsu.pages.refusal import form_page, refusals_on, told
from tingsu.pages.rulebooks import Change, differences_of
from tingsu.people import queries
from tingsu.people.access import Can, actor_for, may
from tingsu.people.models import Account, Member
from tingsu.people.roles import MediatorLevel, Role, StaffLevel


class ReasonForm(forms.Form):
    """Why a proposal goes back."""

    reason = TextField(label=gettext_lazy("Why it goes back"), max_length=LONGEST_REASON, widget=forms.Textarea)


def sees(actor: Actor, proposal: Proposal) -> bool:
    """Who proposed it, who may decide it, whom it is about, and who audits."""
    if actor.id == proposal.proposed_by_id or may(actor, Can.AUDIT) or approvals.may_decide(actor, proposal):
        return True
    return actor.id in approvals.matter_of(proposal.matter).concerned(approvals.payload_of(proposal))


@require_safe
def proposals_page(request: HttpRequest) -> HttpResponse:
    """What waits for me, and what I proposed."""
    actor = actor_for(request, needs=Can.DESK)
    context = {
        "mine": [line(one) for one in approvals.proposed_by(actor)],
        "others": [line(one) for one in approvals.decided_by(actor)],
    }
    return render(request, "people/proposals.html", context)


@require_safe
def proposal_page(request: HttpRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """One proposal with everything it would change."""
    actor = actor_for(request, needs=Can.DESK)
    return answer(request, actor, found(actor, proposal_id), ReasonForm())


@require_POST
def approve(request: HttpRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Carry it out. A new password is shown to the one who approved it, once."""
    actor = actor_for(request, needs=Can.DESK)
    proposal = found(actor, proposal_id)
    given: Any = None
    with told(request, _("Approved. It is in force.")):
        given = approvals.approve(actor=actor, proposal_id=proposal.pk)
    if proposal.matter == "password" and isinstance(given, str):
        member = Member.objects.get(pk=approvals.payload_of(proposal)["member_id"])
        username = Account.objects.values_list("username", flat=True).get(pk=member.account_id)
        context = {"member": member, "username": username, "password": given}
        return render(request, "people/password_once.html", context, status=201)
    return HttpResponseRedirect(reverse("people:proposals"), status=303)


@require_POST
def send_back(request: HttpRequest, proposal_id: uuid.UUID) -> HttpResponse:
    actor = actor_for(request, needs=Can.DESK)
    proposal = found(actor, proposal_id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            approvals.send_back(actor=actor, proposal_id=proposal.pk, reason=form.cleaned_data["reason"])
            messages.success(request, _("Returned with your reason."))
            return HttpResponseRedirect(reverse("people:proposals"), status=303)
    return answer(request, actor, proposal, form)


@require_POST
def withdraw(request: HttpRequest, proposal_id: uuid.UUID) -> HttpResponse:
    actor = actor_for(request, needs=Can.DESK)
    with told(request, _("Taken back.")):
        approvals.withdraw(actor=actor, proposal_id=found(actor, proposal_id).pk)
    return HttpResponseRedirect(reverse("people:proposals"), status=303)


def found(actor: Actor, proposal_id: uuid.UUID) -> Proposal:
    """A proposal this member may see. Raises NotFound."""
    proposal = Proposal.objects.filter(pk=proposal_id).first()
    if proposal is None or not sees(actor, proposal):
        raise NotFound
    return proposal


def answer(request: HttpRequest, actor: Actor, proposal: Proposal, form: ReasonForm) -> HttpResponse:
    context = {
        **line(proposal),
        "changes": changes(proposal),
        "form": form,
        "open": approvals.open_rows().filter(pk=proposal.pk).exists(),
        "may_decide": approvals.may_decide(actor, proposal),
        "own": proposal.proposed_by_id == actor.id,
        "outside": not approvals.somebody_may(proposal),
        "decided_by": queries.staff_identity(proposal.decided_by_id),
        "confirmed": proposal.state == Proposal.State.APPROVED and proposal.decided_by_id is None,
    }
    return form_page(request, "people/proposal.html", context)


def line(proposal: Proposal) -> dict[str, Any]:
    """One proposal as a list shows it."""
    payload = approvals.payload_of(proposal)
    rules = proposal.matter == rulebooks.MATTER
    return {
        "proposal": proposal,
        "matter": approvals.matter_of(proposal.matter).label,
        "about": rulebooks.kinds()[payload["kind"]].label
        if rules
        else queries.staff_identity(uuid.UUID(payload["member_id"]))
        if "member_id" in payload
        else payload.get("about", ""),
        "note": payload.get("note", ""),
        "proposer": queries.staff_identity(proposal.proposed_by_id),
    }


def changes(proposal: Proposal) -> list[Change]:
    """What it would change, old beside new."""
    payload = approvals.payload_of(proposal)
    if proposal.matter == rulebooks.MATTER:
        return list(
            differences_of(
                payload["kind"], rulebooks.version_of(payload["kind"], payload["based_on"]).body, payload["body"]
            )
        )
    rows: list[tuple[str, Any]] = []
    if proposal.matter == "post":
        rows = [
            (_("Unit or group"), queries.unit_name(uuid.UUID(payload["unit_id"]))),
            (_("Role"), Role(payload["role"]).label),
            (_("Staff level"), StaffLevel(payload["staff_level"]).label if payload["staff_level"] else ""),
            (_("Mediator level"), MediatorLevel(payload["mediator_level"]).label if payload["mediator_level"] else ""),
            (_("Leads the unit"), _("yes") if payload["is_head"] else ""),
            (_("Post from"), _day(payload["since"])),
            (_("Post until"), _day(payload["until"])),
        ]
    elif proposal.matter == "sign_in":
        rows = [(_("Sign-in name"), payload["username"]), (_("Work e-mail"), payload["email"])]
    return [Change.of(name, "", str(value)) for name, value in rows if value]


def _day(instant: str | None) -> str:
    """The day of an instant of the ledger where the organisation is; empty for none."""
    return local_date(datetime.fromisoformat(instant), current_organisation().time_zone).isoformat() if instant else ""
