"""Field × role × door: who sees which personal field how (PS-05, PS-06, PS-11, RG-08, invariant 6)."""

import pytest

from tingsu.complaints.fields import INTAKE_FIELDS
from tingsu.complaints.models import Complaint, Demand, Party
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.fields import SealedField
from tingsu.people.roles import Role
from tingsu.privacy.fields import DOORS, TABLE, VIEWER_OF_ROLE, Rule, Sight, may_reveal, sight
from tingsu.privacy.log import WHAT

LETTERS = {"c": Sight.CLEAR, "s": Sight.COVERED, "m": Sight.MASKED, "-": Sight.NEVER}
# On a page. c: in the clear, s: the story in full, numbers and people masked inside it, m: masked, -: not at all; R: may be revealed with a purpose.
TABLE_OF_PAGE = """
field                       frontline specialist coach supervisor mgmt_rep top_mgmt mediator dept function qa analyst auditor dso ai_agent
complainant.name            mR        mR         mR    mR         mR       mR       mR       m    m        m  -       m       mR  m
complainant.phone           mR        mR         mR    mR         mR       mR       mR       -    -        m  -       m       mR  m
complainant.email           mR        mR         mR    mR         mR       mR       mR       -    -        m  -       m       mR  m
complainant.address         mR        mR         mR    mR         mR       mR       mR       -    -        m  -       m       mR  m
complainant.city            mR        mR         mR    mR         mR       mR       mR       -    -        m  -       m       mR  m
complainant.country         cR        cR         cR    cR         cR       cR       cR       -    -        -  -       -       -   -
complainant.contact_note    sR        sR         sR    sR         sR       sR       sR       -    -        -  -       -       -   -
complaint.group             cR        cR         cR    cR         cR       cR       cR       -    -        -  -       -       -   -
agent.phone                 mR        mR         mR    mR         mR       mR       mR       -    -        m  -       m       mR  m
respondent.phone            mR        mR         mR    mR         mR       mR       mR       -    -        m  -       m       mR  m
complaint.order_number      sR        sR         sR    sR         sR       sR       sR       s    s        m  -       m       mR  m
complaint.event_place       sR        sR         sR    sR         sR       sR       sR       s    s        m  -       m       mR  m
complaint.description       sR        sR         sR    sR         sR       sR       sR       s    s        m  m       m       mR  m
complaint.summary           sR        sR         sR    sR         sR       sR       sR       s    s        m  m       m       mR  m
demand.detail               sR        sR         sR    sR         sR       sR       sR       s    s        m  m       m       mR  m
history.text                sR        sR         sR    sR         sR       sR       sR       m    m        m  m       m       mR  m
history.note                sR        sR         sR    sR         sR       sR       sR       s    s        s  m       s       sR  m
letter.body                 sR        sR         sR    sR         sR       sR       sR       m    m        m  m       m       mR  m
file.name                   sR        sR         sR    sR         sR       sR       sR       s    s        m  m       m       mR  m
member.name                 m         m          m     m          m        m        m        m    m        m  -       m       m   -
member.email                m         m          m     m          m        m        m        m    m        m  -       m       m   -
member.username             m         m          m     m          m        m        m        m    m        m  -       m       m   -
member.alias                c         c          c     c          c        c        c        c    c        c  c       c       c   c
"""


def rows() -> list[tuple[str, str, str]]:
    head, *lines = [line.split() for line in TABLE_OF_PAGE.strip().splitlines()]
    return [(line[0], role, cell) for line in lines for role, cell in zip(head[1:], line[1:], strict=True)]


def somebody(organisation, role: str) -> Actor:
    return Actor(kind="member", organisation_id=organisation.pk, roles=frozenset({role}))


@pytest.mark.req("PS-06", "PS-11", "invariant-6")
@pytest.mark.parametrize("role", Role.values)
def test_a_role_sees_each_field_on_a_page_as_the_table_says(organisation, role) -> None:
    actor = somebody(organisation, role)
    wanted = {field: cell for field, one, cell in rows() if one == role}
    found = {}
    for field in wanted:
        subject, name = field.split(".")
        found[field] = next(k for k, v in LETTERS.items() if v is sight(actor, subject, name, door="page")) + (
            "R" if may_reveal(actor, subject, name) else ""
        )
    assert found == wanted


@pytest.mark.req("PS-06")
def test_every_role_has_a_reason_to_look() -> None:
    assert set(VIEWER_OF_ROLE) == set(Role.values)


@pytest.mark.req("PS-05")
def test_every_personal_field_has_purpose_and_basis_none_is_added_without_and_none_must_be_filled_in() -> None:
    assert all(str(rule.purpose).strip() and str(rule.basis).strip() for rule in TABLE.values())
    with pytest.raises(TypeError):
        Rule("name", sights={})  # type: ignore[call-arg]
    sealed = {
        (subject, column.name)
        for model, subjects in (
            (Party, ("complainant", "agent", "contact", "respondent")),
            (Complaint, ("complaint",)),
            (Demand, ("demand",)),
        )
        for column in model._meta.local_concrete_fields
        if isinstance(column, SealedField) and column.name not in {"code", "former"}  # shown to nobody
        for subject in subjects
    }
    assert sealed <= set(TABLE), "a column of personal data that the table does not know"
    of_a_person = {name for _subject, name in TABLE} - {"description"}
    asked = {
        field.name: field
        for field in INTAKE_FIELDS
        if field.name.rpartition("_")[2] in of_a_person or field.name in of_a_person
    }
    assert {"name", "phone", "email", "address", "agent_phone", "respondent_name"} <= set(asked)
    assert [field.name for field in asked.values() if field.required] == []


@pytest.mark.req("invariant-6")
@pytest.mark.parametrize("role", Role.values)
def test_no_role_gets_a_field_in_the_clear_by_export_search_or_log(organisation, role) -> None:
    actor = somebody(organisation, role)
    for place in TABLE:
        assert sight(actor, *place, door="export") is not Sight.CLEAR, place
        assert sight(actor, *place, door="search") is not Sight.CLEAR, place
        assert sight(actor, *place, door="log") is Sight.NEVER, place


@pytest.mark.req("PS-06")
@pytest.mark.parametrize("door", sorted(DOORS - {"log"}))
def test_a_contact_is_in_the_clear_through_no_door_for_no_role(organisation, door) -> None:
    for role in Role.values:
        for field in ("name", "phone", "email", "address", "city"):
            assert sight(somebody(organisation, role), "complainant", field, door=door) is not Sight.CLEAR


@pytest.mark.req("PS-11")
def test_the_person_sees_their_own_data_and_the_other_party_does_not(organisation) -> None:
    person = Actor(kind="complainant", organisation_id=organisation.pk)
    other = Actor(kind="respondent", organisation_id=organisation.pk)
    assert sight(person, "complainant", "phone", own=True, door="page") is Sight.CLEAR
    assert sight(other, "complainant", "name", door="page") is Sight.MASKED
    for field in ("phone", "email", "address", "city"):
        assert sight(other, "complainant", field, door="page") is Sight.NEVER
    assert sight(other, "complaint", "description", door="page") is Sight.NEVER
    assert not may_reveal(person, "complainant", "phone")
    assert not may_reveal(other, "complainant", "name")


@pytest.mark.req("PS-11", "PS-15")
def test_internal_notes_and_colleagues_names_are_nothing_for_complainants(organisation) -> None:
    person = Actor(kind="complainant", organisation_id=organisation.pk)
    assert sight(person, "history", "note", own=True, door="page") is Sight.NEVER
    assert sight(person, "member", "name", door="page") is Sight.NEVER
    assert sight(person, "history", "text", own=True, door="page") is Sight.CLEAR


@pytest.mark.req("PS-06")
def test_programs_see_masked_data_unless_their_token_says_otherwise(organisation) -> None:
    plain = Actor(kind="token", organisation_id=organisation.pk, scopes=frozenset({"complaints:read"}))
    trusted = Actor(
        kind="token", organisation_id=organisation.pk, scopes=frozenset({"complaints:read", "personal:read"})
    )
    assert sight(plain, "complainant", "phone", door="api") is Sight.MASKED
    assert sight(plain, "complaint", "description", door="api") is Sight.MASKED
    assert sight(trusted, "complainant", "phone", door="api") is Sight.CLEAR
    assert not may_reveal(trusted, "complainant", "phone")
    assert sight(automation("letters", organisation.pk), "complainant", "email", door="letter") is Sight.CLEAR


@pytest.mark.req("PS-06")
def test_what_is_not_in_the_table_is_never_shown(organisation) -> None:
    boss = Actor(kind="member", organisation_id=organisation.pk, roles=frozenset(Role.values))
    assert sight(boss, "complainant", "shoe_size", door="page") is Sight.NEVER
    assert sight(boss, "complainant", "name", door="telepathy") is Sight.NEVER
    assert (
        sight(Actor(kind="member", organisation_id=organisation.pk), "complaint", "summary", door="page") is Sight.NEVER
    )
    assert not may_reveal(boss, "complainant", "shoe_size")
    assert "refused" in WHAT


@pytest.mark.req("PS-06")
def test_two_roles_see_the_most_that_one_of_them_allows(organisation) -> None:
    both = Actor(kind="member", organisation_id=organisation.pk, roles=frozenset({"analyst", "dept"}))
    assert sight(both, "complaint", "order_number", door="page") is Sight.COVERED
    assert sight(both, "complainant", "phone", door="page") is Sight.NEVER
