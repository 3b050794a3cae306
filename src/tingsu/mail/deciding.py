"""What a person makes of a mail that waits on the holding desk: a complaint, part of a case, a contact, or nothing of ours.

Nothing here is done by the mail itself: whatever its sender claims to be, a colleague acts, under their own name.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.actions import follow as follow_case
from tingsu.complaints.actions import step_named, time_zone
from tingsu.complaints.case import open_case
from tingsu.complaints.fields import INTAKE_FIELDS
from tingsu.complaints.models import Complaint
from tingsu.complaints.named import named, named_complaint
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.models import IdempotencyKey
from tingsu.mail import threading
from tingsu.process.values import TEXT_LIMIT
from tingsu.registers.actions import Opening, begin_entry, link_opened, unlink_alone
from tingsu.registers.declaration import AtOnce, registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry, EntryLink

CONTACT_WORDS = 4000
"""As many signs as a contact holds."""
WORDS_LIMIT = next(one.limit for one in INTAKE_FIELDS if one.name == "description") or TEXT_LIMIT["longtext"]
NO_WORDS = "—"
"""Stands for the words of a mail that has none: a picture alone, or what cannot be read."""
FILES_AT_ONCE = 20
"""As many files as one step takes."""


def opened(mail: OpenedEntry, values: dict[str, Any]) -> None:
    """What says of itself that nobody waits for an answer is put aside at once; everything else waits for a person, by a time."""
    guess = mail.entry.codes.get("guess")
    if guess is None:  # a colleague put it here
        mail.put("guess", threading.NEW)
    if guess == threading.LOOP or mail.entry.codes.get("absent"):
        mail.move_to("auto")
    elif guess == threading.BOUNCE and mail.texts_now().get("case"):
        mail.move_to("bounce")
    else:
        mail.start("mail_decision", at=mail.at)


def by_one_key(actor: Actor, entry: Entry) -> list[AtOnce]:
    """Decisions whose every answer is known: one key takes each. A mail of the suggested case is put to it only where the case may be
    seen and nothing speaks against the sender; a forged or unknown one asks for the form.
    """
    texts = entry.written_or_none() or {}
    number = texts.get("case", "")
    told = [AtOnce(step="bounced", key="4", label=_("It is a letter that came back")),
            AtOnce(step="automatic", key="5", label=_("A program wrote it")),
            AtOnce(step="decline", key="6", label=_("Advertising"), values={"reason": gettext("Advertising")})]  # fmt: skip
    if number and entry.codes.get("known") and entry.codes.get("proved") != "fail" and named(actor, number) is not None:
        told.insert(
            0,
            AtOnce(
                step="join",
                key="g",
                label=gettext("It belongs to %(case)s") % {"case": number},
                values={"case": number},
            ),
        )
    return told


def register(actor: Actor, entry: Entry, values: dict[str, Any]) -> dict[str, Any]:
    """A complaint from a mail, registered once however often this is called, with the time at which the mail reached us.

    The next one from the same mail (several complaints in one) is another. Raises what registration raises.
    """
    texts = entry.written()
    received = parse_datetime(entry.codes["received_at"])
    assert received is not None  # noqa: S101 as the ledger keeps it
    sender, phone = texts.get("sender", ""), values["complainant_phone"]
    raw = {
        "kind": values["becomes"], "problem_type": values["problem_type"], "mode": "email", "channel": "email",
        "description": values["part"] or fitting(_words(texts), WORDS_LIMIT, gettext("The whole mail is among the files.")),
        "summary": "" if values["part"] else texts.get("subject", "")[:60],
        "product": values["product"], "order_number": values["order_number"], "received_at": received.isoformat(),
        "name": values["complainant_name"] or texts.get("sender_name", "")[:60], "phone": phone, "email": sender,
    }  # fmt: skip
    if not (sender or phone):
        raw |= {"anonymous": "yes", "name": ""}
    key = f"mail:{entry.pk}:{_registered(entry)}"
    if IdempotencyKey.objects.filter(scope="register", key=key).exists():
        intake = read_intake({name: value for name, value in raw.items() if value})
    else:
        intake = read_intake({name: value for name, value in raw.items() if value}).with_files(copies(actor, entry))
    made = register_complaint(actor=actor, intake=intake, key=key)
    return {"complaint": made.complaint.pk}


def _words(texts: Mapping[str, str]) -> str:
    words = texts.get("words", "").strip()
    return words if words != NO_WORDS else texts.get("subject", "")


def fitting(words: str, limit: int, rest: str) -> str:
    """The words, or as many as fit with a sentence that says where the rest stands."""
    return words if len(words) <= limit else f"{words[: limit - len(rest) - 2]}…\n{rest}"


def _registered(entry: Entry) -> int:
    return EntryLink.objects.filter(entry=entry, kind="became").count()


def copies(actor: Actor, entry: Entry) -> list[UUID]:
    """The files of a mail, original included, once more as loose files of whoever decides: a file belongs to one history."""
    ids = []
    for file in StoredFile.objects.filter(stream_id=entry.pk, erased_at=None, quarantined_at=None).order_by(
        "received_at", "id"
    ):
        try:
            name, content = store.name_of(file), store.open_file(file)
            if file.media_type == "message/rfc822" and file.purpose == "letter":
                ids.append(store.keep_original(name, content, file.media_type, actor=actor).pk)
            else:
                ids.append(store.keep(name, content, actor=actor).pk)
        except TingsuError:
            continue  # damaged or refused meanwhile: it stays with the mail, which is linked
    return ids


def registered(mail: OpenedEntry, values: dict[str, Any]) -> None:
    """The mail is decided; it stays linked with what it became."""
    mail.end("mail_decision")
    mail.fact("complaint", values["complaint"])
    link_opened(mail, UUID(str(values["complaint"])), "became")


def take_along(actor: Actor, entry: Entry, values: dict[str, Any]) -> dict[str, Any]:
    """Copies of the files, before the transaction that attaches them; those of a try that was cut off are swept."""
    return {"copies": copies(actor, entry)}


def joined(mail: OpenedEntry, values: dict[str, Any]) -> None:
    """The mail becomes part of a case: its words and files stand in the history, and whoever answers for the case hears of it.

    A sender who is no known party, or whom the receiving server calls forged, is named so: nothing of it is the complainant's word
    until a person says so (IN-05, PS-11).
    """
    complaint = named_complaint(mail.actor, values)
    case = open_case(mail.actor, complaint.pk, mail.at)
    texts = mail.texts_now()
    received = parse_datetime(mail.entry.codes["received_at"])
    zone = time_zone()
    head = gettext("E-mail %(number)s of %(at)s") % {
        "number": mail.entry.number, "at": f"{local(received, zone):%Y-%m-%d %H:%M}" if received else "",
    }  # fmt: skip
    if not is_of_party(mail, complaint):
        head += " · " + gettext("the sender is not proved to be a party of this case")
    facts = fitting(f"{head}\n\n{_words(texts)}", TEXT_LIMIT["longtext"], gettext("The whole mail is among the files."))
    for first in range(0, max(len(values["copies"]), 1), FILES_AT_ONCE):
        files = [str(one) for one in values["copies"][first : first + FILES_AT_ONCE]]
        follow_case(case, step_named("add_facts"), {"facts": head if first else facts, "files": files}, zone)
    case.tell([case.complaint.owner_id], "case.new_facts")
    case.finish()
    mail.end("mail_decision")
    link_opened(mail, complaint.pk, "about")


def is_of_party(mail: OpenedEntry, complaint: Complaint) -> bool:
    """Does the address belong to a party of this case, and does no verdict speak against it?"""
    sender = mail.texts_now().get("sender", "")
    return mail.entry.codes.get("proved") == "pass" and threading.is_party(complaint, sender)


def contacted(mail: OpenedEntry, values: dict[str, Any]) -> None:
    """A question, praise, a suggestion: a contact with its own time for an answer, from when the mail reached us."""
    texts = mail.texts_now()
    rest = gettext("The rest stands in %(number)s.") % {"number": mail.entry.number}
    words = fitting(_words(texts), CONTACT_WORDS, rest)
    given = {
        "kind": values["contact_kind"], "mode": "email", "received_at": mail.entry.codes["received_at"], "words": words,
        "caller_name": texts.get("sender_name", "")[:60],
    }  # fmt: skip
    made = begin_entry(actor=mail.actor, register=registers()["contact"], opening=Opening(values=given, at=mail.at))
    mail.end("mail_decision")
    link_opened(mail, made.entry.pk, "became")


def put_aside(mail: OpenedEntry, values: dict[str, Any]) -> None:
    """Nothing has to be done about it."""
    mail.end("mail_decision")


def taken_back(mail: OpenedEntry, values: dict[str, Any]) -> None:
    """It waits again. A case that it was put to by mistake says so in a note; what stands in its history stays there."""
    for link in EntryLink.objects.filter(entry=mail.entry, kind="about"):
        case = open_case(mail.actor, link.other_id, mail.at)
        note = gettext("The mail %(number)s was put to this case by mistake: %(reason)s") % {
            "number": mail.entry.number, "reason": values["reason"],
        }  # fmt: skip
        follow_case(case, step_named("note"), {"note": note}, time_zone())
        case.finish()
        unlink_alone(mail, link.other_id, "about")
    mail.start("mail_decision", at=mail.at)
