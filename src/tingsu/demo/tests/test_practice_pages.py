"""The pages of a firm's practice copy: marked, shut to strangers, played by role, and from making to emptying."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.signing import enter
from tingsu.complaints.models import Complaint
from tingsu.demo import practice
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import forget_organisations
from tingsu.kernel.tenancy import acting_for
from tingsu.people import actions as people
from tingsu.people.errors import OnlyPractice
from tingsu.people.models import Member
from tingsu.setup import actions as setup_actions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("few")]


def address(copy: Organisation, path: str) -> str:
    return f"/o/{copy.slug}{path}"


def play(client: Client, copy: Organisation, role: str) -> Any:
    with acting_for(copy.pk):
        member = Member.objects.filter(posts__role=role).order_by("staff_number")[0]
    answer = client.post(address(copy, "/practice/"), {"member": str(member.pk)})
    assert answer["Location"] == address(copy, "/desk/")
    return member


MARK = "这里的一切都是编造的"
INSIDE = (
    "/",
    "/desk/",
    "/desk/queue/",
    "/desk/settings/",
    "/practice/",
    "/nowhere/",
    "/submit/story/",
    "/accounts/password/change/",
)


def test_every_page_of_it_is_marked_and_no_real_page_is(cast: Cast, copy: Organisation, sign_in: Any) -> None:
    client = sign_in(cast.mgmt_rep)
    play(client, copy, "mgmt_rep")
    for path in INSIDE:
        inside = client.get(address(copy, path))
        assert MARK in inside.content.decode(), path
        assert "[练习]" in inside.content.decode(), path
        assert inside["X-Robots-Tag"] == "noindex, nofollow"
        assert MARK not in client.get(path).content.decode(), path
    export = client.get(address(copy, "/desk/queue/"))
    assert export.status_code == 200
    english = client.get(address(copy, "/desk/"), headers={"accept-language": "en"}).content.decode()
    assert MARK in english or "Everything here is invented" in english


def test_strangers_are_led_to_the_real_pages(cast: Cast, copy: Organisation, sign_in: Any) -> None:
    for client in (Client(), _other_firms_client()):
        for path in ("/", "/submit/story/", "/desk/", "/practice/", "/follow/"):
            answer = client.get(address(copy, path))
            assert answer.status_code == 403, path
            assert 'href="/o/test/"' in answer.content.decode()
        assert client.post(address(copy, "/submit/story/"), {"description": "锅坏了"}).status_code == 403
    assert sign_in(cast.frontline).get(address(copy, "/")).status_code == 200


def _other_firms_client() -> Client:
    return enter(Client(), "other-mgmt_rep")


def test_whoever_left_the_firm_practises_no_more(cast: Cast, copy: Organisation, sign_in: Any) -> None:
    client = sign_in(cast.frontline)
    play(client, copy, "supervisor")
    assert client.get(address(copy, "/desk/")).status_code == 200
    Member.objects.filter(pk=cast.frontline.id).update(active=False)
    assert client.get(address(copy, "/desk/")).status_code == 403


def test_one_plays_a_role_there_and_keeps_the_own_one_here(cast: Cast, copy: Organisation, sign_in: Any) -> None:
    client = sign_in(cast.frontline)
    assert client.get(address(copy, "/desk/"))["Location"] == address(copy, "/practice/")
    assert client.post(address(copy, "/practice/"), {"member": str(cast.mgmt_rep.id)}).status_code == 404
    play(client, copy, "mgmt_rep")
    assert client.get(address(copy, "/desk/settings/people/")).status_code == 200
    assert client.get("/desk/settings/people/").status_code == 403
    with acting_for(copy.pk):
        complaint = Complaint.objects.order_by("number")[0]
    assert client.get(address(copy, f"/desk/cases/{complaint.number}/")).status_code == 200
    assert client.get(f"/desk/cases/{complaint.number}/").status_code == 404
    assert client.get("/practice/").status_code == 404


def test_the_copy_cannot_become_like_the_real_one(cast: Cast, copy: Organisation) -> None:
    with acting_for(copy.pk):
        leader = Member.objects.filter(posts__role="mgmt_rep")[0]
        from tingsu.people.access import actor_of

        with pytest.raises(OnlyPractice):
            setup_actions.change_organisation(actor=actor_of(leader), name={"zh-Hans": "测试公司"})
        with pytest.raises(OnlyPractice):
            people.add_member(
                actor=actor_of(leader), staff_number="9", name="甲", alias={"zh-Hans": "乙", "en": "B"}, username="x9"
            )
        with pytest.raises(OnlyPractice):
            practice.fill(actor=actor_of(leader))
        people.add_member(actor=actor_of(leader), staff_number="9", name="甲", alias={"zh-Hans": "乙", "en": "B"})


def test_no_letter_leaves_and_its_links_lead_back_into_the_copy(
    cast: Cast, copy: Organisation, settings: Any, sign_in: Any
) -> None:
    from tingsu.kernel.links import public
    from tingsu.letters import providers

    settings.PUBLIC_URL = "https://firm.example.cn"
    message = providers.Message("<1@x>", "a@example.com", "s", "b", "s", "b")
    with acting_for(copy.pk):
        assert providers.send("email", message) == "mailroom"
        assert public("/c/1/") == public(f"/o/{copy.slug}/c/1/") == f"https://firm.example.cn/o/{copy.slug}/c/1/"
    assert mail.outbox == []
    providers.send("email", message)
    assert len(mail.outbox) == 1, "the real organisation's letters leave as ever"
    assert public("/c/1/").startswith(Organisation.objects.get(slug="test").public_url)


def test_the_pages_from_making_to_emptying(cast: Cast, organisation: Organisation, sign_in: Any) -> None:
    client = sign_in(cast.mgmt_rep)
    home = reverse("practice:home")
    assert reverse("practice:fill") in client.get(home).content.decode()
    assert client.get(reverse("practice:empty"))["Location"] == home
    assert client.post(reverse("practice:fill")).status_code == 303
    assert f"已有 0 件，共 {practice.TOTAL} 件" in client.get(home).content.decode()
    row = Organisation.objects.get(practice_of=organisation.pk)
    with acting_for(row.pk):
        practice.carry_on_filling()
    forget_organisations()
    shown = client.get(home).content.decode()
    assert f'href="/o/{row.slug}/practice/"' in shown
    assert reverse("practice:home") in client.get("/desk/").content.decode()
    assert sign_in(cast.frontline).get(home).status_code == 200
    assert reverse("practice:empty") not in client.get(home).content.decode()
    client = sign_in(cast.mgmt_rep)
    asked = client.get(reverse("practice:empty")).content.decode()
    assert "练习 · 测试公司" in asked
    assert Organisation.objects.get(pk=row.pk).stage == "running", "looking at the question empties nothing"
    assert client.post(reverse("practice:empty")).status_code == 303
    assert client.get(address(row, "/")).status_code == 404
    practice.carry_on_emptying(row.pk)
    assert reverse("practice:fill") in client.get(home).content.decode()
