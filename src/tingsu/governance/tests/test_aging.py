"""Register entries whose time of keeping has ended: confirmed rule, run, hold, certificate, and nothing of the person left (RC-04, PS-17)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.leftovers import everything, where
from tingsu.governance import aging, disposal
from tingsu.governance.tests.test_disposal import carried_out, findings, opened, take
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.models import Event, Stream
from tingsu.registers.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.req("RC-04", "PS-17")]
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ENDED = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
LATER = datetime(2029, 3, 10, 2, 0, tzinfo=UTC)
NAME, PHONE = "端木金翅雀", "13866665555"


def contact(cast: Cast, at: datetime = AT, name: str = NAME, phone: str = PHONE) -> Entry:
    """A consultation that was answered at once: it has ended."""
    return opened(
        cast.frontline, "contact", at, kind="consultation", mode="phone", received_at=at.isoformat(), words=f"请教退货，我的电话{phone}",
        caller_name=name, caller_phone=phone, answer="已答复",
    )  # fmt: skip


def confirmed(cast: Cast, years: int = 3, at: datetime = AT - timedelta(days=1)) -> None:
    with travel_to(at):
        rulebooks.publish(
            actor=cast.top_mgmt.actor, kind=aging.KIND, body={"rows": [{"register": "contact", "years": years}]}
        )
    rulebooks.forget_cached()


def due(at: datetime = LATER) -> dict[str, tuple[str, ...]]:
    with travel_to(at):
        return {one.number: one.obstacles for one in aging.due_entries()}


def run(cast: Cast, numbers: list[str], at: datetime = LATER) -> Entry:
    made = opened(cast.supervisor, "disposal", at, occasion="到期处置", cause="age")
    return take(cast.supervisor, made, "propose", at, cases=numbers, end="anonymise")


def closed_of(entry: Entry) -> bool:
    from tingsu.registers.declaration import registers

    return entry.state not in registers()[entry.register].open_states


def test_the_day_is_counted_from_the_end_of_the_entry_in_years_of_the_confirmed_rule(cast: Cast) -> None:
    entry = contact(cast)
    assert closed_of(entry), entry.state
    assert due(AT + timedelta(days=3 * 366)) == {entry.number: ("unconfirmed",)}
    confirmed(cast)
    assert due(datetime(2029, 3, 1, 15, 59, tzinfo=UTC)) == {}, "1 March in Beijing"
    assert due(datetime(2029, 3, 1, 16, 1, tzinfo=UTC)) == {entry.number: ()}, "2 March in Beijing"
    confirmed(cast, years=4, at=AT)
    assert due(datetime(2029, 3, 1, 16, 1, tzinfo=UTC)) == {}


@pytest.mark.parametrize(
    ("body", "field"),
    [({"rows": [{"register": "nobody", "years": 3}]}, "rows.1.register"), ({"rows": [{"register": "contact", "years": 0}]}, "rows.1.years"),
     ({"rows": [{"register": "contact", "years": 3}, {"register": "contact", "years": 4}]}, "rows.2.register"), ({"rows": "x"}, "rows")],
)  # fmt: skip
def test_a_rule_names_each_register_once_with_years(cast: Cast, body: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rulebooks.publish(actor=cast.top_mgmt.actor, kind=aging.KIND, body=body)
    assert set(refused.value.fields) == {field}


def test_after_an_approved_run_nothing_of_the_person_is_left_and_the_certificate_says_what_was_done(
    cast: Cast, sign_in: Any, django_capture_on_commit_callbacks: Any
) -> None:
    confirmed(cast)
    entry, young = contact(cast), contact(cast, LATER - timedelta(days=30), "长孙银喉", "13811112222")
    assert where(NAME, everything())
    made = run(cast, [entry.number])
    with django_capture_on_commit_callbacks(execute=True):
        made = carried_out(cast, made, LATER)
    left = everything()
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    assert row.written_or_none() is None
    assert not Stream.objects.get(pk=entry.pk).wrapped_key
    kept = Entry.objects.select_related("stream").get(pk=young.pk).written()
    assert kept["caller_name"] == "长孙银喉", "the young one stays"
    assert where(NAME, left) == where(PHONE, left) == []
    assert (made.state, made.codes["entries"], made.codes["erased"], made.codes["left"]) == ("done", 1, 0, 0)
    assert made.codes["rule"] == 1
    told = Event.objects.get(stream_id=entry.pk, kind="record.erased")
    assert (told.data["why"], told.data["run"]) == ("age", str(made.pk))
    assert findings() == []
    paper = sign_in(cast.supervisor).get(reverse("registers:print", args=["disposal", made.number])).content.decode()
    assert entry.number in paper
    assert NAME not in paper
    page = sign_in(cast.supervisor).get(reverse("registers:entry", args=["contact", entry.number]))
    assert page.status_code == 200
    assert (
        "（已删除）" in page.content.decode() or "已清除" in page.content.decode() or "已删除" in page.content.decode()
    )


def test_a_hold_keeps_an_entry_and_lifting_it_lets_it_go(cast: Cast) -> None:
    confirmed(cast)
    entry = contact(cast)
    hold = opened(cast.supervisor, "legal_hold", LATER, ground="lawsuit", cause="诉讼保全", numbers=entry.number)
    assert due() == {entry.number: ("held",)}
    made = opened(cast.supervisor, "disposal", LATER, occasion="到期处置", cause="age")
    with pytest.raises((InvalidInput, ConditionsUnmet)):
        take(cast.supervisor, made, "propose", LATER, cases=[entry.number], end="anonymise")
    with pytest.raises(ConditionsUnmet):
        take(cast.supervisor, hold, "lift", LATER, reason="诉讼已结")
    take(cast.dso, hold, "add", LATER, numbers=entry.number)
    with pytest.raises(ConditionsUnmet):
        take(cast.dso, hold, "lift", LATER, reason="诉讼已结")
    assert due() == {entry.number: ("held",)}, "whoever set or extended a hold does not lift it"
    take(cast.mgmt_rep, hold, "lift", LATER, reason="诉讼已结")
    assert due() == {entry.number: ()}


def test_a_hold_that_comes_after_the_proposal_is_asked_at_the_approval_and_behind_the_lock(cast: Cast) -> None:
    confirmed(cast)
    entry = contact(cast)
    made = run(cast, [entry.number])
    opened(cast.supervisor, "legal_hold", LATER, ground="lawsuit", cause="诉讼保全", numbers=entry.number)
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.mgmt_rep, made, "approve", LATER)
    assert {one.code for one in refused.value.unmet} == {"in_the_way"}
    Entry.objects.filter(pk=made.pk).update(state="approved")
    with travel_to(LATER):
        disposal.carry_out(made.pk)
    assert Entry.objects.get(pk=made.pk).codes["left"] == 1
    assert Entry.objects.select_related("stream").get(pk=entry.pk).written()["caller_name"] == NAME


def test_the_pages_list_what_is_due_and_edit_the_rule(cast: Cast, sign_in: Any) -> None:
    confirmed(cast)
    entry = contact(cast)
    client = sign_in(cast.supervisor)
    with travel_to(LATER):
        shown = client.get(reverse("registers:list", args=["disposal"])).content.decode()
    assert entry.number in shown
    rules = client.get(reverse(f"governance:{aging.KIND}"))
    assert rules.status_code == 200
