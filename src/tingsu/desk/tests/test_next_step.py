"""What comes next on a case follows from its parts: the solid button for each situation and reader, as a table."""

import pytest

from tingsu.desk import cases
from tingsu.kernel.clock import travel_to
from tingsu.settlement.tests.journey import handled, registered
from tingsu.settlement.tests.test_execution import executing

AMOUNT = 6_000_00


def drafted(cast):
    journey = handled(cast)
    return journey.step(journey.owner, "draft_solution", **journey.solution(amount=AMOUNT))


def submitted(cast):
    journey = drafted(cast)
    return journey.step(journey.owner, "submit_solution")


def approved(cast):
    return submitted(cast).step(cast.mgmt_rep, "approve")


def returned(cast):
    return submitted(cast).step(cast.mgmt_rep, "return_solution", reason="金额过高")


def asked(cast):
    journey = handled(cast)
    unit = str(cast.units["logistics"].pk)
    return journey.step(journey.owner, "department_task", unit=unit, request="签收？", kind="facts")


def answered(cast):
    journey = asked(cast)
    task = next(code for code, _label in cases_tasks(journey))
    return journey.step(
        cast.dept, "answer_task", task=task, answer="已签收", conclusion="属实", responsible="department", spoke="not"
    )


def cases_tasks(journey):
    from tingsu.casework.steps.tasks import tasks

    return tasks(journey.complaint)


def offered(cast):
    return handled(cast).offered()


def refused(cast):
    return offered(cast).opinion("disagree", negotiable=True)


def passed_on(cast):
    return registered(cast).step(
        cast.frontline, "pass_on", unit=str(cast.specialist.unit_id), member=str(cast.specialist.id)
    )


def done(cast):
    journey, item = executing(cast)
    return journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")


def told(cast):
    journey = handled(cast).evaluated()
    return journey.step(journey.owner, "notify_result", notice="已退款。").deliver_letters()


def called(cast):
    journey = told(cast)
    values = {"reached": "yes", "means": "phone", "process_answer": "满意", "result_answer": "收到"}
    return journey.step(cast.supervisor, "callback", **values)


@pytest.mark.parametrize(
    ("situation", "reader", "main", "beside"),
    [
        (registered, "frontline", "pass_on", {"solve_directly"}),
        (passed_on, "specialist", "accept", {"refuse_transfer"}),
        (handled, "specialist2", "draft_solution", set()),
        (drafted, "specialist2", "submit_solution", {"draft_solution"}),
        (submitted, "mgmt_rep", "approve", {"return_solution", "refuse_solution"}),
        (submitted, "specialist2", "", set()),
        (approved, "specialist2", "send_solution", {"draft_solution"}),
        (returned, "specialist2", "draft_solution", set()),
        (asked, "dept", "accept_task", {"answer_task"}),
        (answered, "dept", "", set()),
        (offered, "specialist2", "record_opinion", set()),
        (refused, "specialist2", "revise", {"record_opinion"}),
        (lambda cast: executing(cast)[0], "specialist2", "finish_item", set()),
        (done, "supervisor", "verify_item", set()),
        (done, "specialist2", "", set()),
        (told, "specialist2", "callback", set()),
        (called, "specialist2", "close", set()),
    ],
)
def test_the_next_step_is_chosen_from_what_waits_on_the_case(cast, situation, reader, main, beside):
    journey = situation(cast)
    with travel_to(journey.at):
        found = cases.buttons_of(getattr(cast, reader).actor, journey.complaint, journey.at)
    assert (found.main.step.name if found.main else "") == main
    assert beside <= {button.step.name for button in found.side}
    shown = {button.step.name for button in (*found.side, *found.more, *found.blocked, *found.waiting)}
    assert main not in shown


@pytest.mark.req("FB-04")
def test_whoever_carried_out_all_that_waits_is_told_at_the_button_that_others_verify_it(cast):
    journey = done(cast)
    with travel_to(journey.at):
        mine, theirs = (
            {
                one.step.name: one.reasons
                for one in (*found.blocked, *found.waiting)
                if one.step.name in {"verify_item", "verify_execution"}
            }
            for found in (
                cases.buttons_of(person.actor, journey.complaint, journey.at)
                for person in (journey.owner, cast.supervisor)
            )
        )
    assert any("执行人以外" in reason for reason in mine["verify_item"])
    assert set(theirs) == {"verify_execution"}


def test_every_blocked_step_says_why(cast):
    journey = handled(cast)
    with travel_to(journey.at):
        found = cases.buttons_of(journey.owner.actor, journey.complaint, journey.at)
    blocked = {button.step.name: button.reasons for button in (*found.blocked, *found.waiting)}
    assert {"submit_solution", "send_solution", "finish_item"} & set(blocked) >= {"submit_solution", "send_solution"}
    assert all(blocked.values())
    assert len(blocked["send_solution"]) > 1
