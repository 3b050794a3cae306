"""Asking on the telephone: entered as such, by whom it was told to, by page and by program (SC-05, SC-14)."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.cast import Cast
from tingsu.api.tests.test_entries import issued
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.ids import new_id
from tingsu.letters.models import Letter
from tingsu.satisfaction import answering, inviting, results, shown
from tingsu.satisfaction.models import Answer
from tingsu.satisfaction.tests.asked import ANSWERS, MAIL, State, asked

pytestmark = pytest.mark.django_db


@pytest.mark.req("SC-05", "SC-14")
def test_what_is_told_on_the_telephone_is_entered_as_such_and_never_changed(cast: Cast, sign_in: Any) -> None:
    survey = asked(cast, method="phone", callers=[str(cast.frontline2.id)])
    assert not Letter.objects.filter(template="survey_invitation").exists()
    row = survey.row
    assert row.state == State.CALL
    given = answering.read(answering.questionnaire_of(survey.entry), ANSWERS)
    owner = next(one for one in cast._people.values() if one.id == row.complaint.owner_id)
    with survey.at():
        with pytest.raises(InvalidInput):
            answering.answer_by_phone(actor=cast.frontline2.actor, invitation_id=row.pk, given=given, recording=" ")
        with pytest.raises(ConditionsUnmet):
            answering.answer_by_phone(actor=owner.actor, invitation_id=row.pk, given=given, recording="录音 9")
        address = f"/desk/surveys/{survey.entry.number}/calls/1/"
        browser = sign_in(cast.frontline2)
        assert "投诉处理及时性" in browser.get(address).content.decode()
        assert browser.post(address, {"do": "missed"}).status_code == 303
        assert (survey.row.calls, survey.row.state) == (1, State.CALL)
        refused = browser.post(address, {**ANSWERS, "do": "answer"})
        assert refused.status_code == 422
        assert "回访很及时。" in refused.content.decode()
        good = {**ANSWERS, "do": "answer", "recording": "录音 17", "once": new_id().hex}
        assert [browser.post(address, good).status_code for _time in range(2)] == [303, 303], "sent twice, entered once"
        made = Answer.objects.get()
        assert (made.way, made.entered_by, made.recording) == ("phone", cast.frontline2.id, "录音 17")
        told = browser.get(f"/desk/records/survey/{survey.entry.number}/").content.decode()
        assert "指数" not in told, "whoever calls sees no figure"
        assert sign_in(cast.mediator).get(address).status_code in {403, 404}
        assert sign_in(cast.auditor).get(address).status_code == 403, "reads the survey, and does not call"
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("UPDATE satisfaction_answer SET late = true")


@pytest.mark.req("SC-05")
def test_three_calls_after_the_reminder_end_the_try_and_the_link_goes_on(cast: Cast) -> None:
    survey = asked(cast)
    with survey.at(7), MAIL:
        inviting.remind_all()
        for number in range(3):
            assert shown.callable_now(survey.entry).count() == 1, number
            answering.not_reached(actor=cast.qa.actor, invitation_id=survey.row.pk)
        assert not shown.callable_now(survey.entry).exists()
    with survey.at(14):
        assert Client().post(survey.path, ANSWERS).status_code == 200
    assert (survey.row.state, Answer.objects.get().late) == (State.ANSWERED, False), "the last day is in time"


def test_three_calls_that_reach_nobody_end_the_try(cast: Cast) -> None:
    survey = asked(cast, method="phone")
    with survey.at():
        for _number in range(3):
            answering.not_reached(actor=cast.qa.actor, invitation_id=survey.row.pk)
    assert (survey.row.calls, survey.row.state) == (3, State.UNREACHED)
    assert results.response(survey.entry).unreached == 1


@pytest.mark.req("SC-05", "IG-01")
def test_a_program_enters_what_was_told_with_the_same_refusals(cast: Cast) -> None:
    survey = asked(cast, method="phone")
    base = f"/api/v1/registers/survey/{survey.entry.number}"

    def asked_by(who: Any, path: str, body: Any = None) -> Any:
        headers = {"authorization": f"Bearer {issued(cast, who)}", "idempotency-key": new_id().hex}
        if body is None:
            return Client().get(f"{base}{path}", headers=headers)
        return Client().post(f"{base}{path}", json.dumps(body), content_type="application/json", headers=headers)

    good = {"place": 1, "experience": {"timeliness": 5, "effectiveness": 4, "again": 1}, "recording": "录音 21"}
    with survey.at():
        for wrong, field in (
            ({"place": 0}, "place"),
            ({"experience": {"timeliness": 9}}, "x-timeliness"),
            ({"experience": {"price": 3}}, "x-price"),
            ({"expectation": {"timeliness": 3}}, "e-timeliness"),
            ({"experience": {"timeliness": "5"}}, "experience"),
            ({"recording": ""}, "recording"),
            ({"handler": "x"}, "handler"),
        ):
            refused = asked_by(cast.qa, "/calls", good | wrong)
            assert refused.status_code == 422, (wrong, refused.content)
            assert field in refused.json()["data"]["fields"], (wrong, refused.json())
        assert asked_by(cast.qa, "/calls", good | {"place": 7}).status_code == 404
        assert asked_by(cast.mediator, "/calls", good).status_code == 404
        assert asked_by(cast.auditor, "/calls", good).status_code == 403
        assert asked_by(cast.qa, "/calls", {"place": 1, "missed": True}).status_code == 201
        assert (survey.row.calls, Answer.objects.count()) == (1, 0)
        assert asked_by(cast.qa, "/calls", good).status_code == 201
        assert Answer.objects.get().values == {"timeliness": {"x": 5}, "effectiveness": {"x": 4}, "again": {"x": 1}}
        told = asked_by(cast.auditor, "/figures").json()
        assert (told["answered"], told["index"], told["items"][0]["code"]) == (
            1, {"number": 1, "value": None, "low": None, "high": None}, "timeliness",
        )  # fmt: skip
        assert asked_by(cast.mediator, "/figures").status_code == 404
