"""Registration asks what a category asks for beside: delays of 3 and 4 each, words for 6 and 35, a place for them at 5 (TR-04)."""

from typing import Any

import pytest

from tests.cast import Cast
from tingsu.complaints.fields.reading import category_words
from tingsu.complaints.models import Complaint
from tingsu.complaints.tests.test_corrections import registered
from tingsu.demo.journey import ASSESSMENT, step
from tingsu.intake.reading import read_intake
from tingsu.intake.tests.test_register_complaint import STORY
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event

DELIVERY, HOURS = {"delivery_delay": "9"}, {"delivery_delay": "30", "delivery_delay_unit": "hour"}


@pytest.mark.req("TR-04")
@pytest.mark.parametrize(
    ("categories", "given", "rows", "missing"),
    [
        (["3"], {}, None, {"delivery_delay"}),
        (["4"], DELIVERY, None, {"service_delay"}),
        (["3", "4"], DELIVERY, None, {"service_delay"}),
        (["6"], {"other_text": "别的"}, None, {"category_text"}),
        (["35"], {"category_text": "别的"}, None, {"other_text"}),
        (["35", "6", "3"], {}, None, {"other_text", "category_text", "delivery_delay"}),
        (["3"], {"delivery_delay": "-1"}, None, {"delivery_delay"}),
        (["3"], {"delivery_delay": "1e3"}, None, {"delivery_delay"}),
        (["3"], {"delivery_delay": "10000"}, None, {"delivery_delay"}),
        (["3"], {"delivery_delay": "2", "delivery_delay_unit": "week"}, None, {"delivery_delay_unit"}),
        (["3"], {"delivery_delay": "９"}, [{"no": 3, "delay": 9, "unit": "day"}], None),
        (["3", "4"], HOURS | {"service_delay": 2}, [{"no": 3, "delay": 30, "unit": "hour"}, {"no": 4, "delay": 2, "unit": "day"}], None),
        (["5"], {}, [{"no": 5}], None),
        (["5", "6"], {"category_text": "按键失灵，客服挂断"}, [{"no": 5, "told": True}, {"no": 6, "told": True}], None),
        (["35"], {"other_text": "未列明"}, [{"no": 35, "told": True}], None),
        (["16"], {"other_text": "白写的"}, [{"no": 16}], None),
    ],
)  # fmt: skip
def test_each_category_asks_for_its_own(
    cast: Cast, categories: list[str], given: dict[str, Any], rows: Any, missing: set[str] | None
) -> None:
    if missing:
        with pytest.raises(InvalidInput) as refused:
            read_intake({**STORY, "categories": categories, **given})
        assert set(refused.value.fields) == missing
        return
    made = Complaint.objects.get(pk=registered(cast, categories=categories, **given).pk)
    assert made.categories == rows
    event = Event.objects.get(stream_id=made.pk, kind="complaint.registered")
    said = texts_of([event])[event.pk]
    assert {name: said[name] for name in given if name.endswith("text")} == {
        name: value for name, value in given.items() if name.endswith("text")
    }
    assert "失灵" not in str(event.data), "words of a person stand under the key of the history"


@pytest.mark.req("TR-04")
def test_what_registration_was_told_is_not_asked_again_when_grading_or_correcting(cast: Cast) -> None:
    made = registered(cast, categories=["3", "6"], **HOURS, category_text="态度差", record_confirmed=True)
    assert [words.endswith("（延迟 30 小时）") for words in category_words(made.categories)] == [True, False]
    made = step(cast.frontline.actor, made, "assess_and_grade", **{**ASSESSMENT, "categories": ["3", "6"]})
    assert made.categories == [{"no": 3, "delay": 30, "unit": "hour"}, {"no": 6, "told": True}]
    made = step(
        cast.frontline.actor, made, "correct_record", delivery_delay="2", delivery_delay_unit="day", reason="听错"
    )
    assert made.categories[0] == {"no": 3, "delay": 2, "unit": "day"}
    with pytest.raises(InvalidInput) as refused:
        step(cast.frontline.actor, made, "assess_and_grade", **{**ASSESSMENT, "categories": ["3", "6", "35"]})
    assert set(refused.value.fields) == {"other_text"}
