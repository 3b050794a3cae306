"""The one editor frame of rulebooks: from a day on, nothing typed is lost, and whoever was overtaken is told and may go on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tingsu.kernel import rulebooks
from tingsu.kernel.clock import now
from tingsu.people import authority
from tingsu.people.tests.test_settings_pages import typed_matrix

EDIT = "people:authority_edit"


@pytest.mark.req("OG-09", "VL-11")
def test_whoever_was_overtaken_keeps_the_draft_and_sees_what_it_changes_now(cast, sign_in):
    client = sign_in(cast.top_mgmt)
    address = reverse(EDIT)
    page = client.get(address)
    first = typed_matrix(page, **{"row-0-max": "300.50", "publish": "1"})
    second = typed_matrix(page, **{"row-0-max": "400", "note": "Season", "publish": "1"})
    assert client.post(address, first).status_code == 303
    refused = client.post(address, second)
    assert refused.status_code == 422
    assert [(one.before, one.after) for one in refused.context["changes"]] == [("¥300.50", "¥400.00")]
    text = refused.content.decode()
    assert 'value="400.00"' in text
    assert 'value="Season"' in text
    assert refused.context["form"]["based_on"].value() == "1"
    assert client.post(address, second | {"based_on": "1"}).status_code == 303
    assert rulebooks.in_force(authority.KIND).body["rows"][0]["max_fen"] == 400_00


@pytest.mark.req("SL-01")
def test_a_version_may_hold_from_a_day_to_come_and_until_then_the_old_one_does(cast, sign_in):
    client = sign_in(cast.top_mgmt)
    address = reverse(EDIT)
    starts = timezone.localtime(now() + timedelta(days=2), timezone.get_fixed_timezone(480)).replace(second=0)
    typed = typed_matrix(client.get(address), **{"row-0-max": "300.50", "publish": "1"})
    past = client.post(address, typed | {"valid_from": "2001-01-01T00:00"})
    assert past.status_code == 422
    assert "2001-01-01T00:00" in past.content.decode()
    assert client.post(address, typed | {"valid_from": f"{starts:%Y-%m-%dT%H:%M}"}).status_code == 303
    assert rulebooks.in_force(authority.KIND).version == 0
    assert rulebooks.versions(authority.KIND)[0].valid_from == starts.replace(microsecond=0)
    shown = client.get(reverse("people:authority"))
    assert [(one.version, one.in_force, one.to_come) for one in shown.context["history"]] == [
        (1, False, True),
        (0, True, False),
    ]
    assert client.get(reverse("people:authority"), {"version": "1"}).context["changes"]
    assert client.get(reverse("people:authority"), {"version": "9"}).status_code == 404
