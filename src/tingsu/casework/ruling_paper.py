"""The ruling of the committee on a dispute between departments as a document: question, votes, ruling (AS-13, OG-06)."""

import uuid

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tingsu.casework.models import Dispute
from tingsu.complaints.models import Complaint
from tingsu.complaints.paperwork import Content, Item, Paper, Reader, declare, names_listed
from tingsu.pages.pdf import Part, in_full, instant
from tingsu.people import queries as people


def items(complaint: Complaint) -> list[Item]:
    return [(str(row.pk), f"{instant(row.asked_at)} · {row.get_state_display()}") for row in Dispute.of(complaint)]


def content(reader: Reader) -> Content:
    """One dispute: between whom, what each says, who was asked to rule, how many had to agree, who said what, and what binds."""
    row = next(one for one in Dispute.of(reader.complaint) if str(one.pk) == reader.item)
    facts = [
        (_("State"), str(row.get_state_display())),
        (_("Departments in dispute"), names_listed(row.unit_ids, people.unit_name)),
        (_("Asked by"), people.staff_identity(row.asked_by)),
        (pgettext("dispute", "Asked"), instant(row.asked_at)),
        (_("Members who rule"), names_listed(row.members, people.staff_identity)),
        (_("Votes that decide"), str(row.needed)),
        (_("Department that answers for it"), people.unit_name(row.ruled_unit_id)),
        (_("Ruled at"), instant(row.ruled_at) if row.ruled_at else ""),
    ]
    votes = [
        [people.staff_identity(uuid.UUID(one["member"])), people.unit_name(uuid.UUID(one["unit"]))] for one in row.votes
    ]
    ruling = row.covered("ruling")
    heads = [pgettext("dispute", "Member"), _("Department that answers for it")]
    return Content(
        parts=[
            Part(heading=_("Dispute between departments"), facts=in_full((label, words) for label, words in facts if words)),
            Part(heading=_("What is disputed, and what each says"), texts=[row.covered("question")]),
            *([Part(heading=_("Votes"), heads=heads, rows=votes, widths=[1, 1])] if votes else []),
            *([Part(heading=_("Reasons of the ruling"), texts=[ruling])] if ruling else []),
        ],
        subtitle=instant(row.asked_at),
    )  # fmt: skip


declare(
    Paper(
        code="committee_ruling",
        title=gettext_lazy("Ruling of the committee"),
        hint=gettext_lazy("Which department answers for the matter, by whose votes and for what reasons."),
        content=content,
        order=37,
        missing=lambda complaint: "" if Dispute.of(complaint) else _("no dispute has been put to the committee"),
        items=items,
    )
)
