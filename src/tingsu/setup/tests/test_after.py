"""After the first start: the organisation's page, the list of the set-up, people from a list, confirmations, micro mode."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from tests.cast import Cast
from tingsu.clocks.queries import policy_in_force
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import ChangedMeanwhile, NotAllowed
from tingsu.kernel.links import public
from tingsu.kernel.models import Event, Organisation
from tingsu.kernel.organisations import forget_organisations, is_taken, organisation_at, organisations, other_host
from tingsu.kernel.tenancy import acting_for
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.links import case_link
from tingsu.people import authority
from tingsu.people.access import Can
from tingsu.people.models import Account, Member, Post
from tingsu.people.queries import is_micro, works_alone
from tingsu.setup import actions, checklist, shipped_rules
from tingsu.setup.enterprise import hotline_duty
from tingsu.setup.errors import HostTaken, NotYet
from tingsu.setup.tests.given import CONTACT, FIRM, RULES

pytestmark = pytest.mark.django_db


def page_answers(**other: Any) -> dict[str, Any]:
    firm = {name: value for name, value in FIRM.items() if name != "slug"}
    rules = {name: RULES[name] for name in ("documents", "reason")}
    return firm | rules | CONTACT | {"read_at": 0} | other


def set_facts(organisation: Organisation, **values: Any) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(**values)
    forget_organisations()


def latest(organisation: Organisation) -> Organisation:
    return Organisation.objects.get(pk=organisation.pk)


@pytest.mark.req("PT-02", "OE-18")
def test_the_page_changes_everything_and_the_public_pages_follow(
    cast: Cast, organisation: Organisation, sign_in: Any
) -> None:
    client = sign_in(cast.mgmt_rep)
    path = reverse("setup:organisation")
    assert client.post(path, page_answers()).status_code == 303
    home, after = client.get("/").content.decode(), latest(organisation)
    for word in ("400-800-1234", "help@qingchuan.example.cn", "每天 9:00–21:00", "沿江大道", "晴川优选"):
        assert word in home
    contact_page = client.get("/help/").content.decode()
    for part in (home.partition("hero-reach")[2].partition("</ul>")[0], contact_page.partition("foot-links")[2]):
        for shown in ('href="tel:4008001234"', "400-800-1234", 'href="mailto:help@qingchuan.example.cn"'):
            assert shown in part, "both stand on top of the first page and at the foot of every page"
    client.cookies["tingsu_elder"] = "1"
    elder = client.get("/").content.decode().partition("hero-reach")[2].partition("</ul>")[0]
    del client.cookies["tingsu_elder"]
    assert ("400-800-1234" in elder, 'href="mailto:help@qingchuan.example.cn"' in elder) == (True, True)
    assert after.enterprise["reason"] == RULES["reason"]
    answers = page_answers(hotline="400-999-0000", read_at=1)
    assert client.post(path, answers).status_code == 303
    assert "400-999-0000" in client.get("/").content.decode()
    event = Event.objects.filter(stream_id=organisation.pk).order_by("-seq")[0]
    assert event.body["set"] == {"hotline": ["400-800-1234", "400-999-0000"]}
    assert event.actor_id == cast.mgmt_rep.id
    shown = client.get(path).content.decode()
    assert "400-800-1234 → 400-999-0000" in shown
    ways = {"other_ways_zh": "微信小程序\n门店服务台", "read_at": 2}
    assert client.post(path, {**answers, **ways}).status_code == 303
    assert "<b>门店服务台</b>" in client.get("/").content.decode()
    assert "微信小程序" in client.get(path).content.decode()
    assert list(verify_organisation(Tally())) == []


MAY = {"top_mgmt": True, "mgmt_rep": True, "supervisor": True, "specialist": False, "frontline": False, "auditor": False, "dso": False}  # fmt: skip


@pytest.mark.parametrize("role", MAY)
def test_only_leaders_change_the_organisation(cast: Cast, organisation: Organisation, role: str) -> None:
    actor = getattr(cast, role).actor
    for act in (
        lambda: actions.change_organisation(actor=actor, hotline="1234567"),
        lambda: actions.confirm(actor=actor, subject="calendar"),
        lambda: actions.set_micro(actor=actor, micro=True),
    ):
        if MAY[role]:
            act()
        else:
            with pytest.raises(NotAllowed):
                act()
    assert (latest(organisation).hotline == "1234567") is MAY[role]


def test_two_at_once_lose_nothing(cast: Cast, organisation: Organisation, sign_in: Any) -> None:
    actions.change_organisation(actor=cast.mgmt_rep.actor, hotline="1111111", read_at=0)
    with pytest.raises(ChangedMeanwhile):
        actions.change_organisation(actor=cast.supervisor.actor, hotline="2222222", read_at=0)
    answer = sign_in(cast.supervisor).post(reverse("setup:organisation"), page_answers(hotline="2222222"))
    assert answer.status_code == 422
    assert answer.context["form"]["hotline"].value() == "2222222"
    assert latest(organisation).hotline == "1111111"


def test_the_history_tells_changes_alone(cast: Cast, organisation: Organisation, sign_in: Any) -> None:
    """What was never asked before and is left empty now has not changed."""
    client = sign_in(cast.supervisor)
    assert client.post(reverse("setup:organisation"), page_answers(hotline="2222222")).status_code == 303
    page = client.get(reverse("setup:organisation"))
    told = [line for event in page.context["history"] for line in event["lines"]]
    assert any(new == "2222222" for _label, _old, new in told)
    assert [line for line in told if line[1] == line[2]] == []


OTHERS = {"host": "other.example.cn", "public_url": "https://letters.example.cn/"}


def test_a_host_leads_to_one_organisation(
    cast: Cast, organisation: Organisation, other_organisation: Organisation
) -> None:
    set_facts(other_organisation, **OTHERS)
    for taken in ("other.example.cn", "letters.example.cn", "localhost", "127.0.0.1"):
        with pytest.raises(HostTaken):
            actions.change_organisation(actor=cast.mgmt_rep.actor, host=taken)
    actions.change_organisation(actor=cast.mgmt_rep.actor, host="test.example.cn")
    actions.change_organisation(actor=cast.mgmt_rep.actor, host="test.example.cn", hotline="1111111")


def test_nobody_takes_the_name_at_which_people_find_another_organisation(
    cast: Cast, organisation: Organisation, other_organisation: Organisation, settings: Any
) -> None:
    """The installation's own name is that of its first organisation; the second one's leaders cannot claim it."""
    first, second = organisations().values()
    settings.PUBLIC_URL = "https://complaints.example.cn"
    assert is_taken("complaints.example.cn", second.pk)
    assert is_taken("complaints.example.cn", None)
    assert not is_taken("complaints.example.cn", first.pk)
    assert not is_taken("own.example.cn", second.pk)


def test_an_address_below_a_name_claims_nothing_of_it_and_another_ones_host_is_nobodys_address(
    cast: Cast, organisation: Organisation, other_organisation: Organisation
) -> None:
    set_facts(other_organisation, public_url=f"https://complaints.example.cn/o/{other_organisation.slug}")
    actions.change_organisation(actor=cast.mgmt_rep.actor, host="complaints.example.cn")
    set_facts(other_organisation, host="other.example.cn", public_url="https://complaints.example.cn")
    actions.change_organisation(actor=cast.mgmt_rep.actor, host="complaints.example.cn", hotline="1111111")
    for address in ("https://other.example.cn", "https://other.example.cn/o/x"):
        with pytest.raises(HostTaken):
            actions.change_organisation(actor=cast.mgmt_rep.actor, public_url=address)
    actions.change_organisation(actor=cast.mgmt_rep.actor, public_url=f"https://other.example.cn/o/{organisation.slug}")


@pytest.mark.parametrize("host", ["other.example.cn", "OTHER.Example.cn", "other.example.cn.", "other.example.cn:8443"])
def test_a_host_is_known_in_every_spelling_that_browsers_send(host: str, other_organisation: Organisation) -> None:
    set_facts(other_organisation, host="other.example.cn")
    found = organisation_at(host)
    assert found is not None
    assert found.pk == other_organisation.pk


@pytest.mark.req("OE-18")
def test_the_documents_are_settled_with_their_reason_only(cast: Cast, organisation: Organisation) -> None:
    for documents, reason, settled in ((["svc"], "服务业", True), (["svc"], "", False), ([], "服务业", False)):
        set_facts(organisation, enterprise={"documents": documents, "reason": reason})
        assert {item.name: item.done for item in checklist.items()}["documents"] is settled


@pytest.mark.req("PT-01")
@pytest.mark.parametrize(
    ("facts", "address", "elsewhere"),
    [
        ({}, "https://complaints.example.cn:8443/o/{slug}", ""),
        ({"host": "b.example.cn"}, "https://b.example.cn:8443", ""),
        ({"public_url": "https://b.example.cn"}, "https://b.example.cn", "b.example.cn"),
        ({"public_url": "https://b.example.cn", "host": "b.example.cn"}, "https://b.example.cn", ""),
        ({"public_url": "https://complaints.example.cn/o/{slug}"}, "https://complaints.example.cn/o/{slug}", ""),
    ],
)
def test_letters_of_a_second_organisation_never_lead_to_the_first(
    cast: Cast, organisation: Organisation, settings: Any, facts: dict[str, str], address: str, elsewhere: str
) -> None:
    first, second = organisations().values()
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://complaints.example.cn:8443", ["*"]
    set_facts(first, public_url="")
    set_facts(
        second, **{"public_url": "", "host": ""} | {name: one.format(slug=second.slug) for name, one in facts.items()}
    )
    first, second = organisations().values()
    with acting_for(first.pk):
        assert public("/c/1/") == "https://complaints.example.cn:8443/c/1/"
    with acting_for(second.pk):
        paths = ["/c/1/", *([f"/o/{second.slug}/c/1/"] if "/o/" in address else [])]
        assert {public(path) for path in paths} == {address.format(slug=second.slug) + "/c/1/"}
    assert other_host(second) == elsewhere
    rights = [Can.RULEBOOKS]
    assert any("b.example.cn" in one for one in checklist.warnings_for(second, rights)) is bool(elsewhere)


def test_the_history_shows_nothing_of_another_organisation(cast: Cast, other_organisation: Organisation) -> None:
    actions.change_organisation(actor=cast.mgmt_rep.actor, hotline="1111111")
    with acting_for(other_organisation.pk):
        assert not Event.objects.filter(kind="organisation.changed").exists()
    assert Organisation.objects.get(pk=other_organisation.pk).hotline == "400-000-0000"


DUTY = [
    ("commerce", False, "some", "some", True),
    ("social", False, "many", "many", True),
    ("life", False, "some", "many", True),
    ("other", False, "many", "many", False),
    ("other", True, "many", "many", True),
    ("commerce", False, "few", "many", False),
    ("commerce", False, "many", "few", False),
]


@pytest.mark.req("IN-07")
@pytest.mark.parametrize(("sector", "likewise", "users", "volume", "due"), DUTY)
def test_who_must_staff_a_hotline(sector: str, likewise: bool, users: str, volume: str, due: bool) -> None:
    facts = {"sector": sector, "counts_likewise": likewise, "users": users, "volume": volume}
    assert hotline_duty(facts) is due


@pytest.mark.req("IN-07")
def test_leaders_read_the_non_conformity_until_hotline_and_mailbox_are_there(
    cast: Cast, organisation: Organisation, sign_in: Any
) -> None:
    facts = {"sector": "commerce", "users": "many", "volume": "many"}
    client = sign_in(cast.mgmt_rep)
    for missing in (
        {"hotline": ""}, {"email": ""}, {"enterprise": {**facts, "hotline_staffed": False, "shown_in_app": True}},
        {"enterprise": {**facts, "hotline_staffed": True, "shown_in_app": False}},
    ):  # fmt: skip
        there = {
            "hotline": "400-1",
            "email": "a@example.cn",
            "enterprise": {**facts, "hotline_staffed": True, "shown_in_app": True},
        }
        set_facts(organisation, **there | missing)
        assert "ISC 7.1.1.2" in client.get("/desk/").content.decode()
        assert "staffed" in {item.name for item in checklist.items() if not item.done}
    set_facts(organisation, **there)
    assert "ISC 7.1.1.2" not in client.get("/desk/").content.decode()
    set_facts(organisation, hotline="")
    assert "ISC 7.1.1.2" not in sign_in(cast.frontline).get("/desk/").content.decode()


ADDRESSES = [
    ("", "http://localhost:8000", ""),
    ("", "http://127.0.0.1:8000", ""),
    ("", "http://[::1]:8000", ""),
    ("", "https://firm.example.cn", "https://firm.example.cn/x/"),
    ("https://own.example.cn", "http://localhost:8000", "https://own.example.cn/x/"),
    ("https://own.example.cn", "https://firm.example.cn", "https://own.example.cn/x/"),
]


@pytest.mark.parametrize(("own", "installation", "told"), ADDRESSES)
def test_no_letter_links_to_this_machine(
    cast: Cast, organisation: Organisation, settings: Any, sign_in: Any, own: str, installation: str, told: str
) -> None:
    settings.PUBLIC_URL = installation
    set_facts(organisation, public_url=own)
    assert public("/x/") == told
    link = case_link("test", cast.frontline.id, cast.frontline.id)
    assert link.startswith(told[:-3]) if told else link == ""
    page = sign_in(cast.mgmt_rep).get("/desk/").content.decode()
    assert ("对外网址" in page) is not bool(told)
    assert ("TINGSU_PUBLIC_URL" in page) is bool(own), "this server refuses own.example.cn"
    on_the_list = {item.name: item.done for item in checklist.items()}
    assert on_the_list["address"] is (bool(told) and not own), "what opens nothing is not done"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "own.example.cn"]
    assert "TINGSU_PUBLIC_URL" not in sign_in(cast.mgmt_rep).get("/desk/").content.decode()


@pytest.mark.req("ME-01")
def test_micro_mode_is_switched_both_ways_without_loss(cast: Cast, organisation: Organisation, sign_in: Any) -> None:
    from tingsu.clocks.actions import choose_profile

    choose_profile(actor=cast.top_mgmt.actor, profile="svc")
    before = (policy_in_force(), Member.objects.count(), Post.objects.count())
    client = sign_in(cast.mgmt_rep)
    assert client.post(reverse("setup:mode"), {"micro": "yes"}).status_code == 303
    assert is_micro()
    client.post(reverse("setup:mode"), {"micro": "no"})
    assert not is_micro()
    assert latest(organisation).profile == "svc"
    assert (policy_in_force(), Member.objects.count(), Post.objects.count()) == before


@pytest.mark.req("ME-11")
@pytest.mark.parametrize(("profile", "people", "alone"), [("micro", 1, True), ("micro", 2, False), ("svc", 1, False)])
def test_somebody_works_alone_only_in_micro_mode_and_without_colleagues(
    cast: Cast, organisation: Organisation, profile: str, people: int, alone: bool
) -> None:
    stay = [cast.mgmt_rep.id, cast.supervisor.id][:people]
    Member.objects.exclude(pk__in=stay).update(active=False)
    set_facts(organisation, profile=profile)
    assert works_alone() is alone


def test_what_is_confirmed_holds_until_the_rules_change(cast: Cast) -> None:
    def done(name: str) -> bool:
        return next(item.done for item in checklist.items() if item.name == name)

    assert not done("limits")
    actions.confirm(actor=cast.mgmt_rep.actor, subject="limits")
    assert done("limits")
    from tingsu.clocks.actions import choose_profile

    choose_profile(actor=cast.top_mgmt.actor, profile="isc")
    assert not done("limits")


@pytest.mark.req("MS-29", "CA-31")
def test_rules_are_taken_over_as_shipped_one_by_one_and_amounts_never(cast: Cast, sign_in: Any) -> None:
    client, path = sign_in(cast.mgmt_rep), reverse("setup:rules")
    page = client.get(path, {"kind": "categories"}).content.decode()
    assert 'value="categories" id="kind-categories" checked' in page
    assert 'value="authority"' not in page, "the firm sets amounts itself"
    for wrong in ([], ["authority"], ["nothing"]):
        assert client.post(path, {"kinds": wrong}).status_code in {303, 422}
        assert checklist.confirmations() == {}
    assert client.post(path, {"kinds": ["categories", "time_limits"]}).status_code == 303
    assert checklist.confirmations() == {"rules:categories": 0, "limits": 0}
    assert {"categories", "time_limits"} <= checklist.confirmed_kinds()
    before = Event.objects.count()
    assert actions.confirm_shipped(actor=cast.mgmt_rep.actor, kinds=["categories"]) == 0
    assert Event.objects.count() == before, "confirmed once"
    with pytest.raises(NotAllowed):
        actions.confirm_shipped(actor=cast.qa.actor, kinds=["remedies"])
    states = {one.kind: one.state for one in shipped_rules.listed()}
    assert (states["categories"], states["remedies"]) == ("agreed", "open")
    assert sign_in(cast.qa).get(path).status_code == 403


def test_a_calendar_of_another_time_zone_is_not_confirmed(cast: Cast, organisation: Organisation) -> None:
    set_facts(organisation, time_zone="Asia/Urumqi")
    with pytest.raises(NotYet):
        actions.confirm(actor=cast.mgmt_rep.actor, subject="calendar")
    set_facts(organisation, time_zone="Asia/Shanghai")
    actions.confirm(actor=cast.mgmt_rep.actor, subject="calendar")


@pytest.mark.req("CA-30", "RC-04")
@pytest.mark.parametrize("subject", ["calendar", "limits", "retention"])
def test_a_page_shows_what_is_confirmed(cast: Cast, sign_in: Any, subject: str) -> None:
    client = sign_in(cast.mgmt_rep)
    path = reverse("setup:confirm", args=[subject])
    shown = client.get(path).content.decode()
    assert {"calendar": "Asia/Shanghai", "limits": "24 小时", "retention": "结案后 3 年"}[subject] in shown
    assert client.post(path).status_code == 303
    assert checklist.confirmations() == {subject: 0}


def test_a_template_opens_only_what_is_missing(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.mgmt_rep)
    assert client.post(reverse("setup:units"), {"structure": "svc"}).status_code == 303
    assert client.post(reverse("setup:units"), {"structure": "svc"}).status_code == 303
    opened = Event.objects.filter(kind="unit.opened").count()
    assert opened == 6  # service, data, store-operations, online-service, after-sales, quality; the others are there


def test_the_list_stays_until_all_is_done_and_then_closes(
    cast: Cast, organisation: Organisation, sign_in: Any, settings: Any
) -> None:
    set_facts(organisation, stage="preparing")
    client = sign_in(cast.mgmt_rep)
    link = reverse("setup:start")
    assert link in client.get("/desk/").content.decode()
    client.post(reverse("setup:complete"))
    assert latest(organisation).stage == "preparing"
    actions.change_organisation(
        actor=cast.mgmt_rep.actor, email="help@example.cn", public_url="https://complaints.example.cn", service_hours={"zh-Hans": "9–18", "en": ""},
        address={"zh-Hans": "武汉", "en": ""}, enterprise={"documents": ["svc"], "reason": "服务业"},
    )  # fmt: skip
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "complaints.example.cn"]
    for account in Account.objects.filter(username__in=["mgmt_rep", "supervisor"]):
        Authenticator.objects.create(user=account, type="totp", data={})
    rulebooks.publish(actor=cast.top_mgmt.actor, kind=authority.KIND, body=authority.shipped())
    for subject in checklist.CONFIRMED:
        assert checklist.open_count(checklist.items()) > 0
        actions.confirm(actor=cast.mgmt_rep.actor, subject=subject)
    assert [item.name for item in checklist.items() if not item.done] == []
    assert client.post(reverse("setup:complete")).status_code == 303
    assert latest(organisation).stage == "running"
    assert link not in client.get("/desk/").content.decode()


@pytest.mark.parametrize(("host", "port_open"), [("", False), ("127.0.0.1", False)])
def test_the_mail_trial_shows_what_came_of_it(
    cast: Cast, sign_in: Any, settings: Any, host: str, port_open: bool
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = host, 1
    answer = sign_in(cast.mgmt_rep).post(reverse("setup:mail"), {"try": "yes", "address": ""})
    assert answer.context["trial"].why == ("connection" if host else "no_provider")
    assert answer.status_code == 200
