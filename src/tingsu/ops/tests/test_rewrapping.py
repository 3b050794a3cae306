"""The key of an organisation turns while people work: new things under the new one at once, old ones in steps, everything readable."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.cast import Cast
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.search import search
from tingsu.governance.tests.test_disposal import PERSON, archived, findings
from tingsu.intake.tests.test_register_complaint import registered
from tingsu.kernel import crypto
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.models import IdempotencyKey, Organisation, Stream
from tingsu.kernel.organisations import forget_organisations, organisations
from tingsu.kernel.tenancy import acting_for
from tingsu.letters.models import Robot, SmsAccount
from tingsu.letters.robots import posting
from tingsu.letters.sms import account
from tingsu.mail.models import Mailbox
from tingsu.mail.polling import access_of, seal_password
from tingsu.ops import resealing, rewrapping
from tingsu.ops.errors import CannotStart
from tingsu.ops.management.commands import organisation_keys
from tingsu.ops.tests.test_turning import new_key
from tingsu.phone import signing
from tingsu.phone.models import Line
from tingsu.phone.tests.calls import connected
from tingsu.privacy.log import log_access, purposes
from tingsu.privacy.models import AccessEntry

pytestmark = [pytest.mark.django_db, pytest.mark.req("PS-05", "PS-06")]


@pytest.fixture(autouse=True)
def _steps(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, settings: Any) -> None:
    settings.HOME = tmp_path
    monkeypatch.setattr(rewrapping, "BATCH", 3)
    monkeypatch.setattr(organisation_keys, "KEEP_SECONDS", 0)


def begin_process() -> None:
    """Nothing is in the memory of a process that begins: what a backup of this moment opens, this opens."""
    rewrapping.forget()
    crypto._unwrapped.cache_clear()


SOURCE = Path(__file__).parents[2]
OTHER_WAYS = {"kernel", "ops", "api", "intake", "privacy", "demo", "setup"}
"""Wrapped keys, answers of programs, links that open for hours, purposes: what seals or opens there has tests of its own."""


def everything_reads(cast: Cast, pk: Any, answer: IdempotencyKey) -> bool:
    begin_process()
    complaint = Complaint.objects.select_related("stream").get(pk=pk)
    party = Party.objects.get(complaint_id=pk, role="complainant")
    assert (party.text("name"), party.text("phone")) == ("欧阳金丝雀", "13877776666")
    assert "黄鹂" in complaint.text("description")
    assert [one.pk for one in search(cast.supervisor.actor, "13877776666").complaints] == [pk]
    answer.refresh_from_db()
    key = crypto.organisation_key(cast.organisation_id)
    assert key.open(bytes.fromhex(answer.answer["sealed"]), f"once:{answer.pk}") == "答"
    assert list(purposes(AccessEntry.objects.filter(field="turned")).values()) == ["为了核对"]
    return findings() == []


def filled(cast: Cast) -> tuple[Any, IdempotencyKey]:
    pk = archived(cast, **PERSON).complaint.pk
    answer = IdempotencyKey(scope="api:x", key="k", fingerprint=b"", status=201, created_at=now())
    key = crypto.organisation_key(cast.organisation_id)
    answer.answer = {"sealed": key.seal("答", f"once:{answer.pk}").hex()}
    answer.save(force_insert=True)
    log_access(cast.supervisor.actor, "searched", field="turned", purpose="为了核对")
    return pk, answer


def test_killed_after_any_step_everything_reads_and_it_goes_on(cast: Cast) -> None:
    pk, answer = filled(cast)
    old = crypto.organisation_key(cast.organisation_id)
    rewrapping.turn(cast.organisation_id)
    key = crypto.organisation_key(cast.organisation_id)
    before = sum(rewrapping.left(cast.organisation_id).values())
    assert before > 10
    with pytest.raises(CannotStart, match="is not over"):
        rewrapping.turn(cast.organisation_id)
    with pytest.raises(CannotStart, match="still needs"):
        rewrapping.drop(cast.organisation_id)
    # new ones at once
    fresh = registered(cast)
    wrapped = Stream.objects.values_list("wrapped_key", flat=True).get(pk=fresh.pk)
    assert key.opens_alone(bytes(wrapped), "data-key")
    steps = 0
    while sum(rewrapping.left(cast.organisation_id).values()):
        going = rewrapping.reseal(cast.organisation_id)
        for _step in range(steps := steps + 4):
            next(going, None)
        going.close()
        if steps in {4, 12}:
            assert everything_reads(cast, pk, answer)
    list(rewrapping.reseal(cast.organisation_id))
    assert everything_reads(cast, pk, answer)
    wrapped = Stream.objects.values_list("wrapped_key", flat=True).get(pk=pk)
    with pytest.raises(crypto.KeyMissing):
        crypto.Key.open_bytes(old, bytes(wrapped), "data-key")


def test_every_table_with_keys_of_its_own_is_sealed_anew() -> None:
    assert {model.__name__ for model in rewrapping.wrapped()} == {
        "Stream",
        "Party",
        "StoredFile",
        "PortalDraft",
        "Upload",
        "Visit",
    }


def test_secrets_of_other_systems_are_sealed_anew_too(cast: Cast) -> None:
    """Each as its own app seals and opens it; a table that seals under the organisation's key and does not say so loses it."""
    box = Mailbox(name="客服", host="imap.example.com", port=993, username="a", since=date(2026, 1, 1))
    seal_password(box, "金丝雀")
    sms = SmsAccount(provider="aliyun", key_id="k", sign="听诉")
    account.put_secret(sms, "secret-of-sms")
    account.put_token(sms)
    robot = Robot(name="客服群", kind="wecom", since=now())
    posting.put_address(robot, "https://qyapi.weixin.qq.com/x")
    posting.put_secret(robot, "secret-of-robot")
    _entry, phone = connected(cast)
    for row in (box, sms, robot):
        row.save(force_insert=True)
    token = account.token_of(sms)
    old = crypto.organisation_key(cast.organisation_id)
    rewrapping.turn(cast.organisation_id)
    assert sum(rewrapping.left(cast.organisation_id).values()) > 6
    list(rewrapping.reseal(cast.organisation_id))
    assert sum(rewrapping.left(cast.organisation_id).values()) == 0
    for row in (box, sms, robot, line := Line.objects.get()):
        row.refresh_from_db()
    assert access_of(box).password == "金丝雀"
    assert (account.access_of(sms).secret, account.token_of(sms)) == ("secret-of-sms", token)
    assert posting.mouth_of(robot) == posting.Mouth(
        kind="wecom", address="https://qyapi.weixin.qq.com/x", secret="secret-of-robot"
    )
    assert signing.secrets_of(line, now()) == [phone]
    for row, name in (
        (box, "password"),
        (sms, "secret"),
        (sms, "token"),
        (robot, "address"),
        (robot, "secret"),
        (line, "secret"),
    ):
        assert not old.opens_alone(bytes(getattr(row, name)), row.sealed_alone[name].format(pk=row.pk)), name
    uses = {
        path.relative_to(SOURCE).parts[0]
        for path in SOURCE.rglob("*.py")
        if "tests" not in path.parts
        and re.search(r"organisation_key\([a-z_.]*organisation_id(\(\))?\)(?!\.derive)", path.read_text())
    }
    assert uses - OTHER_WAYS == {model.__module__.split(".")[1] for model in rewrapping.sealed_alone()}


def test_an_erased_history_stays_erased_and_a_row_that_changes_meanwhile_is_left(cast: Cast) -> None:
    pk, _answer = filled(cast)
    rewrapping.turn(cast.organisation_id)
    row = Stream.objects.get(pk=pk)
    Stream.objects.filter(pk=pk).update(wrapped_key=None)  # erased between reading and writing
    assert rewrapping._rewrap(row) == 0
    assert Stream.objects.get(pk=pk).wrapped_key is None


def test_a_process_that_began_before_opens_at_once_and_seals_with_the_new_key_after_its_next_look(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = crypto.organisation_key(cast.organisation_id)
    monkeypatch.setattr(rewrapping, "forget", lambda: None)  # another process turns it
    rewrapping.turn(cast.organisation_id)
    assert crypto.organisation_key(cast.organisation_id) is old
    forget_organisations()
    organisations()  # its next request
    key = crypto.organisation_key(cast.organisation_id)
    assert key.wrapped != old.wrapped
    assert old.open(key.seal("甲", "place"), "place") == "甲"  # what began before looks again by itself
    assert key.open(old.seal("乙", "place"), "place") == "乙"
    with pytest.raises(crypto.KeyMissing):
        key.open(crypto.Key(b"x" * 32).seal("丙", "place"), "place")


def test_the_old_key_goes_after_an_hour_unless_the_log_needs_it(cast: Cast) -> None:
    pk, answer = filled(cast)
    at = now()
    with travel_to(at):
        rewrapping.turn(cast.organisation_id)
        list(rewrapping.reseal(cast.organisation_id))
        with pytest.raises(CannotStart, match="less than an hour"):
            rewrapping.drop(cast.organisation_id)
    with travel_to(at + timedelta(hours=2)):
        assert rewrapping.needed_by_log(cast.organisation_id) == 1
        assert rewrapping.drop(cast.organisation_id) == 0
        assert everything_reads(cast, pk, answer)
        rewrapping.turn(cast.organisation_id)  # an older key that only the log needs stops no further turn
        list(rewrapping.reseal(cast.organisation_id))
        assert everything_reads(cast, pk, answer)
        assert len(Organisation.objects.get(pk=cast.organisation_id).keys_before) == 2


def test_without_purposes_of_before_it_is_forgotten(cast: Cast) -> None:
    at = now()
    with travel_to(at):
        registered(cast)
        rewrapping.turn(cast.organisation_id)
        list(rewrapping.reseal(cast.organisation_id))
    with travel_to(at + timedelta(hours=2)):
        assert rewrapping.drop(cast.organisation_id) == 1
        assert rewrapping.drop(cast.organisation_id) == 0
    begin_process()
    assert findings() == []


def test_the_master_key_turns_with_every_key_of_an_organisation(cast: Cast, settings: Any) -> None:
    pk, answer = filled(cast)
    rewrapping.turn(cast.organisation_id)
    old, new = settings.MASTER_KEY, new_key()
    settings.MASTER_KEY, settings.MASTER_KEYS_BEFORE, settings.KEYS_IN = new, [old], ""
    crypto.master_keys.forget()
    assert resealing.left()["organisations"] == 2
    list(resealing.seal_anew(new))
    assert resealing.left()["organisations"] == 0
    settings.MASTER_KEYS_BEFORE = []
    crypto.master_keys.forget()
    assert everything_reads(cast, pk, answer)
    list(rewrapping.reseal(cast.organisation_id))
    assert everything_reads(cast, pk, answer)
    crypto.master_keys.forget()


def test_the_command_turns_one_or_all_and_says_what_it_did(cast: Cast) -> None:
    registered(cast)
    with acting_for(cast.organisation_id):
        slug = Organisation.objects.get(pk=cast.organisation_id).slug
    said = StringIO()
    call_command("organisation_keys", "turn", organisation=slug, stdout=said)
    assert f"{slug}: the new key seals from now on." in said.getvalue()
    assert Organisation.objects.get(pk=cast.organisation_id).keys_before[0]["done"]
    assert not Organisation.objects.exclude(pk=cast.organisation_id).exclude(keys_before=[]).exists()
    call_command("organisation_keys", "reseal", stdout=said)
    with pytest.raises(CommandError, match="less than an hour"):
        call_command("organisation_keys", "forget", organisation=slug, stdout=said)
    with pytest.raises(CommandError, match="No organisation is called nobody"):
        call_command("organisation_keys", "turn", organisation="nobody", stdout=said)
