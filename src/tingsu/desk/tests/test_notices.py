"""Notices by the case they are about, with its matter named; and nothing of what the reader may not open."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tingsu.desk.notices import NoticeLine, _together, notice_page
from tingsu.desk.tests.cases import a_case
from tingsu.kernel.clock import now
from tingsu.kernel.kinds import matters_of, names_of
from tingsu.letters.models import Notice
from tingsu.letters.notices import mark_read, notify
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.reading import title_of
from tingsu.registers.tests.samples import an_entry
from tingsu.registers.tests.test_every_register import opener_of


def told(person, kind, complaint):
    notify([person.id], kind, complaint.pk, {"number": complaint.number})


FITS = 25
"""So many things fit one page of notices."""


def groups(client):
    return client.get(reverse("desk:notices")).context["notices"]


@pytest.mark.req("AK-10")
def test_notices_of_one_case_stand_together_with_its_matter_and_number(sign_in, cast):
    first, second = a_case(cast.frontline), a_case(cast.frontline, summary="空气炸锅漏电，外壳发麻")
    mark_read(cast.frontline.actor)
    for kind, one in (
        ("case.offered", first), ("case.new_facts", second), ("letter.failed", first), ("letter.failed", first),
    ):  # fmt: skip
        told(cast.frontline2, kind, one)
    client = sign_in(cast.frontline2)
    found = groups(client)
    assert [one.number for one in found] == [first.number, second.number]
    assert [(line.words, line.times) for line in found[0].lines] == [
        ("有一封信没有发出", 2),
        ("一件投诉等待您接收", 1),
    ] or [line.times for line in found[0].lines] == [2, 1]
    assert "漏电" in found[1].matter
    assert found[0].url == reverse("desk:case", args=[first.number])
    html = client.get(reverse("desk:notices")).content.decode()
    assert html.count(first.number) >= 1
    assert "× 2" in html
    assert "13800002210" not in html


@pytest.mark.req("PS-11")
def test_of_a_case_that_one_may_not_open_nothing_is_told_and_nothing_counted(sign_in, cast):
    one, mine = a_case(cast.frontline), a_case(cast.frontline2)
    told(cast.dept, "case.new_facts", one)
    told(cast.frontline2, "case.new_facts", mine)
    client = sign_in(cast.dept)
    work = client.get(reverse("desk:work"))
    assert work.context["notices"] == []
    assert one.number not in work.content.decode()
    assert groups(client) == []
    assert Notice.objects.get(member_id=cast.dept.id, kind="case.new_facts").read_at is not None
    assert [group.number for group in groups(sign_in(cast.frontline2))] == [mine.number]


@pytest.mark.parametrize(
    ("notices", "lines"),
    [("Aa", ["A", "a"]), ("AA", ["A2"]), ("aaa", ["a3"]), ("AbA", ["A", "b", "A"]), ("AAa", ["A2", "a"])],
)
def test_only_the_same_words_in_a_row_both_read_or_both_unread_are_one_line(notices: str, lines: list[str]) -> None:
    """Each sign is a notice: the letter its words, a capital unread."""
    row = [
        NoticeLine(words=one.lower(), icon="bell", at=now(), unread=one.isupper(), url="", number="") for one in notices
    ]
    found = [(one.words.upper() if one.unread else one.words, one.times) for one in _together(row)]
    assert [words + (str(times) if times > 1 else "") for words, times in found] == lines


def kinds_of_things(cast):
    """One of everything that sends notices, opened by somebody who may: (kind, id, its notice)."""
    case = a_case(cast.frontline)
    yield "complaint", case.pk, "case.new_facts"
    for register in registers().values():
        entry = an_entry(register, opener_of(register, cast))
        yield register.name, entry.pk, f"{register.name}.given"


@pytest.mark.req("PS-11", "PS-03")
def test_nobody_of_any_role_is_told_of_a_thing_of_any_kind_that_he_may_not_open(sign_in, cast):
    things = list(kinds_of_things(cast))
    everybody = list(cast._people.values())
    wrong, shown = [], 0
    for first in range(0, len(things), FITS):
        Notice.objects.all().delete()
        told_of = things[first : first + FITS]
        for _kind, pk, notice in told_of:
            notify([person.id for person in everybody], notice, pk, {})
        for person in everybody:
            client = sign_in(person)
            links = {group.url for group in groups(client)}
            assert "" not in links
            for kind, pk, _notice in told_of:
                named = names_of([pk])[pk]
                opens = client.get(named.url).status_code == 200
                shown += opens
                if opens != (named.url in links):
                    wrong.append((person.username, kind, opens))
    assert wrong == []
    assert 0 < shown < len(everybody) * len(things)


def test_notices_cost_the_same_for_few_and_many(sign_in, cast):
    client = sign_in(cast.frontline2)

    def cost():
        client.get(reverse("desk:notices"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("desk:notices"))
        return len(queries)

    told(cast.frontline2, "case.offered", a_case(cast.frontline))
    few = min(cost() for _n in range(2))
    for _n in range(3):
        told(cast.frontline2, "case.offered", a_case(cast.frontline))
    assert min(cost() for _n in range(2)) == few


@pytest.mark.req("AK-10")
def test_a_notice_about_an_entry_of_any_register_names_its_matter_as_the_reader_may_see_it(sign_in, cast):
    entries = {}
    for register in registers().values():
        opener = opener_of(register, cast)
        entries[an_entry(register, opener)] = opener
    told_of = list(entries.items())
    for first in range(0, len(told_of), FITS):
        Notice.objects.all().delete()
        part = told_of[first : first + FITS]
        for entry, opener in part:
            notify([opener.id], f"{entry.register}.given", entry.pk, {})
        for person in {one.id: one for _entry, one in part}.values():
            found = {group.number: group.matter for group in notice_page(person.actor, "")[0].groups}
            for entry, opener in part:
                if opener.id == person.id:
                    assert found[entry.number] == title_of(person.actor, entry)
                    assert found[entry.number]


def test_matters_of_entries_are_told_to_nobody_who_may_not_open_them_and_asked_once_for_all_registers(cast):
    entries = {}
    for register in registers().values():
        entries[an_entry(register, opener_of(register, cast))] = register
    kinds = {entry.pk: register.name for entry, register in entries.items()}
    for person in cast._people.values():
        with CaptureQueriesContext(connection) as queries:
            told = matters_of(person.actor, kinds)
        assert len(queries) <= 2
        seen = {
            entry.pk
            for entry, register in entries.items()
            if register.visible(person.actor, Entry.objects.filter(pk=entry.pk)).exists()
        }
        assert set(told) == seen
    assert matters_of(cast.frontline.actor, {}) == {}
