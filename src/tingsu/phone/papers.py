"""The handling form of a complaint that was told by telephone (投诉处理单): the statement, the calls, and that it was read back (RG-19)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tingsu.complaints.models import Complaint
from tingsu.complaints.papers import acceptance_body
from tingsu.complaints.paperwork import Content, Paper, Reader, Text, declare
from tingsu.complaints.terms import Mode
from tingsu.pages.pdf import Part, in_full, instant
from tingsu.phone.calls import Told, calls_of


def missing(complaint: Complaint) -> Text:
    """Only what was told by telephone has one."""
    return "" if complaint.mode == Mode.PHONE else _("it did not come by telephone")


def content(reader: Reader) -> Content:
    """What was said in detail, in which call, and how the record was confirmed. From there the verification begins by itself."""
    statement, _confirmation = acceptance_body(reader, with_code=False)
    calls = calls_of(reader.actor, reader.complaint, door=reader.door)
    at = reader.complaint.record_confirmed_at
    confirmed = _("read back and confirmed at %(at)s") % {"at": instant(at)} if at else _("not read back yet")
    return Content(
        parts=[
            statement,
            *(
                Part(heading=" ".join((pgettext("record", "Call"), one.number)), facts=in_full(_facts(one)))
                for one in calls
            ),
            Part(heading=_("Confirmation"), facts=[(_("The record"), confirmed)]),
        ]
    )


def _facts(one: Told) -> list[tuple[str, str]]:
    facts = [
        (pgettext("call", "Number"), _("withheld") if one.withheld else one.caller),
        (pgettext("call", "Began"), instant(one.started_at) if one.started_at else ""),
        (pgettext("call", "Answered"), instant(one.answered_at) if one.answered_at else ""),
        (pgettext("call", "Ended"), instant(one.ended_at) if one.ended_at else ""),
        (_("Answered by"), one.agent),
        (_("Recording"), one.recording),
    ]
    return [(label, words) for label, words in facts if words]


declare(
    Paper(
        code="telephone_form",
        title=gettext_lazy("Handling form of a telephone complaint"),
        hint=gettext_lazy("What was said on the telephone, with the calls it was said in."),
        content=content,
        order=15,
        missing=missing,
    )
)
