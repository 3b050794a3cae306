"""What programs do with every register, whoever declared it: the same entries, steps and refusals as on its pages."""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, Person
from tests.standing import kept_before_the_test
from tingsu.api.tokens import issue_token
from tingsu.kernel.actor import automation
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import Event, IdempotencyKey, Organisation, Stream
from tingsu.kernel.tenancy import acting_for
from tingsu.people.models import Member
from tingsu.people.queries import posts_of
from tingsu.privacy.models import AccessEntry
from tingsu.registers import actions
from tingsu.registers.declaration import OPENER, OWNER, Do, Register, registers
from tingsu.registers.models import Entry, EntryFacet
from tingsu.registers.tests.samples import WORDS, an_entry, posted, some_registers, values_for, who_differ
from tingsu.registers.tests.test_every_register import opener_of, people_of

pytestmark = pytest.mark.req("IG-01", "RC-06")
NAME_CASES = frozenset({"cases", "numbers"})
"""Fields that take numbers of real cases, which a value made from a declaration alone cannot name."""
READ, WRITE = "registers:read", "registers:write"
Call = Callable[..., tuple[int, Any]]
ALIKE = pytest.mark.parametrize("register", some_registers(), indirect=True)
"""What no declaration decides is asked of some."""


@pytest.fixture(params=sorted(registers()))
def register(request: pytest.FixtureRequest) -> Register:
    return registers()[request.param]


def issued(cast: Cast, person: Person, *scopes: str) -> str:
    return issue_token(
        actor=automation("test", cast.organisation_id),
        name=new_id().hex,
        scopes=scopes or (READ, WRITE),
        roles=person.actor.roles,
        acts_for=person.id,
    )[1]


@kept_before_the_test
def tokens(cast: Cast) -> dict[tuple[str, ...], str]:
    """What each person's program may have been given: by user name and scopes. Thirty are asked for by each register."""
    ways = ((READ,), (WRITE,), ("complaints:write",), ())
    return {(one.username, *scopes): issued(cast, one, *scopes) for one in people_of(cast) for scopes in ways}


@pytest.fixture
def token_of(cast: Cast) -> Callable[..., str]:
    """One token a person and scopes; one that is not there yet is issued where it is first asked for."""
    known = tokens(cast)

    @cache
    def issue(person: Person, *scopes: str) -> str:
        return known.get((person.username, *scopes)) or issued(cast, person, *scopes)

    return issue


@pytest.fixture
def call(client: Client, register: Register) -> Call:
    def ask(token: str, method: str, path: str = "", body: object = None, **headers: str) -> tuple[int, Any]:
        answer = client.generic(
            method, f"/api/v1/registers/{register.name}{path}", json.dumps(body) if body is not None else "",
            content_type="application/json", headers={"Authorization": f"Bearer {token}", **headers},
        )  # fmt: skip
        refused = answer.status_code >= 400
        assert answer.headers["Content-Type"].startswith("application/problem+json" if refused else "application/json")
        return answer.status_code, answer.json()

    return ask


IN_WORDS = {"committee_review": {"cases"}}
"""Where a field of that name is told in words."""
ELSEWHERE = {
    "survey": {"draw"},
    "exam": {"score"},
    "role_assignment": {"approve"},
    "innovation": {"call_jury"},
    "supplier": {"evaluate"},
}
"""Steps that need more of the house than an entry: nobody can be asked here, and `satisfaction/tests` draws; a written exam scores itself; a jury
is of other people than those of this test;
of two assignments that are approved the second takes the place of the first.
"""


def do_of(register: Register, step: str) -> Do:
    return next(one for one in register.steps if one.name == step)


def test_a_program_opens_exactly_what_a_member_with_its_roles_does(
    register: Register, cast: Cast, token_of: Callable, call: Call
) -> None:
    opener = opener_of(register, cast)
    entry = an_entry(register, opener)
    reads, other = token_of(opener, READ), token_of(opener, "complaints:write")
    assert {call(other, "GET", path)[0] for path in ("", f"/{entry.number}")} == {403}
    assert {call(token, "POST", "", {})[0] for token in (reads, other)} == {403}
    assert call(reads, "GET", f"/{entry.number}")[0] == 200
    assert [one["number"] for one in call(reads, "GET")[1]["items"]] == [entry.number]
    for step in register.process.values():
        assert call(reads, "POST", f"/{entry.number}/steps/{step.name}", {"values": {}})[0] == 403
    for person in who_differ(register, entry, people_of(cast)):
        writes = token_of(person, WRITE)
        sees = person.actor.has_role(*register.readers) or person.id in {entry.owner_id, entry.opened_by}
        sees = sees or entry.unit_id in person.actor.unit_ids
        assert call(writes, "GET", f"/{entry.number}")[0] == (200 if sees else 404), person.username
        listed = [one["number"] for one in call(writes, "GET")[1]["items"]]
        assert listed == ([entry.number] if sees else []), person.username
        may_open = person.actor.has_role(*register.openers)
        assert call(writes, "POST", "", {})[0] == (422 if may_open else 403), person.username
        for step in register.process.values():
            path = f"/{entry.number}/steps/{step.name}"
            holds = actions.entries.holds(person.actor, register, entry, step.who)
            status, answer = call(writes, "POST", path, {"values": {"nobody_asked": "x"}})
            refused = 404 if not sees else 403 if not holds and entry.state in step.sources else None
            assert status == (refused or status), (person.username, step.name, answer)
            if refused is None:
                assert status in {409, 422}, answer
    assert Entry.objects.get().version == entry.version
    assert AccessEntry.objects.filter(stream_id=entry.pk, what="opened", door="api").exists()
    assert call("nonsense", "GET")[0] == 401


def test_a_program_of_another_organisation_sees_nothing(
    register: Register, cast: Cast, other_organisation: Organisation, call: Call
) -> None:
    entry = an_entry(register, opener_of(register, cast))
    with acting_for(other_organisation.pk):
        member = Member.objects.order_by("staff_number").first()
        assert member
        token = issue_token(
            actor=automation("test", other_organisation.pk), name="x", scopes=[READ, WRITE], roles=posts_of(member.pk)[0].role.split(),
            acts_for=member.pk,
        )[1]  # fmt: skip
    assert call(token, "GET")[1]["items"] == []
    assert call(token, "GET", f"/{entry.number}")[0] == 404


def test_pages_and_filters_are_those_of_the_page(
    register: Register, cast: Cast, token_of: Callable, call: Call, sign_in: Callable, client: Client
) -> None:
    opener = opener_of(register, cast)
    made = [an_entry(register, opener) for _one in range(5)]
    plain = [name for name in register.filters if register.by_name[name].kind != "text"]  # of a text a fingerprint only
    plain = [name for name in plain if made[2].codes.get(name)]  # a form leaves empty what only a job fills in
    facet = EntryFacet.objects.filter(entry=made[2], name__in=plain).first()
    assert bool(facet) == bool(plain)
    filtered = []
    if facet:
        EntryFacet.objects.filter(entry__in=made[3:], name=facet.name).delete()
        filtered.append(f"{facet.name}={facet.value}")
    token = token_of(cast.supervisor, READ)
    sign_in(cast.supervisor)
    same = (
        ("state=unfinished", "owner=me", "q=复核两次", f"q={made[1].number}")
        if register.name in some_registers()
        else ()
    )
    for query in ("", *filtered, *same):
        page = client.get(f"{reverse('registers:list', args=[register.name])}?{query}").content.decode()
        shown = re.findall(rf'class="id nowrap"[^>]*>({register.prefix}-[\d-]+)<', page)
        found, after = [], ""
        for _turn in range(5):
            status, answer = call(token, "GET", f"?{query}&limit=2&after={after}")
            assert status == 200, answer
            found += [one["number"] for one in answer["items"]]
            after = answer["next"]
            if after is None:
                break
        assert found == shown, query
    assert AccessEntry.objects.filter(what="searched", door="api").exists() is bool(same)


def test_what_no_list_is_filtered_by_is_refused(register: Register, cast: Cast, token_of: Callable, call: Call) -> None:
    an_entry(register, opener_of(register, cast))
    token = token_of(cast.supervisor, READ)
    wrong = {"nobody_asked": "x", "state": "nowhere", "owner": "me2", "clause": "x'y"}
    no_value = {name: "x" * 500 if register.by_name[name].kind == "text" else "nobody" for name in register.filters}
    for name, value in {**wrong, **no_value}.items():
        status, answer = call(token, "GET", f"?{name}={value}")
        assert (status, list(answer["data"]["fields"])) == (422, [name])
    assert call(token, "GET", "?clause=ISC 5.2")[0] == 200
    assert call(token, "GET", "?after=xyz")[0] == 400


def test_a_refusal_keeps_nothing(register: Register, cast: Cast, token_of: Callable, call: Call) -> None:
    opener = opener_of(register, cast)
    token, before = token_of(opener), Stream.objects.count()
    values = values_for(register.opens.fields, opener)
    required = next(one.name for one in register.opens.fields if one.required and not one.when)
    for body, name in (({**values, "nobody_asked": "x"}, "nobody_asked"), ({**values, required: ""}, required)):
        status, answer = call(token, "POST", "", body)
        assert status == 422
        assert name in answer["data"]["fields"]
    assert Stream.objects.count() == before
    assert not Entry.objects.exists()


@ALIKE
def test_the_same_request_opens_one_entry(register: Register, cast: Cast, token_of: Callable, call: Call) -> None:
    opener = opener_of(register, cast)
    token, values = token_of(opener), values_for(register.opens.fields, opener)
    key = {"Idempotency-Key": "once-1"}
    first = call(token, "POST", "", values, **key)
    assert first[0] == 201, first[1]
    assert call(token, "POST", "", values, **key) == first
    IdempotencyKey.objects.update(status=None, answer=None)  # as after a process that was killed before it answered
    assert call(token, "POST", "", values, **key) == first
    assert call(token, "POST", "", {**values, register.title: "x"}, **key)[0] == 409
    assert Entry.objects.get().number == first[1]["number"]
    assert call(token, "POST", "", values, **{"Idempotency-Key": "once-2"})[0] == 201
    assert Entry.objects.count() == 2


def test_opening_and_steps_leave_the_same_events_as_the_page(
    register: Register, cast: Cast, token_of: Callable, call: Call, sign_in: Callable, client: Client
) -> None:
    opener = opener_of(register, cast)
    values = values_for(register.opens.fields, opener)
    ticked = [one.name for one in register.opens.fields if one.kind == "bool"]
    values |= dict.fromkeys(ticked, True)
    status, opened = call(token_of(opener), "POST", "", values)
    assert status == 201
    sign_in(opener)
    assert (
        client.post(
            reverse("registers:new", args=[register.name]), posted({**values, **dict.fromkeys(ticked, "yes")})
        ).status_code
        == 303
    )
    mine = Entry.objects.get(number=opened["number"])
    other = Entry.objects.exclude(pk=mine.pk).get()
    if not register.process:
        return  # opened and no more
    step, person = next(
        (step, person)
        for step in sorted(register.process.values(), key=lambda one: bool(do_of(register, one.name).guards))
        for own in (False, True)  # by what somebody is, before by what is theirs
        for person in people_of(cast)
        if not (NAME_CASES - IN_WORDS.get(register.name, set())) & {one.name for one in step.fields}
        and mine.state in step.sources and (person.id != opener.id or not do_of(register, step.name).not_by)
        and not do_of(register, step.name).before
        and step.name not in ELSEWHERE.get(register.name, set())
        and not (do_of(register, step.name).guards and str(person.id) in mine.codes.values())
        and (
            person.actor.has_role(*step.who)
            or (OPENER in step.who and person.id == opener.id)
            or (own and OWNER in step.who and person.id == mine.owner_id)
        )
    )  # fmt: skip
    given = {one.name: False for one in step.fields if one.kind == "bool"} | values_for(step.fields, person)
    if "present" in given:  # a meeting of the committee without one of its members is none
        given["present"] = [str(cast.mgmt_rep.id)]
    token, path = token_of(person), f"/{mine.number}/steps/{step.name}"
    status, refused = call(token, "POST", path, {"version": mine.version + 7, "values": given})
    assert (status, refused["code"]) == (409, "changed_meanwhile")
    status, taken = call(token, "POST", path, {"version": mine.version, "values": given})
    assert status == 200, taken
    assert taken["version"] == mine.version + 1
    sign_in(person)
    address = reverse("registers:step", args=[register.name, other.number, step.name])
    ticks = {name: "yes" if value is True else value for name, value in given.items() if value is not False}
    assert client.post(address, posted(ticks)).status_code == 303
    told = [
        [(one.kind, one.body.get("values"), set(one.body.get("changes", {}))) for one in events]
        for events in (Event.objects.filter(stream_id=one.pk).order_by("seq") for one in (mine, other))
    ]
    assert told[0] == told[1]
    assert {(one.actor_kind, one.actor_id) for one in Event.objects.filter(stream_id=mine.pk)} == {
        ("token", opener.id), ("token", person.id),
    }  # fmt: skip


def test_one_entry_says_what_its_page_says(register: Register, cast: Cast, token_of: Callable, call: Call) -> None:
    opener = opener_of(register, cast)
    values = values_for(register.opens.fields, opener)
    about = {name: "13800002210" for name in register.personal if name in {one.name for one in register.opens.fields}}
    entry = an_entry(register, opener, **about)
    other = an_entry(register, opener)
    actions.comment(actor=opener.actor, register=register, entry=entry, text="已核对")
    actions.link_entry(actor=opener.actor, register=register, entry=entry, number=other.number, kind="related")
    status, read = call(token_of(cast.supervisor, WRITE), "GET", f"/{entry.number}")
    assert status == 200
    fields = {one["name"]: one for one in read["fields"]}
    assert set(values) <= set(fields)
    for name, value in values.items():
        if register.by_name[name].kind in {"choice", "date", "member", "unit"}:
            assert fields[name]["value"] == value
            assert fields[name]["words"]
    assert "13800002210" not in json.dumps(read)
    assert read["state"] == entry.state
    assert set(read["columns"]) == set(register.columns)
    assert other.number in read["links"][0]["name"]
    assert [one["kind"] for one in read["history"]] == [
        one.kind for one in Event.objects.filter(stream_id=entry.pk).order_by("seq")
    ]
    assert all(one["words"] for one in read["history"])
    assert [one["text"] for one in read["comments"]] == ["已核对"] or "*" in read["comments"][0]["text"]
    assert WORDS in json.dumps(read, ensure_ascii=False) or "*" in read["title"]
    offered = {one["step"] for one in read["steps"]}
    holds = cast.supervisor.actor.has_role
    assert offered == {
        step.name
        for step in register.process.values()
        if entry.state in step.sources
        and (holds(*step.who) or ({OWNER, OPENER} & set(step.who) and opener is cast.supervisor))
    }
