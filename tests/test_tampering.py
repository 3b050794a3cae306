"""Whatever is changed behind the application is found by `verify` and named: every column, every seal, every branch."""

# ruff: noqa: S608
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.cast import Cast
from tests.tampering import Tamperer, tampering
from tests.things import declare_matter
from tingsu.kernel import seals
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import Chain, link, open_chain
from tingsu.kernel.models import Event, EventText, Organisation, Seal, Stream
from tingsu.kernel.seals import first_id_of, root_of, seal_also, seal_day, sealed_tables
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.people.models import Unit
from tingsu.privacy.log import log_access
from tingsu.privacy.models import AccessEntry

LOG = "privacy_accessentry"
pytestmark = [pytest.mark.req("RC-06", "invariant-2"), pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HOME = tmp_path
    declare_matter()
    monkeypatch.setattr(seals, "SLACK", timedelta(0))


def seal(*, days: int = 0) -> Seal:
    with travel_to(now() + timedelta(days=days)):
        made = seal_day(Organisation.objects.get(slug="test"))
    assert made is not None
    return made


def found() -> set[tuple[str, str]]:
    return {(finding.table, finding.sentence) for finding in verify_organisation(Tally())}


def history(cast: Cast, *, spoil: Any = None) -> Chain:
    """A history of its own: four events, two of them with words."""
    chain = open_chain("matter")
    for place in range(4):
        kind, texts = ("complaint.note_added", {"note": f"words {place}"}) if place % 2 else ("unit.closed", {})
        chain.record(kind, actor=cast.frontline.actor, at=now(), data={"place": place}, texts=texts)
    if spoil:
        spoil(chain)
    chain.flush()
    return chain


@pytest.fixture
def chain(cast: Cast) -> Chain:
    return history(cast)


@pytest.fixture
def hand(cast: Cast, chain: Chain) -> Iterator[Tamperer]:
    with tampering("kernel_event", "kernel_eventtext", "kernel_stream") as tamperer:
        yield tamperer


def test_every_column_of_an_event_is_under_its_hash(cast: Cast, chain: Chain, hand: Tamperer) -> None:
    assert found() == set()
    one = f"WHERE stream_id = '{chain.stream.pk}' AND seq = 3"
    sentence = f"stream {chain.stream.pk}: event 3 (unit.closed) was changed after it was written"
    for change in (
        "actor_kind = 'system'", f"actor_id = '{cast.dept.id}'", "actor_id = NULL", "actor_name = 'somebody'", "v = 2",
        "at = at + interval '1 microsecond'", """data = '{"place": 5}'""", """data = '{"place": "2"}'""",
        "hash = set_byte(hash, 5, get_byte(hash, 5) # 1)", "hash = ''", f"id = '{new_id()}'",
    ):  # fmt: skip
        with hand.doing(f"UPDATE kernel_event SET {change} {one}"):
            assert found() == {("kernel_event", sentence)}, change
    with hand.doing(f"UPDATE kernel_event SET kind = 'unit.opened' {one}"):
        assert found() == {("kernel_event", sentence.replace("unit.closed", "unit.opened"))}
    assert found() == set()


def test_a_rewritten_event_breaks_the_chain_at_the_next_one(chain: Chain, hand: Tamperer) -> None:
    """Whoever changes an event and computes its own hash anew has not reached the one after it."""
    event = Event.objects.get(stream_id=chain.stream.pk, seq=1)
    event.data = {"place": 9}
    forged = link(b"", event).hex()
    with hand.doing(f"UPDATE kernel_event SET data = '{{\"place\": 9}}', hash = '\\x{forged}' WHERE id = '{event.pk}'"):
        assert {sentence for _table, sentence in found()} == {
            f"stream {chain.stream.pk}: event 2 (complaint.note_added) was changed after it was written"
        }


def test_missing_events_and_wrong_heads_are_named(chain: Chain, hand: Tamperer) -> None:
    stream = chain.stream.pk
    of = f"WHERE stream_id = '{stream}'"
    words = f"DELETE FROM kernel_eventtext {of}"
    for statements, table, sentence in (
        ((f"DELETE FROM kernel_event {of} AND seq = 2",), "kernel_event", f"stream {stream}: event 2 is missing before event 3"),
        ((f"DELETE FROM kernel_event {of} AND seq = 1",), "kernel_event", f"stream {stream}: event 1 is missing before event 2"),
        ((words, f"DELETE FROM kernel_event {of} AND seq = 4"), "kernel_stream", "its last event 4 is missing; 3 are left"),
        ((words, f"DELETE FROM kernel_event {of}"), "kernel_stream", "its last event 4 is missing; 0 are left"),
        ((f"UPDATE kernel_stream SET last_hash = '' WHERE id = '{stream}'",), "kernel_stream",
         "its head is not the hash of its last event"),
        ((f"UPDATE kernel_stream SET last_seq = 3 WHERE id = '{stream}'",), "kernel_stream",
         "its head is not the hash of its last event"),
        ((f"UPDATE kernel_stream SET kind = 'invented' WHERE id = '{stream}'",), "kernel_stream",
         "no app declares the kind of thing invented"),
    ):  # fmt: skip
        with hand.doing(*statements):
            assert found() == {(table, sentence)}, statements


def test_an_event_without_a_stream_is_named(chain: Chain, hand: Tamperer) -> None:
    constraints = ("kernel_event", "kernel_eventtext")
    with tampering() as owner:
        for table in constraints:
            owner._connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{table}_stream_id_tenant"')
    with hand.doing(f"DELETE FROM kernel_stream WHERE id = '{chain.stream.pk}'"):
        assert found() == {("kernel_event", f"it belongs to stream {chain.stream.pk}, which does not exist")}


def test_words_are_those_that_the_ledger_noted(cast: Cast, chain: Chain, hand: Tamperer) -> None:
    text = EventText.objects.filter(stream_id=chain.stream.pk).first()
    key = Stream.objects.get(pk=chain.stream.pk).key()
    other = key.seal(json.dumps({"note": "other words"}), f"event:{text.pk}").hex()
    elsewhere = key.seal(json.dumps({"note": "words 1"}), "event:another").hex()
    one = f"WHERE id = '{text.pk}'"
    closed = "its sealed text cannot be opened: it was changed or the key is not its own"
    for change, sentence in (
        (f"body = '\\x{other}'", "its text is not the one the ledger noted"),
        ("salt = set_byte(salt, 0, get_byte(salt, 0) # 1)", "its text is not the one the ledger noted"),
        ("salt = NULL", "its text is not the one the ledger noted"),
        (f"body = '\\x{elsewhere}'", closed),
        ("body = set_byte(body, 20, get_byte(body, 20) # 1)", closed),
    ):
        with hand.doing(f"UPDATE kernel_eventtext SET {change} {one}"):
            assert found() == {("kernel_eventtext", sentence)}, change
    with hand.doing(f"UPDATE kernel_eventtext SET body = NULL, salt = NULL {one}"):
        assert found() == set(), "an erased text leaves the ledger whole"
    with hand.doing(f"DELETE FROM kernel_eventtext {one}"):
        assert found() == set()

    def spoil(wrong: Chain) -> None:
        last = wrong.events[-1]
        last.data["texts"]["fields"] = ["reason"]
        last.hash = link(wrong.events[-2].hash, last)
        wrong.stream.last_hash = last.hash

    history(cast, spoil=spoil)
    assert found() == {("kernel_eventtext", "its fields are not the ones the ledger noted")}


def test_a_seal_that_was_rewritten_no_longer_fits(cast: Cast, chain: Chain, hand: Tamperer) -> None:
    first = seal()
    history(cast)
    second = seal(days=1)
    history(cast)
    third = seal(days=2)
    assert [first.streams >= 1, second.streams, third.streams] == [True, 1, 1]
    assert found() == set()

    def wrong(*sealed: Seal) -> set[tuple[str, str]]:
        return {("kernel_seal", f"the seal of {one.on} does not fit the one before it") for one in sealed}

    with tampering("kernel_seal") as seals_only:
        flip = "root = set_byte(root, 3, get_byte(root, 3) # 1)"
        with seals_only.doing(f"UPDATE kernel_seal SET {flip} WHERE id = '{second.pk}'"):
            assert wrong(second, third) <= found()
        with seals_only.doing(f"UPDATE kernel_seal SET {flip} WHERE id = '{third.pk}'"):
            assert wrong(third) <= found()
            assert not wrong(second) & found()
        with seals_only.doing(f"DELETE FROM kernel_seal WHERE id = '{second.pk}'"):
            assert wrong(third) <= found()
        with seals_only.doing(f"UPDATE kernel_seal SET heads = heads || '{{\"more\": 1}}' WHERE id = '{first.pk}'"):
            assert found() == wrong(first)
        with seals_only.doing(f'UPDATE kernel_seal SET "on" = "on" - 1 WHERE id = \'{first.pk}\''):
            assert {sentence for _t, sentence in found()} > {
                f"the seal of {first.on - timedelta(days=1)} does not fit the one before it"
            }


def test_a_tail_cut_off_together_with_its_head_shows_against_the_seal(chain: Chain, hand: Tamperer) -> None:
    sealed = seal()
    before = Event.objects.get(stream_id=chain.stream.pk, seq=3)
    of = f"WHERE stream_id = '{chain.stream.pk}'"
    with hand.doing(
        f"DELETE FROM kernel_eventtext {of}",
        f"DELETE FROM kernel_event {of} AND seq = 4",
        f"UPDATE kernel_stream SET last_seq = 3, last_hash = '\\x{bytes(before.hash).hex()}' WHERE id = '{chain.stream.pk}'",
    ):
        assert found() == {("kernel_event", f"it was sealed on {sealed.on} and is gone or changed")}


@pytest.mark.req("PS-06")
def test_an_entry_of_the_access_log_taken_away_altered_or_slipped_in_shows(cast: Cast) -> None:
    assert set(sealed_tables()) == {LOG}
    for number in range(3):
        log_access(
            cast.frontline.actor, "opened", cast.frontline.id, field="complainant.phone", purpose=f"look {number}"
        )
    first = seal()
    assert sum(rows for rows, _digest in first.heads["tables"][LOG]["hours"].values()) == 3
    log_access(cast.dept.actor, "revealed", cast.frontline.id)
    # Nobody wrote into a history since: a seal is made for the log alone.
    second = seal(days=1)
    assert (second.streams, second.heads["streams"]) == (0, {})
    assert second.heads["tables"][LOG]["first"] == first.heads["tables"][LOG]["end"]
    assert [rows for rows, _digest in second.heads["tables"][LOG]["hours"].values()] == [1]
    assert found() == set()
    log_access(cast.dept.actor, "opened", cast.frontline.id)
    assert found() == set(), "what came after the seal is sealed the next night"

    entries = list(AccessEntry.objects.order_by("pk"))
    hour = datetime.fromtimestamp((entries[1].pk.int >> 80) / 1000, UTC).strftime("%Y-%m-%dT%HZ")
    changed = {(LOG, f"a row of this hour was changed after it was sealed on {first.on}")}
    with tampering(LOG) as hand:
        one = f"WHERE id = '{entries[1].pk}'"
        for change in (
            "purpose = 'nothing'", "field = ''", "what = 'searched'", "door = 'api'", "stream_id = NULL", "actor_name = 'x'",
            "actor_kind = 'system'", f"actor_id = '{cast.dept.id}'", "at = at - interval '1 microsecond'",
        ):  # fmt: skip
            with hand.doing(f"UPDATE {LOG} SET {change} {one}"):
                assert found() == changed, change
        with hand.doing(f"DELETE FROM {LOG} {one}"):
            rows = first.heads["tables"][LOG]["hours"][hour][0]
            assert found() == {(LOG, f"{rows} of this hour were sealed on {first.on}, {rows - 1} are there")}
        with hand.doing(f"UPDATE {LOG} SET id = '{first_id_of(datetime(2020, 1, 1, tzinfo=UTC))}' {one}"):
            assert (LOG, f"0 of this hour were sealed on {first.on}, 1 are there") in found()
        with hand.doing(f"DELETE FROM {LOG} WHERE id = '{entries[3].pk}'"):
            assert found() == {(LOG, f"1 of this hour were sealed on {second.on}, 0 are there")}
        with hand.doing(f"DELETE FROM {LOG} WHERE id = '{entries[4].pk}'"):
            assert found() == set(), "not sealed yet"
    assert found() == set()


def test_no_part_of_the_access_log_is_left_out_of_the_seals(cast: Cast) -> None:
    log_access(cast.dept.actor, "opened", cast.frontline.id)
    sealed = seal()
    heads = sealed.heads | {"tables": {LOG: sealed.heads["tables"][LOG] | {"first": str(new_id()), "hours": {}}}}
    root = root_of(b"", sealed.on, heads).hex()
    with tampering("kernel_seal") as hand:
        heads["tables"][LOG]["end"] = str(new_id())
        root = root_of(b"", sealed.on, heads).hex()
        with hand.doing(f"UPDATE kernel_seal SET heads = '{json.dumps(heads)}', root = '\\x{root}'"):
            assert ("kernel_seal", f"the seal of {sealed.on} leaves out a part of {LOG}") in found()


def test_only_tables_that_never_change_are_sealed() -> None:
    with pytest.raises(ValueError, match="Unit may change"):
        seal_also(Unit)
    assert seal_day(Organisation.objects.get(slug="test")) is None, "nothing moved where nobody acts"


def test_the_command_fails_on_a_finding_and_names_it(
    chain: Chain, hand: Tamperer, capsys: pytest.CaptureFixture
) -> None:
    with hand.doing(f"UPDATE kernel_event SET v = 2 WHERE stream_id = '{chain.stream.pk}' AND seq = 1"):
        with pytest.raises(CommandError, match="1 finding"):
            call_command("verify", organisation="test")
        assert "event 1 (unit.closed) was changed after it was written" in capsys.readouterr().out


@pytest.mark.req("RC-06")
def test_nights_that_nobody_worked_are_said_after_a_rest_and_counted_at_work(
    chain: Chain, hand: Tamperer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """An upgrade or a restore after a holiday finds no seal of the last nights: the worker that starts next makes them."""
    monkeypatch.setattr(seals, "LATE", -timedelta(minutes=1))
    call_command("verify", organisation="test", at_rest=True)
    said = capsys.readouterr().out
    assert "waits: kernel_seal" in said
    assert "in order" in said
    with pytest.raises(CommandError, match="1 finding"):
        call_command("verify", organisation="test")
    with (
        hand.doing(f"UPDATE kernel_event SET v = 2 WHERE stream_id = '{chain.stream.pk}' AND seq = 1"),
        pytest.raises(CommandError, match="1 finding"),
    ):
        call_command("verify", organisation="test", at_rest=True)
