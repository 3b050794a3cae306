"""A form from before a new sign-in in another window: nothing is typed again, one press sends it, and nobody else's page can (AK-13, PS-03)."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.signing import enter
from tingsu.desk.tests.cases import a_case
from tingsu.kernel.models import Event

WORDS = '第一行 "引号" <b>与</b> & 符号\n第二行\u00a0完'
HERE = {"Origin": "http://testserver"}


def stale(cast: Cast) -> tuple[Client, str, str]:
    """A browser with a form open and a token from before somebody signed in anew; the form's address and its key."""
    client = enter(Client(enforce_csrf_checks=True), "frontline")
    address = reverse("desk:step", args=[a_case(cast.frontline).number, "note"])
    page = client.get(address).content.decode()
    client.cookies["csrftoken"] = "a" * 32
    return client, address, re.findall(r'name="once" value="([^"]+)"', page)[0]


def held_out(page: str) -> dict[str, list[str]]:
    """What the page would send with one press."""
    form = page.split('<form class="stack"')[1].split("</form>")[0]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form, re.DOTALL):
        found.setdefault(unescape(name), []).append(unescape(value))
    return found


def notes() -> int:
    return Event.objects.filter(kind="complaint.note_added").count()


@pytest.mark.req("AK-13")
@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_one_press_sends_what_was_typed_before_somebody_signed_in_anew(cast: Cast, language: str) -> None:
    client, address, once = stale(cast)
    client.cookies["tingsu_language"] = language
    typed = {"note": WORDS, "once": once, "csrfmiddlewaretoken": "abcd" * 8 + "dcba" * 8}
    refused = client.post(address, typed, headers=HERE)
    page = refused.content.decode()
    assert (refused.status_code, refused.headers["Cache-Control"], notes()) == (403, "no-store", 0)
    assert ("尚未发送" if language == "zh-hans" else "Nothing was sent yet") in page
    assert "frontline" in page, "in whose name it goes out"
    sent = held_out(page)
    assert {name: value for name, value in sent.items() if name != "csrfmiddlewaretoken"} == {
        "note": [WORDS],
        "once": [once],
    }
    answer = client.post(address, sent, headers=HERE)
    assert (answer.status_code, notes()) == (303, 1)
    assert client.post(address, sent, headers=HERE).status_code == 303
    stay = client.post("/accounts/stay/", {"csrfmiddlewaretoken": sent["csrfmiddlewaretoken"]}, headers=HERE).json()
    assert stay["person"] == str(cast.frontline.id), "whose the page is, for scripts that take fresh tokens"
    assert notes() == 1, "pressed twice, it happens once"


@pytest.mark.req("PS-03")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "more"),
    [
        ({}, {}),
        ({"Origin": "null"}, {}),
        ({"Origin": "http://evil.example"}, {}),
        ({"Origin": "https://testserver"}, {}),
        ({"Origin": "http://testserver:81"}, {}),
        (HERE, {"new_password": "geheim"}),
        (HERE, {"api_token": "t"}),
        (HERE | {"HX-Request": "true"}, {}),
    ],
)
def test_what_another_page_sent_and_what_no_page_repeats_is_held_out_to_nobody(
    cast: Cast, headers: dict[str, str], more: dict[str, Any]
) -> None:
    client, address, once = stale(cast)
    refused = client.post(address, {"note": "代我写下", "once": once, **more}, headers=headers)
    assert (refused.status_code, notes()) == (403, 0)
    for hidden in ("代我写下", "geheim", once):
        assert hidden not in refused.content.decode()


@pytest.mark.req("AK-13")
@pytest.mark.django_db
def test_the_sign_in_form_repeats_nothing_and_files_are_named_to_be_chosen_again(cast: Cast) -> None:
    client, address, once = stale(cast)
    refused = client.post("/accounts/login/", {"login": "frontline", "password": "x"}, headers=HERE)
    assert "send_again" not in {one.name for one in refused.templates}
    assert "frontline" not in refused.content.decode()
    file = SimpleUploadedFile("收据 1.png", b"x", content_type="image/png")
    page = client.post(address, {"note": "见附件", "once": once, "files__new": file}, headers=HERE).content.decode()
    assert "收据 1.png" in page
    assert 'type="file" name="files__new" multiple' in page
    assert 'enctype="multipart/form-data"' in page
    visitor = Client(enforce_csrf_checks=True)
    public = visitor.post("/submit/story/", {"description": "写了很久的经过"}, headers=HERE).content.decode()
    assert held_out(public)["description"] == ["写了很久的经过"], "visitors too"
    assert "测试公司" in public
