"""Pages that anybody may read, in both languages and in elder mode."""

import pytest

from tingsu.portal.causes import CAUSES

PAGES = [
    "/", "/help/", "/privacy/", "/accessibility/", "/form/", "/form/?size=large", "/follow/", "/follow/open/",
    "/submit/cause/", "/submit/story/?cause=refund",
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


@pytest.mark.req("SL-14")
@pytest.mark.req("PT-01")
def test_promised_times_come_from_the_policy_in_force(client, organisation, cast):
    from tingsu.clocks.profiles import strictest
    from tingsu.clocks.queries import KIND
    from tingsu.kernel.rulebooks import publish

    client.cookies["tingsu_language"] = "en"
    assert "within 24 hours" in client.get("/").content.decode()
    body = strictest()
    for row in body["rules"]:
        if row["timer"] == "first_reply" and not row["when"]:
            row["amount"] = 7
    publish(actor=cast.supervisor.actor, kind=KIND, body=body)
    assert "within 7 hours" in client.get("/").content.decode()


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


@pytest.mark.req("PT-08")
@pytest.mark.req("XR-02")
def test_the_way_out_is_told_to_everybody(client, organisation):
    page = client.get("/help/").content.decode()
    assert page.index("协商") < page.index("12315.cn")
    assert "仲裁" in page
