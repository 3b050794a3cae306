"""A person asks about the own data: on the own page or at the counter, by the firm's rules, with a copy that two people saw (RC-07)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, Person
from tests.standing import kept
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint, Party
from tingsu.demo.journey import STORY, Journey
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.governance import answering, copies, own_requests
from tingsu.governance.tests.test_disposal import AT, PERSON, archived, findings, opened, take
from tingsu.governance.tests.test_requests import SOON, asked
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.letters import actions as letters
from tingsu.letters.links import case_token
from tingsu.letters.models import Letter, Notice
from tingsu.pages import pdf
from tingsu.privacy.models import AccessEntry
from tingsu.registers import reading
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.req("RC-07")]
ACCESS = {"decision": "granted", "answer": "副本已备好。", "means": "letter"}
MOVE = "/case/data/"


@pytest.fixture(autouse=True)
def home(tmp_path: Any, settings: Any) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def sheets(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What every document says, in place of setting it; the typesetter is tried once, below."""
    said: list[str] = []

    def told(sheet: Any) -> bytes:
        said.append("\n".join(f"{part.heading}|{label}|{words}" for part in sheet.parts for label, words in part.facts))
        return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"

    monkeypatch.setattr(pdf, "pdf", told)
    return said


@kept
def case_of(cast: Cast, **raw: Any) -> Journey:
    return Journey.begin(cast.frontline.actor, {**STORY, "demands": [], **PERSON, **raw}, AT)


def on_the_page(journey: Journey, role: str = "complainant") -> Client:
    client = Client()
    party = Party.objects.get(complaint=journey.complaint, role=role)
    assert client.get(f"/c/{case_token(journey.complaint.pk, party.pk)}/").status_code == 302
    return client


def send(client: Client, **typed: str) -> Any:
    return client.post(MOVE, {"asked": "access", "text": "请给我一份副本", **typed}, follow=True)


def request_of(journey: Journey) -> Entry:
    return Entry.objects.select_related("stream").get(register="data_request", links__other_id=journey.complaint.pk)


def copied(cast: Cast, request: Entry, maker: Person | None = None) -> Entry:
    return take(maker or cast.specialist, request, "make_copy", SOON)


def test_asked_on_the_own_page_it_is_a_request_with_number_limit_and_proof(cast: Cast) -> None:
    journey = case_of(cast)
    with travel_to(SOON):
        client = on_the_page(journey)
        assert MOVE in client.get("/case/").content.decode()
        refused = send(client, asked="").content.decode()
        assert "choice-error" in refused
        assert "请给我一份副本" in refused
        assert not Entry.objects.filter(register="data_request").exists()
        page = send(client).content.decode()
        request = request_of(journey)
        assert (request.state, request.owner_id) == ("checked", Complaint.objects.get(pk=journey.complaint.pk).owner_id)
        assert request.codes["identity"] == "page"
        promise = Promise.objects.get(stream_id=request.pk, kind="data_request_answer")
        assert (promise.due_at - promise.started_at).days == 30
        assert promise.owner_id == request.owner_id
        assert (
            Notice.objects.get(kind="data_request.given", member_id=request.owner_id).data["number"] == request.number
        )
        assert request.number in page
        told = reading.history_of(cast.supervisor.actor, registers()["data_request"], request, "page")
        assert {one.who for one in told} == {"投诉人"}
        again = send(client).content.decode()
        assert "已经提出过这项请求" in again
        assert Entry.objects.filter(register="data_request").count() == 1
        for kind in ("explanation", "correction"):
            send(client, asked=kind)
        send(client, asked="withdrawal")
        assert Entry.objects.filter(register="data_request").count() == 3
    assert findings() == []


def test_an_agent_shows_the_authority_first_and_a_respondent_cannot_ask(cast: Cast) -> None:
    journey = case_of(cast)
    with travel_to(SOON):
        send(on_the_page(journey, "agent"))
    request = request_of(journey)
    assert (request.state, request.codes["who"]) == ("open", "agent")
    with pytest.raises(ConditionsUnmet):
        take(cast.specialist, request, "check_identity", SOON, identity="page")
    assert take(cast.specialist, request, "check_identity", SOON, identity="page", authority="power").state == "checked"


def test_the_copy_holds_what_is_recorded_of_the_person_and_nothing_else(cast: Cast, sheets: list[str]) -> None:
    journey = archived(cast, **{**PERSON, "description": "代理人翠鸟陪我去的，黄鹂字样，七天没有退款。"})
    with travel_to(journey.at):
        for letter in Letter.objects.filter(stream_id=journey.complaint.pk, state="queued"):
            letters.deliver(letter.pk)
    with travel_to(SOON):
        send(on_the_page(journey))
    copied(cast, request_of(journey))
    (said,) = sheets
    for mine in ("欧阳金丝雀", "13877776666", "canary.person@example.org", "金丝雀路一百零八号", "987123", "0571-88776655",
                 "傍晚金丝雀时段", "黄鹂", "CANARY-778899", "当事人画眉", "请给我一份副本"):  # fmt: skip
        assert mine in said, mine
    letter = Letter.objects.filter(stream_id=journey.complaint.pk, party_id__isnull=False, state="delivered").first()
    assert letter is not None
    assert letter.stream.key().open(letter.subject, f"letter:{letter.pk}:subject") in said
    for others in ("翠鸟", "13911112222", "夜莺"):
        assert others not in said, others
    from tingsu.settlement.models import Solution

    solution = Solution.of(journey.complaint)[0]
    assert solution.text("wording") in said
    assert not solution.text("opinion") or solution.text("opinion") not in said


def test_one_makes_it_another_looks_it_through_then_it_is_fetched_for_thirty_days(
    cast: Cast, sheets: list[str], sign_in: Any
) -> None:
    journey = case_of(cast)
    with travel_to(SOON):
        client = on_the_page(journey)
        send(client)
    request = request_of(journey)
    with pytest.raises(ConditionsUnmet) as early:
        take(cast.supervisor, request, "answer", SOON, **ACCESS)
    assert {one.code for one in early.value.unmet} == {"copy"}
    copied(cast, request, cast.supervisor)
    first = StoredFile.objects.get(stream_id=request.pk)
    with pytest.raises(ConditionsUnmet):
        take(cast.supervisor, request, "pass_copy", SOON)
    with pytest.raises(NotAllowed):
        take(cast.specialist, request, "pass_copy", SOON)
    take(cast.dso, request, "return_copy", SOON, reason="少了一封函件")
    copied(cast, request, cast.supervisor)
    first.refresh_from_db()
    assert first.erased_at is not None
    file = StoredFile.objects.get(stream_id=request.pk, erased_at=None)
    with travel_to(SOON):
        address = reverse("portal:own_copy", args=[request.number])
        assert client.get(address).status_code == 404
        assert not AccessEntry.objects.filter(stream_id=request.pk, what="downloaded").exists()
    take(cast.dso, request, "pass_copy", SOON)
    take(cast.supervisor, request, "answer", SOON, **ACCESS)
    letter = Letter.objects.get(stream_id=journey.complaint.pk, template="data_request_answer")
    letters_at(letter)
    assert "查询码" in letter_text(letter)
    with travel_to(SOON):
        client = on_the_page(journey)
        page = client.get("/case/").content.decode()
        assert address in page
        assert "副本已备好" in page
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert answer.content == store.open_file(file)
        entry = AccessEntry.objects.get(stream_id=request.pk, what="downloaded")
        assert (entry.actor_kind, entry.door) == ("complainant", "portal")
        assert Client().get(address).status_code == 404
        assert on_the_page(case_of(cast)).get(address).status_code == 404
        # staff open it with a purpose only, and only those who may open the person's fields
        for name, status in (("specialist", 200), ("dso", 200), ("auditor", 403)):
            staff = sign_in(getattr(cast, name))
            assert staff.get(reverse("files:download", args=[file.pk])).status_code == 302
            assert staff.get(reverse("files:original", args=[file.pk])).status_code == status
    with travel_to(SOON + own_requests.requests.FETCHED_WITHIN):
        client = on_the_page(journey)
        assert client.get(address).status_code == 404
        assert address not in client.get("/case/").content.decode()
    assert findings() == []


def letters_at(letter: Letter) -> None:
    with travel_to(SOON):
        letters.deliver(letter.pk)
    letter.refresh_from_db()


def letter_text(letter: Letter) -> str:
    return letter.stream.key().open(letter.body, f"letter:{letter.pk}:body")


def test_the_document_is_set_as_pdf(cast: Cast) -> None:
    journey = case_of(cast, language="en")
    with travel_to(SOON):
        file = copies.make(cast.specialist.actor, "GR-2026-001", copies.people_of([journey.complaint.pk]))
        content = store.open_file(file)
    assert content.startswith(b"%PDF")
    assert "GR-2026-001" in store.name_of(file)


def test_a_correction_is_granted_once_it_stands_in_the_open_case(cast: Cast) -> None:
    journey = case_of(cast)
    request = asked(cast, journey, kind="correction")
    take(cast.specialist, request, "check_identity", SOON, identity="code")
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.supervisor, request, "answer", SOON, **ACCESS)
    assert {one.code for one in refused.value.unmet} == {"not_corrected"}
    from tingsu.complaints.actions import take_step

    with travel_to(SOON):
        take_step(
            actor=cast.supervisor.actor, complaint_id=journey.complaint.pk, step="correct_record",
            values={"product": "另一种产品", "reason": "本人要求更正"},
        )  # fmt: skip
    assert take(cast.supervisor, request, "answer", SOON, **ACCESS).state == "answered"


# the firm's own rules


def publish(cast: Cast, **change: Any) -> None:
    body = answering.default_rules()
    row = next(one for one in body["rows"] if one["kind"] == "explanation")
    row |= change
    with travel_to(AT - timedelta(days=1)):
        rulebooks.publish(actor=cast.top_mgmt.actor, kind=answering.RULE, body=body)
    rulebooks.forget_cached()


@pytest.mark.parametrize(
    ("rule", "who", "answer", "code"),
    [
        ({}, "self", {"means": "phone"}, None),
        ({"forms": {"letter": True}}, "self", {"means": "phone"}, "form"),
        ({"forms": {"letter": True}}, "self", {"means": "letter"}, None),
        ({}, "agent", {"means": "phone"}, "addressee"),
        ({}, "agent", {"means": "phone", "addressee": "代理人翠鸟"}, None),
        ({"addressee": "person"}, "agent", {"means": "phone", "addressee": "代理人翠鸟"}, "addressee"),
        ({"addressee": "person"}, "agent", {"means": "letter"}, None),
    ],
)  # fmt: skip
def test_form_and_addressee_of_the_answer_follow_the_firms_rule(
    cast: Cast, rule: dict[str, Any], who: str, answer: dict[str, str], code: str | None
) -> None:
    publish(cast, **rule)
    request = asked(cast, case_of(cast), kind="explanation", who=who)
    take(
        cast.specialist,
        request,
        "check_identity",
        SOON,
        identity="code",
        **({"authority": "power"} if who == "agent" else {}),
    )
    values = {"decision": "granted", "answer": "说明如下", **answer}
    if code is None:
        assert take(cast.supervisor, request, "answer", SOON, **values).state == "answered"
        return
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.supervisor, request, "answer", SOON, **values)
    assert [one.code for one in refused.value.unmet] == [code]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, None), ({"information": {"zh-Hans": "有", "en": ""}}, "rows.5.information"), ({"addressee": "anybody"}, "rows.5.addressee"),
        ({"forms": {}}, "rows.5.forms.letter"), ({"forms": {"letter": False}}, "rows.5.forms.letter"),
        ({"forms": {"pigeon": True}}, "rows.5.forms.letter"), ({"kind": "access"}, "rows.5.kind"),
    ],
)  # fmt: skip
def test_rules_are_whole_before_they_are_published(change: dict[str, Any], wrong: str | None) -> None:
    body = answering.default_rules()
    body["rows"][4] |= change
    if wrong is None:
        answering.check_rules(body)
        return
    with pytest.raises(InvalidInput) as refused:
        answering.check_rules(body)
    assert wrong in refused.value.fields


def test_a_kind_of_request_without_a_rule_is_not_published() -> None:
    body = answering.default_rules()
    del body["rows"][0]
    with pytest.raises(InvalidInput) as refused:
        answering.check_rules(body)
    assert set(refused.value.fields) == {"rows"}


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "我们自己的说明"), ("en", "Our own words")])
def test_the_public_page_tells_the_rules_in_force(cast: Cast, language: str, words: str) -> None:
    publish(cast, information={"zh-Hans": "我们自己的说明", "en": "Our own words"}, addressee="person")
    client = Client()
    client.cookies["tingsu_language"] = language
    page = client.get("/privacy/").content.decode()
    assert words in page
    shown = re.sub(r"\s+", " ", page)
    for row in answering.default_rules()["rows"][:4]:
        assert row["information"]["zh-Hans" if language == "zh-hans" else "en"] in shown


def test_a_request_by_letter_of_somebody_who_died_goes_the_same_way(cast: Cast, sheets: list[str]) -> None:
    request = opened(
        cast.frontline, "data_request", SOON, kind="access", who="relative", form="written", received_at=SOON.isoformat(),
        words="家属来函", name="欧阳之女", case_number=case_of(cast).complaint.number,
    )  # fmt: skip
    take(cast.specialist, request, "check_identity", SOON, identity="document", authority="kinship")
    copied(cast, request)
    take(cast.supervisor, request, "pass_copy", SOON)
    with pytest.raises(ConditionsUnmet):
        take(cast.supervisor, request, "answer", SOON, decision="granted", answer="副本", means="post")
    assert (
        take(
            cast.supervisor,
            request,
            "answer",
            SOON,
            decision="granted",
            answer="副本",
            means="post",
            addressee="欧阳之女",
        ).state
        == "answered"
    )
    assert own_requests.of_case(request.pk) == []
