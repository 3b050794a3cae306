"""People in the sentences of an entry: of linked cases too, on every way out; and forms that show nobody what they may not read."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.demo import journey
from tingsu.pages import pdf
from tingsu.registers import actions, declaration
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryWords
from tingsu.registers.tests.samples import an_entry

pytestmark = [pytest.mark.django_db, pytest.mark.req("PS-06", "PS-11")]
NAME, PHONE = "司徒卡纳丽", "13977667788"
TOLD = f"{NAME}来电说退款没到，仓库查了两遍，另一位顾客王小明没有受影响"


@pytest.fixture
def case(cast: Cast) -> Complaint:
    return journey.register(cast.frontline.actor, {**journey.STORY, "name": NAME, "phone": PHONE, "demands": []})


@pytest.fixture
def entry(cast: Cast, case: Complaint) -> Entry:
    made = an_entry(registers()["nonconformity"], cast.supervisor, description=TOLD)
    link(cast, made, case)
    return made


def link(cast: Cast, entry: Entry, case: Complaint) -> None:
    known = registers()[entry.register]
    actions.link_entry(actor=cast.supervisor.actor, register=known, entry=entry, number=case.number, kind="about")


def ways(client: Client, entry: Entry, papers: list[str]) -> dict[str, str]:
    """What each way out says of an entry."""
    name = entry.register
    addresses = {
        "page": reverse("registers:entry", args=[name, entry.number]), "print": reverse("registers:print", args=[name, entry.number]),
        "list": reverse("registers:list", args=[name]), "csv": reverse("registers:export", args=[name, "csv"]),
        "step": reverse("registers:step", args=[name, entry.number, "contain"]), "work": reverse("desk:work"),
        "pdf": reverse("registers:pdf", args=[name, entry.number]), "search": f"{reverse('registers:list', args=[name])}?q=仓库",
    }  # fmt: skip
    found = {}
    for way, address in addresses.items():
        answer = client.get(address)
        assert answer.status_code == 200, way
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        found[way] = body.decode(errors="ignore") + " ".join(papers)
    return found


def test_the_party_of_a_linked_case_is_named_by_no_sentence_of_the_entry(
    cast: Cast, case: Complaint, entry: Entry, sign_in: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers: list[str] = []
    monkeypatch.setattr(pdf, "pdf", lambda sheet: papers.append(repr(sheet)) or b"%PDF-")
    client = sign_in(cast.supervisor)
    leaks = [way for way, said in ways(client, entry, papers).items() if NAME in said or "卡纳丽" in said]
    assert leaks == []
    shown = client.get(reverse("registers:entry", args=["nonconformity", entry.number])).content.decode()
    assert "司徒**来电说退款没到" in shown
    assert "王小明" in shown, "who stands in no linked case is not known"
    words = str(EntryWords.objects.get(pk=entry.pk).words)
    assert "卡纳丽" not in words
    assert "仓库" in words


def test_before_it_is_linked_nobody_is_known_and_after_it_the_words_are_cut_anew(cast: Cast, case: Complaint) -> None:
    made = an_entry(registers()["nonconformity"], cast.supervisor, description=TOLD)
    assert "卡纳丽" in str(EntryWords.objects.get(pk=made.pk).words)
    link(cast, made, case)
    assert "卡纳丽" not in str(EntryWords.objects.get(pk=made.pk).words)


def test_a_list_learns_the_people_of_all_its_entries_in_two_questions(
    cast: Cast, case: Complaint, sign_in: Callable
) -> None:
    client = sign_in(cast.supervisor)
    address = reverse("registers:list", args=["nonconformity"])

    def cost() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert NAME not in client.get(address).content.decode()
        return len(queries)

    link(cast, an_entry(registers()["nonconformity"], cast.supervisor, description=TOLD), case)
    few = cost()
    for _n in range(3):
        link(cast, an_entry(registers()["nonconformity"], cast.supervisor, description=TOLD), case)
    assert cost() == few


def test_a_form_shows_no_text_that_is_masked_for_the_reader_and_keeps_it_when_left_empty(
    cast: Cast, sign_in: Callable
) -> None:
    """The attack: whoever may take a step opens its form and reads the name and number that the page masks."""
    known = registers()["evidence"]
    story = f"回访顾客 {PHONE}，均已答复"
    entry = an_entry(known, cast.supervisor, statement=story)
    client = sign_in(cast.supervisor)
    address = reverse("registers:step", args=["evidence", entry.number, "renew"])
    page = client.get(address).content.decode()
    assert PHONE not in page
    assert "138 ****" not in page
    assert "留空则保持原内容不变" in page
    given = {"speaks_of": entry.codes["speaks_of"], "statement": ""}
    refused = client.post(address, {**given, "speaks_of": "第三天"})
    assert refused.status_code == 422
    assert PHONE not in refused.content.decode()
    assert client.post(address, given).status_code == 303
    assert Entry.objects.select_related("stream").get(pk=entry.pk).written()["statement"] == story
    assert client.post(address, {**given, "statement": "改为每月回访"}).status_code == 303
    assert Entry.objects.select_related("stream").get(pk=entry.pk).written()["statement"] == "改为每月回访"
    assert "改为每月回访" in client.get(address).content.decode(), "what points to nobody stands in the form as before"


def test_who_opened_a_text_finds_it_in_the_form_too(cast: Cast, sign_in: Callable) -> None:
    known = registers()["evidence"]
    entry = an_entry(known, cast.supervisor, statement=f"回访顾客 {PHONE}")
    client = sign_in(cast.supervisor)
    address = reverse("registers:step", args=["evidence", entry.number, "renew"])
    client.post(
        reverse("registers:reveal", args=["evidence", entry.number]), {"field": "statement", "purpose": "核对证据"}
    )
    assert PHONE in client.get(address).content.decode()
    assert PHONE not in sign_in(cast.mgmt_rep).get(address).content.decode()


@pytest.mark.req("PS-05")
def test_a_field_about_a_person_says_what_for_and_without_a_purpose_it_is_asked_by_no_form(
    cast: Cast, sign_in: Callable
) -> None:
    page = sign_in(cast.frontline).get(reverse("registers:new", args=["contact"])).content.decode()
    assert page.count("用途：") >= 2
    fine = registers()["contact"]
    fields = {name: getattr(fine, name) for name in fine.__dataclass_fields__}
    with pytest.raises(declaration.Faulty, match="privacy table"):
        declaration.declare(
            declaration.Register(**{**fields, "name": "other", "personal": {"caller_name": "contact.shoe_size"}})
        )
    with pytest.raises(declaration.Faulty, match="number their entries alike"):
        declaration.declare(declaration.Register(**{**fields, "name": "other"}))
    assert "other" not in registers()


OF_NOBODY = {("major_event", "name"), ("publication", "address"), ("incoming_mail", "mailbox")}
"""Fields that read like a person's and are none: what a fire is called, where a text is published, into which mailbox of ours a mail came."""


NUMBERS = {("call", "caller"), ("missed_call", "caller")}
"""A call that is typed in, and a call to be returned, are of a number or of nobody."""


@pytest.mark.req("PS-05")
def test_every_field_of_a_register_that_asks_for_a_person_stands_in_the_privacy_table() -> None:
    personal = {(known.name, name) for known in registers().values() for name in known.personal}
    like = re.compile("name|phone|mail|address|caller|contact|person|plate|card|passport|birth|wechat")
    asked = {
        (known.name, one.name)
        for known in registers().values() for one in known.fields
        if one.kind in {"text", "longtext"} and like.search(one.name)
    }  # fmt: skip
    assert asked - OF_NOBODY == personal - {one for one in personal if not like.search(one[1])}
    for known in registers().values():
        needed = {name.rstrip("*") for name in known.form if name.endswith("*")} & set(known.personal)
        assert {(known.name, name) for name in needed} <= NUMBERS, "optional by default"
