"""Subcontractors, partners, merchants and suppliers acknowledge the core values (VL-06), are told of a new version (VL-08), and answer for breaches.

When core values come into force, an entry for each party that is known opens by itself: of the partner register, of the units in which people of
a supplier work, and of whoever acknowledged an earlier version.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.casework.partners import partners
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.fields import in_language
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.leadership import in_force, queries, spans, terms
from tingsu.leadership.completeness import squeezed, version_words
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Options, Step
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.declaration import CHECKERS, LEADERS, OWNER, Do, Due, Register, State, declare, registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.lines import Lines
from tingsu.registers.models import Entry
from tingsu.registers.options import members

NAME, TIMER = "acknowledgement", "acknowledgement_due"
TO_TELL, TOLD, ACKNOWLEDGED, REFUSED, ENDED = "to_tell", "told", "acknowledged", "refused", "ended"
KINDS = (
    ("subcontractor", _("Subcontractor")), ("partner", pgettext_lazy("party of the values", "Partner")), ("merchant", _("Online merchant")),
    ("supplier", pgettext_lazy("party of the values", "Supplier")), ("other", pgettext_lazy("party of the values", "Other")),
)  # fmt: skip
OF_PARTNERS = {"merchant": "merchant", "supplier": "supplier", "service": "subcontractor", "carrier": "subcontractor"}
"""Kind in the partner register → kind of party here; the rest are partners, and authorities are asked for nothing."""
MEANS = (
    ("letter", pgettext_lazy("means", "Letter")), ("email", pgettext_lazy("means", "E-mail")), ("meeting", _("Meeting or training")),
    ("contract", _("Annex of the contract")), ("platform", _("Platform or partner account")), ("other", pgettext_lazy("means", "Other")),
)  # fmt: skip
BREACH = (
    Field(name="on", label=_("Happened on"), kind="date", past=True),
    Field(name="breached", label=_("Which value"), limit=120),
    Field(name="what", label=pgettext_lazy("breach", "What happened"), kind="longtext", limit=2000),
)
BREACHES = Lines(table="breaches", called=("on", "breached"))
UNSETTLED = BREACHES.waiting("unsettled_breaches", before="settled_on")
ASKERS = (OWNER, *LEADERS, Role.QA, Role.SPECIALIST)
MOST = 300


def versions(entry: Any) -> Options:
    """Versions of the core values that are or were in force."""
    rows = in_force.of_kind(terms.VALUES, terms.IN_FORCE, terms.SUPERSEDED)[:40]
    return tuple((str(row.pk), version_words(row)) for row in rows)


def begun(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """It is about the values in force, and whoever owns them answers for it where nobody is named."""
    row = queries.in_force(terms.VALUES)
    if not opened.entry.codes.get("values_version") and row is not None:
        opened.put("values_version", row.pk)
    if opened.entry.owner_id is None and opened.actor.kind == "system" and row is not None and row.owner_id:
        opened.own(row.owner_id)


def of_the_version_in_force(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """Nobody is told of, or acknowledges, what is not in force."""
    row = queries.in_force(terms.VALUES)
    if row is None:
        return [Unmet("no_values", _("no core values are in force"))]
    if opened.entry.codes.get("values_version") != str(row.pk):
        return [Unmet("old_version", _("newer core values are in force: they are asked for in an entry of their own"))]
    return []


def acknowledged(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """A signature is not older than what it stands under. Raises InvalidInput."""
    row = in_force.named(opened.entry.codes["values_version"])
    since = parse_date(str(row.codes.get("effective_on", "")))
    if since and values["signed_on"] < since:
        sentence = _("This version is in force since %(day)s; a signature cannot be older.")
        raise InvalidInput({"signed_on": InvalidValue(sentence, code="too_early", day=since.isoformat())})


def known_parties() -> dict[str, tuple[str, str]]:
    """Whoever has to know our values, by squeezed name: name and kind. One query for those of earlier acknowledgements."""
    found: dict[str, tuple[str, str]] = {}
    for one in partners():
        if one["kind"] != "authority":
            called = in_language(one["name"])
            found.setdefault(squeezed(called), (called, OF_PARTNERS.get(one["kind"], "partner")))
    for name in people.supplied_units().values():
        found.setdefault(squeezed(name), (name, "supplier"))
    for row in _entries():
        if row.state != ENDED and (name := _party(row)):
            found.setdefault(squeezed(name), (name, str(row.codes.get("party_kind", "other"))))
    return found


def ask_all(statement_id: uuid.UUID) -> int:
    """An entry for each party that is known, once for each version; nothing once a newer version is in force."""
    row = queries.in_force(terms.VALUES)
    if row is None or row.pk != statement_id:
        return 0
    actor, made = automation("leadership.parties", current_organisation_id()), 0
    for key, (name, kind) in sorted(known_parties().items()):
        pk = uuid.uuid5(statement_id, key)
        if Entry.objects.filter(pk=pk).exists():
            continue
        values = {"party": name, "party_kind": kind, "values_version": str(statement_id)}
        open_entry(actor=actor, register=registers()[NAME], opening=Opening(id=pk, values=values))
        made += 1
    return made


def standing(actor: Actor) -> dict[str, Any]:
    """Above the list: which parties have no current acknowledgement, and who has breached the values."""
    if not registers()[NAME].sees_all(actor):
        return {}
    row = queries.in_force(terms.VALUES)
    latest = _latest()
    known, lines = known_parties(), []
    for key, (name, kind) in sorted(known.items(), key=lambda one: one[1][0]):
        entry = latest.get(key)
        current = entry is not None and row is not None and entry.codes.get("values_version") == str(row.pk)
        if current and entry is not None and entry.state == ACKNOWLEDGED:
            continue
        lines.append(
            {"name": name, "kind": kind, "words": dict(KINDS).get(kind, kind), "entry": entry, "current": current}
        )
    return {"values_row": row, "lacking": lines[:MOST], "known": len(known), "done": len(known) - len(lines)}


def without_current() -> list[str]:
    """Names of the parties without a current acknowledgement."""
    return [line["name"] for line in standing(automation("leadership.parties", current_organisation_id()))["lacking"]]


def _entries() -> Iterable[Entry]:
    return Entry.objects.filter(register=NAME).select_related("stream").order_by("-opened_at", "-pk")[:MOST]


def _latest() -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for row in _entries():
        found.setdefault(squeezed(_party(row)), row)
    return found


def _party(row: Entry) -> str:
    return (row.written_or_none() or {}).get("party", "")


declare(
    Register(
        name=NAME,
        one=_("Acknowledgement of the core values"),
        many=_("Acknowledgements of the core values"),
        hint=_("Which subcontractors, partners, merchants and suppliers know our core values and have signed them, and who has breached them."),
        prefix="ZS",
        icon="users",
        group="",
        title="party",
        readers=(*LEADERS, *CHECKERS, Role.SPECIALIST),
        openers=(*LEADERS, Role.QA, Role.SPECIALIST),
        fields=(
            Field(name="party", label=pgettext_lazy("party of the values", "Party"), kind="longtext", limit=80),
            Field(name="party_kind", label=pgettext_lazy("party of the values", "Kind"), kind="choice", options=KINDS),
            Field(
                name="values_version", label=_("Version of the core values"), kind="choice", options=versions,
                help=_("Left empty, the version in force."),
            ),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="told_on", label=_("Told on"), kind="date", past=True),
            Field(name="told_by", label=_("Told by"), kind="choice", options=MEANS),
            Field(name="until", label=_("Acknowledged by"), kind="date", future=True),
            Field(name="signed_on", label=_("Signed on"), kind="date", past=True),
            Field(name="signatory", label=_("Signatory"), limit=60),
            Field(name="post", label=_("Post of the signatory"), limit=60),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(
                name="breaches", label=_("Breaches of the values"), kind="rows", limit=60,
                rows=(
                    *BREACH,
                    Field(name="reported_by", label=_("Recorded by"), kind="member"),
                    Field(name="settled_on", label=_("Settled on"), kind="date"),
                ),
            ),
            *BREACH,
            Field(name="breach", label=_("Breach"), kind="choice", options=UNSETTLED),
            Field(name="outcome", label=_("What followed"), kind="longtext", limit=2000, help=_("A talk, a warning, a measure, the end of the contract …")),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("party*", "party_kind*", "values_version", "owner"),
        passing=("on", "breached", "what", "breach", "outcome", "reason"),
        columns=("party_kind", "values_version", "signed_on"),
        filters=("party_kind", "values_version"),
        personal={"signatory": "contact.name"},
        owner="owner",
        speaks_of="signed_on",
        clauses=lambda codes: ("ISC 4.1.7",) if codes.get("signed_on") else (),
        states=(
            State(TO_TELL, pgettext_lazy("acknowledgement", "To be told"), "soon"),
            State(TOLD, pgettext_lazy("acknowledgement", "Told, not signed yet")),
            State(ACKNOWLEDGED, pgettext_lazy("acknowledgement", "Acknowledged"), "done", open=False),
            State(REFUSED, pgettext_lazy("acknowledgement", "Refused"), "late", open=False),
            State(ENDED, pgettext_lazy("acknowledgement", "No longer with us"), open=False),
        ),
        on_open=begun,
        steps=(
            Do(
                name="tell", label=_("Record that they were told"), event="told", did=_("told the party"), sources=(TO_TELL,), target=TOLD,
                who=ASKERS, asks=("told_on*", "told_by*", "until*"), guards=(of_the_version_in_force,), icon="send", clause="ISC 4.1.9",
            ),
            Do(
                name="acknowledge", label=_("Record the acknowledgement"), event="acknowledged", did=_("recorded the acknowledgement"),
                sources=(TO_TELL, TOLD), target=ACKNOWLEDGED, who=ASKERS, asks=("signed_on*", "signatory*", "post", "proof"),
                guards=(of_the_version_in_force,), effect=acknowledged, stops=(TIMER,), tone="done", icon="check", clause="ISC 4.1.7",
            ),
            Do(
                name="refuse", label=_("They refuse"), event="refused", did=_("noted the refusal"), sources=(TO_TELL, TOLD), target=REFUSED,
                who=ASKERS, asks=("reason*",), stops=(TIMER,), tells=(OWNER, *LEADERS), main=False, tone="late", icon="x",
            ),
            Do(
                name="report_breach", label=_("Record a breach"), event="breach_reported", did=_("recorded a breach of the values"),
                sources=(TO_TELL, TOLD, ACKNOWLEDGED, REFUSED), who=ASKERS, asks=("on*", "breached*", "what*"), tells=(OWNER, *LEADERS),
                effect=BREACHES.add(("on", "breached", "what"), lambda opened: {"reported_by": opened.actor.id}),
                main=False, tone="late", icon="alert-triangle", clause="ISC 4.1.7",
            ),
            Do(
                name="settle_breach", label=_("Settle a breach"), event="breach_settled", did=_("settled a breach of the values"),
                sources=(TO_TELL, TOLD, ACKNOWLEDGED, REFUSED, ENDED), who=LEADERS, asks=("breach*", "outcome*"),
                guards=(BREACHES.may_be_taken("breach", UNSETTLED, _("no breach waits")),),
                effect=BREACHES.mark("breach", lambda opened: {"settled_on": spans.today(opened)}), main=False, icon="checks",
            ),
            Do(
                name="end", label=_("They are no longer with us"), event="ended", did=_("noted that they are no longer with us"),
                sources=(TO_TELL, TOLD, ACKNOWLEDGED, REFUSED), target=ENDED, who=ASKERS, asks=("reason*",), stops=(TIMER,), main=False,
                icon="archive",
            ),
        ),
        dues=(
            Due(field="until", timer=TIMER, label=_("Acknowledgement of the core values"), stops=_("acknowledged, or refused")),
        ),
        list_template="leadership/parties.html",
        list_context=standing,
    )
)  # fmt: skip
