"""What makes a registration complete is a rulebook: by way in, by category, by the version of its day (RG-16, RG-17)."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from tests.approving import approved
from tests.cast import Cast
from tingsu.complaints import completeness
from tingsu.complaints.models import Complaint
from tingsu.complaints.waiting import duties_on_cases
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput
from tingsu.triage.tests.cases import last_event, registered, step

pytestmark = pytest.mark.req("RG-16")
BODY: dict[str, Any] = {
    "fields": [
        {"field": "product", "modes": {"phone": True, "email": True}},
        {"field": "province", "modes": {"phone": True}},
    ],
    "categories": [{"category": "9", "field": "event_place"}],
}


def publish(cast: Cast, body: dict[str, Any]) -> None:
    approved(cast, lambda: rulebooks.publish(actor=cast.supervisor.actor, kind=completeness.KIND, body=body))


def waiting(cast: Cast) -> list[str]:
    with override("zh-hans"):
        return [str(item.badge) for item in duties_on_cases(cast.frontline.actor, now()).items]


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"province": "33"}, []),
        ({}, ["province"]),
        ({"product": ""}, ["product", "province"]),
        ({"mode": "letter", "product": ""}, []),
        ({"province": "33", "categories": ["9"]}, ["event_place"]),
        ({"province": "33", "categories": ["9"], "event_place": "杭州"}, []),
        ({"withheld": ["province"]}, []),
        ({"mode": "email", "occurred_on": ""}, []),
    ],
)
def test_what_is_missing_depends_on_the_way_in_and_the_category(cast: Cast, changes: Any, missing: list[str]) -> None:
    publish(cast, BODY)
    made = registered(cast.frontline, **changes)
    assert made.number, "it is registered and numbered whatever is missing"
    assert completeness.missing_fields(made) == missing
    assert (made.completed_at is None) is bool(missing)


def test_an_incomplete_registration_is_a_task_of_its_owner_until_the_record_says_it(cast: Cast) -> None:
    publish(cast, BODY)
    made = registered(cast.frontline)
    assert waiting(cast) == ["待补全的登记"]
    step(cast.frontline, made, "correct_record", market_region="华东", reason="补记")
    assert waiting(cast) == ["待补全的登记"]
    done = step(cast.frontline, made, "correct_record", province="33", reason="客户补充")
    assert waiting(cast) == []
    assert done.completed_at is not None
    assert last_event(done).body["completeness"] == 1, "the version by which it was complete"


def test_a_complaint_is_measured_by_the_version_that_held_when_it_was_registered(cast: Cast) -> None:
    before = registered(cast.frontline, product="")
    publish(cast, BODY)
    assert completeness.missing_fields(Complaint.objects.get(pk=before.pk)) == ["product"]
    assert completeness.missing_fields(registered(cast.frontline, product="")) == ["product", "province"]


def test_completing_by_hand_names_what_is_missing_in_the_words_of_the_form(cast: Cast, sign_in: Any) -> None:
    publish(cast, BODY)
    made = registered(cast.frontline)
    page = sign_in(cast.frontline).get(reverse("desk:case", args=[made.number])).content.decode()
    assert "省份" in page


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"fields": [{"field": "name", "modes": {}}]}, "fields.1.field"),
        ({"fields": [BODY["fields"][0]] * 2}, "fields.2.field"),
        ({"fields": [{"field": "product", "modes": {"pigeon": True}}]}, "fields.1.field"),
        ({"fields": [{"field": "product", "modes": {"phone": "yes"}}]}, "fields.1.field"),
        ({"categories": [{"category": "36", "field": "product"}]}, "categories.1.category"),
        ({"categories": [{"category": "9", "field": "object_type"}]}, "categories.1.field"),
        ({"categories": BODY["categories"] * 2}, "categories.2.field"),
        ({"categories": None}, "categories"),
    ],
)
def test_a_wrong_rule_is_refused_at_its_field(cast: Cast, change: dict[str, Any], place: str) -> None:
    completeness.check(BODY)
    with pytest.raises(InvalidInput) as refused:
        completeness.check(BODY | change)
    assert set(refused.value.fields) == {place}


def test_the_page_takes_a_table_of_fields_and_ways_in(cast: Cast, sign_in: Any) -> None:
    sent = {
        "entry-0-field": "province", "entry-0-modes.phone": "yes", "entry-0-modes.letter": "no", "based_on": "0", "note": "核对省份",
    }  # fmt: skip
    client = sign_in(cast.supervisor)
    assert client.get(reverse("complaints:edit_completeness")).status_code == 200
    assert client.post(reverse("complaints:edit_completeness"), sent).status_code in {302, 303}
    assert sign_in(cast.frontline).post(reverse("complaints:edit_completeness"), sent).status_code == 403


@pytest.mark.req("RG-17")
def test_what_the_complainant_does_not_wish_to_give_completes_the_record_afterwards_too(cast: Cast) -> None:
    publish(cast, BODY)
    made = step(
        cast.frontline, registered(cast.frontline), "correct_record", withheld=["province"], reason="客户不愿提供"
    )
    assert made.withheld == ["province"]
    assert made.completed_at is not None
    assert waiting(cast) == []
