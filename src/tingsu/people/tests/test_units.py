"""Units of the three-level structure (OG-05)."""

import pytest

from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.models import Event
from tingsu.people import actions, errors, queries
from tingsu.people.models import Unit

NAME = {"zh-Hans": "门店运营部", "en": "Store operations"}


def kinds_of(stream_id) -> list[str]:
    return list(Event.objects.filter(stream_id=stream_id).order_by("seq").values_list("kind", flat=True))


@pytest.mark.req("OG-05")
@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("committee", 1),
        ("centre", 2),
        ("intake", 2),
        ("investigation", 2),
        ("handling", 2),
        ("data", 2),
        ("department", 3),
        ("function", 3),
    ],
)
def test_each_kind_of_unit_stands_on_its_level(organisation, kind, level) -> None:
    assert Unit(kind=kind).level == level


@pytest.mark.req("OG-05")
def test_a_unit_is_opened_changed_and_closed_with_its_history(cast) -> None:
    actor = cast.supervisor.actor
    unit = actions.open_unit(
        actor=actor, code="stores", name=NAME, kind="department", parent_id=cast.units["centre"].pk
    )
    assert queries.unit_name(unit.pk, "en") == "Store operations"
    assert unit in queries.units(kind="department")
    actions.change_unit(actor=actor, unit_id=unit.pk, topics=["consumer"], name=NAME)
    assert queries.units_for_topic("consumer") == [unit]
    assert actions.change_unit(actor=actor, unit_id=unit.pk, topics=["consumer"]).topics == ["consumer"]
    actions.close_unit(actor=actor, unit_id=unit.pk)
    assert unit.pk not in {one.pk for one in queries.units()}
    with pytest.raises(errors.AlreadySo):
        actions.close_unit(actor=actor, unit_id=unit.pk)
    actions.reopen_unit(actor=actor, unit_id=unit.pk)
    assert kinds_of(unit.pk) == ["unit.opened", "unit.changed", "unit.closed", "unit.reopened"]
    assert Event.objects.get(stream_id=unit.pk, kind="unit.changed").data["set"] == {"topics": [[], ["consumer"]]}


@pytest.mark.req("OG-05")
def test_a_unit_needs_two_names_a_kind_and_a_code_of_its_own(cast) -> None:
    actor = cast.supervisor.actor
    with pytest.raises(InvalidInput) as refusal:
        actions.open_unit(actor=actor, code="stores", name={"zh-Hans": "门店", "en": " "}, kind="shop")
    assert set(refusal.value.fields) == {"name", "kind"}
    with pytest.raises(errors.UnitCodeTaken):
        actions.open_unit(actor=actor, code="intake", name=NAME, kind="department")
    assert not Event.objects.filter(kind="unit.opened").exists()
    assert actions.open_unit(actor=actor, code="stores", name=NAME, kind="department")


@pytest.mark.req("OG-05", "PS-03")
def test_only_those_who_manage_people_change_units(cast) -> None:
    for person in (cast.frontline, cast.specialist, cast.dept, cast.auditor, cast.dso, cast.top_mgmt):
        with pytest.raises(NotAllowed):
            actions.open_unit(actor=person.actor, code="stores", name=NAME, kind="department")
    assert actions.open_unit(actor=cast.mgmt_rep.actor, code="stores", name=NAME, kind="department")


@pytest.mark.req("OG-05")
def test_no_unit_stands_below_itself(cast) -> None:
    actor = cast.supervisor.actor
    upper = actions.open_unit(actor=actor, code="upper", name=NAME, kind="department")
    lower = actions.open_unit(actor=actor, code="lower", name=NAME, kind="department", parent_id=upper.pk)
    for above in (upper.pk, lower.pk):
        with pytest.raises(errors.UnitLoop):
            actions.change_unit(actor=actor, unit_id=upper.pk, parent_id=above)
    assert actions.change_unit(actor=actor, unit_id=lower.pk, parent_id=None).parent_id is None


@pytest.mark.req("OG-05")
def test_a_unit_with_people_or_units_below_is_not_closed(cast) -> None:
    actor = cast.supervisor.actor
    upper = actions.open_unit(actor=actor, code="upper", name=NAME, kind="department")
    lower = actions.open_unit(actor=actor, code="lower", name=NAME, kind="department", parent_id=upper.pk)
    post = actions.give_post(actor=actor, member_id=cast.dept.id, unit_id=lower.pk, role="dept")
    for unit in (upper, lower):
        with pytest.raises(errors.UnitInUse):
            actions.close_unit(actor=actor, unit_id=unit.pk)
    actions.end_post(actor=actor, post_id=post.pk)
    actions.close_unit(actor=actor, unit_id=lower.pk)
    assert not actions.close_unit(actor=actor, unit_id=upper.pk).active
