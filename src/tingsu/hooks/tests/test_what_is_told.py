"""What a subscription hears of, and what it is never told (IG-01)."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.desk.tests.cases import a_case
from tingsu.governance.erasure import erase_case
from tingsu.hooks import actions
from tingsu.hooks.delivering import deliver_due, real_now
from tingsu.hooks.models import Delivery, Subscription
from tingsu.hooks.payload import body_of, codes
from tingsu.hooks.tests.receiver import Receiver
from tingsu.hooks.tests.subscribed import KINDS, happens, made
from tingsu.hooks.tests.subscribed import other as other
from tingsu.hooks.tests.test_delivering import waiting
from tingsu.hooks.words import wanted
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.events import event_kind, event_kinds
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.privacy.models import AccessEntry

pytestmark = pytest.mark.req("IG-01")


@pytest.mark.parametrize(
    ("scope", "arrives"),
    [
        ({}, True),
        ({"product": " 空气炸锅 af-2"}, True),
        ({"product": "空气炸锅"}, False),
        ({"unit_id": "logistics"}, False),
        ({"kinds": ("complaint.closed",)}, False),
        ({"kinds": ("complaint.registered", "complaint.closed")}, True),
        ({"kinds": ("contact.*",)}, False),
    ],
)
def test_a_subscription_hears_of_what_it_asked_for(
    cast: Cast, other: Receiver, scope: dict[str, Any], arrives: bool
) -> None:
    given = {name: cast.units[value].pk if name == "unit_id" else value for name, value in scope.items()}
    made(cast, other, **given)
    a_case(cast.frontline, product="空气炸锅 AF-2")
    deliver_due()
    assert len(other.came) == int(arrives)
    assert waiting() == []


def test_it_tells_what_its_owner_may_see_and_nothing_that_could_be_words(cast: Cast, other: Receiver) -> None:
    made(cast, other, actor=cast.dso.actor)
    a_case(cast.frontline)
    assert deliver_due() == 0, "a data-security officer sees no cases"
    assert [one.state for one in Delivery.objects.all()] == ["left_out"]
    told = codes(
        {
            "set": {"owner_id": [None, "01a2-b"], "note": ["", "陈小满 来电"]},
            "at": "2026-03-02T02:00:00.000000Z",
            "n": 3,
        }
    )
    assert told == {
        "set": {"owner_id": [None, "01a2-b"], "note": ["", None]},
        "at": "2026-03-02T02:00:00.000000Z",
        "n": 3,
    }
    assert codes(["a" * 80, "a" * 81, "two words", "a@b.example", "", True]) == ["a" * 80, None, None, None, "", True]


def test_personal_data_goes_out_only_after_somebody_elses_decision(cast: Cast, other: Receiver) -> None:
    row, _secret = made(cast, other, personal=True)
    assert Notice.objects.filter(member_id=cast.dso.id, kind="webhook.asks_personal").exists()
    case = a_case(cast.frontline, name="陈小满", phone="13800002210")

    def parties() -> Any:
        happens(case, cast.frontline)
        deliver_due()
        return other.told[-1].get("parties")

    assert parties() is None
    for who, reason in ((cast.mgmt_rep, "我自己"), (cast.supervisor, "主管")):
        with pytest.raises(NotAllowed):
            actions.decide_personal(actor=who.actor, id=row.pk, granted=True, reason=reason)
    with pytest.raises(InvalidInput):
        actions.decide_personal(actor=cast.dso.actor, id=row.pk, granted=True, reason=" ")
    actions.decide_personal(actor=cast.dso.actor, id=row.pk, granted=True, reason="合同要求")
    told = parties()
    assert {one["role"]: one.get("phone") for one in told}["complainant"] == "13800002210"
    assert AccessEntry.objects.filter(stream_id=case.pk, field="webhook").count() == 1
    actions.change(
        actor=cast.mgmt_rep.actor, id=row.pk, name="shop", address=other.address + "/else", kinds=KINDS, personal=True
    )
    assert parties() is None, "another address asks anew"
    actions.decide_personal(actor=cast.dso.actor, id=row.pk, granted=True, reason="合同要求")
    again = {"actor": cast.mgmt_rep.actor, "id": row.pk, "name": "shop", "address": "", "personal": True}
    actions.change(**again, kinds=KINDS)
    assert parties() is not None, "nothing is different"
    actions.change(**again, kinds=(*KINDS, "contact.*"))
    assert parties() is None, "more of it asks anew"
    actions.change(**again | {"actor": cast.dso.actor, "address": other.address}, kinds=KINDS)
    with pytest.raises(NotAllowed):
        actions.decide_personal(actor=cast.dso.actor, id=row.pk, granted=True, reason="我改到这里的")
    own, _secret = made(cast, other, actor=cast.dso.actor, name="own", personal=True)
    with pytest.raises(NotAllowed):
        actions.decide_personal(actor=cast.dso.actor, id=own.pk, granted=True, reason="自己的")


def test_what_was_erased_is_in_no_replay(cast: Cast, other: Receiver) -> None:
    row, _secret = made(cast, other, personal=True)
    actions.decide_personal(actor=cast.dso.actor, id=row.pk, granted=True, reason="合同要求")
    case = a_case(cast.frontline, name="陈小满", phone="13800002210")
    deliver_due()
    assert "13800002210" in other.came[-1][1].decode()
    erase_case(case.pk, actor=automation("test", cast.organisation_id), at=now(), data={"why": "age"})
    actions.replay(actor=cast.mgmt_rep.actor, id=row.pk, event_id=Event.objects.get(stream_id=case.pk, seq=1).pk)
    deliver_due(real_now() + timedelta(seconds=1))
    assert other.told[-1]["sequence"] == 1
    assert "13800002210" not in other.came[-1][1].decode()
    assert other.told[-1]["id"] == other.told[0]["id"]


def test_no_kind_of_event_tells_what_is_known_of_a_person(cast: Cast, other: Receiver) -> None:
    row, _secret = made(cast, other)
    case = a_case(cast.frontline, name="Smith", phone="13800002210", email="smith@mail.example")
    row = Subscription.objects.get(pk=row.pk)
    persons = ("Smith", "SMITH", "13800002210", "+8613800002210", "138-0000-2210", "tel:13800002210", "0571-88880000",
               "smith@mail.example", "陈小满", "Smith John", "440301199001011231", "44030119900101123X", "6222020200112233")  # fmt: skip
    kept = {
        "id": str(case.pk),
        "at": "2026-03-02T02:00:00.000000Z",
        "on": "2026-03-02",
        "number": case.number,
        "to": "closed",
    }
    event = Event.objects.filter(stream_id=case.pk).select_related("stream").order_by("seq")[0]
    event.data = {"set": {"name": ["", list(persons)]}, "who": list(persons), **kept, "fen": 13800}
    kinds = [name for name in event_kinds() if wanted(("complaint.*", "promise.*", "letter.*"), name)]
    assert len(kinds) > 140
    for name in kinds:
        event.kind, event.v = name, event_kind(name).version
        body = body_of(row, event, cast.mgmt_rep.actor)
        assert body is not None
        data = json.loads(body)["data"]
        assert data == {
            "set": {"name": ["", [None] * len(persons)]}, "who": [None] * len(persons), **kept, "fen": 13800
        }, name  # fmt: skip
        assert not any(person in body.decode() for person in persons), name
