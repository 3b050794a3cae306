"""Closed and archived files: found by every clause of RC-05, opened for a purpose, each access told at every door."""

import html
import uuid
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.urls import reverse

from tests.cast import Cast, Person
from tests.standing import kept
from tingsu.aftercare.tests.rounds import closed
from tingsu.api.tokens import issue_token
from tingsu.complaints import paperwork
from tingsu.complaints import search as searching
from tingsu.complaints.models import Complaint
from tingsu.complaints.paperwork import Wanted
from tingsu.desk import archive
from tingsu.intake.tests.test_register_complaint import registered
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import local_date
from tingsu.privacy.models import AccessEntry

ZONE = "Asia/Shanghai"
PAGE = reverse("desk:archive")


@kept
def three_cases(cast: Cast) -> dict[str, uuid.UUID]:
    """One archived, one closed, one open: only the first two are files."""
    archived = closed(
        cast, name="欧阳寻档", phone="13911112222", order_number="DD-77001", product="折叠电动车", categories=["16"]
    )
    archived.deliver_letters().step(
        cast.supervisor, "archive", retention_class="complaint", keeper=str(cast.specialist.id), paper_place="柜 3"
    )
    other = closed(cast, name="司马完结", phone="13933334444", product="空气炸锅")
    still = registered(cast, name="欧阳寻档", phone="13911112222", product="折叠电动车")
    return {"archived": archived.complaint.pk, "closed": other.complaint.pk, "open": still.pk}


@pytest.fixture
def filed(cast: Cast) -> dict[str, Complaint]:
    return {name: Complaint.objects.select_related("stream").get(pk=pk) for name, pk in three_cases(cast).items()}


@pytest.mark.req("RC-05")
def test_files_are_found_by_number_code_party_product_date_and_category(
    sign_in: Any, cast: Cast, filed: dict[str, Complaint]
) -> None:
    client, one = sign_in(cast.supervisor), filed["archived"]
    numbers = {case.number: name for name, case in filed.items()}

    def found(**asked: str) -> set[str]:
        body = client.get(PAGE, asked).content.decode()
        rows = body[body.index("<tbody>") :]
        return {name for number, name in numbers.items() if number in rows}

    day, closing = local_date(one.received_at, ZONE), local_date(one.closed_at, ZONE)
    after = {"since": f"{day + timedelta(days=1)}", "closed_since": f"{closing + timedelta(days=1)}"}
    both, only = {"archived", "closed"}, {"archived"}
    questions: list[tuple[dict[str, str], set[str]]] = [
        ({}, both), ({"state": "archived"}, only), ({"state": "closed"}, {"closed"}), ({"state": "registered"}, both),
        ({"q": one.number}, only), ({"q": one.archive_number.lower()}, only), ({"q": one.text("code")}, only),
        ({"q": "欧阳寻档"}, only), ({"q": "139 1111 2222"}, only), ({"q": "dd-77001"}, only), ({"q": "折叠电动车"}, only),
        ({"q": "司马完结", "state": "archived"}, set()), ({"q": filed["open"].number}, set()),
        ({"categories": "16"}, only), ({"categories": "17"}, set()), ({"province": one.province}, both),
        ({"since": f"{day}", "until": f"{day}"}, both), ({"since": after["since"]}, set()), ({"until": f"{day - timedelta(days=1)}"}, set()),
        ({"closed_since": f"{closing}", "closed_until": f"{closing}"}, both), ({"closed_since": after["closed_since"]}, set()),
        ({"closed_until": f"{closing - timedelta(days=1)}"}, set()), ({"since": "nonsense", "closed_until": "9999-99-99"}, both),
        ({"after": "x" * 600}, set()),
    ]  # fmt: skip
    for asked, expected in questions[:-1]:
        assert found(**asked) == expected, asked
    assert client.get(PAGE, questions[-1][0]).status_code == 400
    assert "13911112222" not in client.get(PAGE, {"q": "欧阳寻档"}).content.decode()
    logged = AccessEntry.objects.filter(what="searched", field="archive")
    assert logged.count() == len(questions)
    assert set(logged.values_list("purpose", flat=True)) == {"leads"}


@pytest.mark.req("RC-05")
def test_an_archived_file_opens_for_a_purpose_that_the_log_tells_by_role_part_or_word(
    sign_in: Any, cast: Cast, filed: dict[str, Complaint]
) -> None:
    one = filed["archived"]
    page, papers = reverse("desk:case", args=[one.number]), reverse("desk:papers", args=[one.number])
    paper, preview = (
        reverse("desk:paper", args=[one.number, "acceptance_form"]),
        reverse("desk:preview", args=[one.number]),
    )

    def last() -> tuple[str, str]:
        entry = AccessEntry.objects.filter(stream_id=one.pk, what="opened").latest("at")
        return entry.actor_name, entry.purpose

    for who, purpose in (("supervisor", "leads"), ("qa", "checks"), ("auditor", "checks"), ("specialist", "part")):
        person = getattr(cast, who)
        assert sign_in(person).get(page).status_code == 200, who
        assert last()[1] == purpose, who
    client = sign_in(cast.coach)
    before = AccessEntry.objects.filter(stream_id=one.pk).count()
    for address in (page, papers, paper, preview):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (302, f"{PAGE}?case={one.number}"), address
    assert AccessEntry.objects.filter(stream_id=one.pk).count() == before
    # The list asks as well, and neither nothing, nor too much, nor what follows from a role is an answer.
    assert "<tbody>" not in client.get(PAGE).content.decode()
    for said in ({}, {"purpose": "leads"}, {"other": "x" * 201}, {"other": " "}):
        response = client.post(PAGE, {**said, "case": one.number})
        assert (response.status_code, one.number in response.content.decode()) == (422, True), said
    response = client.post(PAGE, {"purpose": "learning", "case": one.number})
    assert (response.status_code, response["Location"]) == (303, page)
    assert client.get(page).status_code == 200
    assert last()[1] == "learning"
    assert client.get(paper).status_code == 200
    assert AccessEntry.objects.get(stream_id=one.pk, what="printed").purpose == "learning"
    assert "<tbody>" in client.get(PAGE).content.decode()
    # A closed case that is no file yet opens as before; words of one's own are sealed and told.
    assert sign_in(cast.frontline2).get(reverse("desk:case", args=[filed["closed"].number])).status_code == 200
    client = sign_in(cast.coach)
    client.post(PAGE, {"other": "替 13911112222 查旧案", "case": one.number})
    client.get(page)
    assert last()[1].startswith("sealed:")
    assert "13911112222" not in str(dict(client.session)), "what was typed lies sealed in the session"
    client.post(PAGE, {"purpose": "learning"})
    session = client.session
    session["archive_purpose"] |= {"until": "2026-01-01T00:00:00+00:00"}
    session.save()
    assert client.get(page).status_code == 302, "a stated purpose ends after two hours"


@pytest.mark.req("RC-05", "IV-08")
def test_the_chain_of_access_stands_in_the_file_and_is_told_to_programs(
    sign_in: Any, cast: Cast, filed: dict[str, Complaint]
) -> None:
    one = filed["archived"]
    client = sign_in(cast.coach)
    client.post(PAGE, {"other": "替 13911112222 查旧案", "case": one.number})
    client.get(reverse("desk:case", args=[one.number]))
    client.get(reverse("desk:paper", args=[one.number, "tracking_form"]))

    def printed(who: Person, code: str) -> str:
        made = paperwork.make(
            who.actor, Complaint.objects.select_related("stream").get(pk=one.pk), code, Wanted(language="zh-hans")
        )
        return "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(made.file).pages)

    for code in ("access_record", "case_file"):
        text = printed(cast.supervisor, code)
        assert all(words in text for words in ("调阅记录", "投诉跟踪表", "查旧案")), code
        assert "13911112222" not in text, code
    page = html.unescape(
        sign_in(cast.auditor).get(reverse("desk:openings", args=[one.number]), {"whole": "1"}).content.decode()
    )
    assert ("投诉跟踪表" in page, "查旧案" in page, "13911112222" in page) == (True, True, False)
    assert "查旧案" not in sign_in(cast.auditor).get(reverse("desk:openings", args=[one.number])).content.decode()

    def asked(who: Person, query: str = "") -> Any:
        _row, token = issue_token(
            actor=automation("test", cast.organisation_id), name=f"{who.username}{query}", acts_for=who.id,
            scopes=("complaints:read",), roles=who.actor.roles,
        )  # fmt: skip
        return client.get(
            f"/api/v1/complaints/{one.number}/accesses{query}", headers={"Authorization": f"Bearer {token}"}
        )

    answer = asked(cast.supervisor, "?limit=2").json()
    assert (len(answer["items"]), bool(answer["next"])) == (2, True)
    lines = asked(cast.supervisor).json()["items"]
    assert {"accesses"} <= set(AccessEntry.objects.filter(stream_id=one.pk).values_list("field", flat=True))
    assert {line["what"] for line in lines} >= {"opened", "printed"}
    told = [line for line in lines if line["purpose"].endswith("查旧案")]
    assert told
    assert ("13911112222" in told[0]["purpose"], bool(told[0]["who"]), told[0]["door"]) == (False, True, "page")
    assert asked(cast.supervisor, "?files=true").json() == {"items": [], "next": None}
    assert asked(cast.analyst).status_code == 403


@pytest.mark.req("RC-05", "PS-17")
def test_words_of_ones_own_hold_for_the_one_case_they_were_said_of_and_codes_for_one_organisation(
    sign_in: Any, cast: Cast, filed: dict[str, Complaint]
) -> None:
    one, other = filed["archived"], filed["closed"]
    Complaint.objects.filter(pk=other.pk).update(state="archived")
    client = sign_in(cast.coach)
    here, there = (reverse("desk:case", args=[case.number]) for case in (one, other))
    assert client.post(PAGE, {"other": "替 13911112222 查旧案"}).status_code == 422, "the list takes codes alone"
    assert client.post(PAGE, {"other": "替 13911112222 查旧案", "case": one.number})["Location"] == here
    assert (client.get(here).status_code, client.get(there).status_code) == (200, 302)
    assert "<tbody>" not in client.get(PAGE).content.decode()
    assert not AccessEntry.objects.filter(stream_id=other.pk, purpose__startswith="sealed:").exists()
    assert client.post(PAGE, {"purpose": "learning", "case": "CMP-2020-000001"}).status_code == 404
    assert client.get(there).status_code == 302, "a purpose stated of nothing is not kept"
    client.post(PAGE, {"purpose": "learning"})
    assert client.get(there).status_code == 200
    session = client.session
    session["archive_purpose"] |= {"organisation": uuid.uuid4().hex}
    session.save()
    assert client.get(there).status_code == 302, "another organisation asks anew"


@pytest.mark.req("RC-05")
def test_words_that_fit_many_open_cases_lead_on_to_the_closed_one(
    sign_in: Any, cast: Cast, filed: dict[str, Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "PAGE", 1)
    for _one in range(2):
        registered(cast, product="折叠电动车", description="折叠电动车的刹车失灵，要求处理。")
    client = sign_in(cast.supervisor)
    assert filed["archived"].number in client.get(PAGE, {"q": "折叠电动车"}).content.decode()
    monkeypatch.setattr(archive, "MOST_PAGES", 1)
    page = client.get(PAGE, {"q": "折叠电动车"}).content.decode()
    assert ('rel="next"' in page, "没有符合条件的案卷" in page) == (True, False)
