"""Objects filled straight are those that Django makes: every table, from the database and from values."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init

from tests.cast import Cast
from tingsu.kernel import filling
from tingsu.kernel.clock import travel_to
from tingsu.kernel.ids import new_id
from tingsu.kernel.tables import tenant_models
from tingsu.kernel.tenancy import TenantModel, acting_for
from tingsu.people.models import Member, Post

AT = datetime(2026, 6, 1, 1, tzinfo=UTC)
TABLES = tenant_models()


def state(row: models.Model) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name not in ("_state", "id")} | {
        "adding": row._state.adding, "db": row._state.db, "kept": dict(row._state.fields_cache),
    }  # fmt: skip


def as_django(model: type[TenantModel], *values: Any, **given: Any) -> models.Model:
    row = model.__new__(model)
    models.Model.__init__(row, *values, **given)
    return row


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.label)
def test_an_object_holds_what_django_would_have_put_in(model: type[TenantModel]) -> None:
    assert filling.columns_of(model) is not None, "filled straight"
    fields = model._meta.concrete_fields
    with acting_for(new_id()), travel_to(AT):
        assert state(model()) == state(as_django(model))
        given = {field.attname: object() for field in fields}
        assert state(model(**given)) == state(as_django(model, **given))
    values = [object() for _field in fields]
    read, made = model.from_db("default", [field.attname for field in fields], values), as_django(model, *values)
    made._state.adding, made._state.db = False, "default"
    assert vars(read).keys() == vars(made).keys()
    assert state(read) == state(made)
    assert read.pk is values[0] if fields[0].primary_key else True


def test_defaults_are_made_anew_for_each_object() -> None:
    with acting_for(new_id()):
        first, second = Member(), Member()
    lists = [name for name, value in vars(first).items() if isinstance(value, list | dict)]
    assert lists
    assert all(vars(first)[name] is not vars(second)[name] for name in lists)
    assert first.pk != second.pk


def test_a_thing_is_given_by_itself_or_by_its_id() -> None:
    with acting_for(new_id()):
        member = Member()
        whole, alone = Post(member=member), Post(member_id=member.pk)
        assert whole.member is member
        assert whole.member_id == alone.member_id == member.pk
        assert not alone._state.fields_cache
        with pytest.raises(ValueError, match="must be a"):
            Post(member=Post())


def test_what_no_table_has_is_refused(cast: Cast) -> None:
    with pytest.raises(TypeError):
        Member(nobody=1)


def test_columns_left_out_are_read_when_asked_for(cast: Cast) -> None:
    row = Member.objects.only("id").get(pk=cast.frontline.id)
    assert "account_id" not in vars(row)
    assert row.organisation_id == cast.organisation_id


def test_where_somebody_listens_or_a_column_is_more_than_a_value_django_makes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def heard(**_told: object) -> None: ...

    class Special(DeferredAttribute):
        pass

    columns_of = filling.columns_of.__wrapped__
    assert columns_of(Member) is not None
    post_init.connect(heard, sender=Member)
    try:
        assert columns_of(Member) is None
    finally:
        post_init.disconnect(heard, sender=Member)
    monkeypatch.setattr(Member, "organisation_id", Special(Member._meta.get_field("organisation_id")))
    assert columns_of(Member) is None
