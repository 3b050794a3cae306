"""What an address may ask besides its path: at every endpoint an unknown name is refused, and it is said what is known (IG-01)."""

import json

import pytest
from django.test import Client

from tests.cast import Cast
from tingsu.api import urls  # noqa: F401 all endpoints
from tingsu.api.asking import operations_by_place
from tingsu.api.tokens import issue_token
from tingsu.desk.tests.cases import a_case
from tingsu.kernel.actor import automation
from tingsu.privacy.models import AccessEntry
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.declaration import registers

SCOPES = ("complaints:read", "complaints:write", "registers:read", "registers:write")


@pytest.fixture
def headers(cast: Cast) -> dict[str, dict[str, str]]:
    def token(name: str) -> dict[str, str]:
        person = getattr(cast, name)
        _row, text = issue_token(
            actor=automation("test", cast.organisation_id), name=name, scopes=SCOPES, roles=person.actor.roles, acts_for=person.id
        )  # fmt: skip
        return {"Authorization": f"Bearer {text}", "Accept-Language": "en"}

    return {name: token(name) for name in ("supervisor", "frontline")}


@pytest.mark.req("IG-01")
def test_every_endpoint_refuses_a_name_that_it_does_not_know(client: Client, headers: dict) -> None:
    operations_by_place.cache_clear()  # tests that looked before every address was there
    places = operations_by_place()
    assert len(places) > 300
    assert len([one for one in places if one[0] == "GET"]) > 60
    for (method, place), known in places.items():
        if method == "GET":
            path = place.replace("<number>", "202611-XF-001").replace("<", "").replace(">", "")
            answer = client.get(f"/api/v1/{path}?statee=x", headers=headers["supervisor"])
            assert answer.status_code == 422, place
            sentence = json.loads(answer.content)["data"]["fields"]["statee"]["detail"]
            assert all(name in sentence for name in known), place
    for query, field, words in (
        ("complaints?state=nonsense", "state", "registered"),
        ("complaints?state=closed&state=archived", "state", "more than once"),
        ("complaints?grade=%00", "grade", "general"),
        ("registers/contact?kind=nonsense", "kind", "praise"),
        ("registers/contact?state=nonsense", "state", "unfinished"),
        ("registers/contact?owner=nobody", "owner", "nobody"),
        ("exports/complaints?purpose=audit&state=nonsense", "state", "registered"),
        ("exports/registers/contact?purpose=audit&kind=nonsense", "kind", "praise"),
        ("exports/complaints?purpose=%20", "purpose", "what the list is for"),
        ("exports/complaints?purpose=audit&form=exe", "form", ""),
        ("exports/complaints", "purpose", ""),
    ):
        answer = client.get(f"/api/v1/{query}", headers=headers["supervisor"])
        assert answer.status_code == 422, query
        assert words in json.loads(answer.content)["data"]["fields"][field]["detail"], query
    posted = client.post(
        "/api/v1/complaints?dry=1", "{}", content_type="application/json", headers=headers["supervisor"]
    )
    assert "besides the path" in json.loads(posted.content)["data"]["fields"]["dry"]["detail"]


@pytest.mark.req("IG-11", "PS-06")
def test_lists_leave_as_csv_and_as_lines_of_json(client: Client, cast: Cast, headers: dict) -> None:
    cases = [a_case(cast.frontline, product=product) for product in ('=HYPERLINK("http://x")', "空气炸锅，5L")]
    values = {
        "kind": "praise",
        "mode": "phone",
        "received_at": "2026-03-01T02:00:00Z",
        "words": "陈小满 13800002210 @SUM(1)",
    }
    entry = open_entry(actor=cast.frontline.actor, register=registers()["contact"], opening=Opening(values=values))

    def taken(path: str) -> str:
        answer = client.get(f"/api/v1/exports/{path}", headers=headers["supervisor"])
        assert answer.status_code == 200, answer.content
        assert "attachment" in answer["Content-Disposition"]
        return b"".join(answer.streaming_content).decode()

    listed = json.loads(client.get("/api/v1/complaints", headers=headers["supervisor"]).content)["items"]
    lines = [json.loads(line) for line in taken("complaints?form=jsonl&purpose=yearly+audit").splitlines()]
    assert lines == listed
    assert [one["number"] for one in lines] == [cases[1].number, cases[0].number]
    rows = taken("complaints?purpose=yearly+audit")
    assert rows.startswith("\ufeff")
    assert "\r\n" in rows
    assert "\"'=HYPERLINK" in rows
    assert ",=HYPERLINK" not in rows
    assert len(taken("complaints?purpose=yearly+audit&state=closed").strip().splitlines()) == 1
    for form in ("csv", "jsonl"):
        told = taken(f"registers/contact?form={form}&purpose=yearly+audit")
        assert entry.number in told
        assert "13800002210" not in told
    logged = AccessEntry.objects.filter(what="exported", door="api")
    assert logged.count() == 5
    assert {one.field for one in logged} == {"complaints", "contact"}
    assert all(one.purpose for one in logged)
    for path in ("complaints", "registers/contact"):
        refused = client.get(f"/api/v1/exports/{path}?purpose=yearly+audit", headers=headers["frontline"])
        assert refused.status_code == 403, "who handles cases takes no list away"
