"""Programs take up an escalation as people do: who was told, by which scope, once, and with every refusal."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, Person
from tingsu.api.tokens import issue_token
from tingsu.clocks.models import Escalation, EscalationCall
from tingsu.clocks.tasks import sweep_organisation
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.registers.declaration import registers
from tingsu.registers.tests.samples import an_entry
from tingsu.triage.tests.cases import graded, registered, step

pytestmark = pytest.mark.req("AS-07", "IG-01")
READ, WRITE = "complaints:read", "complaints:write"
ENTRIES = "registers:write"
Call = Callable[..., tuple[int, Any]]


@pytest.fixture
def token_of(cast: Cast) -> Callable[..., str]:
    def issue(person: Person, *scopes: str) -> str:
        return issue_token(
            actor=automation("test", cast.organisation_id),
            name=new_id().hex,
            scopes=scopes,
            roles=person.actor.roles,
            acts_for=person.id,
        )[1]

    return issue


@pytest.fixture
def call(client: Client) -> Call:
    def ask(token: str, method: str, path: str = "", **headers: str) -> tuple[int, Any]:
        answer = client.generic(
            method, f"/api/v1/escalations{path}", content_type="application/json",
            headers={"Authorization": f"Bearer {token}", **headers},
        )  # fmt: skip
        return answer.status_code, json.loads(answer.content)

    return ask


@pytest.fixture
def complaint(cast: Cast) -> Any:
    """Escalated twice by hand: the specialists' level, then the supervisor's, both still called."""
    made = graded(cast.frontline, registered(cast.frontline))
    for reason in ("久拖", "恶化"):
        made = step(cast.frontline, made, "escalate", reason=reason)
    return made


@pytest.fixture
def entry(cast: Cast) -> Any:
    """A nonconformity that nobody reacted to in time."""
    made = an_entry(registers()["nonconformity"], cast.frontline, owner=str(cast.frontline.id))
    with travel_to(now() + timedelta(days=9)):
        sweep_organisation()
    return made


def test_what_waits_is_listed_and_taken_up_once(cast: Cast, complaint: Any, token_of: Callable, call: Call) -> None:
    token = token_of(cast.supervisor, READ, WRITE)
    status, listed = call(token, "GET")
    assert status == 200
    (one,) = listed
    row = Escalation.objects.get()
    assert one == {
        "id": str(complaint.pk), "kind": "complaint", "number": complaint.number, "level": 3, "rung": "supervisor", "times": 2,
        "raised_at": one["raised_at"], "next_at": one["next_at"], "taken_at": None,
    }  # fmt: skip
    assert one["next_at"] is not None
    assert call(token_of(cast.qa, READ, WRITE), "GET") == (200, [])
    events = Event.objects.count()
    status, taken = call(token, "POST", f"/{complaint.pk}/take-up")
    assert (status, taken["number"], taken["next_at"]) == (200, complaint.number, None)
    row.refresh_from_db()
    assert (row.taken_by, row.taken_at is not None, taken["taken_at"] is not None) == (cast.supervisor.id, True, True)
    event = Event.objects.order_by("-id").first()
    assert (event.kind, event.actor_kind, Event.objects.count()) == ("escalation.taken_up", "token", events + 1)
    assert not EscalationCall.objects.filter(ended_at=None).exists()
    told = set(Notice.objects.filter(kind="escalation.taken_up").values_list("member_id", flat=True))
    assert cast.frontline.id in told
    assert cast.supervisor.id not in told
    assert call(token, "GET") == (200, [])
    status, refusal = call(token, "POST", f"/{complaint.pk}/take-up")
    assert (status, refusal["code"]) == (409, "taken_up_already")
    assert "3001" in refusal["detail"]


def test_a_repeated_request_gets_the_same_answer_refusals_included(
    cast: Cast, complaint: Any, token_of: Callable, call: Call
) -> None:
    token, path = token_of(cast.supervisor, READ, WRITE), f"/{complaint.pk}/take-up"
    first = call(token, "POST", path, **{"Idempotency-Key": "a"})
    assert first[0] == 200
    assert call(token, "POST", path, **{"Idempotency-Key": "a"}) == first
    assert call(token, "POST", path, **{"Idempotency-Key": "b"})[0] == 409
    assert call(token, "POST", path, **{"Idempotency-Key": "b"})[1]["code"] == "taken_up_already"
    assert (
        call(token, "POST", f"/{uuid.uuid4()}/take-up", **{"Idempotency-Key": "a"})[1]["code"]
        == "idempotency_key_reused"
    )
    assert Event.objects.filter(kind="escalation.taken_up").count() == 1


@pytest.mark.parametrize(
    ("who", "scopes", "status", "code"),
    [
        ("supervisor", (READ,), 403, "not_allowed"),
        ("supervisor", (ENTRIES,), 404, "not_found"),
        ("mgmt_rep", (READ, WRITE), 403, "not_allowed"),
        ("frontline", (READ, WRITE), 403, "not_allowed"),
        ("supervisor", (WRITE,), 200, ""),
    ],
)
def test_scope_and_call_decide_who_takes_up_a_complaint(
    cast: Cast, complaint: Any, token_of: Callable, call: Call, who: str, scopes: tuple, status: int, code: str
) -> None:
    events = Event.objects.exclude(kind="token.issued").count()
    answer = call(token_of(getattr(cast, who), *scopes), "POST", f"/{complaint.pk}/take-up")
    assert (answer[0], answer[1].get("code", "")) == (status, code)
    assert Event.objects.exclude(kind="token.issued").count() - events == (status == 200)
    assert (Escalation.objects.get().taken_by == cast.supervisor.id) == (status == 200)


@pytest.mark.parametrize(
    ("scopes", "listed", "status"),
    [((ENTRIES,), 1, 200), (("registers:read",), 1, 403), ((READ, WRITE), 0, 404), ((READ, WRITE, ENTRIES), 1, 200)],
)
def test_an_entry_of_a_register_needs_the_scope_of_registers(
    cast: Cast, entry: Any, token_of: Callable, call: Call, scopes: tuple, listed: int, status: int
) -> None:
    (called,) = EscalationCall.objects.filter(stream_id=entry.pk).values_list("member_id", flat=True)
    person = next(one for one in (cast.supervisor, cast.dept, cast.mgmt_rep) if one.id == called)
    token = token_of(person, *scopes)
    found = call(token, "GET")[1]
    assert [(one["kind"], one["number"]) for one in found] == [("nonconformity", entry.number)] * listed
    assert call(token, "POST", f"/{entry.pk}/take-up")[0] == status
    assert (Escalation.objects.get(stream_id=entry.pk).taken_by == person.id) == (status == 200)


def test_nothing_else_is_told_of(cast: Cast, complaint: Any, token_of: Callable, call: Call) -> None:
    calm = registered(cast.frontline)
    token = token_of(cast.supervisor, READ, WRITE)
    assert call(token, "POST", f"/{calm.pk}/take-up")[1]["code"] == "taken_up_already"
    assert call(token, "POST", f"/{uuid.uuid4()}/take-up")[1]["code"] == "not_found"
    # A member is a kind of thing too, but none that complaints' scopes open.
    assert call(token, "POST", f"/{cast.supervisor.id}/take-up")[1]["code"] == "not_allowed"
    assert call("", "GET")[0] == 401
    assert call("", "POST", f"/{complaint.pk}/take-up")[0] == 401
