"""Every query names its organisation, so that a database shared out over several machines asks the one that has the rows."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, models
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tingsu.kernel import tables
from tingsu.kernel.clock import now
from tingsu.kernel.models import Event, IdempotencyKey, Organisation, Stream
from tingsu.kernel.tenancy import TenantManager, acting_for
from tingsu.people.models import Member, Post, Unit

pytestmark = pytest.mark.req("invariant-5")


@contextmanager
def statements() -> Iterator[list[str]]:
    found: list[str] = []
    with CaptureQueriesContext(
        connection,
    ) as captured:
        yield found
    found += [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def names(organisation: Organisation, table: str) -> str:
    return f""""{table}"."organisation_id" = ('{organisation.pk.hex}'::uuid)"""


def test_reading_changing_and_deleting_name_the_organisation(organisation: Organisation, cast: Cast) -> None:
    row = IdempotencyKey.objects.create(scope="here", key="one", fingerprint=b"1", created_at=now())
    with statements() as found:
        list(IdempotencyKey.objects.filter(scope="here"))
        IdempotencyKey.objects.get(pk=row.pk)
        IdempotencyKey.objects.filter(key="one").exists()
        IdempotencyKey.objects.count()
        IdempotencyKey.objects.in_bulk([row.pk])
        IdempotencyKey.objects.select_for_update().first()
        IdempotencyKey.objects.filter(key="one").update(status=200)
        IdempotencyKey.objects.bulk_update([row], ["status"])
        row.save()
        row.save(update_fields=["status"])
        row.refresh_from_db()
        IdempotencyKey.objects.filter(key="two").delete()
        row.delete()
    assert len(found) == 13
    for sql in found:
        assert names(organisation, "kernel_idempotencykey") in sql
    assert not IdempotencyKey.objects.exists()


def test_rows_reached_from_another_row_name_the_organisation(organisation: Organisation, cast: Cast) -> None:
    post = Post.objects.get(member_id=cast.dept.id)
    with statements() as found:
        list(post.member.posts.all())
        assert post.unit.pk == cast.units["logistics"].pk
        list(Member.objects.prefetch_related("posts").filter(pk=post.member_id))
    assert [re.search('FROM "(\\w+)"', sql)[1] for sql in found] == [
        "people_member", "people_post", "people_unit", "people_member", "people_post",
    ]  # fmt: skip
    for sql in found:
        assert names(organisation, re.search('FROM "(\\w+)"', sql)[1]) in sql


def test_joins_are_made_by_organisation_and_id(organisation: Organisation, cast: Cast) -> None:
    with statements() as found:
        joined = {post.unit.code for post in Post.objects.select_related("unit").filter(member__active=True)}
        backwards = set(Unit.objects.filter(posts__member_id=cast.dept.id).values_list("code", flat=True))
        apart = set(Unit.objects.exclude(posts__member_id=cast.dept.id).values_list("code", flat=True))
    assert joined == {post.unit.code for post in Post.objects.all()}
    assert backwards == {"logistics"}
    assert apart == set(cast.units) - {"logistics"}
    assert '"people_post"."organisation_id" = "people_unit"."organisation_id"' in found[0]
    assert '"people_post"."organisation_id" = "people_member"."organisation_id"' in found[0]
    assert '"people_unit"."organisation_id" = "people_post"."organisation_id"' in found[1]


def test_counting_by_row_groups_by_every_column(cast: Cast) -> None:
    """The key of the table is more than the `id` that the model knows, so the others do not follow from it."""
    counted = {member.staff_number: member.number for member in Member.objects.annotate(number=Count("posts"))}
    assert counted == {member.staff_number: member.posts.count() for member in Member.objects.all()}
    assert set(counted.values()) == {1}


def test_a_question_is_asked_of_the_organisation_of_the_moment_it_is_asked(
    organisation: Organisation, other_organisation: Organisation, cast: Cast
) -> None:
    question = Member.objects.order_by("pk")
    with acting_for(other_organisation.pk), statements() as found:
        theirs = set(question.values_list("organisation_id", flat=True))
    assert theirs == {other_organisation.pk}
    assert names(other_organisation, "people_member") in found[0]


@pytest.mark.django_db
def test_outside_an_organisation_the_condition_is_true_of_no_row() -> None:
    with statements() as found:
        assert not Member.objects.exists()
        assert Member.objects.update(active=False) == 0
        assert Member.objects.all().delete()[0] == 0
    assert len(found) == 3
    for sql in found:
        assert '"people_member"."organisation_id" = (NULL)' in sql or '"people_member"."organisation_id" = NULL' in sql


def test_no_model_has_a_manager_that_forgets_it() -> None:
    for model in tables.tenant_models():
        for manager in (model._default_manager, model._base_manager, *model._meta.managers):
            assert isinstance(manager, TenantManager), model
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is not models.DO_NOTHING:
                raise AssertionError(f"{field}: a row deleted with another one is deleted by its id alone")
    assert isinstance(Event.objects, TenantManager)
    assert isinstance(Stream._base_manager, TenantManager)
