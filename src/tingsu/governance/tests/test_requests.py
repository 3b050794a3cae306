"""Requests about personal data: who asks, proved how, answered when and how, and what follows (RC-07, PS-17)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Party
from tingsu.demo.journey import Journey
from tingsu.governance import disposal
from tingsu.governance.tests.test_disposal import (
    AT,
    PERSON,
    archived,
    carried_out,
    confirm,
    findings,
    opened,
    run_of,
    take,
)
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.models import Event, Stream
from tingsu.letters import actions as letters
from tingsu.letters.models import Letter
from tingsu.registers.models import Entry

SOON = AT + timedelta(days=20)
ANSWER = {"decision": "granted", "answer": "已核实，予以办理。", "means": "letter"}


def asked(cast: Cast, journey: Journey | None, **values: Any) -> Entry:
    given = {
        "kind": "deletion",
        "who": "self",
        "form": "oral",
        "words": "请处理我的信息",
        "name": "欧阳金丝雀",
        "phone": "13877776666",
    }
    given |= {"received_at": SOON.isoformat(), **values}
    if journey is not None:
        given["case_number"] = journey.complaint.number
    return opened(cast.frontline, "data_request", SOON, **given)


def delivered(journey: Journey) -> None:
    with travel_to(SOON):
        for letter in Letter.objects.filter(stream_id=journey.complaint.pk, state="queued"):
            letters.deliver(letter.pk)


@pytest.mark.req("RC-07")
def test_a_request_has_its_own_limit_from_receipt_to_the_answer(cast: Cast) -> None:
    request = asked(cast, archived(cast), received_at=(SOON - timedelta(days=3)).isoformat())
    promise = Promise.objects.get(stream_id=request.pk)
    assert (promise.kind, (promise.due_at - promise.started_at).days) == ("data_request_answer", 30)
    assert promise.started_at == SOON - timedelta(days=3)
    take(cast.specialist, request, "check_identity", SOON, identity="callback")
    assert Promise.objects.get(pk=promise.pk).ended_at is None
    take(cast.supervisor, request, "answer", SOON, **ANSWER)
    assert Promise.objects.get(pk=promise.pk).ending == "met"
    with pytest.raises(InvalidInput) as refused:
        opened(cast.frontline, "data_request", SOON, kind="access", who="self", form="oral", words="查阅", case_number="202601-XF-999",
               received_at=SOON.isoformat())  # fmt: skip
    assert set(refused.value.fields) == {"case_number"}


@pytest.mark.req("RC-07")
@pytest.mark.parametrize(
    ("who", "authority", "allowed"),
    [
        ("agent", "", False), ("guardian", "guardianship", True),
    ],
)  # fmt: skip
def test_whoever_asks_for_somebody_else_shows_that_they_may(
    cast: Cast, who: str, authority: str, allowed: bool
) -> None:
    """Every pair stands in `test_edges.py`."""
    request = asked(cast, archived(cast), who=who)
    values = {"identity": "document", **({"authority": authority} if authority else {})}
    if allowed:
        assert take(cast.specialist, request, "check_identity", SOON, **values).state == "checked"
    else:
        with pytest.raises(ConditionsUnmet) as refused:
            take(cast.specialist, request, "check_identity", SOON, **values)
        assert [unmet.code for unmet in refused.value.unmet] == ["authority"]


@pytest.mark.req("RC-07")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"decision": "partly"}, "legal_ground"), ({"decision": "refused", "legal_ground": "法定保存期未满", "means": "phone"}, None),
    ],
)  # fmt: skip
def test_the_answer_says_what_it_must(cast: Cast, change: dict[str, str], code: str | None) -> None:
    request = asked(cast, archived(cast))
    take(cast.specialist, request, "check_identity", SOON, identity="code")
    with pytest.raises(NotAllowed):
        take(cast.specialist2, request, "answer", SOON, **ANSWER)
    if code is None:
        assert take(cast.dso, request, "answer", SOON, **{**ANSWER, **change}).state == "answered"
    else:
        with pytest.raises(ConditionsUnmet) as refused:
            take(cast.dso, request, "answer", SOON, **{**ANSWER, **change})
        assert [unmet.code for unmet in refused.value.unmet] == [code]


@pytest.mark.req("RC-07")
def test_without_a_case_no_letter_and_no_deletion(cast: Cast) -> None:
    request = asked(cast, None)
    take(cast.specialist, request, "check_identity", SOON, identity="document")
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.supervisor, request, "answer", SOON, **ANSWER)
    assert [unmet.code for unmet in refused.value.unmet] == ["no_case", "no_case"]
    answered = take(
        cast.supervisor,
        request,
        "answer",
        SOON,
        decision="refused",
        legal_ground="查无投诉",
        answer="没有记录",
        means="phone",
    )
    assert answered.state == "answered"


@pytest.mark.req("RC-07", "PS-17")
def test_a_granted_deletion_is_answered_by_letter_then_due_then_erased_with_the_request(cast: Cast) -> None:
    journey = archived(cast, **PERSON)
    pk, number = journey.complaint.pk, journey.complaint.number
    request = asked(cast, journey)
    with travel_to(SOON):
        assert disposal.due_cases() == []
    take(cast.specialist, request, "check_identity", SOON, identity="callback")
    take(cast.supervisor, request, "answer", SOON, **ANSWER)
    letter = Letter.objects.get(stream_id=pk, template="data_request_answer")
    with travel_to(SOON):
        (one,) = disposal.due_cases()
        assert (one.complaint.number, one.why, one.end, one.obstacles) == (number, "request", "review", ("letter",))
    delivered(journey)
    letter.refresh_from_db()
    said = letter.stream.key().open(letter.body, f"letter:{letter.pk}:body")
    assert request.number in said
    assert "已核实，予以办理。" in said
    assert "备份" in said
    with travel_to(SOON):
        assert disposal.due_cases()[0].obstacles == ()
    with pytest.raises(InvalidInput):
        run_of(cast, [number], SOON)
    run = carried_out(cast, run_of(cast, [number], SOON, cause="request"), SOON)
    assert (run.codes["erased"], run.codes["entries"]) == (1, 1)
    left = Entry.objects.select_related("stream").get(pk=request.pk)
    assert left.written_or_none() is None
    assert (left.state, left.codes["decision"]) == ("answered", "granted")
    assert Event.objects.get(stream_id=pk, kind="record.erased").data["why"] == "request"
    assert findings() == []


@pytest.mark.req("PS-17")
@pytest.mark.parametrize(("decision", "kept"), [("granted", False), ("refused", True)])
def test_a_consent_taken_back_takes_what_was_given_by_consent_alone(cast: Cast, decision: str, kept: bool) -> None:
    journey = archived(cast, **PERSON, preferred_channel="sms")
    request = asked(cast, journey, kind="withdrawal")
    take(cast.specialist, request, "check_identity", SOON, identity="callback")
    more = {} if decision == "granted" else {"legal_ground": "合同履行所必需"}
    take(cast.supervisor, request, "answer", SOON, **{**ANSWER, "decision": decision, "means": "phone"}, **more)
    party = Party.objects.get(complaint_id=journey.complaint.pk, role="complainant")
    assert (party.contact_note is not None, bool(party.preferred_channel)) == (kept, kept)
    assert party.text("name") == "欧阳金丝雀"
    assert party.text("phone") == "13877776666"
    assert Stream.objects.get(pk=journey.complaint.pk).wrapped_key
    with travel_to(SOON):
        assert disposal.asked_for() == set()
    assert findings() == []


@pytest.mark.req("RC-07")
def test_an_unproved_request_ends_answered_and_nothing_is_due(cast: Cast) -> None:
    journey = archived(cast)
    request = asked(cast, journey)
    done = take(cast.specialist, request, "not_proved", SOON, answer="无法核实身份，请携带证件")
    assert done.state == "unproved"
    assert not Promise.objects.filter(stream_id=request.pk, ended_at=None).exists()
    confirm(cast)
    with travel_to(SOON):
        assert disposal.due_cases() == []
