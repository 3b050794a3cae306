"""Programs come through the same actions as pages, with tokens, scopes and keys."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast, Person
from tingsu.api import uploads
from tingsu.api.tokens import issue_token, revoke_token
from tingsu.complaints.models import Complaint
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed
from tingsu.kernel.models import IdempotencyKey
from tingsu.people.actions import deactivate_member

STORY = {
    "problem_type": "consumer", "description": "商家已同意退款，七天没有到账。", "product": "空气炸锅", "occurred_on": "2026-02-20",
    "name": "陈小满", "phone": "13800002210", "mode": "internet", "demands": [{"kind": "refund", "amount": 129900}],
}  # fmt: skip
Call = Callable[..., tuple[int, dict]]


@pytest.fixture
def token_of(cast: Cast) -> Callable[..., str]:
    def issue(person: Person, *scopes: str) -> str:
        _row, text = issue_token(
            actor=automation("test", cast.organisation_id),
            name=f"{person.username}-{len(scopes)}-{now().timestamp()}",
            scopes=scopes or ("complaints:read", "complaints:write"),
            roles=person.actor.roles,
            acts_for=person.id,
        )
        return text

    return issue


@pytest.fixture
def call(client: Client) -> Call:
    def ask(token: str, method: str, path: str, body: object = None, **headers: str) -> tuple[int, dict]:
        response = client.generic(
            method, f"/api/v1{path}", json.dumps(body) if body is not None else "", content_type="application/json",
            headers={"Authorization": f"Bearer {token}", **headers},
        )  # fmt: skip
        return response.status_code, response.json()

    return ask


@pytest.mark.req("TR-22", "AS-07")
def test_programs_find_escalated_complaints(cast: Cast, token_of: Callable, call: Call) -> None:
    token = token_of(cast.frontline)
    numbers = [call(token, "POST", "/complaints", STORY)[1]["number"] for _n in range(2)]
    Complaint.objects.filter(number=numbers[0]).update(escalation_level=2)
    for value, found in (("yes", [numbers[0]]), ("no", [numbers[1]])):
        status, page = call(token, "GET", f"/complaints?escalation_level={value}")
        assert (status, [one["number"] for one in page["items"]]) == (200, found)
    assert call(token, "GET", "/complaints?escalation_level=2")[0] == 422


def test_a_complaint_is_registered_read_and_listed(cast: Cast, token_of: Callable, call: Call) -> None:
    token = token_of(cast.frontline)
    status, made = call(token, "POST", "/complaints", STORY)
    assert status == 201, made
    assert {p["kind"] for p in made["promises"]} >= {
        "acknowledgement",
        "first_reply",
        "handling_start",
        "progress_feedback",
    }
    status, read = call(token, "GET", f"/complaints/{made['number']}")
    assert status == 200
    assert read["owner_id"] == str(cast.frontline.id)
    assert "13800002210" not in json.dumps(read)
    assert [(one["kind"], one["amount"]) for one in read["demands"]] == [("refund", 129900)]
    status, page = call(token, "GET", "/complaints?limit=1")
    assert [item["number"] for item in page["items"]] == [made["number"]]


@pytest.mark.parametrize(
    ("token", "status"),
    [
        ("", 401),
        ("nonsense", 401),
        ("tingsu.test.00.x", 401),
        ("tingsu.nobody.00000000000000000000000000000000.x", 401),
    ],
)
def test_a_bad_token_opens_nothing(organisation: object, call: Call, token: str, status: int) -> None:
    found, answer = call(token, "GET", "/complaints")
    assert (found, answer["code"]) == (status, "token_invalid")


def test_the_token_of_somebody_who_left_opens_nothing(cast: Cast, token_of: Callable, call: Call) -> None:
    token = token_of(cast.frontline2)
    assert call(token, "GET", "/complaints")[0] == 200
    deactivate_member(actor=cast.supervisor.actor, member_id=cast.frontline2.id)
    assert call(token, "GET", "/complaints")[0] == 401
    assert call(token, "POST", "/complaints", STORY)[0] == 401
    assert not Complaint.objects.exists()


def test_a_revoked_or_expired_token_opens_nothing(cast: Cast, call: Call) -> None:
    def issue(name: str, **more: object) -> tuple[object, str]:
        return issue_token(
            actor=automation("test", cast.organisation_id),
            name=name,
            scopes=["complaints:read"],
            roles=["specialist"],
            acts_for=cast.specialist.id,
            **more,
        )

    row, text = issue("one")
    assert call(text, "GET", "/complaints")[0] == 200
    revoke_token(actor=cast.mgmt_rep.actor, token_id=row.pk)
    assert call(text, "GET", "/complaints")[0] == 401
    _row, late = issue("two", expires_at=now() - timedelta(seconds=1))
    assert call(late, "GET", "/complaints")[0] == 401


def test_only_who_may_issues_tokens(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        issue_token(
            actor=cast.frontline.actor, name="x", scopes=["complaints:read"], roles=[], acts_for=cast.frontline.id
        )


def test_a_reading_token_writes_nothing(cast: Cast, token_of: Callable, call: Call) -> None:
    number = call(token_of(cast.frontline), "POST", "/complaints", STORY)[1]["number"]
    reader = token_of(cast.frontline, "complaints:read")
    assert call(reader, "POST", "/complaints", STORY)[0] == 403
    assert call(reader, "POST", f"/complaints/{number}/steps/note", {"values": {"note": "x"}})[0] == 403
    assert call(reader, "GET", f"/complaints/{number}")[0] == 200
    assert Complaint.objects.count() == 1


def test_the_same_key_does_the_work_once(cast: Cast, token_of: Callable, call: Call) -> None:
    token = token_of(cast.frontline)
    first = call(token, "POST", "/complaints", STORY, **{"Idempotency-Key": "k1"})
    second = call(token, "POST", "/complaints", STORY, **{"Idempotency-Key": "k1"})
    assert first == second
    assert Complaint.objects.count() == 1
    status, answer = call(token, "POST", "/complaints", {**STORY, "product": "other"}, **{"Idempotency-Key": "k1"})
    assert (status, answer["code"]) == (409, "idempotency_key_reused")


@pytest.mark.req("invariant-9")
def test_a_refused_step_lists_what_is_missing(cast: Cast, token_of: Callable, call: Call) -> None:
    token = token_of(cast.frontline)
    number = call(token, "POST", "/complaints", STORY)[1]["number"]
    unit = str(cast.units["investigation"].pk)
    status, answer = call(token, "POST", f"/complaints/{number}/steps/pass_on", {"values": {"unit": unit}})
    assert (status, answer["code"]) == (409, "conditions_unmet")
    assert "G1" in {one["guard"] for one in answer["data"]["unmet"]}
    status, answer = call(
        token, "POST", f"/complaints/{number}/steps/note", {"values": {"note": "客户来电"}, "version": 99}
    )
    assert (status, answer["code"]) == (409, "changed_meanwhile")
    assert call(token, "POST", f"/complaints/{number}/steps/note", {"values": {"note": "客户来电"}})[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "x",
        {"values": []},
        {"version": "1"},
        {"nonsense": 1},
        {"values": {"note": 5}},
        {"values": {"note": "\x00"}},
    ],
)
def test_bad_bodies_are_refused_in_words(cast: Cast, token_of: Callable, call: Call, body: object) -> None:
    token = token_of(cast.frontline)
    number = call(token, "POST", "/complaints", STORY)[1]["number"]
    status, answer = call(token, "POST", f"/complaints/{number}/steps/note", body)
    assert status in {400, 422}
    assert answer["detail"]


@pytest.mark.req("invariant-5")
def test_another_organisations_complaint_does_not_exist(
    cast: Cast, other_organisation: object, token_of: Callable, call: Call
) -> None:
    number = call(token_of(cast.frontline), "POST", "/complaints", STORY)[1]["number"]
    token = token_of(cast.frontline).replace("tingsu.test.", "tingsu.other.")
    assert call(token, "GET", f"/complaints/{number}")[0] == 401


@pytest.mark.req("invariant-3")
def test_a_key_whose_process_was_killed_is_taken_up_and_gives_the_complaint_it_had_made(
    cast: Cast, token_of: Callable, call: Call
) -> None:
    token = token_of(cast.frontline)
    _status, made = call(token, "POST", "/complaints", STORY, **{"Idempotency-Key": "lost-answer"})
    IdempotencyKey.objects.filter(key="lost-answer").update(status=None, answer=None)
    status, again = call(token, "POST", "/complaints", STORY, **{"Idempotency-Key": "lost-answer"})
    assert (status, again["number"]) == (201, made["number"])
    assert Complaint.objects.count() == 1


def upload(client: Client, token: str, *parts: tuple[str, object], **headers: str) -> tuple[int, dict]:
    response = client.post(
        "/api/v1/files", dict(parts),
        headers={"Authorization": f"Bearer {token}", **headers},
    )  # fmt: skip
    return response.status_code, response.json()


def note(words: bytes = "退款截图说明".encode(), name: str = "note.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, words, content_type="text/plain")


def test_an_uploaded_file_goes_with_a_registration_and_with_a_step(
    cast: Cast, token_of: Callable, call: Call, client: Client
) -> None:
    token = token_of(cast.frontline)
    status, first = upload(client, token, ("file", note()))
    assert status == 201, first
    assert (first["media_type"], first["size"]) == ("text/plain", len("退款截图说明".encode()))
    status, made = call(token, "POST", "/complaints", {**STORY, "files": [first["id"]]})
    assert status == 201, made
    second = upload(client, token, ("file", note(b"more")))[1]
    values = {"facts": "补充说明", "files": [second["id"]]}
    status, answer = call(token, "POST", f"/complaints/{made['number']}/steps/add_facts", {"values": values})
    assert status == 200, answer
    kept = StoredFile.objects.filter(stream_id=answer["id"])
    assert {str(file.pk) for file in kept} == {first["id"], second["id"]}
    assert {file.received_by for file in kept} == {cast.frontline.id}


@pytest.mark.req("PS-03")
def test_a_program_uploads_so_many_files_an_hour_and_a_repeat_is_not_counted(
    cast: Cast, token_of: Callable, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PER_HOUR", 2)
    token, other = token_of(cast.frontline), token_of(cast.specialist)
    first = {"Idempotency-Key": "one"}
    asked = [(b"1", first, 201), (b"1", first, 201), (b"2", {}, 201), (b"3", {}, 429)]
    assert [upload(client, token, ("file", note(words)), **key)[0] for words, key, _status in asked] == [
        status for _words, _key, status in asked
    ]
    assert upload(client, other, ("file", note(b"4")))[0] == 201


@pytest.mark.req("invariant-5")
def test_a_file_that_another_program_uploaded_cannot_be_named(
    cast: Cast, token_of: Callable, call: Call, client: Client
) -> None:
    theirs = upload(client, token_of(cast.specialist), ("file", note()))[1]["id"]
    mine = upload(client, token_of(cast.frontline), ("file", note()))[1]["id"]
    token = token_of(cast.frontline)
    assert call(token, "POST", "/complaints", {**STORY, "files": [theirs]})[0] == 404
    assert not Complaint.objects.exists()
    assert call(token, "POST", "/complaints", {**STORY, "files": [mine]})[0] == 201


def test_an_upload_that_cannot_be_taken_is_refused_in_words_and_leaves_nothing(
    cast: Cast, token_of: Callable, client: Client
) -> None:
    token = token_of(cast.frontline)
    for parts, status, code in (
        ([], 422, "invalid_input"),
        ([("file", note()), ("other", note())], 422, "invalid_input"),
        ([("file", note(b""))], 422, "file_empty"),
        ([("file", note(b"MZ" + bytes(64), "setup.exe"))], 422, "file_name_doubtful"),
    ):
        found, answer = upload(client, token, *parts)
        assert (found, answer["code"]) == (status, code), answer
        assert answer["detail"]
    for body, kind in (
        (b"{}", "application/json"),
        (b"nothing", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=b"),
    ):
        response = client.generic(
            "POST", "/api/v1/files", body, content_type=kind, headers={"Authorization": f"Bearer {token}"}
        )  # fmt: skip
        assert response.status_code in {400, 422}, response.content
    response = client.generic(
        "POST", "/api/v1/files", b"x", content_type="multipart/form-data; boundary=b",
        headers={"Authorization": f"Bearer {token}", "Content-Length": str(10**9)},
    )  # fmt: skip
    assert response.json()["code"] == "file_too_large"
    assert upload(client, token_of(cast.frontline, "complaints:read"), ("file", note()))[0] == 403
    assert upload(client, "nonsense", ("file", note()))[0] == 401
    assert not StoredFile.objects.exists()


def test_an_upload_with_a_key_is_kept_once(cast: Cast, token_of: Callable, client: Client) -> None:
    token, key = token_of(cast.frontline), {"Idempotency-Key": "photo-1"}
    first = upload(client, token, ("file", note()), **key)
    assert upload(client, token, ("file", note()), **key) == first
    status, answer = upload(client, token, ("file", note(b"another")), **key)
    assert (status, answer["code"]) == (409, "idempotency_key_reused")
    assert StoredFile.objects.count() == 1


def test_the_token_page_shows_the_secret_once_and_keeps_what_was_typed(cast: Cast, sign_in: Callable) -> None:
    client = sign_in(cast.mgmt_rep)
    page = "/desk/settings/programs/"
    refused = client.post(page, {"name": "官网", "acts_for": str(cast.frontline.id)})
    assert refused.status_code == 422
    assert "官网" in refused.content.decode()
    assert client.post(page, {"name": "官\x00网", "acts_for": "x", "scopes": "complaints:read"}).status_code == 422
    made = client.post(
        page,
        {"name": "官网", "scopes": ["complaints:write"], "roles": ["frontline"], "acts_for": str(cast.frontline.id)},
    )
    assert "tingsu.test." in made.content.decode()
    assert "tingsu.test." not in client.get(page).content.decode()
    assert sign_in(cast.frontline).get(page).status_code == 403


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "odd"}])
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"anonymous": ["yes"]}, "anonymous"),
        ({"anonymous": {"yes": 1}}, "anonymous"),
        ({"\x00": 1}, ""),
        ({"\ud800sign": 1}, "sign"),
        ({"description": "\ud800"}, "description"),
    ],
)
def test_what_no_page_could_send_is_refused_by_its_field(
    cast: Cast, token_of: Callable, call: Call, body: dict, field: str, key: dict
) -> None:
    token = token_of(cast.frontline)
    for _again in range(2):
        status, answer = call(token, "POST", "/complaints", STORY | body, **key)
        assert (status, field in answer["data"]["fields"]) == (422, True), answer
    assert Complaint.objects.count() == 0
