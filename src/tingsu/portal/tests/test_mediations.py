"""A mediation as its parties live it: named, invited, objected to, and its result read, also where it was promised after closing."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cast import Cast
from tests.standing import kept
from tingsu.aftercare.models import ReviewRequest
from tingsu.aftercare.tests.rounds import closed
from tingsu.casework import panels
from tingsu.casework.models import Mediation
from tingsu.casework.tests.cases import MEDIATED
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.complaints.waiting import duties_on_cases
from tingsu.desk.cases import buttons_of
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed, NotFound
from tingsu.letters.composing import compose
from tingsu.letters.models import Letter, Notice
from tingsu.people.queries import member_or_none, name_of, public_identity
from tingsu.portal.tests.case_pages import again, enter, see
from tingsu.settlement.tests.journey import RESPONDENT, Journey, handled

COURSE = "双方各陈述一次，言辞激烈"


def invitation(at: datetime, **changes: Any) -> dict[str, Any]:
    """An invitation for two days later, to the complainant."""
    later = (at + timedelta(days=2)).isoformat()
    return {
        "invited": ["complainant"],
        "held_at": later,
        "how": "电话调解，由我们拨打",
        "note": "请备好聊天记录",
    } | changes


@kept
def mediated(cast: Cast, **more: Any) -> Journey:
    journey = handled(cast, **more)
    return journey.step(journey.owner, "appoint_mediator", member=str(cast.mediator.id))


def page_of(client: Any, journey: Journey, role: str = "complainant") -> str:
    with travel_to(journey.at):
        enter(client, journey.complaint, role)
        return see(client)


def duties(person: Any, journey: Journey) -> list[str]:
    with travel_to(journey.at):
        found = duties_on_cases(person.actor, journey.at).items
    return [str(item.badge) for item in found if item.number == journey.complaint.number]


@pytest.mark.req("MD-06", "MD-07")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_complainant_reads_who_mediates_when_and_how_and_gets_it_in_writing(client, cast, language):
    client.cookies["tingsu_language"] = language
    journey = mediated(cast)
    who = public_identity(cast.mediator.id, language)
    named = page_of(client, journey)
    assert who in named
    assert ("调解时间尚未确定" in named) is (language == "zh-hans")
    journey.step(cast.mediator, "call_to_mediation", **invitation(journey.at))
    at = Mediation.objects.get().called_for
    assert at is not None
    page = page_of(client, journey)
    for words in (who, "电话调解，由我们拨打", "请备好聊天记录"):
        assert words in page, words
    hour = f"{at.astimezone(ZoneInfo('Asia/Shanghai')):%H:%M}"
    assert page.count(hour) >= 2, "the card and the invitation name the hour of the organisation"
    message, _version = compose(Letter.objects.get(template="mediation_call"))
    body = message.body
    for words in ("电话调解，由我们拨打", "请备好聊天记录", public_identity(cast.mediator.id, "zh-hans"), hour):
        assert words in body, words
    assert re.search(r"https?://\S+/c/", body), "they answer where they read"
    assert name_of(member_or_none(cast.mediator.id)) not in body + page
    told = Notice.objects.filter(kind="case.mediation_called").values_list("member_id", flat=True)
    assert list(told) == [journey.complaint.owner_id], "the other of the two, and not who invited"


@pytest.mark.req("MD-06")
def test_each_invitation_is_a_letter_of_its_own_and_the_last_one_counts(cast):
    journey = mediated(cast, **RESPONDENT)
    journey.step(cast.mediator, "call_to_mediation", **invitation(journey.at, invited=["complainant", "respondent"]))
    first = Mediation.objects.get().called_for
    journey.at = journey.at.replace(microsecond=123456)  # a clock that is not of a test
    journey.step(journey.owner, "call_to_mediation", **invitation(journey.at + timedelta(days=1)))
    row = Mediation.objects.get()
    assert row.called_for is not None
    assert first is not None
    assert row.called_for > first
    assert Letter.objects.filter(template="mediation_call").count() == 3
    first_values = PROCESS["mediate"].first
    assert first_values is not None
    with travel_to(row.called_for - timedelta(minutes=1)):
        assert first_values(cast.mediator.actor, again(journey.complaint)) == {}
    with travel_to(row.called_for):
        proposed = first_values(cast.mediator.actor, again(journey.complaint))
    assert proposed == {"held_at": row.called_for, "means": "电话调解，由我们拨打"}
    shown = panels.mediation_context(cast.mediator.actor, again(journey.complaint))
    assert shown is not None
    assert shown["mediations"][0]["how"] == "电话调解，由我们拨打"
    journey.wait(hours=73).step(
        cast.mediator, "mediate", **{**MEDIATED, **proposed, "held_at": row.called_for.isoformat(), "result": "open"}
    )
    assert first_values(cast.mediator.actor, again(journey.complaint)) == {}, "that session is written down"


@pytest.mark.req("MD-06", "MD-07")
@pytest.mark.parametrize(
    ("who", "changes", "refused"),
    [
        ("mediator", {}, {}),
        ("owner", {}, {}),
        ("mediator", {"held_at": "2026-03-01 10:00"}, {"held_at": "in_past"}),
        ("mediator", {"invited": []}, {"invited": "required"}),
        ("mediator", {"invited": ["respondent"]}, {"invited": "invalid"}),
        ("mediator", {"how": "\u200b"}, {"how": "required"}),
        ("mediator", {"how": "〔地址〕"}, {"how": "placeholder"}),
        ("junior", {}, None),
        ("first", {}, None),
    ],
)
def test_who_invites_and_what_is_refused(cast: Cast, who: str, changes: dict, refused: dict | None) -> None:
    journey = mediated(cast)
    person = {
        "mediator": cast.mediator,
        "owner": journey.owner,
        "junior": cast.junior_mediator,
        "first": cast.frontline,
    }[who]
    values = invitation(journey.at, **changes)
    if refused is None:
        with pytest.raises((NotAllowed, NotFound)):
            journey.step(person, "call_to_mediation", **values)
    elif refused:
        with pytest.raises(InvalidInput) as wrong:
            journey.step(person, "call_to_mediation", **values)
        assert {name: one.code for name, one in wrong.value.fields.items()} == refused
    else:
        journey.step(person, "call_to_mediation", **values)
    assert (Mediation.objects.get().called_for is not None) is (refused == {})


@pytest.mark.req("MD-07")
@pytest.mark.parametrize(
    ("upheld", "reads"), [("yes", "您的异议成立，将更换调解员"), ("no", "您的异议已审查，调解员不更换")]
)
def test_a_party_objects_on_the_page_a_supervisor_decides_and_the_party_reads_it(client, cast, upheld, reads):
    journey = mediated(cast)
    page = page_of(client, journey)
    assert "/case/object/" in page
    with travel_to(journey.at):
        answer = client.post("/case/object/", {"text": "这位调解员和商家认识"})
    assert answer.status_code == 302
    journey.refresh()
    assert Notice.objects.filter(kind="case.mediator_objected", member_id=cast.supervisor.id).exists()
    assert duties(cast.supervisor, journey) == ["对调解员的异议待裁定"]
    assert "对调解员的异议待裁定" not in duties(journey.owner, journey)
    page = page_of(client, journey)
    assert "/case/object/" not in page, "one at a time"
    assert "由主管决定" in page
    assert journey.refusal(journey.party(), "object_to_mediator", words="再说一次") == {"objection_open"}
    complaint = Complaint.objects.select_related("stream").get(pk=journey.complaint.pk)
    with travel_to(journey.at):
        main = buttons_of(cast.supervisor.actor, complaint, journey.at).main
    assert main is not None
    assert main.step.name == "rule_on_mediator"
    assert main.step.first is not None
    assert main.step.first(cast.supervisor.actor, complaint) == {"objection": "这位调解员和商家认识"}
    journey.step(
        cast.supervisor,
        "rule_on_mediator",
        objection="这位调解员和商家认识",
        upheld=upheld,
        reason="内部核查记录",
        reply="我们核实过",
    )
    page = page_of(client, journey)
    assert reads in page
    assert "我们核实过" in page
    assert "内部核查记录" not in page, "the reason is for the file"
    assert duties(cast.supervisor, journey) == []
    assert ("/case/object/" in page) is (upheld == "no"), "a new reason may be said"


@pytest.mark.req("MD-06", "MD-08")
@pytest.mark.parametrize(
    ("result", "reads"),
    [
        ("agreed", "调解达成一致"),
        ("not_agreed", "调解未达成一致"),
        ("refused", "调解未能进行"),
        ("open", "调解继续进行"),
    ],
)
def test_the_result_and_the_agreement_stand_on_the_page_and_the_course_stands_in_the_record_alone(
    client, cast, result, reads
):
    journey = mediated(cast, **RESPONDENT)
    assert "/case/sign/mediation_record/" not in page_of(client, journey), "nobody signs an empty record"
    agreement = {"agreement": "退八成，七日内到账"} if result == "agreed" else {}
    journey.step(cast.mediator, "mediate", **{**MEDIATED, "content": COURSE}, result=result, **agreement)
    page = page_of(client, journey)
    assert reads in page
    assert "/case/sign/mediation_record/" in page
    assert ("退八成，七日内到账" in page) is (result == "agreed")
    for inside in (COURSE, MEDIATED["respondent_proposal"], MEDIATED["proposals"]):
        assert inside not in page, inside


@pytest.mark.req("MD-06")
@pytest.mark.parametrize("invited", [True, False])
def test_a_respondent_reads_of_a_mediation_only_when_invited(client, cast, invited):
    journey = mediated(cast, **RESPONDENT)
    sides = ["complainant", "respondent"] if invited else ["complainant"]
    journey.step(cast.mediator, "call_to_mediation", **invitation(journey.at, invited=sides))
    page = page_of(client, journey, "respondent")
    assert ("电话调解，由我们拨打" in page) is invited
    assert ("/case/object/" in page) is invited


@pytest.mark.req("FB-06")
def test_a_mediation_promised_after_closing_is_the_duty_of_whoever_has_the_follow_up(client, cast):
    """From the request in the closed case to the agreement in the one that carries it on."""
    journey = closed(cast)
    journey.step(journey.party(), "ask_review", kind="mediation", words="请居中调解", files=[])
    reviewer = next(one for one in cast._people.values() if one.id == ReviewRequest.objects.get().reviewer_id)
    follow_up = handled(cast)
    owner = follow_up.owner
    before = duties(owner, follow_up)
    journey.step(
        reviewer, "answer_review", result="mediation", answer="我们安排调解。", follow_up=follow_up.complaint.number
    )
    assert journey.complaint.state == "closed"
    assert follow_up.complaint.number in page_of(client, journey)
    assert duties(owner, follow_up) == [*before, "已承诺调解，待转调解"]
    complaint = Complaint.objects.select_related("stream").get(pk=follow_up.complaint.pk)
    with travel_to(follow_up.at):
        main = buttons_of(owner.actor, complaint, follow_up.at).main
    assert main is not None
    assert main.step.name == "appoint_mediator"
    follow_up.step(owner, "appoint_mediator", member=str(cast.mediator.id))
    assert duties(owner, follow_up) == before
    follow_up.step(cast.mediator, "call_to_mediation", **invitation(follow_up.at))
    follow_up.step(cast.mediator, "mediate", **MEDIATED, result="agreed", agreement="退八成，七日内到账")
    assert "退八成，七日内到账" in page_of(client, follow_up)
