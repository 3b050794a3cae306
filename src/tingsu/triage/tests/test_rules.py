"""Categories, criteria and routing as rulebooks: what may change and what stays."""

import pytest

from tests.approving import approved
from tests.cast import Cast
from tingsu.complaints import routing, terms
from tingsu.complaints.process import PROCESS
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.process.steps import options_of
from tingsu.triage import classification, criteria, risk_rules
from tingsu.triage.rules import publish_triage_rules


@pytest.mark.req("TR-03")
def test_the_35_categories_are_offered_in_order_with_sub_categories_behind_their_category(cast: Cast) -> None:
    body = classification.shipped() | {
        "subcategories": [{"code": "6.1", "name": {"zh-Hans": "态度恶劣", "en": "Rudeness"}}]
    }
    approved(cast, lambda: publish_triage_rules(actor=cast.supervisor.actor, kind=classification.KIND, body=body))
    codes = [code for code, _label in options_of(PROCESS["assess_and_grade"].field("categories"))]
    assert codes[:8] == ["1", "2", "3", "4", "5", "6", "6.1", "7"]
    assert len(codes) == 36


@pytest.mark.req("TR-03", "TR-22")
@pytest.mark.parametrize(
    "change",
    [
        {"subcategories": [{"code": "36.1", "name": {"zh-Hans": "甲", "en": "A"}}]},
        {"subcategories": [{"code": "6", "name": {"zh-Hans": "甲", "en": "A"}}]},
        {"subcategories": [{"code": "6.1", "name": {"zh-Hans": "甲"}}]},
        {"subcategories": [{"code": "6.1", "name": {"zh-Hans": "甲", "en": "A"}}] * 2},
        {"problem_types": {}},
        {"mapping": [{"category": "99", "problem_type": "consumer", "object_type": "service"}]},
        {"mapping": [{"category": "1", "problem_type": "consumer", "object_type": "service"}] * 2},
    ],
)
def test_a_wrong_category_book_is_refused(change: dict) -> None:
    classification.check(classification.shipped())
    with pytest.raises(InvalidInput):
        classification.check(classification.shipped() | change)


@pytest.mark.req("TR-22")
def test_the_mapping_proposes_problem_type_and_object() -> None:
    body = classification.shipped()
    assert classification.propose([5, 7, 9], body) == ("product", "product")
    assert classification.propose([3], body) == ("consumer", "service")
    assert classification.propose([], body) == ("", "")
    assert {int(line["category"]) for line in body["mapping"]} == set(terms.CATEGORIES)


@pytest.mark.req("TR-09")
def test_every_step_of_the_scale_comes_with_guidance(cast: Cast) -> None:
    options = options_of(PROCESS["assess_and_grade"].field("safety"))
    assert [code for code, _label in options] == ["1", "2", "3", "4", "5"]
    assert all(len(str(label)) > 8 for _code, label in options)


@pytest.mark.req("TR-09", "TR-20")
@pytest.mark.parametrize(
    "change",
    [
        {"scale": []},
        {"scale": [{"value": 2, "name": {"zh-Hans": "二", "en": "two"}}]},
        {"criteria": criteria.shipped()["criteria"][:4]},
    ],
)
def test_the_five_criteria_stay(change: dict) -> None:
    criteria.check(criteria.shipped())
    with pytest.raises(InvalidInput):
        criteria.check(criteria.shipped() | change)


@pytest.mark.req("TR-06")
def test_only_the_supervisor_publishes_risk_rules(cast: Cast) -> None:
    for person in (cast.specialist, cast.mgmt_rep, cast.frontline):
        with pytest.raises(NotAllowed):
            publish_triage_rules(actor=person.actor, kind=risk_rules.KIND, body=risk_rules.shipped())
    assert rulebooks.in_force(risk_rules.KIND).version == 0
    proposal = {"actor": cast.supervisor.actor, "kind": risk_rules.KIND, "body": risk_rules.shipped()}
    approved(cast, lambda: publish_triage_rules(**proposal))
    assert rulebooks.in_force(risk_rules.KIND).version == 1


LINES = [
    {"problem_type": "consumer", "unit": "logistics"},
    {"problem_type": "consumer", "product": "空气炸锅", "unit": "after_sales"},
    {"product": "", "branch": "深圳", "unit": "store_ops"},
]


@pytest.mark.req("AS-05")
@pytest.mark.parametrize(
    ("problem_type", "product", "branch", "unit"),
    [
        ("consumer", "电饭煲", "", "logistics"),
        ("consumer", "空气炸锅 5L", "", "after_sales"),
        ("consumer", "空气炸锅 5L", "深圳南山店", "store_ops"),
        ("product", "空气炸锅 5L", "", ""),
    ],
)
def test_the_most_particular_line_routes(problem_type: str, product: str, branch: str, unit: str) -> None:
    assert routing.route(problem_type, product, branch, LINES) == unit


@pytest.mark.req("AS-05", "CO-04")
def test_topics_and_the_default_queue_stand_in_for_missing_lines(cast: Cast) -> None:
    assert routing.department_for("consumer") is None
    assert routing.topics_without_department() == list(terms.ProblemType.values)
    body = {"lines": [{"problem_type": "operation", "unit": "finance"}], "default": "logistics"}
    approved(cast, lambda: publish_triage_rules(actor=cast.supervisor.actor, kind=routing.KIND, body=body))
    assert routing.department_for("operation").code == "finance"
    assert routing.department_for("consumer").code == "logistics"
    assert routing.topics_without_department() == []


@pytest.mark.req("AS-05", "VL-11")
@pytest.mark.parametrize(
    "body",
    [
        {"lines": [{"problem_type": "consumer", "unit": "nowhere"}], "default": ""},
        {"lines": [{"problem_type": "consumer", "unit": "legal"}], "default": ""},
        {"lines": [{"customer": "vip", "unit": "finance"}], "default": ""},
        {"lines": [], "default": "nowhere"},
    ],
)
def test_routing_to_nobody_or_by_who_complains_is_refused(cast: Cast, body: dict) -> None:
    routing.check({"lines": [{"problem_type": "consumer", "unit": "finance"}], "default": "logistics"})
    with pytest.raises(InvalidInput):
        routing.check(body)
