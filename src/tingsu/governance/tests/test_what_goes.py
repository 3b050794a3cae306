"""Each trace that a person leaves beside the sealed columns, gone after the erasure of the case, with that of another case kept (PS-17)."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tests.leftovers import everything, where
from tingsu.complaints.models import Complaint, OtherPhone, Party, Presence
from tingsu.demo.journey import Journey
from tingsu.files.models import StoredFile
from tingsu.governance import disposal, erasure
from tingsu.governance.tests.test_disposal import AT, LATER, REQUEST, archived, confirm, full, opened, run_of, take
from tingsu.kernel import crypto, erasing
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.fields import SealedField
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.models import EventText, IdempotencyKey
from tingsu.letters.models import Delivery, Letter, Notice
from tingsu.portal.models import OneTimeCode, PortalDraft
from tingsu.privacy.fields import CONSENT, PERSON, TABLE
from tingsu.privacy.models import Reveal
from tingsu.registers.models import EntryFacet, EntryWords

TWO = {"name": "欧阳金丝雀", "phone": "13877776666、13955554444", "honorific": "ms", "country": "JP"}


def erase(cast: Cast, pk: uuid.UUID, **data: Any) -> dict[str, int]:
    with travel_to(LATER):
        actor = automation("governance.disposal", cast.organisation_id)
        return erasure.erase_case(pk, actor=actor, at=LATER, data={"why": "retention", **data})


def trace(journey: Journey, cast: Cast) -> None:
    """What is left of somebody for a while: a page open to a colleague, a code, a draft, an open field, an answer for a program."""
    complaint = journey.complaint
    party = Party.objects.get(complaint=complaint, role="complainant")
    soon = {"created_at": LATER, "expires_at": LATER + timedelta(days=1)}
    _key, wrapped = crypto.new_data_key(cast.organisation_id)
    for row in (
        Presence(id=new_id(), complaint=complaint, member_id=cast.frontline.id, seen_at=LATER),
        OneTimeCode(id=new_id(), complaint=complaint, party=party, digest=b"x", **soon),
        PortalDraft(id=new_id(), state="sent", wrapped_key=wrapped, complaint_id=complaint.pk, **soon),
        Reveal(id=new_id(), stream_id=complaint.pk, member_id=cast.frontline.id, party_id=party.pk, field="phone", until=LATER),
        IdempotencyKey(
            id=new_id(), scope="api:x", key=str(complaint.pk), fingerprint=b"", status=201, created_at=AT,
            answer={"id": str(complaint.pk)},
        ),
    ):  # fmt: skip
        row.save(force_insert=True)
    Letter.objects.filter(stream_id=complaint.pk).update(message_id="<mark@server>", provider_id="mark-of-provider")
    Party.objects.filter(complaint=complaint).update(preferred_channel="phone")
    Delivery(
        id=new_id(), letter=Letter.objects.filter(stream_id=complaint.pk)[0], place=9, channel="post", state="sent", said=b"x",
        provider_id="mark", tracking="SF100", at=LATER,
    ).save(force_insert=True)  # fmt: skip


TRACES: dict[str, Callable[[uuid.UUID], bool]] = {
    "further telephones": lambda pk: OtherPhone.objects.filter(complaint_id=pk).exists(),
    "who has it open": lambda pk: Presence.objects.filter(complaint_id=pk).exists(),
    "one-time codes": lambda pk: OneTimeCode.objects.filter(complaint_id=pk).exists(),
    "drafts": lambda pk: PortalDraft.objects.filter(complaint_id=pk).exists(),
    "open fields": lambda pk: Reveal.objects.filter(stream_id=pk).exists(),
    "answers for programs": lambda pk: IdempotencyKey.objects.filter(key=str(pk)).exists(),
    "marks of letters": lambda pk: Letter.objects.filter(stream_id=pk).exclude(message_id="", provider_id="").exists(),
    "one mark of a letter": lambda pk: Letter.objects.filter(stream_id=pk).exclude(provider_id="").exists(),
    "how to address and reach": lambda pk: Party.objects.filter(complaint_id=pk).exclude(honorific="", country="").exists(),
    "how to be told": lambda pk: Party.objects.filter(complaint_id=pk).exclude(preferred_channel="").exists(),
    "words of a provider": lambda pk: Delivery.objects.filter(letter__stream_id=pk).exclude(said=None).exists(),
    "its mark": lambda pk: Delivery.objects.filter(letter__stream_id=pk).exclude(provider_id="").exists(),
    "the courier's": lambda pk: Delivery.objects.filter(letter__stream_id=pk).exclude(tracking="").exists(),
    "what colleagues were told": lambda pk: Notice.objects.filter(stream_id=pk).exists(),
    "salts": lambda pk: EventText.objects.filter(stream_id=pk).exclude(salt=None).exists(),
    "fingerprints": lambda pk: Party.objects.filter(complaint_id=pk).exclude(phone_index=None).exists(),
    "keys of persons": lambda pk: Party.objects.filter(complaint_id=pk).exclude(wrapped_key=None).exists(),
}  # fmt: skip


@pytest.mark.req("PS-17")
def test_every_trace_of_the_erased_case_goes_and_every_trace_of_another_stays(cast: Cast) -> None:
    confirm(cast)
    erased, kept = archived(cast, **TWO), archived(cast, **{**TWO, "name": "王另一位"})
    for journey in (erased, kept):
        trace(journey, cast)
        assert [name for name, left in TRACES.items() if not left(journey.complaint.pk)] == []
    erase(cast, erased.complaint.pk)
    assert [name for name, left in TRACES.items() if left(erased.complaint.pk)] == []
    assert [name for name, left in TRACES.items() if not left(kept.complaint.pk)] == []
    assert erase(cast, erased.complaint.pk) == {}


@pytest.mark.req("PS-17")
def test_the_bytes_of_its_files_leave_the_disk_with_the_commit(cast: Cast, django_capture_on_commit_callbacks) -> None:
    confirm(cast)
    journey = full(cast)
    pk = journey.complaint.pk
    disk = lambda: everything().get("disk", "")  # noqa: E731
    file_id = StoredFile.objects.get(stream_id=pk).pk
    assert str(file_id) in disk() or file_id.hex in disk()
    with django_capture_on_commit_callbacks(execute=True):
        assert erase(cast, pk)["files"] == 1
    assert str(file_id) not in disk()
    assert file_id.hex not in disk()


@pytest.mark.req("PS-17")
def test_an_entry_about_the_person_goes_with_its_words_and_one_that_stays_is_found_by_the_name_no_more(
    cast: Cast,
) -> None:
    confirm(cast)
    journey = full(cast)
    links = {link.entry.register: link.entry_id for link in _links(journey.complaint.pk)}
    contact, failing = links["contact"], links["nonconformity"]
    before = EntryWords.objects.get(pk=failing).words
    erase(cast, journey.complaint.pk)
    assert not EntryWords.objects.filter(pk=contact).exists()
    assert EntryWords.objects.get(pk=failing).words != before
    assert where("欧阳金丝雀", everything()) == []


@pytest.mark.req("PS-17")
def test_of_an_erased_entry_the_fingerprints_of_its_texts_go_and_the_codes_stay_for_the_figures(cast: Cast) -> None:
    entry = opened(
        cast.supervisor, "nonconformity", AT, source="other", description="供货短少", supplier="欧阳个体户",
        found_on="2026-03-02", severity="minor", owner=str(cast.supervisor.id),
    )  # fmt: skip
    names = lambda: set(EntryFacet.objects.filter(entry=entry).values_list("name", flat=True))  # noqa: E731
    before = names()
    assert {"supplier", "severity"} <= before
    chain = lock_chain(entry.pk)
    erasing.erase(chain, actor=automation("x", cast.organisation_id), at=LATER, data={"why": "age"})
    chain.flush()
    assert names() == before - {"supplier"}
    assert not EntryWords.objects.filter(pk=entry.pk).exists()


def _links(pk: uuid.UUID) -> Any:
    from tingsu.registers.models import EntryLink

    return EntryLink.objects.filter(other_id=pk).select_related("entry")


@pytest.mark.req("PS-17")
def test_a_longer_value_goes_before_the_shorter_one_that_stands_in_it_and_a_former_value_goes_too(cast: Cast) -> None:
    confirm(cast)
    journey = archived(cast, name="李", phone="13877776666", contact_note="李四光的办公室")
    party = Party.objects.get(complaint=journey.complaint, role="complainant")
    party.seal("former", json.dumps([{"name": "令狐旧名"}], ensure_ascii=False))
    party.save(update_fields=["former"])
    values = erasure.values_of(journey.complaint.pk)
    assert "令狐旧名" in values
    assert values == sorted(values, key=len, reverse=True)
    assert "李" not in values  # one sign is no name by which anything could be found
    assert erasure.without("令狐旧名说：13877776666 转李四光的办公室", values) == "■■说：■■ 转■■"


@pytest.mark.req("RC-04")
@pytest.mark.parametrize(("days", "due"), [(-1, False), (0, True), (1, True)])
def test_a_case_is_due_on_the_day_its_time_of_keeping_ends(cast: Cast, days: int, due: bool) -> None:
    confirm(cast)
    journey = archived(cast)
    with travel_to(LATER):
        Complaint.objects.filter(pk=journey.complaint.pk).update(dispose_on=disposal.today() - timedelta(days=days))
        listed = [one.complaint.pk for one in disposal.due_cases()]
        (one,) = disposal.due_cases(numbers=[journey.complaint.number])
    assert (journey.complaint.pk in listed) is due
    assert ("early" in one.obstacles) is not due


@pytest.mark.req("PS-17", "RC-04")
@pytest.mark.parametrize(
    ("decision", "answered", "asked"),
    [("granted", True, True), ("partly", True, True), ("refused", True, False), ("granted", False, False)],
)
def test_what_a_person_asks_to_be_erased_is_due_once_it_is_granted_and_answered_before_any_rule_is_published(
    cast: Cast, decision: str, answered: bool, asked: bool
) -> None:
    journey = archived(cast)
    request = opened(
        cast.frontline, "data_request", LATER, **REQUEST, case_number=journey.complaint.number, received_at=LATER.isoformat()
    )  # fmt: skip
    EntryFacet(
        entry=request, register="data_request", name="decision", value=decision, opened_at=request.opened_at
    ).save(force_insert=True)  # fmt: skip
    if answered:
        type(request).objects.filter(pk=request.pk).update(state="answered")
    with travel_to(LATER):
        assert (journey.complaint.pk in disposal.asked_for()) is asked
        (one,) = disposal.due_cases(numbers=[journey.complaint.number])
    assert (one.why == "request") is asked
    assert ("unconfirmed" in one.obstacles) is not asked
    assert ("entry" in one.obstacles) is not answered


@pytest.mark.req("RC-04")
def test_a_case_that_another_run_erased_meanwhile_is_left_and_said_to_be_gone(cast: Cast) -> None:
    confirm(cast)
    journey = archived(cast)
    run = run_of(cast, [journey.complaint.number])
    take(cast.mgmt_rep, run, "approve", LATER)
    erase(cast, journey.complaint.pk, run=new_id())
    with travel_to(LATER):
        disposal.carry_out(run.pk)
    run.refresh_from_db()
    assert (run.state, run.codes["erased"], run.codes["left"]) == ("done", 0, 1)


@pytest.mark.req("PS-17")
def test_the_list_outside_the_database_names_every_erased_thing_of_any_kind_and_erases_each_again(cast: Cast) -> None:
    confirm(cast)
    journey = full(cast)
    before = len(erasing.listed(erasing.outside(_organisation()))) if erasing.outside(_organisation()).exists() else 0
    erase(cast, journey.complaint.pk)
    told = erasing.listed(erasing.outside(_organisation()))[before:]
    assert [kind for _pk, kind, _at in told] == ["complaint", "contact"]


@pytest.mark.req("PS-17")
def test_a_consent_that_is_taken_back_takes_from_each_person_what_stands_on_it_alone(cast: Cast) -> None:
    journey = archived(cast, **TWO)
    pk = journey.complaint.pk
    first = Party.objects.get(complaint_id=pk, role="complainant")
    names = [name for (subject, name), rule in TABLE.items() if subject == PERSON and rule.basis == CONSENT]
    columns = [field.name for field in Party._meta.concrete_fields if field.name in names]
    assert columns
    Party.objects.filter(complaint_id=pk).exclude(pk=first.pk).delete()
    first.pk, first.role = new_id(), "agent"
    first.save(force_insert=True)
    for party in Party.objects.filter(complaint_id=pk):
        for name in columns:
            if isinstance(Party._meta.get_field(name), SealedField):
                party.seal(name, "x")
            else:
                setattr(party, name, "x")
        party.save()
    request = new_id()
    with travel_to(LATER):
        taken = erasure.withdraw_consent(pk, actor=automation("x", cast.organisation_id), at=LATER, request_id=request)
    left = [getattr(party, name) for party in Party.objects.filter(complaint_id=pk) for name in columns]
    assert (taken, [value for value in left if value]) == (2 * len(columns), [])
    assert Party.objects.filter(complaint_id=pk).exclude(name=None).count() == 2, "what the complaint needs stays"


def _organisation() -> Any:
    from tingsu.kernel.organisations import current_organisation

    return current_organisation()
