"""Writes down everything that a case's steps leave behind: events, rows, letters, notices, and who may do what next.

A story is walked through the real actions and told as text; the text is kept beside the tests and compared line by line.
What a step does and nobody asserts by hand is noticed here: a column not saved, a letter to the wrong person, a limit due
at another minute. A difference that is meant is written anew with TINGSU_WRITE_STORIES=1 and read before it is committed.
"""

import difflib
import json
import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import override

from tests import told as wording
from tests.cast import Cast, Person
from tests.looking import ZONE, Looking
from tests.recounting import check_facts
from tests.waiting import what_waits
from tingsu.complaints import access
from tingsu.complaints.actions import take_step
from tingsu.complaints.case import case_of
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.registry import panels
from tingsu.demo.journey import register
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import NotFound, TingsuError
from tingsu.kernel.ledger import lock_chain, texts_of
from tingsu.kernel.models import Event
from tingsu.kernel.rulebooks import publish
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.process.engine import unmet_conditions
from tingsu.process.registry import starting_values
from tingsu.process.steps import options_of

FOLDER = Path(__file__).parent / "stories"
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TOLD_ALL_THE_SAME = {"escalation.called"}
"""Notices that reach even who brought them about, because they call on somebody; nobody is told of their own deed."""


class Telling(Looking):
    """One case, the clock it stands at, and the lines of its story so far."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.at, self.zone = cast, MONDAY, str(ZONE)
        self.lines: list[str] = []
        self.names: dict[UUID, str] = {person.id: name for name, person in cast._people.items()}
        self.names |= {unit.pk: code for code, unit in cast.units.items()}
        self.names[cast.organisation_id] = "organisation"
        self.numbered: Counter[str] = Counter()
        self.marks: dict[bytes, str] = {}
        self.rows: dict[tuple[str, UUID], dict[str, Any]] = {}
        self.seen_events: set[UUID] = set()
        self.seen_notices: set[UUID] = set()
        self.complaint: Complaint
        self.stood: dict[str, str] = {}
        self.waiting: dict[str, str] = {}
        self.offered: dict[str, str] = {}

    # acting

    def register(self, who: Person, raw: dict[str, Any], *, name: str = "case") -> "Telling":
        made = register(who.actor, raw, self.at)
        self.names[made.pk] = name
        if name != "case":
            return self
        self.complaint = made
        return self._told(f"{self.word(who)} registers")

    def step(self, who: Person | Actor | str, name: str, /, **values: Any) -> "Telling":
        """Take a step a minute later and tell what came of it."""
        try:
            self.take(self.actor(who), name, values)
        except TingsuError as refusal:
            raise AssertionError(f"{self.word(who)} {name}: {wording.reason(refusal)}") from refusal
        told = Notice.objects.filter(stream_id=self.complaint.pk, member_id=self.actor(who).id)
        own = set(told.exclude(pk__in=self.seen_notices).values_list("kind", flat=True))
        assert not own - TOLD_ALL_THE_SAME, f"{self.word(who)} is told of what they just did: {name} {own}"
        return self._told(f"{self.word(who)} {name}")

    def refused(self, who: Person | Actor | str, name: str, /, **values: Any) -> "Telling":
        """A step that must not happen: what stands against it, and that nothing was written."""
        events = Event.objects.count()
        with travel_to(self.at):
            try:
                take_step(actor=self.actor(who), complaint_id=self.complaint.pk, step=name, values=values)
            except TingsuError as refusal:
                reason = wording.reason(refusal)
            else:
                raise AssertionError(f"{name} was not refused")
        assert Event.objects.count() == events
        self.lines.append(f"-- {self.word(who)} {name}{wording.given(self, values)}: {reason}")
        return self

    def deliver(self) -> "Telling":
        super().deliver()
        return self._told("letters leave")

    def passes(self, **length: float) -> "Telling":
        """Time passes, minute by minute looked after by the sweep."""
        self.sweep(self.at + timedelta(**length))
        return self._told("time passes")

    def runs(self, title: str, work: Any) -> "Telling":
        """Something the house does by itself at this instant."""
        with travel_to(self.at):
            result = work()
        return self._told(f"{title}: {result}")

    def publish(self, kind: str, body: dict[str, Any]) -> "Telling":
        """A version of a rulebook that is in force from now on."""
        with travel_to(self.at):
            publish(actor=self.cast.top_mgmt.actor, kind=kind, body=body)
        return self

    # people and things

    def actor(self, who: Person | Actor | str) -> Actor:
        if isinstance(who, str):
            if who == "system":
                return automation("story", self.cast.organisation_id)
            return self.party(who)
        return who if isinstance(who, Actor) else who.actor

    def word(self, who: Person | Actor | str) -> str:
        if isinstance(who, str):
            return who
        return self.names.get(who.id, who.name if isinstance(who, Actor) else "?") if who.id else who.name

    def one(self, model: type[models.Model], **filters: Any) -> str:
        """The id of the newest row of the case, for the values of a step."""
        row = model._default_manager.filter(complaint_id=self.complaint.pk, **filters).order_by("-pk")[0]
        return str(row.pk)

    # telling

    def stand(self, title: str = "") -> "Telling":
        """Who sees the case, who may take which step now and what a button would wait for: what differs from the last time."""
        self.lines.append(f"== who may{' ' + title if title else ''} in {self.complaint.state}")
        actors = {name: person.actor for name, person in self.cast._people.items()}
        for party in Party.objects.filter(complaint=self.complaint, role__in=("complainant", "agent", "respondent")):
            actors[party.role] = access.party_actor(party, self.cast.organisation_id)
        specialist = self.cast.specialist.actor
        actors["system"] = automation("story", self.cast.organisation_id)
        actors["ai_agent"] = replace(self.cast.frontline.actor, id=UUID(int=7), roles=frozenset({"ai_agent"}))
        actors["reading token"] = replace(
            specialist,
            kind="token",
            scopes=frozenset({"complaints:read"}),
            roles=frozenset({"specialist"}),
            held=frozenset({"specialist"}),
        )
        actors["writing token"] = replace(actors["reading token"], scopes=frozenset({"complaints:write"}))
        seeing: dict[str, Actor] = {}
        for name, actor in actors.items():
            try:
                access.check_visible(actor, self.complaint)
            except NotFound:
                continue
            seeing[name] = actor
        stands = {"seen by": ", ".join(sorted(seeing))}
        may: dict[str, dict[str, list[str]]] = {}
        with travel_to(self.at):
            for name, actor in seeing.items():
                for step in access.steps_for(actor, self.complaint):
                    case = case_of(lock_chain(self.complaint.pk), actor, self.at)
                    unmet = ", ".join(sorted({f"{one.guard}.{one.code}" for one in unmet_conditions(case, step, None)}))
                    may.setdefault(step.name, {}).setdefault(unmet, []).append(name)
        for step_name, groups in sorted(may.items()):
            told = [
                f"{wording.people(names)}{' (' + unmet + ')' if unmet else ''}"
                for unmet, names in sorted(groups.items())
            ]
            stands[step_name] = "; ".join(told)
        self.lines += [f"   {name}: {told}" for name, told in stands.items() if self.stood.get(name) != told]
        if gone := sorted(set(self.stood) - set(stands)):
            self.lines.append(f"   no longer: {', '.join(gone)}")
        self.stood = stands
        return self

    def waits(self) -> "Telling":
        """What waits for whom on *My work* now: what differs from the last time."""
        waits = {line: ", ".join(sorted(names)) for line, names in what_waits(self.cast, self.at).items()}
        fresh = {line: names for line, names in waits.items() if self.waiting.get(line) != names}
        self.lines.append("== what waits for whom")
        self.lines += [f"   {line} | for {names}" for line, names in sorted(fresh.items())]
        self.lines += [f"   no longer: {line}" for line in sorted(set(self.waiting) - set(waits))]
        self.waiting = waits
        return self

    def forms(self, who: Person) -> "Telling":
        """What each field of each step that this person may take offers, and what a form holds before anybody typed."""
        self.lines.append(f"== what the forms offer {self.word(who)} in {self.complaint.state}")
        with travel_to(self.at):
            for step in sorted(access.steps_for(who.actor, self.complaint), key=lambda step: step.name):
                for name, field in wording.every_field(step.fields):
                    if not isinstance(field.options, tuple):
                        codes = [self.shown(str(code)) for code, _label in options_of(field, self.complaint)]
                        self._unless_told(f"   {step.name}.{name}:", ", ".join(codes) or "–")
                if held := starting_values(step, who.actor, self.complaint):
                    self._unless_told(f"   {step.name} holds", self._json(wording.readable(held)))
        return self

    def panels(self, who: Person) -> "Telling":
        """What stands beside the case for this person, as the apps hand it to their templates."""
        self.lines.append(f"== beside the case for {self.word(who)} in {self.complaint.state}")
        with travel_to(self.at), override("en"):
            for where in ("top", "main", "side"):
                for panel in panels(where):
                    if (shown := panel.context(who.actor, self.complaint)) is not None:
                        for name, value in sorted(shown.items()):
                            self._unless_told(f"   {where} {panel.name} {name} =", self._json(wording.readable(value)))
        return self

    def _unless_told(self, what: str, told: str) -> None:
        """A line that says something else than the last time it was told."""
        if self.offered.get(what) != told:
            self.lines.append(f"{what} {told}")
        self.offered[what] = told

    def _told(self, title: str) -> "Telling":
        self.complaint = Complaint.objects.select_related("stream").get(pk=self.complaint.pk)
        self.lines.append(f"## {self.shown(self.at)} {title}")
        fresh_events = Event.objects.filter(stream_id=self.complaint.pk).exclude(pk__in=self.seen_events)
        said = {
            name: values[1]
            for event in fresh_events.order_by("seq")
            for name, values in event.data.get("set", {}).items()
        }
        self.names |= {event.pk: f"event:{event.seq}" for event in fresh_events}
        fresh = self._look(said)
        for event in Event.objects.filter(stream_id=self.complaint.pk).order_by("seq"):
            if event.pk not in self.seen_events:
                self.seen_events.add(event.pk)
                self._event(event)
        self.lines += fresh
        notices: dict[tuple[str, str], set[str]] = {}
        for notice in Notice.objects.filter(stream_id=self.complaint.pk).order_by("pk"):
            if notice.pk not in self.seen_notices:
                self.seen_notices.add(notice.pk)
                data = {key: value for key, value in notice.data.items() if key != "number"}
                key = (notice.kind, json.dumps(self.shown(data), ensure_ascii=False) if data else "")
                notices.setdefault(key, set()).add(self.names[notice.member_id])
        for (kind, data), told in sorted(notices.items()):
            self.lines.append(f"   notice {kind} {data}{' ' if data else ''}to {', '.join(sorted(told))}")
        return self

    def _event(self, event: Event) -> None:
        who = f"{event.actor_kind} {self.names.get(event.actor_id, event.actor_name) if event.actor_id else event.actor_name}"
        self.lines.append(f"   event {event.kind} v{event.v} by {who} ({event.actor_name}) at {self.shown(event.at)}")
        data = dict(event.data)
        texts = data.pop("texts", None)
        for name, (old, new) in sorted(data.pop("set", {}).items()):
            self.lines.append(f"      {name}: {self._json(old)} → {self._json(new)}")
        for operation in data.pop("promises", []):
            told = {key: value for key, value in operation.items() if key not in {"policy", "calendar"}}
            self.lines.append(f"      promise {self._json(told)}")
        for name, value in sorted(data.items()):
            self.lines.append(f"      {name} = {self._json(value)}")
        if texts:
            self.lines.append(f"      texts {self._json(texts_of([event]).get(event.pk, {}))}")

    # the end

    def ends(self, name: str) -> None:
        """The ledger agrees with the rows, figures with the ledger, and the story reads as it was written down."""
        with travel_to(self.at):
            assert [str(finding) for finding in verify_organisation(Tally())] == []
            check_facts()
        path, told = FOLDER / f"{name}.txt", "\n".join(self.lines) + "\n"
        if os.environ.get("TINGSU_WRITE_STORIES"):
            path.write_text(told)
        written = path.read_text() if path.exists() else ""
        if written != told:
            difference = "\n".join(
                difflib.unified_diff(written.splitlines(), told.splitlines(), "written", "now", lineterm="", n=2)
            )
            raise AssertionError(
                f"The story {path.name} reads differently. If that is meant, write it anew with TINGSU_WRITE_STORIES=1 "
                f"and read what changed:\n{difference[:8000]}"
            )
