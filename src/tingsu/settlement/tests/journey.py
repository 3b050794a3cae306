"""A complaint walked to where a test begins, by the real steps, so that it has the history real cases have."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.cast import Cast, Person
from tests.standing import kept
from tingsu.complaints.models import Complaint, Demand
from tingsu.demo.journey import ASSESSMENT, REPORT, STORY, register
from tingsu.demo.journey import Journey as Driver
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import ConditionsUnmet
from tingsu.settlement.models import Payment

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
RESPONDENT = {"respondent_name": "速达快运", "respondent_phone": "13900133456"}


class Journey(Driver):
    """One complaint, the clock it stands at, and the people of the cast who move it."""

    def __init__(self, cast: Cast, complaint: Complaint, at: datetime = MONDAY) -> None:
        super().__init__(complaint, at)
        self.cast = cast

    def step(self, who: Person | Actor, name: str, /, **values: Any) -> "Journey":
        """Take a step a minute later, as this person."""
        return self.take(who if isinstance(who, Actor) else who.actor, name, values)

    def refusal(self, who: Person | Actor, name: str, /, **values: Any) -> set[str]:
        """The codes of the unmet conditions; the case must stay as it is."""
        before = Complaint.objects.values().get(pk=self.complaint.pk)
        with pytest.raises(ConditionsUnmet) as refused:
            self.step(who, name, **values)
        assert Complaint.objects.values().get(pk=self.complaint.pk) == before
        return {one.code for one in refused.value.unmet}

    def committee(self, decision: str = "approved", reason: str = "同意") -> "Journey":
        """Both members of the committee of the cast give the same word."""
        for member in (self.cast.mgmt_rep, self.cast.top_mgmt):
            self.step(member, "vote_on_solution", decision=decision, reason=reason)
        return self

    def deliver_letters(self) -> "Journey":
        return self.deliver()

    @property
    def owner(self) -> Person:
        return next(person for person in self.cast._people.values() if person.id == self.complaint.owner_id)

    # stations

    def solution(self, *, amount: int | None = 100_00, **changes: Any) -> dict[str, Any]:
        """The values of a complete solution with one payment."""
        remedies = (
            [{"code": "47", "amount": amount, "text": "原路退回", "executor": str(self.owner.id), "due_on": self.day()}]
            if amount
            else []
        )
        answers = [
            {"demand": str(demand.pk), "reasonable": True, "decision": "granted"}
            for demand in Demand.objects.filter(complaint=self.complaint)
        ]
        return {
            "opinion": "应退未退，当日补发退款指令。", "remedy_required": bool(amount), "remedies": remedies, "answers": answers,
            "bases": ["law.consumer"], "prevention": "退款指令失败时自动告警。", "wording": "款项今天原路退回，让您久等，抱歉。", **changes,
        }  # fmt: skip

    def offered(self, **changes: Any) -> "Journey":
        """A solution within the owner's authority, sent."""
        self.step(self.owner, "draft_solution", **self.solution(**changes))
        return self.step(self.owner, "submit_solution").step(self.owner, "send_solution")

    def opinion(self, agrees: str = "agree", role: str = "complainant", **values: Any) -> "Journey":
        party = self.party(role)
        return self.step(party, "record_opinion", party=str(party.id), agrees=agrees, means="portal", **values)

    def evaluated(self) -> "Journey":
        """Agreed, carried out by the owner, verified by the supervisor."""
        self.offered().opinion().step(self.owner, "agree")
        item = str(self.complaint_items()[0].pk)
        self.step(self.owner, "finish_item", item=item, proof="退款回单", paid=100_00, means="original")
        self.step(self.cast.supervisor, "verify_item", item=item, remark="核对回单")
        return self.step(self.cast.supervisor, "verify_execution")

    def paid(self, item: str, fen: int) -> "Journey":
        """Applied for by the owner, ordered by the supervisor, paid."""
        self.step(self.owner, "ask_payment", item=item, means="original")
        row = Payment.objects.get(item_id=item, state="asked")
        self.step(self.cast.supervisor, "order_payment", payment=str(row.pk))
        return self.step(self.owner, "finish_item", item=item, proof="回单", paid=fen, means="original")

    def complaint_items(self) -> list[Any]:
        from tingsu.settlement.queries import current_items

        return current_items(self.complaint)


@kept
def registered(cast: Cast, **changes: Any) -> Journey:
    """Acknowledged, read back, graded general; owned by the front line."""
    journey = Journey(cast, register(cast.frontline.actor, {**STORY, **changes}, MONDAY)).deliver_letters()
    return journey.step(cast.frontline, "confirm_record", how="read_back").step(
        cast.frontline, "assess_and_grade", **ASSESSMENT
    )


@kept
def handled(cast: Cast, by: Person | None = None, **changes: Any) -> Journey:
    """Found to be justified; a solution is due from the owner (default: an expert specialist)."""
    owner = by or cast.specialist2
    journey = registered(cast, **changes)
    journey.step(cast.frontline, "pass_on", unit=str(owner.unit_id), member=str(owner.id))
    journey.step(owner, "accept", mode="independent", depth="standard", plan="调取退款记录。")
    if not journey.complaint.categories:
        journey.step(owner, "correct_record", categories=["24"], reason="归类")
    return journey.step(owner, "find_founded", bases=["law.consumer"], **REPORT)


def marked(journey: Journey, **marks: Any) -> Journey:
    """The same case with marks or a grade set by the supervisor's assessment."""
    return journey.step(journey.cast.supervisor, "assess_and_grade", **{**ASSESSMENT, "reason": "复评", **marks})
