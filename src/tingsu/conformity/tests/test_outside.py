"""The auditor from outside: an account that one asks for and another grants, that reads little, and that ends by itself."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.conformity import outside
from tingsu.conformity.tests.given import AT, evidence, opened, take
from tingsu.conformity.tests.test_packs import made
from tingsu.kernel.clock import travel_to
from tingsu.kernel.erasing import erase
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.ledger import Chain
from tingsu.kernel.models import Event, Stream
from tingsu.people import elsewhere
from tingsu.people.models import Account, Member, Membership, OpenSession
from tingsu.privacy.models import AccessEntry
from tingsu.registers.models import Entry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("MS-29")]
ACCOUNT = {
    "auditor_name": "审核员甲", "username": "outside.auditor", "bound": "保密承诺在合同夹 3", "valid_from": "2026-03-02", "valid_until": "2026-03-20",
}  # fmt: skip
OWN = "A-good-password-of-mine-7"


def planned(cast: Cast, **values: Any) -> Entry:
    given = {
        "body": "某认证公司",
        "kind": "first",
        "document": "isc",
        "audit_on": "2026-03-10",
        "scope": "全部条款",
        **values,
    }
    return opened(cast.supervisor, "outside_audit", **given)


def granted(cast: Cast) -> Entry:
    return take(cast.mgmt_rep, take(cast.supervisor, planned(cast), "ask", **ACCOUNT), "grant")


def signed_in(entry: Entry, cast: Cast) -> Client:
    """The auditor with a password of the own, at the door."""
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    with travel_to(AT):
        _name, _password = outside.first_password(actor=cast.supervisor.actor, entry=row)
    account = Account.objects.get(username="outside.auditor")
    account.set_password(OWN)
    account.password_given = False
    account.save()
    client = Client()
    client.force_login(account)
    session = client.session
    session["organisation"] = str(cast.organisation_id)
    session["second_factor"] = True
    session.save()
    return client


def test_who_asks_for_an_account_does_not_grant_it_and_it_has_days_and_a_free_name(cast: Cast) -> None:
    entry = planned(cast)
    for wrong, name in (
        ({"valid_until": "2026-03-01"}, "valid_until"), ({"valid_until": "2026-05-02"}, "valid_until"), ({"username": "SUPERVISOR"}, "username"),
        ({"valid_from": "2026-02-01", "valid_until": "2026-03-01"}, "valid_until"),
        ({"bound": ""}, "bound"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as refused:
            take(cast.supervisor, entry, "ask", **{**ACCOUNT, **wrong})
        assert set(refused.value.fields) == {name}
    take(cast.supervisor, entry, "ask", **ACCOUNT | {"valid_until": "2026-05-01"})
    with pytest.raises(ConditionsUnmet):
        take(cast.supervisor, entry, "grant")
    with pytest.raises(NotAllowed):
        take(cast.qa, entry, "grant")
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    with travel_to(AT), pytest.raises(ConditionsUnmet):
        outside.first_password(actor=cast.supervisor.actor, entry=row)
    assert not Account.objects.filter(username="outside.auditor").exists()
    with pytest.raises(ConditionsUnmet):
        take(cast.mgmt_rep, entry, "grant", AT + timedelta(days=61))
    assert take(cast.mgmt_rep, entry, "grant").state == "open"


def test_the_first_password_is_shown_once_and_good_for_choosing_an_own_one(cast: Cast, sign_in) -> None:
    entry = granted(cast)
    with travel_to(AT):
        assert sign_in(cast.frontline).post(reverse("conformity:password", args=[entry.number])).status_code == 403
        page = sign_in(cast.supervisor).post(reverse("conformity:password", args=[entry.number])).content.decode()
    password = re.search(r"<code>(\S+)</code>", page)
    assert password is not None
    account = Account.objects.get(username="outside.auditor")
    assert account.password_given
    assert account.check_password(password.group(1))
    membership = Membership.objects.get(account=account)
    assert not Member.objects.filter(pk=membership.member_id).exists(), "no member of ours"
    assert elsewhere.home_of(membership) == reverse("auditor:home")
    client = Client()
    client.force_login(account)
    with travel_to(AT):
        assert client.get(reverse("auditor:home")).status_code == 403
    assert Event.objects.filter(stream_id=entry.pk, kind="outside_audit.password_given").count() == 1


@pytest.mark.req("PS-06", "PS-09")
def test_the_account_opens_view_released_records_and_packs_and_nothing_else_and_all_is_logged(cast: Cast) -> None:
    entry = granted(cast)
    proof = evidence(cast, "quality", at=AT - timedelta(days=5))
    pack = made(cast, audit=str(entry.pk))
    other = made(cast, audit=str(planned(cast, kind="renewal").pk))
    take(cast.mgmt_rep, other, "release")
    client = signed_in(entry, cast)
    clause = reverse("auditor:clause", args=["isc", "6.2.1"])
    name = f"records/evidence/{proof.number}.pdf"
    record = reverse("auditor:record", args=[pack.number, name])
    with travel_to(AT):
        page = client.get(reverse("auditor:home"))
        assert page.status_code == 200
        assert pack.number not in page.content.decode(), "not released yet"
        assert proof.number not in client.get(clause).content.decode()
        assert client.get(record).status_code == 409
        take(cast.mgmt_rep, pack, "release")
        assert pack.number in client.get(reverse("auditor:home")).content.decode()
        assert proof.number in client.get(clause).content.decode()
        answer = client.get(record)
        assert (answer.status_code, answer["Content-Type"], answer.content[:4]) == (200, "application/pdf", b"%PDF")
        sent = client.get(reverse("auditor:pack", args=[pack.number]))
        assert sent.status_code == 200
        assert b"".join(sent.streaming_content).startswith(b"PK")
        for address, status in (
            (reverse("auditor:pack", args=[other.number]), 404), (reverse("auditor:record", args=[pack.number, "records/../x.pdf"]), 404),
            (reverse("auditor:clause", args=["cts", "5.3"]), 404), (reverse("conformity:index"), 403),
            (reverse("registers:entry", args=["evidence", proof.number]), 403), (reverse("desk:work"), 403),
        ):  # fmt: skip
            assert client.get(address).status_code == status, address
    told = list(AccessEntry.objects.filter(actor_name=entry.number).order_by("at", "pk").values_list("what", "field"))
    assert told.count(("opened", "conformity")) == 2
    assert ("opened", "clause.ISC 6.2.1") in told
    assert ("opened", f"evidence_pack.{proof.number}.pdf") in told
    assert ("exported", "evidence_pack") in told


@pytest.mark.parametrize("how", ["late", "shut", "held", "cancelled", "early"])
def test_an_account_that_is_over_is_refused_in_a_sentence(cast: Cast, how: str) -> None:
    entry = granted(cast)
    client = signed_in(entry, cast)
    at = AT
    with travel_to(AT):
        assert client.get(reverse("auditor:home")).status_code == 200
    if how == "late":
        at = AT + timedelta(days=19)
        with travel_to(at - timedelta(days=1)):
            assert client.get(reverse("auditor:home")).status_code == 200, "its last day"
    elif how == "early":
        at = AT - timedelta(days=1)
    elif how == "shut":
        take(cast.mgmt_rep, entry, "shut", reason="审核员更换")
    elif how == "held":
        take(cast.supervisor, entry, "conclude", result="passed")
    else:
        take(cast.mgmt_rep, entry, "cancel", reason="改期")
    with travel_to(at):
        answer = client.get(reverse("auditor:home"))
    assert answer.status_code in {302, 403}
    if how in {"late", "early"}:
        assert "2026-03-20" in answer.content.decode()
    else:
        assert not Account.objects.filter(username="outside.auditor").exists(), "its name is gone with it"
        account = Account.objects.get(pk=Entry.objects.get(pk=entry.pk).codes["account"])
        assert not account.is_active
        assert not OpenSession.objects.filter(account_id=account.pk).exists(), "who was in is out, in every browser"
    if how == "shut":
        take(cast.mgmt_rep, take(cast.supervisor, entry, "ask", **ACCOUNT), "grant")
        with travel_to(at):
            assert client.get(reverse("auditor:home")).status_code == 302, "who was in has to sign in anew"


@pytest.mark.parametrize("name", ["outside.auditor", "another.auditor"])
def test_an_account_granted_again_opens_with_a_new_password_alone_and_for_whom_it_was_granted(
    cast: Cast, name: str
) -> None:
    entry = granted(cast)
    signed_in(entry, cast)
    before = Account.objects.get(username="outside.auditor")
    Authenticator.objects.create(user=before, type=Authenticator.Type.TOTP, data={})
    take(cast.mgmt_rep, entry, "shut", reason="审核员更换")
    take(cast.mgmt_rep, take(cast.supervisor, entry, "ask", **{**ACCOUNT, "username": name}), "grant")
    assert not Authenticator.objects.filter(user=before).exists()
    before.refresh_from_db()
    assert not before.is_active, "whoever came in before does not come in with the old password"
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    with travel_to(AT):
        username, password = outside.first_password(actor=cast.supervisor.actor, entry=row)
    account = Account.objects.get(username=name)
    assert (username, account.is_active, account.password_given) == (name, True, True)
    assert account.check_password(password)
    assert not account.check_password(OWN)
    assert not Authenticator.objects.filter(user=account).exists()
    assert outside.account_of(account.pk).pk == entry.pk  # type: ignore[union-attr]
    take(cast.mgmt_rep, entry, "shut", reason="审核结束")
    assert not Account.objects.filter(username=name, is_active=True).exists()


@pytest.mark.req("PS-17")
def test_the_name_of_an_auditor_is_gone_from_the_accounts_once_the_days_are_over_and_with_the_entry(cast: Cast) -> None:
    entry = granted(cast)
    signed_in(entry, cast)
    account = Account.objects.get(username="outside.auditor")
    last = AT + timedelta(days=18)
    with travel_to(last):
        assert outside.end_owed() == 0, "its last day"
        assert OpenSession.objects.filter(account_id=account.pk).exists()
    with travel_to(last + timedelta(days=1)):
        assert (outside.end_owed(), outside.end_owed()) == (1, 0)
    account.refresh_from_db()
    assert (account.is_active, account.username) == (False, f"~closed-{account.pk}")
    assert not account.check_password(OWN)
    assert not OpenSession.objects.filter(account_id=account.pk).exists()
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    assert (row.state, row.written()["username"]) == ("planned", "outside.auditor")
    again = granted(cast)
    signed_in(again, cast)
    with transaction.atomic():
        stream = Stream.objects.select_for_update().get(pk=again.pk)
        chain = Chain(stream)
        erase(chain, actor=cast.supervisor.actor, at=AT, data={"why": "retention"})
        chain.flush()
    assert not Account.objects.filter(username="outside.auditor").exists(), "erased with the entry that held it"


def test_the_next_audit_is_the_nearest_that_is_not_over(cast: Cast) -> None:
    later, first = planned(cast, audit_on="2026-08-01"), planned(cast)
    assert outside.next_audit(date(2026, 3, 2)).number == first.number  # type: ignore[union-attr]
    take(cast.supervisor, first, "conclude", result="conditions", findings="两项")
    assert outside.next_audit(date(2026, 3, 2)).number == later.number  # type: ignore[union-attr]
    take(cast.supervisor, later, "move", audit_on="2026-09-01", reason="机构排期")
    assert Entry.objects.get(pk=later.pk).codes["audit_on"] == "2026-09-01"
    assert outside.next_audit(date(2026, 9, 2)) is None
