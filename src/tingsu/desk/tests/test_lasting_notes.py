"""The note that next year's holidays are missing stands above every page until each person puts it away (SL-02)."""

import re

import pytest
from django.urls import reverse

from tingsu.desk.tests.cases import local
from tingsu.kernel.clock import travel_to
from tingsu.people.models import Account

PAGE = "desk:help"
NOTE = re.compile(r'value="(calendar:\d{4})"')


def shown(client, at):
    with travel_to(local(at)):
        html = client.get(reverse(PAGE)).content.decode()
    return "calendar:" in html


def put_away(client, at, note, back="/desk/queue/"):
    with travel_to(local(at)):
        return client.post(reverse("desk:dismiss"), {"note": note, "next": back})


@pytest.mark.req("SL-02")
def test_one_person_puts_it_away_and_everybody_else_still_sees_it(sign_in, cast):
    at = "2030-11-05 10:00"
    with travel_to(local(at)):
        client = sign_in(cast.frontline)
        note = NOTE.search(client.get(reverse(PAGE)).content.decode()).group(1)
    answer = put_away(client, at, note)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/queue/")
    assert not shown(client, at)
    with travel_to(local(at)):
        other = sign_in(cast.supervisor)
    assert shown(other, at)


@pytest.mark.req("SL-02")
@pytest.mark.parametrize("note", ["", "calendar:2099", "setup", "\x00" * 3])
def test_what_does_not_stand_there_is_not_put_away_and_nobody_is_led_elsewhere(sign_in, cast, note):
    client = sign_in(cast.frontline)
    answer = put_away(client, "2030-11-05 10:00", note, back="https://elsewhere.example/")
    assert answer.headers["Location"] == reverse("desk:work")
    assert Account.objects.get(username=cast.frontline.username).dismissed == []
    assert shown(client, "2030-11-05 10:00")
