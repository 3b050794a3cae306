"""Public quality commitments: kept in the library of handling bases, shown with text and day (PT-07, IV-10)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.settlement.rulebooks import bases

pytestmark = pytest.mark.django_db
TEXT = {"zh-Hans": "七天之内，不问理由退货。", "en": "Returns within seven days, no questions asked."}


def library(**commitment: Any) -> dict[str, Any]:
    entry = {
        "code": "promise.week",
        "kind": "promise",
        "name": {"zh-Hans": "七天退货", "en": "Seven days"},
    } | commitment
    return {"bases": [*bases.default()["bases"], entry]}


def publish(cast: Cast, **commitment: Any) -> None:
    actor = automation("test", cast.organisation_id)
    with travel_to(datetime(2026, 1, 1, tzinfo=UTC)):
        rulebooks.publish(actor=actor, kind=bases.KIND, body=library(**commitment))


@pytest.mark.req("PT-07", "IV-10")
@pytest.mark.parametrize(
    ("at", "shown"),
    [("2026-03-04T15:59:59", False), ("2026-03-04T16:00:00", True), ("2026-06-01T00:00:00", True)],
)
def test_a_commitment_stands_on_the_public_page_with_text_and_day_from_its_day_on(
    client: Client, cast: Cast, at: str, shown: bool
) -> None:
    publish(cast, text=TEXT, since="2026-03-05", link="https://firm.example.cn/promise")
    with travel_to(datetime.fromisoformat(at).replace(tzinfo=UTC)):  # the firm's day begins at 16:00 of the day before
        page = client.get("/help/").content.decode()
        english = client.get("/help/", headers={"accept-language": "en"}).content.decode()
    for words in ("七天退货", "七天之内，不问理由退货。", "2026-03-05", 'href="https://firm.example.cn/promise"'):
        assert (words in page) is shown, words
    assert ("Returns within seven days" in english) is shown


@pytest.mark.req("PT-07")
def test_without_a_text_nothing_is_promised_and_no_other_basis_is_shown(client: Client, cast: Cast) -> None:
    assert 'id="commitments"' not in client.get("/help/").content.decode()
    publish(cast, kind="rule", text=TEXT, since="2026-03-05")
    assert 'id="commitments"' not in client.get("/help/").content.decode()


WRONG = [
    ({"text": TEXT}, "since"),
    ({"since": "2026-03-05"}, "text"),
    ({"text": {"zh-Hans": "只有中文", "en": ""}, "since": "2026-03-05"}, "text"),
    ({"text": TEXT, "since": "5 March"}, "since"),
]


@pytest.mark.req("PT-07")
@pytest.mark.parametrize(("commitment", "field"), WRONG)
def test_a_commitment_has_text_and_day_in_both_languages_or_neither(commitment: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        bases.check(library(**commitment))
    assert list(refused.value.fields) == [f"bases.{len(library()['bases'])}.{field}"]
    bases.check(library())
    bases.check(library(text=TEXT, since="2026-03-05"))
