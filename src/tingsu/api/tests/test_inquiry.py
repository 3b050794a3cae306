"""The investigation room for programs (IV-01, IG-01)."""

import pytest
from django.test import Client

from tests.cast import Cast
from tingsu.api.tokens import issue_token
from tingsu.inquiry.tests.samples import ORDER, shop
from tingsu.privacy.models import AccessEntry
from tingsu.settlement.tests.journey import registered


def asked(cast: Cast, address: str, *scopes: str) -> object:
    _row, text = issue_token(
        actor=cast.mgmt_rep.actor, name=address, scopes=scopes, roles=["mgmt_rep"], acts_for=cast.mgmt_rep.id
    )
    return Client().get(address, headers={"Authorization": f"Bearer {text}"})


@pytest.mark.req("IV-01", "IG-01")
def test_a_program_asks_with_a_purpose_and_reads_masked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    number = registered(cast, order_number=ORDER, phone="13800002210").complaint.number
    with shop(monkeypatch) as played:
        answer = asked(cast, f"/api/v1/complaints/{number}/room/orders?purpose=check", "complaints:read")
        assert answer.status_code == 200
        body = answer.json()
        facts = {one["name"]: one for one in body["groups"][0]["facts"]}
        assert (facts["amount"]["value"], facts["amount"]["kind"]) == (15900, "money")
        assert facts["at"]["value"] == "2026-02-20T00:00:00+00:00"
        assert body["answered"]
        assert body["closed"], "the other order stays closed"
        customer = asked(cast, f"/api/v1/complaints/{number}/room/customer?purpose=核对", "complaints:read").json()
        assert "13800002210" not in str(customer)
        assert "陈晓雨" not in str(customer)
        assert len(played.asked) == 2
    assert AccessEntry.objects.filter(field="room.orders", door="api", actor_kind="token").count() == 1


@pytest.mark.req("IV-01")
@pytest.mark.parametrize(
    ("query", "status"),
    [("orders", 422), ("orders?purpose=x", 422), ("orders?purpose=%20%20", 422), ("nothing?purpose=check", 404)],
)
def test_a_program_without_purpose_or_part_gets_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, query: str, status: int
) -> None:
    number = registered(cast, order_number=ORDER).complaint.number
    with shop(monkeypatch) as played:
        assert asked(cast, f"/api/v1/complaints/{number}/room/{query}", "complaints:read").status_code == status
        assert not played.asked


@pytest.mark.req("IV-01", "AI-04")
def test_a_program_without_the_scope_reads_no_room(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    number = registered(cast, order_number=ORDER).complaint.number
    with shop(monkeypatch) as played:
        assert asked(cast, f"/api/v1/complaints/{number}/room/orders?purpose=check", "registers:read").status_code in {
            403,
            404,
        }
        assert not played.asked
