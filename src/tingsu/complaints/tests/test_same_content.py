"""A counter-notice finds the notice about the same content by its address, and is linked with it by a person (IN-11)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tingsu.complaints import same_content
from tingsu.complaints.models import Complaint, ComplaintLink
from tingsu.complaints.same_content import addresses, answered_by
from tingsu.desk.tests.cases import a_case, step
from tingsu.kernel.errors import InvalidInput

pytestmark = pytest.mark.req("IN-11")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://www.v.example.cn/Video/7?id=Ab 复制打开", ["v.example.cn/Video/7?id=Ab"]),
        ("m.V.example.CN/7/，还有 http://v.example.cn/7#t=3", ["v.example.cn/7"]),
        ("链接：https://v.example.cn/%E4%B9%A6/1。第二个 v.example.cn/书/1", ["v.example.cn/书/1"]),
        ("http://v.example.cn:8080/a https://b.example.com", ["v.example.cn:8080/a", "b.example.com"]),
        ("在首页 3.5 分", []),
        ("链接v.example.cn/7，以及https://v.example.cn/8复制", ["v.example.cn/7", "v.example.cn/8复制"]),
        ("https://v.example.cn复制打开", ["v.example.cn"]),
        ("v.example.cn?vid=7 v.example.cn/?vid=8", ["v.example.cn?vid=7", "v.example.cn?vid=8"]),
        ("v.example.cn/watch/?v=7", ["v.example.cn/watch?v=7"]),
        ("http://v.example.cn:80/a https://v.example.cn:443/a v.example.cn:443/a", ["v.example.cn/a"]),
        ("https://v.example.cn:80/a", ["v.example.cn:80/a"]),
        ("http://203.0.113.7/v/1 http://203.0.113.7:8080/v/1", ["203.0.113.7/v/1", "203.0.113.7:8080/v/1"]),
        ("http://[2001:db8::1]:8080/v http://[2001:db8::1/v", ["[2001:db8::1]:8080/v"]),
        ("https://书店.中国/1 https://xn--1jqq80b.xn--fiqs8s/2", ["xn--1jqq80b.xn--fiqs8s/1", "xn--1jqq80b.xn--fiqs8s/2"]),
        ("书店.cn/1", ["xn--1jqq80b.cn/1"]),
        ("https://v.example.cn/?go=https://w.example.cn/1", ["v.example.cn?go=https://w.example.cn/1"]),
        ("HTTPS://V.Example.cn:99999/7 http://localhost/1 someone@example.cn", []),
        ("m.cn www.m.example.cn/1", ["m.cn", "example.cn/1"]),
    ],
)  # fmt: skip
def test_addresses_are_compared_without_what_says_nothing(text: str, found: list[str]) -> None:
    assert list(addresses(text)) == found


def test_notice_and_counter_notice_find_each_other_and_are_linked_by_a_person(cast: Cast, sign_in: Any) -> None:
    def about(kind: str, urls: str, who: Any = cast.frontline, **more: Any) -> Complaint:
        return a_case(who, content_kind=kind, content_urls=urls, rights_basis="copyright", **more)

    notice = about("person", "https://v.example.cn/video/7?id=Ab 复制打开\nhttps://v.example.cn/video/8")
    about("organisation", "https://v.example.cn/video/7?id=ab")
    about("experience", "https://v.example.cn/video/7?id=Ab")
    counter = about("counter", "www.v.example.cn/video/7?id=Ab")
    plain = a_case(cast.frontline)
    reader = cast.supervisor.actor
    assert [one.pk for one in answered_by(reader, counter)] == [notice.pk]
    assert [one.pk for one in answered_by(reader, notice)] == [counter.pk]
    assert answered_by(cast.dso.actor, Complaint.objects.get(pk=counter.pk)) == [], "who sees no cases finds none"
    with CaptureQueriesContext(connection) as asked:
        assert answered_by(reader, plain) == []
    assert len(asked) == 0
    desk = sign_in(cast.supervisor)
    page = desk.get(counter.get_absolute_url()).content.decode()
    assert "同一内容的侵权通知与反通知" in page
    assert f"number={notice.number}&amp;kind=counter" in page
    with pytest.raises(InvalidInput) as refused:
        step(cast.supervisor, counter, "link", number=plain.number, kind="counter")
    assert "kind" in refused.value.fields
    step(cast.supervisor, counter, "link", number=notice.number, kind="counter")
    assert ComplaintLink.objects.get().kind == "counter"
    for one, other in ((counter, notice), (notice, counter)):
        page = desk.get(one.get_absolute_url()).content.decode()
        assert other.number in page
        assert f"number={other.number}&amp;kind=counter" not in page


def test_numbers_in_an_address_and_many_with_its_words_keep_no_other_side_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(same_content, "PAGE", 1)
    urls = "https://v.example.cn/video/13800002231"
    given = {"content_urls": urls, "rights_basis": "copyright"}
    notice = a_case(cast.frontline, content_kind="person", **given)
    for _number in range(2):
        a_case(cast.frontline, content_kind="experience", **given)
    counter = a_case(cast.frontline, content_kind="counter", **given)
    assert [one.pk for one in answered_by(cast.supervisor.actor, counter)] == [notice.pk]
