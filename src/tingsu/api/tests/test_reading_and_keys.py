"""What programs read leaves its trace, lists are paged and filtered exactly, keys belong to one program, rights hold on every address."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, Person
from tingsu.api import reading
from tingsu.api.models import ApiToken
from tingsu.api.tests.test_api import STORY
from tingsu.api.tokens import issue_token, organisation_of, revoke_token
from tingsu.complaints.models import Complaint
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event, IdempotencyKey
from tingsu.privacy.models import AccessEntry
from tingsu.triage.tests.cases import graded


@pytest.fixture
def token_of(cast: Cast) -> Callable[..., str]:
    def issue(person: Person, *scopes: str, name: str = "") -> str:
        _row, text = issue_token(
            actor=automation("test", cast.organisation_id), name=name or f"{person.username} {now().timestamp()}", roles=person.actor.roles, acts_for=person.id,
            scopes=scopes or ("complaints:read", "complaints:write"),
        )  # fmt: skip
        return text

    return issue


@pytest.fixture
def call(client: Client) -> Callable[..., tuple[int, Any]]:
    def ask(token: str, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        response = client.generic(
            method, f"/api/v1{path}", json.dumps(body) if body is not None else "", content_type="application/json",
            headers={"Authorization": f"Bearer {token}", **headers},
        )  # fmt: skip
        return response.status_code, response.json()

    return ask


def made(cast: Cast, **changes: Any) -> Complaint:
    return register_complaint(actor=cast.frontline.actor, intake=read_intake({**STORY, **changes})).complaint


@pytest.mark.req("PS-06")
@pytest.mark.parametrize("path", ["", "/events"])
def test_what_a_program_opens_stands_in_the_access_log(
    cast: Cast, token_of: Callable, call: Callable, path: str
) -> None:
    complaint = made(cast)
    token = token_of(cast.specialist)
    assert call(token, "GET", f"/complaints/{complaint.number}{path}")[0] == 200
    entry = AccessEntry.objects.get()
    assert (entry.what, entry.stream_id, entry.door, entry.actor_kind, entry.actor_id) == (
        "opened", complaint.pk, "api", "token", cast.specialist.id,
    )  # fmt: skip
    assert entry.actor_name == ApiToken.objects.get().pk.hex[:12]
    assert call(token, "GET", f"/complaints/202601-XF-999{path}")[0] == 404
    assert AccessEntry.objects.count() == 1


def test_the_events_of_a_case_are_told_in_order_with_who_and_hash(
    cast: Cast, token_of: Callable, call: Callable
) -> None:
    complaint = graded(cast.frontline, made(cast))
    status, told = call(token_of(cast.specialist), "GET", f"/complaints/{complaint.number}/events")
    rows = list(Event.objects.filter(stream_id=complaint.pk).order_by("seq"))
    assert (status, len(rows) > 1) == (200, True)
    assert [(one["seq"], one["kind"], one["actor"], one["hash"]) for one in told] == [
        (row.seq, row.kind, f"{row.actor_kind}:{row.actor_name}", bytes(row.hash).hex()) for row in rows
    ]
    assert told[0]["data"] == rows[0].data


@pytest.mark.req("invariant-9")
def test_what_can_be_done_now_lists_what_is_missing_and_what_may_be_chosen(
    cast: Cast, token_of: Callable, call: Callable
) -> None:
    complaint = made(cast)
    scopes = ("complaints:read", "complaints:write", "complaints:decide")
    _status, offers = call(token_of(cast.frontline, *scopes), "GET", f"/complaints/{complaint.number}/steps")
    by_name = {offer["step"]: offer for offer in offers}
    assert {one["code"] for one in by_name["pass_on"]["unmet"]} == {"not_graded"}
    assert (by_name["pass_on"]["id"], by_name["pass_on"]["target"], by_name["note"]["target"]) == (
        "P03",
        "routing",
        None,
    )
    assert by_name["note"]["unmet"] == []
    units = {option["code"] for option in by_name["pass_on"]["options"]["unit"]}
    assert units == {str(cast.units[code].pk) for code in ("centre", "intake", "investigation", "handling")}
    assert {option["code"] for option in by_name["solve_directly"]["options"]["remedies.code"]} >= {"36", "53"}
    assert "assign" not in by_name


@pytest.mark.req("invariant-3")
def test_two_programs_with_the_same_key_register_two_complaints(cast: Cast, token_of: Callable, call: Callable) -> None:
    one, other = token_of(cast.frontline, name="one"), token_of(cast.frontline, name="other")
    key = {"Idempotency-Key": "order-17"}
    first, second = (call(token, "POST", "/complaints", STORY, **key) for token in (one, other))
    assert (first[0], second[0]) == (201, 201)
    assert first[1]["number"] != second[1]["number"]
    assert Complaint.objects.count() == 2
    assert call(one, "POST", "/complaints", STORY, **key) == first
    assert call(other, "POST", "/complaints", STORY, **key) == second
    assert Complaint.objects.count() == 2


@pytest.mark.req("invariant-3")
def test_a_key_belongs_to_its_address_and_body_and_keeps_a_refusal(
    cast: Cast, client: Client, token_of: Callable, call: Callable
) -> None:
    token, complaint, other = token_of(cast.frontline), made(cast), made(cast)
    key = {"Idempotency-Key": "note-1"}
    note = {"values": {"note": "客户来电"}}
    first = call(token, "POST", f"/complaints/{complaint.number}/steps/note", note, **key)
    assert call(token, "POST", f"/complaints/{complaint.number}/steps/note", note, **key) == first
    assert Event.objects.filter(kind="complaint.note_added").count() == 1
    for number, body in ((other.number, note), (complaint.number, {"values": {"note": "另一句"}})):
        status, answer = call(token, "POST", f"/complaints/{number}/steps/note", body, **key)
        assert (status, answer["code"]) == (409, "idempotency_key_reused")
    refused = call(
        token, "POST", f"/complaints/{complaint.number}/steps/note", {"values": {}}, **{"Idempotency-Key": "note-2"}
    )
    assert refused[0] == 422
    again = partial(client.post, f"/api/v1/complaints/{complaint.number}/steps/note", {"values": {}})
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "note-2"}
    for status in (422, 410, 503):  # whatever was refused then, also what no endpoint tells of in its schema
        IdempotencyKey.objects.filter(key="note-2").update(status=status)
        told = again(content_type="application/json", headers=headers)
        assert (told.status_code, told.json()) == (status, refused[1])
        assert told.headers["Content-Type"] == "application/problem+json"
    IdempotencyKey.objects.filter(key="note-2").update(status=422)
    assert IdempotencyKey.objects.filter(key="note-2").get().status == 422
    assert (
        call(token, "POST", f"/complaints/{complaint.number}/steps/note", note, **{"Idempotency-Key": "k" * 80})[0]
        == 200
    )
    assert (
        call(token, "POST", f"/complaints/{complaint.number}/steps/note", note, **{"Idempotency-Key": "k" * 81})[0]
        == 422
    )
    assert call(token, "POST", f"/complaints/{complaint.number}/steps/note", note)[0] == 200
    assert call(token, "POST", f"/complaints/{complaint.number}/steps/note", note)[0] == 200
    assert Event.objects.filter(kind="complaint.note_added").count() == 4


@pytest.mark.req("invariant-9")
@pytest.mark.parametrize(
    ("method", "path", "read", "write"),
    [
        ("GET", "/complaints", 200, 200), ("GET", "/complaints/{number}", 200, 200), ("GET", "/complaints/{number}/events", 200, 200),
        ("GET", "/complaints/{number}/steps", 200, 200), ("POST", "/complaints/{number}/steps/note", 403, 422), ("POST", "/complaints", 403, 422),
        ("POST", "/files", 403, 400),
    ],
)  # fmt: skip
def test_what_a_reading_and_a_writing_program_may(
    cast: Cast, token_of: Callable, call: Callable, method: str, path: str, read: int, write: int
) -> None:
    address = path.format(number=made(cast).number)
    for scopes, status in ((("complaints:read",), read), (("complaints:write",), write)):
        assert call(token_of(cast.specialist, *scopes), method, address, {} if method == "POST" else None)[0] == status


@pytest.mark.req("invariant-13")
def test_a_list_is_paged_without_losing_or_repeating_what_came_at_the_same_instant(
    cast: Cast, token_of: Callable, call: Callable
) -> None:
    at = now() - timedelta(hours=1)
    with travel_to(at):
        same = [made(cast) for _number in range(4)]
    with travel_to(at - timedelta(minutes=1)):
        older = made(cast)
    with travel_to(at + timedelta(minutes=1)):
        newer = made(cast)
    token, seen, after = token_of(cast.specialist), [], ""
    for _page in range(10):
        status, page = call(
            token, "GET", f"/complaints?limit=2{'&after=' + after.replace('+', '%2B') if after else ''}"
        )
        assert status == 200
        seen += [item["number"] for item in page["items"]]
        if not (after := page["next"] or ""):
            break
    expected = [newer.number, *(one.number for one in sorted(same, key=lambda one: one.pk, reverse=True)), older.number]
    assert seen == expected
    assert call(token, "GET", "/complaints?limit=6")[1]["next"] is None
    assert call(token, "GET", "/complaints?limit=5")[1]["next"] is not None
    assert call(token, "GET", "/complaints?after=nonsense")[0] == 400
    assert [call(token, "GET", f"/complaints?limit={limit}")[0] for limit in (0, 1, 200, 201)] == [422, 200, 200, 422]


@pytest.mark.parametrize(
    ("query", "found"),
    [("", {"a", "b"}), ("problem_type=ip", {"b"}), ("problem_type=consumer", {"a"}), ("mode=letter", {"b"}), ("mode=phone", set()),
     ("state=registered", {"a", "b"}),
     ("state=closed", set()), ("grade=general", set()), ("urgency=normal", {"a", "b"}), ("urgency=urgent&problem_type=ip", set())],
)  # fmt: skip
def test_a_list_is_filtered_by_each_of_its_fields(
    cast: Cast, token_of: Callable, call: Callable, query: str, found: set[str]
) -> None:
    names = {made(cast).number: "a", made(cast, problem_type="ip", mode="letter").number: "b"}
    status, page = call(token_of(cast.specialist), "GET", f"/complaints?{query}")
    assert (status, {names[item["number"]] for item in page["items"]}) == (200, found)


@pytest.mark.req("PS-11")
def test_a_program_of_a_department_lists_and_reads_by_its_scope_only_with_personal_data_masked(
    cast: Cast, token_of: Callable, call: Callable
) -> None:
    complaint = made(cast, email="chen@example.com", order_number="26110200317")
    _status, read = call(token_of(cast.specialist), "GET", f"/complaints/{complaint.number}")
    (party,) = read["parties"]
    assert (party["role"], party["name"], party["phone"], party["email"]) == (
        "complainant",
        "陈**",
        "138 **** 2210",
        "c***@e***.com",
    )
    assert read["description"] == STORY["description"]
    assert set(reading.outline(cast.specialist.actor, complaint)) <= set(read)
    assert (read["number"], read["state"], read["public_stage"], read["owner_id"]) == (
        complaint.number,
        "registered",
        "received",
        str(cast.frontline.id),
    )
    assert len(read["promises"]) == complaint_promises(complaint)
    item = call(token_of(cast.specialist), "GET", "/complaints")[1]["items"][0]
    assert "description" not in item
    assert "parties" not in item


def complaint_promises(complaint: Complaint) -> int:
    return len(reading.promises_of(complaint))


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"name": ""}, "name"), ({"name": " "}, "name"), ({"name": "x" * 61}, "name"), ({"name": "a\x00"}, "name"), ({"scopes": []}, "scopes"),
     ({"scopes": ["everything"]}, "scopes"), ({"roles": ["king"]}, "roles")],
)  # fmt: skip
def test_a_token_that_makes_no_sense_is_not_issued(cast: Cast, changes: dict, field: str) -> None:
    values = {
        "name": "官网",
        "scopes": ["complaints:read"],
        "roles": ["specialist"],
        "acts_for": cast.specialist.id,
    } | changes
    with pytest.raises(InvalidInput) as refused:
        issue_token(actor=automation("test", cast.organisation_id), **values)
    assert set(refused.value.fields) == {field}
    assert not ApiToken.objects.exists()


def test_names_of_tokens_are_unique_and_revoking_is_written_once(cast: Cast) -> None:
    values = {
        "name": "x" * 60,
        "scopes": ["complaints:write", "complaints:read"],
        "roles": ["specialist"],
        "acts_for": cast.specialist.id,
    }
    row, text = issue_token(actor=automation("test", cast.organisation_id), **values)
    assert organisation_of(text) == "test"
    assert [organisation_of(other) for other in ("", "a.b", "other.test.id.secret", "tingsu.test.id")] == [""] * 4
    with pytest.raises(InvalidInput):
        issue_token(actor=automation("test", cast.organisation_id), **values)
    assert (row.scopes, bytes(row.digest)[:1]) == (["complaints:read", "complaints:write"], b"\x01")
    for person in (cast.frontline, cast.specialist, cast.qa):
        with pytest.raises(NotAllowed):
            revoke_token(actor=person.actor, token_id=row.pk)
    revoke_token(actor=cast.mgmt_rep.actor, token_id=row.pk)
    first = ApiToken.objects.get().revoked_at
    revoke_token(actor=cast.mgmt_rep.actor, token_id=row.pk)
    assert ApiToken.objects.get().revoked_at == first
    assert Event.objects.filter(stream_id=row.pk).order_by("seq").values_list("kind", flat=True)[::1] == [
        "token.issued",
        "token.revoked",
    ]
    with pytest.raises(NotFound):
        revoke_token(actor=cast.mgmt_rep.actor, token_id=cast.organisation_id)


@pytest.mark.parametrize(("left", "status"), [(1, 200), (0, 401), (-1, 401)])
def test_a_token_ends_at_its_second(cast: Cast, call: Callable, left: int, status: int) -> None:
    at = now()
    _row, text = issue_token(
        actor=automation("test", cast.organisation_id), name="short", scopes=["complaints:read"], roles=["specialist"], acts_for=cast.specialist.id,
        expires_at=at + timedelta(seconds=60),
    )  # fmt: skip
    with travel_to(at + timedelta(seconds=60 - left)):
        assert call(text, "GET", "/complaints")[0] == status


def test_a_token_with_another_secret_or_scheme_opens_nothing(cast: Cast, token_of: Callable, client: Client) -> None:
    token = token_of(cast.specialist)
    for scheme, text, status in (
        ("Bearer", token, 200), ("bearer", token, 200), ("Basic", token, 401), ("Bearer", token[:-1], 401), ("Bearer", token + "x", 401),
        ("Bearer", token.rpartition(".")[0] + ".", 401),
    ):  # fmt: skip
        assert client.get("/api/v1/complaints", headers={"Authorization": f"{scheme} {text}"}).status_code == status, (
            scheme
        )
