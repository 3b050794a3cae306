"""Statements for whole rows are those that Django writes, whatever else is asked in the same question."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.backends.postgresql.compiler import SQLCompiler as Usual
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from tests.cast import Cast
from tingsu.kernel.postgresql import compiler
from tingsu.people.models import Member, Post


def by_another_name() -> QuerySet[Any]:
    """As a part of another question, where the table has a short name."""
    rows = Member.objects.filter(staff_number="1001")
    rows.query.bump_prefix(Post.objects.all().query)
    return rows.all()


ASKED: list[Callable[[], QuerySet[Any]]] = [
    Member.objects.all,
    lambda: Member.objects.filter(staff_number="1001").order_by("-staff_number"),
    lambda: Member.objects.only("staff_number"),
    lambda: Member.objects.defer("staff_number"),
    lambda: Member.objects.values("staff_number"),
    lambda: Member.objects.values_list("pk", flat=True),
    lambda: Member.objects.annotate(small=Lower("staff_number")),
    lambda: Member.objects.extra(select={"one": "1"}),
    lambda: Post.objects.select_related("member"),
    lambda: Post.objects.filter(member__staff_number="1001"),
    lambda: Member.objects.filter(pk__in=Member.objects.filter(staff_number="1001")),
    lambda: Member.objects.filter(Exists(Post.objects.filter(member_id=OuterRef("pk")))),
    lambda: Member.objects.filter(Exists(Member.objects.filter(pk=OuterRef("pk")))),
    lambda: Member.objects.filter(staff_number="1001").union(Member.objects.filter(staff_number="1002")),
    lambda: Member.objects.select_for_update(of=("self",)),
    lambda: Member.objects.annotate(held=FilteredRelation("posts", condition=Q(posts__role="dept"))).filter(held__role="dept"),
    by_another_name,
    lambda: Member.objects.order_by(F("staff_number").desc()).distinct(),
]  # fmt: skip


def written(rows: QuerySet[Any], by: type[Any]) -> Any:
    made = by(rows.query.clone(), connection, "default")
    sql, values = made.as_sql()
    told = (sql, values, [str(one) for one, *_rest in made.select], rows_made(made.klass_info), made.annotation_col_map)
    made.select.clear()  # whoever changes what was selected changes it for one question
    return told


def rows_made(told: Any) -> Any:
    """Of what model rows are made, from which of the selected columns."""
    if told is None:
        return None
    return told["model"], told["select_fields"], [rows_made(one) for one in told.get("related_klass_infos", [])]


@pytest.mark.django_db
def test_a_question_is_written_as_django_writes_it_the_first_time_and_again(cast: Cast) -> None:
    assert written(Member.objects.all(), Usual)[3][1], "a whole row"
    compiler._written.clear()
    for number, asked in enumerate(ASKED):
        usual = written(asked(), Usual)
        assert written(asked(), compiler.SQLCompiler) == usual, number
        assert written(asked(), compiler.SQLCompiler) == usual, number
        assert type(asked().query.get_compiler("default")) is compiler.SQLCompiler
        list(asked())
    assert {model for model, _alias in compiler._written} == {Member, Post}


@pytest.mark.django_db
def test_every_table_is_read_whole(organisation: object) -> None:
    for model in apps.get_models():
        rows = model._base_manager.all()
        for _turn in range(2):
            assert written(rows, compiler.SQLCompiler) == written(rows, Usual), model
    found = Member.objects.get(staff_number="1001")
    assert (found.staff_number, found.get_deferred_fields()) == ("1001", set())
