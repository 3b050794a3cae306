"""A letter is read before it leaves, in both languages, and reading it does nothing."""

import json

import pytest
from django.urls import reverse

from tingsu.api.tokens import issue_token
from tingsu.complaints.actions import Following
from tingsu.complaints.rehearsal import letters_of_step
from tingsu.desk.tests.cases import a_case
from tingsu.kernel.actor import automation
from tingsu.kernel.errors import ConditionsUnmet
from tingsu.kernel.models import Event, IdempotencyKey
from tingsu.letters.models import Letter
from tingsu.privacy.models import AccessEntry

SAID = "退款 1299 元今天已由银行受理。"


def state_of(case):
    """Everything that a step would change."""
    case.refresh_from_db()
    events = list(Event.objects.filter(stream_id=case.pk).values_list("kind", flat=True))
    letters = sorted(Letter.objects.filter(stream_id=case.pk).values_list("intent", flat=True))
    return case.version, case.state, case.first_reply_at, events, letters


@pytest.mark.req("AK-02", "IN-18")
def test_a_letter_is_read_in_both_languages_before_it_leaves_and_nothing_happens(sign_in, cast):
    case = a_case(cast.frontline, email="xiaoyu@example.org")
    stood = state_of(case)
    client = sign_in(cast.frontline)
    sent = {"mode": "reply", "text": SAID, "reply-means": "email", "reply-query_way": "yes", "once": "key-1"}
    sent |= {"version": case.version, "seen": case.stream.last_seq}
    page = client.post(reverse("desk:case", args=[case.number]), {**sent, "preview": "1"})
    assert page.status_code == 200
    composer = page.context["composer"]
    assert composer.text == SAID
    (letter,) = composer.letters
    assert (letter.template, letter.to, letter.means) == ("feedback", "complainant", "portal")
    assert [(one.language, one.chosen) for one in letter.wordings] == [("zh-Hans", True), ("en", False)]
    chinese, english = letter.wordings
    assert "您好" in chinese.body
    assert "Dear" in english.body
    for one in letter.wordings:
        assert SAID in one.body
        assert case.number in one.subject
        assert "/c/" not in one.body  # the link that opens the case is covered
        assert "••••••" in one.body
    assert SAID in page.content.decode()
    assert state_of(case) == stood
    assert not IdempotencyKey.objects.filter(status__isnull=False).exists()

    # What would be refused is refused in the preview, and the same form sends afterwards.
    refused = client.post(reverse("desk:case", args=[case.number]), {**sent, "preview": "1", "text": "〔 〕"})
    assert refused.status_code == 409
    assert refused.context["composer"].letters is None
    assert client.post(reverse("desk:case", args=[case.number]), sent).status_code == 303
    assert state_of(case)[4] != stood[4]


@pytest.mark.req("AK-02")
def test_a_steps_dialog_shows_its_letters_and_programs_ask_the_same(sign_in, cast, client):
    case = a_case(cast.frontline, email="xiaoyu@example.org", language="en")
    stood = state_of(case)
    address = reverse("desk:step", args=[case.number, "inform_of_ways"])
    page = sign_in(cast.supervisor).post(address, {"note": SAID, "preview": "1"})
    assert page.status_code == 200
    (letter,) = page.context["letters"]
    assert [one.language for one in letter.wordings if one.chosen] == ["en"]
    assert "12315" in letter.wordings[0].body
    assert page.context["fields"][0].value == SAID
    other = sign_in(cast.supervisor).post(address, {"note": "x" * 1001, "preview": "1"})
    assert other.status_code == 422
    assert other.context["letters"] is None
    assert sign_in(cast.qa).post(address, {"note": SAID, "preview": "1"}).status_code == 403

    _row, token = issue_token(
        actor=automation("test", cast.organisation_id), name="shop", scopes=("complaints:read", "complaints:write"),
        roles=cast.supervisor.actor.roles, acts_for=cast.supervisor.id,
    )  # fmt: skip
    asked = f"/api/v1/complaints/{case.number}/letters/ahead/"
    head = {"headers": {"Authorization": f"Bearer {token}"}, "content_type": "application/json"}
    answer = client.post(asked + "inform_of_ways", json.dumps({"values": {"note": SAID}}), **head)
    assert answer.status_code == 200
    assert [one["language"] for one in answer.json()[0]["wordings"]] == ["en", "zh-Hans"]
    assert client.post(asked + "inform_of_ways", json.dumps({"values": {"tone": 1}}), **head).status_code == 422
    assert client.post(asked + "invented", "{}", **head).status_code == 404
    assert state_of(case) == stood
    read = AccessEntry.objects.filter(actor_kind="token", field="letters").values_list("what", "stream_id", "door")
    assert list(read) == [("opened", case.pk, "api")], "what was read stays in the log, though the step was taken back"
    given = {
        "actor": cast.supervisor.actor,
        "complaint_id": case.pk,
        "step": "inform_of_ways",
        "values": {"note": SAID},
    }
    with pytest.raises(ConditionsUnmet):
        letters_of_step(**given, then=Following(step="agree"))
    assert letters_of_step(**given, then=Following(step="agree", if_possible=True)), (
        "left out, as the step leaves it out"
    )
