"""A conversation with an assistant becomes a complaint: whose words count, what stays as evidence, what a program may not say (IN-05, AI-02)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tingsu.api.tokens import issue_token
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint, Party
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.intake import conversations
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.models import Event
from tingsu.settlement.tests.journey import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.req("IN-05", "AI-02")]
AT = (MONDAY - timedelta(minutes=5)).isoformat()
TALK: dict[str, Any] = {
    "conversation_id": "chat-7",
    "turns": [
        {"role": "customer", "at": AT, "text": "显示器漏液，商家说签收后不负责"},
        {"role": "assistant", "at": AT, "text": "我们保证全额赔偿一万元"},
        {"role": "customer", "at": (MONDAY - timedelta(minutes=1)).isoformat(), "text": "我要找人工"},
    ],
    "complaint": {"problem_type": "product", "name": "陈小满", "phone": "13800002210", "group": "elderly"},
}


def program(cast: Cast, client: Client) -> Any:
    person = cast.frontline
    _row, token = issue_token(
        actor=automation("test", cast.organisation_id), name="chat", scopes=("complaints:write",), roles=person.actor.roles, acts_for=person.id
    )  # fmt: skip

    def ask(body: Any, path: str = "/api/v1/conversations", **headers: str) -> Any:
        given = {"Authorization": f"Bearer {token}", **headers}
        return client.post(path, json.dumps(body), "application/json", headers=given)

    return ask


def test_the_complainants_words_are_the_complaint_and_the_whole_talk_its_evidence(cast: Cast, client: Client) -> None:
    ask = program(cast, client)
    with travel_to(MONDAY):
        answer = ask(TALK)
        assert answer.status_code == 201, answer.content
        row = Complaint.objects.get()
        assert row.text("description") == "显示器漏液，商家说签收后不负责\n我要找人工"
        assert "赔偿" not in row.text("description"), "an assistant's words are nobody's complaint"
        assert (row.received_at.isoformat(), row.record_confirmed_at, row.group) == (AT, None, "elderly")
        assert row.owner_id == cast.frontline.id, "a person has it from the first moment"
        assert Promise.objects.filter(stream_id=row.pk, kind="dedicated_contact").exists(), (
            "whoever asked for a human is called"
        )
        kept = StoredFile.objects.get(stream_id=row.pk)
        text = store.open_file(kept).decode()
        assert "我们保证全额赔偿一万元" in text
        assert "智能客服" in text or "Assistant" in text
        said = Event.objects.get(stream_id=row.pk, kind="complaint.registered").data["conversation"]
        assert {name: said[name] for name in ("turns", "by_assistant", "human_asked")} == {
            "turns": 3,
            "by_assistant": 1,
            "human_asked": True,
        }
        again = ask(TALK)
        assert (again.status_code, again.json()["number"]) == (201, row.number)
        assert StoredFile.objects.filter(erased_at=None, stream=None).count() == 0, "nothing is left of the second time"
        went_on = {**TALK, "turns": [*TALK["turns"], {"role": "customer", "at": AT, "text": "还有一件事"}]}
        answer = ask(went_on)
        assert (answer.status_code, answer.json()["code"], answer.json()["data"]["number"]) == (
            409,
            "conversation_went_on",
            row.number,
        )
        assert Complaint.objects.count() == 1
        offered = {**TALK["turns"][1], "text": "需要转人工吗？"}
        quiet = {**TALK, "conversation_id": "chat-8", "turns": [TALK["turns"][0], offered]}
        ask(quiet)
        quiet_row = Complaint.objects.latest("registered_at", "pk")
        assert not Promise.objects.filter(stream_id=quiet_row.pk, kind="dedicated_contact").exists()
        assert Party.objects.filter(complaint=quiet_row, role="complainant").exists()
        alone = {**TALK, "conversation_id": "chat-9", "complaint": {"problem_type": "product", "anonymous": True}}
        answer = ask(alone)
        assert answer.status_code == 201, answer.content
        unreached = Complaint.objects.get(number=answer.json()["number"])
        called = Promise.objects.filter(stream_id=unreached.pk, kind="dedicated_contact")
        assert not called.exists(), "who cannot be reached is promised no call"


def _with(**changes: Any) -> dict[str, Any]:
    return {**TALK, **changes}


def _turn(**changes: Any) -> dict[str, Any]:
    return {**TALK, "turns": [{**TALK["turns"][0], **changes}]}


def test_what_an_assistant_may_not_say_and_what_is_no_conversation_is_refused(cast: Cast) -> None:
    named = {"problem_type": "product"}
    with travel_to(MONDAY):
        for body, wrong in (
            (_with(conversation_id=""), "conversation_id"), (_with(conversation_id="x" * 101), "conversation_id"),
            (_with(conversation_id="a\x00"), "conversation_id"),
            (_with(turns=[]), "turns"), (_with(turns="x"), "turns"), (_with(turns=[1]), "turns"), (_with(turns=TALK["turns"] * 700), "turns"),
            (_with(turns=TALK["turns"][1:2]), "turns"), (_with(human_asked="yes"), "human_asked"), (_with(complaint=[]), "complaint"),
            (_with(extra=1), "extra"), (_with(complaint={**named, "record_confirmed": True}), "record_confirmed"),
            (_with(complaint={**named, "description": "助手的总结"}), "description"), (_with(complaint={**named, "promise_contact": True}), "promise_contact"),
            (_turn(role="robot"), "turns.1.role"), (_turn(at="yesterday"), "turns.1.at"), (_turn(at="2026-03-02T10:00:00"), "turns.1.at"),
            (_turn(at="2099-01-01T00:00:00Z"), "turns.1.at"), (_turn(text=7), "turns.1.text"), (_turn(text="长" * 8001), "turns.1.text"),
            (_turn(text="a\x00"), "turns.1.text"), (_turn(text=""), "turns.1.text"), (_turn(files=["x"]), "turns.1.files"), (_turn(files={}), "turns.1.files"),
            (_turn(mood="angry"), "turns.1.mood"),
        ):  # fmt: skip
            with pytest.raises(InvalidInput) as refused:
                conversations.read_conversation(body)
            assert wrong in refused.value.fields, wrong
        long = conversations.read_conversation(_with(turns=[{**TALK["turns"][0], "text": "长" * 7000}] * 2))
        assert len(long.own_words) == 8000
        assert long.own_words.endswith("……")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("转人工", True),
        ("我要真人客服", True),
        ("I want a human", True),
        ("talk to a person", True),
        ("人行道很窄", False),
        ("humane", False),
        ("退款", False),
    ],
)
def test_a_request_for_a_human_is_heard_in_both_languages(text: str, asks: bool) -> None:
    assert bool(conversations.ASKS_FOR_HUMAN.search(text)) is asks
