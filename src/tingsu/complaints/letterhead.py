"""What letters can say about a complaint: number, code, promised times, other ways (AK-02, SZ 6(9))."""

import uuid
from collections.abc import Mapping

from django.utils.translation import gettext as _

from tingsu.clocks.models import Promise
from tingsu.clocks.timers import timer_name
from tingsu.complaints import terms
from tingsu.complaints.models import Complaint, Party
from tingsu.kernel.fields import in_language
from tingsu.kernel.links import public
from tingsu.kernel.organisations import organisation_with
from tingsu.kernel.rows import asked
from tingsu.kernel.rulebooks import in_force
from tingsu.kernel.telephones import messaged
from tingsu.letters import letterhead
from tingsu.letters.models import Letter
from tingsu.people import queries as people

TOLD = (
    "urgent_response",
    "first_reply",
    "handling_start",
    "dedicated_contact",
    "progress_feedback",
    "outside_deadline",
)
"""Promises a complainant is told of; the others are ours among ourselves."""
REPLIES = frozenset({"first_reply", "progress_feedback"})
"""What nobody waits for who asked for no reply (IN-21); the time limits run all the same."""


@letterhead.supply("complaint")
def case_places(letter: Letter) -> Mapping[str, str]:
    (complaint,) = asked(Complaint, "id = %s", letter.stream_id).all()
    complaint.stream = letter.stream
    if letter.member_id is not None:
        return colleague_places(letter, letter.member_id, complaint)
    (party,) = asked(Party, "id = %s", letter.party_id).all()
    zone = organisation_with(letter.organisation_id).time_zone
    values = {
        "number": complaint.number,
        "code": complaint.text("code"),
        "name": party.text("name") or _("Complainant"),
    }
    values["_format"], values["_owner"] = complaint.format, str(complaint.owner_id or "")
    values["_address"] = party.text("email") if letter.channel == "email" else ""
    if letter.channel == "sms":
        values["_address"] = messaged(party.text("phone"))
    if letter.channel == "call":
        values["_address"] = party.text("phone")
    if letter.channel == "post":
        values["_address"] = "\n".join(
            filter(None, (party.text(name) for name in ("postcode", "city", "address", "name")))
        )
    if letter.template == "acknowledgement":
        values["process"] = _(
            "We check and grade what you wrote, find out the facts, agree a solution with you, put it right, and ask you "
            "how we did."
        )
        if not complaint.reply_expected:
            values["process"] += " " + _(
                "You told us that you need no reply. We handle the complaint all the same, and write only when we need "
                "something from you or when it is settled."
            )
        values["follow"] = (
            _("Open the link below, or enter number and code on our complaint page.")
            if public("/")
            else _("Enter number and code on our complaint page.")
        )
        values["limits"] = "\n".join(_limits(complaint, zone, letter.language))
    if letter.template == "ways":
        values["ways"] = "\n\n".join(_ways(letter.language, complaint.province))
    return values


def colleague_places(letter: Letter, member_id: uuid.UUID, complaint: Complaint) -> Mapping[str, str]:
    """A letter to a colleague names the case and why it cannot wait; everything else is read behind the sign-in."""
    high = complaint.grade == terms.Grade.HIGH_RISK
    return {
        "number": complaint.number,
        "name": people.alias_of(member_id, letter.language),
        "why": str(terms.Grade.HIGH_RISK.label if high else terms.Urgency.URGENT.label),
        "link": public(complaint.get_absolute_url()),
        "_address": people.work_address(member_id)[0],
    }


def _ways(language: str, province: str) -> list[str]:
    """The list of the rulebook in its order, what is open in this province: what each way is, what to bring, where to go (XR-02)."""
    found = []
    rows = [row for row in in_force("ways").body["ways"] if not province or row.get("province", "") in {"", province}]
    for place, way in enumerate(rows, 1):
        papers, address = in_language(way.get("papers"), language), in_language(way.get("address"), language)
        lines = [
            f"{place}. {in_language(way['name'], language)}",
            in_language(way.get("about"), language),
            _("What you need: %(papers)s") % {"papers": papers} if papers else "",
            _("Where: %(address)s") % {"address": address} if address else "",
            way.get("link", ""),
        ]
        found.append("\n".join(line for line in lines if line))
    return found


def _limits(complaint: Complaint, zone: str, language: str) -> list[str]:
    running = asked(Promise, "stream_id = %s AND ended_at IS NULL ORDER BY due_at, kind", complaint.pk).all()
    told = set(TOLD) if complaint.reply_expected else set(TOLD) - REPLIES
    promises = [promise for promise in running if promise.kind in told]
    return [
        _("%(what)s: by %(when)s")
        % {"what": timer_name(promise.kind), "when": letterhead.when(promise.due_at.isoformat(), zone, language)}
        for promise in promises
    ]
