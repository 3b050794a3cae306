"""The access log and the table of personal fields as pages (PS-05, PS-06)."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from tingsu.desk.tests.cases import a_case
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import UnknownPage
from tingsu.kernel.ids import new_id
from tingsu.privacy import queries
from tingsu.privacy.log import log_access
from tingsu.privacy.models import AccessEntry


@pytest.mark.req("PS-06")
def test_the_log_says_who_opened_what_and_why(cast, sign_in, client) -> None:
    complaint = a_case(cast.frontline)
    log_access(cast.frontline.actor, "revealed", complaint.pk, "complainant.phone", "回电核实")
    log_access(cast.analyst.actor, "refused", complaint.pk, "complainant.phone", "curious")
    sign_in(cast.dso)
    page = client.get(reverse("privacy:access_log")).content.decode()
    for word in (complaint.number, "回电核实", "curious", "1001", "6002"):
        assert word in page
    assert "陈晓雨" not in page
    assert "13800002210" not in page
    only = client.get(reverse("privacy:access_log"), {"what": "refused"}).content.decode()
    assert "curious" in only
    assert "回电核实" not in only
    one = client.get(reverse("privacy:access_log"), {"member": str(cast.frontline.id), "case": str(complaint.pk)})
    assert [line.purpose for line in one.context["lines"]] == ["回电核实"]


@pytest.mark.req("PS-06", "PS-17")
def test_what_was_typed_as_a_purpose_tells_nobody_about_the_person(cast, sign_in, client) -> None:
    """Not on the page, also in a line from before purposes were sealed; and not at rest, also where nothing has a key."""
    complaint = a_case(cast.frontline)
    typed = "回拨 １３８-0000-2210，找陈晓雨，微信 chenxy2210"
    log_access(cast.frontline.actor, "revealed", complaint.pk, "complainant.phone", typed)
    log_access(cast.frontline.actor, "refused", uuid.uuid4(), "complainant.phone", typed)
    log_access(cast.frontline.actor, "refused", None, "complainant.phone", typed)
    AccessEntry(
        id=new_id(), at=now(), actor_kind="member", actor_id=cast.frontline.id, stream_id=complaint.pk, what="revealed",
        field="complainant.phone", purpose=typed,
    ).save(force_insert=True)  # fmt: skip
    kept = [purpose for purpose in AccessEntry.objects.values_list("purpose", flat=True) if purpose != typed]
    assert len([one for one in kept if one.startswith("sealed:")]) == 3
    lines, _page = queries.log_page(cast.dso.actor, queries.Filter())
    purposes = [line.purpose for line in lines if line.purpose]
    assert len(purposes) == 4
    for purpose in purposes:
        assert purpose.startswith("回拨 138 **** 2210，找陈")
        assert "chenxy2210" not in purpose
    assert [purpose for purpose in purposes if "晓雨" in purpose] == purposes[1:3], "a name is known by its case alone"


@pytest.mark.req("PS-06")
@pytest.mark.parametrize(("reader", "opens"), [("dso", False), ("auditor", True)])
def test_the_log_leads_only_where_its_reader_may_go(cast, sign_in, client, reader, opens) -> None:
    complaint = a_case(cast.frontline)
    log_access(cast.frontline.actor, "opened", complaint.pk)
    sign_in(getattr(cast, reader))
    page = client.get(reverse("privacy:access_log"))
    (line,) = [one for one in page.context["lines"] if one.entry.stream_id == complaint.pk]
    assert line.subject == complaint.number
    assert (line.address != "") is opens
    address = reverse("desk:case", args=[complaint.number])
    assert (f'href="{address}"' in page.content.decode()) is opens
    assert client.get(address).status_code == (200 if opens else 404)


@pytest.mark.req("PS-06", "invariant-13")
def test_the_log_pages_by_key_without_gap_or_repeat(cast, django_assert_max_num_queries) -> None:
    start = now()
    for number in range(7):
        with travel_to(start + timedelta(seconds=number // 2)):
            log_access(cast.frontline.actor, "searched", None, "", f"{number}")
    seen, key = [], ""
    while True:
        with django_assert_max_num_queries(4):
            lines, page = queries.log_page(cast.dso.actor, queries.Filter(), key, limit=3)
        seen += [line.purpose for line in lines]
        if not (key := page.following):
            break
    assert sorted(seen) == [str(number) for number in range(7)]
    assert seen[0] == "6"
    with pytest.raises(UnknownPage):
        queries.log_page(cast.dso.actor, queries.Filter(), "nonsense")


@pytest.mark.req("PS-05")
def test_the_table_of_fields_names_purpose_basis_and_viewers(cast, sign_in, client) -> None:
    sign_in(cast.dso)
    page = client.get(reverse("privacy:fields"))
    assert page.status_code == 200
    assert len(page.context["rows"]) >= 15
    assert all(len(row["sights"]) == len(page.context["viewers"]) for row in page.context["rows"])


@pytest.mark.req("PS-06")
@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("complainant.phone", "Complainant · Telephone"),
        ("complaint.order_number", "Complaint · Product or order number"),
        ("letter.body", "Letter · Text"),
        ("file.0192", "File"),
        ("tracking_form", "Tracking form"),
        ("phone", "by phone"),
        ("", ""),
    ],
)
def test_places_of_the_log_are_told_in_words(place, words) -> None:
    with translation.override("en"):
        assert queries.field_words(place) == words
