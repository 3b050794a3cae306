"""Small edges of the desk, the public side, people, files and set-up: one thing each that nothing else holds."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast
from tests.doors import desk, door
from tingsu.complaints import kept_filters
from tingsu.complaints.models import Complaint, Party
from tingsu.desk import mailroom, narrowing, undo
from tingsu.desk.asked import Asked
from tingsu.desk.tests.cases import a_case, local
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.files.tests import samples
from tingsu.intake import handover
from tingsu.intake.repeats import compared
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.models import Organisation
from tingsu.letters.links import case_token
from tingsu.letters.models import Letter
from tingsu.ops.tests.test_door import in_a_thread
from tingsu.ops.web import turns
from tingsu.people import actions, lockout
from tingsu.people.errors import SecondBody, UnitInUse
from tingsu.people.models import Member, Unit
from tingsu.portal import callback
from tingsu.portal.tests.test_submit import CONTACT, PNG, STORY
from tingsu.portal.views import follow, submit
from tingsu.settlement.tests.journey import MONDAY, registered
from tingsu.setup import checklist, people_list

AT = local("2026-03-02 10:00")
pytestmark = pytest.mark.django_db


def test_a_way_back_is_of_its_own_case_and_taken_once(cast: Cast) -> None:
    kept = {"at": now().isoformat(), "number": "202603-XF-001", "step": ["unlink", {"to": "x"}]}
    request: Any = SimpleNamespace(session={undo.KEPT: kept})
    assert undo.take(request, "202603-XF-002") is None
    assert undo.take(request, "202603-XF-001") == ("unlink", {"to": "x"})
    assert undo.take(request, "202603-XF-001") is None


def test_views_are_offered_for_keeping_while_there_is_room_and_today_counts_what_is_soon(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with travel_to(AT):
        for hours in (1, 5):
            case = a_case(cast.frontline)
            Complaint.objects.filter(pk=case.pk).update(next_due_at=AT + timedelta(hours=hours))
        client = desk("supervisor", cast)
        totals = client.get("/desk/queue/counts/?view=all&problem_type=consumer").context["totals"]
        assert (totals["total"], totals["today"]) == ("2", "2")
        for most, offered in ((1, True), (0, False)):
            monkeypatch.setattr(kept_filters, "MOST_VIEWS", most)
            assert client.get("/desk/queue/?view=all&problem_type=consumer").context["can_save"] is offered


def test_a_filter_names_who_owns_no_cases_any_more_and_each_is_taken_away_alone(cast: Cast) -> None:
    asked = Asked(view="all", owner=cast.dept.id, filters={"problem_type": "product", "province": "33"})
    owner = next(one for one in narrowing.form_of(cast.supervisor.actor, asked) if one["name"] == "owner")
    assert f"value={cast.dept.id} selected" in owner["options"]
    _owner, product, province = (one["remove"] for one in narrowing.chips_of(asked))
    assert "province=33" in product
    assert "problem_type" not in product
    assert "problem_type=product" in province


def test_letters_that_failed_one_way_are_found_and_a_colleagues_letter_has_its_usual_form(cast: Cast) -> None:
    case = a_case(cast.frontline, format="braille")
    letter = Letter.objects.get(stream_id=case.pk)
    failed = lambda: [row.id for row in mailroom.letter_page(cast.supervisor.actor, state="failed", after="")[0]]  # noqa: E731
    assert failed() == []
    Letter.objects.filter(pk=letter.pk).update(failed_channel="sms")
    assert failed() == [letter.pk]
    assert mailroom.open_letter(cast.supervisor.actor, letter.pk).format == "braille"
    Letter.objects.filter(pk=letter.pk).update(member_id=cast.frontline.id)
    assert mailroom.open_letter(cast.supervisor.actor, letter.pk).format == "standard"


def test_a_link_speaks_the_letters_language_until_somebody_chose_another(cast: Cast) -> None:
    journey = registered(cast, language="en")
    party = Party.objects.get(complaint=journey.complaint, role="complainant")
    for chosen in ("", "zh-hans"):
        client = Client()
        if chosen:
            client.cookies["tingsu_language"] = chosen
        answer = client.get(f"/c/{case_token(journey.complaint.pk, party.pk)}/")
        assert ("tingsu_language" in answer.cookies) is (not chosen)


def test_what_found_a_case_is_forgotten_with_its_opening_and_finds_nobody_who_was_erased(cast: Cast) -> None:
    journey = registered(cast)
    client, number = Client(), journey.complaint.number
    client.post("/follow/", {"number": number, "tail": "2210"})
    assert "portal_found_by" in client.session
    client.post("/follow/open/", {"number": number, "code": journey.complaint.text("code")})
    assert "portal_found_by" not in client.session
    request: Any = SimpleNamespace(organisation=Organisation.objects.get(slug="test"))
    assert follow.found(request, number, "2210")
    Party.objects.filter(complaint=journey.complaint).update(erased_at=now())
    assert not follow.found(request, number, "2210")


def test_a_file_that_was_swept_is_asked_for_again_before_anything_is_registered(cast: Cast, client: Client) -> None:
    client.post("/submit/story/", {**STORY, "files": SimpleUploadedFile("a.png", PNG)})
    client.post("/submit/contact/", CONTACT)
    StoredFile.objects.all().delete()
    answer = client.post("/submit/check/", {"go": "on"})
    assert (answer.status_code, Complaint.objects.count()) == (422, 0)
    assert client.post("/submit/check/", {"go": "on"}).status_code == 302
    assert Complaint.objects.count() == 1


def test_the_page_opens_for_who_wrote_and_closes_elsewhere_with_a_new_code(cast: Cast) -> None:
    journey = registered(cast, agent_name="王律师", agent_phone="13900000000")
    assert submit.writer_of(journey.complaint).role == "agent"
    assert submit.writer_of(registered(cast).complaint).role == "complainant"
    here, elsewhere = door(journey), door(journey)
    with travel_to(journey.at):
        assert elsewhere.get("/case/").status_code == 200
        here.post("/case/new_code/", {})
        assert (here.get("/case/").status_code, elsewhere.get("/case/").status_code) == (200, 302)


def test_a_link_with_what_is_known_ends_after_a_quarter_of_an_hour(cast: Cast) -> None:
    with travel_to(MONDAY):
        sealed, until = handover.seal({"name": "陈小满"})
    for at, opens in ((until - timedelta(seconds=1), True), (until + timedelta(seconds=1), False)):
        with travel_to(at):
            assert (handover.unseal(sealed) is not None) is opens


def test_a_call_for_nobody_in_particular_has_no_group(cast: Cast) -> None:
    with travel_to(MONDAY):
        given = {"phone": "13800002210", "slot": callback.slots()[0].code}
        assert callback.read({**given, "group": "none"})[0]["group"] == ""
        assert callback.read({**given, "group": "minor"})[0]["group"] == "minor"


def test_two_complaints_without_a_product_have_none_in_common(cast: Cast) -> None:
    for product, wanted in (("", False), ("锅", True)):
        one, other = (Complaint(product=product, problem_type=problem) for problem in ("product", "consumer"))
        assert ("product" in compared(one, other).same) is wanted


def test_a_unit_with_a_post_to_come_stays_and_a_second_centre_does_not_come_back(cast: Cast) -> None:
    unit = actions.open_unit(
        actor=cast.supervisor.actor,
        code="neu",
        name={"zh-Hans": "新部", "en": "New"},
        kind="department",
        parent_id=cast.units["centre"].pk,
    )
    actions.give_post(
        actor=cast.supervisor.actor,
        member_id=cast.qa.id,
        unit_id=unit.pk,
        role="frontline",
        since=now() + timedelta(days=3),
    )
    with pytest.raises(UnitInUse):
        actions.close_unit(actor=cast.supervisor.actor, unit_id=unit.pk)
    actions.close_unit(actor=cast.supervisor.actor, unit_id=actions.open_unit(
        actor=cast.supervisor.actor, code="leer", name={"zh-Hans": "空部", "en": "Empty"}, kind="department", parent_id=cast.units["centre"].pk
    ).pk)  # fmt: skip
    Unit.objects.filter(code="leer").update(kind="centre")
    with pytest.raises(SecondBody):
        actions.reopen_unit(actor=cast.supervisor.actor, unit_id=Unit.objects.get(code="leer").pk)


def test_a_new_password_opens_every_door_of_the_account(cast: Cast) -> None:
    subject = "account:4711"
    doors = [lockout.from_one_address(subject), lockout.at_device(subject), lockout.at_device(subject, lockout.BY_CODE)]
    for scope in doors:
        for _try in range(lockout.ACCOUNT_LIMIT):
            lockout.note_failure(scope, "x")
        assert not lockout.is_open(scope, "x")
    lockout.forget_account(4711)
    assert [lockout.is_open(scope, "x") for scope in doors] == [True] * 3


def test_a_file_of_somebody_else_is_not_copied_for_who_stays_anonymous(
    cast: Cast, settings: Any, tmp_path: Any
) -> None:
    settings.HOME = tmp_path
    mine = store.keep("a.jpg", samples.picture("JPEG"), actor=cast.frontline.actor)
    assert store.without_metadata([mine.pk], actor=cast.qa.actor, holder=None) == [mine.pk]
    assert store.without_metadata([mine.pk], actor=cast.frontline.actor, holder=None) != [mine.pk]


def test_a_queue_at_the_door_that_is_full_is_said_at_once() -> None:
    async def try_it(longest: int) -> str:
        line = turns.Turns(of_one=1, longest_queue=longest)
        await line.enter("a", 1)
        try:
            await line.enter("a", 0.01)
        except turns.Full as full:
            return "waited" if full.__cause__ else "at once"
        return "in"

    assert [in_a_thread(try_it(longest)) for longest in (0, 1)] == ["at once", "waited"]


def test_a_practice_copy_warns_nobody_and_a_line_that_is_here_adds_nobody(cast: Cast) -> None:
    organisation = Organisation(enterprise={"sector": "commerce", "users": "many", "volume": "many"}, public_url="")
    rights = [checklist.Can.RULEBOOKS]
    assert checklist.warnings_for(organisation, rights)
    organisation.practice_of = cast.organisation_id
    assert checklist.warnings_for(organisation, rights) == []
    before = Member.objects.count()
    values = dict.fromkeys(people_list.COLUMNS, "") | {
        "staff_number": "901",
        "name": "钱多多",
        "alias_zh": "工号 901",
        "alias_en": "Agent 901",
        "unit": "intake",
        "role": "frontline",
    }
    people_list.add(cast.supervisor.actor, [people_list.Line(2, values, done=True)])
    assert Member.objects.count() == before
    people_list.add(cast.supervisor.actor, [people_list.Line(2, values)])
    assert Member.objects.count() == before + 1
