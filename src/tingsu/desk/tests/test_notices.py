"""Notices by the case they are about, with its matter named; and no link to what the reader may not open."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tingsu.desk.tests.cases import a_case
from tingsu.letters.notices import mark_read, notify


def told(person, kind, complaint):
    notify([person.id], kind, complaint.pk, {"number": complaint.number})


def groups(client):
    return client.get(reverse("desk:notices")).context["notices"]


@pytest.mark.req("AK-10")
def test_notices_of_one_case_stand_together_with_its_matter_and_number(sign_in, cast):
    first, second = a_case(cast.frontline), a_case(cast.frontline, summary="空气炸锅漏电，外壳发麻")
    mark_read(cast.frontline.actor)
    for kind, one in (
        ("case.offered", first), ("case.new_facts", second), ("letter.failed", first), ("letter.failed", first),
    ):  # fmt: skip
        told(cast.frontline2, kind, one)
    client = sign_in(cast.frontline2)
    found = groups(client)
    assert [one.number for one in found] == [first.number, second.number]
    assert [(line.words, line.times) for line in found[0].lines] == [
        ("有一封信没有发出", 2),
        ("一件投诉等待您接收", 1),
    ] or [line.times for line in found[0].lines] == [2, 1]
    assert "漏电" in found[1].matter
    assert found[0].url == reverse("desk:case", args=[first.number])
    html = client.get(reverse("desk:notices")).content.decode()
    assert html.count(first.number) >= 1
    assert "× 2" in html
    assert "13800002210" not in html


@pytest.mark.req("PS-11")
def test_a_notice_of_a_case_that_one_may_not_open_names_no_matter_and_is_no_link(sign_in, cast):
    one = a_case(cast.frontline)
    told(cast.dept, "case.new_facts", one)
    client = sign_in(cast.dept)
    (group,) = groups(client)
    assert (group.url, group.matter) == ("", "")
    html = client.get(reverse("desk:notices")).content.decode()
    assert f"/desk/cases/{one.number}/" not in html
    assert one.number in html


def test_notices_cost_the_same_for_few_and_many(sign_in, cast):
    client = sign_in(cast.frontline2)

    def cost():
        client.get(reverse("desk:notices"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("desk:notices"))
        return len(queries)

    told(cast.frontline2, "case.offered", a_case(cast.frontline))
    few = min(cost() for _n in range(2))
    for _n in range(3):
        told(cast.frontline2, "case.offered", a_case(cast.frontline))
    assert min(cost() for _n in range(2)) == few
