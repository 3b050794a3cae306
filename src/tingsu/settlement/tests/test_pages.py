"""The editor pages of rulebooks, through the client."""

import pytest
from django.test import Client

from tests.approving import approve_all
from tests.cast import Cast
from tingsu.kernel import rulebooks
from tingsu.kernel.models import Event, Rulebook
from tingsu.settlement.rulebooks import ways

KINDS = {
    "/desk/settings/bases/": "bases",
    "/desk/settings/remedies/": "remedies",
    "/desk/settings/ways/": "ways",
    "/desk/settings/advance/": "advance",
    "/desk/settings/rating/": "aftercare",
    "/desk/settings/retention/": "retention",
}


def posted(client: Client, address: str) -> dict[str, str]:
    """The form as a browser would send it back unchanged."""
    from html.parser import HTMLParser

    values: dict[str, str] = {}

    class Reader(HTMLParser):
        name, select = "", ""

        def handle_starttag(self, tag: str, attrs: list) -> None:
            given = dict(attrs)
            if tag == "input" and given.get("type") not in {"checkbox", "radio"} and given.get("name"):
                values[given["name"]] = given.get("value") or ""
            elif tag == "textarea":
                self.name = given["name"]
                values[self.name] = ""
            elif tag == "select":
                self.select = given["name"]
                values.setdefault(self.select, "")
            elif tag == "option" and "selected" in given:
                values[self.select] = given.get("value") or ""

        def handle_data(self, data: str) -> None:
            if self.name:
                values[self.name] += data

        def handle_endtag(self, tag: str) -> None:
            if tag == "textarea":
                self.name = ""

    page = client.get(f"{address}edit/")
    assert page.status_code == 200
    Reader().feed(page.content.decode())
    return {name: value for name, value in values.items() if name.startswith("entry-") or name in {"based_on", "note"}}


@pytest.mark.parametrize(("address", "kind"), KINDS.items())
def test_every_rulebook_is_shown_and_edited_by_those_who_may(cast: Cast, sign_in, address: str, kind: str) -> None:
    client = sign_in(cast.supervisor)
    assert client.get(address).status_code == 200
    unchanged = posted(client, address)
    answer = client.post(f"{address}edit/", {**unchanged, "check": "1"})
    assert answer.status_code == 200
    assert answer.context["changes"] == []
    assert "没有变化" in answer.content.decode() or "Nothing changes." in answer.content.decode()
    assert not Rulebook.objects.filter(kind=kind).exists()
    client.logout()
    assert sign_in(cast.frontline).get(address).status_code == 403
    assert client.post(f"{address}edit/", {**unchanged, "publish": "1"}).status_code == 403


@pytest.mark.req("XR-02", "FB-07")
def test_an_address_is_published_as_a_new_version_with_its_difference(cast: Cast, sign_in) -> None:
    client = sign_in(cast.supervisor)
    values = posted(client, "/desk/settings/ways/")
    values |= {
        "entry-3-address-zh-Hans": "福田区某路 1 号",
        "entry-3-address-en": "1 Some Road, Futian",
        "note": "补地址",
    }
    assert client.post("/desk/settings/ways/edit/", {**values, "publish": "1"}).status_code == 303
    approve_all(cast)
    entry = rulebooks.in_force("ways").body["ways"][3]
    assert entry["address"] == {"zh-Hans": "福田区某路 1 号", "en": "1 Some Road, Futian"}
    assert entry["code"] == "council"
    assert Event.objects.filter(kind="rulebook.published", actor_id=cast.top_mgmt.id).count() == 1
    shown = client.get("/desk/settings/ways/")
    assert len(shown.context["changes"]) == 1
    again = client.post("/desk/settings/ways/edit/", {**values, "publish": "1"})
    assert again.status_code == 422
    assert again.context["problems"]
    assert Rulebook.objects.filter(kind="ways").count() == 1


@pytest.mark.req("XR-02", "XR-08")
@pytest.mark.parametrize(
    "change",
    [
        {"entry-0-place": "9"},
        {"entry-1-remove": "1"},
        {"entry-2-name-en": ""},
        {"entry-2-link": "http://example.com"},
        {"entry-7-code": "petition"},
        {"entry-2-code": "council"},
    ],
)
def test_a_broken_list_is_not_published_and_keeps_what_was_typed(cast: Cast, sign_in, change: dict[str, str]) -> None:
    client = sign_in(cast.supervisor)
    values = {**posted(client, "/desk/settings/ways/"), **change, "note": "改动"}
    answer = client.post("/desk/settings/ways/edit/", {**values, "publish": "1"})
    assert answer.status_code == 422
    assert answer.context["problems"]
    assert "改动" in answer.content.decode()
    assert not Rulebook.objects.filter(kind="ways").exists()


@pytest.mark.req("XR-02")
def test_an_entry_can_be_added_and_moved(cast: Cast, sign_in) -> None:
    client = sign_in(cast.supervisor)
    last = len(ways.default()["ways"])
    values = posted(client, "/desk/settings/ways/") | {
        f"entry-{last}-code": "petition",
        f"entry-{last}-side": "external",
        f"entry-{last}-name-zh-Hans": "政府信访",
        f"entry-{last}-name-en": "Government petition",
        f"entry-{last}-place": "4",
    }
    assert client.post("/desk/settings/ways/edit/", {**values, "publish": "1"}).status_code == 303
    approve_all(cast)
    assert [entry["code"] for entry in rulebooks.in_force("ways").body["ways"]].index("petition") == 4


@pytest.mark.req("RM-02")
def test_a_fixed_measure_cannot_be_renamed(cast: Cast, sign_in) -> None:
    client = sign_in(cast.supervisor)
    values = posted(client, "/desk/settings/remedies/") | {"entry-11-name-zh-Hans": "补偿"}
    assert client.post("/desk/settings/remedies/edit/", {**values, "publish": "1"}).status_code == 422
    assert not Rulebook.objects.filter(kind="remedies").exists()


def test_the_panels_of_settlement_and_aftercare_show_on_the_case_page(cast: Cast, sign_in) -> None:
    from tingsu.settlement.tests.journey import handled

    journey = handled(cast).evaluated()
    journey.step(journey.owner, "notify_result", notice="款项已到账。")
    page = sign_in(cast.supervisor).get(f"/desk/cases/{journey.complaint.number}/").content.decode()
    for panel in ("remedies", "opinions", "execution", "aftercare", "tracking"):
        assert f'id="panel-{panel}"' in page
    assert "¥100.00" in page
    assert "款项已到账。" in page
    assert "真名" not in page
