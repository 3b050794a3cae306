"""The settings pages of subscriptions: the secret once, the log with what came back as text, each button (IG-01)."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.signing import enter
from tingsu.desk.tests.cases import a_case
from tingsu.hooks.delivering import deliver_due, real_now
from tingsu.hooks.models import Delivery, Subscription
from tingsu.hooks.tests.receiver import receiving

pytestmark = pytest.mark.req("IG-01")


def test_a_subscription_is_made_looked_at_and_ended_on_its_pages(client: Client, cast: Cast) -> None:
    enter(client, "mgmt_rep")
    with receiving() as other:
        given = {"name": "网店", "address": other.address, "things": ["complaint.*"], "product": "", "once": "k1"}
        page = client.post(reverse("hooks:list"), given)
        body = page.content.decode()
        assert page.status_code == 200, (page.status_code, page.get("Location"), body[:3000])
        row = Subscription.objects.get()
        assert row.opened("secret") in body
        one = reverse("hooks:one", args=[row.pk])
        for again in (client.post(reverse("hooks:list"), given, follow=True), client.get(one)):
            assert row.opened("secret") not in again.content.decode()
        assert Subscription.objects.count() == 1, "a reload makes no second one"
        wrong = client.post(reverse("hooks:list"), given | {"name": "x", "address": "https://127.0.0.2/", "once": "k2"})
        assert wrong.status_code == 422
        assert "TINGSU_OUTGOING_INSIDE" in wrong.content.decode()
        a_case(cast.frontline)
        deliver_due()

        def press(what: str, **values: str) -> str:
            answer = client.post(reverse("hooks:do", args=[row.pk, what]), values, follow=True)
            assert answer.status_code == 200
            row.refresh_from_db()
            return answer.content.decode()

        assert "200" in press("test")
        assert other.told[-1]["type"] == "webhook.test"
        shown = client.get(one).content.decode()
        assert "&lt;b&gt;thanks&lt;/b&gt;" in shown
        assert "<b>thanks" not in shown
        delivery = Delivery.objects.get(kind="complaint.registered")
        press("again", delivery=str(delivery.pk))
        press("replay", since="2026-01-01T00:00")
        assert Delivery.objects.filter(again=True).count() >= 2
        deliver_due(real_now())
        before = row.opened("secret")
        assert row.opened("secret") != before or press("secret").count("whsec_") == 1
        assert row.opened("secret_before") == before
        press("pause")
        assert (row.state, row.why) == ("paused", "by_hand")
        press("resume")
        assert row.state == "active"
        for query, status in (("state=done", 200), ("kind=complaint.registered", 200), ("state=nonsense", 422)):
            assert client.get(f"{one}?{query}").status_code == status, query
        assert client.post(reverse("hooks:do", args=[row.pk, "nonsense"])).status_code == 404
        changed = given | {"name": "网店二", "address": "", "things": [], "single": ["complaint.closed"]}
        assert (
            client.post(
                one, urlencode(changed, doseq=True), content_type="application/x-www-form-urlencoded"
            ).status_code
            == 303
        )
        row.refresh_from_db()
        assert (row.name, row.kinds, row.opened("address")) == ("网店二", ["complaint.closed"], other.address)
        press("end")
        assert row.state == "ended"
        assert client.get(reverse("hooks:list")).status_code == 200
