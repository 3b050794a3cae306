"""Edges of event hooks in tables: what is taken in hand, what follows a try, what is in scope and no word, who is asked and told (IG-01)."""

import contextlib
import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.hooks import actions, delivering, leaving, payload, tasks
from tingsu.hooks.delivering import IN_A_ROW, LENT, WAITS, Outcome
from tingsu.hooks.models import Attempt, Delivery, Subscription
from tingsu.kernel import outgoing
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, NotAllowed, NotFound
from tingsu.kernel.ledger import open_chain
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.registers.models import Entry

pytestmark = pytest.mark.req("IG-01")
Row = SimpleNamespace
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
A, B, C, D = (uuid.UUID(int=number) for number in range(1, 5))
ANY: Any = None


class Rows(list[Any]):
    """Rows of a table without a database; `asked` keeps by what they were narrowed."""

    def __init__(self, *rows: Any) -> None:
        super().__init__(rows)
        self.asked: list[dict[str, Any]] = []

    def filter(self, *conditions: Any, **asked: Any) -> "Rows":
        self.asked.append(asked)
        return self

    def exclude(self, **asked: Any) -> "Rows":
        self.asked.append({"not": asked})
        return self

    def order_by(self, *names: str) -> "Rows":
        return self

    def values_list(self, *names: str, flat: bool = False) -> "Rows":
        return self

    def first(self) -> Any:
        return self[0] if self else None

    def exists(self) -> bool:
        return bool(self)

    def update(self, **given: Any) -> int:
        self.asked.append(given)
        return len(self)

    def __getitem__(self, place: Any) -> Any:
        return list(self)[place]


def subscribed(owner: uuid.UUID, name: str, **more: Any) -> Subscription:
    chain = open_chain("webhook")
    chain.flush()
    row = Subscription(
        id=chain.stream.pk, stream_id=chain.stream.pk, owner_id=owner, name=name, created_at=now(), **more
    )
    row.save(force_insert=True)
    return row


def delivery(row: Subscription, stream: uuid.UUID, seq: int, due: int = 0, **more: Any) -> Delivery:
    given = {
        "event_id": uuid.uuid4(),
        "kind": "complaint.note_added",
        "due_at": AT + timedelta(seconds=due),
        "created_at": AT,
    }
    return Delivery.objects.create(subscription=row, stream_id=stream, seq=seq, **given | more)


@pytest.mark.django_db
def test_what_a_worker_takes_in_hand(cast: Cast) -> None:
    """The first of each history, by number and then by who asked first; of a weak subscription one; of a resting or paused one none."""
    usual, weak, resting, rested, paused = (
        subscribed(cast.mgmt_rep.id, name, **more)
        for name, more in (
            ("usual", {}), ("weak", {"failures": IN_A_ROW}), ("resting", {"rests_until": AT + timedelta(seconds=1)}), ("rested", {"rests_until": AT}),
            ("paused", {"state": "paused"}),
        )
    )  # fmt: skip
    wanted = [
        delivery(usual, A, 2), delivery(usual, B, 1, -9), delivery(weak, A, 1, -1), delivery(rested, A, 1),
    ]  # fmt: skip
    behind = [delivery(usual, A, 2, again=True), delivery(usual, A, 3)]
    left = [delivery(weak, B, 1), delivery(resting, A, 1), delivery(paused, A, 1), delivery(usual, C, 1, 1)]
    lent = delivering.lend(AT)
    assert {one.pk for one in lent} == {one.pk for one in wanted}
    assert [one.due_at for one in lent] == sorted(one.due_at for one in lent)
    due = dict(Delivery.objects.values_list("pk", "due_at"))
    assert {due[one.pk] for one in (*wanted, *behind)} == {AT + LENT}
    assert [due[one.pk] for one in left] == [one.due_at for one in left]
    assert delivering.lend(AT) == [delivering.Delivery.objects.get(pk=left[0].pk)]


@pytest.mark.django_db
def test_what_follows_a_try(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "wait_after", lambda tries: timedelta(seconds=tries))
    paused: list[str] = []
    monkeypatch.setattr(delivering, "pause_of", lambda row, why: paused.append(why))
    row = subscribed(cast.mgmt_rep.id, "shop")
    days = timedelta(days=5)
    for outcome, failures, since, made, state, tries, wait, after, why in (
        (Outcome(None, "busy"), 3, AT, AT, "waiting", 1, WAITS[0], (3, AT), None),
        (Outcome(200), 3, AT, AT, "done", 2, None, (0, None), None), (Outcome(299), 3, AT, AT, "done", 2, None, (0, None), None),
        (Outcome(None, "stays_here"), 3, AT, AT, "done", 2, None, (0, None), None),
        (Outcome(300, "refused"), 0, None, AT, "waiting", 2, timedelta(seconds=2), (1, AT), None),
        (Outcome(500, "refused", asks=70), 1, AT - timedelta(hours=1), AT, "waiting", 2, timedelta(seconds=70), (2, AT - timedelta(hours=1)), None),
        (Outcome(410, "refused"), 0, None, AT, "waiting", 2, timedelta(seconds=2), (1, AT), "gone"),
        (Outcome(500, "refused"), 7, AT - days, AT, "waiting", 2, timedelta(seconds=2), (8, AT - days), "failing"),
        (Outcome(500, "refused"), 7, AT - days + timedelta(seconds=1), AT - days, "given_up", 3, None, (8, AT - days + timedelta(seconds=1)), None),
    ):  # fmt: skip
        for old in (Attempt, Delivery):
            old.objects.all().delete()
        paused.clear()
        Subscription.objects.filter(pk=row.pk).update(failures=failures, failing_since=since, rests_until=None)
        one, tried, fresh = (
            delivery(row, A, 1, -99, tries=1, created_at=made), delivery(row, A, 2, 500, tries=2), delivery(row, A, 3, 500),
        )  # fmt: skip
        delivering.note(one, outcome, AT)
        for each in (one, tried, fresh, row):
            each.refresh_from_db()
        assert (one.state, one.tries) == (state, tries), outcome
        assert wait is None or one.due_at == AT + wait, outcome
        assert (row.failures, row.failing_since) == after, outcome
        assert (row.rests_until is None) is (row.failures < IN_A_ROW)
        assert paused == ([why] if why else [])
        assert Attempt.objects.count() == (outcome.why != "busy"), "what we had no hand free for is no try"
        assert {tried.due_at, fresh.due_at} == {AT + timedelta(seconds=500)}, (
            "what waits after a failure of its own goes on waiting"
        )
    Delivery.objects.filter(pk=tried.pk).update(tries=0)
    Delivery.objects.filter(pk=one.pk).update(state="waiting")
    delivering.end(one, "done", AT)
    assert Delivery.objects.get(pk=tried.pk).due_at == AT, "the next of its history goes at once"
    assert Delivery.objects.get(pk=fresh.pk).due_at == AT + timedelta(seconds=500)
    assert delivering.forget(AT) == 1, "the one of five days ago, with its tries"
    assert (delivering.forget(AT + timedelta(seconds=1)), Attempt.objects.count()) == (2, 0)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("", 0), ("30", 30), ("3600", 3600), ("3601", 3600), ("-5", 0), ("1e3", 0), ("９", 0), ("9" * 9, 0)],
)
def test_how_long_the_other_side_may_ask_us_to_wait(monkeypatch: pytest.MonkeyPatch, asked: str, seconds: int) -> None:
    answer = Row(status=503, content=b"no\x00pe", headers={"retry-after": asked} if asked else {})
    monkeypatch.setattr(delivering.outgoing, "push", lambda *given, **more: answer)
    found = delivering.send("https://example.com/", {}, b"")
    assert (found.asks, found.why, found.arrived, found.answer) == (seconds, "refused", False, "no�pe")
    for status in (199, 200, 299, 300):
        answer.status = status
        assert delivering.send("https://example.com/", {}, b"").why == ("" if 200 <= status < 300 else "refused")
        assert Outcome(status).arrived is (200 <= status < 300)


def test_what_is_in_the_scope_of_a_subscription(monkeypatch: pytest.MonkeyPatch) -> None:
    members = Rows()
    monkeypatch.setattr(payload.CaseMember, "objects", members)

    def case(**given: Any) -> Complaint:
        return Complaint(organisation_id=D, **given)

    def entry(**given: Any) -> Entry:
        return Entry(organisation_id=D, **given)

    for unit, product, thing, joined, inside in (
        (None, "", case(product="x"), False, True), (None, " 空气炸锅 5l", case(product="空气炸锅 5L "), False, True),
        (None, "空气炸锅", case(product="电饭煲"), False, False), (A, "", case(unit_concerned_id=A), False, True),
        (A, "", case(offered_unit_id=A), False, True), (A, "", case(lead_unit_id=A), False, True),
        (A, "", case(unit_concerned_id=B), False, False), (A, "", case(unit_concerned_id=B), True, True),
        (A, "x", case(unit_concerned_id=A), True, False), (None, "", entry(), False, True), (None, "x", entry(), False, False),
        (A, "", entry(unit_id=A), False, True), (A, "", entry(unit_id=B), False, False), (A, "x", entry(unit_id=A), False, False),
        (None, "", Row(), False, False),
    ):  # fmt: skip
        members[:] = [1] * joined
        assert payload.within(Row(unit_id=unit, product=product), thing) is inside, (unit, product, thing)  # type: ignore[arg-type]


def test_no_word_and_no_number_of_anybody_is_a_code() -> None:
    ident = "0197f1c2-0000-7000-8000-000013800002"
    for value, kept in (
        ("complaint.graded", True), ("phone", True), ("", True), ("退款", False), ("two words", False), ("123456", True), ("1234567", False),
        ("13800002210", False), ("+8613800002210", False), ("a13800002210", True), ("x.13800002210", False), ("2026-03-02", True), 
        ("2026-03-02T02:00:00Z", True),        
        ("18:30", True), (ident, True), ("11010119900307123X", False), ("chen", False), (5, True), (None, True), (True, True), ("x" * 81, False),
    ):  # fmt: skip
        assert payload.codes({"a": [value]}, frozenset({"chen"})) == {"a": [value if kept else None]}, value


@pytest.mark.req("PS-06")
def test_each_look_at_people_is_in_the_log_and_of_the_erased_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[Any] = []
    monkeypatch.setattr(payload, "replace", lambda owner, **changed: Row(**changed))
    monkeypatch.setattr(
        payload, "log_access", lambda who, did, about, *, field, door: noted.append((who.kind, did, about, field, door))
    )
    monkeypatch.setattr(
        payload, "rows_of", lambda model, complaint: [Row(pk=A, role="complainant"), Row(pk=B, role="agent")]
    )
    views = [Row(erased=False, value=lambda name: f"{name}!"), Row(erased=True, value=lambda name: "■")]
    monkeypatch.setattr(payload, "show_parties", lambda program, rows, door: views)
    assert payload.parties_of(ANY, Row(pk=C)) == [  # type: ignore[arg-type]
        {"id": str(A), "role": "complainant", "name": "name!", "phone": "phone!", "email": "email!"}, {"id": str(B), "role": "agent"},
    ]  # fmt: skip
    assert noted == [("token", "opened", C, "webhook", "api")]


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A subscription in hand, without a database: `shop.row`, and what was done to it in `shop.done`."""
    done: list[Any] = []
    row = Row(
        pk=A, owner_id=B, personal="granted", kinds=["complaint.*"], unit_id=None, product="", state="active", why="", name="n", host="h", failures=7,
        failing_since=AT, rests_until=AT, save=lambda **more: None, opened=lambda name: "https://example.com/a", seal=lambda *said: done.append(said),
    )  # fmt: skip
    chain = Row(stream=None, record=lambda kind, **told: done.append((kind, told.get("data"))), flush=lambda: None)
    monkeypatch.setattr(actions, "_may", lambda actor: None)
    monkeypatch.setattr(actions, "_locked", lambda id: (chain, row))
    monkeypatch.setattr(actions.transaction, "atomic", lambda durable: contextlib.nullcontext())
    monkeypatch.setattr(actions, "_ask_for_personal", lambda row: done.append("asks"))
    monkeypatch.setattr(actions, "_deliver_soon", lambda: done.append("soon"))
    return Row(row=row, done=done)


@pytest.mark.parametrize(
    ("before", "change", "personal", "after"),
    [
        ({}, {}, True, "granted"), ({}, {}, False, "none"), ({}, {"address": "https://example.org/"}, True, "asked"), 
        ({}, {"kinds": ["entry.*"]}, True, "asked"),
        ({"kinds": ["a", "b"]}, {"kinds": ["a"]}, True, "granted"), ({}, {"unit_id": C}, True, "granted"), ({}, {"product": "x"}, True, "granted"),
        ({"unit_id": C}, {"unit_id": D}, True, "asked"), ({"unit_id": C}, {}, True, "asked"), ({"product": "x"}, {"product": "y"}, True, "asked"),
        ({"unit_id": C}, {"unit_id": C}, True, "granted"), ({"personal": "none"}, {}, True, "asked"), ({"personal": "refused"}, {}, True, "asked"),
    ],
)  # fmt: skip
def test_what_was_granted_is_asked_anew_where_more_goes_out_or_elsewhere(
    shop: Any,
    monkeypatch: pytest.MonkeyPatch,
    before: dict[str, Any],
    change: dict[str, Any],
    personal: bool,
    after: str,
) -> None:
    vars(shop.row).update(before)
    monkeypatch.setattr(actions, "_checked", lambda row, name, address, kinds, unit, product: (name, address, product))
    given = {"name": "n", "address": "", "kinds": ["complaint.*"], "unit_id": None, "product": ""}
    actions.change(actor=ANY, id=A, **given | change, personal=personal)
    assert shop.row.personal == after
    assert ("asks" in shop.done) is (after == "asked")
    assert shop.row.host == ("example.org" if "address" in change else "example.com")


@pytest.mark.parametrize(
    ("owner", "state", "mine", "code"),
    [(B, "asked", False, None), (C, "asked", False, "second_person"), (B, "asked", True, "second_person"), (B, "granted", False, "input"), 
     (B, "none", False, "input")],
)  # fmt: skip
def test_the_officer_decides_on_what_is_asked_and_on_nothing_of_his_own(
    shop: Any, monkeypatch: pytest.MonkeyPatch, owner: uuid.UUID, state: str, mine: bool, code: str | None
) -> None:
    shop.row.owner_id, shop.row.personal = owner, state
    events = Rows(*[1] * mine)
    events.aggregate = lambda **asked: {"last": 4}  # type: ignore[attr-defined]
    monkeypatch.setattr(Event, "objects", events)
    officer: Any = Row(id=C, kind="member", has_role=lambda role: role == "dso")
    for granted, after in ((True, "granted"), (False, "refused")):
        shop.row.personal = state
        if code is None:
            actions.decide_personal(actor=officer, id=A, granted=granted, reason="必要")
            assert (shop.row.personal, shop.row.decided_by_id) == (after, C)
            continue
        with pytest.raises(InvalidInput if code == "input" else NotAllowed):
            actions.decide_personal(actor=officer, id=A, granted=granted, reason="必要")
    if owner == B:
        assert events.asked[-1] == {"seq__gt": 4, "actor_id": C, "kind__in": ("webhook.made", "webhook.changed")}
    for who in (
        Row(id=C, kind="member", has_role=lambda role: False),
        Row(id=C, kind="token", has_role=lambda role: True),
    ):
        with pytest.raises(NotAllowed):
            actions.decide_personal(actor=who, id=A, granted=True, reason="必要")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("why", "personal", "after"),
    [("owner_left", "granted", "asked"), ("owner_left", "none", "none"), ("failing", "granted", "granted")],
)
def test_who_lets_it_go_on_answers_for_it_when_its_owner_has_left(
    shop: Any, monkeypatch: pytest.MonkeyPatch, why: str, personal: str, after: str
) -> None:
    vars(shop.row).update(state="paused", why=why, personal=personal)
    waiting = Rows(1)
    monkeypatch.setattr(Delivery, "objects", waiting)
    actions.resume(actor=Row(id=D), id=A)  # type: ignore[arg-type]
    row = shop.row
    assert (row.owner_id, row.personal, row.state, row.why) == (D if why == "owner_left" else B, after, "active", "")
    assert (row.failures, row.failing_since, row.rests_until) == (0, None, None)
    assert ("asks" in shop.done) is (after == "asked")
    assert shop.done[-1] == "soon"
    done = len(shop.done)
    actions.resume(actor=Row(id=C), id=A)  # type: ignore[arg-type]
    assert len(shop.done) == done, "what is not paused goes on as it is"
    ends = Rows(1)
    monkeypatch.setattr(Delivery, "objects", ends)
    row.secret, row.secret_before = b"s", b"t"
    actions.stop(actor=ANY, id=A)
    assert (row.secret, row.secret_before, row.state) == (None, None, "ended")
    assert ends.asked[0] == {"subscription": row, "state": "waiting"}


def test_what_is_sent_again_begins_with_its_instant_and_no_trial_is(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    events = Rows((C, D, 1, "complaint.graded"))
    monkeypatch.setattr(Event, "objects", events)
    monkeypatch.setattr(actions, "event_kinds", lambda: ["complaint.graded", "entry.opened"])
    made: list[Any] = []
    deliveries = Rows()
    deliveries.bulk_create = lambda rows: made.extend(rows)  # type: ignore[attr-defined]
    monkeypatch.setattr(actions, "Delivery", lambda **given: given)
    monkeypatch.setattr(actions.Delivery, "objects", deliveries, raising=False)
    monkeypatch.setattr(actions.Delivery, "State", Delivery.State, raising=False)
    assert actions.replay(actor=ANY, id=A, since=AT) == 1
    assert events.asked == [{"at__gte": AT, "kind__in": ["complaint.graded"]}]
    assert [(one["event_id"], one["again"]) for one in made] == [(C, True)]
    with pytest.raises(NotFound):
        actions.send_again(actor=ANY, id=A, delivery_id=B)
    assert deliveries.asked == [{"pk": B, "subscription": shop.row}, {"not": {"kind": "webhook.test"}}]
    monkeypatch.setattr(actions, "MOST_AGAIN", 1)
    assert actions.replay(actor=ANY, id=A, since=AT) == 1
    events.append((C, D, 2, "complaint.graded"))
    with pytest.raises(InvalidInput):
        actions.replay(actor=ANY, id=A, since=AT)


@pytest.mark.django_db
def test_who_hears_that_it_stops_and_only_once(cast: Cast) -> None:
    for why, told in (("gone", {cast.mgmt_rep.id}), ("owner_left", None)):
        row = subscribed(cast.mgmt_rep.id, why)
        for _again in range(2):
            leaving.pause_of(row, why)
        row.refresh_from_db()
        assert (row.state, row.why) == ("paused", why)
        assert Event.objects.filter(stream_id=row.pk, kind="webhook.paused").count() == 1
        heard = list(Notice.objects.filter(kind="webhook.paused", data__why=why).values_list("member_id", flat=True))
        assert len(heard) == len(set(heard)), "nobody hears it twice"
        assert set(heard) == told if told else heard and cast.mgmt_rep.id not in heard
    mine, others = subscribed(cast.mgmt_rep.id, "mine"), subscribed(cast.dso.id, "others")
    next(one for one in leaving.leaving.endings() if one.name == "subscriptions").end(cast.mgmt_rep.id, ANY)
    assert [type(one).objects.get(pk=one.pk).state for one in (mine, others)] == ["paused", "active"]


@pytest.mark.django_db
def test_how_many_subscriptions_there_may_be_and_how_they_are_called(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST", 2)
    monkeypatch.setattr(outgoing, "check_hook", lambda address: address)
    monkeypatch.setattr(outgoing, "check_leads_out", lambda address: None)
    given: dict[str, Any] = {
        "actor": cast.mgmt_rep.actor,
        "kinds": ["complaint.*"],
        "address": "https://example.com:8443/in?key=1",
    }
    row, _secret = actions.subscribe(**given, name="one")
    assert row.host == "example.com:8443", "the rest of an address may hold a key"
    actions.change(**given, id=row.pk, name="one")
    with pytest.raises(InvalidInput) as refused:
        actions.subscribe(**given, name="one")
    assert refused.value.fields["name"].code == "taken"
    actions.subscribe(**given, name="two", personal=True)
    with pytest.raises(InvalidInput):
        actions.subscribe(**given, name="three")
    assert list(Notice.objects.filter(kind="webhook.asks_personal").values_list("member_id", flat=True)) == [
        cast.dso.id
    ]
    Notice.objects.all().delete()
    monkeypatch.setattr(
        actions.people, "posts_now", lambda roles: [Row(member_id=cast.mgmt_rep.id), Row(member_id=cast.dso.id)]
    )
    actions.change(**given, id=row.pk, name="one", personal=True)
    assert list(Notice.objects.filter(kind="webhook.asks_personal").values_list("member_id", flat=True)) == [
        cast.dso.id
    ], "not to whom it belongs"


def test_each_minute_what_is_due_is_sent_and_each_night_a_month_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Any] = []
    real: list[bool] = []
    monkeypatch.setattr(tasks, "each_organisation", lambda practice: real.append(practice) or [1])
    monkeypatch.setattr(delivering, "real_now", lambda: AT)
    monkeypatch.setattr(delivering, "forget", done.append)
    monkeypatch.setattr(tasks, "deliver", Row(defer=lambda: done.append("deliver")))
    for due in (True, False):
        rows = Rows(*[1] * due)
        monkeypatch.setattr(Delivery, "objects", rows)
        tasks.call.func(0)
        assert rows.asked == [{"state": "waiting", "due_at__lte": AT, "subscription__state": "active"}]
    tasks.forget.func(0)
    assert done == ["deliver", AT - timedelta(days=30)]
    assert real == [False] * 3, "a practice copy tells nobody"
