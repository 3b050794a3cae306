"""What somebody may try against the rules of money and decisions, on the page and as a program: refused, and nothing half done."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from tests.cast import LONG_AGO, Cast
from tingsu.api.tokens import issue_token
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.models import Event
from tingsu.kernel.tenancy import acting_for
from tingsu.people.access import actor_of
from tingsu.people.directory import forget_cached
from tingsu.people.models import Member, Post
from tingsu.settlement import queries
from tingsu.settlement.models import Approval
from tingsu.settlement.tests.journey import Journey, handled

ALL = ("complaints:read", "complaints:write", "complaints:decide")


def submitted(cast: Cast, amount: int = 6_000_00) -> Journey:
    journey = handled(cast)
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=amount))
    return journey.step(journey.owner, "submit_solution")


def second_hat(cast: Cast, who: str, role: str) -> None:
    """The same person with a post of another role."""
    member = Member.objects.get(pk=getattr(cast, who).id)
    Post.objects.create(member=member, unit=cast.units["centre"], role=role, staff_level="coach", since=LONG_AGO)
    forget_cached()


def standing(journey: Journey) -> tuple[Any, ...]:
    row = Complaint.objects.get(pk=journey.complaint.pk)
    return (row.state, row.version, Event.objects.filter(stream_id=row.pk).exclude(kind__contains="attempt").count())


@pytest.mark.req("G8", "RM-10")
def test_a_second_hat_approves_nothing_of_the_first(cast: Cast, client: Any, sign_in: Any) -> None:
    """The owner of a case is made supervisor too, and tries it on the page, by the API and through the actor of both posts."""
    journey = submitted(cast)
    second_hat(cast, "specialist2", "supervisor")
    both = actor_of(Member.objects.get(pk=cast.specialist2.id))
    assert {"specialist", "supervisor"} <= both.roles
    before = standing(journey)
    _token, secret = issue_token(
        actor=automation("test", cast.organisation_id),
        name="hat",
        scopes=ALL,
        roles=both.roles,
        acts_for=cast.specialist2.id,
    )
    with travel_to(journey.at):
        assert "own_solution" in journey.refusal(both, "approve")
        sign_in(cast.specialist2)
        page = client.post(f"/desk/cases/{journey.complaint.number}/steps/approve/", {"reason": "自己批"})
        assert page.status_code in {403, 409, 422}
        address = f"/api/v1/complaints/{journey.complaint.number}/steps/approve"
        asked = client.post(
            address,
            {"reason": "自己批"},
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        assert asked.status_code in {403, 409, 422}, asked.content
    assert standing(journey) == before
    assert Approval.objects.get().decision == ""
    journey.step(cast.supervisor, "approve")


@pytest.mark.req("RM-10", "FB-04")
def test_a_second_hat_verifies_nothing_that_the_first_carried_out(cast: Cast) -> None:
    journey = handled(cast).offered().opinion()
    journey.step(journey.owner, "agree")
    item = str(journey.complaint_items()[0].pk)
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")
    second_hat(cast, "specialist2", "qa")
    both = actor_of(Member.objects.get(pk=cast.specialist2.id))
    assert journey.refusal(both, "verify_item", item=item, remark="自验")
    journey.step(cast.supervisor, "verify_item", item=item, remark="核对回单")


@pytest.mark.req("RM-08")
@pytest.mark.parametrize(
    "amount", ["-1", "0.001", "1e9", "1000000000", "１０亿", 10**11, -1, "0", "一百", "NaN", "１００。５０元左右"]
)
def test_no_amount_that_is_none_gets_into_a_solution(cast: Cast, amount: str | int) -> None:
    journey = handled(cast)
    values = journey.solution()
    values["remedies"][0]["amount"] = amount
    before = standing(journey)
    with pytest.raises(TingsuError) as refused:
        journey.step(journey.owner, "draft_solution", **values)
    assert (refused.value.status, str(refused.value) != "") == (422, True)
    assert standing(journey) == before
    assert queries.latest_solution(journey.complaint) is None


@pytest.mark.req("RM-08")
@pytest.mark.parametrize("amount", ["１００.００", "￥100", "100元"])
def test_an_amount_typed_as_people_type_it_is_the_same_amount(cast: Cast, amount: str) -> None:
    journey = handled(cast)
    values = journey.solution()
    values["remedies"][0]["amount"] = amount
    journey.step(journey.owner, "draft_solution", **values)
    assert queries.latest_solution(journey.complaint).total_fen == 100_00


@pytest.mark.req("FB-08", "SZ 6(9)")
def test_a_refused_case_is_not_closed_by_any_door(cast: Cast, client: Any, sign_in: Any) -> None:
    journey = handled(cast).offered().opinion("disagree", text="不同意")
    journey.step(journey.owner, "no_agreement", reason="不接受")
    assert journey.complaint.state == "external_route"
    before = standing(journey)
    _token, secret = issue_token(
        actor=automation("test", cast.organisation_id),
        name="close",
        scopes=ALL,
        roles=cast.supervisor.actor.roles,
        acts_for=cast.supervisor.id,
    )
    with travel_to(journey.at):
        for step in ("close", "archive", "agree", "send_solution", "verify_execution", "notify_result"):
            for person in (journey.owner, cast.supervisor, cast.top_mgmt):
                with pytest.raises(TingsuError):
                    journey.step(person, step)
            asked = client.post(
                f"/api/v1/complaints/{journey.complaint.number}/steps/{step}", {}, content_type="application/json",
                headers={"Authorization": f"Bearer {secret}"},
            )  # fmt: skip
            assert 400 <= asked.status_code < 500
    assert standing(journey)[:2] == before[:2]


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("RM-10")
def test_two_who_decide_at_once_make_one_decision(cast: Cast, organisation: Any) -> None:
    journey = submitted(cast)

    def decide(person: Any, step: str, values: dict[str, Any]) -> str:
        try:
            with acting_for(organisation.pk), travel_to(journey.at):
                from tingsu.complaints.actions import take_step

                take_step(actor=person.actor, complaint_id=journey.complaint.pk, step=step, values=values)
        except TingsuError as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(decide, cast.supervisor, "approve", {}),
            pool.submit(decide, cast.mgmt_rep, "refuse_solution", {"reason": "不妥"}),
        ]
        results = sorted(job.result() for job in jobs)
    assert results.count("done") == 1
    kinds = ("complaint.solution_approved", "complaint.solution_not_approved")
    assert Event.objects.filter(kind__in=kinds).count() == 1
    row = Approval.objects.get()
    assert {"approved": "approved", "refused": "rejected"}[row.decision] == queries.latest_solution(
        journey.complaint
    ).state
