"""Who makes subscriptions, to which addresses, and what is left of one that ended (IG-01)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.desk.tests.cases import a_case
from tingsu.hooks import actions, delivering
from tingsu.hooks.delivering import deliver_due, real_now
from tingsu.hooks.models import Delivery
from tingsu.hooks.tests.receiver import Receiver
from tingsu.hooks.tests.subscribed import KINDS, made
from tingsu.hooks.tests.subscribed import other as other
from tingsu.kernel import outgoing
from tingsu.kernel.errors import InvalidInput, NotAllowed, NotFound

pytestmark = pytest.mark.req("IG-01")

ADDRESSES = {
    "https://localhost/": "inside",
    "https://127.0.0.1/": "inside",
    "https://169.254.169.254/latest": "inside",
    "https://[::1]/": "inside",
    "https://[::ffff:10.0.0.1]/": "inside",
    "https://2130706433/": "inside",
    "https://0x7f000001/": "inside",
    "https://10.1.2.3/": "inside",
    "https://inside.example/": "inside",
    "http://example.com/": "address",
    "https://user:pass@example.com/": "address",
    "ftp://example.com/": "address",
    "https://example.com:22/": "port",
    "https://example.com:6379/": "port",
    "https://example.com/#part": "address",
    "https://example.com/" + "x" * 3000: "address",
    "https://nowhere.invalid/": "unknown_host",
    "": "address",
}


def test_addresses_that_lead_inside_are_refused_with_a_sentence(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    looked_up = socket.getaddrinfo

    def names(host: str, port: int, **more: Any) -> Any:
        known = {"inside.example": "192.168.3.4", "example.com": "93.184.216.34"}
        if host.endswith(".invalid"):
            raise socket.gaierror
        return looked_up(known.get(host, host), port, **more)

    monkeypatch.setattr(socket, "getaddrinfo", names)
    for address, code in ADDRESSES.items():
        with pytest.raises(InvalidInput) as refused:
            actions.subscribe(actor=cast.mgmt_rep.actor, name="shop", address=address, kinds=KINDS)
        assert refused.value.fields["address"].code == code, address
        assert len(str(refused.value.fields["address"])) > 10
    row, _secret = actions.subscribe(
        actor=cast.mgmt_rep.actor, name="shop", address="https://example.com/hook?key=1", kinds=KINDS
    )
    assert row.opened("address") == "https://example.com/hook?key=1"
    # A name that is moved inside afterwards leads nowhere either: each call looks for itself.
    monkeypatch.setattr(
        outgoing.socket, "getaddrinfo", lambda *a, **k: looked_up("127.0.0.1", 443, type=socket.SOCK_STREAM)
    )
    assert delivering.send("https://example.com/hook", {}, b"{}").why == "inside"


@pytest.mark.parametrize("name", ["frontline", "supervisor", "top_mgmt", "auditor"])
def test_only_who_gives_out_keys_makes_subscriptions(cast: Cast, other: Receiver, name: str) -> None:
    row, _secret = made(cast, other)
    actor = getattr(cast, name).actor
    for forbidden in (
        lambda: made(cast, other, actor=actor, name="mine"),
        lambda: actions.pause(actor=actor, id=row.pk),
        lambda: actions.resume(actor=actor, id=row.pk),
        lambda: actions.stop(actor=actor, id=row.pk),
        lambda: actions.try_out(actor=actor, id=row.pk),
        lambda: actions.turn_secret(actor=actor, id=row.pk),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_what_cannot_be_read_is_refused_by_its_field(cast: Cast, other: Receiver) -> None:
    made(cast, other)
    good = {"name": "second", "address": other.address, "kinds": KINDS}
    for wrong, field in (
        ({"name": ""}, "name"), ({"name": "n" * 61}, "name"), ({"name": "shop"}, "name"), ({"kinds": ()}, "kinds"),
        ({"kinds": ("complaint.invented",)}, "kinds"), ({"kinds": ("token.issued",)}, "kinds"),
        ({"product": "p" * 201}, "product"), ({"unit_id": cast.frontline.id}, "unit_id"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as refused:
            actions.subscribe(actor=cast.mgmt_rep.actor, **(good | wrong))  # type: ignore[arg-type]
        assert set(refused.value.fields) == {field}


def test_an_ended_subscription_hears_nothing_and_keeps_no_secret(cast: Cast, other: Receiver) -> None:
    row, _secret = made(cast, other)
    a_case(cast.frontline)
    actions.stop(actor=cast.mgmt_rep.actor, id=row.pk)
    a_case(cast.frontline)
    assert deliver_due(real_now() + timedelta(days=1)) == 0
    row.refresh_from_db()
    assert (row.state, row.secret, Delivery.objects.count()) == ("ended", None, 1)
    with pytest.raises(NotFound):
        actions.resume(actor=cast.mgmt_rep.actor, id=row.pk)
