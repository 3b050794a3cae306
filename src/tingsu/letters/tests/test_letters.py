"""Letters: one per intent, in both languages, with their mandatory places, kept when they cannot leave."""

from datetime import timedelta

import pytest

from tests.cast import Cast
from tingsu.complaints.access import party_actor
from tingsu.complaints.actions import take_step
from tingsu.complaints.models import Complaint, Party
from tingsu.intake.tests.test_register_complaint import MONDAY, registered
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.models import Event
from tingsu.kernel.rulebooks import in_force, publish
from tingsu.letters import actions, links, providers, smtp
from tingsu.letters.composing import compose
from tingsu.letters.models import Letter, Notice
from tingsu.letters.shipped import SHIPPED
from tingsu.letters.templates_book import LANGUAGES, TEMPLATES, check, render

NEWS = {"content": "我们在核实打款。", "means": "portal", "progress": "核实中"}


def feedback(cast: Cast, complaint: Complaint) -> Letter:
    with travel_to(MONDAY + timedelta(hours=1)):
        take_step(actor=cast.frontline.actor, complaint_id=complaint.pk, step="feed_back", values=NEWS)
    return Letter.objects.get(stream_id=complaint.pk, template="feedback")


@pytest.mark.req("AK-02")
@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_shipped_template_says_what_it_must(name: str) -> None:
    check(TEMPLATES[name], SHIPPED[name])
    body = SHIPPED[name]["body"]
    own_way = {"one_time_code", "sign_in_changed", "second_factor_reset"}  # typed where it was asked for; about no case
    for language in LANGUAGES:
        assert ("link}" in body[language]) is (name not in own_way), "whoever gets a letter can go on from it"


@pytest.mark.req("AK-02")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"body": {"zh-Hans": "您好，{number}", "en": "{number} {process} {limits} {follow}"}}, "body.zh-Hans"),
        ({"body": {"zh-Hans": "{number} {process} {limits} {follow} {salary}", "en": "x"}}, "body.zh-Hans"),
        ({"subject": {"zh-Hans": "", "en": "x"}}, "subject.zh-Hans"),
        ({"body": "text"}, "body.en"),
    ],
)
def test_a_template_that_misses_a_place_cannot_be_published(cast: Cast, change: dict, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        publish(actor=cast.top_mgmt.actor, kind="letter.acknowledgement", body={**SHIPPED["acknowledgement"], **change})
    assert field in refused.value.fields
    assert in_force("letter.acknowledgement").version == 0


def test_a_new_template_is_used_from_then_on(cast: Cast) -> None:
    body = {
        "subject": {"zh-Hans": "进展 {number}", "en": "News {number}"},
        "body": {"zh-Hans": "{content}{handler}", "en": "{content}{handler}"},
    }
    published = publish(actor=cast.top_mgmt.actor, kind="letter.feedback", body=body)
    letter = feedback(cast, registered(cast))
    message, version = compose(Letter.objects.select_related("stream").get(pk=letter.pk))
    assert (version, message.subject[:2]) == (published.version, "进展")


@pytest.mark.parametrize("break_", ["\n", "\r", "\u2028"])
def test_a_subject_is_one_line_whatever_stands_in_its_places(cast: Cast, break_: str) -> None:
    body = SHIPPED["feedback"] | {"subject": {"zh-Hans": "{name}，有新进展", "en": "{name}, news"}}
    publish(actor=cast.top_mgmt.actor, kind="letter.feedback", body=body)
    letter = feedback(cast, registered(cast, name=f"陈晓雨{break_}Bcc: a@example.com"))
    message, _version = compose(Letter.objects.select_related("stream").get(pk=letter.pk))
    assert message.subject == "陈晓雨 Bcc: a@example.com，有新进展"


def test_lines_without_values_are_left_out() -> None:
    assert render("{content}\n下次反馈：{next_at} 前\n{link}", {"content": "好", "link": "x"}) == "好\nx"


@pytest.mark.req("invariant-7", "AK-05")
def test_a_letter_names_the_work_identity_never_the_person(cast: Cast) -> None:
    letter = feedback(cast, registered(cast))
    message, _version = compose(Letter.objects.select_related("stream").get(pk=letter.pk))
    assert "工号 1001" in message.body
    assert "真名" not in message.body


@pytest.mark.req("invariant-8")
def test_a_letter_leaves_once_and_only_after_its_ten_seconds(cast: Cast) -> None:
    complaint = registered(cast)
    letter = feedback(cast, complaint)
    with travel_to(MONDAY + timedelta(hours=1, seconds=9)):
        actions.deliver(letter.pk)
    assert Letter.objects.get(pk=letter.pk).state == "queued"
    with travel_to(MONDAY + timedelta(hours=1, seconds=11)):
        actions.deliver(letter.pk)
        actions.deliver(letter.pk)
    assert Letter.objects.get(pk=letter.pk).state == "delivered"
    assert Event.objects.filter(stream_id=complaint.pk, kind="letter.sent").count() == 1


def test_a_held_letter_can_be_taken_back_a_sent_one_cannot(cast: Cast) -> None:
    complaint = registered(cast)
    letter = feedback(cast, complaint)
    with travel_to(MONDAY + timedelta(hours=1, seconds=5)):
        actions.withdraw_letter(actor=cast.frontline.actor, letter_id=letter.pk)
    with travel_to(MONDAY + timedelta(hours=1, seconds=20)):
        actions.deliver(letter.pk)
    assert Letter.objects.get(pk=letter.pk).state == "withdrawn"
    acknowledgement = Letter.objects.get(stream_id=complaint.pk, template="acknowledgement")
    with pytest.raises(NotAllowed):
        actions.withdraw_letter(actor=cast.frontline.actor, letter_id=acknowledgement.pk)


@pytest.mark.req("AK-10")
def test_a_means_that_fails_is_a_fact_and_another_is_tried(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    complaint = registered(cast)
    letter = Letter.objects.get(stream_id=complaint.pk)
    assert letter.channel == "email"

    def refuse(channel: str, message: providers.Message) -> str:
        if channel == "email":
            raise smtp.NotSent("recipient", kind=smtp.FINAL)
        return "page"

    monkeypatch.setattr(providers, "send", refuse)
    with travel_to(MONDAY + timedelta(minutes=1)):
        actions.deliver(letter.pk)
        actions.deliver(letter.pk)
    letter.refresh_from_db()
    assert (letter.state, letter.channel, letter.failure) == ("delivered", "portal", "recipient")
    assert Event.objects.filter(stream_id=complaint.pk, kind="letter.failed").count() == 1
    assert Notice.objects.filter(member_id=complaint.owner_id, kind="letter.failed").exists()


def test_a_passing_failure_is_tried_again_with_the_same_message_id(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    letter = Letter.objects.get(stream_id=registered(cast).pk)
    seen: list[str] = []

    def busy(channel: str, message: providers.Message) -> str:
        seen.append(message.message_id)
        raise smtp.NotSent("busy")

    monkeypatch.setattr(providers, "send", busy)
    with travel_to(MONDAY + timedelta(minutes=1)):
        for _turn in range(2):
            actions.deliver(letter.pk)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, len(seen), len(set(seen))) == ("queued", 2, 2, 1)


def test_the_settings_page_shows_and_refuses(cast: Cast, sign_in: object) -> None:
    client = sign_in(cast.supervisor)
    assert client.get("/desk/settings/letters/acknowledgement/").status_code == 200
    answer = client.post(
        "/desk/settings/letters/acknowledgement/edit/",
        {
            "entry-0-subject-zh-Hans": "收到",
            "entry-0-subject-en": "x",
            "entry-0-body-zh-Hans": "您好",
            "entry-0-body-en": "y",
            "publish": "1",
        },
    )
    assert answer.status_code == 422
    assert "您好" in answer.content.decode()
    assert sign_in(cast.frontline).get("/desk/settings/letters/acknowledgement/").status_code == 403


@pytest.mark.req("AK-10")
def test_a_letter_counts_as_read_only_after_it_has_left(cast: Cast) -> None:
    letter = feedback(cast, registered(cast))
    party = Party.objects.get(pk=letter.party_id)
    opened = {"actor": party_actor(party, cast.organisation_id), "stream_id": letter.stream_id}
    for seconds, sent in ((5, False), (11, True)):
        with travel_to(MONDAY + timedelta(hours=1, seconds=seconds)):
            actions.deliver(letter.pk)
            actions.note_read(**opened, reference=links.reference(letter.pk))
        letter.refresh_from_db()
        assert (letter.sent_at is not None, letter.read_at is not None) == (sent, sent)
    assert Event.objects.filter(stream_id=letter.stream_id, kind="letter.read").count() == 1
