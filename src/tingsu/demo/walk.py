"""One demo case walked through the real actions: the clock travels from move to move, promises are swept on the way."""

import random
import re
import uuid
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tingsu.aftercare.stages import open_stages
from tingsu.clocks.engine import new_promise
from tingsu.clocks.models import Promise
from tingsu.clocks.sweep import Swept
from tingsu.complaints import access
from tingsu.complaints.case import open_case
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.process import PROCESS
from tingsu.complaints.watched import facts_of
from tingsu.demo import library
from tingsu.demo.hours import ZONE, at_desk
from tingsu.demo.journey import Journey
from tingsu.demo.pens import put_signature
from tingsu.demo.plan import Plan
from tingsu.demo.plans import WAITS
from tingsu.demo.staff import Staff
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import travel_to
from tingsu.process.engine import unmet_conditions
from tingsu.process.steps import options_of
from tingsu.settlement.models import ExecutionItem, Solution
from tingsu.triage.alerts import open_alert

LIVE_PROMISES = ("progress_feedback", "promised_date")
"""What the owner keeps by telling the complainant something."""
AT_ONCE = {"registered", "pre_plan", "routing"}
"""States of the showcase that are minutes or hours old, whatever the hour."""


@dataclass
class Move:
    """One step of the process to be taken by somebody at an instant."""

    who: str
    step: str
    at: datetime
    values: dict[str, Any] = field(default_factory=dict)


Story = Generator[Move, None, None]


class Walk(Journey):
    """The state of one case while its story is told: the complaint, the clock, the people."""

    def __init__(
        self, plan: Plan, staff: Staff, complaint_id: uuid.UUID, started_at: datetime, until: datetime
    ) -> None:
        self.plan, self.staff, self.complaint_id, self.until = plan, staff, complaint_id, until
        self.at, self.zone = started_at, str(ZONE)
        self.rng: random.Random = plan.rng("walk")
        self.slots = dict(plan.staff_slots)
        self.missed = False
        """Has the one late step of the plan happened?"""
        self.heard = False
        """Has the party complained about given its statement?"""
        self.told = self.moves = 0
        self.complaint: Complaint
        self.promises: list[Promise] = []
        self.refresh()

    # people

    @property
    def owner(self) -> str:
        """The staff key of the present owner."""
        return self.staff.key_of(self.complaint.owner_id)

    def actor(self, who: str) -> Actor:
        if who in {"complainant", "respondent"}:
            # Whoever speaks for the complainant holds the code of the follow-up page.
            role = "agent" if who == "complainant" and self.plan.agent else who
            party = Party.objects.get(complaint=self.complaint, role=role)
            return access.party_actor(party, self.complaint.organisation_id)
        return self.staff.actor(who)

    def may(self, who: str, step: str) -> bool:
        """Would this person be offered the step now, with nothing unmet that a form could not fill?"""
        taken, actor = PROCESS[step], self.actor(who)
        return self.complaint.state in taken.sources and access.may_take(actor, self.complaint, taken)

    def offered(self, who: str, step: str) -> bool:
        """Would this person's button for the step be free, nothing unmet?"""
        if not self.may(who, step):
            return False
        with travel_to(self.at):
            case = open_case(self.actor(who), self.complaint_id, self.at)
            return not unmet_conditions(case, PROCESS[step], None)

    # words

    def say(self, *path: str, **more: Any) -> str:
        """One of the common wordings, filled with the case's values."""
        return library.pick(self.rng, *path, slots={**self.slots, **more})

    def words(self, name: str) -> str:
        """The cause's own wording of a step."""
        return library.fill(getattr(self.plan.family, name), self.slots)

    def letter(self, name: str) -> str:
        """The cause's wording for the complainant, in the complainant's language."""
        return self.english_words(name) if self.english else self.words(name)

    def english_words(self, name: str, fen: int = 0) -> str:
        line = f"We will pay ¥{fen / 100:,.2f} in all." if fen else "We will put it right."
        return library.fill(library.english_letters()[name], {**self.plan.slots, "amount_line": line})

    def nth(self, heading: str, name: str, turn: int) -> str:
        """The wordings of a heading in their order: first, second, third attempt."""
        found: str = library.words()[heading][name][turn]
        return found

    @property
    def english(self) -> bool:
        return self.plan.person.language == "en"

    # what the forms offer

    def options(self, step: str, name: str) -> list[tuple[str, str]]:
        found = PROCESS[step].field(name)
        return [(str(code), str(label)) for code, label in options_of(found, self.complaint)]

    def row_options(self, step: str, table: str, name: str) -> list[tuple[str, str]]:
        found = next(row for row in PROCESS[step].field(table).rows if row.name == name)
        return [(str(code), str(label)) for code, label in options_of(found, self.complaint)]

    def bases(self, step: str) -> list[str]:
        """The handling bases that the cause cites, as far as the library knows them; else its first entry."""
        offered = self.options(step, "bases")
        cited = re.findall(r"《(.+?)》", "".join(self.plan.family.basis))
        found = [code for code, label in offered if any(name.removesuffix("实施条例") in label for name in cited)]
        return found[:3] or [offered[0][0]]

    def item(self, pk: str) -> ExecutionItem:
        return ExecutionItem.objects.get(pk=pk)

    def stage_remarks(self) -> list[dict[str, str]]:
        """Reasons for the stages of the tracking form that this case never entered."""
        reasons = library.words()["stage"]
        return [{"stage": str(number), "reason": reasons[str(number)]} for number in open_stages(self.complaint)]

    def move(self, who: str, step: str, at: datetime, /, **values: Any) -> Move:
        return Move(who, step, at, values)

    # time

    def due(self, *kinds: str) -> datetime | None:
        """When the first running promise of these kinds ends."""
        return min((promise.due_at for promise in self.promises if promise.kind in kinds), default=None)

    def later(self, low: float, high: float, *, desk: str = "centre", by: str = "") -> datetime:
        """An instant `low` to `high` hours on, at desk hours, inside the promise `by` unless the case misses it."""
        if self.plan.hold:
            return self._sooner(low, high, desk)
        at = at_desk(self.at + timedelta(hours=self.rng.uniform(low, high)), desk)
        due = self.due(by) if by else None
        if due is None:
            return at
        if self.plan.late == by and not self.missed:
            self.missed = True
            return at_desk(max(at, due + timedelta(hours=self.rng.uniform(0.4, 19))), desk)
        if at > due - timedelta(minutes=6):
            room = max((due - self.at) * 0.35, timedelta(minutes=1))
            return max(self.at + timedelta(seconds=50), due - min(room, timedelta(minutes=self.rng.uniform(20, 90))))
        return at

    def _sooner(self, low: float, high: float, desk: str) -> datetime:
        """For the showcase, which must be where it is to be shown by now: never more than a part of the time left."""
        wanted = self.at + timedelta(hours=self.rng.uniform(low, low + (high - low) * 0.3))
        if self.plan.hold not in AT_ONCE:
            wanted = at_desk(wanted, "centre" if desk == "department" else desk)
        return min(wanted, self.at + (self.until - self.at) / 6)

    # going

    def go(self, story: Story) -> None:
        """Make the story's moves until it ends, until the present, or until the state the plan holds."""
        self.confirm_alert()
        for move in story:
            if move.at > self.until:
                break
            self.keep_in_touch(move.at)
            self.make(move)
            if self.held:
                break
        if not self.plan.neglected:
            self.keep_in_touch(self.until)
        self.sweep(self.until)
        with travel_to(self.until):
            self.staff.post_letters(self.complaint_id)
        self.staff.read_notices(self.complaint_id, self.until)

    @property
    def held(self) -> bool:
        if self.plan.hold == WAITS:
            return Solution.of(self.complaint, state=Solution.State.SUBMITTED) != []
        return bool(self.plan.hold) and self.complaint.state == self.plan.hold

    def make(self, move: Move) -> None:
        """Travel to the move's instant and take its step as that person."""
        self.sweep(move.at)
        self.take(self.actor(move.who), move.step, move.values, at=move.at)
        with travel_to(move.at):
            self.staff.post_letters(self.complaint_id)
        self.moves += 1
        self.look_at_clocks()
        self.confirm_alert()

    def sign(self, who: str, document: str, side: str, name: str, *, minutes: int = 3) -> None:
        """A few minutes on, a side signs a document: on the own page, as a colleague, or on a colleague's screen (`who`)."""
        at = self.at + timedelta(minutes=minutes)
        if at > self.until:
            return
        self.sweep(at)
        with travel_to(at):
            put_signature(self.actor(who), self.complaint, document, side, name)
            self.staff.post_letters(self.complaint_id)
        self.refresh()

    def confirm_alert(self) -> None:
        """Whoever is on call has the case within three minutes; an alert of the last minutes is still open (AS-10)."""
        alert = open_alert(self.complaint)
        if alert is None:
            return
        at = max(self.at, alert.called_at + timedelta(seconds=self.plan.rng("alert").randrange(40, 180)))
        if at < self.until:
            self.sweep(at)
            self.take(self.staff.actor(self.staff.key_of(alert.called[0])), "confirm_alert", at=at)

    def refresh(self) -> None:
        self.complaint = Complaint.objects.select_related("stream").get(pk=self.complaint_id)
        self.look_at_clocks()

    def look_at_clocks(self) -> None:
        self.promises = list(Promise.objects.filter(stream_id=self.complaint_id, ended_at__isnull=True))

    def next_moment(self, until: datetime) -> datetime | None:
        """From the promises at hand: a demo sweeps thousands of times."""
        return min((p.next_at for p in self.promises if p.next_at and p.next_at <= until), default=None)

    def taken(self, complaint: Complaint) -> None:
        self.complaint = complaint
        self.look_at_clocks()

    def swept(self, swept: Swept) -> None:
        if swept.breached or swept.lapsed:
            self.refresh()
        else:
            self.look_at_clocks()

    def keep_in_touch(self, until: datetime) -> None:
        """Tell the complainant something before each feedback promise ends, unless this case neglects it once."""
        while self.complaint.is_open and (due := self.due(*LIVE_PROMISES)) and due <= until:
            soon = self.at + timedelta(minutes=3)
            if due > soon and self.plan.late == "progress_feedback" and not self.missed and self.told:
                self.missed = True
                return
            at = due - min((due - self.at) * 0.4, timedelta(hours=self.rng.uniform(1, 5)))
            if due <= soon:
                at = at_desk(self.at + timedelta(hours=self.rng.uniform(0.5, 5)), "centre")
            elif at.astimezone(ZONE).hour < 8:
                at = max(soon, at.astimezone(ZONE).replace(hour=8) - timedelta(hours=13))
            if at > until:
                return
            self.make(self.feedback(at, "progress"))

    def feedback(self, at: datetime, heading: str) -> Move:
        """A message to the complainant by the present owner: a first reply names the next date, progress the way to ask."""
        who, self.told = self.owner, self.told + 1
        first = heading == "first_reply"
        next_at = at_desk(at + timedelta(hours=self.rng.choice((38, 42, 45))), "centre").replace(
            second=0, microsecond=0
        )
        local, card = next_at.astimezone(ZONE), self.staff.card(who)
        text = self.say(
            *((heading,) if first else (heading, self.complaint.state)),
            "en" if self.english else "zh",
            alias=card["alias"]["zh"],
            alias_en=card["alias"]["en"],
            number=card["number"],
            cause=self.plan.family.zh,
            dept=self.staff.unit_name(self.plan.family.dept),
            next=f"{local.month} 月 {local.day} 日 {local:%H:%M}",
            next_en=f"{local:%H:%M} on {local.day} {local:%B}",
        )
        values = {"content": text, "means": self.means, "query_way": "yes"}
        promised, due = self.complaint.next_feedback_at, self.due("progress_feedback")
        if first:
            values["next_at"] = next_at.isoformat()
            if promised and at < promised < next_at:
                values["date_moved_reason"] = self.say("moved", "en" if self.english else "zh")
        latest = new_promise(self.complaint.pk, "progress_feedback", at=at, facts=facts_of(self.complaint)).due_at
        if (due and at > due) or (first and next_at > latest):
            values["late_reason"] = self.say("moved", "late")
        return Move(who, "feed_back", at, values)

    @property
    def means(self) -> str:
        """How this complainant is told something."""
        if self.complaint.anonymous:
            return "portal"
        if self.plan.mode == "phone":
            return "phone"
        return "email" if self.english else "sms"
