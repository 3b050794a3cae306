"""To which case a mail may belong. It is a suggestion with its grounds, for a person to take: nothing here acts for anybody."""

from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings

from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.numbers import numbers_in
from tingsu.complaints.terms import OPEN_STATES
from tingsu.kernel.fingerprints import email_key, fingerprint
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters.returned import letter_named
from tingsu.mail import plus
from tingsu.mail.reading import Read
from tingsu.mail.reports import FAILED

NEW, REPLY, BOUNCE, AUTO, LOOP, LIST, UNCLEAR = "new", "reply", "bounce", "auto", "loop", "list", "unclear"


@dataclass(frozen=True, kw_only=True)
class Guess:
    """What a mail seems to be."""

    kind: str
    case: Complaint | None = None
    ground: str = ""
    """thread (it answers a letter of ours), plus (it went to the address that a letter named), subject (a number stands there),
    sender (one open case has this address).
    """
    known: bool = False
    """The sender's address is one of a party of that case."""
    absent: bool = False
    """An absence note: it says so itself."""


def guess(found: Read) -> Guess:
    """What a mail seems to be, by its headers and by whom we know."""
    if letter_named(found.message_id) is not None or (
        found.automatic and found.sender and email_key(found.sender) in _our_addresses()
    ):
        return Guess(kind=LOOP)
    case, ground = _case_of(found)
    known = case is not None and is_party(case, found.sender)
    if found.returned:
        return Guess(kind=BOUNCE, case=case, ground=ground)
    if found.automatic in {"replied", "generated"}:
        return Guess(kind=AUTO, case=case, ground=ground, known=known, absent=found.automatic == "replied")
    if not found.clear:
        return Guess(kind=UNCLEAR, case=case, ground=ground)
    if case is not None:
        return Guess(kind=REPLY, case=case, ground=ground, known=known)
    return Guess(kind=LIST if found.automatic == "list" else NEW)


def _our_addresses() -> set[str]:
    own = {parseaddr(settings.DEFAULT_FROM_EMAIL)[1], current_organisation().email}
    return {email_key(one) for one in own if one}


def _case_of(found: Read) -> tuple[Complaint | None, str]:
    for message_id in (*found.answers, *(one for report in found.returned for one in report.message_ids)):
        letter = letter_named(message_id)
        if letter is not None and (case := Complaint.objects.filter(pk=letter.stream_id).first()):
            return case, "thread"
    letter = plus.letter_of(found.to)
    if letter is not None and (case := Complaint.objects.filter(pk=letter.stream_id).first()):
        return case, "plus"
    for number in numbers_in(found.subject)[:5]:
        if case := Complaint.objects.filter(number=number).first():
            return case, "subject"
    if found.sender and (index := fingerprint(current_organisation_id(), "email", found.sender)):
        ids = Party.objects.filter(email_index=index).values_list("complaint_id", flat=True)[:50]
        open_ones = list(
            Complaint.objects.filter(pk__in=list(ids), state__in=OPEN_STATES).order_by("-received_at", "-pk")[:2]
        )
        if len(open_ones) == 1:
            return open_ones[0], "sender"
    return None, ""


def is_party(case: Complaint, sender: str) -> bool:
    """Is this address, which anybody can write, the one of a party of the case?"""
    index = fingerprint(current_organisation_id(), "email", sender) if sender else None
    return index is not None and Party.objects.filter(complaint=case, email_index=index).exists()


def failures(found: Read) -> list[tuple[str, str]]:
    """(Message-ID, the server's words) of letters that came back for good."""
    return [
        (message_id, report.said)
        for report in found.returned
        if report.action == FAILED
        for message_id in report.message_ids[:1]
    ]
