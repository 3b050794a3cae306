"""Sites that lead to the form: their addresses and colours, who may frame it, what the widget is told, the steps measured (IN-09)."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.cast import Cast
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.portal import looks, sites
from tingsu.portal.models import FormRun
from tingsu.portal.tests.test_signed_handover import a_site, site_entry
from tingsu.portal.tests.test_submit import STORY
from tingsu.registers.models import Entry

pytestmark = [pytest.mark.req("IN-09")]
SHOP = "https://shop.example.com"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", ()),
        ("https://shop.example.com", (SHOP,)),
        ("HTTPS://Shop.Example.com/\nhttps://shop.example.com:443", (SHOP,)),
        ("https://a.cn， https://b.cn:8443", ("https://a.cn", "https://b.cn:8443")),
        ("https://商城.cn", ("https://xn--czru2d.cn",)),
        ("http://localhost:3000", ("http://localhost:3000",)),
        ("http://shop.example.com", None),
        ("https://*.example.com", None),
        ("*", None),
        ("null", None),
        ("https://user@shop.example.com", None),
        ("https://shop.example.com/path", None),
        ("https://shop.example.com?x", None),
        ("javascript:alert(1)", None),
        ("https://shop.example.com:99999", None),
        ("https://", None),
        ("https://a;script-src *", None),
        ("https://-a.cn", None),
        ("\n".join(f"https://s{n}.cn" for n in range(11)), None),
    ],
)
def test_addresses_are_read_as_browsers_name_them_or_refused(typed: str, read: tuple[str, ...] | None) -> None:
    if read is None:
        with pytest.raises(InvalidValue):
            looks.read_origins(typed)
    else:
        assert looks.read_origins(typed) == read


def test_contrast_is_that_of_the_guidelines() -> None:
    found = [
        round(looks.contrast(*pair), 2)
        for pair in (("#000000", "#ffffff"), ("#777777", "#ffffff"), ("#0b5b6e", "#0b5b6e"))
    ]
    assert found == [21.0, 4.48, 1.0]


@pytest.mark.django_db
def test_a_site_says_what_it_is_and_a_button_nobody_could_read_is_refused(cast: Cast) -> None:
    for wrong, field in (
        ({"colour": "#ffee00", "ink": "#ffffff"}, "ink"),
        ({"colour": "#777777", "ink": "#ffffff"}, "ink"),
        ({"colour": "red"}, "colour"),
        ({"colour": "#fff"}, "colour"),
        ({"radius": "29"}, "radius"),
        ({"means": "widget", "origins": ""}, "origins"),
        ({"origins": "http://shop.example.com"}, "origins"),
        ({"page_steps": ""}, "page_steps"),
        ({"measured_on": "2099-01-01"}, "measured_on"),
    ):
        with pytest.raises(InvalidInput) as refused:
            a_site(cast, **wrong)
        assert set(refused.value.fields) == {field}, wrong
    entry = a_site(
        cast, means="widget", colour="#FFEE00", ink="#000000", radius="8", side="left", words_zh="投诉", page_steps="3"
    )
    site = sites.site_of(entry.number)
    assert site is not None
    assert site.look | {"words": ""} == {
        "colour": "#ffee00", "ink": "#000000", "radius": 8, "side": "left", "words": "", "frames": True,
    }  # fmt: skip
    assert site.look["words"] == {"zh": "投诉", "en": "Complaints"}
    assert (entry.codes["page_steps"], entry.codes["measured_on"]) == (3, "2026-03-01")
    assert sites.connecting(cast.supervisor.actor, entry)["connect"]["far"] is True
    for unknown in ("JR-2026-999", "", "x" * 40, "a\x00"):
        assert sites.site_of(unknown) is None


@pytest.mark.django_db
def test_only_its_addresses_learn_of_a_widget_and_frame_the_pages_on_which_one_writes(cast: Cast) -> None:
    number = site_entry(cast).number
    plain = Client().get("/submit/story/?cause=refund")
    assert "frame-ancestors 'none'" in plain.headers["Content-Security-Policy"]
    for origin, status in ((SHOP, 200), ("https://evil.example", 403), ("", 403), ("null", 403)):
        answer = Client().get(f"/embed/{number}/look.json", headers={"origin": origin} if origin else {})
        assert answer.status_code == status, origin
        assert answer.headers.get("Access-Control-Allow-Origin") == (origin if status == 200 else None)
    assert Client().get("/embed/JR-2026-999/look.json", headers={"origin": SHOP}).status_code == 403
    visitor = Client()
    where = visitor.get(f"/embed/{number}/?door=refund&order=DD1&frame=1&lang=en").headers["Location"]
    assert visitor.get(where).headers["Location"] == "/submit/story/?cause=refund&order=DD1"
    page = visitor.get("/submit/story/?cause=refund&order=DD1")
    assert f"frame-ancestors {SHOP};" in page.headers["Content-Security-Policy"]
    assert "What happened, and what you ask for" in page.content.decode()
    assert 'value="DD1"' in page.content.decode()
    for other in ("/", "/follow/", "/help/", "/accounts/login/"):
        assert "frame-ancestors 'none'" in visitor.get(other).headers["Content-Security-Policy"], other
    # A browser that keeps nothing in a frame is shown the way to a window of its own, inside the frame.
    blocked = Client().get(where)
    assert blocked.status_code == 200
    assert f'href="/embed/{number}/?door=refund&amp;order=DD1" target="_blank"' in blocked.content.decode()
    assert f"frame-ancestors {SHOP};" in blocked.headers["Content-Security-Policy"]
    visitor.post("/submit/story/?cause=refund", STORY)
    assert FormRun.objects.get().site == number
    alone, other = a_site(cast, title="公众号", origins="").number, Client()
    other.get(other.get(f"/embed/{alone}/?door=refund&frame=1").headers["Location"])
    said = other.get("/submit/story/?cause=refund").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in said, "who names no address is framed by nobody"
    Entry.objects.filter(number=number).update(state="closed")
    assert "frame-ancestors 'none'" in visitor.get("/submit/contact/").headers["Content-Security-Policy"]
    assert visitor.get(f"/embed/{number}/").headers["Location"] == "/submit/"


@pytest.mark.django_db
def test_the_link_fills_in_and_is_never_believed(cast: Cast) -> None:
    number = site_entry(cast).number
    client = Client()
    answer = client.get(f"/embed/{number}/?door=nonsense&name=%E9%99%88&phone=138&order={'9' * 500}")
    assert answer.headers["Location"] == "/submit/cause/"
    answer = client.get(f"/embed/{number}/?door=refund&name=%E9%99%88&phone=138&order={'9' * 500}")
    assert answer.headers["Location"] == f"/submit/story/?cause=refund&order={'9' * 200}"
    assert client.get("/embed/").headers["Location"] == "/submit/"


@pytest.mark.django_db
def test_the_widget_is_small_stands_alone_and_loads_from_everywhere(cast: Cast, client: Client) -> None:
    answer = client.get("/embed/widget.js")
    script = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert len(answer.content) < 30_000
    assert not re.search(
        r"https?://(?!…)|eval\(|innerHTML|document\.write|localStorage|import\(|document\.cookie", script
    )
    path = finders.find("portal/widget/widget.js")
    assert isinstance(path, str)
    assert Path(path).read_text() == script
