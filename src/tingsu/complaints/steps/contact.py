"""Keeping in touch: feedback, notes, contacts, other ways told, whom the case waits for: E06, E15, E19."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.engine import new_promise
from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.reaction import MARK
from tingsu.complaints.steps.common import LATE_REASON, MEANS, STAFF, feedback_is_late
from tingsu.complaints.telling import complainant_of, tell_of_ways
from tingsu.complaints.terms import OPEN_STATES
from tingsu.files import store
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import Unmet
from tingsu.letters import outbox
from tingsu.letters.choosing import reaches, refusal
from tingsu.letters.sms.short import any_approved
from tingsu.process.steps import Composed, Field, Reason, Step, Values, guard
from tingsu.process.values import has_empty_place

FILES_ALONG = 10


def latest_without_reason(case: Case) -> datetime:
    """The latest date of a next feedback that needs no reason: two working days from now, by the policy (SL-07)."""
    return new_promise(
        case.row.pk,
        "progress_feedback",
        at=case.at,
        facts=case.policy_facts(),
        owner_id=case.complaint.owner_id,
        place=case.place(),
    ).due_at


def date_promised(case: Case) -> datetime | None:
    """The date that the complainant was given and that has not come yet; moving it needs a reason."""
    promised = case.complaint.next_feedback_at
    return promised if promised is not None and promised > case.at else None


@guard("G9")
def next_date_told(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if values is None:
        return []
    unmet = []
    if not (values["next_at"] or values["progress"] or values["query_way"]):
        unmet.append(
            Unmet(
                "no_next_date", _("name the date of the next feedback, the present progress, or how to query progress")
            )
        )
    promised, latest = date_promised(case), latest_without_reason(case)
    if promised and values["next_at"] and values["next_at"] > promised and not values["date_moved_reason"]:
        unmet.append(Unmet("date_moved", _("say why the date given earlier moves; the complainant is told")))
    if feedback_is_late(case) and not values["late_reason"]:
        unmet.append(Unmet("late_reason", _("this feedback comes later than two working days; record the reason")))
    elif values["next_at"] and values["next_at"] > latest and not values["late_reason"]:
        unmet.append(
            Unmet("far_reason", _("the next feedback is named for later than two working days; record the reason"))
        )
    if has_empty_place(values["content"]):
        unmet.append(Unmet("placeholder", _("a placeholder 〔 〕 is still empty")))
    return unmet


def can_go_so(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Where text messages leave, this one needs an approved text and a number that takes it (IG-03)."""
    if values is None or values["means"] != "sms" or not any_approved():
        return []
    party = complainant_of(case.complaint)
    refused = refusal(party, "sms", template="feedback", language=case.complaint.language) if party else None
    return [Unmet("not_by_sms", refused.sentence, value_of="means")] if refused else []


def feed_back(case: Case, values: Values) -> None:
    """E06: first reply, progress, next date, files sent along; a letter when the means is electronic, or one to be printed."""
    if values["files"]:
        store.attach(values["files"], case.complaint.pk, case.at, actor=case.actor)
    if case.complaint.first_reply_at is None:
        case.set("first_reply_at", case.at)
    case.set("last_feedback_at", case.at)
    case.set("next_feedback_at", values["next_at"])
    if values["next_at"]:
        case.start("promised_date", due_at=values["next_at"])
    party = complainant_of(case.complaint)
    printed = values["means"] == "letter" and party is not None and reaches(party, "post")
    if party is not None and (printed or values["means"] in {"sms", "email", "portal"}):
        outbox.queue_letter(
            case.chain, complaint=case.complaint, party=party, template="feedback",
            intent=f"feedback:{case.event_id}",
            values={
                "content": values["content"], "next_at": values["next_at"] or "", "progress": values["progress"],
                "handler": case.complaint.owner_id, "moved": values["date_moved_reason"],
                "_files": values["files"],
            },
            at=case.at, channel="post" if printed else values["means"], undo_seconds=10,
        )  # fmt: skip
    if not case.actor.has_role("ai_agent"):
        case.end("urgent_response")  # what a program says is no contact by a person (CA-51)
        case.end("dedicated_contact")


def usual_means(complaint: Complaint) -> str:
    """The means by which the complaint came, where we can answer by it."""
    known = {"email": "email", "phone": "phone", "letter": "letter", "in_person": "in_person"}
    return known.get(complaint.mode, "portal")


FEED_BACK = Step(
    id="E06",
    name="feed_back",
    several=True,
    composed=Composed(
        mode="reply",
        label=_("Reply to the complainant"),
        icon="message-2",
        key="r",
        text="content",
        asks=(("means", usual_means), ("next_at", ""), ("progress", ""), ("query_way", "")),
        reasons=(
            Reason(
                field="date_moved_reason",
                codes=("date_moved",),
                now=lambda case: False,
                of="next_at",
                after=date_promised,
            ),
            Reason(
                field="late_reason",
                codes=("late_reason", "far_reason"),
                now=feedback_is_late,
                of="next_at",
                after=latest_without_reason,
            ),
        ),
        sends=True,
        files="files",
    ),
    event="complaint.feedback_given",
    label=_("Give feedback"),
    sources=OPEN_STATES,
    who=(*STAFF, "owner", "ai_agent"),
    guards=(next_date_told, can_go_so),
    stops=("first_reply", "progress_feedback", "promised_date"),
    may_stop=("urgent_response", "dedicated_contact"),
    starts=("progress_feedback",),
    may_start=("promised_date",),
    reaches_complainant=True,
    clause="ISC 9.1; SZ 6(3)",
    effect=feed_back,
    fields=(
        Field(name="content", label=_("Message to the complainant"), kind="longtext", required=True),
        Field(name="means", label=_("By what means"), kind="choice", options=MEANS, required=True),
        Field(name="next_at", label=_("Next feedback by"), kind="datetime", future=True),
        Field(name="progress", label=_("Present progress"), kind="longtext", limit=500),
        Field(name="query_way", label=_("Tell how to query progress and whom to contact"), kind="bool"),
        Field(name="files", label=_("Files sent along"), kind="files", limit=FILES_ALONG),
        Field(name="date_moved_reason", label=_("Why the earlier date moved"), limit=500),
        replace(LATE_REASON, asked_if=None),
    ),
)


NOTE = Step(
    id="E06",
    name="note",
    composed=Composed(mode="note", label=_("Internal note"), icon="lock", key="i", text="note"),
    event="complaint.note_added",
    label=_("Add internal note"),
    sources=OPEN_STATES,
    who=(*STAFF, "owner", "dept", "function", "mediator", "qa"),
    clause="AK-13",
    fields=(Field(name="note", label=_("Internal note"), kind="longtext", required=True),),
)


def log_contact(case: Case, values: Values) -> None:
    """A call or visit is on record; T02 ends by the table, for an attempt as well, the promised call only once made (AK-09)."""
    if values["direction"] == "out":
        case.end("dedicated_contact")


LOG_CONTACT = Step(
    id="E06",
    name="log_contact",
    composed=Composed(
        mode="call",
        label=_("Call record"),
        icon="phone",
        key="c",
        text="content",
        asks=(("direction", "out"), ("with_whom", "complainant"), ("purpose", "general"), ("recording", ""), (MARK, "")),
        fixed=(("means", "phone"),),
    ),
    event="complaint.contact_logged",
    label=_("Log a contact"),
    sources=OPEN_STATES,
    who=(*STAFF, "owner", "dept"),
    stops=("urgent_response",),
    may_stop=("dedicated_contact",),
    clause="AK-13; ISC 9.6.3",
    effect=log_contact,
    fields=(
        Field(
            name="direction",
            label=_("Direction"),
            kind="choice",
            required=True,
            options=(("in", _("Incoming")), ("out", _("Outgoing")), ("attempt", _("Attempt, not reached"))),
        ),
        Field(name="means", label=_("By what means"), kind="choice", options=MEANS, required=True),
        Field(
            name="purpose",
            label=_("Purpose"),
            kind="choice",
            options=(
                ("general", _("General")),
                ("record", _("Check the record")),
                ("opinion", _("Opinion on the solution")),
                ("callback", _("Callback")),
                ("negotiation", _("Negotiation")),
            ),
        ),
        Field(name="content", label=_("What was said"), kind="longtext", required=True),
        Field(
            name="with_whom",
            label=_("With whom"),
            kind="choice",
            options=(*terms.PartyRole.choices, ("other", pgettext_lazy("party", "Somebody else"))),
        ),
        Field(name="contact_at", label=_("When, if it was earlier"), kind="datetime", past=True),
        Field(name="recording", label=_("Recording reference"), limit=200),
        Field(
            name=MARK, label=_("Reacts strongly"), kind="bool",
            help=_("The tactful wording is chosen for an answer, and a more experienced colleague is proposed."),
        ),
    ),
)  # fmt: skip


def inform_of_ways(case: Case, values: Values) -> None:
    tell_of_ways(case, values["note"])


INFORM_OF_WAYS = Step(
    id="E15",
    name="inform_of_ways",
    event="complaint.ways_told",
    label=_("Tell of other ways"),
    sources=OPEN_STATES,
    who=("owner", "supervisor", "system"),
    reaches_complainant=True,
    clause="SZ 6(9), 7; ISC 9.4.3; CTS 8.6 d",
    effect=inform_of_ways,
    fields=(Field(name="note", label=_("Words beside the list"), kind="longtext", limit=1000),),
)


def present_waiting(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    return {"waiting_on": complaint.waiting_on}


def set_waiting(case: Case, values: Values) -> None:
    case.wait_on(values["waiting_on"])


def waited_before(values: Values, before: Complaint) -> tuple[str, Values] | None:
    """Wait again on whom it waited before."""
    if values.get("waiting_on") == before.waiting_on:
        return None
    return "set_waiting", {"waiting_on": before.waiting_on}


SET_WAITING = Step(
    id="E19",
    name="set_waiting",
    event="complaint.waiting_set",
    label=_("Set waiting on"),
    sources=OPEN_STATES,
    who=(*STAFF, "owner"),
    clause="SL-18",
    effect=set_waiting,
    first=present_waiting,
    back=waited_before,
    fields=(
        Field(
            name="waiting_on",
            label=_("Waiting on"),
            kind="choice",
            options=tuple(terms.WaitingOn.choices),
            required=True,
        ),
    ),
)


STEPS = (FEED_BACK, NOTE, LOG_CONTACT, INFORM_OF_WAYS, SET_WAITING)
