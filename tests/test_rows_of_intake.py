"""Rows about what is registered that stand in no app alone."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.api.reading import outline
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Scene
from tingsu.intake.tests.test_register_complaint import registered


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
