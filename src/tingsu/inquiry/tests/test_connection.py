"""The settings of the connection: who enters it, who agrees, what is never shown (IG-02, PS-03)."""

from typing import Any

import pytest
from django.test import override_settings
from django.urls import reverse

from tests.cast import PEOPLE, Cast
from tests.doors import desk
from tingsu.inquiry import remote
from tingsu.inquiry.actions import approve_connection, set_connection
from tingsu.inquiry.models import Connection
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.models import Event, Organisation
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice

GIVEN: dict[str, Any] = {"address": "https://crm.example.com/tingsu", "secret": "s3cret", "seconds": 3}


def entered(cast: Cast, **changes: Any) -> Connection:
    set_connection(actor=cast.mgmt_rep.actor, **{**GIVEN, **changes})
    return Connection.objects.select_related("stream").get()


def agreed(cast: Cast) -> Connection:
    row = entered(cast)
    approve_connection(actor=cast.dso.actor, set_at=row.set_at.isoformat())
    return Connection.objects.select_related("stream").get()


def provider(cast: Cast) -> Any:
    return remote.of_firm(Organisation.objects.get(pk=cast.organisation_id))


@pytest.mark.req("IG-02", "OG-10")
def test_nothing_leaves_before_a_second_person_agreed(cast: Cast) -> None:
    row = entered(cast)
    assert provider(cast) is None
    with pytest.raises(NotAllowed):
        approve_connection(actor=cast.mgmt_rep.actor, set_at=row.set_at.isoformat())
    assert provider(cast) is None
    approve_connection(actor=cast.dso.actor, set_at=row.set_at.isoformat())
    assert provider(cast) is not None
    assert {note.member_id for note in Notice.objects.filter(kind="connection.asks_approval")} == {
        cast.dso.id,
        cast.top_mgmt.id,
    }


@pytest.mark.req("IG-02", "OG-10")
@pytest.mark.parametrize(
    ("changes", "in_use"),
    [
        ({"secret": None}, True), ({"secret": None, "seconds": 5}, True), ({"secret": None, "address": "https://evil.example.com"}, False),
        ({"secret": "another"}, False), ({"secret": None, "active": False}, False),
    ],
)  # fmt: skip
def test_another_address_or_secret_needs_another_agreement(cast: Cast, changes: dict[str, Any], in_use: bool) -> None:
    agreed(cast)
    row = entered(cast, **changes)
    assert (provider(cast) is not None) is in_use
    assert row.open_secret() == (changes["secret"] or "s3cret")


def test_who_agrees_agrees_to_what_was_looked_at(cast: Cast) -> None:
    seen = entered(cast)
    entered(cast, address="https://evil.example.com")
    with pytest.raises(InvalidInput):
        approve_connection(actor=cast.dso.actor, set_at=seen.set_at.isoformat())
    assert provider(cast) is None


@pytest.mark.parametrize("who", [one for one in PEOPLE if one not in {"mgmt_rep", "dso"}])
def test_others_enter_nothing(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        set_connection(actor=getattr(cast, who).actor, **GIVEN)
    if who != "top_mgmt":
        row = entered(cast)
        with pytest.raises(NotAllowed):
            approve_connection(actor=getattr(cast, who).actor, set_at=row.set_at.isoformat())


@pytest.mark.req("IG-02")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("address", "http://crm.example.com"), ("address", ""), ("address", "https://u:p@crm.example.com"), ("seconds", 0), ("seconds", 11),
        ("secret", "x" * 501), ("secret", "zwei\nZeilen"), ("secret", "密钥"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_at_its_field(cast: Cast, field: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        entered(cast, **{field: value})
    assert set(refused.value.fields) == {field}
    assert not Connection.objects.exists()
    assert not Event.objects.filter(kind="connection.set").exists()


@pytest.mark.req("PS-03")
def test_the_secret_stands_nowhere(cast: Cast) -> None:
    agreed(cast)
    for who in ("mgmt_rep", "dso", "top_mgmt"):
        assert "s3cret" not in desk(who, cast).get(reverse("inquiry:connection")).content.decode()
    assert "s3cret" not in str(list(Event.objects.values_list("data", flat=True)))
    assert "s3cret" not in str(Connection.objects.values())


def test_the_page_enters_keeps_tries_and_approves(cast: Cast) -> None:
    client, address = desk("mgmt_rep", cast, "en"), reverse("inquiry:connection")
    refused = client.post(address, {"address": "ftp://x", "seconds": "3"})
    assert refused.status_code == 422
    assert b"ftp://x" in refused.content
    assert (
        client.post(
            address, {"address": GIVEN["address"], "secret": "s3cret", "seconds": "4", "active": "on"}
        ).status_code
        == 303
    )
    assert (
        client.post(address, {"address": GIVEN["address"], "secret": "", "seconds": "5", "active": "on"}).status_code
        == 303
    )
    row = Connection.objects.select_related("stream").get()
    assert (row.seconds, row.open_secret()) == (5, "s3cret")
    with override_settings(OUTGOING_INSIDE=[]):
        tried = client.post(reverse("inquiry:try_connection"), follow=True)
    assert tried.status_code == 200
    assert desk("frontline", cast).post(reverse("inquiry:try_connection")).status_code == 403
    other = desk("dso", cast, "en")
    page = other.get(address)
    assert page.context["may_approve"]
    assert other.post(reverse("inquiry:approve_connection"), {"set_at": row.set_at.isoformat()}).status_code == 303
    assert Connection.objects.get().in_use


def test_verify_agrees_with_the_ledger(cast: Cast) -> None:
    agreed(cast)
    entered(cast, secret=None, address="https://other.example.com", seconds=2)
    assert list(verify_organisation(Tally())) == []
    Connection.objects.update(seconds=9)
    assert [one for one in verify_organisation(Tally()) if "inquiry_connection" in str(one)]


def test_a_practice_copy_calls_nobody(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(cast)
    ours = Organisation.objects.get(pk=cast.organisation_id)
    ours.practice_of = ours.pk
    assert remote.of_firm(ours) is None
    monkeypatch.setattr("tingsu.inquiry.actions.in_practice", lambda: True)
    with pytest.raises(NotAllowed):
        entered(cast)
