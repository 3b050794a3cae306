"""Nothing about a case or a person is published without consent or legal duty; a consent taken back brings it down (PS-11)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import Cast, Person
from tingsu.aftercare.tests.rounds import notified
from tingsu.clocks.models import Promise
from tingsu.demo.journey import Journey
from tingsu.files import store
from tingsu.governance import publications
from tingsu.governance.tests.test_disposal import PERSON, archived, findings, opened, take
from tingsu.governance.tests.test_requests import ANSWER, SOON, asked
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.registers.models import Entry, EntryFacet

pytestmark = [pytest.mark.django_db, pytest.mark.req("PS-11")]
WORDING = "一位顾客来信：退款晚到七天，客服三次回电说明进度。"
OUT = {"published_on": "2026-03-20", "address": "https://example.com/stories/7"}


def begun(cast: Cast, journey: Journey | None = None) -> Entry:
    more = {"case_number": journey.complaint.number} if journey else {}
    return opened(cast.specialist, "publication", SOON, wording=WORDING, place="website", **more)


def proof(person: Person) -> list[str]:
    with travel_to(SOON):
        return [
            str(
                store.accept_upload(
                    SimpleUploadedFile("同意书.txt", "同意刊登".encode(), "text/plain"), actor=person.actor
                ).pk
            )
        ]


def consented(cast: Cast, entry: Entry, by: Person | None = None, **change: Any) -> Entry:
    who = by or cast.specialist
    given: dict[str, Any] = {
        "ground": "consent", "consent_by": "欧阳金丝雀", "consent_on": "2026-03-18", "consent_proof": proof(who),
    }  # fmt: skip
    return take(who, entry, "record_ground", SOON, **{**given, **change})


def published(cast: Cast, journey: Journey | None) -> Entry:
    entry = consented(cast, begun(cast, journey))
    take(cast.mgmt_rep, entry, "approve", SOON)
    return take(cast.specialist, entry, "publish", SOON, **OUT)


@pytest.mark.parametrize(
    ("ground", "missing"),
    [
        (None, {"ground"}), ({}, set()), ({"consent_by": ""}, {"consent"}), ({"consent_on": ""}, {"consent"}),
        ({"consent_proof": []}, {"proof"}), ({"ground": "duty"}, {"legal_ground"}),
        ({"ground": "duty", "legal_ground": "《消费者权益保护法》第五十六条公示"}, set()),
    ],
)  # fmt: skip
def test_without_consent_on_record_or_a_legal_duty_nothing_leaves_the_house(
    cast: Cast, ground: Any, missing: set[str]
) -> None:
    entry = begun(cast)
    if ground is not None:
        consented(cast, entry, **ground)
    if missing:
        with pytest.raises(ConditionsUnmet) as refused:
            take(cast.mgmt_rep, entry, "approve", SOON)
        assert {one.code for one in refused.value.unmet} == missing
        with pytest.raises(ConditionsUnmet):
            take(cast.specialist, entry, "publish", SOON, **OUT)
        assert Entry.objects.get(pk=entry.pk).state == "draft"
        return
    assert take(cast.mgmt_rep, entry, "approve", SOON).state == "approved"
    assert take(cast.specialist, entry, "publish", SOON, **OUT).state == "published"
    assert findings() == []


def test_who_prepared_it_does_not_approve_it_and_not_everybody_may(cast: Cast) -> None:
    entry = opened(cast.mgmt_rep, "publication", SOON, wording=WORDING, place="media")
    consented(cast, entry, by=cast.supervisor)
    with pytest.raises(ConditionsUnmet):
        take(cast.mgmt_rep, entry, "approve", SOON)
    for person in (cast.specialist, cast.supervisor):
        with pytest.raises((NotAllowed, NotFound)):
            take(person, entry, "approve", SOON)
    assert take(cast.dso, entry, "approve", SOON).state == "approved"
    with pytest.raises(InvalidInput):
        opened(cast.specialist, "publication", SOON, wording=WORDING, place="media", case_number="202601-XF-999")


@pytest.mark.req("PS-17")
def test_a_consent_taken_back_brings_down_what_is_out_and_drops_what_is_not(cast: Cast) -> None:
    journey, other = archived(cast, **PERSON), archived(cast)
    out, prepared = published(cast, journey), consented(cast, begun(cast, journey))
    elsewhere, by_law = published(cast, other), begun(cast, journey)
    consented(cast, by_law, ground="duty", legal_ground="法定公示")
    request = asked(cast, journey, kind="withdrawal")
    take(cast.specialist, request, "check_identity", SOON, identity="callback")
    take(cast.supervisor, request, "answer", SOON, **{**ANSWER, "means": "phone"})
    states = {row.pk: row.state for row in Entry.objects.filter(register="publication")}
    assert states == {out.pk: "to_remove", prepared.pk: "dropped", elsewhere.pk: "published", by_law.pk: "draft"}
    promise = Promise.objects.get(stream_id=out.pk, kind="publication_removal")
    assert (promise.due_at - promise.started_at).days == 3
    assert Notice.objects.filter(stream_id=out.pk, member_id=cast.dso.id, kind="publication.withdrawn").exists()
    assert Event.objects.get(stream_id=out.pk, kind="publication.withdrawn").actor_id == cast.supervisor.id
    late = consented(cast, begun(cast, journey))
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.mgmt_rep, late, "approve", SOON)
    assert {one.code for one in refused.value.unmet} == {"taken_back"}
    decided = EntryFacet.objects.filter(entry=request, name="decision")
    for decision, counts in (("partly", True), ("refused", False), ("granted", True)):
        decided.update(value=decision)
        assert publications._taken_back(late.pk, "2026-03-18") is counts, decision
    for days, counts in ((0, False), (1, True)):  # a new consent, given on the day of the withdrawal or after it
        again, at = begun(cast, journey), SOON + timedelta(days=days)
        given = {"ground": "consent", "consent_by": "欧阳金丝雀", "consent_proof": proof(cast.specialist)}
        take(cast.specialist, again, "record_ground", at, consent_on=f"{at:%Y-%m-%d}", **given)
        if counts:
            assert take(cast.mgmt_rep, again, "approve", at).state == "approved"
        else:
            with pytest.raises(ConditionsUnmet):
                take(cast.mgmt_rep, again, "approve", at)
    done = take(cast.specialist, out, "remove", SOON, removed_on="2026-03-21")
    assert done.state == "removed"
    assert Promise.objects.get(pk=promise.pk).ending == "met"
    assert findings() == []


@pytest.mark.req("PS-17", "FB-14")
@pytest.mark.parametrize(("ground", "told"), [("consent", True), ("nobody", False)])
def test_whoever_answers_for_a_published_reply_hears_that_its_consent_is_gone(
    cast: Cast, ground: str, told: bool
) -> None:
    journey = notified(cast, channel="media", kind="report")
    journey.step(cast.specialist, "publish_reply", place="某平台", ground=ground, ground_words="3 月 1 日书面同意")
    request = asked(cast, journey, kind="withdrawal")
    take(cast.specialist, request, "check_identity", SOON, identity="callback")
    take(cast.supervisor, request, "answer", SOON, **{**ANSWER, "means": "phone"})
    rows = Notice.objects.filter(stream_id=journey.complaint.pk, kind="publication.consent_gone")
    assert set(rows.values_list("member_id", flat=True)) == ({journey.owner.id, cast.dso.id} if told else set())


def test_a_request_that_is_refused_or_asks_for_something_else_brings_nothing_down(cast: Cast) -> None:
    journey = archived(cast, **PERSON)
    out = published(cast, journey)
    for kind, decision in (("withdrawal", "refused"), ("explanation", "granted")):
        request = asked(cast, journey, kind=kind)
        take(cast.specialist, request, "check_identity", SOON, identity="callback")
        more = {"legal_ground": "法定义务"} if decision == "refused" else {}
        take(cast.supervisor, request, "answer", SOON, **{**ANSWER, "means": "phone", "decision": decision}, **more)
    assert Entry.objects.get(pk=out.pk).state == "published"


def test_pages_show_what_stands_on_what_and_mask_who_consented(cast: Cast, sign_in: Any) -> None:
    entry = published(cast, archived(cast, **PERSON))
    client = sign_in(cast.dso)
    page = client.get(reverse("registers:entry", args=["publication", entry.number])).content.decode()
    assert "投诉人同意" in page
    assert "欧阳金丝雀" not in page
    assert client.get(reverse("registers:list", args=["publication"])).status_code == 200
    assert sign_in(cast.dept).get(reverse("registers:entry", args=["publication", entry.number])).status_code == 404
