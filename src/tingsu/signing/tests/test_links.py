"""The link by which a party signs: it opens once, for one browser, for a while, and for nobody else (RG-05, MD-06)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.forging import forged
from tests.signing import enter
from tingsu.complaints.models import Party
from tingsu.kernel import organisations
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import ConditionsUnmet
from tingsu.letters.actions import deliver
from tingsu.letters.models import Letter
from tingsu.privacy.models import AccessEntry
from tingsu.signing import links
from tingsu.signing.models import Signature, SigningLink
from tingsu.signing.tests.given import FORM, RECEIPT, asked, bare, posted, printed, signed, text_of
from tingsu.triage.tests.cases import registered, step


def opened(path: str, tail: str = "2210") -> Client:
    """A browser that opened the link."""
    browser = Client()
    answer = browser.post(path, {"tail": tail})
    assert answer.status_code == 302, answer.content.decode()
    return browser


@pytest.mark.req("RG-05", "MD-06")
def test_a_link_leads_to_one_signature(cast: Cast, reached: None) -> None:
    complaint = registered(cast.frontline)
    path = asked(cast, complaint)
    token = path.rstrip("/").rpartition("/")[2]
    link = SigningLink.objects.get()
    assert token.encode() not in bytes(link.token)
    assert path.startswith("/o/")
    door = Client().get(path)
    assert door.status_code == 200
    assert "陈小满" not in door.content.decode()
    assert complaint.number not in door.content.decode()
    assert SigningLink.objects.get().opened_at is None, "looking at the door opens nothing"
    assert Client().head(path).status_code == 204
    assert Client().get(path, headers={"Sec-Purpose": "prefetch"}).status_code == 204
    browser = opened(path)
    page = browser.get(reverse("portal:sign"))
    assert page.status_code == 200
    assert "空气炸锅 5L" in page.content.decode()
    assert "查询码" not in page.content.decode()
    done = browser.post(reverse("portal:sign"), posted(complaint), follow=True)
    assert "已签字" in done.content.decode()
    row = Signature.objects.get()
    assert row.link_id == link.pk
    assert row.witness_id is None
    assert row.way == "drawn"
    copy = browser.get(reverse("portal:sign_copy"))
    assert copy.status_code == 200
    assert "陈小满" in bare(text_of(copy.content))
    assert AccessEntry.objects.filter(stream_id=complaint.pk, door="portal", what="opened").exists()


@pytest.mark.req("RG-05", "MD-06")
def test_a_link_opens_once_for_one_browser_and_ends(cast: Cast, reached: None) -> None:
    complaint = registered(cast.frontline)
    path = asked(cast, complaint)
    first = opened(path)
    second = Client()
    for answer in (second.get(path), second.post(path, {"tail": "2210"}), first.post(path, {"tail": "2210"})):
        assert answer.status_code == 410
        assert "只能打开一次" in answer.content.decode()
    assert Client().get(reverse("portal:sign")).status_code == 410, "another browser has no seat"
    first.post(reverse("portal:sign"), posted(complaint))
    again = Client().post(path, {"tail": "2210"})
    assert again.status_code == 410
    assert "已经用这个链接签过" in again.content.decode()
    assert first.post(reverse("portal:sign"), posted(complaint)).status_code == 200
    assert Signature.objects.count() == 1


@pytest.mark.req("RG-05", "MD-06")
def test_a_link_that_ran_out_was_taken_back_or_was_replaced_opens_nothing(cast: Cast, reached: None) -> None:
    complaint = registered(cast.frontline)
    path = asked(cast, complaint)
    with travel_to(now() + links.VALID_FOR):
        late = Client().post(path, {"tail": "2210"})
    assert late.status_code == 410
    assert "已过期" in late.content.decode()
    newer = asked(cast, complaint)
    old = Client().post(path, {"tail": "2210"})
    assert old.status_code == 410
    assert "已失效" in old.content.decode()
    browser = opened(newer)
    with travel_to(now() + links.OPEN_FOR):
        assert browser.get(reverse("portal:sign")).status_code == 410
    row = SigningLink.objects.get(ended_at=None)
    step(cast.frontline, complaint, "take_back_signing_link", link=str(row.pk))
    assert browser.get(reverse("portal:sign")).status_code == 410
    answer = browser.post(reverse("portal:sign"), posted(complaint))
    assert answer.status_code == 410
    assert not Signature.objects.exists()


@pytest.mark.req("RG-05", "MD-06")
def test_whoever_does_not_know_the_telephone_opens_nothing(cast: Cast, reached: None) -> None:
    complaint = registered(cast.frontline)
    path = asked(cast, complaint)
    for _try in range(links.TRIES - 1):
        wrong = Client().post(path, {"tail": "0000"})
        assert wrong.status_code == 422
        assert "后四位不符" in wrong.content.decode()
    assert Client().post(path, {}).status_code == 410
    shut = Client().post(path, {"tail": "2210"})
    assert shut.status_code == 410
    assert SigningLink.objects.get().opened_at is None


@pytest.mark.req("RG-05")
def test_forged_links_and_those_of_other_organisations_open_nothing(
    cast: Cast, reached: None, other_organisation: Any
) -> None:
    complaint = registered(cast.frontline)
    path = asked(cast, complaint)
    token = path.rstrip("/").rpartition("/")[2]
    for wrong in (
        f"/o/test/s/{forged(token)}/",
        f"/o/test/s/{'a' * 300}/",
        f"/o/{other_organisation.slug}/s/{token}/",
        "/o/test/s/%00/",
    ):
        assert Client().post(wrong, {"tail": "2210"}).status_code in {404, 410}, wrong
    assert SigningLink.objects.get().opened_at is None
    mine, theirs = registered(cast.frontline, name="李四", phone="13900001111"), complaint
    browser = opened(asked(cast, mine), "1111")
    answer = browser.post(reverse("portal:sign"), posted(theirs))
    assert answer.status_code == 409, "another case's content"
    answer = browser.post(reverse("portal:sign"), posted(mine, RECEIPT))
    assert answer.status_code == 410, "another document than the link's"
    assert not Signature.objects.exists()


@pytest.mark.req("RG-05")
def test_a_link_goes_only_to_an_address_of_the_party(cast: Cast, reached: None) -> None:
    silent = registered(cast.frontline, phone="", email="", withheld=["phone", "email"])
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.frontline, silent, "ask_to_sign", document=FORM, side="complainant")
    assert [one.code for one in refused.value.unmet] == ["no_address"]
    complaint = registered(cast.frontline)
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.frontline, complaint, "ask_to_sign", document=RECEIPT, side="respondent")
    assert "not_signed_by" in [one.code for one in refused.value.unmet]
    signed(cast.frontline.actor, complaint, FORM, "complainant")
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.frontline, complaint, "ask_to_sign", document=FORM, side="complainant")
    assert [one.code for one in refused.value.unmet] == ["signed"]


def test_without_an_address_that_others_reach_no_link_is_sent(
    cast: Cast, reached: None, organisation: Any, settings: Any
) -> None:
    settings.PUBLIC_URL = "http://localhost:8000"
    organisation.public_url = ""
    organisation.save(update_fields=["public_url"])
    organisations.forget_organisations()
    complaint = registered(cast.frontline)
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.frontline, complaint, "ask_to_sign", document=FORM, side="complainant")
    assert "no_public_address" in [one.code for one in refused.value.unmet]


@pytest.mark.req("RG-05", "PS-06")
def test_no_page_of_ours_and_no_kept_copy_shows_the_link(cast: Cast, reached: None, client: Client) -> None:
    complaint = registered(cast.frontline)
    path = asked(cast, complaint)
    token = path.rstrip("/").rpartition("/")[2]
    deliver(Letter.objects.get(template="signature_asked").pk)
    enter(client, cast.supervisor.username)
    assert token not in client.get(complaint.get_absolute_url()).content.decode()
    assert token not in printed(cast.supervisor.actor, complaint, "case_file")


def test_a_link_for_an_erased_person_opens_nothing(cast: Cast, reached: None) -> None:
    complaint = registered(cast.frontline)
    path = asked(cast, complaint)
    Party.objects.filter(complaint=complaint).update(erased_at=now())
    assert Client().post(path, {"tail": "2210"}).status_code == 410


@pytest.mark.req("RG-05", "MD-06")
@pytest.mark.parametrize(("seconds", "good"), [(-1, True), (0, False), (1, False)])
def test_a_link_and_the_page_it_opened_end_at_their_instant(
    cast: Cast, reached: None, seconds: int, good: bool
) -> None:
    complaint = registered(cast.frontline)
    asked(cast, complaint)
    row = SigningLink.objects.select_related("complaint__stream").get()
    for opened_at, ends in ((None, row.expires_at), (row.asked_at, row.asked_at + links.OPEN_FOR)):
        row.opened_at = opened_at
        with travel_to(ends + timedelta(seconds=seconds)):
            if good:
                links.check(row, opened=opened_at is not None)
            else:
                with pytest.raises(links.LinkTooOld):
                    links.check(row, opened=opened_at is not None)
