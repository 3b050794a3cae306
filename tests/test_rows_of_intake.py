"""Rows about what is registered that stand in no app alone."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.partners import name_partners
from tingsu.api.reading import outline
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Scene
from tingsu.desk.tests.cases import a_case
from tingsu.intake.tests.test_register_complaint import registered
from tingsu.kernel.errors import InvalidInput
from tingsu.triage.tests.cases import step


@pytest.mark.django_db
@pytest.mark.req("IN-04")
@pytest.mark.parametrize(
    ("scene", "words"),
    [("store", "线下门店"), ("platform", "线上平台"), ("remote", "远程服务"), ("third_party", "第三方渠道")],
)
def test_each_complaint_stores_the_scene_of_service_and_shows_it(
    scene: str, words: str, cast: Cast, client: Client, sign_in: object
) -> None:
    assert {one.value for one in Scene} == {"store", "platform", "remote", "third_party"}
    made = registered(cast, scene=scene)
    assert Complaint.objects.get(pk=made.pk).scene == scene
    assert outline(cast.supervisor.actor, made)["scene"] == scene
    sign_in(cast.supervisor)  # type: ignore[operator]
    assert words in client.get(reverse("desk:case", args=[made.number])).content.decode()


@pytest.mark.django_db
@pytest.mark.req("IN-25")
def test_a_complaint_about_a_partners_delivery_is_registered_against_that_partner(
    cast: Cast, client: Client, sign_in: object
) -> None:
    with pytest.raises(InvalidInput) as refused:
        a_case(cast.frontline, partner_concerned="shunfeng")
    assert set(refused.value.fields) == {"partner_concerned"}
    sign_in(cast.supervisor)  # type: ignore[operator]
    name_partners(cast, ("shunfeng", "carrier", "顺达快运"), ("shiju", "authority", "市监局"))
    page = client.get(reverse("desk:register")).content.decode()
    assert "顺达快运" in page
    assert "市监局" not in page.partition("被投诉合作方")[2][:3000], "an authority serves nobody in our name"
    other, made = a_case(cast.frontline, order_number="A-9"), a_case(cast.frontline, partner_concerned="shunfeng")
    assert outline(cast.supervisor.actor, made)["partner_concerned"] == "shunfeng"
    listed = client.get(reverse("desk:queue"), {"partner_concerned": "shunfeng"}).content.decode()
    assert made.number in listed
    assert other.number not in listed
    step(cast.frontline, other, "correct_record", partner_concerned="shunfeng", reason="承运方延误")
    assert Complaint.objects.filter(partner_concerned="shunfeng").count() == 2
    name_partners(cast, ("yunda", "carrier", "韵通物流"))
    page = client.get(reverse("desk:case", args=[made.number])).content.decode()
    assert "顺达快运" in page, "a partner that left keeps its name"
