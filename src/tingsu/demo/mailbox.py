"""The demo's mailbox: a day's mail as it comes, told in `texts/mail.toml` and taken in as every mail is; most of it waits for whoever looks."""

import uuid
from datetime import datetime, timedelta
from email import encoders
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any

from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.terms import OPEN_STATES
from tingsu.demo import evidence, library
from tingsu.demo.models import BuiltCase
from tingsu.demo.plan import Plan
from tingsu.demo.staff import Staff
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters.models import Letter
from tingsu.mail.arriving import Piece, keep
from tingsu.mail.mailboxes import set_mailbox
from tingsu.mail.models import Arrival, Mailbox
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

SERVER = "mx.wuheli.example.com"
QUIET = timedelta(hours=6)
DECIDED_AFTER = timedelta(minutes=25)


def tell(staff: Staff, plans: list[Plan], *, until: datetime) -> None:
    """Every mail that is not there yet, at its own hour; what was decided that day is decided by whoever has it. Can be called again."""
    from tingsu.demo.builder import whole_life

    done = set(BuiltCase.objects.values_list("key", flat=True))
    known = _cases(until)
    if known is None:
        return
    for number, one in enumerate(library.read("mail")["mail"]):
        key = f"mail:{number}"
        if key in done:
            continue
        at = until - timedelta(hours=one["ago"])
        with whole_life():
            with travel_to(at):
                keep(Piece(raw=_made(one, number, at, known, plans), arrived_at=at, mailbox=_mailbox(until)))
            arrival = Arrival.objects.order_by("-kept_at", "-id").first()
            assert arrival is not None  # noqa: S101 it was kept just now
            if "by" in one:
                _decide(arrival.entry_id, staff, one, at + DECIDED_AFTER)
            BuiltCase(key=key, complaint_id=arrival.entry_id).save(force_insert=True)


def _cases(until: datetime) -> dict[str, str] | None:
    """An open case whose complainant writes mails with the letter that they had last, and another where all is quiet since."""
    letters = Letter.objects.filter(channel="email", party_id__isnull=False, read_at=None).order_by(
        "-created_at", "-id"
    )
    cases = {one.pk: one for one in Complaint.objects.filter(state__in=OPEN_STATES)}
    told: dict[str, str] = {}
    seen: set[uuid.UUID] = set()
    for letter in letters.filter(stream_id__in=cases)[:200]:
        party = Party.objects.filter(pk=letter.party_id).first()
        if letter.stream_id in seen or party is None or not party.email:
            continue
        name, address = f"<{letter.pk}@wuheli.example.com>", party.text("email")
        if "number" not in told:
            told |= {
                "number": cases[letter.stream_id].number,
                "name": party.text("name"),
                "address": address,
                "letter": name,
            }
        elif not Event.objects.filter(stream_id=letter.stream_id, at__gt=until - QUIET).exists():
            return told | {"other_letter": name, "other_address": address}
        seen.add(letter.stream_id)
    return None


def _mailbox(until: datetime) -> Mailbox:
    """The firm's mailbox; in the demo it is never asked."""
    found = Mailbox.objects.filter(name="投诉邮箱").first()
    if found is not None:
        return found
    with travel_to(until - timedelta(days=90)):
        made = set_mailbox(
            actor=automation("demo", current_organisation_id()),
            values={
                "name": "投诉邮箱", "host": "imap.wuheli.example.com", "port": 993, "security": "implicit",
                "username": "service@wuheli.example.com", "password": str(uuid.uuid4()), "folder": "INBOX",
                "since": (until - timedelta(days=90)).date(), "stated_by": SERVER, "plus": False, "active": True,
            },
        )  # fmt: skip
    made.read_at = until
    made.save(update_fields=["read_at"])
    return made


def _decide(entry_id: uuid.UUID, staff: Staff, one: dict[str, Any], at: datetime) -> None:
    entry = Entry.objects.select_related("stream").get(pk=entry_id)
    if entry.owner_id is None:
        return
    with travel_to(at):
        take_step(
            actor=staff.actor(staff.key_of(entry.owner_id)), entry=entry, register=registers()["incoming_mail"], step=one["by"],
            values=one["values"],
        )  # fmt: skip


def _made(one: dict[str, Any], number: int, at: datetime, known: dict[str, str], plans: list[Plan]) -> bytes:
    def filled(text: str) -> str:
        for name, value in known.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    message = MIMEMultipart("mixed")
    message["From"], message["To"], message["Subject"] = (
        filled(one["sender"]),
        "service@wuheli.example.com",
        filled(one["subject"]),
    )
    message["Date"] = f"{at:%a, %d %b %Y %H:%M:%S} +0000"
    message["Message-ID"] = f"<{uuid.uuid5(current_organisation_id(), f'mail:{number}').hex}@mail.example.com>"
    for name, value in one.get("headers", {}).items():
        message[name] = filled(value)
    if verdict := one.get("verdict"):
        message["Authentication-Results"] = f"{SERVER}; {'; '.join(verdict.split())}"
    if one["words"]:
        message.attach(MIMEText(filled(one["words"]).strip() + "\n", "plain", one.get("charset", "utf-8")))
    if "picture" in one:
        _label, picture = evidence.drawn(plans[0], 1)[0]
        message.attach(_enclosed("image", "jpeg", picture, one["picture"]))
    if one.get("sealed"):
        message.attach(
            _enclosed(
                "application", "pkcs7-mime", b"\x30\x0b\x06\x09" + bytes.fromhex("2a864886f70d010703"), "smime.p7m"
            )
        )
    if wanted := one.get("invitation"):
        begins = at + timedelta(hours=wanted["hours"])
        lines = ("BEGIN:VCALENDAR", "METHOD:REQUEST", "BEGIN:VEVENT", f"SUMMARY:{wanted['summary']}", f"LOCATION:{wanted['place']}",
                 f"DTSTART:{begins:%Y%m%dT%H0000Z}", f"ORGANIZER;CN={wanted['by']}:mailto:x@example.org", "END:VEVENT", "END:VCALENDAR")  # fmt: skip
        message.attach(MIMEText("\r\n".join(lines), "calendar", "utf-8"))
    return message.as_bytes()


def _enclosed(kind: str, sub: str, content: bytes, name: str) -> MIMEBase:
    part = MIMEBase(kind, sub)
    part.set_payload(content)
    encoders.encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    return part
