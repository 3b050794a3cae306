"""Posts: periods, levels, confirmation by the holder (OG-11, PE-05, MD-02)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.people import actions, errors
from tingsu.people.access import actor_of
from tingsu.people.actions import posts
from tingsu.people.models import Member, Post

MARCH, JUNE, SEPTEMBER = (datetime(2027, month, 1, tzinfo=UTC) for month in (3, 6, 9))


def give(cast, **values):
    wanted = {"member_id": cast.coach.id, "unit_id": cast.units["intake"].pk, "role": "specialist"}
    return actions.give_post(actor=cast.supervisor.actor, **(wanted | values))


@pytest.mark.req("OG-11")
def test_a_post_is_given_told_by_an_event_and_confirmed_by_its_holder_alone(cast) -> None:
    post = give(cast)
    event = Event.objects.get(stream_id=cast.coach.id, kind="member.post_given")
    assert (event.data["role"], event.data["post"]) == ("specialist", str(post.pk))
    assert post.confirmed_at is None
    notice = Notice.objects.get(kind="post.given")
    assert (notice.member_id, notice.data["role"]) == (cast.coach.id, "specialist")
    for other in (cast.supervisor, cast.frontline):
        with pytest.raises(NotAllowed):
            actions.confirm_post(actor=other.actor, post_id=post.pk)
    other = give(cast, unit_id=cast.units["handling"].pk, role="mediator", mediator_level="junior")
    confirmed = actions.confirm_post(actor=cast.coach.actor, post_id=post.pk)
    assert confirmed.confirmed_at
    waiting = Notice.objects.filter(member_id=cast.coach.id, kind="post.given", read_at=None)
    assert [one.data["post"] for one in waiting] == [str(other.pk)], "what was confirmed asks no more"
    again = actions.confirm_post(actor=cast.coach.actor, post_id=post.pk)
    assert again.confirmed_at == confirmed.confirmed_at
    assert Event.objects.filter(stream_id=cast.coach.id, kind="member.post_confirmed").count() == 1


@pytest.mark.req("OG-11")
@pytest.mark.parametrize(
    ("since", "until", "overlaps"),
    [
        (MARCH, JUNE, True),
        (MARCH - timedelta(days=1), MARCH, False),
        (MARCH - timedelta(days=1), MARCH + timedelta(seconds=1), True),
        (JUNE, SEPTEMBER, False),
        (JUNE - timedelta(seconds=1), SEPTEMBER, True),
        (MARCH + timedelta(days=5), MARCH + timedelta(days=6), True),
        (MARCH - timedelta(days=9), None, True),
        (JUNE, None, False),
    ],
)
def test_periods_of_one_post_never_overlap(cast, since, until, overlaps) -> None:
    give(cast, since=MARCH, until=JUNE)
    if overlaps:
        with pytest.raises(errors.PeriodsOverlap):
            give(cast, since=since, until=until)
        assert Post.objects.filter(member_id=cast.coach.id, role="specialist").count() == 1
    else:
        assert give(cast, since=since, until=until)
    # another role, another unit and another person are other posts
    assert give(cast, since=since, until=until, role="frontline")
    assert give(cast, since=since, until=until, unit_id=cast.units["handling"].pk)
    assert give(cast, since=since, until=until, member_id=cast.frontline.id)


@pytest.mark.req("OG-11")
def test_a_post_holds_rights_only_while_it_runs(cast) -> None:
    give(cast, since=MARCH, until=JUNE)
    member = Member.objects.get(pk=cast.coach.id)
    for at, held in (
        (MARCH - timedelta(seconds=1), False),
        (MARCH, True),
        (JUNE - timedelta(seconds=1), True),
        (JUNE, False),
    ):
        with travel_to(at):
            assert ("specialist" in actor_of(member).roles) is held


@pytest.mark.req("OG-11")
def test_a_post_ends_and_stays_in_the_history(cast) -> None:
    post = give(cast)
    actions.end_post(actor=cast.supervisor.actor, post_id=post.pk)
    assert "specialist" not in actor_of(Member.objects.get(pk=cast.coach.id)).roles
    with pytest.raises(errors.AlreadySo):
        actions.end_post(actor=cast.supervisor.actor, post_id=post.pk)
    assert Post.objects.filter(pk=post.pk).exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"role": "king"}, "role"),
        ({"staff_level": "vip"}, "staff_level"),
        ({"mediator_level": "vip"}, "mediator_level"),
        ({"role": "mediator"}, "mediator_level"),
        ({"seat": "throne"}, "seat"),
    ],
)
def test_codes_outside_the_lists_are_refused(cast, values, field) -> None:
    with pytest.raises(InvalidInput) as refusal:
        give(cast, **values)
    assert set(refusal.value.fields) == {field}
    assert give(cast, role="mediator", mediator_level="junior")


@pytest.mark.req("OG-11")
def test_backward_periods_closed_units_and_former_members_get_no_post(cast) -> None:
    for until in (MARCH, JUNE):
        with pytest.raises(errors.PeriodBackwards):
            give(cast, since=JUNE, until=until)
    closed = actions.open_unit(
        actor=cast.supervisor.actor, code="closed", name={"zh-Hans": "旧部", "en": "Old"}, kind="department"
    )
    actions.close_unit(actor=cast.supervisor.actor, unit_id=closed.pk)
    with pytest.raises(NotFound):
        give(cast, unit_id=closed.pk)
    actions.deactivate_member(actor=cast.supervisor.actor, member_id=cast.coach.id)
    with pytest.raises(NotFound):
        give(cast)
    assert give(cast, member_id=cast.frontline.id, since=now())


@pytest.mark.req("PS-03")
def test_only_those_who_manage_people_give_posts(cast) -> None:
    for person in (cast.frontline, cast.coach, cast.dept, cast.top_mgmt, cast.dso):
        with pytest.raises(NotAllowed):
            actions.give_post(
                actor=person.actor, member_id=cast.coach.id, unit_id=cast.units["intake"].pk, role="supervisor"
            )
    assert give(cast)


@pytest.mark.req("OG-01", "OG-11", "PS-07")
def test_duties_are_confirmed_anew_unless_ones_own_and_only_anothers_rights_end_a_session(
    cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[Any] = []
    monkeypatch.setattr(posts.sessions, "end", ended.append)
    account = Member.objects.get(pk=cast.coach.id).account_id
    post = give(cast)
    assert ended == [account], "whose rights change signs in anew"
    actions.confirm_post(actor=cast.coach.actor, post_id=post.pk)
    told = lambda: Event.objects.filter(stream_id=cast.coach.id, kind="member.post_described").count()  # noqa: E731
    for who, duties, confirmed, events in (
        (cast.supervisor, "核对回单", False, 1), (cast.supervisor, " 核对回单 ", False, 1), (cast.supervisor, "核对回单，每周报告", False, 2),
    ):  # fmt: skip
        found = actions.describe_post(actor=who.actor, post_id=post.pk, duties=duties)
        assert (bool(found.confirmed_at), found.duties, told()) == (confirmed, duties.strip(), events)
    own = Post.objects.get(member_id=cast.supervisor.id, role="supervisor")
    Post.objects.filter(pk=own.pk).update(confirmed_at=MARCH)
    assert actions.describe_post(actor=cast.supervisor.actor, post_id=own.pk, duties="带班").confirmed_at == MARCH
    actions.end_post(actor=cast.supervisor.actor, post_id=post.pk)
    assert ended == [account, account]


@pytest.mark.req("OG-05")
def test_a_seat_is_one_of_the_committee_and_has_one_holder_at_a_time(cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        give(cast, seat="legal")
    assert isinstance(refused.value.fields["seat"], errors.SeatOfCommittee)
    unit = actions.open_unit(
        actor=cast.supervisor.actor, code="board", name={"zh-Hans": "委员会", "en": "Board"}, kind="committee"
    )
    seat: dict[str, Any] = {"unit_id": unit.pk, "role": "qa", "seat": "legal"}
    with pytest.raises(InvalidInput):
        give(cast, **seat | {"seat": "throne"})
    give(cast, **seat, since=MARCH, until=JUNE)
    for since, until, taken in (
        (MARCH, JUNE, True),
        (JUNE - timedelta(seconds=1), None, True),
        (JUNE, SEPTEMBER, False),
    ):
        other = seat | {"member_id": cast.frontline.id, "since": since, "until": until}
        if not taken:
            assert give(cast, **other)
            continue
        with pytest.raises(InvalidInput) as refused:
            give(cast, **other)
        assert isinstance(refused.value.fields["seat"], errors.SeatTaken)
    Member.objects.filter(pk=cast.coach.id).update(active=False)
    assert give(cast, **seat, member_id=cast.frontline2.id, since=MARCH, until=JUNE), "who has left holds no seat"
