"""A firm's practice copy: filled, marked, shut to strangers, silent, and emptied so that nothing of it is left."""

from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import Cast
from tests.signing import enter
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
from tingsu.people import actions as people
from tingsu.people.access import Can, roles_with
from tingsu.people.errors import OnlyPractice
from tingsu.people.models import Account, Member, Membership
from tingsu.setup import actions as setup_actions

pytestmark = pytest.mark.django_db
CASES = 3


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    monkeypatch.setattr(practice, "TOTAL", CASES)
    settings.HOME = tmp_path
    settings.EMAIL_HOST = "mail.example.com"


@pytest.fixture
def copy(cast: Cast, organisation: Organisation) -> Organisation:
    """A practice copy that is open."""
    row = practice.fill(actor=cast.mgmt_rep.actor)
    with acting_for(row.pk):
        practice.carry_on_filling()
    return Organisation.objects.get(pk=row.pk)


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
        assert Complaint.objects.count() == CASES
        assert policy_in_force().profile == "isc"
        assert list(verify_organisation(Tally())) == []
        assert not Letter.objects.exclude(state__in=(Letter.State.SENT, Letter.State.DELIVERED)).exists()
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
        assert Complaint.objects.count() == CASES
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
        assert Complaint.objects.count() == CASES
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


# The pages


def address(copy: Organisation, path: str) -> str:
    return f"/o/{copy.slug}{path}"


def play(client: Client, copy: Organisation, role: str) -> Any:
    with acting_for(copy.pk):
        member = Member.objects.filter(posts__role=role).order_by("staff_number")[0]
    answer = client.post(address(copy, "/practice/"), {"member": str(member.pk)})
    assert answer["Location"] == address(copy, "/desk/")
    return member


MARK = "这里的一切都是编造的"
INSIDE = (
    "/",
    "/desk/",
    "/desk/queue/",
    "/desk/settings/",
    "/practice/",
    "/nowhere/",
    "/submit/story/",
    "/accounts/password/change/",
)


def test_every_page_of_it_is_marked_and_no_real_page_is(cast: Cast, copy: Organisation, sign_in: Any) -> None:
    client = sign_in(cast.mgmt_rep)
    play(client, copy, "mgmt_rep")
    for path in INSIDE:
        inside = client.get(address(copy, path))
        assert MARK in inside.content.decode(), path
        assert "[练习]" in inside.content.decode(), path
        assert inside["X-Robots-Tag"] == "noindex, nofollow"
        assert MARK not in client.get(path).content.decode(), path
    export = client.get(address(copy, "/desk/queue/"))
    assert export.status_code == 200
    english = client.get(address(copy, "/desk/"), headers={"accept-language": "en"}).content.decode()
    assert MARK in english or "Everything here is invented" in english


def test_strangers_are_led_to_the_real_pages(cast: Cast, copy: Organisation, sign_in: Any) -> None:
    for client in (Client(), _other_firms_client()):
        for path in ("/", "/submit/story/", "/desk/", "/practice/", "/follow/"):
            answer = client.get(address(copy, path))
            assert answer.status_code == 403, path
            assert 'href="/o/test/"' in answer.content.decode()
        assert client.post(address(copy, "/submit/story/"), {"description": "锅坏了"}).status_code == 403
    assert sign_in(cast.frontline).get(address(copy, "/")).status_code == 200


def _other_firms_client() -> Client:
    return enter(Client(), "other-mgmt_rep")


def test_whoever_left_the_firm_practises_no_more(cast: Cast, copy: Organisation, sign_in: Any) -> None:
    client = sign_in(cast.frontline)
    play(client, copy, "supervisor")
    assert client.get(address(copy, "/desk/")).status_code == 200
    Member.objects.filter(pk=cast.frontline.id).update(active=False)
    assert client.get(address(copy, "/desk/")).status_code == 403


def test_one_plays_a_role_there_and_keeps_the_own_one_here(cast: Cast, copy: Organisation, sign_in: Any) -> None:
    client = sign_in(cast.frontline)
    assert client.get(address(copy, "/desk/"))["Location"] == address(copy, "/practice/")
    assert client.post(address(copy, "/practice/"), {"member": str(cast.mgmt_rep.id)}).status_code == 404
    play(client, copy, "mgmt_rep")
    assert client.get(address(copy, "/desk/settings/people/")).status_code == 200
    assert client.get("/desk/settings/people/").status_code == 403
    with acting_for(copy.pk):
        complaint = Complaint.objects.order_by("number")[0]
    assert client.get(address(copy, f"/desk/cases/{complaint.number}/")).status_code == 200
    assert client.get(f"/desk/cases/{complaint.number}/").status_code == 404
    assert client.get("/practice/").status_code == 404


def test_the_copy_cannot_become_like_the_real_one(cast: Cast, copy: Organisation) -> None:
    with acting_for(copy.pk):
        leader = Member.objects.filter(posts__role="mgmt_rep")[0]
        from tingsu.people.access import actor_of

        with pytest.raises(OnlyPractice):
            setup_actions.change_organisation(actor=actor_of(leader), name={"zh-Hans": "测试公司"})
        with pytest.raises(OnlyPractice):
            people.add_member(
                actor=actor_of(leader), staff_number="9", name="甲", alias={"zh-Hans": "乙", "en": "B"}, username="x9"
            )
        with pytest.raises(OnlyPractice):
            practice.fill(actor=actor_of(leader))
        people.add_member(actor=actor_of(leader), staff_number="9", name="甲", alias={"zh-Hans": "乙", "en": "B"})


def test_no_letter_leaves_and_its_links_lead_back_into_the_copy(
    cast: Cast, copy: Organisation, settings: Any, sign_in: Any
) -> None:
    from tingsu.kernel.links import public
    from tingsu.letters import providers

    settings.PUBLIC_URL = "https://firm.example.cn"
    message = providers.Message("<1@x>", "a@example.com", "s", "b", "s", "b")
    with acting_for(copy.pk):
        assert providers.send("email", message) == "mailroom"
        assert public("/c/1/") == public(f"/o/{copy.slug}/c/1/") == f"https://firm.example.cn/o/{copy.slug}/c/1/"
    assert mail.outbox == []
    providers.send("email", message)
    assert len(mail.outbox) == 1, "the real organisation's letters leave as ever"
    assert public("/c/1/").startswith(Organisation.objects.get(slug="test").public_url)


def test_the_pages_from_making_to_emptying(cast: Cast, organisation: Organisation, sign_in: Any) -> None:
    client = sign_in(cast.mgmt_rep)
    home = reverse("practice:home")
    assert reverse("practice:fill") in client.get(home).content.decode()
    assert client.get(reverse("practice:empty"))["Location"] == home
    assert client.post(reverse("practice:fill")).status_code == 303
    assert f"已有 0 件，共 {CASES} 件" in client.get(home).content.decode()
    row = Organisation.objects.get(practice_of=organisation.pk)
    with acting_for(row.pk):
        practice.carry_on_filling()
    forget_organisations()
    shown = client.get(home).content.decode()
    assert f'href="/o/{row.slug}/practice/"' in shown
    assert reverse("practice:home") in client.get("/desk/").content.decode()
    assert sign_in(cast.frontline).get(home).status_code == 200
    assert reverse("practice:empty") not in client.get(home).content.decode()
    client = sign_in(cast.mgmt_rep)
    asked = client.get(reverse("practice:empty")).content.decode()
    assert "练习 · 测试公司" in asked
    assert Organisation.objects.get(pk=row.pk).stage == "running", "looking at the question empties nothing"
    assert client.post(reverse("practice:empty")).status_code == 303
    assert client.get(address(row, "/")).status_code == 404
    practice.carry_on_emptying(row.pk)
    assert reverse("practice:fill") in client.get(home).content.decode()
