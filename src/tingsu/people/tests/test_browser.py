"""The pages of people and privacy in a real browser: axe finds nothing, nothing scrolls sideways, no script fails."""

import pytest
from django.urls import reverse

from tingsu.desk.tests.conftest import desk  # noqa: F401 fixtures of the shell these pages stand in
from tingsu.people.models import Post
from tingsu.privacy.log import log_access

pytestmark = pytest.mark.browser
PAGES = (
    "people:members", "people:new_member", "people:units", "people:new_unit", "people:roles", "people:authority", "people:authority_edit",
    "people:mine", "people:my_sessions", "people:proposals", "people:sign_in_rules", "people:sign_in_rules_edit", "privacy:access_log",
    "privacy:fields", "mfa_index", "account_change_password",
)  # fmt: skip


@pytest.mark.req("QL-01", "PS-03")
@pytest.mark.parametrize(
    ("person", "width", "language", "theme"),
    [("supervisor", 1440, "zh-hans", "light"), ("mgmt_rep", 390, "en", "dark")],
)
def test_the_settings_are_accessible(cast, desk, person, width, language, theme) -> None:  # noqa: F811
    log_access(cast.frontline.actor, "revealed", None, "complainant.phone", "call back")
    window = desk(getattr(cast, person), width=width, language=language, theme=theme)
    paths = {name: reverse(name) for name in PAGES}
    paths |= {name: reverse(name, args=[cast.specialist.id]) for name in ("people:member", "people:member_sessions")}
    post = Post.objects.filter(member_id=cast.specialist.id).first()
    paths["people:post_duties"] = reverse("people:post_duties", args=[post.pk])
    paths["people:unit"] = reverse("people:unit", args=[cast.units["intake"].pk])
    problems = {}
    for name, path in paths.items():
        window.open(path)
        window.picture(f"{name.replace(':', '-')}-{width}-{theme}")
        problems[name] = window.violations() + window.too_wide()
    assert {name: found for name, found in problems.items() if found} == {}
    assert window.errors == []


@pytest.mark.req("QL-01", "PS-03")
@pytest.mark.parametrize(("width", "language", "theme"), [(1440, "zh-hans", "light"), (390, "en", "dark")])
def test_signing_in_is_accessible(cast, live_server, chromium, settings, width, language, theme) -> None:
    from tingsu.desk.tests.conftest import Desk

    window = Desk(chromium, live_server.url, "", width=width, language=language, theme=theme)
    try:
        page = window.open(reverse("account_login"))
        window.picture(f"login-{width}-{theme}")
        assert window.violations() + window.too_wide() == []
        page.fill("[name=login]", "frontline")
        page.fill("[name=password]", "wrong")
        page.click("button[data-send]")
        page.wait_for_selector("[role=alert]")
        window.picture(f"login-refused-{width}-{theme}")
        assert window.violations() + window.too_wide() == []
        assert window.errors == []
    finally:
        window.context.close()
