"""What is due for disposal, what stands in its way, and carrying out an approved run (RC-04, PS-17)."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy, pgettext_lazy

from tingsu.aftercare import rules
from tingsu.aftercare.models import ArchivedFile
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.governance import aging, erasure, tasks
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.erasing import ERASED
from tingsu.kernel.errors import NotFound, Unmet
from tingsu.kernel.kinds import kind
from tingsu.kernel.models import Event, Stream
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import after_label, apart, listed
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters.models import Letter
from tingsu.process.steps import Options, Step
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry, EntryFacet, EntryLink

RUN, REQUEST, HOLD = "disposal", "data_request", "legal_hold"
MOST = 200
"""So many cases at most in one run: somebody has to look at each."""
RETENTION, ASKED, AGE = "retention", "request", aging.AGE
OBSTACLES: dict[str, str | Words] = {
    "open": gettext_lazy("the case is not closed"),
    "held": gettext_lazy("a legal hold keeps it"),
    "promise": gettext_lazy("a promise of it is still running"),
    "letter": gettext_lazy("a letter of it has not left yet"),
    "entry": gettext_lazy("a contact or request about it is still open"),
    "early": gettext_lazy("the time of keeping has not ended, and no granted request asks for it"),
    "unconfirmed": gettext_lazy("the time of keeping was never confirmed by this organisation"),
    "gone": gettext_lazy("it is erased already"),
}
WHY: dict[str, str | Words] = {
    RETENTION: pgettext_lazy("disposal", "time of keeping ended"),
    ASKED: pgettext_lazy("disposal", "asked for by the person"),
    AGE: pgettext_lazy("disposal", "time of keeping of records ended"),
}


@dataclass(frozen=True)
class Candidate:
    """One case that is due, why, what its record class wants, and what stands in its way."""

    complaint: Complaint
    why: str
    due_on: date | None
    end: str
    """The end action of its class; `review` leaves it to whoever proposes."""
    rule: int
    obstacles: tuple[str, ...]

    @property
    def number(self) -> str:
        """By which a run names it."""
        return self.complaint.number

    @property
    def url(self) -> str:
        """Its page."""
        return str(self.complaint.get_absolute_url())

    @property
    def label(self) -> str:
        """As the list of a run names it."""
        day = f" · {self.due_on:%Y-%m-%d}" if self.due_on else ""
        return f"{self.complaint.number} · {WHY[self.why]}{day} · {rules.END_ACTIONS[self.end]}"

    @property
    def in_the_way(self) -> list[str | Words]:
        """The obstacles in words."""
        return [OBSTACLES[one] for one in self.obstacles]


def today() -> date:
    """The day it is where the organisation is."""
    return local_date(now(), current_organisation().time_zone)


def asked_for() -> set[uuid.UUID]:
    """Cases whose erasure a person asked for and was granted."""
    facets = EntryFacet.objects.filter(register=REQUEST)
    wanted = facets.filter(name="kind", value="deletion").values("entry")
    granted = facets.filter(name="decision", value__in=["granted", "partly"]).values("entry")
    links = EntryLink.objects.filter(entry__in=wanted, kind="about").filter(entry__in=granted)
    return set(links.filter(entry__state="answered").values_list("other_id", flat=True))


def due_cases(most: int = MOST, *, numbers: Iterable[str] | None = None) -> list[Candidate]:
    """Cases whose time of keeping has ended or whose erasure was granted, the oldest first, with what stands in the way.

    With `numbers` those cases, due or not.
    """
    asked = asked_for()
    alive = Complaint.objects.filter(stream__wrapped_key__isnull=False)
    if numbers is not None:
        found = list(Complaint.objects.filter(number__in=list(numbers)).select_related("stream").order_by("number"))
    else:
        ended = list(
            alive.filter(state=State.ARCHIVED, dispose_on__lte=today())
            .select_related("stream")
            .order_by("dispose_on", "id")[:most]
        )
        more = alive.filter(pk__in=asked - {row.pk for row in ended}).select_related("stream").order_by("number")
        found = [*ended, *more[:most]]
    return _candidates(found, asked)


def _candidates(found: list[Complaint], asked: set[uuid.UUID]) -> list[Candidate]:
    ids = [row.pk for row in found]
    files = {row.complaint_id: row for row in ArchivedFile.objects.filter(complaint_id__in=ids)}
    in_the_way = obstacles_of(found, asked)
    made = []
    for row in found:
        why = ASKED if row.pk in asked else RETENTION
        file = files.get(row.pk)
        end, rule = "review", file.retention_version if file else 0
        if file is not None and why == RETENTION:
            end = rules.retention_class(file.retention_class, file.retention_version).end
        made.append(Candidate(row, why, row.dispose_on, end, rule, in_the_way[row.pk]))
    return made


def obstacles_of(found: list[Complaint], asked: set[uuid.UUID]) -> dict[uuid.UUID, tuple[str, ...]]:
    """What stands in the way of erasing each of these cases, as codes of OBSTACLES. A query for each kind of obstacle."""
    ids = [row.pk for row in found]
    held = set(
        EntryLink.objects.filter(kind="holds", other_id__in=ids, entry__register=HOLD, entry__state="held").values_list(
            "other_id", flat=True
        )
    )
    running = set(Promise.objects.filter(stream_id__in=ids, ended_at=None).values_list("stream_id", flat=True))
    letters = set(
        Letter.objects.filter(stream_id__in=ids, state=Letter.State.QUEUED).values_list("stream_id", flat=True)
    )
    busy = {
        other
        for other, register, state in EntryLink.objects.filter(other_id__in=ids)
        .exclude(kind="holds")
        .values_list("other_id", "entry__register", "entry__state")
        if (known := registers().get(register)) and known.personal and state in known.open_states
    }
    confirmed = rulebooks.in_force(rules.RETENTION).version > 0
    told = {}
    for row in found:
        ended = row.state == State.ARCHIVED and row.dispose_on is not None and row.dispose_on <= today()
        by_person = row.pk in asked
        facts = {
            "gone": not row.stream.wrapped_key,
            "open": row.is_open,
            "held": row.pk in held,
            "promise": row.pk in running,
            "letter": row.pk in letters,
            "entry": row.pk in busy,
            "early": not ended and not by_person,
            "unconfirmed": ended and not by_person and not confirmed,
        }
        told[row.pk] = tuple(code for code, holds in facts.items() if holds)
    return told


# The run


def choices(entry: Any) -> Options:
    """What may be chosen for a run: due for its cause, with nothing in the way; once chosen, what was chosen."""
    codes = entry.codes if entry is not None else {}
    if chosen := codes.get("cases"):
        return tuple((one, one) for one in chosen)
    free = [one for one in everything_due() if not one.obstacles and one.why == codes.get("cause", one.why)]
    return tuple((one.number, one.label) for one in free)


def everything_due(numbers: Iterable[str] | None = None) -> list[Candidate | aging.DueEntry]:
    """Cases and register entries that are due, with what stands in their way; with `numbers` those, due or not."""
    wanted = None if numbers is None else list(numbers)
    return [*due_cases(numbers=wanted), *aging.due_entries(MOST, numbers=wanted)]


def due_list(actor: Any) -> dict[str, Any]:
    """The list above the register: everything that is due, with what stands in its way."""
    found = everything_due()
    free = [one for one in found if not one.obstacles]
    return {"due": found, "free": len(free), "blocked": len(found) - len(free)}


def end_fits(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """What is done fits the class of every case; where the class says *review*, the proposer has looked and decides."""
    if values is None or not values.get("cases"):
        return []
    wrong = [one.number for one in everything_due(values["cases"]) if one.end != "review" and one.end != values["end"]]
    if not wrong:
        return []
    sentence = gettext_lazy("the record class of these cases wants something else at the end: %(numbers)s")
    return [Unmet("other_end", sentence, numbers=listed(wrong))]


def paper_told(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Destroying means the paper too: the proposal says what becomes of it."""
    if values is None or values.get("end") != "destroy" or values.get("paper"):
        return []
    return [Unmet("paper", gettext_lazy("say what becomes of paper originals and copies outside the system"))]


def nothing_in_the_way(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """At the approval everything is looked at again: a hold may have been set since."""
    if values is None:
        return []
    unmet = []
    for one in everything_due(opened.entry.codes.get("cases", ())):
        if one.obstacles:
            sentence = gettext_lazy("%(number)s cannot be erased: %(why)s")
            why = apart(str(words) for words in one.in_the_way)
            unmet.append(Unmet("in_the_way", sentence, number=one.number, why=why))
    return unmet


def proposed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Who proposes, and under which version of the rule."""
    opened.put("proposed_by", opened.actor.id)
    kind_of_rule = aging.KIND if opened.entry.codes.get("cause") == AGE else rules.RETENTION
    opened.put("rule", rulebooks.in_force(kind_of_rule).version)
    opened.put("listed", len(values["cases"]))


def approved(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The run begins in the background, queued in this transaction."""
    opened.put("approved_by", opened.actor.id)
    opened.put("approved_at", opened.at)
    tasks.carry_out.defer(entry_id=str(opened.entry.pk))


def carry_out(entry_id: uuid.UUID) -> None:
    """Erase each case of an approved run in a transaction of its own, then certify what was done. May be run again.

    A case with something new in its way is left, counted, and its reason stands on the certificate.
    """
    register = registers()[RUN]
    entry = Entry.objects.select_related("stream").get(pk=entry_id)
    if entry.state != "approved":
        return
    actor = automation("governance.disposal", current_organisation_id())
    left: Counter[str] = Counter()
    for number in entry.codes["cases"]:
        for code in _erase_one(number, entry, actor):
            left[code] += 1
    done = Event.objects.filter(kind=ERASED, data__run=str(entry_id)).values_list("stream_id", "data")
    kind_by_id = dict(Stream.objects.filter(pk__in=[pk for pk, _data in done]).values_list("pk", "kind"))
    counts: Counter[str] = Counter()
    for _pk, data in done:
        counts.update(data["erased"])
    values = {
        "erased": sum(one == erasure.MODEL_OF_CASE for one in kind_by_id.values()),
        "left": sum(left.values()),
        "persons": counts["persons"],
        "files": counts["files"],
        "letters": counts["letters"],
        "texts": counts["texts"],
        "entries": sum(one != erasure.MODEL_OF_CASE for one in kind_by_id.values()),
        "why_left": "\n".join(
            after_label((OBSTACLES | aging.OBSTACLES)[code], count) for code, count in sorted(left.items())
        ),
    }
    take_step(actor=actor, entry=entry, register=register, step="certify", values=values)


def _erase_one(number: str, run: Entry, actor: Any) -> tuple[str, ...]:
    """Erase one case or entry of a run; what stood in the way, which is nothing when an earlier try of the same run erased it."""
    with transaction.atomic(durable=True):
        complaint = Complaint.objects.filter(number=number).first()
        if complaint is None:
            if (entry_id := aging.entry_named(number)) is None:
                raise NotFound
            return aging.erase_entry(entry_id, run, actor)
        Stream.objects.select_for_update().get(pk=complaint.pk)
        one = due_cases(numbers=[number])[0]
        if "gone" in one.obstacles:
            ours = Event.objects.filter(stream_id=complaint.pk, kind=ERASED, data__run=str(run.pk)).exists()
            return () if ours else ("gone",)
        if one.obstacles:
            return one.obstacles[:1]
        data = {"why": one.why, "run": run.pk, "rule": one.rule, "end": run.codes["end"]}
        erasure.erase_case(complaint.pk, actor=actor, at=now(), data=data)
    return ()


def thing_named(typed: str) -> uuid.UUID | None:
    """The case or register entry with this number."""
    return case_named(typed) or aging.entry_named(typed)


def cases_of(request_id: uuid.UUID) -> list[uuid.UUID]:
    """The complaints that a request is about. One query."""
    about = EntryLink.objects.filter(entry_id=request_id, kind="about").values("other_id")
    return list(Complaint.objects.filter(pk__in=about).order_by("pk").values_list("pk", flat=True))


def case_named(typed: str) -> uuid.UUID | None:
    """The case with this number. Whoever answers for data protection names cases without seeing into them."""
    number = kind(erasure.MODEL_OF_CASE).spelled(typed)
    return Complaint.objects.filter(number=number).values_list("pk", flat=True).first() if number else None
