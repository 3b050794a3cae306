"""The telephone for programs: calls of a complaint, records taken in, the answer rate (IG-04, RG-19, KP-03)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tingsu.api.tokens import issue_token
from tingsu.complaints.actions import take_step
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.phone.models import Call
from tingsu.phone.tests.calls import AT, NUMBER, connected, event, send, the_call
from tingsu.phone.tests.test_pages import a_case

SCOPES = ("complaints:read", "registers:read", "registers:write")


def asked(client: Client, token: str, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
    content = json.dumps(body) if body is not None else ""
    answer = client.generic(
        method, f"/api/v1{path}", content, content_type="application/json", headers={"Authorization": f"Bearer {token}"},
        query_params=query,
    )  # fmt: skip
    return answer.status_code, answer.json()


@pytest.mark.req("IG-04", "RG-19", "KP-03", "PS-06")
def test_programs_read_the_calls_of_a_case_bring_records_and_ask_for_the_rate(cast: Cast, client: Client) -> None:
    entry, secret = connected(cast)
    with travel_to(AT + timedelta(hours=2)):

        def token(*scopes: str) -> str:
            return issue_token(
                actor=automation("test", cast.organisation_id), name=",".join(scopes), scopes=scopes, roles=cast.supervisor.actor.roles,
                acts_for=cast.supervisor.id,
            )[1]  # fmt: skip

        whole, reading, narrow = token(*SCOPES), token("registers:read"), token("complaints:read")
        complaint = a_case(cast)
        send(client, entry, secret, event("answered", 30, number=NUMBER, agent="8001"))
        take_step(
            actor=cast.supervisor.actor,
            complaint_id=complaint.pk,
            step="link_call",
            values={"call": the_call()[1].number},
        )
        status, told = asked(client, whole, "GET", f"/complaints/{complaint.number}/calls")
        assert (status, [one["caller"] for one in told], told[0]["agent"]) == (200, ["138 **** 5555"], "8001")
        assert asked(client, reading, "GET", f"/complaints/{complaint.number}/calls")[0] == 403
        records = f"/hotlines/{entry.number}/calls"
        good = {
            "call": "r1",
            "started_at": "2026-03-02T01:00:00Z",
            "ended_at": "2026-03-02T01:01:00Z",
            "number": NUMBER,
        }
        brought = asked(
            client,
            whole,
            "POST",
            records,
            {"calls": [good, {**good, "call": "r2", "ended_at": "2026-03-02T00:00:00Z"}, 7]},
        )
        assert (brought[0], brought[1]["taken"], [one["place"] for one in brought[1]["refused"]]) == (200, 1, [2, 3])
        assert asked(client, whole, "POST", records, {"calls": [good]})[1] == {"taken": 0, "known": 1, "refused": []}
        for wrong in ({}, {"calls": []}, {"calls": [good] * 201}, {"calls": "x"}, []):
            assert asked(client, whole, "POST", records, wrong)[0] in {400, 422}
        assert asked(client, reading, "POST", records, {"calls": [good]})[0] == 403
        assert asked(client, whole, "POST", "/hotlines/TD-2026-999/calls", {"calls": [good]})[0] == 404
        rate = f"/hotlines/{entry.number}/answer-rate"
        period = {"since": "2026-03-02T00:00:00Z", "until": "2026-03-03T00:00:00Z"}
        status, counted = asked(client, reading, "GET", rate, **period)
        assert (status, counted["answered"], counted["missed"], counted["per_cent"], counted["enough"]) == (
            200,
            1,
            1,
            50.0,
            False,
        )
        assert asked(client, reading, "GET", rate, since="2026-03-02T00:00:00", until="2026-03-03T00:00:00")[0] == 422
        assert asked(client, narrow, "GET", rate, **period)[0] == 403
        assert Call.objects.count() == 2
