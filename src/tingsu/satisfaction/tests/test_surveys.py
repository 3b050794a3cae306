"""A survey from plan to result: drawn by the system, asked by letter and telephone, answered once, counted without names (SC-05 to SC-07)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tingsu.aftercare.models import ResultNotice
from tingsu.aftercare.tests.rounds import notified
from tingsu.desk.tests.cases import a_case
from tingsu.kernel.clock import local_date, travel_to
from tingsu.kernel.erasing import erase
from tingsu.kernel.errors import ConditionsUnmet, NotAllowed
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import lock_chain
from tingsu.letters.models import Letter
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers
from tingsu.satisfaction import answering, closing, framing, inviting, loyalty, results, shown
from tingsu.satisfaction.models import Answer, Frame, Invitation
from tingsu.satisfaction.tests.asked import ANSWERS, MAIL, State, asked, plan, planned

pytestmark = pytest.mark.django_db


@pytest.mark.req("SC-05", "SC-06", "SC-14", "SC-13")
def test_a_survey_is_drawn_asked_by_letter_and_answered_once(cast: Cast) -> None:
    survey = planned(cast)
    with survey.at(), MAIL:
        survey.step("draw")
        codes, row = survey.entry.codes, survey.row
        assert (codes["frame_size"], codes["sample_size"], codes["version"], codes["group"]) == (1, 1, 0, "everybody")
        assert (row.place, row.state, row.complaint_id) == (1, State.DRAWN, survey.journey.complaint.pk)
        assert (row.channel, row.handler_id, row.department_id) == (
            row.complaint.channel,
            row.complaint.owner_id,
            row.complaint.department_id,
        )
        assert inviting.drawn_again(survey.entry) is True
        until = local_date(survey.journey.at, "Asia/Shanghai") + timedelta(days=14)
        survey.step("ask", until=until.isoformat())
        assert inviting.invite_all(survey.entry.pk) == 1
        assert inviting.invite_all(survey.entry.pk) == 0, "nobody is invited twice"
        letter = Letter.objects.get(template="survey_invitation")
        assert (letter.stream_id, letter.party_id, survey.row.state) == (row.complaint_id, row.party_id, State.INVITED)
        survey.journey.deliver_letters()
        letter.refresh_from_db()
        assert survey.path in letter.stream.key().open(letter.body, f"letter:{letter.pk}:body")
        page = Client().get(survey.path).content.decode()
        for words in ("投诉处理及时性", "问题解决有效性", "沟通态度与方式", "补偿与回馈满意度", "不再邀请我"):
            assert words in page, words
        assert Invitation.objects.get().state == State.INVITED, "looking changes nothing"
        empty = Client().post(survey.path, {"comment": "只写一句"})
        assert empty.status_code == 422
        assert "只写一句" in empty.content.decode()
        for wrong in (
            {"x-timeliness": "6"},
            {"x-timeliness": "0"},
            {"x-timeliness": "²"},
            {"x-again": "2"},
            {"comment": "长" * 2001},
        ):
            assert Client().post(survey.path, {**ANSWERS, **wrong}).status_code == 422, wrong
        assert not Answer.objects.exists()
        assert Client().post(survey.path, ANSWERS).status_code == 200
        made = Answer.objects.get()
        assert made.values == {
            "timeliness": {"x": 5},
            "effectiveness": {"x": 4},
            "attitude": {"x": 5},
            "redress": {"x": 2},
            "again": {"x": 1},
        }
        assert (made.pk, made.way, made.late, made.entered_by, made.handler_id) == (
            row.pk,
            "link",
            False,
            None,
            row.handler_id,
        )
        assert not hasattr(made, "complaint_id"), "figures are counted without a case"
        assert Client().post(survey.path, ANSWERS).status_code == 410
        assert Answer.objects.count() == 1
        found = results.of_survey(survey.entry)
        assert found.index.value == pytest.approx(0.25 * 100 + 0.35 * 75 + 0.20 * 100 + 0.20 * 25)
        assert (found.again.part, found.again.whole) == (1, 1)


@pytest.mark.req("SC-05", "SC-14")
def test_who_is_not_drawn(cast: Cast) -> None:
    journey = notified(cast, email="chen.xiaoyu@example.com")
    day = local_date(journey.at, "Asia/Shanghai")

    def drawn(**changes: Any) -> int:
        asked_for = {"first": day, "last": day, "group": "everybody", "version": 0, **changes}
        with travel_to(journey.at):
            return len(framing.frame(**asked_for))

    assert drawn() == 1
    assert drawn(first=day - timedelta(days=9), last=day - timedelta(days=1)) == 0, "told before or after the period"
    assert drawn(group="dealer") == 0
    assert drawn(group="end") == 1, "a customer type that was not recorded counts as an end customer"
    complaint, party = journey.complaint, journey.complaint.parties.get(role="complainant")
    entry = plan(cast, journey.at)
    for model, row, changes in (
        (type(complaint), complaint, {"anonymous": True}),
        (type(complaint), complaint, {"kind": "report"}),
        (type(party), party, {"phone_index": None, "email_index": None}),
        (type(party), party, {"erased_at": journey.at}),
        (ResultNotice, ResultNotice.of(complaint)[0], {"superseded_at": journey.at}),
    ):
        before = {name: getattr(row, name) for name in changes}
        model.objects.filter(pk=row.pk).update(**changes)
        assert drawn() == 0, changes
        model.objects.filter(pk=row.pk).update(**before)
    assert drawn() == 1
    earlier = Invitation(entry=entry, complaint=complaint, party_id=new_id(), place=1, phone_index=party.phone_index)
    earlier.invited_at = journey.at - timedelta(days=179)
    earlier.save(force_insert=True)
    assert drawn() == 0, "asked within the time of the rulebook"
    Invitation.objects.update(invited_at=journey.at - timedelta(days=181))
    assert drawn() == 1
    Invitation.objects.update(state=State.REFUSED)
    assert drawn() == 0, "never again"
    with travel_to(journey.at), pytest.raises(ConditionsUnmet):
        take_step(actor=cast.qa.actor, entry=entry, register=registers()["survey"], step="draw")
    assert not Frame.objects.exists(), "a survey of nobody is not drawn"


@pytest.mark.req("SC-05")
def test_a_person_with_two_cases_is_drawn_by_the_newer_one(cast: Cast) -> None:
    journey = notified(cast, email="chen.xiaoyu@example.com")
    day, notice = local_date(journey.at, "Asia/Shanghai"), ResultNotice.of(journey.complaint)[0]
    with travel_to(journey.at):
        newer = a_case(cast.frontline)
    party = newer.parties.get(role="complainant")
    party.phone_index = journey.complaint.parties.get(role="complainant").phone_index
    party.save()
    notice.pk, notice.complaint_id = new_id(), newer.pk
    ResultNotice.objects.bulk_create([notice])
    with travel_to(journey.at):
        assert [one.complaint_id for one in framing.frame(day, day, "everybody", 0)] == [newer.pk]
        party.phone_index = party.email_index = b"another"
        party.save()
        assert len(framing.frame(day, day, "everybody", 0)) == 2


@pytest.mark.req("SC-05")
def test_a_refusal_is_kept_and_a_link_ends(cast: Cast) -> None:
    survey = asked(cast)
    assert Client().get("/q/aaaaaaaaaaaaaaaa/").status_code == 410
    with survey.at(14):
        assert Client().get(survey.path).status_code == 200
    with survey.at(45):
        assert Client().post(survey.path, ANSWERS).status_code == 410, "late answers are taken for thirty days"
    assert not Answer.objects.exists()
    with survey.at(1):
        assert "不会再邀请您" in Client().post(survey.path, {"do": "refuse"}).content.decode()
        assert survey.row.state == State.REFUSED
        assert Client().post(survey.path, ANSWERS).status_code == 410
    with survey.at(8), MAIL:
        assert inviting.remind_all() == 0


@pytest.mark.req("SC-05")
def test_one_reminder_then_the_end_and_late_answers_are_marked(cast: Cast) -> None:
    survey = asked(cast)
    with survey.at(6), MAIL:
        assert inviting.remind_all() == 0
    with survey.at(7), MAIL:
        assert inviting.remind_all() == 1
        assert inviting.remind_all() == 0
    letters = Letter.objects.filter(template="survey_reminder")
    assert letters.count() == 1
    with survey.at(14):
        assert closing.close_ended() == 0, "the last day is still a day of answers"
    with survey.at(15):
        assert closing.close_ended() == 1
        survey.entry.refresh_from_db()
        assert (survey.entry.state, survey.entry.codes["answers"]) == ("closed", 0)
        assert Client().post(survey.path, ANSWERS).status_code == 200
        assert Answer.objects.get().late is True
        assert results.of_survey(survey.entry).index.number == 0, "no part of the index"
        assert results.response(survey.entry).late == 1


@pytest.mark.req("SC-05", "SC-14")
@pytest.mark.parametrize("method", ["link", "phone"])
def test_who_was_drawn_and_may_not_be_asked_any_more_is_left_out(cast: Cast, method: str) -> None:
    survey = planned(cast, method=method)
    with survey.at(), MAIL:
        survey.step("draw")
        survey.step("ask", until=(local_date(survey.journey.at, "Asia/Shanghai") + timedelta(days=14)).isoformat())
        row, notice = survey.row, ResultNotice.objects.filter(complaint_id=survey.row.complaint_id)
        other = Invitation(entry=plan(cast, survey.journey.at), complaint=row.complaint, party_id=row.party_id, place=1)
        other.phone_index = row.phone_index
        other.save(force_insert=True)

        def left_out() -> str:
            inviting.invite_all(survey.entry.pk)
            found = survey.row
            Invitation.objects.filter(pk=row.pk).update(state=State.DRAWN, why="")
            assert found.invited_at is None
            return found.why if found.state == State.LEFT_OUT else found.state

        notice.update(superseded_at=survey.journey.at)
        assert left_out() == "no_result"
        notice.update(superseded_at=None)
        Invitation.objects.filter(pk=other.pk).update(state=State.REFUSED)
        assert left_out() == "refused"
        Invitation.objects.filter(pk=other.pk).update(state=State.CALL, invited_at=survey.journey.at)
        assert left_out() == "lately", "another survey, drawn before this one had asked"
        Invitation.objects.filter(pk=other.pk).update(invited_at=survey.journey.at - timedelta(days=181))
        inviting.invite_all(survey.entry.pk)
        assert survey.row.state == (State.CALL if method == "phone" else State.INVITED)


@pytest.mark.req("SC-11")
def test_figures_leave_by_approval_of_another_for_an_audience_from_a_day_on(cast: Cast) -> None:
    from tingsu.satisfaction import releasing

    survey = asked(cast)
    with survey.at(1):
        Client().post(survey.path, ANSWERS)
        survey.step("end", cast.supervisor)
        ended_on = local_date(survey.journey.at, "Asia/Shanghai") + timedelta(days=1)
        assert answering.last_day(survey.entry) < ended_on, "what comes after it is late"
        day = local_date(survey.journey.at, "Asia/Shanghai") + timedelta(days=3)
        survey.step(
            "propose", cast.supervisor, audience=["customers"], message="谢谢各位的评价。", release_on=day.isoformat()
        )
        with pytest.raises(ConditionsUnmet):
            survey.step("approve", cast.supervisor)
        assert releasing.released("customers", on=day) == []
        with pytest.raises(NotAllowed):
            survey.step("approve", cast.qa)
        survey.step("approve", cast.mgmt_rep)
        assert releasing.released("customers", on=day - timedelta(days=1)) == []
        assert releasing.released("employees", on=day) == []
        (told,) = releasing.released("customers", on=day)
        assert (told.message, told.index.number, told.index.value) == ("谢谢各位的评价。", None, None), (
            "one answer points at a person"
        )


@pytest.mark.req("SC-13", "PS-17", "MO-13")
def test_erasing_the_case_empties_what_a_survey_keeps_of_the_person_and_leaves_the_numbers(
    cast: Cast, sign_in: Any
) -> None:
    survey = asked(cast)
    path = survey.path
    with survey.at(1):
        Client().post(path, ANSWERS)
        page = f"/desk/records/survey/{survey.entry.number}/"
        assert "回访很及时。" in sign_in(cast.qa).get(page).content.decode()
        with transaction.atomic():
            chain = lock_chain(survey.row.complaint_id)
            erase(chain, actor=cast.dso.actor, at=survey.journey.at, data={"why": "test"})
            chain.flush()
        row = survey.row
        assert (row.comment, row.token, row.phone_index, row.email_index) == (None, None, None, None)
        assert Answer.objects.count() == 1
        assert "回访很及时。" not in sign_in(cast.qa).get(page).content.decode()
        assert Client().get(path).status_code == 410


@pytest.mark.req("SC-13")
def test_who_sees_answers_by_handler(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    survey = asked(cast)
    seen: list[str] = []
    monkeypatch.setattr(results, "told_apart", lambda _entry, by: seen.extend(by) or {})
    for who, sees in ((cast.qa, True), (cast.supervisor, True), (cast.auditor, False)):
        seen.clear()
        shown.context(who.actor, survey.entry)
        assert ("handler_id" in seen, "department_id" in seen) == (sees, True), who.id


@pytest.mark.req("SC-05", "SC-13", "invariant-13")
def test_the_page_of_a_survey_asks_no_more_for_more_answers(cast: Cast, sign_in: Any) -> None:
    survey = asked(cast, method="phone", callers=[str(cast.qa.id)])
    page, browser = f"/desk/records/survey/{survey.entry.number}/", sign_in(cast.supervisor)
    elsewhere: dict[str, Any] = dict.fromkeys(("channel", "grade", "outcome"), "another")
    elsewhere |= dict.fromkeys(("department_id", "supplier_id", "handler_id"), new_id())
    asked_for = []
    with survey.at():
        for number in (0, 40):
            Answer.objects.bulk_create(
                Answer(
                    survey_id=survey.entry.pk,
                    way="link",
                    values={"timeliness": {"x": 4}},
                    answered_on="2026-03-01",
                    **elsewhere,
                )
                for _one in range(number)
            )
            browser.get(page)
            with CaptureQueriesContext(connection) as queries:
                content = browser.get(page).content.decode()
            asked_for.append(len(queries))
    assert asked_for[0] == asked_for[1]
    assert "75.0" in content
    assert survey.row.complaint.number in content, "whom to call"


@pytest.mark.req("KP-14")
def test_who_would_use_us_again_is_counted_for_the_indicator(cast: Cast, sign_in: Any) -> None:
    survey = asked(cast)
    with survey.at(1), MAIL:
        assert Client().post(survey.path, ANSWERS).status_code == 200
        on = Answer.objects.get().answered_on
        more: list[tuple[dict[str, Any], bool, Any]] = [
            ({"again": {"x": 0}}, False, on), ({"again": {"x": 1}}, True, on), ({"timeliness": {"x": 5}}, False, on),
            ({"again": {"x": 1}}, False, on - timedelta(days=1)),
        ]  # fmt: skip
        for values, late, day in more:
            Answer(
                id=uuid.uuid4(), survey_id=survey.entry.pk, way="link", late=late, values=values, answered_on=day
            ).save(force_insert=True)
        assert loyalty.again(on, on + timedelta(days=1)) == (1, 2), "in time, asked that question, on these days"
        assert loyalty.again(on - timedelta(days=1), on) == (1, 1)
        assert loyalty.again(on + timedelta(days=1), on + timedelta(days=30)) == (0, 0), "nobody answered: no rate"
        picture = sign_in(cast.supervisor).get(f"/desk/surveys/{survey.entry.number}/chart.svg")
        assert picture.headers["Content-Type"].startswith("image/svg+xml")
        assert sign_in(cast.frontline).get(f"/desk/surveys/{survey.entry.number}/chart.svg").status_code == 403
