"""Comments and links that programs write beside entries: scopes, refusals and events as on the pages, each request once."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.api.tests.test_entries import ALIKE, READ, Call, call, register, token_of
from tingsu.kernel.clock import travel_to
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import Event, IdempotencyKey
from tingsu.privacy.models import AccessEntry
from tingsu.registers import actions
from tingsu.registers.declaration import EVERYBODY, Register, register_named
from tingsu.registers.models import EntryLink
from tingsu.registers.tests.samples import an_entry, who_differ
from tingsu.registers.tests.test_every_register import findings, opener_of, people_of

__all__ = ["call", "register", "token_of"]
pytestmark = pytest.mark.req("IG-01", "RC-06")


def kinds_of(entry: Any) -> list[str]:
    return [
        kind.partition(".")[2]
        for kind in Event.objects.filter(stream_id=entry.pk).order_by("seq").values_list("kind", flat=True)
    ]


def test_who_may_write_beside_an_entry(register: Register, cast: Cast, token_of: Callable, call: Call) -> None:
    opener = opener_of(register, cast)
    entry, other = an_entry(register, opener), an_entry(register, opener)
    refused = 0
    ways = (("comments", {"comment": "已核对"}), ("links", {"type": "related", "number": other.number}))
    for path, body in ways:  # a key of another kind opens nothing, even to whoever may write here
        for scope in (READ, "complaints:write"):
            assert call(token_of(opener, scope), "POST", f"/{entry.number}/{path}", body)[0] == 403
    for person in who_differ(register, entry, people_of(cast)):
        sees = register.visible(person.actor, type(entry).objects.filter(pk=entry.pk)).exists()
        expected = 404 if not sees else 201 if actions.may_write(person.actor, register, entry) else 403
        for path, body in ways:
            before = Event.objects.filter(stream_id=entry.pk).count()
            assert call(token_of(person), "POST", f"/{entry.number}/{path}", body)[0] == expected, (
                person.username,
                path,
            )
            if expected != 201:
                refused += 1
                assert Event.objects.filter(stream_id=entry.pk).count() == before
    assert refused or set(EVERYBODY) <= set(register.readers), "only where everybody reads and writes nobody is refused"
    assert call("nonsense", "POST", f"/{entry.number}/comments", {"comment": "x"})[0] == 401


@ALIKE
def test_a_comment_is_written_once_for_a_request(
    register: Register, cast: Cast, token_of: Callable, call: Call
) -> None:
    opener = opener_of(register, cast)
    entry, token, key = an_entry(register, opener), token_of(opener), {"Idempotency-Key": "note-1"}
    status, first = call(token, "POST", f"/{entry.number}/comments", {"comment": "已电话核对"}, **key)
    assert status == 201
    assert len(first["comments"]) == 1
    assert call(token, "POST", f"/{entry.number}/comments", {"comment": "已电话核对"}, **key) == (status, first)
    IdempotencyKey.objects.update(status=None, answer=None)  # as after a process that was killed before it answered
    assert call(token, "POST", f"/{entry.number}/comments", {"comment": "已电话核对"}, **key)[0] == 201
    assert kinds_of(entry) == ["opened", "commented"]
    assert call(token, "POST", f"/{entry.number}/comments", {"comment": "别的"}, **key)[0] == 409
    assert call(token, "POST", f"/{entry.number}/comments", {"comment": "已电话核对"})[0] == 201
    assert kinds_of(entry) == ["opened", "commented", "commented"]
    written = Event.objects.filter(stream_id=entry.pk).last()
    assert (written.actor_kind, written.actor_id) == ("token", opener.id)
    assert not findings()


@pytest.mark.req("PS-06")
def test_whoever_writes_beside_an_entry_gets_it_whole_and_stands_in_the_access_log(
    cast: Cast, token_of: Callable, client: Client
) -> None:
    known = register_named("contact")
    assert known is not None
    entry, other, token = an_entry(known, cast.frontline), an_entry(known, cast.frontline), token_of(cast.frontline)
    link = {"type": "related", "number": other.number}
    for method, path, body in (
        ("POST", "comments", {"comment": "已核对"}),
        ("POST", "links", link),
        ("DELETE", "links/", {}),
    ):
        place = path if method == "POST" else f"links/{EntryLink.objects.get().pk}"
        before = set(AccessEntry.objects.values_list("pk", flat=True))
        answer = client.generic(
            method, f"/api/v1/registers/contact/{entry.number}/{place}", json.dumps(body), "application/json",
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        assert answer.json()["fields"], path
        noted = AccessEntry.objects.exclude(pk__in=before).values_list("what", "stream_id", "door", "actor_kind")
        assert list(noted) == [("opened", entry.pk, "api", "token")], path


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("comments", {}, "comment"),
        ("comments", {"comment": " "}, "comment"),
        ("comments", {"comment": 7}, "comment"),
        ("comments", {"comment": "x" * 4001}, "comment"),
        ("comments", {"comment": "a\x00"}, "comment"),
        ("comments", {"comment": "x", "text": "y"}, "text"),
        ("links", {"type": "related"}, "number"),
        ("links", {"type": "related", "number": "ZZ-1"}, "number"),
        ("links", {"type": "nobody", "number": "ZZ-1"}, "type"),
        ("links", {"type": ["related"], "number": "ZZ-1"}, "type"),
    ],
)
def test_what_cannot_be_written_is_refused_by_name(
    path: str, body: Any, field: str, cast: Cast, token_of: Callable, client: Client
) -> None:
    known = register_named("contact")
    entry = an_entry(known, cast.frontline)
    answer = client.post(
        f"/api/v1/registers/contact/{entry.number}/{path}", body, content_type="application/json",
        headers={"Authorization": f"Bearer {token_of(cast.frontline)}"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert field in answer.json()["data"]["fields"]
    assert kinds_of(entry) == ["opened"]


@ALIKE
def test_links_stand_on_both_sides_and_are_taken_away(
    register: Register, cast: Cast, token_of: Callable, call: Call, sign_in: Callable, client: Client
) -> None:
    opener = opener_of(register, cast)
    one, two, token = an_entry(register, opener), an_entry(register, opener), token_of(opener)
    for _twice in range(2):
        status, read = call(token, "POST", f"/{one.number}/links", {"type": "follows", "number": two.number})
        assert status == 201
    assert [(link["type"], link["name"]) for link in read["links"]] == [("follows", two.number)]
    mine = read["links"][0]["id"]
    back = call(token, "GET", f"/{two.number}")[1]["links"]
    assert [(link["id"], link["type"]) for link in back] == [(None, "follows")]
    sign_in(opener)
    assert two.number in client.get(reverse("registers:entry", args=[register.name, one.number])).content.decode()
    assert call(token_of(opener, READ), "DELETE", f"/{one.number}/links/{mine}")[0] == 403
    assert call(token, "DELETE", f"/{two.number}/links/{mine}")[0] == 404
    assert call(token, "DELETE", f"/{one.number}/links/{new_id()}")[0] == 404
    assert EntryLink.objects.count() == 1
    status, read = call(token, "DELETE", f"/{one.number}/links/{mine}")
    assert (status, read["links"]) == (200, [])
    assert kinds_of(one) == ["opened", "linked", "unlinked"]
    assert not findings()


def test_a_number_that_the_program_does_not_see_is_no_number(cast: Cast, token_of: Callable, client: Client) -> None:
    contact = an_entry(register_named("contact"), cast.frontline)
    entry = an_entry(register_named("nonconformity"), cast.dept)
    body = {"type": "about", "number": contact.number}

    def links(person: Any) -> int:
        answer = client.post(
            f"/api/v1/registers/nonconformity/{entry.number}/links", body, content_type="application/json",
            headers={"Authorization": f"Bearer {token_of(person)}"},
        )  # fmt: skip
        return answer.status_code

    assert links(cast.dept) == 422
    assert links(cast.supervisor) == 201


@ALIKE
def test_an_answer_given_again_reads_as_the_first_whatever_the_instant(
    register: Register, cast: Cast, token_of: Callable, call: Call
) -> None:
    opener = opener_of(register, cast)
    for microsecond in (0, 1, 999, 1000, 120_000, 999_999):
        key = {"Idempotency-Key": f"at-{microsecond}"}
        with travel_to(datetime(2026, 3, 2, 2, 0, 0, microsecond, tzinfo=UTC)):
            entry, token = an_entry(register, opener), token_of(opener)
            first = call(token, "POST", f"/{entry.number}/comments", {"comment": "已电话核对"}, **key)
            assert first[0] == 201
            assert call(token, "POST", f"/{entry.number}/comments", {"comment": "已电话核对"}, **key) == first
        assert [one["at"] for one in first[1]["comments"]] == [f"2026-03-02T02:00:00.{microsecond // 1000:03}Z"]
