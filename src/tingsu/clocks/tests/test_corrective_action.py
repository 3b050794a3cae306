"""Clocks for anything, proved by a corrective action: its promise warns, breaks and climbs, and is explained on pages and to programs."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, Person
from tingsu.api.tokens import issue_token
from tingsu.calendars.tests.calendars import local
from tingsu.clocks import queries
from tingsu.clocks.models import Promise
from tingsu.clocks.tasks import sweep_organisation
from tingsu.improvement.tests.test_nonconformities import planned, take
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.registers.models import Entry

APPROVED = local("2026-03-03 10:00")
ENDS = local("2026-03-21 00:00")
ACTION, REACTION = "corrective_action", "nonconformity_reaction"


@pytest.fixture
def entry(cast: Cast) -> Entry:
    """A plan of two actions: one owed by quality assurance until 20 March, one by the department until 25 March."""
    made = planned(cast)
    with travel_to(APPROVED):
        return take(cast.mgmt_rep, made, "approve", prevention="adopted")


def owed_by(entry: Entry, person: Person) -> Promise:
    return Promise.objects.get(stream_id=entry.pk, kind=ACTION, owner_id=person.id)


def swept(at: datetime) -> None:
    with travel_to(at):
        sweep_organisation()


def told(person: Person, entry: Entry) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(member_id=person.id, stream_id=entry.pk, kind__startswith="promise.")
    return [(row.kind, row.data["kind"]) for row in rows.order_by("created_at", "id")]


@pytest.mark.req("SL-15", "IM-04")
def test_an_action_warns_whoever_owes_it_breaks_and_climbs_until_it_is_done(cast: Cast, entry: Entry) -> None:
    promise = owed_by(entry, cast.qa)
    assert promise.due_at == ENDS - timedelta(seconds=1)
    warnings = [datetime.fromisoformat(point) for point in promise.warnings]
    assert len(warnings) == 2
    swept(warnings[0] - timedelta(seconds=1))
    assert told(cast.qa, entry) == []
    swept(warnings[0])
    assert told(cast.qa, entry) == [("promise.warned", ACTION)]
    swept(promise.due_at - timedelta(seconds=1))
    assert told(cast.qa, entry) == [("promise.warned", ACTION)] * 2
    assert queries.called_for(entry.pk) == []
    swept(promise.due_at)
    assert told(cast.qa, entry)[2:] == [("promise.breached", ACTION)]
    promise.refresh_from_db()
    assert (promise.breached_at, promise.ended_at) == (promise.due_at, None)
    raised = Event.objects.get(stream_id=entry.pk, kind="escalation.raised")
    assert (raised.data["escalation"]["timer"], raised.data["escalation"]["trigger"]) == (ACTION, "breach")
    assert queries.called_for(entry.pk) != []
    with travel_to(promise.due_at + timedelta(hours=1)):
        take(cast.qa, entry, "finish_action", action="0", done_on="2026-03-21", result="已修订")
    promise.refresh_from_db()
    assert (promise.ending, promise.breached_at) == ("met", promise.due_at)
    other = owed_by(entry, cast.dept)
    assert (other.ended_at, other.breached_at) == (None, None)


def explained(client: Client, cast: Cast, person: Person, promise_id: Any, *scopes: str) -> tuple[int, Any]:
    token = issue_token(
        actor=automation("test", cast.organisation_id),
        name=new_id().hex,
        scopes=scopes,
        roles=person.actor.roles,
        acts_for=person.id,
    )[1]
    answer = client.get(
        f"/api/v1/promises/{promise_id}", headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    )
    return answer.status_code, json.loads(answer.content)


@pytest.mark.req("SL-02", "SL-01")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "Reaction to a nonconformity",
                "2 working days",
                "profile Strictest of all",
                "CTS 10.1 a",
                "our own value",
            ),
        ),
        ("zh-hans", ("2 个工作日", "时限方案：最严方案", "CTS 10.1 a", "自定")),
    ],
)
def test_a_limit_of_an_entry_is_explained_on_its_page(
    cast: Cast, entry: Entry, client: Client, sign_in, language: str, words: tuple[str, ...]
) -> None:
    promise = Promise.objects.get(stream_id=entry.pk, kind=REACTION)
    address = reverse("clocks:explain", args=[promise.pk])
    sign_in(cast.frontline)
    assert client.get(address).status_code == 404
    sign_in(cast.qa)
    client.cookies["tingsu_language"] = language
    page = " ".join(client.get(address).content.decode().split())
    for one in words:
        assert one in page, one
    running = owed_by(entry, cast.qa)
    assert (
        reverse("clocks:explain", args=[running.pk])
        in client.get(reverse("registers:entry", args=["nonconformity", entry.number])).content.decode()
    )
    assert client.get(reverse("clocks:explain", args=[running.pk])).status_code == 200


@pytest.mark.req("SL-02", "IG-01")
def test_a_deadline_is_explained_to_programs_day_by_day(cast: Cast, entry: Entry, client: Client) -> None:
    promise = Promise.objects.get(stream_id=entry.pk, kind=REACTION)
    status, told = explained(client, cast, cast.qa, promise.pk, "registers:read")
    assert status == 200, told
    assert {name: told[name] for name in ("of", "kind", "thing", "limit", "profile", "basis", "mark", "due_at")} == {
        "of": "nonconformity", "kind": REACTION, "thing": str(entry.pk), "limit": "2 working days", "profile": "Strictest of all",
        "basis": "CTS 10.1 a", "mark": "our own value", "due_at": "2026-03-04T10:00:00.000Z",
    }  # fmt: skip
    assert [(day["on"], day["counted"], day["reason"]) for day in told["days"]] == [
        ("2026-03-02", False, "first_day"), ("2026-03-03", True, "working_day"), ("2026-03-04", True, "working_day"),
    ]  # fmt: skip
    dated = explained(client, cast, cast.qa, owed_by(entry, cast.qa).pk, "registers:read")[1]
    assert (dated["limit"], dated["profile"], dated["mark"], dated["days"]) == ("a date that was named", "", "", [])


@pytest.mark.req("IG-01", "PS-11")
@pytest.mark.parametrize(
    ("who", "scopes", "status"),
    [
        ("qa", ("registers:read",), 200),
        ("qa", ("registers:write",), 200),
        ("qa", ("complaints:read", "complaints:write"), 404),
        ("frontline", ("registers:read",), 404),
    ],
)
def test_who_has_a_deadline_explained_by_a_program(
    cast: Cast, entry: Entry, client: Client, who: str, scopes: tuple[str, ...], status: int
) -> None:
    promise = Promise.objects.get(stream_id=entry.pk, kind=REACTION)
    assert explained(client, cast, getattr(cast, who), promise.pk, *scopes)[0] == status
    assert explained(client, cast, getattr(cast, who), uuid.uuid4(), *scopes)[0] == 404
