"""How the values are lived: recognition (VL-07), awareness campaigns of the management representative (MS-14), best practice shared (OG-21)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.leadership import spans
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.actions import Opening, begin_entry, link_opened
from tingsu.registers.declaration import EVERYBODY, LEADERS, OWNER, Do, Due, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.intervals import INTERVALS
from tingsu.registers.models import Entry
from tingsu.registers.options import members

NAME, TIMER = "culture_activity", "culture_activity"
CAMPAIGN, SHARING, RECOGNITION = "campaign", "sharing", "recognition"
PLANNED, HELD, DROPPED = "planned", "held", "dropped"
KINDS = ((CAMPAIGN, _("Awareness campaign")), (SHARING, _("Sharing of best practice")), (RECOGNITION, _("Recognition")))
FORMS = (
    ("praise", _("Praise before colleagues")), ("thanks", _("Letter of thanks")), ("certificate", _("Certificate")), ("bonus", _("Bonus or gift")),
    ("terms", _("Better terms for a partner")), ("other", pgettext_lazy("recognition", "Other")),
)  # fmt: skip
CLAUSES = {CAMPAIGN: ("SZ 4(2).2", "CTS 5.1 e"), SHARING: ("ISC 4.2.4",), RECOGNITION: ("ISC 4.1.8",)}
OVER_TIME = (CAMPAIGN, SHARING)
PLANNERS = (*LEADERS, Role.QA, Role.COACH)
DOERS = (OWNER, *PLANNERS)
LATELY = 400


def begun(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """A campaign is the management representative's unless somebody else is named; a recognition is given as it is recorded. Raises InvalidInput."""
    kind = opened.entry.codes["kind"]
    if kind == RECOGNITION:
        if not (values.get("people") or values.get("party")):
            raise InvalidInput({"people": InvalidValue(_("Name the employees or the party."), code="required")})
        opened.move_to(HELD)
        opened.put("held_on", values["given_on"])
        opened.set("speaks_of", values["given_on"])
        told = [uuid.UUID(str(pk)) for pk in opened.entry.codes.get("people", [])]
        opened.tell([pk for pk in told if pk != opened.actor.id], "recognised")
        return
    if values["until"] < values["held_from"]:
        raise InvalidInput({"until": InvalidValue(_("The end lies before the beginning."), code="order")})
    representatives = people.active_members(roles=(Role.MGMT_REP,))
    if kind == CAMPAIGN and not values.get("owner") and representatives:
        opened.give(representatives[0].pk)


def held(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Contributors hear of it, and what returns is planned again, one interval later."""
    codes = opened.entry.codes
    told = [uuid.UUID(str(pk)) for pk in codes.get("contributors", [])]
    opened.tell([pk for pk in told if pk != opened.actor.id], "recognised")
    if every := codes.get("every"):
        first, until = spans.following_span(codes["held_from"], codes["until"], every, spans.today(opened))
        texts = opened.texts_now()
        given = {
            "kind": codes["kind"], "theme": texts.get("theme", ""), "held_from": first.isoformat(), "until": until.isoformat(), "every": every,
            "audience": texts.get("audience", ""), "content": texts.get("content", ""), "owner": str(opened.entry.owner_id or ""),
        }  # fmt: skip
        given = {name: value for name, value in given.items() if value}
        made = begin_entry(
            actor=opened.actor, register=opened.register,
            opening=Opening(id=uuid.uuid5(opened.entry.pk, "next"), values=given, allowed=True),
        )  # fmt: skip
        link_opened(opened, made.entry.pk, "became")


def with_a_part(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """Whoever is recognised or has contributed."""
    return (*codes.get("people", ()), *codes.get("contributors", ()))


def standing(actor: Actor) -> dict[str, Any]:
    """Above the list: when each kind last happened, and what comes next. One query."""
    rows = Entry.objects.filter(register=NAME, state__in=(PLANNED, HELD)).order_by("-opened_at", "-pk")[:LATELY]
    last: dict[str, str] = {}
    coming: dict[str, tuple[str, str]] = {}
    for row in rows:
        kind, codes = row.codes["kind"], row.codes
        if row.state == HELD and codes.get("held_on", "") > last.get(kind, ""):
            last[kind] = codes["held_on"]
        if row.state == PLANNED:
            span = (codes["until"], codes["held_from"])
            coming[kind] = min(coming.get(kind, span), span)
    today, nothing = spans.today().isoformat(), ("", "")
    return {
        "kinds": [
            {
                "words": words, "last": last.get(kind, ""), "next": coming.get(kind, nothing)[1], "until": coming.get(kind, nothing)[0],
                "late": kind in coming and coming[kind][0] < today,
            }
            for kind, words in KINDS
        ]
    }  # fmt: skip


declare(
    Register(
        name=NAME,
        one=_("Service culture activity"),
        many=_("Recognition and promotion"),
        hint=_(
            "How the values are lived: awareness campaigns of the management representative, best practice that is shared, and thanks to "
            "employees and partners who keep to the values."
        ),
        prefix="WH",
        icon="sparkles",
        group="",
        title="theme",
        readers=EVERYBODY,
        openers=PLANNERS,
        fields=(
            Field(name="kind", label=pgettext_lazy("culture activity", "Kind"), kind="choice", options=KINDS),
            Field(name="theme", label=_("Theme, or what is recognised"), kind="longtext", limit=300),
            Field(name="held_from", label=pgettext_lazy("culture activity", "From"), kind="date", when=("kind", "campaign|sharing")),
            Field(name="until", label=pgettext_lazy("culture activity", "Until"), kind="date", when=("kind", "campaign|sharing")),
            Field(name="audience", label=pgettext_lazy("culture activity", "Audience"), limit=200, when=("kind", "campaign|sharing")),
            Field(name="content", label=_("Programme, or the practice itself"), kind="longtext", limit=4000, when=("kind", "campaign|sharing")),
            Field(
                name="contributors", label=_("Recognised contributors"), kind="choices", options=members, when=("kind", SHARING),
                help=_("Whose practice it is: they are named, and hear of it."),
            ),
            Field(name="every", label=_("Returns"), kind="choice", options=INTERVALS, when=("kind", "campaign|sharing")),
            Field(name="people", label=_("Employees"), kind="choices", options=members, when=("kind", RECOGNITION)),
            Field(name="party", label=_("Party outside"), limit=120, when=("kind", RECOGNITION)),
            Field(name="worth", label=_("Which value"), limit=120, when=("kind", RECOGNITION)),
            Field(name="given_as", label=_("Form of the recognition"), kind="choice", options=FORMS, when=("kind", RECOGNITION)),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="given_on", label=_("Given on"), kind="date", past=True, when=("kind", RECOGNITION)),
            Field(name="held_on", label=pgettext_lazy("culture activity", "Held on"), kind="date", past=True),
            Field(name="reached", label=_("How many were reached"), kind="number"),
            Field(name="outcome", label=pgettext_lazy("culture activity", "Outcome"), kind="longtext", limit=2000),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=(
            "kind*", "theme*", "held_from*", "until*", "audience*", "content*", "contributors", "every", "people", "party", "worth*", "given_as*",
            "given_on*", "owner",
        ),
        passing=("reason",),
        columns=("kind", "until", "held_on"),
        filters=("kind",),
        owner="owner",
        speaks_of="held_on",
        involves=with_a_part,
        clauses=lambda codes: CLAUSES.get(str(codes.get("kind")), ()) if codes.get("held_on") else (),
        states=(
            State(PLANNED, pgettext_lazy("culture activity", "Planned"), "soon"),
            State(HELD, pgettext_lazy("culture activity", "Held"), "done", open=False),
            State(DROPPED, pgettext_lazy("culture activity", "Dropped"), open=False, final=True),
        ),
        on_open=begun,
        steps=(
            Do(
                name="hold", label=_("Record what was held"), event="held", did=_("recorded what was held"), sources=(PLANNED,), target=HELD,
                who=DOERS, asks=("held_on*", "content", "contributors", "reached*", "outcome*", "proof"), stops=(TIMER,), effect=held,
                tells=(Role.MGMT_REP,), tone="done", icon="check", clause="SZ 4(2).2; ISC 4.2.4",
            ),
            Do(
                name="plan", label=pgettext_lazy("culture activity", "Change the plan"), event="planned", did=_("changed the plan"), sources=(PLANNED,),
                who=DOERS, asks=("theme*", "held_from*", "until*", "audience*", "content", "contributors", "every", "owner"), main=False, icon="edit",
            ),
            Do(
                name="drop", label=pgettext_lazy("culture activity", "Drop"), event="dropped", did=_("dropped it"), sources=(PLANNED,),
                target=DROPPED, who=(OWNER, *LEADERS), asks=("reason*",), stops=(TIMER,), main=False, icon="x",
            ),
        ),
        dues=(Due(field="until", timer=TIMER, label=_("Service culture activity"), stops=_("held, and recorded")),),
        list_template="leadership/activities.html",
        list_context=standing,
    )
)  # fmt: skip
