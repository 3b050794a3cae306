"""What became of a call, from its events alone; what a telephone system may say, and what it may not (IG-04, KP-03)."""

import itertools
import random
from datetime import timedelta
from typing import Any

import pytest

from tingsu.kernel.errors import InvalidInput
from tingsu.phone import importing, rules
from tingsu.phone.figures import AnswerRate
from tingsu.phone.folding import FORGOTTEN, Course, Said, fold
from tingsu.phone.numbers import read_number
from tingsu.phone.reading import read_event
from tingsu.phone.tests.calls import AT, after, event

pytestmark = pytest.mark.req("IG-04")


def course(*events: tuple[Any, ...], at: timedelta = timedelta(minutes=30)) -> Course:
    said = [
        Said(ref=f"{kind}{seconds}", kind=kind, at=AT + timedelta(seconds=seconds), **(more[0] if more else {}))
        for kind, seconds, *more in events
    ]
    return fold(said, at=AT + at)


@pytest.mark.req("KP-03")
@pytest.mark.parametrize(
    ("events", "outcome", "waited", "doubtful"),
    [
        ([("offered", 0)], "going", None, False),
        ([("offered", 0), ("queued", 5)], "going", None, False),
        ([("offered", 0), ("queued", 5), ("answered", 25), ("ended", 90)], "answered", 20, False),
        ([("offered", 0), ("answered", 8)], "answered", 8, False),
        ([("offered", 0), ("queued", 5), ("abandoned", 65)], "missed", 60, False),
        ([("offered", 0), ("queued", 5), ("ended", 65)], "missed", 60, False),  # no word of giving up
        ([("offered", 0), ("ended", 65)], "missed", 65, False),  # what is left open counts against us
        ([("offered", 0), ("abandoned", 3)], "missed", 3, False),  # however soon
        ([("offered", 0), ("abandoned", 3, {"where": "menu"})], "menu", None, False),
        ([("offered", 0), ("ended", 3, {"where": "closed"})], "closed", None, False),
        (
            [("offered", 0), ("queued", 2), ("abandoned", 9, {"where": "menu"})],
            "missed",
            7,
            False,
        ),  # a person was asked for
        ([("offered", 0), ("answered", 1, {"by": "machine"}), ("ended", 60)], "machine", None, False),
        ([("offered", 0), ("answered", 1, {"by": "machine"}), ("queued", 20), ("abandoned", 60)], "missed", 40, False),
        ([("offered", 0), ("answered", 1, {"by": "machine"}), ("queued", 20), ("answered", 50)], "answered", 30, False),
        ([("ended", 60)], "missed", 0, False),  # all that came
        ([("answered", 10)], "answered", 0, False),
        ([("offered", 0), ("answered", 5), ("ended", -60)], "answered", 5, True),  # ends before it begins
        ([("offered", 0), ("ended", -60)], "missed", None, True),  # nobody waits for less than no time
        ([("offered", 0), ("queued", 30), ("answered", 10)], "answered", None, True),
        (
            [("offered", 0), ("queued", 1), ("answered", 0)],
            "answered",
            None,
            False,
        ),  # clocks of one house differ by a second
        ([("offered", 0, {"direction": "out"}), ("answered", 5)], "out", None, False),
        ([("offered", 0), ("queued", 2, {"direction": "internal"})], "internal", None, False),
        ([("offered", 0), ("recording", 99)], "going", None, False),
    ],
)
def test_what_becomes_of_a_call(events: list[Any], outcome: str, waited: int | None, doubtful: bool) -> None:
    found = course(*events)
    assert (found.outcome, found.waited, found.doubtful) == (outcome, waited, doubtful)


def test_order_and_doubles_change_nothing_two_answer_and_silence_ends_a_call() -> None:
    events = [
        ("offered", 0),
        ("queued", 4),
        ("answered", 30, {"agent": "8001"}),
        ("answered", 70, {"agent": "8002"}),
        ("ended", 300),
    ]
    whole = course(*events)
    assert whole.agents == ("8001", "8002")
    assert whole.answered_at == AT + timedelta(seconds=30)
    assert all(course(*some) == whole for some in itertools.permutations(events))
    many = events * 20
    random.Random(7).shuffle(many)  # noqa: S311 a test\'s dice
    assert course(*many) == whole
    assert course(("offered", 0), at=FORGOTTEN).outcome == "going"
    assert course(("offered", 0), at=FORGOTTEN + timedelta(seconds=1)).outcome == "missed"


@pytest.mark.parametrize(
    ("told", "number", "withheld", "extension", "callable_"),
    [
        ("138 0000 5555", "138 0000 5555", False, False, True), ("+86-13800005555", "+86-13800005555", False, False, True),
        ("sip:13800005555@pbx.example.com;user=phone", "13800005555", False, False, True), ("0571-88880000", "0571-88880000", False, False, True),
        ("12345", "12345", False, False, True), ("8001", "8001", False, True, False), ("Anonymous", "", True, False, False),
        ("", "", True, False, False), ("未知", "", True, False, False), ("sip:anonymous@anonymous.invalid", "", True, False, False),
        ("0000", "", True, False, False), ("<script>", "<script>", False, False, False),
    ],
)  # fmt: skip
def test_numbers_as_telephone_systems_tell_them(
    told: str, number: str, withheld: bool, extension: bool, callable_: bool
) -> None:
    found = read_number(told)
    assert (found.number, found.withheld, found.extension, found.callable) == (number, withheld, extension, callable_)


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"call": ""}, {"call"}), ({"call": "a b"}, {"call"}), ({"call": "x" * 121}, {"call"}), ({"id": "' or 1"}, {"id"}),
        ({"kind": "hacked"}, {"kind"}), ({"kind": None}, {"kind"}), ({"at": None}, {"at"}), ({"at": "yesterday"}, {"at"}),
        ({"at": after(301)}, {"at"}), ({"at": after(-8 * 86400)}, {"at"}), ({"at": 1e400}, {"at"}), ({"at": "2026-02-30T00:00"}, {"at"}),
        ({"at": True}, {"at"}), ({"direction": "up"}, {"direction"}), ({"by": "dog"}, {"by"}), ({"while": "lunch"}, {"while"}),
        ({"agent": "x" * 61}, {"agent"}), ({"agent": ["a"]}, {"agent"}), ({"agent": "a\x00"}, {"agent"}), ({"number": "1" * 81}, {"number"}),
        ({"duration": -5}, {"duration"}), ({"kind": "recording"}, {"recording"}), ({"recording": "javascript:alert(1)"}, {"recording"}),
        ({"recording": "JaVaScRiPt:alert(1)"}, {"recording"}), ({"recording": "http://pbx.example.com/1"}, {"recording"}),
        ({"recording": "//evil.example/1"}, {"recording"}), ({"recording": "https://a:b@evil.example/1"}, {"recording"}),
        ({"recording": "https://pbx.example.com/\"onload"}, {"recording"}), ({"recording": "https://["}, {"recording"}),
        ({"recording": "data:text/html,x"}, {"recording"}), ({"recording_until": "2026-02-31"}, {"recording_until"}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(change: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_event({**event("offered"), **change}, at=AT)
    assert set(refused.value.fields) == fields
    assert all(str(one) for one in refused.value.fields.values())


def test_what_can_be_is_read() -> None:
    told = read_event(
        event(
            "recording",
            9,
            recording="https://pbx.example.com/r/1?x=2",
            recording_until="2027-03-02",
            number="13800005555",
        ),
        at=AT,
    )
    assert told.recording == "https://pbx.example.com/r/1?x=2"
    assert read_event({**event("offered"), "at": AT.timestamp() * 1000}, at=AT).said.at == AT
    assert read_event({**event("offered"), "at": "2026-03-02 10:00:00"}, at=AT, zone="Asia/Shanghai").said.at == AT
    assert read_event({**event("offered", 299)}, at=AT).said.at > AT
    unnamed = event("offered")
    del unnamed["id"]
    assert (
        read_event(unnamed, at=AT).said.ref
        == read_event(dict(unnamed), at=AT).said.ref
        != read_event({**unnamed, "at": after(1)}, at=AT).said.ref
    )
    assert read_event(event("recording", recording="2026/03/rec-17.wav"), at=AT).recording == "2026/03/rec-17.wav"


@pytest.mark.req("KP-03")
@pytest.mark.parametrize(
    ("answered", "missed", "per_cent", "enough"),
    [
        (0, 0, None, None),
        (85, 15, 85.0, False),
        (86, 14, 86.0, True),
        (8501, 1499, 85.0, True),
        (0, 3, 0.0, False),
        (3, 0, 100.0, True),
        (999, 1, 99.9, True),
    ],
)
def test_the_rate_is_strictly_above_or_not(
    answered: int, missed: int, per_cent: float | None, enough: bool | None
) -> None:
    rest = dict.fromkeys(("quick", "going", "menu", "machine", "closed", "out", "internal", "doubtful"), 7)
    rate = AnswerRate(answered=answered, missed=missed, **rest)
    assert (rate.offered, rate.per_cent, rate.enough) == (answered + missed, per_cent, enough)


@pytest.mark.parametrize(
    ("dial", "fits"),
    [
        ("tel:{number}", True), ("tel:9,{number}", True), ("https://pbx.example.com/call?to={number}", True),
        ("https://PBX.example.com/{number}", True), ("https://other.example/{number}", False), ("http://pbx.example.com/{number}", False),
        ("https://pbx.example.com/call", False), ("https://{number}.pbx.example.com/", False), ("javascript:call('{number}')", False),
        ("tel:{number}{number}", False), ("sip:{number}", False), ("https://pbx.example.com@evil.example/{number}", False),
        ("https://pbx.example.com/\"{number}", False), ("x" * 400 + "{number}", False),
    ],
)  # fmt: skip
def test_only_a_telephone_or_a_named_server_dials(dial: str, fits: bool) -> None:
    body = {**rules.default(), "hosts": ["pbx.example.com"], "dial": dial}
    assert rules.fits(dial, body["hosts"]) is fits
    if fits:
        rules.check(body)
    else:
        with pytest.raises(InvalidInput) as refused:
            rules.check(body)
        assert set(refused.value.fields) == {"dial"}


def test_rules_out_of_bounds_are_refused() -> None:
    for name, wrong in (
        ("attempts", 0),
        ("attempts", True),
        ("recording_days", 4000),
        ("hosts", ["a b"]),
        ("hosts", ["https://x"]),
        ("hosts", "x"),
    ):
        with pytest.raises(InvalidInput) as refused:
            rules.check({**rules.default(), name: wrong})
        assert name in refused.value.fields


RECORD = {
    "call": "r1",
    "started_at": "2026-03-01 10:00:00",
    "answered_at": "2026-03-01 10:00:20",
    "ended_at": "2026-03-01 10:05:00",
}


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, set()), ({"ended_at": "2026-03-01 09:59:00"}, {"ended_at"}), ({"answered_at": "2026-03-01 09:00"}, {"answered_at"}),
        ({"started_at": ""}, {"started_at"}), ({"call": ""}, {"call"}), ({"started_at": "2020-01-01"}, {"started_at"}),
        ({"seconds": "-4"}, {"seconds"}), ({"ended_at": "2026-03-03"}, {"ended_at"}), ({"recording": "javascript:x"}, {"recording"}),
    ],
)  # fmt: skip
def test_a_record_is_whole_or_refused(change: dict[str, Any], fields: set[str]) -> None:
    given = {**RECORD, **change}
    if not fields:
        assert [one.said.kind for one in importing.read_record(given, at=AT, zone="Asia/Shanghai")] == [
            "offered",
            "answered",
            "ended",
        ]
        return
    with pytest.raises(InvalidInput) as refused:
        importing.read_record(given, at=AT, zone="Asia/Shanghai")
    assert set(refused.value.fields) == fields
