"""The first start: a calm page for everybody, a link for one, four pages that are kept, and then a firm (A1 of the set-up)."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from tingsu.calendars.queries import calendar_in_force
from tingsu.clocks.queries import policy_in_force
from tingsu.kernel import clock, once
from tingsu.kernel.models import Event, Organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.people.models import Account, Member, Membership, Post, Unit
from tingsu.setup import founding, links
from tingsu.setup.forms import clean_host
from tingsu.setup.tests.given import CONTACT, FIRM, PAGES, PERSON, RULES, nothing_set_up

pytestmark = pytest.mark.django_db


def begun(client: Client) -> str:
    """A link, used by this browser."""
    token = links.make_link()
    answer = client.post(reverse("setup:link", args=[token]))
    assert answer.status_code == 303
    return token


def send(client: Client, page: str, **other: Any) -> Any:
    return client.post(reverse("setup:step", args=[page]), PAGES[page] | other)


def whole(client: Client) -> Organisation:
    """The whole set-up, page by page."""
    begun(client)
    for page in ("firm", "rules", "contact", "person"):
        answer = send(client, page)
        assert answer.status_code == 303, answer.content.decode()[:3000]
    return Organisation.objects.get(slug="qingchuan")


@pytest.mark.req("OG-05")
def test_without_an_organisation_everybody_reads_one_calm_page(client: Client) -> None:
    nothing_set_up()
    for path in ("/", "/accounts/login/", "/desk/", "/submit/story/", "/o/test/", "/nowhere/"):
        answer = client.get(path)
        assert answer.status_code == 503, path
        text = answer.content.decode()
        assert "测试公司" not in text
        assert "./tingsu setup --link" in text
    assert client.post("/accounts/login/", {"login": "supervisor", "password": "x"}).status_code == 503
    api = client.get("/api/v1/complaints")
    assert (api.status_code, api.json()["code"]) == (503, "not_set_up")


def test_with_an_organisation_nothing_is_in_the_way(client: Client) -> None:
    assert client.get("/accounts/login/").status_code == 200
    assert client.get(reverse("setup:step", args=["firm"])).status_code == 410
    with pytest.raises(links.DoneAlready):
        links.make_link()


@pytest.mark.req("OE-18", "SL-01", "PT-02", "OG-05", "IN-07")
def test_four_pages_make_a_firm_that_works(client: Client) -> None:
    nothing_set_up()
    row = whole(client)
    assert (row.name, row.stage, row.profile) == ({"zh-Hans": "晴川优选", "en": "Qingchuan Select"}, "preparing", "isc")
    assert (row.hotline, row.email, row.public_url) == (CONTACT["hotline"], CONTACT["email"], CONTACT["public_url"])
    assert row.enterprise["documents"] == RULES["documents"]
    profile = ("sector", "kind", "size", "users", "volume")
    assert {name: row.enterprise[name] for name in profile} == {name: FIRM[name] for name in profile}
    assert (row.enterprise["hotline_staffed"], row.enterprise["shown_in_app"]) == (True, True)
    assert row.enterprise["reason"] == RULES["reason"]
    with acting_for(row.pk):
        assert policy_in_force().profile == "isc"
        levels = {unit.code: unit.level for unit in Unit.objects.all()}
        assert {levels["committee"], levels["intake"], levels["after-sales"]} == {1, 2, 3}
        parents = {unit.code: unit.parent.code for unit in Unit.objects.select_related("parent") if unit.parent}
        groups = ("intake", "investigation", "handling", "data")
        assert [parents[one] for one in groups] == ["centre"] * 4
        assert (parents["centre"], parents["service"]) == ("service", "committee")
        assert [post.role for post in Post.objects.all()] == ["mgmt_rep"]
        assert list(verify_organisation(Tally())) == []
    account = Account.objects.get(username="shen")
    assert account.check_password(PERSON["password"])
    assert not account.password_given
    home = client.get("/o/qingchuan/").content.decode()
    for word in ("400-800-1234", "help@qingchuan.example.cn", "每天 9:00–21:00", "沿江大道"):
        assert word in home
    # Signed in, and asked for the second factor at once, without the password again.
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    led = client.get(reverse("setup:start"))
    assert (led.status_code, led.headers["Location"]) == (302, reverse("mfa_activate_totp"))
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    assert client.get(reverse("setup:start")).status_code == 200


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Urumqi"])
def test_days_are_counted_where_the_firm_is(client: Client, zone: str) -> None:
    nothing_set_up()
    begun(client)
    send(client, "firm")
    send(client, "rules")
    send(client, "contact", time_zone=zone)
    send(client, "person")
    row = Organisation.objects.get(slug="qingchuan")
    with acting_for(row.pk):
        assert (row.time_zone, calendar_in_force().time_zone) == (zone, zone)


def test_a_link_is_used_once_by_one_browser_and_goes_on_there(client: Client) -> None:
    nothing_set_up()
    token = links.make_link()
    path = reverse("setup:link", args=[token])
    assert client.get(path).status_code == 200
    assert Client().get(path).status_code == 200  # a preview spends nothing
    assert client.post(path).status_code == 303
    assert client.get(path).status_code == 200
    other = Client()
    for answer in (other.get(path), other.post(path)):
        assert answer.status_code == 403
        assert "./tingsu setup --link" in answer.content.decode()
    assert other.get(reverse("setup:step", args=["firm"])).status_code == 403
    assert client.get(reverse("setup:step", args=["firm"])).status_code == 200


@pytest.mark.parametrize(
    ("later", "status"),
    [
        (timedelta(hours=24), 200),
        (timedelta(hours=24, seconds=1), 403),
        (timedelta(minutes=-4), 200),
        (timedelta(days=-2), 403),
    ],
)
def test_a_link_is_good_for_a_day(client: Client, later: timedelta, status: int) -> None:
    nothing_set_up()
    at = clock.now()
    with clock.travel_to(at):
        path = reverse("setup:link", args=[links.make_link()])
    with clock.travel_to(at + later):
        assert client.get(path).status_code == status


def test_a_newer_link_ends_the_older_one_and_a_wrong_one_opens_nothing(client: Client) -> None:
    nothing_set_up()
    old, new = links.make_link(), links.make_link()
    assert client.post(reverse("setup:link", args=[old])).status_code == 403
    assert client.post(reverse("setup:link", args=["nonsense"])).status_code == 403
    assert client.post(reverse("setup:link", args=[new])).status_code == 303


def test_whoever_takes_over_goes_on_with_what_was_entered_and_the_first_is_told(client: Client) -> None:
    nothing_set_up()
    begun(client)
    send(client, "firm")
    other = Client()
    answer = other.post(reverse("setup:link", args=[links.make_link()]))
    assert answer["Location"] == reverse("setup:step", args=["rules"])
    assert "晴川优选" in other.get(reverse("setup:step", args=["firm"])).content.decode()
    refused = send(client, "rules")
    assert refused.status_code == 409
    assert links.Link.objects.get().answers.keys() == {"firm"}


@pytest.mark.parametrize("stop", ["firm", "rules", "contact", "person"])
def test_interrupted_at_any_page_it_is_taken_up_there(client: Client, stop: str) -> None:
    nothing_set_up()
    begun(client)
    pages = list(PAGES)
    for page in pages[: pages.index(stop)]:
        send(client, page)
    # A page further on leads back to the first that is missing; the link of a restart does so in another browser.
    last = client.get(reverse("setup:step", args=["person"]))
    if stop != "person":
        assert last["Location"] == reverse("setup:step", args=[stop])
    other = Client()
    assert other.post(reverse("setup:link", args=[links.make_link()]))["Location"].endswith(f"/{stop}/")
    for page in pages[pages.index(stop) :]:
        assert send(other, page).status_code == 303
    assert Organisation.objects.get(slug="qingchuan").stage == "preparing"


def test_two_clicks_on_the_last_page_make_one_organisation(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second comes while the first is at work, and again when it is done."""
    nothing_set_up()
    begun(client)
    for page in ("firm", "rules", "contact"):
        send(client, page)
    second, answers = Client(), []
    second.cookies = client.cookies.copy()
    found = founding.found

    def clicked_again(*plan: Any, **more: Any) -> Any:
        answers.append(send(second, "person"))
        return found(*plan, **more)

    monkeypatch.setattr(founding, "found", clicked_again)
    monkeypatch.setattr(once.sql, "try_lock", lambda number, taken=set(): number not in taken and not taken.add(number))
    assert send(client, "person").status_code == 303
    answers.append(send(second, "person"))
    assert [one.status_code for one in answers] == [422, 410]
    assert "being made" in answers[0].content.decode() or "正在创建" in answers[0].content.decode()
    assert Organisation.objects.filter(stage="preparing").count() == 1


def test_a_founding_that_broke_off_is_finished_and_nothing_is_made_twice(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_set_up()
    begun(client)
    for page in ("firm", "rules", "contact"):
        send(client, page)
    from tingsu.people import actions as people

    whole_post = people.give_post

    def broken(**_values: Any) -> None:
        raise OSError("the power went")

    monkeypatch.setattr(people, "give_post", broken)
    with pytest.raises(OSError, match="power"):
        send(client, "person")
    monkeypatch.setattr(people, "give_post", whole_post)
    assert client.get("/").status_code == 503
    assert send(client, "person").status_code == 303
    row = Organisation.objects.get(slug="qingchuan")
    with acting_for(row.pk):
        assert (Member.objects.count(), Post.objects.count(), Unit.objects.count()) == (1, 1, 12)
        kinds = list(Event.objects.filter(stream_id=row.pk).order_by("seq").values_list("kind", flat=True))
        assert kinds == ["organisation.founded", "organisation.opened"]
    assert Membership.objects.filter(organisation=row).count() == 1


WRONG = [
    ("firm", {"name_zh": ""}, "name_zh"),
    ("firm", {"slug": "晴川"}, "slug"),
    ("rules", {"reason": ""}, "reason"),
    ("rules", {"profile": "none"}, "profile"),
    ("contact", {"time_zone": "Mars/Base"}, "time_zone"),
    ("contact", {"public_url": "http://localhost:8000"}, "public_url"),
    ("contact", {"public_url": "https://127.0.0.1"}, "public_url"),
    ("contact", {"public_url": "ftp://firm.example"}, "public_url"),
    ("contact", {"public_url": "http://["}, "public_url"),
    ("contact", {"public_url": "https:/投诉.example"}, "public_url"),
    ("contact", {"public_url": "https://firm example.cn"}, "public_url"),
    ("contact", {"public_url": "https://firm.example:99999"}, "public_url"),
    ("contact", {"public_url": "https://firm.example//elsewhere.example"}, "public_url"),
    ("contact", {"public_url": "https://me:pass@firm.example"}, "public_url"),
    ("contact", {"public_url": "https://" + "投" * 70 + ".cn"}, "public_url"),
    ("contact", {"hotline": "call us"}, "hotline"),
    ("contact", {"hotline": ""}, "hotline"),
    ("person", {"password": "short", "again": "short"}, "password"),
    ("person", {"again": "another-long-password"}, "again"),
    ("person", {"alias_zh": "沈一诺"}, "alias_zh"),
    ("person", {"username": "supervisor"}, ""),
]


@pytest.mark.parametrize(("page", "values", "field"), WRONG)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_lost(
    client: Client, page: str, values: dict[str, str], field: str
) -> None:
    nothing_set_up()
    begun(client)
    for before in list(PAGES)[: list(PAGES).index(page)]:
        send(client, before)
    answer = send(client, page, **values)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == {field or "__all__"}
    kept = next(name for name in PAGES[page] if name not in values and PAGES[page][name] != "on")
    assert form[kept].value() == PAGES[page][kept]
    assert send(client, page).status_code == 303


def test_a_chinese_host_is_kept_as_browsers_send_it(client: Client) -> None:
    nothing_set_up()
    begun(client)
    for page in ("firm", "rules"):
        send(client, page)
    typed = {"public_url": "https：／／投诉.中国：８４４３/firm/", "hotline": "４００－８００—１２３４"}
    assert send(client, "contact", **typed).status_code == 303
    send(client, "person")
    row = Organisation.objects.get(slug="qingchuan")
    assert (row.public_url, row.hotline) == ("https://xn--oru203g.xn--fiqs8s:8443/firm", "400-800-1234")
    assert clean_host("投诉.中国") == "xn--oru203g.xn--fiqs8s"


def test_one_person_holds_every_role_in_micro_mode(client: Client) -> None:
    nothing_set_up()
    begun(client)
    send(client, "firm", kind="micro", size="micro")
    proposed = client.get(reverse("setup:step", args=["rules"])).context["form"]
    assert (proposed["structure"].value(), proposed["profile"].value()) == ("one", "micro")
    assert proposed["documents"].value() == ("sz",)
    send(client, "rules", structure="one", profile="strictest", documents=["sz"])
    send(client, "contact")
    assert send(client, "person", role="all").status_code == 303
    row = Organisation.objects.get(slug="qingchuan")
    assert row.profile == "micro", "one person is micro mode, whatever limits they chose"
    with acting_for(row.pk):
        roles = set(Post.objects.values_list("role", flat=True))
        assert roles == {"top_mgmt", "mgmt_rep", "supervisor", "specialist", "frontline"}
        assert Unit.objects.count() == 1


KINDS = [
    ("internet", "large", ("isc",)),
    ("internet", "small", ("isc", "sz")),
    ("sme", "medium", ("sz",)),
    ("micro", "micro", ("sz",)),
    ("service", "large", ("svc",)),
    ("service", "micro", ("sz", "svc")),
    ("service", "medium", ("sz", "svc")),
]


@pytest.mark.req("OE-18")
@pytest.mark.parametrize(("kind", "size", "documents"), KINDS)
def test_the_kind_of_enterprise_decides_which_documents_are_proposed_with_their_reason(
    client: Client, kind: str, size: str, documents: tuple[str, ...]
) -> None:
    nothing_set_up()
    begun(client)
    send(client, "firm", kind=kind, size=size)
    form = client.get(reverse("setup:step", args=["rules"])).context["form"]
    assert form["documents"].value() == documents
    assert len(form["reason"].value().splitlines()) == len(documents)
    assert FIRM["name_zh"] not in form["reason"].value()
