"""Acknowledgement, record, feedback, ownership, escalation, links: E01–E03, E06–E09, E15, E17 (process.md §4)."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints import terms
from tingsu.complaints.process.opening import EVENT_FIELDS
from tingsu.complaints.steps import Field, Step
from tingsu.complaints.terms import OPEN_STATES, State

STAFF = ("frontline", "specialist", "coach", "supervisor", "mgmt_rep")
MEANS = (
    ("phone", _("Telephone")), ("sms", _("SMS")), ("email", pgettext_lazy("channel", "E-mail")), ("portal", _("Follow-up page")),
    ("in_person", _("In person")), ("letter", _("Letter")),
)  # fmt: skip

TRACKING: tuple[Step, ...] = (
    Step(
        id="E01", name="acknowledge", label=_("Acknowledge by another means"), sources=OPEN_STATES,
        who=("system", "frontline", "specialist", "supervisor"), stops=("T01",), guards=("not_acknowledged",),
        clause="SZ 6(4); CTS 8.2 c",
        fields=(
            Field(name="means", label=_("By what means"), kind="choice", options=MEANS, required=True),
            Field(name="note", label=_("Remark")),
        ),
    ),
    Step(
        id="E02", name="complete_registration", label=_("Registration complete"), sources=(State.REGISTERED,),
        who=("frontline", "specialist", "supervisor", "system"), guards=("not_pushed", "record_complete"),
        may_start=("T05",), may_stop=("T05",), clause="SVC 3.2.1; CTS 8.1 b2",
    ),
    Step(
        id="E03", name="confirm_record", label=_("Confirm the record"), sources=OPEN_STATES,
        who=(*STAFF, "complainant", "agent"), guards=("record_not_confirmed", "confirmed_as_it_came"), clause="ISC 9.6.2–9.6.4; SVC 3.1.2",
        fields=(
            Field(name="how", label=_("How it was confirmed"), kind="choice", required=True, options=(
                ("signed", _("Signed")), ("signature_refused", _("Signature refused")), ("read_back", _("Read back")),
                ("checked", _("Checked with the user")), ("attempts", _("Three attempts to check noted")),
                ("original_stored", _("Original stored")), ("online", _("Confirmed online")),
            )),
            Field(name="note", label=_("Remark"), kind="longtext"),
        ),
    ),
    Step(
        id="E06", name="feed_back", label=_("Give feedback"), sources=OPEN_STATES, who=(*STAFF, "owner", "ai_agent"),
        guards=("G9",), stops=("T03", "T07", "T08"), may_stop=("T02", "T06"), starts=("T07",), may_start=("T08",),
        reaches_complainant=True, clause="ISC 9.1; SZ 6(3)",
        fields=(
            Field(name="content", label=_("Message to the complainant"), kind="longtext", required=True),
            Field(name="means", label=_("By what means"), kind="choice", options=MEANS, required=True),
            Field(name="next_at", label=_("Next feedback by"), kind="datetime", future=True),
            Field(name="progress", label=_("Present progress"), kind="longtext", limit=500),
            Field(name="query_way", label=_("Tell how to query progress and whom to contact"), kind="bool"),
            Field(name="date_moved_reason", label=_("Why the earlier date moved"), limit=500),
            Field(name="late_reason", label=_("Why later than two working days"), limit=500),
        ),
    ),
    Step(
        id="E06", name="note", label=_("Add internal note"), sources=OPEN_STATES,
        who=(*STAFF, "owner", "dept", "function", "mediator", "qa"), clause="AK-13",
        fields=(Field(name="note", label=_("Internal note"), kind="longtext", required=True),),
    ),
    Step(
        id="E06", name="log_contact", label=_("Log a contact"), sources=OPEN_STATES, who=(*STAFF, "owner", "dept"),
        stops=("T02",), may_stop=("T06",), clause="AK-13; ISC 9.6.3",
        fields=(
            Field(name="direction", label=_("Direction"), kind="choice", required=True,
                  options=(("in", _("Incoming")), ("out", _("Outgoing")), ("attempt", _("Attempt, not reached")))),
            Field(name="means", label=_("By what means"), kind="choice", options=MEANS, required=True),
            Field(name="purpose", label=_("Purpose"), kind="choice", options=(
                ("general", _("General")), ("record", _("Check the record")), ("opinion", _("Opinion on the solution")),
                ("callback", _("Callback")), ("negotiation", _("Negotiation")))),
            Field(name="content", label=_("What was said"), kind="longtext", required=True),
        ),
    ),
    Step(
        id="E07", name="transfer", label=_("Hand over"), sources=OPEN_STATES,
        who=("owner", "supervisor"), guards=("no_offer_open", "transfer_allowed"), clause="ISC 4.1.4",
        fields=(
            Field(name="member", label=_("To whom"), kind="member", options="receiving_members", required=True),
            Field(name="note", label=_("Handover note"), kind="longtext", required=True),
        ),
    ),
    Step(
        id="E07", name="accept_transfer", label=_("Accept the case"),
        sources=tuple(state for state in OPEN_STATES if state != State.ROUTING), who=("offered",),
        guards=("G4", "G5"), main=True, clause="ISC 4.1.4",
    ),
    Step(
        id="E07", name="refuse_transfer", label=_("Refuse the case"), sources=OPEN_STATES, who=("offered",), clause="ISC 4.1.4",
        fields=(Field(name="reason", label=_("Reason"), kind="longtext", required=True),),
    ),
    Step(
        id="E07", name="withdraw_offer", label=_("Take back the offer"), sources=OPEN_STATES, who=("owner", "supervisor"),
        guards=("offer_open",), clause="ISC 4.1.4",
    ),
    Step(
        id="E07", name="assign", label=_("Assign"), sources=OPEN_STATES, who=("supervisor",), guards=("assignable",),
        clause="AS-01; AS-06",
        fields=(
            Field(name="member", label=_("To whom"), kind="member", options="receiving_members", required=True),
            Field(name="override_reason", label=_("Reason for overriding the required level"), limit=500),
        ),
    ),
    Step(
        id="E08", name="escalate", label=_("Escalate one level"), sources=OPEN_STATES, who=("owner", "supervisor", "system"),
        guards=("ladder_not_at_end",), clause="ISC 9.2.2; SZ 4(2).5; SVC 3.1.3",
        fields=(Field(name="reason", label=_("Reason"), kind="longtext", required=True),),
    ),
    Step(
        id="E09", name="supervise", label=_("Put under supervision"), sources=OPEN_STATES, who=("supervisor", "system"),
        guards=("not_supervised",), starts=("T11",), clause="SVC 3.1.3",
        fields=(Field(name="reason", label=_("Reason"), limit=500),),
    ),
    Step(
        id="E15", name="inform_of_ways", label=_("Tell of other ways"), sources=OPEN_STATES, who=("owner", "supervisor", "system"),
        reaches_complainant=True, clause="SZ 6(9), 7; ISC 9.4.3; CTS 8.6 d",
        fields=(Field(name="note", label=_("Words beside the list"), kind="longtext", limit=1000),),
    ),
    Step(
        id="E28", name="confirm_alert", label=_("Confirm the alert"), sources=OPEN_STATES, who=("on_call",),
        clause="CTS 8.2 b; SVC 1.3.2; AS-10",
    ),
    Step(
        id="E17", name="link", label=_("Link complaints"), sources=OPEN_STATES, who=(*STAFF, "owner"), clause="SZ C.2, C.3",
        fields=(
            Field(name="number", label=_("Number of the other complaint"), required=True, limit=24),
            Field(name="kind", label=_("Kind of link"), kind="choice", options=tuple(terms.LinkKind.choices), required=True),
        ),
    ),
    Step(
        id="E17", name="unlink", label=_("Remove the link"), sources=OPEN_STATES, who=(*STAFF, "owner"), clause="SZ C.2, C.3",
        fields=(Field(name="number", label=_("Number of the other complaint"), required=True, limit=24),),
    ),
    Step(
        id="E17", name="join_event", label=_("Link to an event record"), sources=OPEN_STATES, who=(*STAFF, "owner"), clause="CTS 7.4; ISC 8.2.2",
        fields=(
            *(replace(one, required=True) for one in EVENT_FIELDS),
            Field(name="event_story", label=pgettext_lazy("event record", "What happened"), kind="longtext", when=("event", "new"), required=True),
        ),
    ),
    Step(
        id="E17", name="leave_event", label=_("Unlink from an event record"), sources=OPEN_STATES, who=(*STAFF, "owner"),
        clause="CTS 7.4; ISC 8.2.2",
        fields=(
            Field(name="event", label=_("Event record"), kind="choice", options="major_events_of_case", required=True),
            Field(name="reason", label=_("Reason"), limit=500, required=True),
        ),
    ),
    Step(
        id="E19", name="set_waiting", label=_("Set waiting on"), sources=OPEN_STATES, who=(*STAFF, "owner"), clause="SL-18",
        fields=(Field(name="waiting_on", label=_("Waiting on"), kind="choice", options=tuple(terms.WaitingOn.choices), required=True),),
    ),
    Step(
        id="E20", name="correct_record", label=_("Correct the record"), sources=OPEN_STATES, who=(*STAFF, "owner"),
        may_start=("T05",), may_stop=("T05",), clause="RG-16; RC-06",
        fields=(
            Field(name="product", label=_("Product or service")),
            Field(name="order_number", label=_("Order number"), limit=60),
            Field(name="occurred_on", label=_("Date of occurrence"), kind="date", past=True),
            Field(name="event_place", label=_("Place of the event")),
            Field(name="province", label=_("Province"), kind="choice", options=tuple(terms.PROVINCES.items())),
            Field(name="categories", label=_("Problem categories"), kind="choices", options="categories"),
            Field(name="category_text", label=_("Description for categories 6 and 35"), kind="longtext", limit=500),
            Field(name="delay_days", label=_("Length of the delay in days, for categories 3 and 4"), kind="number", limit=3650),
            Field(name="additional_info", label=_("Additional information"), kind="longtext"),
            Field(name="expected_reply_at", label=_("Expected reply time"), kind="datetime", future=True),
            Field(name="reason", label=_("Reason"), kind="longtext", required=True),
        ),
    ),
    Step(
        id="E21", name="add_facts", label=_("Add facts or evidence"), sources=OPEN_STATES,
        who=("complainant", "agent", "respondent", *STAFF, "owner", "dept"), clause="RG-09; IV-07",
        fields=(
            Field(name="facts", label=_("What is new"), kind="longtext", required=True),
            Field(name="files", label=_("Files"), kind="files"),
        ),
    ),
)  # fmt: skip
