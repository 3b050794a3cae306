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
