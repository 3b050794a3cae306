"""Confirming the record as it came, levels and overrides, supervision, the micro enterprise (E03, E07, E09, process.md §8)."""

import base64
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils.translation import override

from tests.cast import Cast, Person
from tingsu.casework.tests.cases import ACCEPT, offered
from tingsu.complaints.access import party_actor
from tingsu.complaints.actions import take_step
from tingsu.complaints.guards import record_confirmed
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.steps.record import CONFIRM_RECORD, lacks_in_record
from tingsu.complaints.waiting import duties_on_cases
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.models import Event, Organisation
from tingsu.triage.tests.cases import graded, last_event, registered, step, told

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def codes(refused: pytest.ExceptionInfo) -> set[str]:
    return {unmet.code for unmet in refused.value.unmet}


def unconfirmed(cast: Cast, mode: str, **changes: object) -> Complaint:
    return registered(cast.frontline, mode=mode, record_confirmed=False, **changes)


def letter(cast: Cast, how: str) -> dict[str, object]:
    """What is written down of a letter that is stored away, or of a check with the user."""
    if how == "checked":
        return {"means": "phone", "result": "as_written"}
    if how != "original_stored":
        return {}
    scan = store.keep("来信.gif", GIF, actor=cast.frontline.actor)
    return {"envelope": "挂号 XA 1234 5678，深圳邮戳", "original_place": "档案柜 3-2", "scan": [str(scan.pk)]}


@pytest.mark.req("RG-21", "RC-10")
def test_a_letter_is_on_record_with_envelope_place_and_scan_before_it_counts_as_confirmed(cast: Cast) -> None:
    complaint, told = unconfirmed(cast, "letter"), letter(cast, "original_stored")
    for without in told:
        with pytest.raises(InvalidInput) as refused:
            given = {name: value for name, value in told.items() if name != without}
            step(cast.frontline, complaint, "confirm_record", how="original_stored", **given)
        assert set(refused.value.fields) == {without}
    kept = step(cast.frontline, complaint, "confirm_record", how="original_stored", **told)
    row = Complaint.objects.select_related("stream").get(pk=kept.pk)
    assert (row.original_place, row.text("envelope")) == ("档案柜 3-2", "挂号 XA 1234 5678，深圳邮戳")
    assert [file.pk.hex for file in StoredFile.objects.filter(stream_id=row.pk)] == [told["scan"][0].replace("-", "")]
    # Whoever handed the scan in with the complaint is not asked for it again.
    scanned = unconfirmed(cast, "letter", files=letter(cast, "original_stored")["scan"])
    assert step(
        cast.frontline, scanned, "confirm_record", how="original_stored", envelope="无信封", original_place="档案柜 3-3"
    ).record_confirmed_at


@pytest.mark.req("RG-21", "G3", "CA-18")
def test_a_letter_without_a_name_is_stored_like_any_other_and_none_is_confirmed_by_a_tick(cast: Cast) -> None:
    for without_a_name in (True, False):
        complaint = registered(cast.frontline, mode="letter", record_confirmed=True, anonymous=without_a_name)
        assert complaint.record_confirmed_at is None
        assert [one for one in lacks_in_record(cast.frontline.actor, complaint) if "信件原件" in one]
        found = [str(one) for one in record_confirmed(SimpleNamespace(complaint=complaint), CONFIRM_RECORD, None)]
        assert len(found) == 1
        with pytest.raises(ConditionsUnmet) as refused:
            step(cast.frontline, complaint, "confirm_record", how="checked", **letter(cast, "checked"))
        assert codes(refused) == {"other_way"}
        kept = step(
            cast.frontline, complaint, "confirm_record", how="original_stored", **letter(cast, "original_stored")
        )
        assert kept.original_place == "档案柜 3-2"
        assert not [one for one in lacks_in_record(cast.frontline.actor, kept) if "信件原件" in one]
    spoken = registered(cast.frontline, mode="phone", record_confirmed=False, anonymous=True)
    assert record_confirmed(SimpleNamespace(complaint=spoken), CONFIRM_RECORD, None) == []


@pytest.mark.req("RG-18", "RG-22", "G3")
@pytest.mark.parametrize(
    ("mode", "right", "wrong"),
    [
        ("in_person", ["signed", "signature_refused"], ["read_back", "checked", "original_stored", "online"]),
        ("phone", ["read_back"], ["signed", "checked", "online"]),
        ("letter", ["original_stored"], ["read_back", "checked"]),
        ("internet", ["checked"], ["signed", "read_back", "online"]),
        ("email", ["checked"], ["original_stored"]),
    ],
)
def test_a_record_is_confirmed_the_way_it_came(cast: Cast, mode: str, right: list[str], wrong: list[str]) -> None:
    for how in wrong:
        complaint = unconfirmed(cast, mode)
        with pytest.raises(ConditionsUnmet) as refused:
            step(cast.frontline, complaint, "confirm_record", how=how, **letter(cast, how))
        assert codes(refused) == {"other_way"}
    for how in right:
        complaint = step(cast.frontline, unconfirmed(cast, mode), "confirm_record", how=how, **letter(cast, how))
        assert complaint.record_confirmed_at
        complaint.refresh_from_db()
        assert complaint.signed_by == {"signed": "image", "signature_refused": "refused"}.get(how, "")
        assert bool(complaint.signed_at) is (how == "signed")


@pytest.mark.req("RG-20")
def test_a_check_with_the_user_keeps_means_result_time_and_who(cast: Cast) -> None:
    complaint, told = unconfirmed(cast, "internet"), {"means": "phone", "result": "corrected"}
    for without in told:
        given = {name: value for name, value in told.items() if name != without}
        with pytest.raises(InvalidInput) as refused:
            step(cast.frontline, complaint, "confirm_record", how="checked", **given)
        assert set(refused.value.fields) == {without}
    complaint = step(cast.frontline, complaint, "confirm_record", how="checked", **told)
    event = last_event(complaint)
    assert {name: event.data["values"][name] for name in told} == told
    assert (event.actor_id, event.at) == (cast.frontline.id, complaint.record_confirmed_at)


@pytest.mark.req("RG-20")
def test_the_check_is_a_task_of_the_owner_with_a_time_until_it_is_made(cast: Cast) -> None:
    def tasks(person: Person) -> list[tuple[str, object]]:
        with override("zh-hans"):
            found = [(one, str(one.badge)) for one in duties_on_cases(person.actor, now()).items]
        return [
            (one.number, one.promise.due_at) for one, badge in found if badge == "待向用户核实的登记" and one.promise
        ]

    complaint = unconfirmed(cast, "internet")
    for mode in ("phone", "letter", "in_person"):
        unconfirmed(cast, mode)
    unconfirmed(cast, "internet", anonymous=True)
    assert tasks(cast.frontline) == [(complaint.number, complaint.received_at + timedelta(hours=24))]
    assert tasks(cast.specialist) == []
    step(cast.frontline, complaint, "confirm_record", how="checked", means="phone", result="as_written")
    assert tasks(cast.frontline) == []


@pytest.mark.req("RG-20", "G3")
def test_three_attempts_to_check_are_on_record_before_they_count(cast: Cast) -> None:
    complaint = unconfirmed(cast, "internet")
    for number in range(3):
        with pytest.raises(ConditionsUnmet) as refused:
            step(cast.frontline, complaint, "confirm_record", how="attempts")
        assert codes(refused) == {"attempts_missing"}, number
        call = {"direction": "attempt", "means": "phone", "purpose": "record", "content": "无人接听"}
        step(cast.frontline, complaint, "log_contact", **call)
    assert step(cast.frontline, complaint, "confirm_record", how="attempts").record_confirmed_at


@pytest.mark.req("RG-05", "CA-18", "G3")
def test_the_complainant_confirms_online_and_an_anonymous_record_by_the_means_left(cast: Cast) -> None:
    complaint = unconfirmed(cast, "phone")
    party = party_actor(Party.objects.get(complaint=complaint, role="complainant"), cast.organisation_id)
    with pytest.raises(ConditionsUnmet):
        take_step(actor=party, complaint_id=complaint.pk, step="confirm_record", values={"how": "signed"})
    done = take_step(actor=party, complaint_id=complaint.pk, step="confirm_record", values={"how": "online"})
    assert done.record_confirmed_at
    nobody = unconfirmed(cast, "internet", anonymous=True)
    assert step(cast.frontline, nobody, "confirm_record", how="attempts").record_confirmed_at


@pytest.mark.req("RG-05", "RG-18", "G3")
@pytest.mark.parametrize(
    ("mode", "given", "confirmed"),
    [
        ("in_person", {"record_confirmed": True}, False),
        ("in_person", {"signed_by": "image"}, True),
        ("in_person", {"signed_by": "refused"}, True),
        ("phone", {"record_confirmed": True}, True),
        ("phone", {}, False),
    ],
)
def test_a_visit_is_confirmed_by_signature_or_refusal_only(cast: Cast, mode: str, given: dict, confirmed: bool) -> None:
    complaint = registered(cast.frontline, mode=mode, **{"record_confirmed": False} | given)
    assert bool(complaint.record_confirmed_at) is confirmed


@pytest.mark.req("AS-02", "G4")
def test_nobody_below_the_required_level_is_handed_a_case(cast: Cast) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline), difficult="yes")
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.frontline, complaint, "transfer", member=str(cast.frontline2.id), note="请接手")
    assert codes(refused) == {"level_too_low"}
    complaint = step(cast.frontline, complaint, "transfer", member=str(cast.specialist2.id), note="请接手")
    assert step(cast.specialist2, complaint, "accept_transfer").owner_id == cast.specialist2.id


@pytest.mark.req("AS-02", "G4")
def test_a_level_that_a_supervisor_overrides_with_a_reason_lets_the_chosen_person_accept(cast: Cast) -> None:
    complaint = offered(cast, difficult="yes")
    chosen = str(cast.frontline2.id)
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.supervisor, complaint, "assign", member=chosen)
    assert codes(refused) == {"level_too_low"}
    complaint = step(cast.supervisor, complaint, "assign", member=chosen, override_reason="专家均在外，已电话指导")
    assert last_event(complaint).data["level_overridden"] == "expert"
    complaint = step(cast.frontline2, complaint, "accept", **ACCEPT)
    assert (complaint.state, complaint.owner_id) == ("investigating", cast.frontline2.id)


@pytest.mark.req("AS-12", "E09")
def test_the_centre_head_hears_of_supervision_however_it_began(cast: Cast) -> None:
    first = registered(cast.frontline)
    second = registered(cast.frontline, repeats=first.number)
    assert "case.supervised" not in told(cast.supervisor)
    third = registered(cast.frontline, repeats=second.number)
    assert third.supervised
    assert told(cast.supervisor).count("case.supervised") == 1
    other = registered(cast.frontline)
    step(cast.frontline, other, "link", number=third.number, kind="repeated")
    assert told(cast.supervisor).count("case.supervised") == 2


@pytest.mark.req("P09", "IV-03")
def test_only_the_investigator_concludes_a_general_case(cast: Cast) -> None:
    from tingsu.casework.tests.cases import UNFOUNDED, basis, investigating

    complaint = investigating(cast)
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.supervisor, complaint, "find_unfounded", **UNFOUNDED, bases=basis())
    assert codes(refused) == {"investigator_only"}
    assert step(cast.specialist, complaint, "find_unfounded", **UNFOUNDED, bases=basis()).state == "answering"


@pytest.mark.req("process.md §8.9")
def test_in_a_micro_enterprise_a_case_kept_by_its_receiver_passes_routing_by_itself(
    cast: Cast, organisation: Organisation
) -> None:
    to_myself = {"unit": str(cast.units["intake"].pk), "member": str(cast.frontline.id)}
    complaint = step(cast.frontline, graded(cast.frontline, registered(cast.frontline)), "pass_on", **to_myself)
    assert complaint.state == "routing"
    Organisation.objects.filter(pk=organisation.pk).update(profile="micro")
    other = step(cast.frontline, graded(cast.frontline, registered(cast.frontline)), "pass_on", **to_myself)
    assert (other.state, other.owner_id) == ("investigating", cast.frontline.id)
    kinds = Event.objects.filter(stream_id=other.pk).order_by("seq").values_list("kind", flat=True)
    assert [kind for kind in kinds if kind in {"complaint.passed_on", "complaint.accepted"}] == [
        "complaint.passed_on",
        "complaint.accepted",
    ]
    elsewhere = offered(cast)
    assert elsewhere.state == "routing"
    unread = graded(cast.frontline, unconfirmed(cast, "phone"))
    assert step(cast.frontline, unread, "pass_on", **to_myself).state == "routing"
