"""A program asks for a form that is filled in beforehand (IN-10): by which scope, with what, and what it refuses."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tingsu.api.tokens import issue_token
from tingsu.kernel.actor import automation
from tingsu.kernel.ids import new_id
from tingsu.portal.models import PortalDraft

pytestmark = [pytest.mark.django_db, pytest.mark.req("IN-10", "IG-01")]


@pytest.mark.parametrize(
    ("scope", "body", "status"),
    [
        ("complaints:write", {"cause": "refund", "phone": "13800002210", "order_number": "DD2026"}, 201),
        ("complaints:write", {"description": "不能由程序代写"}, 422), ("complaints:write", {"name": 5}, 422), ("complaints:read", {}, 403),
        ("registers:write", {}, 403),
    ],
)  # fmt: skip
def test_a_program_fills_in_what_it_knows(
    client: Client, cast: Cast, scope: str, body: dict[str, Any], status: int
) -> None:
    actor, person = automation("test", cast.organisation_id), cast.frontline
    token = issue_token(actor=actor, name=new_id().hex, scopes=(scope,), roles=person.actor.roles, acts_for=person.id)[
        1
    ]
    answer = client.post(
        "/api/v1/forms", json.dumps(body), "application/json", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == status, answer.content
    assert not PortalDraft.objects.exists()
    if status != 201:
        return
    address = answer.json()["url"]
    assert "13800002210" not in address
    path = address[address.index("/submit/with/") :]
    assert client.get(path).headers["Location"] == "/submit/story/"
    assert 'value="DD2026"' in client.get("/submit/story/").content.decode()
    assert client.post("/api/v1/forms", "{}", "application/json").status_code == 401
