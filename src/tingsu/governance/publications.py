"""The register of publications (PS-11): what leaves the house about a case or a person, with the consent or legal ground it stands on.

Nothing is published without one of the two. A consent that is taken back ends it: what is out is removed within three days,
what is not out yet never gets there.
"""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.aftercare.models import ResultNotice
from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.complaints.models import Complaint
from tingsu.complaints.publishing import CONSENT, DUTY, FIRM
from tingsu.governance import disposal
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.models import Event
from tingsu.kernel.organisations import current_organisation
from tingsu.letters import notices
from tingsu.letters.notices import notify
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step
from tingsu.registers.actions import follow, link_opened
from tingsu.registers.declaration import CHECKERS, LEADERS, OPENER, OWNER, Do, Register, State, declare, register_named
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry, EntryFacet, EntryLink

NAME, TIMER = "publication", "publication_removal"
PLACES = (
    ("website", _("Own website or application")), ("media", _("Press or social media")), ("training", _("Training or exchange outside")),
    ("collection", _("Collection of cases")), ("authority", _("Authority or association")), ("other", pgettext_lazy("publication", "Elsewhere")),
)  # fmt: skip


def begun(publication: OpenedEntry, values: dict[str, Any]) -> None:
    """The case that it tells of is linked, so that a consent taken back there is known here."""
    if typed := values.get("case_number"):
        found = disposal.case_named(typed)
        if found is None:
            raise InvalidInput({"case_number": InvalidValue(_("No complaint has this number."), code="choice")})
        link_opened(publication, found, "about")


def stands_on_a_ground(publication: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """The consent on record, with day and proof and not taken back since; or the law that demands it."""
    if not publication.holds("ground"):
        return [Unmet("ground", _("neither a consent nor a legal duty is on record"))]
    if publication.entry.codes["ground"] == DUTY:
        return [] if publication.holds("legal_ground") else [Unmet("legal_ground", _("say which law demands it"))]
    unmet = []
    if not (publication.holds("consent_by") and publication.holds("consent_on")):
        unmet.append(Unmet("consent", _("who consented, and when, is not on record")))
    if not publication.holds("consent_proof"):
        unmet.append(Unmet("proof", _("the consent itself (letter, recording, signature) is not attached")))
    if _taken_back(publication.entry.pk, str(publication.entry.codes.get("consent_on") or "")):
        unmet.append(Unmet("taken_back", _("the consent was taken back")))
    return unmet


def _taken_back(publication_id: uuid.UUID, consented_on: str) -> bool:
    """Was a withdrawal granted about the same case, on the day of this consent or later? A new consent of a later day counts anew."""
    cases = EntryLink.objects.filter(entry_id=publication_id, kind="about").values("other_id")
    requests = EntryLink.objects.filter(
        other_id__in=cases, kind="about", entry__register=disposal.REQUEST, entry__state="answered"
    )
    asked = EntryFacet.objects.filter(register=disposal.REQUEST, name="kind", value="withdrawal").values("entry")
    granted = EntryFacet.objects.filter(
        register=disposal.REQUEST, name="decision", value__in=["granted", "partly"]
    ).values("entry")
    about = requests.filter(entry__in=asked).filter(entry__in=granted).values("entry")
    last = Event.objects.filter(stream_id__in=about, kind=f"{disposal.REQUEST}.answered").order_by("-at").first()
    zone = current_organisation().time_zone
    return last is not None and consented_on <= local_date(last.at, zone).isoformat()


def consent_withdrawn(complaint_id: uuid.UUID, *, actor: Actor) -> int:
    """A consent about a case is taken back: what stands on it comes down, what was prepared is dropped. In the open transaction."""
    register = register_named(NAME)
    assert register is not None  # noqa: S101 declared below
    about = EntryLink.objects.filter(other_id=complaint_id, kind="about", entry__register=NAME).values("entry_id")
    rows = Entry.objects.filter(pk__in=about, state__in=("draft", "approved", "published")).order_by("pk")
    touched = 0
    for row in rows:
        if row.codes.get("ground", CONSENT) != CONSENT:
            continue
        step = "withdraw" if row.state == "published" else "drop"
        follow(
            actor=actor,
            entry_id=row.pk,
            register=register,
            step=step,
            values={"reason": str(_("The consent was taken back."))},
        )
        touched += 1
    return touched + _told_to_remove(complaint_id)


def _told_to_remove(complaint_id: uuid.UUID) -> int:
    """Replies and statements that stand on a consent about this case: who answers for them is told to bring them down."""
    replies = ResultNotice.objects.filter(complaint_id=complaint_id, ground=CONSENT, published_at__isnull=False)
    told = 0
    if replies.exists():
        number, owner = Complaint.objects.values_list("number", "owner_id").get(pk=complaint_id)
        notify(_responsible(owner), GONE, complaint_id, {"number": number})
        told += 1
    linked = EntryLink.objects.filter(other_id=complaint_id, entry__register="major_event").values("entry_id")
    for record in Entry.objects.filter(pk__in=linked).order_by("pk"):
        lines = record.codes.get("statements", ())
        if any(line.get("ground") == CONSENT and line.get("issued_at") for line in lines):
            notify(_responsible(record.owner_id), GONE, record.pk, {"number": record.number})
            told += 1
    return told


def _responsible(owner_id: uuid.UUID | None) -> list[uuid.UUID]:
    officers = [member.pk for member in people.active_members(roles=(Role.DSO,))]
    return [one for one in (owner_id, *officers) if one is not None]


GONE = "publication.consent_gone"
notices.declare(
    {
        GONE: (
            pgettext_lazy("notice", "A consent was taken back: what was published on it has to come down"), "alert-triangle",
        )
    }
)  # fmt: skip
PREPARERS = (*LEADERS, Role.QA, Role.SPECIALIST, Role.DSO)
GROUND = ("ground*", "consent_by", "consent_on", "consent_proof", "legal_ground")

declare(
    Register(
        name=NAME,
        one=_("Publication"),
        many=_("Publications"),
        hint=_(
            "What is published about a case or a person, and the consent or legal duty it stands on. Without either nothing leaves "
            "the house; a consent that is taken back brings it down again."
        ),
        prefix="GB",
        icon="world",
        chapter="documents",
        order=61,
        title="wording",
        readers=(*LEADERS, *CHECKERS, Role.DSO),
        openers=PREPARERS,
        fields=(
            Field(name="wording", label=_("What is published, word for word"), kind="longtext", limit=4000),
            Field(name="place", label=pgettext_lazy("publication", "Where"), kind="choice", options=PLACES),
            Field(name="address", label=_("Address or issue"), limit=300),
            Field(name="case_number", label=_("Number of the complaint"), limit=40),
            Field(name="ground", label=pgettext_lazy("publication", "Stands on"), kind="choice", options=FIRM),
            Field(name="consent_by", label=_("Who consented"), limit=60),
            Field(name="consent_on", label=_("Consented on"), kind="date", past=True),
            Field(name="consent_proof", label=_("The consent itself"), kind="files"),
            Field(name="legal_ground", label=_("Law that demands it"), kind="longtext", limit=500),
            Field(name="published_on", label=_("Published on"), kind="date", past=True),
            Field(name="removed_on", label=_("Removed on"), kind="date", past=True),
            Field(name="proof", label=_("Proof of the removal"), kind="files"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("wording*", "place*", "case_number"),
        passing=("reason", "case_number"),
        columns=("place", "ground", "published_on"),
        filters=("place", "ground"),
        personal={"consent_by": "contact.name"},
        states=(
            State("draft", pgettext_lazy("publication", "Being prepared")),
            State("approved", pgettext_lazy("publication", "May be published"), "soon"),
            State("published", pgettext_lazy("publication", "Published")),
            State("to_remove", pgettext_lazy("publication", "To be removed"), "late"),
            State("removed", pgettext_lazy("publication", "Removed"), "done", open=False, final=True),
            State("dropped", pgettext_lazy("publication", "Not published"), open=False, final=True),
        ),
        on_open=begun,
        steps=(
            Do(
                name="record_ground", label=_("Record consent or legal duty"), event="ground_recorded", did=_("recorded what it stands on"),
                sources=("draft",), who=(OPENER, OWNER, *PREPARERS), asks=GROUND, icon="check", clause="SZ 6(2); SZ 8(1)",
            ),
            Do(
                name="approve", label=pgettext_lazy("publication", "Approve"), event="approved", did=_("approved the publication"),
                sources=("draft",), target="approved", who=(Role.MGMT_REP, Role.TOP_MGMT, Role.DSO), not_by=("open", "record_ground"),
                guards=(stands_on_a_ground,), tells=(OWNER,), icon="checks", clause="SZ 3.9; SZ 6(2)",
            ),
            Do(
                name="publish", label=_("It is published"), event="published", did=_("noted the publication"), sources=("approved",),
                target="published", who=(OPENER, OWNER, *PREPARERS), asks=("published_on*", "address*"), guards=(stands_on_a_ground,),
                icon="world", clause="SZ 6(2)",
            ),
            Do(
                name="withdraw", label=_("It has to come down"), event="withdrawn", did=_("noted that it has to come down"),
                sources=("published",), target="to_remove", who=(OPENER, OWNER, *PREPARERS), asks=("reason*",), starts=(TIMER,),
                tells=(OWNER, Role.DSO, Role.MGMT_REP), tone="late", icon="alert-triangle", main=False, clause="SZ 8(1)",
            ),
            Do(
                name="remove", label=_("It is removed"), event="removed", did=_("noted the removal"), sources=("to_remove",),
                target="removed", who=(OPENER, OWNER, *PREPARERS), asks=("removed_on*", "proof"), stops=(TIMER,), tone="done",
                icon="check", clause="SZ 8(1)",
            ),
            Do(
                name="drop", label=_("Do not publish"), event="dropped", did=_("decided not to publish it"), sources=("draft", "approved"),
                target="dropped", who=(OPENER, OWNER, *PREPARERS), asks=("reason*",), tells=(OWNER,), main=False, icon="x",
            ),
        ),
        timers=(
            TimerKind(
                name=TIMER, of=NAME, label=_("Removal of a publication"), starts=_("consent taken back, or another reason to remove it"),
                stops=pgettext_lazy("publication", "removed"), source="SZ 8(1)", limits=(Limit(amount=3, unit=Unit.DAY, basis="PIPL 15, 47", ours=True),),
            ),
        ),
    )
)  # fmt: skip
