"""Pages that anybody may read, in both languages and in elder mode."""

import io
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdf
import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils.translation import override

from tingsu.aftercare import rules as retention
from tingsu.clocks.models import Promise
from tingsu.clocks.packs import packs, with_pack
from tingsu.clocks.profiles import strictest
from tingsu.clocks.queries import KIND
from tingsu.complaints import form_b
from tingsu.complaints.fields import CATALOGUE
from tingsu.governance import notice
from tingsu.kernel import organisations
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.models import Organisation
from tingsu.kernel.rulebooks import forget_cached, publish
from tingsu.letters.models import Letter
from tingsu.portal import promises
from tingsu.portal.causes import CAUSES
from tingsu.settlement.tests.journey import MONDAY, registered

PAGES = [
    "/", "/help/", "/privacy/", "/accessibility/", "/form/", "/form/?size=large", "/follow/", "/follow/open/",
    "/submit/cause/", "/submit/story/?cause=refund", "/callback/",
]  # fmt: skip
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_public_pages_open_in_both_languages(client, organisation, path, language):
    client.cookies["tingsu_language"] = language
    page = client.get(path)
    assert page.status_code == 200
    lang = "zh-Hans" if language == "zh-hans" else "en"
    assert f'<html lang="{lang}"' in page.content.decode()
    assert "400-000-0000" in page.content.decode()


@pytest.mark.req("SL-14", "PT-01")
def test_the_limit_of_every_stage_comes_from_the_policy_in_force_on_portal_and_acknowledgement(
    client, organisation, cast
):
    """Each rule gets a limit of its own; each must be read again on the page, those of the first page on that one too."""
    client.cookies["tingsu_language"] = "en"
    assert "within 24 hours" in client.get("/").content.decode()
    body = with_pack(strictest(), packs()["bank-insurance"], [0])
    stages = dict(promises.STAGES)
    for place, row in enumerate(body["rules"]):
        row["amount"] = 41 + place
        row.pop("extensions", None)
    publish(actor=cast.top_mgmt.actor, kind=KIND, body=body)
    told = [one for one in body["rules"] if one["timer"] in stages and one["when"].get("approved") != ["yes"]]
    assert {one["timer"] for one in told} == set(stages)
    page = " ".join(client.get("/help/").content.decode().split())
    for row in told:
        assert re.search(rf"\b{row['amount']} [a-z ]*(minutes|hours|days)", page), row
    home = client.get("/").content.decode()
    plain = {row["timer"]: row["amount"] for row in told if not row["when"]}
    for timer, _words in promises.LINE:
        assert f"{plain[timer]} " in home, timer
    with travel_to(MONDAY):
        complaint = registered(cast).complaint
    letter = Letter.objects.get(stream_id=complaint.pk, template="acknowledgement")
    body_text = complaint.stream.key().open(letter.body, f"letter:{letter.pk}:body")
    due = Promise.objects.get(stream_id=complaint.pk, kind="first_reply").due_at.astimezone(ZoneInfo("Asia/Shanghai"))
    assert f"{due.month} 月 {due.day} 日" in body_text


@pytest.mark.req("PT-01")
def test_the_page_says_where_with_what_how_how_soon_and_how_one_hears(client, organisation, cast):
    """Ways in, what is needed, the process, its limits, how progress is told, from what is configured."""
    Organisation.objects.filter(slug="test").update(email="help@example.com", address={"zh-Hans": "杭州滨江路 1 号"})
    organisations.forget_organisations()
    page = client.get("/help/").content.decode()
    for way in ('href="/submit/', "tel:4000000000", "mailto:help@example.com", "杭州滨江路 1 号", 'href="/form/"'):
        assert way in page, way
    parts = re.findall(r'<section class="card"[^>]*aria-labelledby="(\w+)-title"', page)
    assert parts == ["promise", "scope", "need", "process", "times", "progress", "review", "contact"]
    for name, words in (("need", ("希望", "电话", "邮箱")), ("progress", ("下次", 'href="/follow/"'))):
        part = page[page.index(f'aria-labelledby="{name}-title"') :]
        for word in words:
            assert word in part[: part.index("</section>")], (name, word)
    part = page[page.index('aria-labelledby="process-title"') :]
    assert part[: part.index("</section>")].count("<li>") == 6
    assert "小程序" not in page
    ways = {"other_ways_zh": "微信小程序“客服与投诉”\n\n各门店服务台", "other_ways_en": "Mini-program “Service”"}
    Organisation.objects.filter(slug="test").update(enterprise=ways)
    organisations.forget_organisations()
    for path in ("/", "/help/"):
        told = client.get(path).content.decode()
        assert "<b>微信小程序“客服与投诉”</b>" in told
        assert "<b>各门店服务台</b>" in told
        assert "Mini-program “Service”" in client.get(path, headers={"accept-language": "en"}).content.decode()
    shown = [one.limit for one in promises.promised_stages()]
    assert shown
    with override("zh-hans"):
        limits = [str(one.limit) for one in promises.promised_stages()]
    assert all(limit in page for limit in limits)


def test_home_shows_eight_causes_and_elder_mode_five(client, organisation):
    assert client.get("/").content.decode().count('class="cause"') == len(CAUSES) == 8
    answer = client.post("/mode/", {"elder": "1", "next": "/help/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/help/")
    page = client.get("/").content.decode()
    assert page.count('class="cause"') == 5
    assert 'class="elder"' in page
    client.post("/mode/", {"elder": "0", "next": "/"})
    assert client.get("/").content.decode().count('class="cause"') == 8


def test_mode_never_leads_to_another_site(client, organisation):
    answer = client.post("/mode/", {"elder": "1", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "../"


@pytest.mark.req("RG-07")
def test_blank_form_has_the_six_sections_of_annex_b_in_both_sizes(client, organisation):
    client.cookies["tingsu_language"] = "en"
    normal, large = client.get("/form/").content.decode(), client.get("/form/?size=large").content.decode()
    for page in (normal, large):
        assert all(f">{n}. " in page for n in range(1, 7))
    assert "paper-large" in large
    assert "paper-large" not in normal


@pytest.mark.req("RG-07", "RC-11")
def test_the_blank_form_is_a_document_too_in_both_languages_and_both_sizes(client, organisation):
    heads = {
        "en": ("1 Details of the complainant", "6 Attachments"),
        "zh-hans": ("1 投诉者详细信息", "6 附件"),
    }
    for language, (first, last) in heads.items():
        client.cookies["tingsu_language"] = language
        for size in ("", "?size=large"):
            answer = client.get(f"/form/pdf/{size}")
            assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
            pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages]
            assert first in pages[0]
            assert last in "".join(pages)
            assert (len(pages) > 2) is bool(size)
    assert 'href="/form/pdf/?size=large"' in client.get("/form/?size=large").content.decode()


@pytest.mark.req("PT-08")
@pytest.mark.req("XR-02")
def test_the_way_out_is_told_to_everybody(client, organisation):
    page = client.get("/help/").content.decode()
    assert page.index("协商") < page.index("12315.cn")
    assert "仲裁" in page


@pytest.mark.req("RG-01", "RG-02", "RG-03", "RG-04")
def test_the_blank_form_asks_what_the_catalogue_places_on_it_in_the_order_of_annex_b(client, organisation):
    client.cookies["tingsu_language"] = "en"
    parts = client.get("/form/").context["parts"]
    asked = [([str(line.label) for line in part.lines], [str(box) for box in part.boxes]) for part in parts]
    assert asked == [
        (
            [
                "Name or organisation", "Address", "City", "Postcode", "Country", "Telephone", "Fax", "E-mail",
                "Agent's name", "Agent's telephone", "Agent's e-mail", "Contact person", "Contact person's telephone",
                "Customer type",
            ],
            ["I write for an organisation", "I wish to stay anonymous"],
        ),
        (["Product or order number", "Product or service"], []),
        (["Date of occurrence", "Time of day it happened", "Description of the problem"], []),
        (["Remedy requested", "Demand", "Amount (yuan)", "Details", "Remedy requested, in their words"], []),
        (["Date", "Signature"], []),
        (["List of attachments"], []),
    ]  # fmt: skip
    placed = [one for one in CATALOGUE if one.form_b]
    assert len(placed) == len({one.form_b for one in placed})
    drawn = {label for lines, boxes in asked for label in (*lines, *boxes)}
    assert {one.name for one in placed if str(one.field.label) not in drawn} == {*form_b.OWN_WORDS, "demands"} - {
        "signed_by"
    }
    boxes = {str(line.label): [str(box) for box in line.boxes] for part in parts for line in part.lines}
    assert boxes["Remedy requested"] == ["Yes", "No"]
    assert "Dealer" in boxes["Customer type"]
    heights = {str(line.label): line.height for part in parts for line in part.lines}
    assert (heights["Description of the problem"], heights["Remedy requested, in their words"], heights["Fax"]) == (
        "taller", "tall", "",
    )  # fmt: skip
    page = client.get("/form/").content.decode()
    assert page.index("Postcode") < page.index("☐ Dealer") < page.index("List of attachments")


@pytest.mark.req("PS-17", "RC-04")
@pytest.mark.parametrize(("language", "said"), [("zh-hans", 0), ("en", 1)])
def test_the_privacy_page_says_what_is_configured(client, organisation, cast, language, said):
    """Fields with purpose and ground, times of keeping, limit of a request, recipients, minors, regulator: each from its rules."""
    client.cookies["tingsu_language"] = language
    bare = " ".join(client.get("/privacy/").content.decode().split())
    assert ("尚待确认", "still to be confirmed")[said] in bare
    for words in (
        ("姓名", "Full name"), ("撤回同意", "take a consent back"), ("监护", "guardian"), ("网信部门", "cyberspace administration"),
        ("境外", "abroad"), ("备份", "Backups"), ("行政机关和法院", "authorities and courts"), ("个人信息保护法", "PIPL"),
    ):  # fmt: skip
        assert words[said] in bare, words
    classes = retention.default_retention()
    classes["classes"][0] |= {
        "years": 17,
        "start": "received",
        "end": "destroy",
        "name": {"zh-Hans": "甲类档案", "en": "First class"},
    }
    publish(actor=cast.top_mgmt.actor, kind=retention.RETENTION, body=classes)
    texts = notice.default_notice()
    for place, part in enumerate(texts):
        texts[part] = {"zh-Hans": f"我们写的第{place}段", "en": f"Our own part {place}"}
    publish(actor=cast.top_mgmt.actor, kind=notice.NOTICE, body=texts)
    limits = strictest()
    next(row for row in limits["rules"] if row["timer"] == "data_request_answer")["amount"] = 13
    publish(actor=cast.top_mgmt.actor, kind=KIND, body=limits)
    forget_cached()
    page = " ".join(client.get("/privacy/").content.decode().split())
    assert ("尚待确认", "still to be confirmed")[said] not in page
    kept = (
        "甲类档案：保存 17 年，起算日：收到投诉；到期后：销毁",
        "First class: 17 years, counted from: Receipt. Then: Destroy",
    )[said]
    assert kept in page
    for place in range(len(texts)):
        assert (f"我们写的第{place}段", f"Our own part {place}")[said] in page
    assert ("我们在 13 天内答复", "We answer within 13 calendar days")[said] in page


@pytest.mark.parametrize("part", list(notice.PARTS))
def test_a_privacy_notice_without_a_part_in_both_languages_is_not_published(part):
    notice.check_notice(notice.default_notice())
    for broken in ({}, {"zh-Hans": "有", "en": " "}, {"zh-Hans": "有" * 2001, "en": "there"}, "text"):
        with pytest.raises(InvalidInput) as refused:
            notice.check_notice({**notice.default_notice(), part: broken})
        assert set(refused.value.fields) == {part}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_page_that_is_not_there_is_told_in_the_name_of_the_firm_with_its_hotline(client, organisation, language):
    client.cookies["tingsu_language"] = language
    words = "没有找到这个页面，或链接已失效" if language == "zh-hans" else "find that page"
    firm = "测试公司" if language == "zh-hans" else "Test company"
    for path in ("/nothing/here/", "/case/nonsense/", "/submit/nonsense/"):
        page = client.get(path)
        text = page.content.decode()
        assert page.status_code == 404, path
        assert words in text, path
        assert firm in text, path
        assert "400-000-0000" in text, path
        assert "Tingsu" not in re.sub(r"<link[^>]*>", "", text), path


def test_a_form_open_too_long_is_told_in_the_name_of_the_firm(organisation):
    page = Client(enforce_csrf_checks=True).post("/submit/story/", {"description": "x"})
    assert page.status_code == 403
    assert "测试公司" in page.content.decode()
    assert "400-000-0000" in page.content.decode()


def test_search_engines_and_telephones_are_told_what_they_need(client, organisation):
    robots = client.get("/robots.txt").content.decode()
    for path in ("/case/", "/c/", "/follow/", "/submit/", "/desk/", "/api/"):
        assert f"Disallow: {path}\n" in robots
    told = client.get("/manifest.webmanifest").json()
    assert "测试公司" in told["name"]
    assert told["start_url"] == "/"
    assert client.get("/favicon.ico").status_code == 301
    home = client.get("/").content.decode()
    assert '<meta name="description" content="在这里投诉' in home
    assert 'property="og:title"' in home
    assert "noindex" not in home
    for path in ("/follow/", "/follow/open/", "/submit/story/?cause=refund"):
        assert "noindex" in client.get(path).content.decode(), path


def png_size(name: str) -> tuple[int, int]:
    """Width and height of a picture of ours, as its head says."""
    path = finders.find(name)
    assert path, name
    head = Path(path).read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n", name
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])


@pytest.mark.parametrize("address", ["", "https://complain.example.com"])
def test_a_shared_link_shows_a_picture_by_its_whole_address_and_a_telephone_a_sharp_icon(client, organisation, address):
    Organisation.objects.filter(pk=organisation.pk).update(public_url=address)
    organisations.forget_organisations()
    base = address or "http://testserver"
    for path in ("/", "/help/", "/callback/"):
        page = client.get(path).content.decode()
        told = dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', page))
        assert told["og:url"] == f"{base}{path}"
        assert told["og:image"] == f"{base}/static/portal/share.png"
        assert (
            png_size("portal/share.png") == (int(told["og:image:width"]), int(told["og:image:height"])) == (1200, 630)
        )
        assert told["og:description"]
        assert 'rel="icon"' in page
        assert 'rel="manifest"' in page
    icons = client.get("/manifest.webmanifest").json()["icons"]
    for one in icons[1:]:
        side = png_size(one["src"].removeprefix("/static/"))
        assert one["sizes"] == "{}x{}".format(*side)
    assert {"192x192", "512x512"} <= {one["sizes"] for one in icons}
    assert png_size("portal/icon-180.png") == (180, 180)


@pytest.mark.req("IN-14")
@pytest.mark.parametrize("path", PAGES)
def test_elder_mode_has_the_telephone_and_reading_aloud_on_every_page(client, organisation, path):
    client.cookies["tingsu_elder"] = "1"
    page = client.get(path).content.decode()
    top = page[page.index("<header") : page.index("</header>")]
    assert 'href="tel:4000000000"' in top
    assert "data-read-aloud" in top


def test_pages_say_only_what_holds(client, organisation, settings):
    settings.PUBLIC_URL = ""
    client.cookies["tingsu_elder"] = "1"
    home = client.get("/").content.decode()
    assert "不用按菜单" not in home
    assert "一个人负责到底" not in home
    for path in PAGES:
        assert "不合格" not in client.get(path).content.decode()
    Organisation.objects.filter(pk=organisation.pk).update(public_url="")
    organisations.forget_organisations()
    assert "里有链接" not in client.get("/follow/").content.decode()
