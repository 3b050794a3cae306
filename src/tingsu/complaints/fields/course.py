"""What the course of the case decides: columns that steps fill in, none of them asked for at registration."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints import terms
from tingsu.complaints.fields.declared import CaseField, Read
from tingsu.complaints.fields.matter import YES_NO
from tingsu.people.roles import StaffLevel
from tingsu.privacy.fields import CONTRACT, RECORD, Rule, Sight, Viewer
from tingsu.process.steps import Field, FieldKind, Label


def _at(name: str, label: Label, shown: str = "course") -> CaseField:
    """An instant that the ledger tells."""
    return CaseField(field=Field(name=name, label=label, kind="datetime"), ledger=True, shown=shown, read="detail")


def _moment(name: str, label: Label) -> CaseField:
    """An instant that follows from the history, kept so that it can be counted."""
    return CaseField(field=Field(name=name, label=label, kind="datetime"), shown="first moments", read="detail")


def _score(name: str, label: Label) -> CaseField:
    """What the assessment in force says, 1 to 5."""
    return CaseField(field=Field(name=name, label=label, kind="number"), ledger=True, shown="assessment", read="detail")


def _mark(name: str, label: Label, shown: str = "head of the case") -> CaseField:
    """A mark that is set or not; the filter asks for what bears it."""
    return CaseField(
        field=Field(name=name, label=label, kind="bool", options=YES_NO), ledger=True, marked=True, filterable=True, shown=shown, read="list",
    )  # fmt: skip


def _whose(
    name: str, label: Label, kind: FieldKind, shown: str = "course", read: Read = "detail", form_c: str = ""
) -> CaseField:
    """A member or a unit."""
    return CaseField(field=Field(name=name.removesuffix("_id"), label=label, kind=kind), column=name, ledger=True, shown=shown,
                     read=read, form_c=form_c)  # fmt: skip


CODE = Rule(
    "whole", _("Opening the follow-up page"), CONTRACT,
    {viewer: Sight.MASKED if viewer is Viewer.HANDLER else Sight.NEVER for viewer in Viewer},
)  # fmt: skip
"""Whoever holds it may act as the complainant: handlers see that there is one and may open it with a purpose; no program does,
and nobody reads it by way of a copy (CA-58).
"""
ESCALATED = (("yes", _("Escalated")), ("no", _("Not escalated")))
"""What the filter asks of the level."""

FIELDS = (
    CaseField(field=Field(name="id", label=_("Case")), shown="address of the case for programs", read="list",
              also=("stream_id",)),
    CaseField(field=Field(name="number", label=_("Complaint number")), ledger=True, search="exact", shown="head of the case",
              read="list", form_c="2.1", svc="number"),
    CaseField(field=Field(name="code", label=_("Follow-up code")), also=("code_index",), sealed=True, search="exact",
              personal=CODE, only="opens the follow-up page; covered on every print, opened with a purpose (RG-14, CA-58)", form_c="1.5"),
    CaseField(field=Field(name="version", label=_("Version"), kind="number"), shown="head of the case", read="list"),
    CaseField(field=Field(name="withdrawn", label=_("Withdrawn"), kind="bool", options=YES_NO), ledger=True, marked=True, filterable=True,
              shown="course", read="detail"),
    CaseField(field=Field(name="registered_at", label=_("Registered at"), kind="datetime"), shown="receipt", read="list"),
    _at("completed_at", _("Record complete")),
    _at("pushed_at", _("Passed to investigation")),
    CaseField(field=Field(name="state", label=_("Stage"), kind="choice", options=tuple(terms.State.choices)), ledger=True,
              filterable=True, shown="head of the case", read="list"),
    _at("entered_at", _("In this stage since")),
    CaseField(field=Field(name="grade", label=pgettext_lazy("queue", "Grade"), kind="choice", options=tuple(terms.Grade.choices)),
              ledger=True, filterable=True, shown="head of the case", read="list", form_c="4.1"),
    CaseField(field=Field(name="urgency", label=_("Urgency"), kind="choice", options=tuple(terms.Urgency.choices)), ledger=True,
              filterable=True, shown="head of the case", read="list", form_c="4.2"),
    CaseField(field=Field(name="suggested_grade", label=_("Suggested grade"), kind="choice", options=tuple(terms.Grade.choices)),
              shown="course", read="detail"),
    CaseField(field=Field(name="first_validity", label=_("How it looks at first sight"), kind="choice", options=tuple(terms.FirstView.choices)),
              ledger=True, marked=True, filterable=True, shown="course", read="detail"),
    CaseField(field=Field(name="first_impact", label=_("How far it may reach"), kind="choice", options=tuple(terms.Reach.choices)),
              ledger=True, marked=True, filterable=True, shown="course", read="detail"),
    _mark("major", _("Major complaint")),
    _mark("crisis", _("Crisis")),
    _mark("difficult", _("Difficult")),
    _mark("supervised", _("Under supervision")),
    _mark("reasonable_open", _("Reasonable demand open")),
    _mark("loss_claimed", _("Claim of compensation open")),
    CaseField(field=Field(name="risk_marks", label=_("Risk marks"), kind="choices", options="risk_marks"), ledger=True,
              marked=True, filterable=True, several=True, shown="course", read="list"),
    CaseField(field=Field(name="escalation_level", label=_("Escalation level"), kind="number", options=ESCALATED), ledger=True,
              filterable=True, above=1, shown="head of the case", read="list"),
    CaseField(field=Field(name="required_level", label=_("Staff level needed"), kind="choice", options=tuple(StaffLevel.choices)),
              ledger=True, shown="course", read="detail"),
    CaseField(field=Field(name="investigation_mode", label=_("Investigation"), kind="choice",
                          options=tuple(terms.InvestigationMode.choices)),
              ledger=True, shown="course", read="detail"),
    CaseField(field=Field(name="waiting_on", label=_("Waiting on"), kind="choice", options=tuple(terms.WaitingOn.choices)),
              ledger=True, filterable=True, shown="head of the case", read="list"),
    CaseField(field=Field(name="verdict", label=_("Verdict"), kind="choice", options=tuple(terms.Verdict.choices)), ledger=True,
              filterable=True, shown="course", read="list"),
    CaseField(field=Field(name="outcome", label=_("Outcome"), kind="choice", options=tuple(terms.Outcome.choices)), ledger=True,
              filterable=True, shown="course", read="list"),
    CaseField(field=Field(name="repeated", label=_("Repeated"), kind="bool", options=YES_NO), ledger=True, marked=True, filterable=True,
              shown="head of the case", read="list", form_c="3.3"),
    CaseField(field=Field(name="repeat_count", label=_("How many times"), kind="number"), ledger=True, shown="course",
              read="list"),
    CaseField(field=Field(name="possible_repeats", label=_("Possible repetitions")), shown="possible repetitions"),
    _whose("owner_id", _("Owner"), "member", "head of the case", "list"),
    _whose("first_owner_id", pgettext_lazy("form", "Received by"), "member", "receipt", form_c="1.2"),
    _whose("offered_member_id", _("Offered to"), "member"),
    _whose("offered_unit_id", _("Offered to the unit"), "unit"),
    CaseField(field=Field(name="offer_refusals", label=_("Refused offers"), kind="number"), ledger=True, shown="course",
              read="detail"),
    _whose("lead_unit_id", _("Leading unit"), "unit"),
    _score("severity", _("Severity")),
    _score("complexity", _("Complexity")),
    _moment("first_action_at", _("First done by a colleague")),
    _moment("investigated_at", _("First under investigation")),
    _at("acknowledged_at", _("Acknowledged")),
    _at("record_confirmed_at", _("Record confirmed"), "receipt"),
    CaseField(
        field=Field(name="envelope", label=_("Envelope"), limit=300), sealed=True, shown="receipt", read="detail",
        personal=Rule("text", _("Keeping what came by post as it came"), CONTRACT, RECORD),
    ),
    CaseField(
        field=Field(name="original_place", label=_("Place of the original"), limit=120), shown="receipt", read="detail",
    ),
    _at("first_reply_at", _("First reply")),
    _at("last_feedback_at", _("Last feedback")),
    _at("next_feedback_at", _("Next feedback promised")),
    _at("answered_at", _("Answered")),
    _at("ways_informed_at", _("Told of other ways")),
    _at("closed_at", _("Closed at")),
    _at("archived_at", _("Archived at")),
    CaseField(field=Field(name="archive_number", label=_("Archive number")), ledger=True, shown="course", read="detail"),
    CaseField(field=Field(name="retention_class", label=_("Kept as")), ledger=True, shown="course", read="detail"),
    CaseField(field=Field(name="dispose_on", label=_("Kept until"), kind="date"), ledger=True, shown="course", read="detail"),
    CaseField(field=Field(name="next_due_at", label=_("Next due"), kind="datetime"), shown="clocks of the case", read="list",
              also=("next_due_started_at", "work_key")),
    CaseField(field=Field(name="next_due_kind", label=_("Next time limit")), shown="clocks of the case", read="list"),
    CaseField(field=Field(name="policy_version", label=_("Version of the time limits"), kind="number"), ledger=True,
              shown="course", read="detail"),
    CaseField(field=Field(name="category_version", label=_("Version of the categories"), kind="number"), ledger=True,
              shown="course", read="detail"),
)  # fmt: skip
