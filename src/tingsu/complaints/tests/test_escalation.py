"""A complaint climbs its ladder: by the sweep, by hand, by a refused handover, by supervision; and what people see of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.approving import approve_all
from tests.cast import Cast
from tingsu.clocks import queries
from tingsu.clocks.actions import take_up
from tingsu.clocks.ladder import KIND
from tingsu.clocks.models import Escalation
from tingsu.clocks.tasks import sweep_organisation
from tingsu.clocks.verify_ladder import escalations_and_their_events
from tingsu.complaints.access import visible_to
from tingsu.complaints.ladder import LADDER
from tingsu.complaints.models import Complaint
from tingsu.complaints.verify import rebuild_complaints
from tingsu.intake.tests.test_register_complaint import MONDAY
from tingsu.intake.tests.test_register_complaint import registered as register
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.letters import actions as letters
from tingsu.letters.models import Letter, Notice
from tingsu.process.escalated import escalated_to
from tingsu.triage.tests.cases import graded, registered, step
from tingsu.triage.tests.test_pages import posted

LATE = MONDAY + timedelta(minutes=6)


def called(complaint: Complaint, kind: str = "escalation.called") -> set:
    return set(Notice.objects.filter(stream_id=complaint.pk, kind=kind).values_list("member_id", flat=True))


def last(complaint: Complaint, kind: str = "complaint.escalated") -> Event:
    return Event.objects.filter(stream_id=complaint.pk, kind=kind).latest("seq")


def stands(complaint: Complaint) -> None:
    """The ledger tells the row and the escalation as they are (invariant 2)."""
    history = {complaint.pk: list(Event.objects.filter(stream_id=complaint.pk).order_by("seq"))}
    assert [finding.sentence for finding in rebuild_complaints(history)] == []
    assert [finding.sentence for finding in escalations_and_their_events()] == []


@pytest.mark.req("SL-15", "AS-07")
def test_after_a_breach_the_next_level_is_really_told_and_stays_called(cast: Cast, settings, client: Client) -> None:
    settings.EMAIL_HOST = "smtp.example.com"
    made = register(cast)
    with travel_to(LATE):
        sweep_organisation()
    made.refresh_from_db()
    event = last(made)
    said = event.data["escalation"]
    assert (event.data["set"]["escalation_level"], made.escalation_level) == ([1, 2], 2)
    assert (said["trigger"], said["timer"], said["to"]) == ("breach", "acknowledgement", [2, "specialist"])
    (told,) = called(made)
    assert told in {cast.specialist.id, cast.specialist2.id}
    assert called(made, "escalation.raised") == {made.owner_id}
    letter = Letter.objects.select_related("stream").get(stream_id=made.pk, template="escalated")
    message, _version = letters.compose(letter)
    assert letter.member_id == told
    assert made.number in message.body
    assert f"/desk/cases/{made.number}/" in message.body
    # Four working hours later nobody has taken it up: the supervisor is told, and the specialist stays called.
    due = Escalation.objects.get(stream_id=made.pk).next_at
    with travel_to(due - timedelta(seconds=1)):
        sweep_organisation()
    assert cast.supervisor.id not in called(made)
    with travel_to(due):
        sweep_organisation()
    made.refresh_from_db()
    assert called(made) == {told, cast.supervisor.id}
    assert set(queries.called_for(made.pk)) == {told, cast.supervisor.id}
    assert (made.escalation_level, last(made).data["escalation"]["trigger"]) == (3, "unanswered")
    stands(made)


@pytest.mark.req("E08", "AS-08")
def test_by_hand_the_next_level_is_told_with_the_reason(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    version = complaint.version
    complaint = step(cast.frontline, complaint, "escalate", reason="顾客情绪激动")
    event = last(complaint)
    said = event.data["escalation"]
    assert (said["trigger"], said["from"], said["to"]) == ("hand", [1, "frontline"], [2, "specialist"])
    assert (event.actor_id, event.data["set"]["escalation_level"]) == (cast.frontline.id, [1, 2])
    assert texts_of([event])[event.pk] == {"reason": "顾客情绪激动"}
    assert complaint.version == version + 1
    assert len(called(complaint)) == 1
    stands(complaint)


@pytest.mark.req("AS-07")
def test_whoever_had_the_case_before_is_kept_informed(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    complaint = step(cast.supervisor, complaint, "assign", member=str(cast.frontline2.id))
    complaint = step(cast.frontline2, complaint, "escalate", reason="久拖")
    assert called(complaint, "escalation.raised") == {cast.frontline.id}, "who escalates is told of nothing new"
    step(cast.supervisor, complaint, "supervise", reason="督办")
    assert called(complaint, "escalation.raised") == {cast.frontline.id, cast.frontline2.id}


@pytest.mark.req("AS-01")
def test_the_third_refused_handover_goes_to_the_supervisor_for_a_ruling(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    for refusals in (1, 2, 3):
        complaint = step(cast.frontline, complaint, "transfer", member=str(cast.specialist.id), note="请接手")
        complaint = step(cast.specialist, complaint, "refuse_transfer", reason="不属本组")
        assert (cast.supervisor.id in called(complaint)) == (refusals == 3)
        assert complaint.escalation_level == (3 if refusals == 3 else 1)
    said = last(complaint, "complaint.handover_refused").data["escalation"]
    assert (said["trigger"], said["to"], said["members"]) == ("refused", [3, "supervisor"], [str(cast.supervisor.id)])
    stands(complaint)


@pytest.mark.req("E09", "AS-12")
@pytest.mark.parametrize(("before", "after"), [(0, 3), (1, 3), (2, 3), (3, 4)])
def test_supervision_goes_to_the_centre_head_and_never_down(cast: Cast, before: int, after: int) -> None:
    complaint = registered(cast.frontline)
    for _level in range(before):
        complaint = step(cast.frontline, complaint, "escalate", reason="久拖")
    complaint = step(cast.supervisor, complaint, "supervise", reason="督办")
    assert (complaint.supervised, complaint.escalation_level) == (True, after)
    if before < 2:  # whoever supervises has taken it up by doing so
        row = Escalation.objects.get(stream_id=complaint.pk)
        assert (row.taken_by, row.next_at) == (cast.supervisor.id, None)
        assert cast.supervisor.id not in called(complaint)
    stands(complaint)


@pytest.mark.req("AS-12")
def test_a_third_complaint_calls_the_centre_head_as_it_is_registered(cast: Cast) -> None:
    first = register(cast)
    second = register(cast, repeats=first.number)
    third = register(cast, repeats=second.number)
    assert called(first) == called(second) == set()
    assert (third.escalation_level, called(third)) == (3, {cast.supervisor.id})
    said = last(third, "complaint.registered").data["escalation"]
    assert (said["trigger"], said["from"], said["to"]) == ("repeated", [1, "frontline"], [3, "supervisor"])
    assert queries.called_for(third.pk) == [cast.supervisor.id]
    stands(third)


@pytest.mark.req("AS-07", "PS-11")
def test_whoever_is_told_may_see_the_case_and_nobody_else_of_their_role(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    for _level in range(2):
        complaint = step(cast.frontline, complaint, "escalate", reason="久拖")
    assert complaint not in visible_to(cast.function.actor)
    complaint = step(cast.frontline, complaint, "escalate", reason="久拖")
    assert called(complaint) >= {cast.function.id}
    assert complaint in visible_to(cast.function.actor)
    assert complaint not in visible_to(cast.mediator.actor)
    assert complaint not in visible_to(cast.dept.actor)


@pytest.mark.req("AS-07")
def test_an_escalation_stands_in_my_work_and_on_the_case_and_is_taken_up_with_one_click(cast: Cast, sign_in) -> None:
    complaint = registered(cast.frontline)
    for _level in range(2):
        complaint = step(cast.frontline, complaint, "escalate", reason="久拖")
    address = reverse("clocks:take_up", args=[complaint.pk])
    case = reverse("desk:case", args=[complaint.number])
    other = sign_in(cast.frontline)
    other.cookies["tingsu_language"] = "en"
    page = other.get(case).content.decode()
    assert "the next level is told" in page
    assert "Agent 3001" in page
    assert address not in page
    assert "Escalated to you" not in other.get(reverse("desk:work")).content.decode()
    client = sign_in(cast.supervisor)
    client.cookies["tingsu_language"] = "en"
    work = client.get(reverse("desk:work")).content.decode()
    assert "Escalated to you" in work
    with override("en"):
        (duty,) = escalated_to(cast.supervisor.actor, now()).items
    level = "Level 3 · Supervisor or centre head"
    assert (duty.number, duty.note.startswith(level)) == (complaint.number, True), (
        "the matter leads, the level is beside it"
    )
    assert duty.title not in {"", level}
    assert "Level 3 · Supervisor or centre head" in work
    page = client.get(case).content.decode()
    assert address in page
    for words in ("Level 3 · Supervisor or centre head", "somebody escalates"):
        assert words in page, words
    assert client.get(address).status_code == 405
    answer = client.post(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, case)
    assert Escalation.objects.get(stream_id=complaint.pk).taken_by == cast.supervisor.id
    assert address not in client.get(case).content.decode()
    assert "Level 3 · Supervisor" not in client.get(reverse("desk:work")).content.decode()
    assert "taken up" in client.post(address, follow=True).content.decode()
    assert Event.objects.filter(stream_id=complaint.pk, kind="escalation.taken_up").count() == 1
    stands(complaint)


@pytest.mark.req("AS-07")
def test_another_escalation_after_it_was_taken_up_calls_the_level_above(cast: Cast, sign_in) -> None:
    complaint = registered(cast.frontline)
    for _level in range(2):
        complaint = step(cast.frontline, complaint, "escalate", reason="久拖")
    sign_in(cast.supervisor).post(reverse("clocks:take_up", args=[complaint.pk]))
    step(cast.frontline, complaint, "escalate", reason="恶化")
    row = Escalation.objects.get(stream_id=complaint.pk)
    assert (row.level, row.taken_at, row.is_waiting) == (4, None, True)
    assert queries.called_for(complaint.pk) == [cast.function.id]
    stands(complaint)


@pytest.mark.req("AS-07")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_ladder_is_shown_and_an_unchanged_draft_publishes(cast: Cast, sign_in, language: str) -> None:
    address = reverse(LADDER.url_name)
    assert sign_in(cast.frontline).get(address).status_code == 403
    client = sign_in(cast.supervisor)
    client.cookies["tingsu_language"] = language
    page = client.get(address).content.decode()
    assert ("处理中心负责人" in page) == (language == "zh-hans")
    assert client.get(f"{address}edit/").status_code == 200
    assert client.post(f"{address}edit/", posted(LADDER) | {"publish": "1"}).status_code == 303
    approve_all(cast)
    assert rulebooks.in_force(KIND).version == 1
    complaint = graded(cast.frontline, registered(cast.frontline))
    complaint = step(cast.frontline, complaint, "escalate", reason="久拖")
    assert last(complaint).data["escalation"]["ladder"] == 1
    assert complaint.escalation_level == 2


@pytest.mark.req("AS-07")
def test_a_changed_level_tells_somebody_else_and_a_wrong_draft_is_answered_in_words(cast: Cast, sign_in) -> None:
    address = f"{reverse(LADDER.url_name)}edit/"
    client = sign_in(cast.supervisor)
    client.cookies["tingsu_language"] = "en"
    wrong = client.post(address, posted(LADDER, **{"entry-1-code": "frontline"}) | {"publish": "1"})
    assert wrong.status_code == 422
    assert "Level 2: give it a code of its own" in wrong.content.decode()
    assert rulebooks.in_force(KIND).version == 0
    changes = {"entry-1-to.first": "role:coach", "entry-1-limit.amount": "2", "entry-1-limit.unit": "hour"}
    with travel_to(MONDAY - timedelta(days=1)):
        assert client.post(address, posted(LADDER, **changes) | {"publish": "1"}).status_code == 303
        approve_all(cast)
    with travel_to(MONDAY):
        complaint = register(cast)
        step(cast.frontline, complaint, "escalate", reason="久拖")
    assert called(complaint) == {cast.coach.id}
    assert Escalation.objects.get(stream_id=complaint.pk).next_at == MONDAY + timedelta(hours=2)


@pytest.mark.req("AS-07")
def test_what_is_taken_up_is_that_one_alone(cast: Cast) -> None:
    first, second = registered(cast.frontline), registered(cast.frontline, order_number="2", phone="13900009999")
    for each in (first, second):
        for _level in range(2):
            step(cast.frontline, each, "escalate", reason="久拖")
    take_up(actor=cast.supervisor.actor, stream_id=second.pk)
    taken = {row.stream_id: row.taken_by for row in Escalation.objects.all()}
    assert taken == {first.pk: None, second.pk: cast.supervisor.id}
    assert cast.supervisor.id in queries.called_for(first.pk)
