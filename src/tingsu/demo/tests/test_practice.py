"""A firm's practice copy: filled, marked, shut to strangers, silent, and emptied so that nothing of it is left."""

from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import Cast
from tingsu.clocks.actions import choose_profile
from tingsu.clocks.queries import policy_in_force
from tingsu.complaints.models import Complaint
from tingsu.demo import builder, practice, tasks
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.intake.tests.test_register_complaint import registered
from tingsu.kernel import erasing, seals
from tingsu.kernel.errors import NotAllowed
from tingsu.kernel.jobs import each_organisation
from tingsu.kernel.models import Event, NumberSeries, Organisation
from tingsu.kernel.organisations import forget_organisations, organisations
from tingsu.kernel.tables import tenant_models
from tingsu.kernel.tenancy import acting_for
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Letter
from tingsu.people.access import Can, roles_with
from tingsu.people.models import Account, Member, Membership

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("few")]


def counts() -> dict[str, int]:
    """Rows of every tenant table of the organisation acted for."""
    return {model.__name__: model.objects.count() for model in tenant_models()}


def emptied(cast: Cast, copy: Organisation) -> None:
    practice.empty(actor=cast.mgmt_rep.actor)
    practice.carry_on_emptying(copy.pk)


def test_a_copy_is_made_with_the_firms_name_and_limits_and_the_real_one_is_not_touched(
    cast: Cast, organisation: Organisation
) -> None:
    choose_profile(actor=cast.top_mgmt.actor, profile="isc")
    before, accounts, memberships = counts(), Account.objects.count(), Membership.objects.count()
    row = practice.fill(actor=cast.mgmt_rep.actor)
    with acting_for(row.pk):
        practice.carry_on_filling()
        assert Complaint.objects.count() == practice.TOTAL
        assert policy_in_force().profile == "isc"
        assert list(verify_organisation(Tally())) == []
        unsent = Letter.objects.exclude(state__in=(Letter.State.SENT, Letter.State.DELIVERED))
        assert not unsent.exclude(failure="quiet").exists(), (
            "at night a text message waits for the morning, and nothing else"
        )
        assert not Member.objects.exclude(account_id=None).exists()
    copy = Organisation.objects.get(pk=row.pk)
    assert (copy.practice_of, copy.stage, copy.hotline) == (organisation.pk, "running", organisation.hotline)
    assert copy.name == {"zh-Hans": "练习 · 测试公司 test", "en": "Practice · Test company test"}
    assert counts() == before | {
        "Stream": before["Stream"] + 1,
        "Event": before["Event"] + 1,
    }  # its own history, begun now
    assert (Account.objects.count(), Membership.objects.count()) == (accounts, memberships)
    assert mail.outbox == []


def test_filling_that_stopped_goes_on_and_makes_nothing_twice(
    cast: Cast, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = practice.fill(actor=cast.mgmt_rep.actor)
    whole, made = builder.build_case, []

    def broken(plan: Any, *args: Any, **kwargs: Any) -> Any:
        if made:
            raise OSError("the power went")
        made.append(plan)
        return whole(plan, *args, **kwargs)

    monkeypatch.setattr(builder, "build_case", broken)
    with acting_for(row.pk), pytest.raises(OSError, match="power"):
        practice.carry_on_filling()
    forget_organisations()
    assert row.slug not in organisations(), "half a copy is open to nobody"
    standing = practice.copy_of_current()
    assert standing is not None
    assert (standing.filling, standing.made) == (True, 1)
    monkeypatch.setattr(builder, "build_case", whole)
    assert practice.fill(actor=cast.mgmt_rep.actor).pk == row.pk
    assert _jobs(tasks.fill_practice.name, row) == 1, "the job that waits is enough"
    with acting_for(row.pk):
        practice.carry_on_filling()
        practice.carry_on_filling()
        assert Complaint.objects.count() == practice.TOTAL
    forget_organisations()
    assert list(organisations())[-1] == row.slug, (
        "an older copy would be taken for the installation's first organisation"
    )
    with pytest.raises(practice.ThereAlready):
        practice.fill(actor=cast.mgmt_rep.actor)


def _jobs(name: str, owner: Organisation) -> int:
    return ProcrastinateJob.objects.filter(task_name=name, args__organisation=str(owner.pk), status="todo").count()


MAY = {"top_mgmt": True, "mgmt_rep": True, "supervisor": True, "specialist": False, "frontline": False, "auditor": False, "dso": False}  # fmt: skip


@pytest.mark.parametrize("role", MAY)
def test_leaders_make_and_empty_a_copy_and_nobody_else(cast: Cast, organisation: Organisation, role: str) -> None:
    assert MAY[role] is (role in roles_with(Can.RULEBOOKS))
    actor = getattr(cast, role).actor
    if MAY[role]:
        practice.fill(actor=actor)
        practice.empty(actor=actor)
        return
    with pytest.raises(NotAllowed):
        practice.fill(actor=actor)
    practice.fill(actor=cast.mgmt_rep.actor)
    with pytest.raises(NotAllowed):
        practice.empty(actor=actor)
    assert Organisation.objects.get(practice_of=organisation.pk).stage == "founding"


def test_emptied_nothing_of_it_is_left_and_the_first_real_number_is_the_first(
    cast: Cast, organisation: Organisation, copy: Organisation
) -> None:
    with acting_for(copy.pk):
        assert StoredFile.objects.exists() or Complaint.objects.exists()
        seals.outside(copy).parent.mkdir(parents=True)
        seals.outside(copy).write_text("{}\n")
    folder = store.folder(copy.pk)
    folder.mkdir(parents=True, exist_ok=True)
    practice.empty(actor=cast.mgmt_rep.actor)
    forget_organisations()
    assert copy.slug not in organisations()
    assert copy.pk not in {row.pk for row in each_organisation()}
    practice.carry_on_emptying(copy.pk)
    with acting_for(copy.pk):
        assert {name: count for name, count in counts().items() if count} == {}
    assert not Organisation.objects.filter(pk=copy.pk).exists()
    assert not ProcrastinateJob.objects.filter(args__organisation=str(copy.pk)).exists()
    for path in (folder, seals.outside(copy), erasing.outside(copy)):
        assert not path.exists()
    assert not NumberSeries.objects.exists()
    assert registered(cast).number.endswith("-001")
    kinds = list(Event.objects.filter(stream_id=organisation.pk).order_by("seq").values_list("kind", flat=True))
    assert kinds == ["organisation.practice_asked", "organisation.practice_emptied"]
    assert list(verify_organisation(Tally())) == []
    assert practice.copy_of_current() is None
    again = practice.fill(actor=cast.mgmt_rep.actor)
    assert again.slug == copy.slug


def test_emptying_that_stopped_goes_on(
    cast: Cast, organisation: Organisation, copy: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.empty(actor=cast.mgmt_rep.actor)
    assert _jobs(tasks.empty_practice.name, organisation) == 1
    practice.empty(actor=cast.supervisor.actor)
    assert _jobs(tasks.empty_practice.name, organisation) == 1, "said twice it is one act"
    whole = practice.sql.empty_practice

    def broken(_pk: Any) -> None:
        raise OSError("the power went")

    monkeypatch.setattr(practice.sql, "empty_practice", broken)
    with pytest.raises(OSError, match="power"):
        practice.carry_on_emptying(copy.pk)
    with acting_for(copy.pk):
        assert Complaint.objects.count() == practice.TOTAL
    with pytest.raises(practice.ThereAlready):
        practice.fill(actor=cast.mgmt_rep.actor)
    monkeypatch.setattr(practice.sql, "empty_practice", whole)
    practice.carry_on_emptying(copy.pk)
    practice.carry_on_emptying(copy.pk)
    assert practice.copy_of_current() is None
    with pytest.raises(practice.NoCopy):
        practice.empty(actor=cast.mgmt_rep.actor)


def test_what_is_emptied_while_it_is_filled_takes_nothing_more_in(
    cast: Cast, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = practice.fill(actor=cast.mgmt_rep.actor)
    whole = builder.build_case

    def emptied_meanwhile(*args: Any, **kwargs: Any) -> Any:
        made = whole(*args, **kwargs)
        Organisation.objects.filter(pk=row.pk).update(stage="emptying")
        return made

    monkeypatch.setattr(builder, "build_case", emptied_meanwhile)
    with acting_for(row.pk):
        practice.carry_on_filling()
        practice.carry_on_filling()
        assert Complaint.objects.count() == 1
    practice.carry_on_emptying(row.pk)
    with acting_for(row.pk):
        practice.carry_on_filling()
        assert counts()["Member"] == 0


def test_it_waits_for_a_job_of_the_copy_that_is_at_work(
    cast: Cast, organisation: Organisation, copy: Organisation
) -> None:
    with acting_for(copy.pk):
        job_id = tasks.fill_practice.defer()
    _status(job_id, "doing")
    practice.empty(actor=cast.mgmt_rep.actor)
    with pytest.raises(practice.StillBusy):
        practice.carry_on_emptying(copy.pk)
    _status(job_id, "todo")
    practice.carry_on_emptying(copy.pk)
    assert not Organisation.objects.filter(pk=copy.pk).exists()


def _status(job_id: int, status: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, job_id])


def _call(organisation_id: Any) -> None:
    with transaction.atomic():
        practice.sql.empty_practice(organisation_id)


def test_the_function_that_empties_takes_nothing_but_a_copy_that_is_being_emptied(
    cast: Cast, organisation: Organisation, copy: Organisation
) -> None:
    """With the application's own rights, as an attacker behind it would have them."""
    registered(cast)
    rows = Organisation.objects.filter(pk=organisation.pk)
    with pytest.raises(DatabaseError, match="only a practice copy"):
        _call(copy.pk)  # open: nobody said that it is to be emptied
    with pytest.raises(DatabaseError, match="only a practice copy"):
        _call(organisation.pk)
    with pytest.raises(DatabaseError, match="does not become practice"), transaction.atomic():
        rows.update(practice_of=copy.pk)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        rows.delete()
    rows.update(stage="emptying")
    with pytest.raises(DatabaseError, match="only a practice copy"):
        _call(organisation.pk)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tingsu.emptying', %s, true)", [str(organisation.pk)])
        cursor.execute("DELETE FROM kernel_event")
    # A row that only says that it is a copy, without the history of one.
    forged = Organisation(
        slug="forged", name={"zh-Hans": "伪"}, wrapped_key=b"x", created_at=copy.created_at, stage="emptying",
        practice_of=Member.objects.values_list("pk", flat=True)[0],
    )  # fmt: skip
    forged.save(force_insert=True)
    with pytest.raises(DatabaseError, match="only a practice copy"):
        _call(forged.pk)
    assert Complaint.objects.count() == 1
