"""Every page of the shell, for each role, in both languages."""

import pytest
from django.urls import reverse

PAGES = [
    "desk:work",
    "desk:tasks",
    "desk:approvals",
    "desk:search",
    "desk:notices",
    "desk:settings",
    "desk:account",
    "desk:help",
]
ROLES = [
    "frontline",
    "specialist",
    "supervisor",
    "dept",
    "function",
    "mediator",
    "qa",
    "analyst",
    "auditor",
    "dso",
    "top_mgmt",
    "mgmt_rep",
]


@pytest.mark.req("OG-03")
@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_the_shell_in_both_languages(sign_in, cast, role):
    client = sign_in(getattr(cast, role))
    for language, word in (("zh-hans", "跳到正文"), ("en", "Skip to the content")):
        client.cookies["tingsu_language"] = language
        for page in PAGES:
            response = client.get(reverse(page))
            assert response.status_code == 200, page
            assert word in response.content.decode(), (page, language)


@pytest.mark.req("OG-03")
def test_settings_list_only_what_the_role_may_open(sign_in, cast):
    def listed(person):
        html = sign_in(person).get(reverse("desk:settings")).content.decode()
        return reverse("clocks:limits") in html

    assert listed(cast.supervisor)
    assert not listed(cast.dept)


@pytest.mark.req("PS-11")
def test_the_navigation_shows_only_what_the_role_may_open(sign_in, cast):
    assert reverse("desk:queue") in sign_in(cast.frontline).get(reverse("desk:work")).content.decode()
    html = sign_in(cast.dept).get(reverse("desk:work")).content.decode()
    assert reverse("desk:queue") not in html
    assert reverse("desk:register") not in html


def test_who_is_not_signed_in_is_led_to_the_sign_in_page(client, organisation):
    response = client.get(reverse("desk:queue"))
    assert response.status_code == 302
    assert reverse("account_login") in response.headers["Location"]
