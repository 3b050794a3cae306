"""Showing parties masked, opening one field for five minutes, and what the access log keeps (PS-06, invariant 6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from tingsu.complaints.models import Party
from tingsu.kernel import crypto, rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import InvalidValue, NotFound
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import open_chain
from tingsu.kernel.models import Rulebook, Stream
from tingsu.kernel.tenancy import acting_for
from tingsu.people import authority
from tingsu.privacy import actions, errors, queries, show
from tingsu.privacy.fields import Sight
from tingsu.privacy.log import log_access, purposes
from tingsu.privacy.masking import NOBODY
from tingsu.privacy.models import AccessEntry, Reveal
from tingsu.privacy.show import known_of, show_field, show_parties, show_party, show_text

CLEAR = {
    "name": "陈晓雨",
    "phone": "13800002210",
    "email": "chen@example.com",
    "address": "广东省深圳市南山区某路 1 号",
}


class Case:
    """A complaint as privacy knows it: a stream, sealed texts, parties."""

    def __init__(self, organisation_id) -> None:
        chain = open_chain("complaint")
        chain.flush()
        self.stream, self.pk = chain.stream, chain.stream.pk
        self.texts = {"description": "请打 13800002210", "order_number": "E20261121000012345"}
        _key, wrapped = crypto.new_data_key(organisation_id)
        self.party = Party(complaint_id=self.pk, role="complainant", wrapped_key=wrapped)
        for name, value in CLEAR.items():
            self.party.seal(name, value)
        self.parties = self

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    def filter(self, pk):
        return [self.party] if pk == self.party.pk else []


class Parties(list):
    def first(self):
        return self[0] if self else None


@pytest.fixture
def case(cast) -> Case:
    made = Case(cast.organisation_id)
    made.filter = lambda pk: Parties([made.party] if pk == made.party.pk else [])  # type: ignore[method-assign]
    return made


def log() -> list[tuple[str, str, str]]:
    rows = AccessEntry.objects.order_by("at", "id")
    told = purposes(rows)
    return [(row.what, row.field, told[row.pk]) for row in rows]


@pytest.mark.req("PS-06", "invariant-6")
def test_a_handler_sees_the_person_masked(cast, case) -> None:
    view = show_party(cast.frontline.actor, case.party, "page")
    assert (view.name, view.phone, view.email) == ("陈**", "138 **** 2210", "c***@e***.com")
    assert view.short == "陈** 2210"
    assert view.masked
    assert all(shown.may_reveal for shown in view.fields.values())
    assert view.fax == ""


@pytest.mark.req("PS-11")
def test_a_department_sees_who_but_not_how_to_reach_them(cast, case) -> None:
    view = show_party(cast.dept.actor, case.party, "page")
    assert set(view.fields) == {"name"}
    assert view.short == "陈**"
    assert not view.fields["name"].may_reveal


@pytest.mark.req("PS-11")
def test_the_person_sees_everything_and_another_party_a_masked_name(cast, case) -> None:
    own = Actor(kind="complainant", id=case.party.pk, organisation_id=cast.organisation_id)
    assert show_party(own, case.party, "page").phone == "13800002210"
    other = Actor(kind="respondent", id=cast.dept.id, organisation_id=cast.organisation_id)
    view = show_party(other, case.party, "page")
    assert (view.name, view.phone) == ("陈**", "")


@pytest.mark.req("PS-06")
def test_a_reveal_opens_one_field_for_five_minutes_to_one_person_and_is_written_down(cast, case) -> None:
    actor, start = cast.frontline.actor, now()
    with travel_to(start):
        assert (
            actions.reveal(actor=actor, complaint=case, party_id=case.party.pk, field="phone", purpose=" 回电核实 ")
            == CLEAR["phone"]
        )
        assert log() == [("revealed", "complainant.phone", "回电核实")]
        entry, opened = AccessEntry.objects.get(), Reveal.objects.get()
        assert (entry.stream_id, entry.actor_id, entry.at, entry.door) == (case.pk, actor.id, start, "page")
        assert (opened.stream_id, opened.member_id, opened.party_id, opened.field) == (
            case.pk,
            actor.id,
            case.party.pk,
            "phone",
        )
        view = show_party(actor, case.party, "page")
        assert view.phone == CLEAR["phone"]
        assert view.fields["phone"].revealed_until == start + timedelta(minutes=5)
        assert view.email == "c***@e***.com"
        assert show_party(cast.specialist.actor, case.party, "page").phone == "138 **** 2210"
        assert show_party(actor, case.party, "api").phone == "138 **** 2210"
        assert show_party(actor, case.party, "export").phone == "138 **** 2210"
    with travel_to(start + timedelta(minutes=5)):
        assert show_party(actor, case.party, "page").phone == "138 **** 2210"


@pytest.mark.req("PS-06")
def test_a_reveal_without_right_is_refused_and_the_attempt_is_written_down(cast, case) -> None:
    for person in (cast.dept, cast.analyst, cast.qa, cast.auditor):
        with pytest.raises(errors.RevealNotAllowed):
            actions.reveal(actor=person.actor, complaint=case, party_id=case.party.pk, field="phone", purpose="curious")
    assert log() == [("refused", "complainant.phone", "curious")] * 4
    assert set(AccessEntry.objects.values_list("stream_id", flat=True)) == {case.pk}
    assert list(AccessEntry.objects.order_by("at", "id").values_list("actor_id", flat=True)) == [
        person.id for person in (cast.dept, cast.analyst, cast.qa, cast.auditor)
    ]
    assert not Reveal.objects.exists()
    with pytest.raises(errors.RevealNotAllowed):
        actions.reveal(actor=cast.dept.actor, complaint=case, party_id=case.party.pk, field="ph\x00one", purpose="\x00")
    assert log()[-1] == ("refused", "complainant.phone", "")


@pytest.mark.req("PS-06", "OG-09")
def test_where_the_authority_matrix_leaves_personal_data_to_nobody_of_a_role_nothing_is_opened(cast, case) -> None:
    body = authority.shipped()
    body["rows"] = [
        {**row, "scopes": [one for one in row["scopes"] if one != "personal_data" or row["role"] != "frontline"]}
        for row in body["rows"]
    ]
    Rulebook.objects.create(
        id=new_id(), kind=authority.KIND, version=1, valid_from=now(), body=body, published_at=now(),
        published_by=cast.top_mgmt.id,
    )  # fmt: skip
    rulebooks.forget_cached()
    opening = {"complaint": case, "party_id": case.party.pk, "field": "phone", "purpose": "回电核实"}
    with pytest.raises(errors.RevealNotAllowed):
        actions.reveal(actor=cast.frontline.actor, **opening)
    assert actions.reveal(actor=cast.specialist.actor, **opening) == CLEAR["phone"]


@pytest.mark.req("PS-06")
@pytest.mark.parametrize("purpose", ["", "  ", "x", "\x00 "])
def test_a_reveal_without_a_purpose_is_refused(cast, case, purpose) -> None:
    with pytest.raises(errors.PurposeNeeded):
        actions.reveal(
            actor=cast.frontline.actor, complaint=case, party_id=case.party.pk, field="phone", purpose=purpose
        )
    assert not Reveal.objects.exists()


@pytest.mark.req("PS-06")
def test_what_was_not_given_or_is_nobodys_cannot_be_revealed(cast, case) -> None:
    actor = cast.frontline.actor
    with pytest.raises(errors.NothingToReveal):
        actions.reveal(actor=actor, complaint=case, party_id=case.party.pk, field="fax", purpose="check")
    with pytest.raises(NotFound):
        actions.reveal(actor=actor, complaint=case, party_id=cast.dept.id, field="phone", purpose="check")
    with pytest.raises(errors.RevealNotAllowed):
        actions.reveal(actor=actor, complaint=case, party_id=case.party.pk, field="wrapped_key", purpose="check")


@pytest.mark.req("PS-06")
def test_a_data_security_officer_reveals_a_text_of_the_case(cast, case) -> None:
    assert show_field(cast.dso.actor, case, "description", "page", known=NOBODY).value == "请打 138 **** 2210"
    actions.reveal(actor=cast.dso.actor, complaint=case, party_id=None, field="description", purpose="incident")
    assert show_field(cast.dso.actor, case, "description", "page", known=NOBODY).value == "请打 13800002210"
    assert log()[-1] == ("revealed", "complaint.description", "incident")


@pytest.mark.req("PS-06")
def test_texts_of_the_case_follow_the_table(cast, case) -> None:
    assert show_field(cast.frontline.actor, case, "description", "page", known=NOBODY).value == "请打 138 **** 2210"
    case.texts["description"] = "七天未发货"
    assert show_field(cast.frontline.actor, case, "description", "page", known=NOBODY).sight is Sight.CLEAR
    case.texts["description"] = "陈晓雨请打 13800002210"
    known = known_of([case.party])
    assert show_field(cast.frontline.actor, case, "description", "page", known=known).value == "陈**请打 138 **** 2210"
    case.texts["description"] = "请打 13800002210"
    assert show_field(cast.analyst.actor, case, "description", "page", known=NOBODY).value == "请打 138 **** 2210"
    assert show_field(cast.analyst.actor, case, "order_number", "page", known=NOBODY).value == ""
    assert show_field(cast.qa.actor, case, "order_number", "page", known=NOBODY).value == "****2345"
    assert (
        show_text(cast.dept.actor, "history", "text", "请打 13800002210", "page", known=NOBODY) == "请打 138 **** 2210"
    )
    assert show_text(cast.frontline.actor, "history", "text", "请打 13800002210", "log", known=NOBODY) == ""


@pytest.mark.req("PS-17")
def test_an_erased_person_is_shown_as_erased(cast, case) -> None:
    case.party.wrapped_key = None
    view = show_party(cast.frontline.actor, case.party, "page")
    assert view.erased
    assert view.fields == {}
    with pytest.raises(errors.NothingToReveal):
        actions.reveal(
            actor=cast.frontline.actor, complaint=case, party_id=case.party.pk, field="phone", purpose="check"
        )


@pytest.mark.req("invariant-13")
def test_a_list_of_parties_asks_once_for_open_windows(cast, case, django_assert_num_queries) -> None:
    parties = [case.party] * 20
    show_party(cast.frontline.actor, case.party, "page")
    with django_assert_num_queries(1):
        views = show_parties(cast.frontline.actor, parties, "page")
    assert len(views) == 20
    with django_assert_num_queries(0):
        show_party(cast.frontline.actor, case.party, "page", windows={})


@pytest.mark.req("PS-06")
def test_the_access_log_can_only_grow(cast, case) -> None:
    from django.db import DatabaseError, transaction

    log_access(cast.frontline.actor, "opened", case.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        AccessEntry.objects.update(purpose="changed")
    with pytest.raises(DatabaseError), transaction.atomic():
        AccessEntry.objects.all().delete()
    with pytest.raises(ValueError, match="kind of access"):
        log_access(cast.frontline.actor, "peeked", case.pk)
    assert AccessEntry.objects.count() == 1


@pytest.mark.req("invariant-5")
def test_another_organisation_sees_neither_log_nor_windows(cast, case, other_organisation) -> None:
    actions.reveal(actor=cast.frontline.actor, complaint=case, party_id=case.party.pk, field="phone", purpose="check")
    with acting_for(other_organisation.pk):
        assert not AccessEntry.objects.exists()
        assert not Reveal.objects.exists()


@pytest.mark.req("PS-06")
def test_old_windows_are_forgotten_and_the_log_stays(cast, case) -> None:
    actions.reveal(actor=cast.frontline.actor, complaint=case, party_id=case.party.pk, field="phone", purpose="check")
    assert actions.forget_old_windows() == 0
    with travel_to(now() + timedelta(days=2)):
        assert actions.forget_old_windows() == 1
    assert len(log()) == 1


@pytest.mark.parametrize("words", ["为" * 200, "ab", "\u200bab\u202e"])
def test_a_purpose_is_kept_whole_or_refused(cast, case, words: str) -> None:
    actions.reveal(actor=cast.frontline.actor, complaint=case, party_id=case.party.pk, field="phone", purpose=words)
    assert log() == [("revealed", "complainant.phone", words.strip("\u200b\u202e"))]
    for wrong in ("为" * 201, "\u200b\u200b\u200b"):
        with pytest.raises((InvalidValue, errors.PurposeNeeded)):
            actions.reveal(
                actor=cast.frontline.actor, complaint=case, party_id=case.party.pk, field="phone", purpose=wrong
            )
    assert len(log()) == 1


@pytest.mark.parametrize(("hours", "left"), [(24, 1), (25, 0)])
def test_old_windows_are_forgotten_a_day_after_they_ended_and_the_log_stays(cast, case, hours: int, left: int) -> None:
    start = now()
    with travel_to(start):
        actions.reveal(
            actor=cast.frontline.actor, complaint=case, party_id=case.party.pk, field="phone", purpose="check"
        )
    with travel_to(start + timedelta(hours=hours, minutes=5)):
        assert actions.forget_old_windows() == 1 - left
    assert (Reveal.objects.count(), AccessEntry.objects.count()) == (left, 1)


def test_only_known_kinds_of_access_are_written(cast) -> None:
    for what in ("opened", "revealed", "searched", "exported", "downloaded", "printed", "refused"):
        log_access(cast.frontline.actor, what, field="f" * 80, purpose="p" * 300, door="d" * 20)
    assert AccessEntry.objects.count() == 7
    entry = AccessEntry.objects.first()
    assert (len(entry.field), len(purposes([entry])[entry.pk]), len(entry.door), entry.stream_id) == (60, 200, 10, None)
    with pytest.raises(ValueError, match="not a kind of access"):
        log_access(cast.frontline.actor, "peeked")


@pytest.mark.req("PS-05", "invariant-6")
def test_whose_data_a_party_sees_in_the_clear(cast) -> None:
    """The complainant's side sees its own people, the other side itself, and nobody the other's."""
    case = Case(cast.organisation_id)
    found = {}
    for kind in ("complainant", "respondent"):
        for role in ("complainant", "agent", "contact", "respondent"):
            case.party.role = role
            for own in (True, False):
                actor = Actor(kind=kind, id=case.party.pk if own else new_id(), organisation_id=cast.organisation_id)
                found[kind, role, own] = show_party(actor, case.party, "page").phone == CLEAR["phone"]
    assert {place for place, clear in found.items() if not clear} == {
        ("complainant", "respondent", False), ("respondent", "complainant", False), ("respondent", "agent", False),
        ("respondent", "contact", False), ("respondent", "respondent", False),
    }  # fmt: skip


@pytest.mark.req("PS-06")
def test_the_log_is_narrowed_by_each_of_its_filters(cast) -> None:
    one, other = Case(cast.organisation_id), Case(cast.organisation_id)
    log_access(cast.frontline.actor, "opened", one.pk)
    log_access(cast.supervisor.actor, "opened", other.pk)
    log_access(cast.frontline.actor, "listed", field="complaints")
    log_access(replace(cast.frontline.actor, kind="token", name="abc"), "opened", other.pk)

    def seen(**asked) -> set[tuple]:
        lines, _page = queries.log_page(cast.dso.actor, queries.Filter(**asked))
        return {(line.entry.actor_id, line.entry.what, line.entry.stream_id, line.entry.actor_kind) for line in lines}

    front, chief = cast.frontline.id, cast.supervisor.id
    first, second = (front, "opened", one.pk, "member"), (chief, "opened", other.pk, "member")
    third, program = (front, "listed", None, "member"), (front, "opened", other.pk, "token")
    assert seen() == {first, second, third, program}
    assert seen(stream_id=one.pk) == {first}
    assert seen(stream_id=other.pk) == {second, program}
    assert seen(member_id=chief) == {second}
    assert seen(what="listed") == {third}
    assert seen(what="nonsense") == {first, second, third, program}
    assert seen(program="abc") == seen(program=queries.EVERY_PROGRAM) == {program}
    assert seen(program="abd") == set()
    assert seen(member_id=front, stream_id=other.pk, what="opened") == {program}


@pytest.mark.req("PS-17")
def test_about_what_was_erased_no_purpose_is_written_down_any_more(cast) -> None:
    case = Case(cast.organisation_id)
    Stream.objects.filter(pk=case.pk).update(wrapped_key=None)
    for typed, kept in (("给陈晓雨回电", ""), ("contact", "contact")):
        log_access(cast.frontline.actor, "refused", case.pk, "complainant.phone", typed)
        assert AccessEntry.objects.order_by("-at", "-id")[0].purpose == kept


@pytest.mark.req("PS-06")
@pytest.mark.parametrize(
    ("seen", "text", "masked", "opens", "window", "shown"),
    [
        (Sight.NEVER, "陈小满", "陈**", True, True, ("", Sight.NEVER, False)), (Sight.MASKED, "", "", True, True, ("", Sight.NEVER, False)),
        (Sight.CLEAR, "陈小满", "陈**", False, False, ("陈小满", Sight.CLEAR, False)),
        (Sight.MASKED, "陈小满", "陈**", True, False, ("陈**", Sight.MASKED, True)),
        (Sight.MASKED, "陈小满", "陈**", False, False, ("陈**", Sight.MASKED, False)),
        (Sight.MASKED, "陈小满", "陈**", True, True, ("陈小满", Sight.CLEAR, False)),
        (Sight.MASKED, "陈小满", "陈**", False, True, ("陈**", Sight.MASKED, False)),
        (Sight.MASKED, "***", "***", True, False, ("***", Sight.MASKED, False)),
        (Sight.COVERED, "退款", "退款", True, False, ("退款", Sight.CLEAR, False)),
        (Sight.COVERED, "打 138", "打 **", True, False, ("打 **", Sight.COVERED, True)),
    ],
)  # fmt: skip
def test_what_a_kept_text_shows_and_whether_there_is_something_to_reveal(
    monkeypatch: pytest.MonkeyPatch,
    seen: Sight,
    text: str,
    masked: str,
    opens: bool,
    window: bool,
    shown: tuple[str, Sight, bool],
) -> None:
    monkeypatch.setattr(show, "sight", lambda *given, door: seen)
    monkeypatch.setattr(show, "may_reveal", lambda *given: opens)
    monkeypatch.setattr(show, "mask_text", lambda value, known: masked)
    monkeypatch.setattr(show, "mask", lambda rule, value: masked)
    row, until = UUID(int=1), datetime(2026, 3, 2, tzinfo=UTC)
    windows = {(row, "caller"): until} if window else {}
    actor: Any = SimpleNamespace()
    found = show.show_kept(actor, ("contact", "name"), "caller", row, text, windows, known=show.NOBODY)
    assert (found.value, found.sight, found.may_reveal) == shown
