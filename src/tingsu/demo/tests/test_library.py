"""The demo's prose is complete: every slot has a value, every product a telling names is on sale, nothing is real."""

import re
from datetime import UTC, datetime

import pytest

from tingsu.complaints.terms import CATEGORIES, ObjectType, ProblemType
from tingsu.demo import library
from tingsu.demo.company import TOPICS
from tingsu.demo.plans import make_plans
from tingsu.demo.staff import CONTACTS
from tingsu.people.models import Unit
from tingsu.people.roles import MediatorLevel, Role, StaffLevel

ANCHOR = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
STAFF_WORDS = ("ask", "yes", "no", "cause", "why_not", "offer", "direct", "fix", "lesson")


@pytest.mark.parametrize("family", library.families().values(), ids=lambda family: family.code)
def test_each_cause_can_be_told_and_handled(family: library.Family) -> None:
    assert len(family.tellings) >= 3
    assert family.type in ProblemType.values
    assert family.object in ObjectType.values
    assert set(family.cats) <= set(CATEGORIES)
    assert family.other or 35 not in family.cats
    assert family.dept in CONTACTS
    assert set(family.demands) <= set(library.words()["demand"])
    assert all(36 <= number <= 53 for number in family.remedies)
    assert all(basis.split(":")[0] in {"law", "standard", "rule", "contract", "commitment"} for basis in family.basis)


def test_the_products_that_tellings_name_are_on_sale() -> None:
    names = [product.zh for product in library.products()]
    for family in library.families().values():
        for telling in family.tellings:
            wanted = telling[1:].split("]")[0].partition(":")[2]
            assert any(wanted in name for name in names), (family.code, wanted)


def test_every_slot_of_every_text_is_filled() -> None:
    for plan in make_plans(seed="slots", anchor=ANCHOR, count=900):
        assert "{" not in plan.description
        for name in STAFF_WORDS:
            assert "{" not in library.fill(getattr(plan.family, name), plan.staff_slots)


def test_a_slot_that_nobody_fills_is_refused() -> None:
    with pytest.raises(KeyError, match="colour"):
        library.fill("a {colour} parcel", {"product": "kettle"})


def test_letters_blame_nobody_and_sell_nothing() -> None:
    """The words of look-and-feel §7: no exclamation marks, no 亲, no thanks for support, in what staff write."""
    for family in library.families().values():
        for name in ("why_not", "offer", "direct"):
            text = getattr(family, name)
            assert not re.search(r"[！!亲]|您的支持|刁民|闹事", text), (family.code, name)


@pytest.mark.req("OG-03", "OG-05", "AK-05")
def test_the_company_has_the_three_levels_and_every_role_with_a_work_identity() -> None:
    data = library.organisation()
    units = {unit["code"]: unit for unit in data["unit"]}
    assert {unit["kind"] for unit in units.values()} == set(Unit.Kind.values)
    assert set(TOPICS) <= set(units)
    roles = {role for person in data["staff"] for role in person["roles"]}
    assert roles == set(Role.values) - {Role.AI_AGENT}
    for person in data["staff"]:
        assert person["unit"] in units
        assert person["name"] not in person["alias"].values()
        assert person.get("staff_level", "") in {"", *StaffLevel.values}
        assert person.get("mediator", "") in {"", *MediatorLevel.values}


def test_nobody_real_can_be_reached() -> None:
    for plan in make_plans(seed="people", anchor=ANCHOR, count=300):
        assert re.fullmatch(r"(1380000|1390013)\d{4}", plan.person.phone)
        assert re.fullmatch(r"[^@]+@example\.(com|org)", plan.person.email)
