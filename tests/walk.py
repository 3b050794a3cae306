"""A walker that takes any step of the table with values of its own making: for the property test and for filling in."""

import random
import uuid
from datetime import datetime, timedelta
from typing import Any

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints import access
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.process import PROCESS, steps_from
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.ledger import Chain
from tingsu.process.engine import unmet_conditions
from tingsu.process.steps import Field, Step, options_of

LIKELY = {"reached": "yes", "agrees": "agree", "effective": "yes", "result": "agreed", "reaction": "accepted"}


class Walker:
    """One random walk over one complaint. Its choices come from a seed, so that a failure can be walked again."""

    def __init__(self, cast: Cast, complaint: Complaint, seed: int) -> None:
        self.cast, self.complaint, self.dice = cast, complaint, random.Random(seed)  # noqa: S311 a test's dice
        party = Party.objects.filter(complaint=complaint, role="complainant").get()
        self.actors: list[Actor] = [person.actor for person in cast._people.values()]
        self.actors.append(access.party_actor(party, cast.organisation_id))
        self.actors.append(automation("walker", cast.organisation_id))

    def open_step(self, at: datetime) -> tuple[Actor, Step] | None:
        """A step that somebody may take now and whose guards, asked without values, are met; rather one that leads on.

        All that might be taken stand in a row drawn by weight, and the first that is open counts: as likely as a draw by
        weight among the open ones, and most are never asked. None when nothing is open.
        """
        promises = list(Promise.objects.filter(stream_id=self.complaint.pk))
        row, steps = [], steps_from(self.complaint.state)
        for actor in self.actors:
            for step in steps:
                weight = 12 if step.main else 6 if step.is_transition else 1
                row.append((self.dice.random() ** (1 / weight), actor, step))
        for _drawn, actor, step in sorted(row, key=lambda one: -one[0]):
            if not access.may_take(actor, self.complaint, step):
                continue
            try:
                access.check_visible(actor, self.complaint)
            except Exception:  # noqa: S112 who cannot see the case takes no step
                continue
            case = Case(Chain(self.complaint.stream), self.complaint, actor, at, promises)
            if not unmet_conditions(case, step, None):
                return actor, step
        return None

    def any_step(self) -> tuple[Actor, Step]:
        """Somebody and some step, allowed or not."""
        steps = [step for step in PROCESS.values() if step.door]
        return self.dice.choice(self.actors), self.dice.choice(steps)

    def values(self, step: Step, at: datetime) -> dict[str, Any]:
        """Plausible values for every field; sometimes one is left out or wrong."""
        values: dict[str, Any] = {}
        for field in step.fields:
            if field.when and str(values.get(field.when[0])) not in {
                *field.when[1].split("|"),
                *({"True"} if field.when[1] == "yes" else set()),
            }:
                continue
            if field.required or self.dice.random() < 0.7:
                values[field.name] = self.value(field, at)
        if values and self.dice.random() < 0.05:
            values[self.dice.choice(list(values))] = self.dice.choice(
                ["", "\x00", "x" * 20000, -1, None, [], uuid.uuid4().hex]
            )
        return {name: value for name, value in values.items() if value is not None}

    def value(self, field: Field, at: datetime) -> Any:
        if field.kind in {"choice", "member", "unit", "choices", "party"}:
            codes = [str(code) for code, _label in options_of(field, self.complaint)]
            if not codes:
                return None
            if field.kind == "choices":
                return self.dice.sample(codes, k=min(len(codes), self.dice.randint(1, 2)))
            if LIKELY.get(field.name) in codes and self.dice.random() < 0.7:
                return LIKELY[field.name]
            return self.dice.choice(codes)
        if field.kind == "rows":
            lines = [
                {inner.name: self.value(inner, at) for inner in field.rows} for _ in range(self.dice.randint(1, 2))
            ]
            return [{name: value for name, value in line.items() if value is not None} for line in lines]
        return {
            "text": lambda: "经核对属实",
            "longtext": lambda: "与投诉人通话后核对了订单与物流记录，情况属实。",
            "bool": lambda: self.dice.random() < 0.6,
            "number": lambda: 100,
            "money": lambda: self.dice.choice([0, 5000, 129900]),
            "date": lambda: (at + timedelta(days=-2 if field.past else 5)).date().isoformat(),
            "hour": lambda: self.dice.choice(["14:30", "下午三点左右", "evening"]),
            "datetime": lambda: (at + timedelta(hours=-2 if field.past else 30)).isoformat(),
            "files": lambda: None,
        }[field.kind]()
