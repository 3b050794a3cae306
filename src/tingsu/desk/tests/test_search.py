"""Search, notices, one's own account."""

import pytest
from django.urls import reverse

from tingsu.desk.tests.cases import a_case
from tingsu.letters.models import Notice
from tingsu.letters.notices import notify
from tingsu.people.models import Account
from tingsu.registers.declaration import register_named
from tingsu.registers.tests.samples import an_entry


def found(client, words):
    return client.get(reverse("desk:search"), {"q": words})


@pytest.mark.req("RG-14")
def test_a_whole_number_opens_the_case_and_other_words_list_it(sign_in, cast):
    complaint = a_case(cast.frontline)
    client = sign_in(cast.frontline)
    assert found(client, complaint.number).headers["Location"] == reverse("desk:case", args=[complaint.number])
    for words in ("13800002210", "2210", "26110200317", "平台打款"):
        assert complaint.number in found(client, words).content.decode(), words
    assert complaint.number not in found(client, "没有这样的词").content.decode()


@pytest.mark.req("RG-14", "RC-06")
@pytest.mark.parametrize(
    "spelling", ["{}", " {} ", "bh-{y}-1", "BH {y} 001", "bh{y}001", "ＢＨ－{y}－００１", "BH–{y}–001", "bh/{y}/1"]
)
def test_an_entry_is_found_by_its_number_in_any_spelling(spelling, sign_in, cast):
    entry = an_entry(register_named("nonconformity"), cast.supervisor)
    typed = spelling.format(entry.number, y=entry.number[3:7])
    page = reverse("registers:entry", args=["nonconformity", entry.number])
    assert found(sign_in(cast.supervisor), typed).headers["Location"] == page
    listed = sign_in(cast.supervisor).get(reverse("registers:list", args=["nonconformity"]), {"q": typed})
    assert entry.number in listed.content.decode()
    for other in (f"{entry.number}1", f"BH-{int(entry.number[3:7]) - 1}-001", "BH", "BH-", "BH-202-001", "ZZ-2026-001"):
        assert found(sign_in(cast.supervisor), other).status_code == 200, other
    refused = found(sign_in(cast.frontline), typed)
    assert refused.status_code == 200
    assert page not in refused.content.decode()


@pytest.mark.req("PS-11")
def test_search_finds_only_what_one_may_see(sign_in, cast):
    complaint = a_case(cast.frontline)
    assert complaint.number not in found(sign_in(cast.dept), "平台打款").content.decode()
    assert found(sign_in(cast.dept), complaint.number).status_code == 200


def test_search_survives_odd_input(sign_in, cast):
    client = sign_in(cast.frontline)
    for words in ("", "\x00", "'; --", "%", "🙂" * 300, "&|!():*", "202611-"):
        assert found(client, words).status_code == 200


def test_notices_are_told_and_marked_as_read(sign_in, cast):
    complaint = a_case(cast.frontline)
    notify([cast.frontline.id], "case.assigned", complaint.pk, {"number": complaint.number})
    client = sign_in(cast.frontline)
    html = client.get(reverse("desk:notices")).content.decode()
    assert complaint.number in html
    assert "分派给你" in html
    client.post(reverse("desk:read_notices"))
    assert not Notice.objects.filter(member_id=cast.frontline.id, read_at__isnull=True).exists()


def test_the_theme_is_saved_with_the_account(sign_in, cast):
    client = sign_in(cast.frontline)
    client.post(reverse("desk:account"), {"theme": "dark"})
    assert Account.objects.get(username="frontline").theme == "dark"
    assert 'data-theme="dark"' in client.get(reverse("desk:work")).content.decode()
    client.post(reverse("desk:account"), {"theme": "pink"})
    assert Account.objects.get(username="frontline").theme == ""


def test_switching_the_theme_leaves_the_keys_as_they_were(sign_in, cast):
    client = sign_in(cast.frontline)
    client.post(reverse("desk:account"), {"theme": "", "keys": "1", "keys_off": "yes"})
    client.post(reverse("desk:account"), {"theme": "dark"})
    account = Account.objects.get(username="frontline")
    assert (account.theme, account.keys_off) == ("dark", True)
    assert "data-keys-off" in client.get(reverse("desk:work")).content.decode()
