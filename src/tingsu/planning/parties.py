"""Interested parties (MS-02, MS-03): what they need and expect, how they take part, when we speak with them next."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.planning import obligations
from tingsu.planning.asked import OPENERS, OWNER_FIELD, PROOF, READERS, REASON, WORKERS, day_of, interval, plan_first
from tingsu.process.steps import Field
from tingsu.registers.actions import Link, Opening, begin_entry
from tingsu.registers.declaration import LEADERS, OWNER, Do, Due, Recurs, Register, State, declare, registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.intervals import INTERVALS
from tingsu.registers.lines import Lines
from tingsu.registers.options import members

NAME = "interested_party"
SIDES = (("inside", pgettext_lazy("party", "Internal")), ("outside", pgettext_lazy("party", "External")))
INSIDE = (
    ("employees", _("Employees")),
    ("management", _("Management")),
    ("shareholders", _("Shareholders")),
    ("union", _("Trade union")),
    ("inside_other", _("Another internal party")),
)
OUTSIDE = (
    ("market_supervision", _("Market supervision")),
    ("consumer_association", _("Consumer association")),
    ("authority", _("Another authority or regulator")),
    ("customers", _("Customers")),
    ("complainants", _("Complainants")),
    ("consumers", _("Consumer organisations")),
    ("suppliers", _("Suppliers and contractors")),
    ("trade_association", _("Trade associations")),
    ("certifier", _("Certification body")),
    ("media", pgettext_lazy("party", "Media")),
    ("insurers", _("Insurers")),
    ("outside_other", _("Another external party")),
)
SORTS = (*INSIDE, *OUTSIDE)
MEANS = (
    ("meeting", _("Meeting")),
    ("call", pgettext_lazy("contact", "Telephone call")),
    ("letter", pgettext_lazy("contact", "Letter or e-mail")),
    ("survey", pgettext_lazy("contact", "Survey")),
    ("notice", _("Notice or publication")),
    ("other", pgettext_lazy("contact", "Otherwise")),
)
EXPECTATIONS = Lines(table="expectations", called=("expectation",))
EVENTS = Lines(table="events", called=("topic",))
waiting = EXPECTATIONS.waiting("expectations_to_meet", before="since")
SAID = ("sort*", "title*", "identified*", "involved*")


def sided(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The sort says whether a party is internal."""
    opened.put("side", "inside" if opened.entry.codes["sort"] in dict(INSIDE) else "outside")


def opened_party(opened: OpenedEntry, values: dict[str, Any]) -> None:
    sided(opened, values)
    if values.get("expectation"):
        expected(opened, values)
    plan_first(opened)


def expected(opened: OpenedEntry, values: dict[str, Any]) -> None:
    EXPECTATIONS.add(("expectation",), lambda thing: {"named_on": day_of(thing).isoformat()})(opened, values)


def became_obligation(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """What a party expects becomes an obligation of its own, linked with it both ways (MS-02)."""
    words = opened.texts_now()[f"{EXPECTATIONS.table}.{values['line']}.expectation"]
    given = {
        "sort": "party", "title": words[:160], "content": words, "effect": values["bears"], "owner": str(values["answers"] or ""),
        "interval": values["checked"], "source": opened.texts_now()["title"],
    }  # fmt: skip
    made = begin_entry(
        actor=opened.actor, register=registers()[obligations.NAME],
        opening=Opening(values=given, at=opened.at, allowed=True, links=(Link(other_id=opened.entry.pk, kind="follows"),)),
    )  # fmt: skip
    opened.fact("obligation", made.entry.pk)
    EXPECTATIONS.mark("line", lambda thing: {"since": day_of(thing).isoformat()})(opened, values)


def took_part(opened: OpenedEntry, values: dict[str, Any]) -> None:
    asked = ("held_on", "topic", "participants", "output")
    EVENTS.add(asked, lambda thing: {})(opened, values)


def overdue(actor: Any) -> dict[str, Any]:
    """Above the list: with whom we should have spoken already, the longest ago first. One query."""
    from tingsu.kernel.clock import now
    from tingsu.registers.models import Entry

    rows = registers()[NAME].visible(actor, Entry.objects.filter(state="known", next_due_at__lt=now()))
    found = list(rows.select_related("stream").order_by("next_due_at", "pk")[:20])
    return {"overdue": [(one, (one.written_or_none() or {}).get("title", one.number)) for one in found]}


def obligations_made(entry_id: uuid.UUID) -> int:
    """How many obligations came from a party. One query."""
    from tingsu.registers.models import EntryLink

    return EntryLink.objects.filter(other_id=entry_id, kind="follows", entry__register=obligations.NAME).count()


declare(
    Register(
        name=NAME,
        one=_("Interested party"),
        many=_("Interested parties"),
        hint=_(
            "Who has a stake in how complaints are handled: what each needs and expects, how each takes part, and when we speak with each "
            "next. An expectation becomes an obligation in one step."
        ),
        prefix="XG",
        icon="users",
        group="",
        order=42,
        title="title",
        openers=OPENERS,
        readers=READERS,
        fields=(
            Field(name="side", label=pgettext_lazy("party", "Side"), kind="choice", options=SIDES),
            Field(name="sort", label=pgettext_lazy("party", "Kind of party"), kind="choice", options=SORTS),
            Field(name="title", label=pgettext_lazy("party", "Name of the party"), limit=120),
            Field(name="identified", label=_("How it is known to be a party"), kind="longtext", limit=800),
            Field(name="involved", label=_("How it takes part in matters of complaints"), kind="longtext", limit=1000),
            OWNER_FIELD,
            interval(pgettext_lazy("party", "Spoken with")),
            Field(name="spoken_on", label=_("Last contact"), kind="date", past=True),
            Field(name="next_on", label=_("Next contact"), kind="date"),
            Field(name="means", label=pgettext_lazy("contact", "How"), kind="choice", options=MEANS),
            Field(name="said", label=pgettext_lazy("party", "What was said"), kind="longtext", limit=2000),
            Field(
                name="expectations", label=_("Needs and expectations"), kind="rows",
                rows=(
                    Field(name="expectation", label=_("Need or expectation"), limit=500, required=True),
                    Field(name="named_on", label=pgettext_lazy("party", "Named on"), kind="date"),
                    Field(name="since", label=_("An obligation since"), kind="date"),
                ),
            ),
            Field(name="expectation", label=_("Need or expectation"), limit=500),
            Field(name="line", label=_("Need or expectation"), kind="choice", options=waiting),
            Field(name="bears", label=_("Effect on the process"), kind="longtext", limit=1500),
            Field(name="answers", label=_("Who answers for the obligation"), kind="member", options=members),
            Field(name="checked", label=_("How often it is checked"), kind="choice", options=INTERVALS),
            Field(
                name="events", label=_("Participation events"), kind="rows",
                rows=(
                    Field(name="held_on", label=pgettext_lazy("party", "Held on"), kind="date"),
                    Field(name="topic", label=pgettext_lazy("party", "Topic"), limit=200),
                    Field(name="participants", label=_("Who took part"), limit=300),
                    Field(name="output", label=_("What came out of it"), limit=500),
                ),
            ),
            Field(name="held_on", label=pgettext_lazy("party", "Held on"), kind="date", past=True),
            Field(name="topic", label=pgettext_lazy("party", "Topic"), limit=200),
            Field(name="participants", label=_("Who took part"), limit=300),
            Field(name="output", label=_("What came out of it"), limit=500),
            Field(name="documents", label=_("Output documents"), kind="files"),
            PROOF,
            REASON,
        ),
        form=(*SAID, "expectation", "owner", "interval*", "spoken_on"),
        passing=(
            "means", "said", "expectation", "line", "bears", "answers", "checked", "held_on", "topic", "participants", "output", "reason",
        ),
        columns=("side", "sort", "spoken_on"),
        filters=("side", "sort"),
        owner="owner",
        clauses=lambda codes: ("CTS 4.2", "SZ 2"),
        on_open=opened_party,
        states=(
            State("known", pgettext_lazy("party", "In contact"), "done"),
            State("ended", pgettext_lazy("party", "No longer a party"), open=False),
        ),
        steps=(
            Do(
                name="contact", label=_("Record a contact"), event="contacted", did=_("spoke with the party"), sources=("known",), who=WORKERS,
                asks=("spoken_on*", "means*", "said*", "proof"), may_stop=("party_contact",), tone="done", icon="message-circle",
                clause="CTS 4.2",
            ),
            Do(
                name="expect", label=_("Add a need or expectation"), event="expectation_added", did=_("added a need or expectation"),
                sources=("known",), who=WORKERS, asks=("expectation*",), effect=expected, main=False, icon="plus", clause="CTS 4.2",
            ),
            Do(
                name="oblige", label=_("Make an expectation an obligation"), event="obliged", did=_("made an expectation an obligation"),
                sources=("known",), who=WORKERS, asks=("line*", "bears*", "answers", "checked*"), effect=became_obligation,
                guards=(EXPECTATIONS.may_be_taken("line", waiting, _("every expectation is an obligation already")),),
                icon="arrow-up-right", clause="CTS 4.2; CTS 6.1",
            ),
            Do(
                name="involve", label=_("Record a participation event"), event="involved", did=_("recorded a participation event"),
                sources=("known",), who=WORKERS, asks=("held_on*", "topic*", "participants*", "output*", "documents*"), effect=took_part,
                main=False, icon="calendar", clause="CTS 4.2",
            ),
            Do(
                name="change", label=pgettext_lazy("planning", "Change"), event="changed", did=_("changed it"), sources=("known",), who=WORKERS,
                asks=(*SAID, "owner", "interval*", "reason*"), effect=sided, main=False, icon="edit",
            ),
            Do(
                name="end", label=_("No longer a party"), event="ended", did=_("said that it is no party any more"), sources=("known",),
                target="ended", who=(OWNER, *LEADERS), asks=("reason*",), stops=("party_contact",), tells=(OWNER,), main=False, icon="x",
            ),
        ),
        dues=(Due(field="next_on", timer="party_contact", label=_("Contact with an interested party"), stops=_("spoken with")),),
        recurs=Recurs(
            interval="interval", counts_from="spoken_on", next_on="next_on", timer="party_contact", after=("contact",)
        ),
        list_template="planning/parties.html",
        list_context=overdue,
    )
)  # fmt: skip
