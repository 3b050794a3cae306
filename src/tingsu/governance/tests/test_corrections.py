"""What is wrong about a person is put right on request, also when the case is closed: written by one, decided by another (RC-07, PS-17)."""

import json
import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.api.tokens import issue_token
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.search import search
from tingsu.demo.journey import STORY, Journey
from tingsu.governance import erasure
from tingsu.governance.tests.test_disposal import AT, PERSON, archived, findings, take
from tingsu.governance.tests.test_requests import SOON, asked
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.letters.links import case_token
from tingsu.letters.models import Letter
from tingsu.registers.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.req("RC-07", "PS-17")]
ANSWER = {"decision": "granted", "answer": "已按您的要求更正。", "means": "letter"}
RIGHT = {"whose": "complainant", "new_name": "令狐银杏", "new_phone": "139 2222 3333"}
EVENT = "complaint.person_corrected"


def wanted(cast: Cast, journey: Journey, **raw: Any) -> Entry:
    """Asked for, identity proved."""
    request = asked(cast, journey, **{"kind": "correction", **raw})
    return take(cast.specialist, request, "check_identity", SOON, identity="callback")


def party(journey: Journey, role: str = "complainant") -> Party:
    return Party.objects.get(complaint_id=journey.complaint.pk, role=role)


def test_a_closed_case_is_put_right_by_two_and_the_old_value_is_read_by_nobody(
    cast: Cast, sign_in: Any, client: Any
) -> None:
    told = "我叫欧阳金丝雀，电话一三八七七七七六六六六，七天没有退款。"
    journey = archived(cast, **{**PERSON, "description": told})
    request = wanted(cast, journey)
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.supervisor, request, "answer", SOON, **ANSWER)
    assert {one.code for one in refused.value.unmet} == {"not_corrected"}
    take(cast.supervisor, request, "write_correction", SOON, **RIGHT, added="本人现名令狐银杏，曾用名同一人。")
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.supervisor, request, "answer", SOON, **ANSWER)
    assert {one.code for one in refused.value.unmet} == {"own_work"}
    program = replace(cast.supervisor.actor, kind="token", scopes=frozenset({"registers:write"}))
    with pytest.raises(ConditionsUnmet) as refused:
        take(SimpleNamespace(actor=program), request, "answer", SOON, **ANSWER)
    assert {one.code for one in refused.value.unmet} == {"own_work"}, "the own program is no second person"
    assert party(journey).text("name") == "欧阳金丝雀", "written down is not yet decided"
    take(cast.dso, request, "answer", SOON, **ANSWER)
    now_known = party(journey)
    assert (now_known.text("name"), now_known.text("phone")) == ("令狐银杏", "139 2222 3333")
    assert now_known.text("email") == PERSON["email"]
    event = Event.objects.get(stream_id=journey.complaint.pk, kind=EVENT)
    assert (event.body["who"], event.body["fields"]) == ("complainant", ["name", "phone"])
    texts = texts_of([event])[event.pk]
    assert texts["name"] == "欧阳** → 令狐**"
    assert texts["added"].startswith("本人现名")
    assert not [word for word in ("金丝雀", "13877776666", "银杏", "2222") if word in texts["name"] + texts["phone"]]
    assert "银杏" not in str(event.body)
    letter = Letter.objects.get(stream_id=journey.complaint.pk, template="data_request_answer")
    assert letter.party_id == party(journey, "agent").pk
    assert "已在我们的记录中更正" in letter.stream.key().open(letter.values, f"letter:{letter.pk}:values")
    with travel_to(SOON):
        page = sign_in(cast.supervisor).get(reverse("desk:case", args=[journey.complaint.number])).content.decode()
        assert "应请求更正了个人信息" in page
        assert not [word for word in ("欧阳金丝雀", "13877776666", "令狐银杏", "13922223333") if word in page]
        found = {
            typed: [one.pk for one in search(cast.supervisor.actor, typed).complaints]
            for typed in ("13877776666", "13922223333", "令狐银杏", "欧阳金丝雀")
        }
    case = [journey.complaint.pk]
    assert found == {"13877776666": [], "13922223333": case, "令狐银杏": case, "欧阳金丝雀": []}
    assert {"欧阳金丝雀", "13877776666"} <= set(erasure.values_of(journey.complaint.pk)), "erased with the rest"
    assert findings() == []


def test_what_went_to_a_wrong_address_opens_nothing_once_it_is_put_right(cast: Cast, settings: Any) -> None:
    """Link and access code of earlier letters were read by whoever has the wrong number: both end, and a letter brings the new code."""
    settings.EMAIL_HOST = "mail.example.org"
    journey = archived(cast, **{**PERSON, "agent_name": "", "agent_phone": ""})
    person, code = party(journey), journey.complaint.text("code")
    with mock.patch("django.core.signing.time.time", return_value=time.time() - 60):
        sent = case_token(journey.complaint.pk, person.pk)
    assert Client().get(f"/c/{sent}/").status_code == 302
    request = wanted(cast, journey)
    take(cast.specialist, request, "write_correction", SOON, whose="complainant", new_email="right@example.org")
    assert Client().get(f"/c/{sent}/").status_code == 302, "not before somebody decided"
    take(cast.dso, request, "answer", SOON, **ANSWER)
    assert Client().get(f"/c/{sent}/").status_code == 410
    assert Client().get(f"/c/{case_token(journey.complaint.pk, person.pk)}/").status_code == 302
    complaint = Complaint.objects.select_related("stream").get(pk=journey.complaint.pk)
    assert complaint.text("code") != code
    letter = Letter.objects.get(stream_id=complaint.pk, template="access_code")
    assert (letter.party_id, letter.channel) == (person.pk, "email")
    assert findings() == []


def test_a_name_put_right_leaves_links_and_code(cast: Cast) -> None:
    journey = archived(cast, **PERSON)
    sent, code = case_token(journey.complaint.pk, party(journey).pk), journey.complaint.text("code")
    request = wanted(cast, journey)
    take(cast.specialist, request, "write_correction", SOON, whose="complainant", new_name="令狐银杏")
    take(cast.dso, request, "answer", SOON, **ANSWER)
    assert Client().get(f"/c/{sent}/").status_code == 302
    assert Complaint.objects.select_related("stream").get(pk=journey.complaint.pk).text("code") == code


def test_what_is_to_be_put_right_is_masked_at_every_door_while_it_waits(cast: Cast, sign_in: Any) -> None:
    journey = archived(cast, **PERSON)
    request = wanted(cast, journey)
    take(cast.specialist, request, "write_correction", SOON, **RIGHT, added="令狐银杏，139-2222-3333，本人。")
    entry = reverse("registers:entry", args=["data_request", request.number])
    step = reverse("registers:step", args=["data_request", request.number, "write_correction"])
    _row, token = issue_token(
        actor=automation("test", cast.organisation_id), name="reader", scopes=("registers:read",),
        roles=cast.dso.actor.roles, acts_for=cast.dso.id,
    )  # fmt: skip
    with travel_to(SOON):
        pages = [sign_in(person).get(entry).content.decode() for person in (cast.supervisor, cast.dso, cast.auditor)]
        pages.append(sign_in(cast.specialist).get(step).content.decode())
        for form in ("csv", "xlsx"):
            answer = sign_in(cast.dso).get(reverse("registers:export", args=["data_request", form]))
            pages.append(
                b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode(errors="ignore")
            )
        read = Client().get(
            f"/api/v1/registers/data_request/{request.number}", headers={"Authorization": f"Bearer {token}"}
        )
        assert read.status_code == 200
        pages.append(json.dumps(read.json(), ensure_ascii=False))
    for place, page in enumerate(pages):
        assert not [
            word for word in ("令狐银杏", "银杏", "139 2222 3333", "13922223333", "2222-3333") if word in page
        ], place
    assert "令狐**" in pages[0]


def test_a_second_correction_keeps_what_both_took_away(cast: Cast) -> None:
    journey = archived(cast, **PERSON)
    for name in ("令狐银杏", "令狐金杏"):
        request = wanted(cast, journey)
        take(cast.specialist, request, "write_correction", SOON, whose="complainant", new_name=name)
        take(cast.dso, request, "answer", SOON, **ANSWER)
    assert {"欧阳金丝雀", "令狐银杏", "令狐金杏"} <= set(erasure.values_of(journey.complaint.pk))


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"new_phone": "12"}, "new_phone"), ({"new_email": "no mail"}, "new_email"), ({"whose": "stranger"}, "whose"),
        ({"new_phone": "", "new_name": ""}, "nothing"), ({"whose": "respondent"}, "no_person"), ({"whose": "agent"}, ""),
        ({"new_address": "滨江区银杏路 1 号", "new_postcode": "310051"}, ""),
    ],
)  # fmt: skip
def test_what_is_written_down_is_judged_as_at_registration(cast: Cast, values: dict[str, str], wrong: str) -> None:
    journey = archived(cast, **PERSON)
    request = wanted(cast, journey)
    if not wrong:
        take(cast.specialist, request, "write_correction", SOON, **RIGHT | values)
        take(cast.dso, request, "answer", SOON, **ANSWER)
        assert party(journey, values.get("whose", "complainant")).text("name") == "令狐银杏"
        return
    with pytest.raises((InvalidInput, ConditionsUnmet)) as refused:
        take(cast.specialist, request, "write_correction", SOON, **RIGHT | values)
    error = refused.value
    assert wrong in (error.fields if isinstance(error, InvalidInput) else {one.code for one in error.unmet})
    assert Entry.objects.get(pk=request.pk).state == "checked"


def test_refused_or_of_another_kind_nothing_changes(cast: Cast) -> None:
    journey = archived(cast, **PERSON)
    request = wanted(cast, journey)
    take(cast.specialist, request, "write_correction", SOON, **RIGHT)
    take(cast.dso, request, "answer", SOON, **ANSWER | {"decision": "refused", "legal_ground": "无法证明"})
    assert party(journey).text("name") == "欧阳金丝雀"
    other = wanted(cast, journey, kind="explanation")
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.specialist, other, "write_correction", SOON, **RIGHT)
    assert {one.code for one in refused.value.unmet} == {"no_correction"}
    assert not Event.objects.filter(kind=EVENT).exists()


def test_who_gave_no_name_is_given_none(cast: Cast) -> None:
    journey = Journey.begin(
        cast.frontline.actor, {**STORY, "demands": [], "name": "", "phone": "", "anonymous": "yes"}, AT
    )  # fmt: skip
    request = wanted(cast, journey)
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.specialist, request, "write_correction", SOON, **RIGHT)
    assert {one.code for one in refused.value.unmet} == {"anonymous"}
