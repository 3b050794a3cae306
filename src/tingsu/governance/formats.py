"""The register of letters to be made in another form (IN-18): each letter to somebody who reads braille, until it has left by post.

The event of the letter queues a job; the job opens the entry under an id made from the event, so that running it twice opens
nothing twice. The entry names case and kind of letter, nothing of its words.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Format
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters import braille
from tingsu.letters.models import Letter
from tingsu.letters.templates_book import TEMPLATES
from tingsu.people import queries as people
from tingsu.people.access import Can, may
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.actions import Link, Opening, open_entry
from tingsu.registers.declaration import LEADERS, OWNER, Do, Register, State, declare, registers
from tingsu.registers.models import Entry
from tingsu.registers.saying import Said, says

NAME = "letter_format"
WORKERS = (OWNER, *LEADERS, Role.SPECIALIST, Role.FRONTLINE)
MADE = frozenset({Format.BRAILLE, Format.SIGN})
"""Formats that no screen and no mail can give: each letter is made in braille, or told in sign language. Large print is honoured where the letter is read."""


@reaction("letter.sent")
def ask_for_it(chain: Chain, event: Event, actor: Actor) -> None:
    """A letter left to somebody who cannot read it as it is."""
    if chain.stream.kind != "complaint":
        return
    if Complaint.objects.filter(pk=chain.stream.pk, format__in=MADE).exists():
        from tingsu.governance import tasks

        tasks.make_format.defer(event_id=str(event.pk))


def open_for(event_id: uuid.UUID) -> Entry | None:
    """Open the entry of a letter; None when it stands already, or when the letter went to a colleague."""
    event = Event.objects.get(pk=event_id)
    letter = Letter.objects.filter(pk=event.body["letter"], member_id=None).first()
    pk = uuid.uuid5(event_id, NAME)
    if letter is None or Entry.objects.filter(pk=pk).exists():
        return None
    complaint = Complaint.objects.get(pk=event.stream_id)
    values = {"format": complaint.format, "reference": str(letter.pk)}
    said = {"letter": Said("letter_format", {"number": complaint.number, "template": letter.template})}
    owner = people.duty_member_for_intake(pk).pk
    return open_entry(
        actor=automation("governance.formats", current_organisation_id()),
        register=registers()[NAME],
        opening=Opening(
            id=pk, values={**values, "owner": str(owner)}, said=said, links=(Link(other_id=complaint.pk, kind="about"),)
        ),
    )


@says("letter_format")
def _letter(told: Mapping[str, Any]) -> str:
    template = TEMPLATES.get(told["template"])
    return f"{told['number']} · {template.label if template else told['template']}"


def makes(actor: Actor, entry: Entry) -> bool:
    """May this person have the words of the letter: whoever reads the mail room, and whoever is to make this letter."""
    return may(actor, Can.MAILROOM) or (
        entry.state == "to_make" and entry.owner_id is not None and entry.owner_id == actor.id
    )


def may_make(actor: Actor, letter_id: uuid.UUID) -> bool:
    """The same asked of a letter: is there an entry of it that this person is to make?"""
    if may(actor, Can.MAILROOM):
        return True
    letter = Letter.objects.filter(pk=letter_id, member_id=None).only("stream_id").first()
    if letter is None:
        return False
    events = Event.objects.filter(stream_id=letter.stream_id, kind="letter.sent")
    ids = [uuid.uuid5(one.pk, NAME) for one in events if one.body["letter"] == str(letter_id)]
    return any(makes(actor, entry) for entry in Entry.objects.filter(pk__in=ids, register=NAME))


def waiting_in_braille() -> int:
    """Letters of this firm that are to be made in braille. One query."""
    rows = Entry.objects.filter(register=NAME, state="to_make", facets__name="format")
    return rows.filter(facets__value=Format.BRAILLE).count()


def files_for(actor: Actor, entry: Entry) -> list[tuple[Any, str]]:
    """The letter in braille where the server can write it, and as plain text, as programs of braille printers take it."""
    if not makes(actor, entry) or not (reference := entry.written().get("reference")):
        return []
    try:
        letter_id = uuid.UUID(reference)
        found: list[tuple[Any, str]] = [(_("The letter as a text file"), reverse("desk:letter_text", args=[letter_id]))]
        if entry.codes.get("format") == Format.BRAILLE and braille.program():
            found.insert(0, (_("The letter in braille (BRF)"), reverse("desk:letter_braille", args=[letter_id])))
    except (NoReverseMatch, ValueError):
        return []
    return found


def braille_here(actor: Actor) -> dict[str, Any]:
    """Above the list: whether this server writes braille itself."""
    return {"writes_braille": bool(braille.program())}


declare(
    Register(
        name=NAME,
        one=_("Letter in another form"),
        many=_("Letters in other forms"),
        hint=_(
            "Letters to people who read braille, made from the text of the letter and sent by post; and to people who sign, told by somebody "
            "who signs, on the spot or by a video call. The complaint says who asked."
        ),
        prefix="WZ",
        icon="mail",
        group="handling",
        order=40,
        title="letter",
        owner="owner",
        fields=(
            Field(name="letter", label=_("Which letter"), kind="longtext", limit=300),
            Field(name="format", label=_("Form"), kind="choice", options=tuple(Format.choices)),
            Field(name="reference", label=_("Reference of the letter"), limit=40),
            Field(name="owner", label=_("Owner"), kind="member"),
            Field(name="posted_on", label=_("Posted on"), kind="date", past=True),
            Field(name="by", label=_("Made by"), limit=120),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("letter*", "format*", "reference", "owner"),
        passing=("reason",),
        columns=("format", "posted_on"),
        filters=("format",),
        readers=(*LEADERS, Role.SPECIALIST, Role.FRONTLINE, Role.COACH, Role.QA, Role.AUDITOR),
        openers=(*LEADERS, Role.SPECIALIST, Role.FRONTLINE),
        opening={"starts": ("format_posted",)},
        clauses=lambda codes: ("SZ 3.4",),
        states=(
            State("to_make", pgettext_lazy("format", "To be made"), "soon"),
            State("posted", pgettext_lazy("format", "Posted"), "done", open=False),
            State("told", pgettext_lazy("format", "Told in another way"), open=False),
        ),
        steps=(
            Do(
                name="post", label=_("Made and posted"), event="posted", did=_("posted it"), sources=("to_make",), target="posted",
                who=WORKERS, asks=("posted_on*", "by*"), stops=("format_posted",), tone="done", icon="check", clause="SZ 3.4",
            ),
            Do(
                name="tell", label=_("Told in another way"), event="told", did=_("told the person in another way"), sources=("to_make",),
                target="told", who=WORKERS, asks=("reason*",), stops=("format_posted",), main=False, icon="phone",
            ),
        ),
        timers=(
            TimerKind(
                name="format_posted", of=NAME, label=_("Letter in another form"), starts=_("letter sent"),
                stops=_("posted, or told in another way"), source="SZ 3.4",
                limits=(Limit(amount=3, unit=Unit.WORKING_DAY, basis="SZ 3.4", ours=True),),
            ),
        ),
        offers=files_for,
        list_template="governance/braille_here.html",
        list_context=braille_here,
    )
)  # fmt: skip
