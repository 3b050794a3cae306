"""Type, object, categories, scene, grade, urgency, marks and whom it is about: each narrows queue, API and export, and is told (TR-22)."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.partners import name_partners
from tingsu.api.tokens import issue_token
from tingsu.complaints import lists
from tingsu.complaints.fields import FILTERS, code_words
from tingsu.complaints.marks import write_marks
from tingsu.complaints.models import Complaint
from tingsu.desk import exports
from tingsu.desk.tests.cases import a_case
from tingsu.kernel.actor import automation

OTHERWISE = {
    "kind": "report", "problem_type": "ip", "object_type": "personnel", "categories": "35", "scene": "store", "grade": "high_risk",
    "urgency": "urgent", "product_type": "fresh", "content_kind": "person", "province": "44", "mode": "letter", "channel": "store", "anonymous": "yes",
    "group": "elderly", "customer_type": "dealer", "language": "en", "format": "braille", "reply_expected": "no", "state": "handling",
    "withdrawn": "yes", "major": "yes", "crisis": "yes", "difficult": "yes", "supervised": "yes", "reasonable_open": "yes", "loss_claimed": "yes",
    "risk_marks": "opinion", "escalation_level": "yes", "waiting_on": "outside", "verdict": "founded", "outcome": "accepted",
    "repeated": "yes", "occurred_part": "evening", "first_validity": "likely", "first_impact": "several",
    "partner_concerned": "shunfeng",
}  # fmt: skip
"""A value for each filter that the first case has not."""


@pytest.mark.req("TR-22", "CA-56")
def test_each_classification_and_mark_narrows_queue_api_and_export_by_itself_and_is_told_in_the_file(
    sign_in, client, cast: Cast
):
    assert set(OTHERWISE) == {one.name for one in FILTERS}, "a new filter needs a line"
    assert {"problem_type", "object_type", "categories", "scene", "grade", "urgency", "risk_marks"} <= set(OTHERWISE)
    name_partners(cast, ("shunfeng", "carrier", "顺达快运"))
    plain = a_case(cast.frontline, demands=[{"kind": "apology"}])
    numbers = {}
    by_name = {one.name: one for one in FILTERS}
    for name, code in OTHERWISE.items():
        one, row = by_name[name], a_case(cast.frontline, demands=[{"kind": "apology"}])
        value = {"categories": [{"no": 35}], "risk_marks": ["opinion"], "escalation_level": 3}.get(name)
        if value is None:
            value = code == "yes" if one.field.kind == "bool" or isinstance(one.default, bool) else code
        Complaint.objects.filter(pk=row.pk).update(**{one.stored: value})
        row.refresh_from_db()
        write_marks(row, set(row.marks.values_list("mark", flat=True)))
        numbers[name] = row.number
    _token, secret = issue_token(
        actor=automation("test", cast.organisation_id), name="lists", scopes=("complaints:read",), roles=cast.supervisor.actor.roles,
        acts_for=cast.supervisor.id,
    )  # fmt: skip
    desk = sign_in(cast.supervisor)
    found = {}
    for name, code in OTHERWISE.items():
        page = desk.get(reverse("desk:queue"), {"view": "all", name: code})
        queue = [row.number for group in page.context["groups"] for row in group["rows"]]
        asked = client.get(f"/api/v1/complaints?{name}={code}", headers={"Authorization": f"Bearer {secret}"})
        entry = SimpleNamespace(codes={}, written=lambda question=f"view=all&{name}={code}": {"filters": question})
        exported = [line.shown.number for line in exports.rows_for(cast.supervisor.actor, entry)]
        listed = [row["number"] for row in asked.json()["items"]] if asked.status_code == 200 else asked.status_code
        found[name] = (queue, listed, exported)
    masked = {one.name for one in FILTERS if one.personal}
    assert found == {
        name: ([number], 422 if name in masked else [number], [number]) for name, number in numbers.items()
    }, "each alone, none moves another; a program finds nothing out by a filter that it may not read"
    told = {str(one.label): one.value for one in exports.columns(cast.supervisor.actor, "")}
    everything = SimpleNamespace(codes={}, written=lambda: {"filters": "view=all"})
    lines = {line.shown.number: line for line in exports.rows_for(cast.supervisor.actor, everything)}
    for name, code in OTHERWISE.items():
        label = str(by_name[name].field.label)
        if name == "state" or label not in told:
            assert name == "state" or by_name[name].personal, name
            continue
        said, usual = (str(told[label](lines[number])) for number in (numbers[name], plain.number))
        words = {"categories": "其他", "risk_marks": "舆", "escalation_level": "3"}.get(name) or (
            "是"
            if code == "yes"
            else str(lists.words(lists.BY_FIELD[name])[code])
            if name in lists.BY_FIELD
            else code_words(name, code)
        )
        assert words in said, (name, said)
        assert said != usual, name


@pytest.mark.req("PS-06")
def test_a_file_tells_of_a_person_only_what_an_export_may(cast: Cast):
    told = {one.name for one in exports.told_of(cast.supervisor.actor)}
    assert told >= {
        "problem_type",
        "object_type",
        "categories",
        "scene",
        "grade",
        "urgency",
        "risk_marks",
        "product_type",
    }
    assert not told & {"group", "customer_type", "format"}
    labels = [str(one.label) for one in exports.columns(cast.supervisor.actor, "")]
    assert ("服务场景" in labels, "特殊群体" in labels) == (True, False)
