"""What a registration needs and refuses, who counts as the same person, and which earlier complaints are found."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.complaints.fields import INTAKE_FIELDS
from tingsu.complaints.models import Complaint, Party
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.intake.repeats import MOST, earlier_complaints
from tingsu.intake.tests.test_register_complaint import MONDAY, STORY, registered
from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.fingerprints import phone_key

BARE: dict[str, Any] = {name: value for name, value in STORY.items() if name not in {"phone", "email"}}


def wrong(raw: dict[str, Any]) -> dict[str, str]:
    """The fields that are refused, with their codes; nothing when the registration is taken."""
    with travel_to(MONDAY):
        try:
            read_intake(raw)
        except InvalidInput as refused:
            return {name: error.code for name, error in refused.fields.items()}
    return {}


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({}, {"phone": "contact_or_anonymous"}),
        ({"phone": "13800002210"}, {}),
        ({"email": "chen@example.com"}, {}),
        ({"address": "杭州"}, {}),
        ({"agent_phone": "13900001111"}, {}),
        ({"agent_email": "zhou@example.com"}, {}),
        ({"contact_phone": "13700002222"}, {}),
        ({"respondent_phone": "95311"}, {"phone": "contact_or_anonymous"}),
        ({"respondent_email": "a@example.com"}, {"phone": "contact_or_anonymous"}),
        ({"fax": "057188880000"}, {"phone": "contact_or_anonymous"}),
        ({"anonymous": True}, {}),
        ({"withheld": ["phone"]}, {"phone": "contact_or_anonymous"}),
        ({"withheld": ["email"]}, {"phone": "contact_or_anonymous"}),
        ({"withheld": ["email", "phone"]}, {}),
    ],
)
def test_some_way_to_reach_the_person_is_needed_unless_they_withhold_both(given: dict, refused: dict) -> None:
    assert wrong({**BARE, **given}) == refused


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"phone": "6234567"}, {}),
        ({"phone": "1380000221"}, {"phone": "mobile_digits"}),
        ({"phone": "00000000000"}, {"phone": "no_contact"}),
        ({"phone": "13800002210、0571-88880000转801"}, {}),
        ({"phone": "123456"}, {"phone": "phone"}),
        ({"phone": "95311"}, {"phone": "phone"}),
        ({"phone": "abc"}, {"phone": "phone"}),
        ({"phone": "+852 5123 4567"}, {}),
        ({"phone": "12" * 9}, {"phone": "phone"}),
        ({"agent_phone": "95311"}, {"agent_phone": "phone"}),
        ({"contact_phone": "95311"}, {"contact_phone": "phone"}),
        ({"fax": "95311"}, {"fax": "phone"}),
        ({"respondent_phone": "95311"}, {}),
        ({"respondent_phone": "95"}, {"respondent_phone": "phone"}),
        ({"email": "chen@"}, {"email": "email"}),
        ({"agent_email": "x"}, {"agent_email": "email"}),
        ({"respondent_email": "x"}, {"respondent_email": "email"}),
        ({"country": "C" * 61}, {"country": "too_long"}),
        ({"country": "1C"}, {"country": "country"}),
        ({"country": "EU"}, {"country": "country"}),
        ({"country": "de"}, {}),
        ({"expected_reply_at": "2026-03-04 10:00"}, {"expected_reply_reason": "required"}),
        ({"expected_reply_at": "2026-03-04 10:00", "expected_reply_reason": "出差"}, {}),
        ({"problem_type": ""}, {"problem_type": "required"}),
        ({"description": " "}, {"description": "required"}),
        ({"description": "\u200b\u3164\u202e"}, {"description": "required"}),
        ({"name": "\u200b", "phone": "\ufeff", "email": ""}, {"phone": "contact_or_anonymous"}),
        ({"mode": "pigeon"}, {"mode": "choice"}),
        ({"occurred_on": "2026-03-03"}, {"occurred_on": "in_future"}),
        ({"occurred_on": "2026-03-02"}, {}),
        ({"received_at": "2026-03-02 10:01"}, {"received_at": "in_future"}),
        ({"received_at": "2026-03-02 10:00"}, {}),
        ({"nonsense": 1}, {"nonsense": "unknown_field"}),
        ({"demands": [{"kind": "refund"}] * 10}, {"demands": "rows"}),
        ({"demands": [{"kind": "refund"}] * 9}, {}),
    ],
)
def test_each_field_is_refused_by_its_own_code(given: dict, refused: dict) -> None:
    assert wrong({**STORY, **given}) == refused


def test_what_is_left_out_has_its_default_and_an_anonymous_person_leaves_nothing() -> None:
    with travel_to(MONDAY):
        intake = read_intake(STORY | {"description": "第一行\n第二行"})
        assert (intake.kind, intake.country, intake.summary, intake.remedy_requested, intake.reply_expected) == (
            "complaint",
            "",  # no country is ours: nothing is shown of it
            "第一行",
            True,
            True,
        )
        assert (intake.scene, intake.categories, intake.withheld, intake.received_at) == ("platform", (), (), None)
        assert [(wish.kind, wish.amount_fen, wish.detail) for wish in intake.demands] == [
            ("refund", 129900, "原路退回")
        ]
        long = read_intake(
            STORY | {"description": "字" * 100, "country": "de", "reply_expected": "no", "remedy_requested": "no"}
        )
        assert (long.summary, long.country, long.reply_expected, long.remedy_requested) == (
            "字" * 59 + "…",
            "DE",
            False,
            False,
        )
        nobody = read_intake(
            STORY
            | {
                "anonymous": True,
                "address": "杭州",
                "postcode": "310051",
                "fax": "057188880000",
                "agent_phone": "13900001111",
            }
        )
        assert [getattr(nobody, name) for name in ("name", "phone", "email", "address", "postcode", "fax")] == [""] * 6
        assert nobody.agent_phone == "13900001111"
        repeats = read_intake(STORY | {"repeats": "202603-xf-001, 202602-ZC-12 und noch"})
        assert repeats.repeats == ("202603-XF-001", "202602-ZC-012")


@pytest.mark.parametrize(
    ("typed", "bare"),
    [
        ("138 0000 2210", "13800002210"),
        ("+86 138-0000-2210", "13800002210"),
        ("0571-8888 0000", "57188880000"),
        ("+852 5123 4567", "85251234567"),
        ("x", ""),
    ],
)
def test_a_telephone_is_one_however_it_is_written(typed: str, bare: str) -> None:
    assert phone_key(typed) == bare


def test_every_contact_has_its_fingerprints_and_nobody_else_any(cast: Cast) -> None:
    made = registered(
        cast,
        name="陈小满",
        email="Chen@Example.com",
        agent_name="周律师",
        agent_phone="+86 139 0000 1111",
        respondent_name="速达",
        respondent_phone="95311",
    )
    rows = {party.role: party for party in Party.objects.filter(complaint=made)}

    def index(kind: str, value: str) -> bytes:
        return crypto.blind_index(cast.organisation_id, kind, value)

    person, agent, respondent = rows["complainant"], rows["agent"], rows["respondent"]
    assert bytes(person.phone_index) == index("phone", "13800002210")
    assert bytes(person.phone_tail_index) == index("tail", "2210")
    assert bytes(person.email_index) == index("email", "chen@example.com")
    assert bytes(person.name_index) == index("name", "陈小满")
    assert bytes(agent.phone_index) == index("phone", "13900001111")
    assert (agent.email_index, person.postcode) == (None, None)
    assert bytes(respondent.name_index) == index("name", "速达")
    assert set(rows) == {"complainant", "agent", "respondent"}


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, ("order", "product", "problem")),
        ({"order_number": "2"}, ("product", "problem")),
        ({"order_number": "2", "product": "锅"}, ("problem",)),
        ({"order_number": "2", "problem_type": "ip"}, ("product",)),
        ({"order_number": " 26110200317 "}, ("order", "product", "problem")),
        ({"order_number": "", "product": "", "problem_type": "ip"}, None),
        ({"order_number": "2", "product": "", "problem_type": "ip"}, None),
        ({"phone": "13900009999", "email": "other@example.com"}, None),
        ({"phone": "13900009999"}, ("order", "product", "problem")),
        ({"email": "other@example.com"}, ("order", "product", "problem")),
        ({"phone": "+86 138 0000 2210", "email": ""}, ("order", "product", "problem")),
        ({"phone": "13900009999", "email": "", "agent_phone": "13800002210"}, ("order", "product", "problem")),
        ({"phone": "13900009999", "email": "", "respondent_phone": "13800002210"}, None),
        ({"phone": "13900009999", "email": "", "contact_phone": "13800002210"}, None),
    ],
)
def test_earlier_complaints_of_the_same_contact_say_what_is_the_same(
    cast: Cast, changes: dict, same: tuple | None
) -> None:
    first = registered(cast)
    second = registered(cast, **changes)
    found = earlier_complaints(second, list(Party.objects.filter(complaint=second)))
    assert [(one.id, one.number, one.same, one.repeat_count, one.state) for one in found] == (
        [(first.pk, first.number, same, 1, "registered")] if same else []
    )


def test_the_newest_earlier_complaints_come_first_and_never_more_than_twenty(cast: Cast) -> None:
    numbers = []
    for day in range(MOST + 2):
        with travel_to(MONDAY + timedelta(days=day)):
            numbers.append(register_complaint(actor=cast.frontline.actor, intake=read_intake(STORY)).complaint.number)
    last = Complaint.objects.get(number=numbers[-1])
    found = earlier_complaints(last, list(Party.objects.filter(complaint=last)))
    assert [one.number for one in found] == list(reversed(numbers[:-1]))[:MOST]


@pytest.mark.req("P01")
def test_programs_register_by_their_scope_and_parties_by_being_one(cast: Cast) -> None:
    def actor(kind: Any, **more: Any) -> Actor:
        return Actor(kind=kind, id=cast.frontline.id, organisation_id=cast.organisation_id, name="x", **more)

    with travel_to(MONDAY):
        intake = read_intake(STORY)
        for allowed in (
            actor("complainant"),
            actor("token", scopes=frozenset({"complaints:write"}), roles=frozenset({"frontline"})),
        ):
            assert register_complaint(actor=allowed, intake=intake).complaint.pk
        for other in (
            actor("respondent"),
            actor("token", scopes=frozenset({"complaints:read"}), roles=frozenset({"frontline"})),
            actor("member"),
        ):
            with pytest.raises(NotAllowed):
                register_complaint(actor=other, intake=intake)


@pytest.mark.parametrize(
    ("given", "urgent", "authority", "media"),
    [
        ({"channel": "regulator"}, "normal", True, False),
        ({"channel": "media"}, "urgent", False, True),
        ({"outside_deadline": "2026-03-09 10:00"}, "normal", True, False),
        ({"demands": [{"kind": "refund", "amount": 50_000_00}]}, "urgent", False, False),
        ({"demands": [{"kind": "refund", "amount": 49_999_99}]}, "normal", False, False),
    ],
)
def test_what_speaks_for_risk_beside_the_words(
    cast: Cast, given: dict, urgent: str, authority: bool, media: bool
) -> None:
    made = registered(cast, **given)
    assert made.urgency == urgent
    assert ("penalty" in made.risk_marks) is authority
    assert ("opinion" in made.risk_marks) is media


def test_the_form_has_no_field_twice() -> None:
    names = [field.name for field in INTAKE_FIELDS]
    assert len(names) == len(set(names))
    assert {field.name for field in INTAKE_FIELDS if field.required} == {
        "problem_type",
        "description",
        "mode",
        "mode_other",
    }
