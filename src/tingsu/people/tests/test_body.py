"""The complaint handling body: where it stands, what each post does, who sits in the committee (OG-01, OG-05)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from tests.cast import Cast
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.models import Event, Organisation
from tingsu.kernel.organisations import forget_organisations
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.people import actions, directory
from tingsu.people.conformity import not_conforming
from tingsu.people.errors import AlreadySo, SecondBody
from tingsu.people.models import Post, Unit

pytestmark = pytest.mark.django_db
NAME = {"zh-Hans": "投诉二中心", "en": "Second centre"}


def said() -> str:
    directory.forget_cached()
    with translation.override("en"):
        return " ".join(str(one) for one in not_conforming())


def post_of(person: Any) -> Post:
    return Post.objects.get(member_id=person.id)


def opened_body(cast: Cast) -> Unit:
    """A body with a history of its own, in the place of the one that the cast was built with."""
    Unit.objects.filter(kind="centre").update(kind="handling")
    return actions.open_unit(
        actor=cast.supervisor.actor, code="body", name=NAME, kind="centre", parent_id=cast.units["committee"].pk, hosting="independent"
    )  # fmt: skip


PLACES = [
    # where the body stands, what it belongs to, what the field says
    ("independent", None, ""),
    ("independent", "committee", ""),
    ("independent", "legal", "host_mismatch"),
    ("quality", "quality", ""),
    ("sales", "sales", ""),
    ("service", "sales", ""),
    ("quality", None, "host_missing"),
    ("sales", "committee", "host_missing"),
    ("elsewhere", "sales", "choice"),
]


@pytest.mark.req("OG-01")
@pytest.mark.parametrize(("hosting", "parent", "refused"), PLACES)
def test_the_body_is_independent_or_inside_the_department_that_hosts_it(
    cast: Cast, hosting: str, parent: str | None, refused: str
) -> None:
    actor = cast.supervisor.actor
    units = dict(cast.units)
    for code, kind in (("quality", "function"), ("sales", "department")):
        units[code] = actions.open_unit(actor=actor, code=code, name=NAME, kind=kind)
    wanted = {"hosting": hosting, "parent_id": units[parent].pk if parent else None}
    centre = opened_body(cast).pk
    if refused:
        with pytest.raises(InvalidInput) as answer:
            actions.change_unit(actor=actor, unit_id=centre, **wanted)
        assert {name: one.code for name, one in answer.value.fields.items()} == {"hosting": refused}
        assert Unit.objects.get(pk=centre).hosting == "independent"
    else:
        assert actions.change_unit(actor=actor, unit_id=centre, **wanted).hosting == hosting


@pytest.mark.req("OG-01")
def test_no_other_unit_says_where_the_body_stands(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.open_unit(actor=cast.supervisor.actor, code="x", name=NAME, kind="department", hosting="independent")
    assert refused.value.fields["hosting"].code == "hosting_of_body"


@pytest.mark.req("OG-01")
def test_there_is_one_body(cast: Cast) -> None:
    actor = cast.supervisor.actor
    with pytest.raises(SecondBody):
        actions.open_unit(actor=actor, code="two", name=NAME, kind="centre")
    other = actions.open_unit(actor=actor, code="two", name=NAME, kind="handling")
    with pytest.raises(SecondBody):
        actions.change_unit(actor=actor, unit_id=other.pk, kind="centre")
    actions.close_unit(actor=actor, unit_id=other.pk)
    Unit.objects.filter(pk=other.pk).update(kind="centre")
    with pytest.raises(SecondBody):
        actions.reopen_unit(actor=actor, unit_id=other.pk)


@pytest.mark.req("OG-01")
def test_what_is_missing_of_the_body_is_reported(cast: Cast, sign_in: Callable) -> None:
    centre = Unit.objects.filter(kind="centre")
    assert "centre" not in said()
    centre.update(hosting="")
    assert "It is not noted whether" in said()
    assert "尚未注明投诉处理中心" in sign_in(cast.supervisor).get(reverse("people:units")).content.decode()
    centre.update(active=False)
    assert "No complaint handling body" in said()
    centre.update(active=True, hosting="independent")
    Post.objects.update(full_time=False)
    assert "nobody who works on complaints full time" in said()
    Post.objects.filter(member_id=cast.specialist.id).update(full_time=True)
    assert "full time" not in said()
    # somebody full time in a department is not of the body
    Post.objects.filter(member_id=cast.specialist.id).update(unit=cast.units["logistics"])
    assert "full time" in said()


@pytest.mark.req("OG-01")
def test_the_pages_show_where_the_body_stands_and_who_works_full_time(cast: Cast, sign_in: Callable) -> None:
    client, centre = sign_in(cast.supervisor), opened_body(cast)
    Post.objects.exclude(member_id=cast.specialist.id).update(full_time=False)
    directory.forget_cached()
    page = client.get(reverse("people:units"))
    assert [who for who, _unit in page.context["full_time"]] == ["工号 2001（2001）"]
    told = page.content.decode()
    assert "<p>工号 2001（2001） · " in told[told.index("专职投诉处理人员") :]
    assert "独立设置" in page.content.decode()
    address = reverse("people:unit", args=[centre.pk])
    form = client.get(address).context["form"]
    typed = {**form.initial, "hosting": "sales"}
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "所在的部门" in refused.content.decode()
    assert client.post(address, {**typed, "parent": str(cast.units["logistics"].pk)}).status_code == 303
    event = Event.objects.get(stream_id=centre.pk, kind="unit.changed")
    assert event.body["set"]["hosting"] == ["independent", "sales"]


@pytest.mark.req("OG-01", "OG-11")
def test_the_duties_of_a_post_are_written_down_told_and_confirmed_anew(cast: Cast, sign_in: Callable) -> None:
    post = post_of(cast.specialist)
    actions.confirm_post(actor=cast.specialist.actor, post_id=post.pk)
    client, address = sign_in(cast.supervisor), reverse("people:post_duties", args=[post.pk])
    assert client.post(address, {"duties": "x" * 1001}).status_code == 422
    assert client.post(address, {"duties": "负责华东区投诉的调查取证"}).status_code == 303
    post.refresh_from_db()
    assert (post.duties, post.confirmed_at) == ("负责华东区投诉的调查取证", None)
    assert Notice.objects.filter(kind="post.described", member_id=cast.specialist.id).count() == 1
    assert "华东" not in str(Event.objects.get(kind="member.post_described").body)
    mine = sign_in(cast.specialist).get(reverse("people:mine")).content.decode()
    assert "负责华东区投诉的调查取证" in mine
    assert "执行制度" in mine or "实事求是" in mine, "the duties of the role stand there too"
    unit = sign_in(cast.supervisor).get(reverse("people:unit", args=[post.unit_id])).content.decode()
    assert "负责华东区投诉的调查取证" in unit
    assert list(verify_organisation(Tally())) == []
    again = Event.objects.filter(kind="member.post_described").count()
    actions.describe_post(actor=cast.supervisor.actor, post_id=post.pk, duties="负责华东区投诉的调查取证")
    assert Event.objects.filter(kind="member.post_described").count() == again


@pytest.mark.req("OG-01", "PS-03")
@pytest.mark.parametrize("name", ["frontline", "specialist", "dept", "auditor", "top_mgmt", "supervisor", "mgmt_rep"])
def test_who_manages_people_writes_duties(cast: Cast, sign_in: Callable, name: str) -> None:
    may = name in {"supervisor", "mgmt_rep"}
    address = reverse("people:post_duties", args=[post_of(cast.frontline2).pk])
    answer = sign_in(getattr(cast, name)).post(address, {"duties": "接听热线"})
    assert answer.status_code == (303 if may else 403)
    assert (post_of(cast.frontline2).duties == "接听热线") is may
    if not may:
        with pytest.raises(NotAllowed):
            actions.describe_post(
                actor=getattr(cast, name).actor, post_id=post_of(cast.frontline2).pk, duties="接听热线"
            )


def test_an_ended_post_has_no_duties_any_more(cast: Cast, sign_in: Callable) -> None:
    post = post_of(cast.frontline2)
    Post.objects.filter(pk=post.pk).update(until=now() - timedelta(days=1))
    with pytest.raises(AlreadySo):
        actions.describe_post(actor=cast.supervisor.actor, post_id=post.pk, duties="x")
    assert sign_in(cast.supervisor).get(reverse("people:post_duties", args=[post.pk])).status_code == 404


@pytest.mark.req("OG-05")
def test_the_committee_has_four_seats_by_function_each_held_by_one(cast: Cast, sign_in: Callable) -> None:
    Organisation.objects.filter(pk=cast.organisation_id).update(profile="svc")
    forget_organisations()
    assert "General manager, Deputy general manager for service, Head of legal, Head of quality inspection" in said()
    Post.objects.filter(member_id=cast.top_mgmt.id).update(seat="general_manager")
    Post.objects.filter(member_id=cast.mgmt_rep.id).update(seat="deputy_service")
    assert "as: Head of legal, Head of quality inspection." in said()
    give = {"actor": cast.supervisor.actor, "unit_id": cast.units["committee"].pk}
    actions.give_post(**give, member_id=cast.function.id, role="function", seat="legal")
    with pytest.raises(InvalidInput) as taken:
        actions.give_post(**give, member_id=cast.dept.id, role="function", seat="legal")
    assert taken.value.fields["seat"].code == "seat_taken"
    outside: dict[str, Any] = {**give, "unit_id": cast.units["logistics"].pk}
    with pytest.raises(InvalidInput) as wrong:
        actions.give_post(**outside, member_id=cast.dept2.id, role="dept", seat="quality")
    assert wrong.value.fields["seat"].code == "seat_of_committee"
    client = sign_in(cast.supervisor)
    typed = {"unit": str(cast.units["committee"].pk), "role": "qa", "seat": "quality", "full_time": "on"}
    assert client.post(reverse("people:new_post", args=[cast.qa.id]), typed).status_code == 303
    assert "Nobody sits" not in said()
    page = client.get(reverse("people:units"))
    assert dict(page.context["seats"]) == {
        "总经理": "工号 3003（3003）", "分管服务的副总经理": "工号 3002（3002）", "法务负责人": "工号 4101（4101）", "质检负责人": "工号 6001（6001）",
    }  # fmt: skip
    told = " ".join(page.content.decode().split())
    for seat, holder in page.context["seats"]:
        assert f"<dt>{seat}</dt> <dd>{holder}</dd>" in told
    forget_organisations()


@pytest.mark.req("OG-05")
@pytest.mark.parametrize("profile", ["sz", "strictest", "micro", "isc"])
def test_without_the_structure_of_svc_no_seat_is_asked_for(cast: Cast, profile: str) -> None:
    Organisation.objects.filter(pk=cast.organisation_id).update(profile=profile)
    forget_organisations()
    assert "Nobody sits" not in said()
    forget_organisations()


@pytest.mark.req("OG-05")
def test_a_seat_is_free_again_when_the_post_ended(cast: Cast) -> None:
    Post.objects.filter(member_id=cast.function.id).update(unit=cast.units["committee"], seat="legal", until=now())
    give = {"actor": cast.supervisor.actor, "unit_id": cast.units["committee"].pk}
    assert actions.give_post(**give, member_id=cast.dept2.id, role="function", seat="legal").seat == "legal"
