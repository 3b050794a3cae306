"""What a release brings for a rulebook that a firm has published over: offered, adopted or not, never silently (KP-12, MO-02)."""

import copy
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.complaints import shipped_entries
from tingsu.figures import editors as figures_editors
from tingsu.figures import indicators
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import NotFound
from tingsu.warning import editors as warning_editors
from tingsu.warning import rules

pytestmark = pytest.mark.django_db
assert figures_editors.INDICATORS.offers
assert warning_editors.RULES.offers


def codes(kind: str, entries: str) -> list[str]:
    return [row["code"] for row in rulebooks.versions(kind)[0].body[entries]]


def published(cast: Cast, kind: str, entries: str, without: set[str]) -> dict[str, Any]:
    """A version of the time before some entries shipped."""
    body = copy.deepcopy(rulebooks.kinds()[kind].default())
    body[entries] = [row for row in body[entries] if row["code"] not in without]
    rulebooks.publish(actor=cast.top_mgmt.actor, kind=kind, body=body)
    return body


@pytest.mark.req("KP-12", "KP-14", "MO-02")
def test_new_entries_are_offered_by_name_and_answered_by_a_version(sign_in: Any, cast: Cast) -> None:
    assert shipped_entries.offered(indicators.KIND) == [], "whoever has published nothing has them all"
    published(cast, indicators.KIND, "indicators", {"KP-14a", "KP-14e"})
    published(cast, rules.KIND, "rules", {"YJ-5"})
    assert [row["code"] for row in shipped_entries.offered(indicators.KIND)] == ["KP-14a", "KP-14e"]
    assert "KP-14a" not in indicators.indicators(), "nothing counts before somebody has decided"
    assert [one.code for one in rules.rules()] == ["YJ-1", "YJ-2", "YJ-3", "YJ-4"]
    client = sign_in(cast.top_mgmt)
    page, answer = reverse("figures:rules"), reverse("figures:shipped_rules")
    assert "2 项新增" in client.get(reverse("desk:settings")).content.decode()
    told = client.get(page).content.decode()
    assert "本次版本新增" in told
    assert told.count('value="adopt"') == told.count('value="leave"') == 2
    for nonsense in ({}, {"decision": ""}, {"decision": "later"}):
        assert client.post(answer, {"code": "KP-14a", **nonsense}).status_code == 404
    assert len(shipped_entries.offered(indicators.KIND)) == 2, "nothing is decided by a press that says nothing"
    assert client.post(answer, {"code": "KP-14a", "decision": "adopt"}).status_code == 303
    assert client.post(answer, {"code": "KP-14e", "decision": "leave"}).status_code == 303
    now = codes(indicators.KIND, "indicators")
    shipped = [row["code"] for row in indicators.INDICATORS]
    assert now == [code for code in shipped if code != "KP-14e"], "in its place"
    assert shipped_entries.offered(indicators.KIND) == []
    assert rulebooks.versions(indicators.KIND)[0].version == 3
    assert "本次版本新增" not in client.get(page).content.decode()
    assert "项新增" in client.get(reverse("desk:settings")).content.decode(), "the rule of early warning still waits"
    with pytest.raises(NotFound):
        shipped_entries.decide(actor=cast.top_mgmt.actor, kind=indicators.KIND, code="KP-14e", adopt=True, note="")
    assert client.get(answer).status_code == 405
    assert sign_in(cast.frontline).post(answer, {"code": "KP-14e", "decision": "adopt"}).status_code == 403


@pytest.mark.req("KP-12", "OG-10")
def test_whoever_needs_a_second_person_proposes(sign_in: Any, cast: Cast) -> None:
    published(cast, rules.KIND, "rules", {"YJ-5"})
    client = sign_in(cast.supervisor)
    client.post(reverse("warning:shipped_rules"), {"code": "YJ-5", "decision": "adopt"})
    assert codes(rules.KIND, "rules")[-1] == "YJ-4"
    assert [row["code"] for row in shipped_entries.offered(rules.KIND)] == ["YJ-5"], "it waits, and stays offered"


@pytest.mark.req("KP-12")
def test_what_somebody_takes_out_of_the_list_is_not_offered_again(cast: Cast) -> None:
    body = indicators.shipped()
    fewer = {"indicators": [row for row in body["indicators"] if row["code"] != "KP-04"]}
    left = shipped_entries.left_out(indicators.KIND, body, fewer)
    assert left[shipped_entries.NOT_ADOPTED] == ["KP-04"]
    indicators.check(left)
    assert shipped_entries.NOT_ADOPTED not in shipped_entries.left_out(indicators.KIND, left, body), "put back by hand"
    own = {"indicators": [*body["indicators"], {**body["indicators"][0], "code": "Z-1"}]}
    assert shipped_entries.NOT_ADOPTED not in shipped_entries.left_out(indicators.KIND, own, body), (
        "an own one is just gone"
    )
    assert shipped_entries.left_out("means", {}, {"a": 1}) == {"a": 1}
