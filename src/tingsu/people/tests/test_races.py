"""Two managers at once: the member's stream is the lock, and a turn where it is about several (OG-11, architecture §1)."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from tests.cast import Cast
from tingsu.kernel.clock import now
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.tenancy import acting_for
from tingsu.people import actions, errors
from tingsu.people.models import Post, Unit

NAME = {"zh-Hans": "单位", "en": "Unit"}


def at_once(cast: Cast, *acts: Callable[[], object]) -> list[str]:
    """The acts begun in the same moment, each on a connection of its own; what became of each, sorted."""
    start = threading.Barrier(len(acts))
    outcomes: list[str] = []

    def run(act: Callable[[], object]) -> None:
        with acting_for(cast.organisation_id):
            start.wait(timeout=20)
            try:
                act()
                outcomes.append("done")
            except TingsuError as refusal:
                inner = next(iter(getattr(refusal, "fields", {}).values()), refusal)
                outcomes.append(type(inner).__name__)
            finally:
                connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(outcomes)


@pytest.mark.req("OG-11")
@pytest.mark.django_db(transaction=True)
def test_of_two_overlapping_posts_given_at_once_one_is_refused(cast: Cast) -> None:
    since = now() + timedelta(hours=1)
    post = {"member_id": cast.coach.id, "unit_id": cast.units["intake"].pk, "role": "specialist", "since": since}
    give = [lambda: actions.give_post(actor=cast.supervisor.actor, **post)] * 2
    assert at_once(cast, *give) == ["PeriodsOverlap", "done"]
    assert Post.objects.filter(member_id=cast.coach.id, role="specialist").count() == 1


@pytest.mark.req("OG-05", "OG-11")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_are_given_one_seat_at_once_one_gets_it(cast: Cast) -> None:
    place = {"unit_id": cast.units["committee"].pk, "role": "function", "seat": "legal"}
    outcomes = at_once(
        cast,
        *(
            lambda one=one: actions.give_post(actor=cast.mgmt_rep.actor, member_id=one.id, **place)
            for one in (cast.coach, cast.specialist)
        ),
    )
    assert outcomes == ["SeatTaken", "done"]
    assert Post.objects.filter(seat="legal").count() == 1


@pytest.mark.req("OG-11")
@pytest.mark.django_db(transaction=True)
def test_a_unit_is_not_closed_while_somebody_is_given_a_post_in_it(cast: Cast) -> None:
    unit = actions.open_unit(actor=cast.mgmt_rep.actor, code="new", name=NAME, kind="department")
    outcomes = at_once(
        cast,
        lambda: actions.close_unit(actor=cast.mgmt_rep.actor, unit_id=unit.pk),
        lambda: actions.give_post(
            actor=cast.mgmt_rep.actor, member_id=cast.coach.id, unit_id=unit.pk, role="frontline"
        ),
    )
    assert outcomes in (["NotFound", "done"], ["UnitInUse", "done"])
    assert Unit.objects.get(pk=unit.pk).active == Post.objects.filter(unit=unit).exists()


@pytest.mark.req("OG-11")
@pytest.mark.django_db(transaction=True)
def test_two_units_are_never_put_below_each_other(cast: Cast) -> None:
    one, other = (
        actions.open_unit(actor=cast.mgmt_rep.actor, code=code, name=NAME, kind="department") for code in ("x1", "x2")
    )
    outcomes = at_once(
        cast,
        lambda: actions.change_unit(actor=cast.mgmt_rep.actor, unit_id=one.pk, parent_id=other.pk),
        lambda: actions.change_unit(actor=cast.mgmt_rep.actor, unit_id=other.pk, parent_id=one.pk),
    )
    assert outcomes == ["UnitLoop", "done"]


@pytest.mark.req("OG-11")
@pytest.mark.django_db(transaction=True)
def test_two_managers_who_end_each_other_at_once_leave_one_of_them(cast: Cast) -> None:
    """Whoever comes second finds that nobody would be left to manage people."""
    managing = Post.objects.filter(role__in=("supervisor", "mgmt_rep", "top_mgmt"), until=None)
    keep = [managing.filter(member_id=one.id).first() for one in (cast.supervisor, cast.mgmt_rep)]
    managing.exclude(pk__in=[post.pk for post in keep]).update(until=now())
    outcomes = at_once(cast, *(lambda post=post: _end(cast, post) for post in keep))
    assert outcomes == [errors.LastManager.__name__, "done"]


def _end(cast: Cast, post: Post) -> None:
    from tingsu.kernel.actor import automation

    actions.end_post(actor=automation("test", cast.organisation_id), post_id=post.pk)
