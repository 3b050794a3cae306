"""The life of a document in versions: written, reviewed, approved by somebody else with a signature, in force from a day, superseded, withdrawn.

Exactly one version of a document is in force. Whoever approves takes the turn of the document and looks again; the database keeps a
second one out whatever happens (`Edition`).
"""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.documents import catalogue, readers
from tingsu.documents.models import Edition, Reader
from tingsu.documents.notices import WITHDRAWN
from tingsu.documents.writing import blocks, left_to_fill
from tingsu.files.models import StoredFile
from tingsu.files.store import name_of
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, Unmet
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.sql import take_turns
from tingsu.letters.notices import notify
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.process.steps import Step, asks_who, guard
from tingsu.registers.actions import Opening, begin_entry, follow, link_opened
from tingsu.registers.declaration import LEADERS, register_named
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.facets import fingerprint
from tingsu.registers.intervals import following
from tingsu.registers.models import Entry, EntryFacet

NAME = "document"
DRAFT, REVIEW, APPROVAL, APPROVED, IN_FORCE = "draft", "review", "approval", "approved", readers.IN_FORCE
SUPERSEDED, WITHDRAWN_STATE, DROPPED = "superseded", "withdrawn", "dropped"
OVER = frozenset({SUPERSEDED, WITHDRAWN_STATE, DROPPED})
KEPT = (
    "kind", "language", "software", "serves", "steps", "for_all", "for_roles", "for_units", "for_members", "restricted",
    "interval", "keep_years", "title", "code", "purpose", "body",
)  # fmt: skip
"""What a new version begins with."""


def today(opened: OpenedEntry) -> date:
    return local_date(opened.at, current_organisation().time_zone)


def version_of(codes: Mapping[str, Any]) -> str:
    """A version as documents write it: A/0, A/1 after a revision, B/0 as a new edition; empty before approval."""
    if "major" not in codes:
        return ""
    major = int(codes["major"])
    letters = chr(65 + major) if major < 26 else f"Z{major - 25}"
    return f"{letters}/{int(codes.get('minor', 0))}"


def begun(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """The first version of a document, or the next one of the document that it is to replace. Raises InvalidInput."""
    base = _base(opened, str(values.get("replaces") or ""))
    document = Edition.objects.get(pk=base.pk).document_id if base is not None else opened.entry.pk
    if base is not None:
        opened.put("base", base.pk)
        opened.put("topic", base.codes.get("topic"))
    _own_number(opened, document)
    if values.get("topic") == catalogue.PLAN and not values.get("purpose"):
        opened.write("purpose", catalogue.PURPOSE["en" if values.get("language") == "en" else "zh"])
    Edition(id=opened.entry.pk, entry=opened.entry, document_id=document).save(force_insert=True)


def _base(opened: OpenedEntry, number: str) -> Entry | None:
    if not number:
        return None
    found = Entry.objects.filter(register=NAME, number=number.strip().upper()).first()
    if found is None or found.state not in {IN_FORCE, WITHDRAWN_STATE}:
        error = InvalidValue(_("No version in force has this number. A new version replaces the one that is in force."))
        raise InvalidInput({"replaces": error})
    return found


def written(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """The draft says something else now. Raises InvalidInput."""
    _own_number(opened, Edition.objects.get(pk=opened.entry.pk).document_id)


def _own_number(opened: OpenedEntry, document: uuid.UUID) -> None:
    """The number of a document is its own: no other document has it. Raises InvalidInput."""
    code = opened.texts_now().get("code", "")
    if not code:
        return
    take_turns(f"document-code:{opened.entry.organisation_id}")
    alike = EntryFacet.objects.filter(register=NAME, name="code", value=fingerprint(opened.register, "code", code))
    ids = alike.exclude(entry=opened.entry).exclude(entry__state=DROPPED).values("entry")
    if Edition.objects.filter(pk__in=ids).exclude(document_id=document).exists():
        error = InvalidValue(_("Another document has this number already. Give this one a number of its own."))
        raise InvalidInput({"code": error})


@guard("has_content")
def has_content(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """There is something to read: a text, or a file."""
    if opened.texts_now().get("body") or opened.entry.codes.get("file"):
        return []
    return [Unmet("no_content", _("it has neither a text nor a file yet"))]


@guard("filled_in")
def filled_in(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """No place of the template waits to be filled in."""
    left = left_to_fill(opened.texts_now().get("body", ""))
    if not left:
        return []
    sentence = _("places are still to be filled in: %(places)s")
    return [Unmet("blanks", sentence, places=" ".join(left[:5]) + (" …" if len(left) > 5 else ""))]


@guard("says_what_changed")
def says_what_changed(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """Whoever reads a new version learns what is new in it."""
    if values is None or not opened.entry.codes.get("base") or values.get("change"):
        return []
    return [Unmet("change_missing", _("say what has changed against the version in force"))]


def authors(opened: OpenedEntry) -> set[str]:
    """Whoever opened, wrote or handed in this version."""
    return opened.entry.hands_in("open", "write", "submit")


@guard("others_named")
def others_named(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """Reviewed and approved by others than those who wrote it; whoever works alone does both, with a warning in the history."""
    if values is None:
        return []
    writing = {*authors(opened), str(opened.actor.id)}
    own = [one for one in ("reviewer", "approver") if str(values.get(one) or "") in writing]
    if not own or alone.warned(opened, "own_work"):
        return []
    return [Unmet("own_work", _("whoever wrote it neither reviews nor approves it: name somebody else"))]


def named_for(field: str) -> Any:
    """Only the person who was named takes the step."""

    @guard(f"named_{field}")
    @asks_who
    def check(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
        who = opened.entry.codes.get(field)
        if opened.actor.kind == "system" or not who or str(opened.actor.id) == who:
            return []
        return [Unmet("somebody_else", _("%(who)s was asked for this"), who=people.staff_identity(uuid.UUID(who)))]

    return check


@asks_who
def still_leads(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """Whoever was named to approve leads at the moment of signing: a post that has ended signs nothing any more."""
    if opened.actor.kind == "system" or opened.actor.has_role(*LEADERS):
        return []
    sentence = _("whoever signs leads now; this post has ended: give the version back and name somebody else")
    return [Unmet("leads_no_more", sentence, guard="")]


def submitted(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """The reviewer hears of it."""
    opened.put("reviewed_on", None)
    _tell(opened, "reviewer", "submitted")


def reviewed(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """It passes to the approver."""
    opened.put("reviewed_on", today(opened))
    _tell(opened, "approver", "reviewed")


def returned(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """It is a draft again, and nobody's turn but its author's."""
    for name in ("reviewer", "approver", "reviewed_on"):
        opened.put(name, None)


def _tell(opened: OpenedEntry, field: str, what: str) -> None:
    who = opened.entry.codes.get(field)
    if who and str(opened.actor.id) != who:
        opened.tell([uuid.UUID(who)], what)


def digest(texts: Mapping[str, str], codes: Mapping[str, Any]) -> str:
    """What was signed, as one number: the title, the text and the files."""
    said = hashlib.sha256()
    for part in (texts.get("title", ""), texts.get("body", "")):
        said.update(part.encode() + b"\x00")
    for one in StoredFile.objects.filter(pk__in=codes.get("file", [])).order_by("pk").values_list("sha256", flat=True):
        said.update(bytes(one))
    return said.hexdigest()


def _sign_pictures(opened: OpenedEntry) -> None:
    """Pictures in the text that lie beside it as files are signed with it: what is added later never stands in it."""
    named = {one.name for one in blocks(opened.texts_now().get("body", "")) if one.kind == "picture"}
    if not named:
        return
    kept = opened.entry.codes.get("file") or []
    rows = StoredFile.objects.filter(stream_id=opened.entry.pk, erased_at=None).select_related("stream")
    found = [(str(row.pk), name_of(row)) for row in rows.order_by("received_at", "pk")]
    if more := [pk for pk, name in found if name in named and pk not in kept]:
        opened.put("file", [*kept, *more])


def approved(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Signed, numbered, and in force from its day: at once when that is today. Raises InvalidInput, ConditionsUnmet."""
    on, day = values["effective_on"], today(opened)
    if not values.get("signed"):
        raise InvalidInput({"signed": InvalidValue(_("Tick that you have read this version: it is your signature."))})
    if on < day:
        raise InvalidInput(
            {
                "effective_on": InvalidValue(
                    _("No document was in force before it was approved: choose today or a later day.")
                )
            }
        )
    review = values.get("review_on") or following(on, str(opened.entry.codes.get("interval") or "yearly"))
    if review <= on:
        raise InvalidInput(
            {"review_on": InvalidValue(_("It is reviewed after it has come into force: choose a later day."))}
        )
    document = Edition.objects.get(pk=opened.entry.pk).document_id
    take_turns(f"document:{opened.entry.organisation_id}:{document}")
    base = _still_the_base(opened, document)
    before = base.codes if base is not None else {}
    major, minor = int(before.get("major", 0)), int(before.get("minor", -1))
    whole = opened.entry.codes.get("size") == "edition" and base is not None
    opened.put("major", major + 1 if whole else major)
    opened.put("minor", 0 if whole else minor + 1)
    opened.put("approved_on", day)
    opened.put("first_issued", before.get("first_issued") or day)
    opened.put("first_effective", before.get("first_effective") or on)
    _sign_pictures(opened)
    opened.put("digest", digest(opened.texts_now(), opened.entry.codes))
    if values.get("review_on") is None:
        opened.put("review_on", review)
        opened.start("document_review", due_at=_end(review))
    if on <= day:
        entered(opened, values)


def _end(day: date) -> Any:
    from tingsu.registers.entry import end_of

    return end_of(day)


def _still_the_base(opened: OpenedEntry, document: uuid.UUID) -> Entry | None:
    """The version that this one replaces, if it is still the last word on the matter. Raises ConditionsUnmet."""
    others = Edition.objects.filter(document_id=document).exclude(pk=opened.entry.pk)
    ahead = Entry.objects.filter(pk__in=others.values("pk"), state__in=(IN_FORCE, APPROVED)).order_by("-state")
    base = opened.entry.codes.get("base")
    for other in ahead:
        if other.state == APPROVED or str(other.pk) != base:
            sentence = _(
                "%(number)s was approved meanwhile: take this draft back and write it anew on the version in force"
            )
            raise ConditionsUnmet([Unmet("not_the_base", sentence, number=other.number)])
    return Entry.objects.get(pk=base) if base else None


def entered(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """From now on this version is the one: the one before is superseded in the same transaction, and everybody it is for is asked to read."""
    own = Edition.objects.get(pk=opened.entry.pk)
    take_turns(f"document:{opened.entry.organisation_id}:{own.document_id}")
    before = Edition.objects.filter(document_id=own.document_id, in_force=True).exclude(pk=own.pk).first()
    if before is not None:
        lock_chain(before.pk, NAME)  # whoever withdraws it in this moment is waited for
        before.refresh_from_db()
        if before.in_force:
            register = register_named(NAME)
            assert register is not None  # noqa: S101 declared beside this
            told = {"replaced_by": opened.entry.number}
            follow(actor=opened.actor, entry_id=before.pk, register=register, step="supersede", values=told)
            link_opened(opened, before.pk, "follows")
            opened.write("replaced", Entry.objects.values_list("number", flat=True).get(pk=before.pk))
    Edition.objects.filter(pk=own.pk).update(in_force=True)
    opened.move_to(IN_FORCE)
    opened.put("offered", True)
    readers.distribute(opened)


def ended(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Nobody is offered it any more; it stays with those who control documents."""
    Edition.objects.filter(pk=opened.entry.pk).update(in_force=False)
    for name in ("offered", "seen_by"):
        opened.put(name, None)
    opened.put("ended_on", today(opened))


def withdrawn(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Recalled: whoever was to follow it is told that it no longer holds."""
    ended(opened, values)
    told = Reader.objects.filter(entry=opened.entry).values_list("member_id", flat=True)
    tell = [one for one in told if one != opened.actor.id and people.is_active(one)]
    notify(tell, WITHDRAWN, opened.entry.pk, {"number": opened.entry.number})


def distributed(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Whom it is for has changed."""
    readers.distribute(opened)


def reminded(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Whoever has not confirmed hears of it once more."""
    left = [one for one in readers.unread(opened.entry) if one != opened.actor.id]
    opened.tell(left, "reminded")


@guard("somebody_unread")
def somebody_unread(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """There is somebody to remind."""
    return [] if readers.unread(opened.entry) else [Unmet("all_read", _("everybody it is for has read it"))]


def revised(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """A draft of the next version begins with what this one says; this one stays in force until the draft is approved."""
    opened.put("next_size", None)  # said of the next one
    codes, texts = opened.entry.codes, opened.texts_now()
    given = {name: codes.get(name, texts.get(name)) for name in KEPT}
    given = {name: value for name, value in given.items() if value not in (None, "", [])}
    opening = Opening(
        values={**given, "topic": codes["topic"], "size": values["next_size"], "replaces": opened.entry.number},
        allowed=True,
    )
    made = begin_entry(actor=opened.actor, register=opened.register, opening=opening)
    link_opened(opened, made.entry.pk, "became")


def still_good(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Looked through and kept as it is, until the next review. Raises InvalidInput."""
    if values["review_on"] <= today(opened):
        raise InvalidInput({"review_on": InvalidValue(_("The next review lies ahead: choose a later day."))})


def today_here() -> date:
    """Today where the organisation is."""
    return local_date(now(), current_organisation().time_zone)
