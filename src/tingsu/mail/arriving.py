"""One mail arrives: the original is kept byte for byte, a record is opened on the holding desk, and it happens once.

Nothing that arrives is lost and nothing raises: what cannot be read, attached or fitted is held with its original for a person.
"""

import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tingsu.files import store
from tingsu.files.errors import FileQuarantined
from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import after_label
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters import signatures
from tingsu.letters.returned import letter_named, note_returned
from tingsu.mail import threading
from tingsu.mail.deciding import NO_WORDS
from tingsu.mail.models import Arrival, Mailbox
from tingsu.mail.parts import Enclosed
from tingsu.mail.reading import Read, read, same_content
from tingsu.people import queries as people
from tingsu.registers.actions import Opening, begin_entry, link_opened
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry

log = logging.getLogger(__name__)
KEPT, AGAIN = "kept", "again"
NAME = "incoming_mail"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """What came in by one way: the bytes, when our server had them, and how large it is where it was not fetched."""

    raw: bytes
    arrived_at: datetime | None = None
    mailbox: Mailbox | None = None
    too_large: int = 0


def keep(piece: Piece) -> str:
    """Keep one mail: "kept", or "again" when the same one is here already. Call it outside any transaction."""
    organisation_id = current_organisation_id()
    digest = _mark("mail", piece.raw)
    if Arrival.objects.filter(digest=digest).exists():
        return AGAIN
    stated_by = piece.mailbox.stated_by if piece.mailbox else ""
    zone = current_organisation().time_zone
    found = read(piece.raw, stated_by=stated_by, zone=zone, ours=signatures.ours())
    same_as = _mark("mail-same", same_content(piece.raw, found))
    if Arrival.objects.filter(same_as=same_as).exists():
        return AGAIN
    actor = automation("mail.arriving", organisation_id)
    original = None if piece.too_large else store.keep_original("mail.eml", piece.raw, "message/rfc822", actor=actor)
    files, refused = ([], []) if original is None or original.quarantined_at else take_files(found.files, actor)
    if original is not None and original.quarantined_at is None:
        files = [original.pk, *files]
    guessed = threading.guess(found)
    for message_id, said in threading.failures(found):
        if letter := letter_named(message_id):
            note_returned(letter.pk, said)
    told = _Told(piece, found, guessed, refused, locked=bool(original and original.quarantined_at))
    try:
        with transaction.atomic(durable=True):
            made = _open(actor, told, files)
            if original is not None and told.locked:
                store.keep_locked(original.pk, made.entry.pk, now())
            Arrival(
                digest=digest, same_as=same_as, entry_id=made.entry.pk, file_id=original.pk if original else None,
                mailbox_id=piece.mailbox.pk if piece.mailbox else None, kept_at=now(),
            ).save(force_insert=True)  # fmt: skip
    except IntegrityError:
        if Arrival.objects.filter(digest=digest).exists() or Arrival.objects.filter(same_as=same_as).exists():
            return AGAIN  # another worker was quicker
        raise
    return KEPT


def take_files(enclosed: tuple[Enclosed, ...], actor: Actor) -> tuple[list[Any], list[str]]:
    """Keep what a mail encloses as loose files; ids, and the name with the sentence of each that is not taken in.

    What is refused is not lost: it stays inside the original.
    """
    ids, refused = [], []
    for one in enclosed:
        try:
            ids.append(store.keep(one.name, one.content, actor=actor).pk)
        except FileQuarantined as refusal:
            refused.append(after_label(one.name, refusal))
        except TingsuError as refusal:
            refused.append(after_label(one.name, refusal))
    return ids, refused


@dataclass(frozen=True)
class _Told:
    piece: Piece
    found: Read
    guess: threading.Guess
    refused: list[str]
    locked: bool


def _open(actor: Actor, told: _Told, files: list[Any]) -> OpenedEntry:
    register = registers()[NAME]

    def opened(entry: OpenedEntry, values: dict[str, Any]) -> None:
        _fill(entry, told)
        if register.on_open:
            register.on_open(entry, values)

    at = now()
    values: dict[str, Any] = {
        "received_at": min(told.piece.arrived_at or at, at).isoformat(),
        "subject": told.found.subject[:300] or told.found.words.strip().partition("\n")[0][:60] or "—",
        "sender": told.found.sender[:254], "sender_name": told.found.sender_name, "words": told.found.words.strip() or NO_WORDS, "files": files,
    }  # fmt: skip
    opening = Opening(values=values, at=at)
    return begin_entry(actor=actor, register=replace(register, on_open=opened), opening=opening)


def _fill(entry: OpenedEntry, told: _Told) -> None:
    """What only the machine knows of a mail, beside what the form asks."""
    found, guess, piece = told.found, told.guess, told.piece
    entry.put("guess", guess.kind)
    entry.put("ground", guess.ground)
    entry.put("known", guess.known or None)
    entry.put("absent", guess.absent or None)
    entry.put("proved", proved(found.verdicts) if piece.mailbox and piece.mailbox.stated_by else "unstated")
    if piece.too_large:
        entry.put("too_large", True)
    if told.locked:
        entry.put("locked", True)
    entry.put("more", found.cut or bool(found.more_files) or None)
    entry.put("sealed", found.sealed or None)
    entry.put("signature", found.signature or None)
    entry.write("signed_by", found.signed_by)
    if guess.case is not None:
        entry.write("case", guess.case.number)
        if guess.kind == threading.BOUNCE:
            link_opened(entry, guess.case.pk, "related")
    entry.write("along", found.along)
    entry.write("verdicts", " ".join(f"{name}={verdict}" for name, verdict in sorted(found.verdicts.items())))
    entry.write("mailbox", piece.mailbox.name if piece.mailbox else "")
    entry.write("refused", "\n".join(told.refused)[:4000])
    entry.write("returned", "\n".join(f"{one.recipient} {one.said}" for one in found.returned)[:2000])
    with suppress(TingsuError):  # nobody works here yet: it waits without an owner
        entry.give(people.duty_member_for_intake(entry.entry.pk).pk)


def proved(verdicts: dict[str, str]) -> str:
    """What the verdicts of the receiving server come to: pass, fail, or unstated."""
    if verdicts.get("dmarc") == "pass":
        return "pass"
    if verdicts.get("dmarc") == "fail" or (
        verdicts.get("spf") in {"fail", "softfail"} and verdicts.get("dkim") != "pass"
    ):
        return "fail"
    return "unstated"


def _mark(kind: str, content: bytes) -> bytes:
    return crypto.blind_index(current_organisation_id(), kind, crypto.digest(content).hex())
