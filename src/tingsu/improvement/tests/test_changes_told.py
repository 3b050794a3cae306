"""Whoever complained is told what has changed because of it, at once or when the measure has its effect (RM-14)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.casework.tests.cases import investigating
from tingsu.complaints.models import Party
from tingsu.complaints.steps.contact import usual_means
from tingsu.improvement.steps import changing
from tingsu.improvement.tests.test_rectifications import day, does, ordered
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.letters.composing import compose
from tingsu.letters.models import Letter, Notice
from tingsu.portal.story import events_of, messages
from tingsu.triage.tests.cases import step

pytestmark = pytest.mark.req("RM-14")
SAID: dict[str, Any] = {"what": ["process"], "content": "退款失败现在会自动重试并提醒专人。", "means": "portal"}


def test_a_change_is_told_by_letter_and_on_the_follow_up_page(cast: Cast) -> None:
    complaint, other = investigating(cast), investigating(cast)
    entry = ordered(cast, complaint)
    assert [code for code, _label in changing.measures_of(complaint)] == [str(entry.pk)]
    first = changing.by_the_usual_means(cast.specialist.actor, complaint)
    assert first == {"means": usual_means(complaint), "measure": str(entry.pk)}
    for wrong in ({"what": []}, {"content": ""}, {"means": ""}, {"what": ["weather"]}, {"content": "〔改了什么〕"}):
        with pytest.raises(InvalidInput):
            step(cast.specialist, complaint, "tell_change", **SAID | wrong)
    with pytest.raises(InvalidInput):
        step(cast.specialist, other, "tell_change", **SAID, measure=str(entry.pk))
    with pytest.raises(NotAllowed):
        step(cast.qa, complaint, "tell_change", **SAID)
    complaint = step(cast.specialist, complaint, "tell_change", **SAID, measure=str(entry.pk))
    letter = Letter.objects.get(stream_id=complaint.pk, template="change_made")
    assert SAID["content"] in compose(letter)[0].body
    party = Party.objects.get(complaint=complaint, role="complainant")
    told = [
        one for one in messages(complaint, party, events_of(complaint), now()) if one.kind == "complaint.change_told"
    ]
    assert [one.text for one in told] == [SAID["content"]]
    step(cast.specialist, complaint, "tell_change", **SAID | {"means": "phone"})
    assert Letter.objects.filter(template="change_made").count() == 1, (
        "what was said on the telephone is not written again"
    )


def test_whoever_owns_the_case_hears_when_the_measure_has_its_effect(cast: Cast) -> None:
    entry = ordered(cast, until=2, check=5)
    does(cast.dept2, entry, "finish", done_on=day(0).isoformat(), result="已上线")
    assert not Notice.objects.filter(kind="case.change_to_tell").exists()
    with travel_to(now() + timedelta(days=6)):
        does(cast.qa, entry, "confirm", effect="两个月无同类")
    assert set(Notice.objects.filter(kind="case.change_to_tell").values_list("member_id", flat=True)) == {
        cast.specialist.id
    }
