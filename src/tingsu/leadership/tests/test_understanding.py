"""Everybody reads what is in force, answers, and confirms once; coverage counts who understood; the public reads what is in force."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, Person
from tingsu.api.entries import detail
from tingsu.kernel import verify
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import ChangedMeanwhile, ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.models import Event
from tingsu.leadership import examples, queries, terms, understanding
from tingsu.leadership.tests.stands import drafted, in_force, take, the_roots, today
from tingsu.letters.models import Notice
from tingsu.people import queries as people
from tingsu.process.waiting import duties_of
from tingsu.registers import listing, paper, reading, receipts
from tingsu.registers.covering import know
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, Receipt

pytestmark = pytest.mark.django_db


def right(person: Person, entry: Entry) -> dict[str, str]:
    return {one.name: one.right for one in understanding.questions_of(entry, person.actor)}


def understand(person: Person, entry: Entry, means: str = "read") -> bool:
    return understanding.understand(actor=person.actor, entry=entry, answers=right(person, entry), means=means)


def waits_for(person: Person) -> list[str]:
    return [one.number for one in duties_of(person.actor, now()) if "/read/" in str(one.url)]


@pytest.mark.req("VL-05", "VL-17", "MS-10", "PE-20")
def test_a_wrong_answer_shows_the_passage_again_and_confirms_nothing(cast: Cast, client: Client, sign_in: Any) -> None:
    policy = in_force(cast, terms.POLICY)
    assert waits_for(cast.frontline) == [policy.number]
    assert Notice.objects.filter(kind="statement.to_read", member_id=cast.frontline.id).count() == 1
    sign_in(cast.frontline)
    page = reverse("leadership:read", args=[policy.number])
    shown = client.get(page).content.decode()
    passages = [passage for _q, _r, _w, passage in examples.TEXTS[terms.POLICY].questions]
    assert [shown.count(passage) for passage in passages] == [1, 1], "the text itself, and nothing beside the questions"
    given = right(cast.frontline, policy)
    wrong = next(
        code
        for code, _words in understanding.questions_of(policy, cast.frontline.actor)[0].answers
        if code != given["q0"]
    )
    answer = client.post(page, {**given, "q0": wrong, "means": "training"})
    assert answer.status_code == 422
    said = answer.content.decode()
    assert (said.count(passages[0]), said.count(passages[1])) == (2, 1)
    assert f'value="{wrong}" checked' in said
    assert not Receipt.objects.exists()
    assert client.post(page, {"means": "training"}).status_code == 422
    assert client.post(page, {**given, "means": "hearsay"}).status_code == 422
    assert client.post(page, {**given, "means": "training"}).status_code == 303
    kept = Receipt.objects.get()
    assert (kept.entry_id, kept.member_id, kept.means, kept.on.isoformat()) == (
        policy.pk,
        cast.frontline.id,
        "training",
        today(),
    )
    assert waits_for(cast.frontline) == []
    assert client.post(page, {**given, "means": "read"}).status_code == 303
    assert Event.objects.filter(stream_id=policy.pk, kind="statement.understood").count() == 1
    assert [one.sentence for one in verify.verify_organisation(verify.Tally())] == []
    Receipt.objects.filter(pk=kept.pk).update(member_id=cast.qa.id)
    assert "who has read it is not as the ledger tells" in [
        one.sentence for one in verify.verify_organisation(verify.Tally())
    ]


@pytest.mark.req("VL-05", "VL-17")
def test_coverage_counts_who_understood_and_names_who_has_not(cast: Cast, client: Client, sign_in: Any) -> None:
    policy = in_force(cast, terms.POLICY)
    everybody = len(people.active_members())
    assert queries.coverage()[terms.POLICY].asked == everybody
    for person in (cast.frontline, cast.dept, cast.top_mgmt):
        assert understand(person, policy, "publicity")
    found = queries.coverage()[terms.POLICY]
    assert (found.confirmed, found.percent) == (3, 300 // everybody)
    assert set(found.missing) == {one.pk for one in people.active_members()} - {
        cast.frontline.id,
        cast.dept.id,
        cast.top_mgmt.id,
    }
    readers = reverse("leadership:readers", args=[policy.number])
    sign_in(cast.qa)
    page = client.get(readers).content.decode()
    confirmed = page.partition("已确认</h2>")[2]
    for person, has in ((cast.frontline, True), (cast.specialist, False)):
        assert (people.staff_identity(person.id) in confirmed) is has
        assert people.staff_identity(person.id) in page
    assert "宣传（会议、海报、影片）" in confirmed
    entry = client.get(reverse("registers:entry", args=["statement", policy.number])).content.decode()
    assert "已阅读并确认理解" not in entry, "readers do not push out what became of it"
    beside = [
        reverse("registers:list", args=[name]) for name in ("acknowledgement", "culture_activity", "values_feedback")
    ]
    shown = client.get(reverse("registers:list", args=["statement"])).content.decode()
    assert [f'href="{one}"' in shown for one in beside] == [True, True, True]
    sign_in(cast.frontline)
    shown = client.get(reverse("registers:list", args=["statement"])).content.decode()
    assert [f'href="{one}"' in shown for one in beside] == [False, True, False]
    assert client.get(readers).status_code == 403
    assert f"<b>{found.percent} %</b>" in client.get(reverse("registers:list", args=["statement"])).content.decode()
    from tingsu.people.models import Member

    Member.objects.filter(pk=cast.dept.id).update(active=False)
    from tingsu.people import directory

    directory.forget_cached()
    assert queries.coverage()[terms.POLICY].confirmed == 2, "who has left is neither asked nor counted"


@pytest.mark.req("VL-08", "VL-05", "MS-10")
def test_a_new_version_asks_everybody_anew(cast: Cast) -> None:
    first = in_force(cast, terms.POLICY)
    understand(cast.frontline, first)
    take(cast.supervisor, first, "new_version")
    second = Entry.objects.get(register=terms.STATEMENT, state="draft")
    assert waits_for(cast.frontline) == []
    take(cast.supervisor, second, "submit")
    second = take(cast.top_mgmt, second, "approve", effective_on=today())
    assert waits_for(cast.frontline) == [second.number]
    assert queries.coverage()[terms.POLICY].confirmed == 0
    assert Notice.objects.filter(kind="statement.to_read", member_id=cast.frontline.id).count() == 2
    with pytest.raises(ChangedMeanwhile):
        understand(cast.qa, first)
    first.refresh_from_db()
    with pytest.raises(ConditionsUnmet):
        understand(cast.qa, first)
    assert understand(cast.frontline, second)


@pytest.mark.req("VL-05", "VL-17")
def test_what_nobody_has_to_read_asks_nobody_and_a_program_confirms_nothing(
    cast: Cast, client: Client, sign_in: Any
) -> None:
    purpose = in_force(cast, terms.PURPOSE)
    assert waits_for(cast.frontline) == []
    assert terms.PURPOSE not in queries.coverage()
    sign_in(cast.frontline)
    assert client.get(reverse("leadership:read", args=[purpose.number])).status_code == 404
    with pytest.raises(ConditionsUnmet):
        understand(cast.frontline, purpose)
    policy = in_force(cast, terms.POLICY)
    with pytest.raises(InvalidInput):
        understanding.understand(actor=cast.qa.actor, entry=policy, answers={}, means="read")
    from tingsu.kernel.actor import automation

    with pytest.raises(NotAllowed):
        receipts.confirm(
            actor=automation("test", cast.organisation_id), register=registers()[terms.STATEMENT], entry=policy, means="read", while_in="in_force",
        )  # fmt: skip
    assert not Receipt.objects.exists()


@pytest.mark.req("VL-17")
def test_questions_come_in_the_language_of_the_reader_and_tell_no_right_answer(
    cast: Cast, client: Client, sign_in: Any
) -> None:
    policy = in_force(cast, terms.POLICY)
    orders = {
        tuple(words for _code, words in understanding.questions_of(policy, getattr(cast, name).actor)[0].answers)
        for name in (
            "frontline",
            "frontline2",
            "specialist",
            "specialist2",
            "coach",
            "qa",
            "dept",
            "dept2",
            "mediator",
            "dso",
        )
    }
    assert len(orders) > 1, "not the same order for everybody"
    sign_in(cast.frontline)
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    page = client.get(reverse("leadership:read", args=[policy.number])).content.decode()
    assert examples.TEXTS[terms.POLICY].questions_en[0][0] in page
    assert examples.TEXTS[terms.POLICY].questions[0][0] not in page


@pytest.mark.req("VL-09", "PT-03", "MS-10", "VL-16")
def test_the_public_reads_what_is_in_force_and_never_a_draft(cast: Cast, client: Client) -> None:
    page, about, privacy = (reverse(f"portal:{name}") for name in ("values", "help", "privacy"))
    drafted(cast, terms.COMMITMENT)
    assert client.get(page).status_code == 404
    assert page not in client.get(about).content.decode()
    draft = Entry.objects.get()
    take(cast.supervisor, draft, "submit")
    assert client.get(page).status_code == 404
    take(cast.mgmt_rep, draft, "approve", effective_on=today())
    the_roots(cast)
    for kind in (terms.POLICY, terms.SERVICE, terms.VALUES):
        in_force(cast, kind)
    said = client.get(page).content.decode()
    first_lines = {kind: examples.TEXTS[kind].zh.splitlines()[0] for kind in (*terms.PUBLIC, terms.VISION)}
    for kind, line in first_lines.items():
        assert (line in said) is (kind not in {terms.CONDUCT, terms.VISION}), kind
    assert f"{page}#commitment" in client.get(about).content.decode()
    shown = client.get(privacy).content.decode()
    assert "只为处理投诉使用个人信息，只看必须看的，不外传。" in shown
    assert f"{page}#values" in shown
    client.post(reverse("portal:mode"), {"elder": "1", "next": page})
    assert first_lines[terms.POLICY] in client.get(page).content.decode()
    client.post("/i18n/setlang/", {"language": "en", "next": page})
    english = client.get(page).content.decode()
    assert examples.TEXTS[terms.POLICY].en.splitlines()[0] in english
    assert first_lines[terms.POLICY] not in english
    assert '<h2 id="policy-title">Complaint policy</h2>' in english
    take(cast.supervisor, queries.in_force(terms.COMMITMENT), "new_version")  # type: ignore[arg-type]
    new = Entry.objects.get(register=terms.STATEMENT, state="draft")
    take(cast.supervisor, new, "write", title="新承诺", text_zh="另一种承诺", text_en="")
    assert "另一种承诺" not in client.get(page).content.decode()


@pytest.mark.req("VL-09")
def test_without_an_english_text_readers_of_english_get_the_chinese_marked_as_such(cast: Cast, client: Client) -> None:
    entry = drafted(cast, terms.PURPOSE)
    take(cast.supervisor, entry, "drop", reason="只为示例")
    entry = drafted(cast, terms.COMMITMENT)
    take(cast.supervisor, entry, "write", title="承诺", text_zh=examples.TEXTS[terms.COMMITMENT].zh, text_en="")
    take(cast.supervisor, entry, "submit")
    with travel_to(now() + timedelta(minutes=1)):
        take(cast.top_mgmt, entry, "approve", effective_on=today())
        client.post("/i18n/setlang/", {"language": "en", "next": "/"})
        assert '<p lang="zh-Hans">我们制定并公开投诉处理流程' in client.get(reverse("portal:values")).content.decode()


@pytest.mark.req("VL-05")
def test_answers_to_the_questions_leave_by_no_door_for_whoever_is_asked_them(
    cast: Cast, client: Client, sign_in: Any
) -> None:
    policy = in_force(cast, terms.POLICY)
    texts = policy.written()
    secret = texts["questions.0.wrong"].splitlines()[0]
    assert secret not in texts["text_zh"]
    take(cast.supervisor, policy, "new_version")
    register = registers()[terms.STATEMENT]
    told = {}
    for person in (cast.frontline, cast.supervisor):
        rows = know([Entry.objects.select_related("stream").get(pk=policy.pk)])
        sign_in(person)
        pages = [
            client.get(reverse(f"registers:{one}", args=[terms.STATEMENT, policy.number])).content.decode()
            for one in ("entry", "print")
        ]
        said = [
            *pages, str(paper.sheet_of_entry(person.actor, register, rows[0])), str(reading.history_of(person.actor, register, rows[0], "page")),
            str(list(listing.prepared(person.actor, register, rows))), str(detail(person.actor, register, rows[0])),
        ]  # fmt: skip
        told[person.id] = [secret in words for words in said]
    assert not any(told[cast.frontline.id]), told
    assert all(told[cast.supervisor.id]), "who writes them reads them, on paper too"
