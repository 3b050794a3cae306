"""What goes wrong, as people read it: 403, 404, 413, 429, 500, 503, on both sides of the house, in both languages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from tests.cast import Cast
from tingsu.desk.views import work
from tingsu.kernel.errors import NoSpace, TooMany
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import forget_organisations, organisations
from tingsu.portal.views import home

SIDES = {"desk": "/desk/", "portal": "/"}
WORDS = {
    ("portal", 403): ("页面打开太久", "This page was open for too long"),
    ("desk", 403): ("你的角色", "Your role"),
    404: ("没有找到这个页面，或链接已失效", "find that page"),
    413: ("请取消一两个文件后再发送", "take out a file or two"),
    429: ("请过几分钟再试", "Wait a few minutes"),
    500: ("数据未改动", "Nothing was changed"),
    503: ("存储空间", "storage is full"),
}


def asked(side: str, status: int, client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A request of that side that ends with this status."""
    raised = {429: TooMany(), 500: RuntimeError("secret words"), 503: NoSpace()}
    if status in raised:

        def fails(*_given: Any, **_named: Any) -> Any:
            raise raised[status]

        monkeypatch.setattr(*((work, "staff") if side == "desk" else (home.shell, "page")), fails)
        return client.get(SIDES[side])
    if status == 413:
        return client.get(SIDES[side], **{"tingsu.refused": "too_large"})
    if status == 404:
        return client.get(SIDES[side] + "nothing/here/")
    if side == "desk":
        return client.get("/desk/team/")
    client.handler.enforce_csrf_checks = True
    return client.post("/submit/story/", {"description": "x"})


@pytest.mark.django_db
def test_a_page_of_an_error_is_large_where_somebody_chose_large_letters(
    cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client = Client()
    assert 'class="elder"' not in client.get("/nothing/here/").content.decode()
    client.cookies["tingsu_elder"] = "1"
    assert 'class="elder"' in client.get("/nothing/here/").content.decode()
    desk = sign_in(cast.frontline)
    desk.cookies["tingsu_elder"] = "1"
    assert 'class="elder"' not in desk.get("/desk/nothing/here/").content.decode(), "the desk has no such mode"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("side", list(SIDES))
def test_whatever_goes_wrong_is_said_in_words_with_a_way_out(
    side: str, language: str, cast: Cast, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    english = language == "en"
    for status in (403, 404, 413, 429, 500, 503):
        client = sign_in(cast.frontline) if side == "desk" else Client()
        client.raise_request_exception = False
        client.cookies["tingsu_language"] = language
        with monkeypatch.context() as patched:
            page = asked(side, status, client, patched)
        html = page.content.decode()
        assert page.status_code == status, (side, status)
        assert page.headers.get("Content-Security-Policy") or status in {500}, status
        said = WORDS.get((side, status)) or WORDS[status]  # type: ignore[call-overload]
        assert said[english] in html, (side, status, html[-1500:])
        assert re.search(r'<html lang="(zh-hans|zh-Hans|en)"', html)[1].lower() == language  # type: ignore[index]
        assert len(re.findall("<h1>", html)) == len(re.findall("<main", html)) == 1
        assert re.search(r"<title>[^\n<]+</title>", html), status
        assert "secret words" not in html
        assert "Traceback" not in html
        shown = re.sub(r"<(script|style)[^>]*>.*?</\1>|<[^>]+>", " ", html, flags=re.S)
        if english:
            assert not re.search(r"[\u4e00-\u9fff]", shown.replace("听诉", "").replace("简体中文", "")), (status, shown)
        if side == "portal":
            assert ("Test company" if english else "测试公司") in shown, status
            assert 'href="tel:400-000-0000"' in html, status
            assert "Tingsu" not in shown, status
        else:
            assert "tel:" not in html, "colleagues know whom to ask"
            assert 'href="/desk/"' in html, status


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/desk/"])
def test_a_database_that_is_away_is_said_with_when_to_come_back(
    path: str, cast: Cast, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: Any, **_named: Any) -> Any:
        raise OperationalError("connection refused")

    client = sign_in(cast.frontline)
    client.raise_request_exception = False
    monkeypatch.setattr(work, "staff", away)
    monkeypatch.setattr(home.shell, "page", away)
    page = client.get(path)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "connection refused" not in page.content.decode()
    looked = client.get(f"{path}?view=1&x=2").content.decode()
    assert f'href="{path}?view=1&amp;x=2"' in looked
    assert "再提交一次" not in looked, "whoever only looked has nothing to send"


def test_a_page_before_the_organisation_is_settled_speaks_for_the_path_then_for_the_host(
    organisation: Organisation, other_organisation: Organisation, client: Client
) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(host="testserver")
    forget_organisations()
    organisations()  # as this process knows them: a refusal at the door asks no database that may be away
    for path, named, silent in (
        (f"/o/{other_organisation.slug}/", other_organisation, organisation),
        ("/o/nobody/", organisation, other_organisation),
        ("/", organisation, other_organisation),
    ):
        page = client.get(path, **{"tingsu.refused": "too_large"}).content.decode()
        assert named.name["zh-Hans"] in page, path
        assert silent.name["zh-Hans"] not in page, path


@pytest.mark.django_db
def test_an_upload_in_pieces_is_refused_in_its_own_protocol(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False, headers={"Tus-Resumable": "1.0.0"})
    for status, raised in ((500, RuntimeError("secret words")), (503, OperationalError("secret words"))):

        def fails(*_given: Any, raised: Exception = raised, **_named: Any) -> Any:
            raise raised

        monkeypatch.setattr(home.shell, "page", fails)
        answer = client.get("/")
        assert (answer.status_code, answer.headers["Tus-Resumable"]) == (status, "1.0.0")
