"""What programs read and write stands where people look for what members did: under the program's name, filterable (AI-04)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.api.api import api
from tingsu.api.models import ApiToken
from tingsu.api.tokens import code_of, issue_token
from tingsu.clocks.models import Promise
from tingsu.complaints import paper_runs
from tingsu.intake.tests.test_register_complaint import registered
from tingsu.kernel.kinds import kind
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event, Stream
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.phone.tests.calls import connected
from tingsu.privacy.models import AccessEntry
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.tests.samples import an_entry

pytestmark = [pytest.mark.django_db, pytest.mark.req("AI-04")]
QUERIES = {
    "/room/": "?purpose=核对重复投诉",
    "/exports/complaints/": "?purpose=季度核查",
    "/exports/registers/": "?purpose=季度核查",
    "/what-if/": "?profile=isc",
    "/scripts/": "?about=空气炸锅冒烟",
    "/answer-rate/": "?since=2026-01-01T00:00:00Z&until=2026-02-01T00:00:00Z",
}
SCOPES = ("complaints:read", "complaints:write", "registers:read", "registers:write")


@pytest.fixture
def program(cast: Cast) -> tuple[ApiToken, str]:
    return issue_token(
        actor=cast.mgmt_rep.actor, name="店铺系统同步", scopes=SCOPES, roles=("mgmt_rep",), acts_for=cast.mgmt_rep.id
    )


def an_export(cast: Cast) -> Entry:
    """Every case of all times, asked for by the member behind the program, allowed by somebody else."""
    register = registers()["export"]
    opened = open_entry(
        actor=cast.mgmt_rep.actor, register=register, opening=Opening(values={"purpose": "季度核查", "use": "inside"})
    )
    return take_step(actor=cast.supervisor.actor, entry=opened, register=register, step="allow")


def ask(token: str, path: str, body: Any = None) -> Any:
    client, headers = Client(), {"Authorization": f"Bearer {token}"}
    if body is None:
        return client.get(path, headers=headers)
    return client.post(path, json.dumps(body), "application/json", headers=headers)


def test_whatever_a_program_reads_stands_in_the_access_log(cast: Cast, program: tuple[ApiToken, str]) -> None:
    """Every address of the API that gives something, from its own schema: an address that is added is tried too."""
    row, token = program
    case = registered(cast)
    entry = an_entry(registers()["nonconformity"], cast.supervisor)
    export = an_export(cast)
    run = paper_runs.start(cast.mgmt_rep.actor, export, "registration_form", "zh-hans")
    hotline, _secret = connected(cast)
    numbers = {"registers": entry.number, "exports": export.number, "hotlines": hotline.number}
    promise = Promise.objects.filter(stream_id=case.pk).first()
    tried = set()
    for path, methods in api.get_openapi_schema()["paths"].items():
        if "get" not in methods or ("/registers/" in path and "/registers/nonconformity" not in path):
            continue
        if path.endswith("/parts/{part}"):
            continue  # nothing is ready while its job has not run: desk/tests/test_runs.py fetches one
        number = numbers.get(path.split("/")[3], case.number)
        code = "KP-09a" if "/indicators/" in path else "registration_form"
        told = {"promise_id": promise.pk, "code": code, "part": "history", "run": run.pk}
        address = path.format(number=number, **told)
        address += next((query for part, query in QUERIES.items() if part in f"{path}/"), "")
        before = AccessEntry.objects.count()
        answer = ask(token, address)
        assert answer.status_code == 200, (address, answer.content)
        new = AccessEntry.objects.order_by("at", "id")[before:]
        assert [(one.actor_kind, one.actor_name, one.door) for one in new] == [("token", code_of(row.pk), "api")], path
        tried.add(path)
    assert len(tried) >= 7
    assert "/api/v1/complaints/{number}" in tried


def test_log_and_history_name_the_program_and_the_log_is_filtered_by_it(
    cast: Cast, program: tuple[ApiToken, str], sign_in: Callable
) -> None:
    row, token = program
    other, other_token = issue_token(
        actor=cast.dso.actor, name="数据核对", scopes=("complaints:read",), roles=("dso",), acts_for=cast.dso.id
    )
    case = registered(cast)
    assert ask(token, f"/api/v1/complaints/{case.number}").status_code == 200
    ask(other_token, "/api/v1/complaints")
    answer = ask(token, f"/api/v1/complaints/{case.number}/steps/note", {"values": {"note": "程序写下的备注"}})
    assert answer.status_code == 200
    client = sign_in(cast.auditor)
    client.get(reverse("desk:case", args=[case.number]))
    log = reverse("privacy:access_log")

    def lines(query: str) -> list[str]:
        return [line.who for line in client.get(f"{log}?{query}").context["lines"]]

    named, known = "程序“店铺系统同步”（代 工号 3002（3002））", "程序“数据核对”（代 工号 6004（6004））"
    everything = lines("")
    assert named in everything
    assert any("6003" in who for who in everything), "people and programs stand in one list"
    assert set(lines(f"program={code_of(row.pk)}")) == {named}
    assert set(lines("program=all")) == {named} | ({known} if known in everything else set())
    assert lines("program=nothing") == []
    assert named in lines(f"member={cast.mgmt_rep.id}"), "who answers for it"
    history = sign_in(cast.supervisor).get(reverse("desk:case", args=[case.number])).content.decode()
    assert "店铺系统同步" in history
    assert code_of(row.pk) not in history
    assert other.pk != row.pk
    assert list(verify_organisation(Tally())) == []


def test_the_ledger_keeps_what_a_token_was_called_sealed(cast: Cast, program: tuple[ApiToken, str]) -> None:
    row, _token = program
    event = Event.objects.get(kind="token.issued", stream_id=row.pk)
    assert texts_of([event])[event.pk] == {"name": "店铺系统同步"}
    assert "店铺" not in json.dumps(event.data, ensure_ascii=False)
    assert kind("token").erasure == "stream_key"
    assert Stream.objects.get(pk=row.pk).wrapped_key
