"""The form of the ledger, byte for byte: what is hashed, how it is chained. A ledger written today must verify in ten years."""

import hashlib
import uuid
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from tests.cast import Cast
from tingsu.kernel import ledger
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.errors import NotFound
from tingsu.kernel.ledger import Chain, canonical, link, lock_chain, open_chain, plain
from tingsu.kernel.models import Event, EventText, Stream

ORGANISATION = uuid.UUID("0198a000-0000-7000-8000-000000000001")
STREAM = uuid.UUID("0198a000-0000-7000-8000-000000000002")
ACTOR = uuid.UUID("0198a000-0000-7000-8000-000000000003")
CANONICAL = (
    '{"actor":["member","0198a000-0000-7000-8000-000000000003","1001"],'
    '"at":"2026-03-02T02:00:00.000007Z","data":{"b":[1,true,null],"退":"款"},'
    '"id":"0198a000-0000-7000-8000-000000000004","kind":"member.added",'
    '"organisation":"0198a000-0000-7000-8000-000000000001","seq":7,'
    '"stream":"0198a000-0000-7000-8000-000000000002","v":1}'
)


def event(**changes: object) -> Event:
    columns = {
        "id": uuid.UUID("0198a000-0000-7000-8000-000000000004"), "organisation_id": ORGANISATION, "stream_id": STREAM, "seq": 7,
        "kind": "member.added", "v": 1, "at": datetime(2026, 3, 2, 10, 0, 0, 7, tzinfo=timezone(timedelta(hours=8))),
        "actor_kind": "member", "actor_id": ACTOR, "actor_name": "1001", "data": {"退": "款", "b": [1, True, None]},
    }  # fmt: skip
    return Event(**{**columns, **changes})


def test_the_hashed_bytes_are_those_of_the_first_release() -> None:
    assert canonical(event()).decode() == CANONICAL


def test_a_hash_is_one_byte_of_algorithm_and_sha_256_over_the_hash_before_and_the_event() -> None:
    first = b"\x01" + hashlib.sha256(CANONICAL.encode()).digest()
    assert link(b"", event()) == first
    assert link(first, event()) == b"\x01" + hashlib.sha256(first + CANONICAL.encode()).digest()
    assert link(memoryview(first), event()) == link(first, event())


@pytest.mark.parametrize(
    "change",
    [
        {"id": uuid.UUID(int=1)}, {"organisation_id": uuid.UUID(int=1)}, {"stream_id": uuid.UUID(int=1)}, {"seq": 8},
        {"kind": "member.deactivated"}, {"v": 2}, {"at": datetime(2026, 3, 2, 2, 0, 0, 8, tzinfo=UTC)}, {"actor_kind": "token"},
        {"actor_id": uuid.UUID(int=1)}, {"actor_id": None}, {"actor_name": "1002"}, {"data": {"b": [1, True, None], "退": "货"}},
        {"data": {}},
    ],
    ids=lambda change: "-".join(change),
)  # fmt: skip
def test_every_column_of_an_event_is_in_its_hash(change: dict) -> None:
    assert link(b"", event(**change)) != link(b"", event())


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (datetime(2026, 3, 2, 10, 0, 0, 7, tzinfo=timezone(timedelta(hours=8))), "2026-03-02T02:00:00.000007Z"),
        (date(2026, 3, 2), "2026-03-02"),
        (STREAM, str(STREAM)),
        (b"\x01\xff", "01ff"),
        (memoryview(b"\x01\xff"), "01ff"),
        ({1: (STREAM, None)}, {"1": [str(STREAM), None]}),
        ({"a": {"b": date(2026, 3, 2)}}, {"a": {"b": "2026-03-02"}}),
        (True, True),
        (12, 12),
        ("字", "字"),
    ],
)
def test_values_have_one_stored_form(value: object, stored: object) -> None:
    assert plain(value) == stored
    assert type(plain(value)) is type(stored)


@pytest.mark.parametrize("value", [1.5, [1.5], {"a": 1.5}, object(), "nul\x00", {"a": ["nul\x00"]}])
def test_what_has_no_stored_form_is_refused_at_any_depth(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        plain(value)


def test_an_event_says_who_acted_when_and_follows_the_one_before(cast: Cast) -> None:
    at = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    chain = open_chain("member")
    assert chain.stream.last_seq == 0
    chain.record("member.added", actor=cast.frontline.actor, at=at, data={"role": "frontline"})
    chain.record(
        "member.deactivated", actor=automation("test.robot", cast.organisation_id), at=at + timedelta(seconds=1)
    )
    chain.flush()
    first, second = Event.objects.filter(stream=chain.stream).order_by("seq")
    assert (first.actor_kind, first.actor_id, first.actor_name) == ("member", cast.frontline.id, "1001")
    assert (second.actor_kind, second.actor_id, second.actor_name) == ("system", None, "test.robot")
    assert (first.at, second.at) == (at, at + timedelta(seconds=1))
    assert (first.organisation_id, first.seq, second.seq) == (cast.organisation_id, 1, 2)
    assert (first.data, second.data) == ({"role": "frontline"}, {})
    assert bytes(first.hash) == link(b"", first)
    assert bytes(second.hash) == link(first.hash, second) != link(b"", second)
    head = Stream.objects.get(pk=chain.stream.pk)
    assert (head.last_seq, bytes(head.last_hash), head.kind) == (2, bytes(second.hash), "member")


def test_an_event_notes_fields_and_salted_digest_of_its_texts_and_nothing_of_empty_ones(cast: Cast) -> None:
    at = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    chain = open_chain("member")
    with_text = chain.record(
        "complaint.note_added", actor=cast.frontline.actor, at=at, texts={"note": "甲", "empty": "", "a": "乙"}
    )
    without = chain.record("complaint.note_added", actor=cast.frontline.actor, at=at, texts={"note": ""})
    again = chain.record("complaint.note_added", actor=cast.frontline.actor, at=at, texts={"note": "甲", "a": "乙"})
    chain.flush()
    kept = EventText.objects.get(pk=with_text.pk)
    content = '{"a": "乙", "note": "甲"}'
    assert chain.stream.key().open(kept.body, f"event:{with_text.pk}") == content
    assert len(bytes(kept.salt)) == 16
    digest = (b"\x01" + hashlib.sha256(bytes(kept.salt) + content.encode()).digest()).hex()
    assert with_text.data["texts"] == {"fields": ["a", "note"], "digest": digest}
    assert "texts" not in without.data
    assert EventText.objects.filter(stream_id=chain.stream.pk).count() == 2
    assert again.data["texts"]["digest"] != digest, "each text has a salt of its own"


def test_a_chain_is_locked_by_its_kind_only(cast: Cast) -> None:
    chain = open_chain("member")
    chain.flush()
    assert lock_chain(chain.stream.pk).stream.pk == lock_chain(chain.stream.pk, "member").stream.pk == chain.stream.pk
    with pytest.raises(NotFound):
        lock_chain(chain.stream.pk, "rulebook")
    with pytest.raises(NotFound):
        lock_chain(uuid.UUID(int=1))
    other = open_chain("member")
    other.flush()
    locked = ledger.lock_chains([chain.stream.pk, other.stream.pk, uuid.UUID(int=1)])
    assert list(locked) == sorted([chain.stream.pk, other.stream.pk])
    assert all(found.stream.pk == key for key, found in locked.items())


def test_several_chains_are_written_at_once_and_a_new_one_never_among_them(cast: Cast) -> None:
    at, chains = datetime(2026, 3, 2, 2, 0, tzinfo=UTC), []
    for _number in range(3):
        chain = open_chain("member")
        chain.flush()
        chains.append(chain)
    for chain in chains[:2]:
        chain.record("complaint.note_added", actor=cast.frontline.actor, at=at, texts={"note": "甲"})
    ledger.flush_chains(chains)
    heads = {stream.pk: stream for stream in Stream.objects.filter(pk__in=[chain.stream.pk for chain in chains])}
    assert [heads[chain.stream.pk].last_seq for chain in chains] == [1, 1, 0]
    for chain in chains[:2]:
        written = Event.objects.get(stream=chain.stream)
        assert bytes(heads[chain.stream.pk].last_hash) == bytes(written.hash) == link(b"", written)
        assert ledger.texts_of([written]) == {written.pk: {"note": "甲"}}
        assert (chain.events, chain.texts) == ([], [])
    fresh = open_chain("member")
    fresh.record("member.added", actor=cast.frontline.actor, at=at)
    with pytest.raises(RuntimeError):
        ledger.flush_chains([fresh])


def test_reactions_run_in_their_order_inside_the_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(ledger, "_reactions", {**ledger._reactions})
    ledger._reactions["member.added"] = []

    def reacts(name: str, order: int) -> None:
        def react(chain: Chain, recorded: Event, actor: Actor) -> None:
            assert chain.events[-1] is recorded, "the event stands before its reactions run"
            told.append(f"{name} {recorded.seq} {actor.name}")

        react.__qualname__ = name
        ledger.reaction("member.added", order=order)(react)

    reacts("late", 200), reacts("b", 100), reacts("a", 100), reacts("early", 1)
    stream = Stream(id=STREAM, organisation_id=ORGANISATION, kind="member", last_seq=4, last_hash=b"before")
    actor = Actor(kind="system", organisation_id=ORGANISATION, name="robot")
    recorded = Chain(stream).record("member.added", actor=actor, at=datetime(2026, 3, 2, tzinfo=UTC))
    assert told == ["early 5 robot", "a 5 robot", "b 5 robot", "late 5 robot"]
    assert bytes(recorded.hash) == link(b"before", recorded)
    assert [name.rsplit(".", 1)[1] for name in ledger.reactions()["member.added"]] == ["early", "a", "b", "late"]
