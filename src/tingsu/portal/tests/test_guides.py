"""Usage help on the public pages: found by words and by what was chosen, beside the form and never in its way, and whether it helped (SK-07)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.knowledge import helping, terms
from tingsu.knowledge.models import Helped, Sought
from tingsu.knowledge.tests.given import HELP, published, take
from tingsu.portal.causes import CAUSES

pytestmark = [pytest.mark.django_db, pytest.mark.req("SK-07")]


def article(cast: Cast, **more: Any) -> Any:
    return published(cast, **{**HELP, "wording": "", "wording_en": "", **more})


def test_topics_are_the_cards_of_the_form() -> None:
    assert [code for code, _words in terms.TOPICS] == [cause.code for cause in CAUSES]
    assert [str(words) for _code, words in terms.TOPICS] == [str(cause.title) for cause in CAUSES]


def test_articles_are_listed_found_by_words_and_read_in_both_languages(cast: Cast, client: Client) -> None:
    entry = article(cast)
    article(
        cast,
        title="怎样改地址",
        title_en="Changing an address",
        body="在订单里改。",
        body_en="In the order.",
        topics=["delivery"],
        categories=[],
    )
    published(cast, title="内部话术")
    address = reverse("portal:guides")
    page = client.get(address).content.decode()
    assert "退款多久到账" in page
    assert "怎样改地址" in page
    assert "内部话术" not in page, "what is for staff stays inside"
    found = client.post(address, {"words": "退款到账"}).content.decode()
    assert found.count("退款多久到账") == 2, "found above, and below its card"
    assert found.count("怎样改地址") == 1
    one = reverse("portal:guide", args=[entry.number])
    assert "原路退回" in client.get(one).content.decode()
    client.cookies["tingsu_language"] = "en"
    english = client.get(one, headers={"Accept-Language": "en"}).content.decode()
    assert "How long a refund takes" in english
    assert "Usually three days" in english
    assert "退款" not in english.split("<main")[1].split("</main>")[0]
    client.cookies["tingsu_elder"] = "1"
    assert 'class="elder"' in client.get(one).content.decode()
    take(cast.specialist, entry, "retire", reason="过时")
    assert client.get(one).status_code == 404


def test_it_stands_beside_the_form_by_what_was_chosen_and_the_form_never_waits(cast: Cast, client: Client) -> None:
    entry = article(cast)
    article(cast, title="咖啡机退货", title_en="Returning a coffee machine", product="咖啡机")
    story = reverse("portal:submit", args=["story"])
    page = client.get(story, {"cause": "refund"}).content.decode()
    assert reverse("portal:guide", args=[entry.number]) in page
    assert 'id="description"' in page
    assert "咖啡机退货" not in page, "that is about another product"
    assert page.index("退款多久到账") < page.index('id="description"')
    named = client.get(story, {"cause": "refund", "product": "咖啡机 A1"}).content.decode()
    assert named.index("咖啡机退货") < named.index("退款多久到账")
    assert reverse("portal:guide", args=[entry.number]) not in client.get(story, {"cause": "account"}).content.decode()


@pytest.mark.req("SK-09")
def test_whether_it_helped_is_a_number_and_what_was_not_found_is_counted(cast: Cast, client: Client) -> None:
    entry = article(cast)
    address = reverse("portal:guide_helped", args=[entry.number])
    client.get(reverse("portal:guide", args=[entry.number]))
    for _again in range(3):
        answer = client.post(address, {"helped": "no"})
    assert answer.headers["Location"].endswith("?helped=no#helped")
    client.post(address, {"helped": "yes"}, REMOTE_ADDR="203.0.113.7")
    assert helping.told_of([entry.pk])[entry.pk] == helping.Told(1, 1, 1)
    assert {field.name for field in Helped._meta.get_fields()} == {
        "id",
        "organisation_id",
        "entry",
        "month",
        "shown",
        "yes",
        "no",
    }
    client.post(reverse("portal:guides"), {"words": "退款到账"})
    assert not Sought.objects.exists(), "what was found is not counted"
    client.post(reverse("portal:guides"), {"words": "电子发票"})
    client.post(reverse("portal:ask"), {"words": "电子发票"}, REMOTE_ADDR="203.0.113.8")
    assert (Sought.objects.get().times, Sought.objects.get().words) == (2, "")
