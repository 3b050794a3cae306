"""Partners with accounts of their own: what they are asked, what they read, what they hand over, and all that stays shut (IG-10)."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from tests.browser import Served, chromium_path
from tests.cast import PASSWORD, Cast
from tests.doors import desk
from tingsu.casework.tests.cases import investigating
from tingsu.casework.tests.test_partners import publish
from tingsu.clocks.models import Promise
from tingsu.complaints.actions import take_step
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.kernel.clock import local_date, now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound, TooMany
from tingsu.kernel.models import Event
from tingsu.letters import providers
from tingsu.letters.composing import compose
from tingsu.letters.models import Letter, Notice
from tingsu.partners import accounts, handing
from tingsu.partners.access import actor_of
from tingsu.partners.models import HandedOver, PartnerAccount, PartnerTask
from tingsu.partners.steps.tasks import firms_of, partners_done
from tingsu.people.access import rights_of
from tingsu.people.sessions import FACTOR
from tingsu.triage.tests.cases import step

NUMBER = "13800007788"


def in_register(cast: Cast) -> None:
    rows = [
        {
            "code": code,
            "kind": "merchant",
            "name": {"zh-Hans": chinese, "en": english},
            "contact": {"zh-Hans": "400", "en": "400"},
        }
        for code, chinese, english in (
            ("lamp_shop", "明灯商家", "Lamp merchant"),
            ("other_shop", "别家商家", "Other merchant"),
        )
    ]
    publish(cast, *rows)


def day(days: int = 0) -> date:
    return local_date(now(), "Asia/Shanghai") + timedelta(days=days)


def account(cast: Cast, code: str = "lamp_shop", **changes: Any) -> PartnerAccount:
    given = {
        "code": code, "name": "赵某某", "username": f"{code}-1", "email": f"{code}@example.org", "contract": "HT-2026-8，档案柜三",
        "bound_on": day(-10), "bound_until": day(300), "password": PASSWORD,
    }  # fmt: skip
    return accounts.open_partner_account(actor=cast.supervisor.actor, **given | changes).account


def asked(cast: Cast, complaint: Complaint | None = None, **changes: Any) -> PartnerTask:
    complaint = complaint or investigating(cast)
    given = {
        "firm": "lamp_shop", "kind": "statement", "question": f"客户 {NUMBER} 称灯罩破裂，请说明发货时的状态", "given": "订单尾号 8812",
        "due_at": (now() + timedelta(days=3)).isoformat(),
    }  # fmt: skip
    step(cast.specialist, complaint, "ask_partner", **given | changes)
    return PartnerTask.objects.select_related("complaint__stream").latest("asked_at", "id")


def door(name: str = "lamp_shop-1") -> Client:
    """Signed in at the partners' door, the second factor given."""
    client = Client()
    assert client.post("/accounts/login/", {"login": name, "password": PASSWORD})["Location"] == "/partner/"
    return with_factor(client)


def with_factor(client: Client) -> Client:
    session = client.session
    session[FACTOR] = True
    session.save()
    return client


@pytest.mark.req("IG-10", "PS-13")
def test_of_two_firms_asked_on_one_case_each_answers_its_own_question(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    in_register(cast)
    lamp, other = account(cast), account(cast, "other_shop")
    task = asked(cast)
    theirs = asked(cast, task.complaint, firm="other_shop")
    given = {"answer": "发货时完好", "declined": "", "files": []}
    for who, wanted in ((other, task), (lamp, theirs)):
        with pytest.raises(ConditionsUnmet) as refused:
            take_step(
                actor=actor_of(who), complaint_id=task.complaint_id, step="answer_partner", values={**given, "task": str(wanted.pk)}
            )  # fmt: skip
        assert [one.code for one in refused.value.unmet] == ["no_task"]
    for who, wanted in ((lamp, task), (other, theirs)):
        take_step(
            actor=actor_of(who), complaint_id=task.complaint_id, step="answer_partner", values={**given, "task": str(wanted.pk)}
        )  # fmt: skip
    assert {row.code: row.state for row in PartnerTask.of(task.complaint)} == dict.fromkeys(
        ("lamp_shop", "other_shop"), "answered"
    )
    with translation.override("en"):
        with django_assert_num_queries(0):
            assert firms_of(["lamp_shop", "other_shop"]) == {
                "lamp_shop": "Lamp merchant",
                "other_shop": "Other merchant",
            }
        publish(cast)
        assert firms_of([]) == {}, "the register is read anew"
        with django_assert_num_queries(1):  # they left the register: as their accounts have it, however many
            left = firms_of(["lamp_shop", "other_shop", "never"])
    assert left == {"lamp_shop": "Lamp merchant", "other_shop": "Other merchant", "never": "never"}


@pytest.mark.req("IG-10", "PS-13")
def test_a_partner_answers_its_own_question_and_reads_nothing_else(cast: Cast) -> None:
    in_register(cast)
    first, other = account(cast), account(cast, "other_shop")
    complaint = investigating(cast)
    task = asked(cast, complaint)
    client, stranger = door(), door("other_shop-1")
    page = client.get(f"/partner/tasks/{task.pk}/").content.decode()
    assert "灯罩破裂" in page
    assert "订单尾号 8812" in page
    assert NUMBER not in page, "what points to a person is masked before it is kept"
    assert complaint.number in client.get("/partner/").content.decode()
    assert complaint.number not in stranger.get("/partner/").content.decode()
    assert stranger.get(f"/partner/tasks/{task.pk}/").status_code == 404
    assert client.get(f"/partner/tasks/{uuid.uuid4()}/").status_code == 404
    for address in (
        "/desk/",
        f"/desk/cases/{complaint.number}/",
        "/desk/queue/",
        "/desk/settings/people/",
        "/desk/mail/",
        "/desk/settings/",
    ):
        assert client.get(address).status_code == 403, address
    assert not rights_of(actor_of(first))
    for name in ("add_facts", "log_contact", "ask_partner", "withdraw_partner_task"):
        with pytest.raises((NotAllowed, NotFound)):
            step(_person(first), complaint, name, **{"facts": "x", "task": str(task.pk)})
    with pytest.raises(NotFound):
        step(_person(other), complaint, "answer_partner", task=str(task.pk), answer="别家的话")
    refused = client.post(f"/partner/tasks/{task.pk}/", {"answer": "", "once": "k1"})
    assert refused.status_code == 422
    assert "#f-answer" in refused.content.decode()
    sent = {"answer": "发货时完好，见照片", "once": "k2", "files__new": SimpleUploadedFile("发货.txt", "完好".encode())}
    assert client.post(f"/partner/tasks/{task.pk}/", sent).status_code == 303
    task.refresh_from_db()
    assert (task.state, task.answered_by, task.text("answer")) == ("answered", first.pk, "发货时完好，见照片")
    assert len(task.files) == 1
    assert Promise.objects.get(stream_id=complaint.pk, kind="partner_answer").ending == "met"
    event = Event.objects.get(stream_id=complaint.pk, kind="complaint.partner_answered")
    assert (event.actor_kind, event.actor_id, event.actor_name) == ("partner", first.pk, "lamp_shop")
    assert Notice.objects.filter(kind="case.partner_answered", member_id=cast.specialist.id).count() == 1
    assert client.post(f"/partner/tasks/{task.pk}/", {"answer": "再来一次", "once": "k3"}).status_code == 409
    assert "发货时完好" in client.get(f"/partner/tasks/{task.pk}/").content.decode()
    with travel_to(now() + timedelta(days=13, hours=23)):
        assert door().get(f"/partner/tasks/{task.pk}/").status_code == 200
    with travel_to(now() + timedelta(days=14, minutes=1)):
        late = door()
        assert late.get(f"/partner/tasks/{task.pk}/").status_code == 404
        assert complaint.number not in late.get("/partner/").content.decode()
    case = desk("specialist", cast).get(f"/desk/cases/{complaint.number}/").content.decode()
    assert "发货时完好" in case
    assert "明灯商家" in case


class _Person:
    def __init__(self, row: PartnerAccount) -> None:
        self.actor, self.id = actor_of(row), row.pk


def _person(row: PartnerAccount) -> Any:
    return _Person(row)


@pytest.mark.req("IG-10")
def test_an_answer_goes_back_a_question_is_withdrawn_and_no_case_closes_over_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers, "available", lambda *_channel: True)
    in_register(cast)
    person = _person(account(cast))
    complaint = investigating(cast)
    task = asked(cast, complaint)
    letters = Letter.objects.filter(stream_id=person.id).order_by("created_at", "id")
    message, _version = compose(letters[0])
    assert complaint.number in message.kept_subject
    assert "/partner/" in message.body
    assert not {"灯罩", "赵某某", NUMBER} & set(message.body.split()), "a letter says nothing of the matter"
    assert "灯罩" not in message.body
    close = PROCESS["close"]
    assert "partners_done" in close.guard_names
    case = type("Opened", (), {"complaint": complaint})()
    assert {one.code for one in partners_done(case, close, None)} == {"partner_waits"}  # type: ignore[arg-type]
    step(person, complaint, "answer_partner", task=str(task.pk), answer="不是我们的货", declined="yes")
    assert PartnerTask.objects.get().state == "declined"
    new_day = (now() + timedelta(days=2)).isoformat()
    step(
        cast.specialist,
        complaint,
        "return_partner_answer",
        task=str(task.pk),
        reason=f"请核对 {NUMBER} 的包裹",
        due_at=new_day,
    )
    task = PartnerTask.objects.select_related("complaint__stream").get()
    assert (task.state, task.returns) == ("open", 1)
    assert NUMBER not in task.text("return_reason")
    assert "请核对" in door().get(f"/partner/tasks/{task.pk}/").content.decode()
    step(cast.specialist, complaint, "withdraw_partner_task", task=str(task.pk), reason="已查清")
    assert partners_done(case, close, None) == []  # type: ignore[arg-type]
    assert door().get(f"/partner/tasks/{task.pk}/").status_code == 404
    with pytest.raises(NotFound):
        step(person, complaint, "answer_partner", task=str(task.pk), answer="太晚")
    assert [one.intent.split(":", 2)[2] for one in letters] == ["asked:0", "returned:1", "withdrawn:1"]
    assert not Promise.objects.filter(stream_id=complaint.pk, kind="partner_answer", ended_at=None).exists()


@pytest.mark.req("IG-10", "PS-13", "VL-06")
def test_nobody_is_asked_who_is_not_bound_and_an_account_ends(cast: Cast) -> None:
    in_register(cast)
    complaint = investigating(cast)
    with pytest.raises(InvalidInput):
        asked(cast, complaint)
    table: list[tuple[dict[str, Any], str]] = [
        ({"code": "nobody"}, "code"), ({"contract": " "}, "contract"), ({"name": " "}, "name"), ({"bound_on": day(1)}, "bound_on"),
        ({"bound_until": day(-1)}, "bound_until"), ({"bound_until": day(1100)}, "bound_until"),
    ]  # fmt: skip
    for wrong, place in table:
        with pytest.raises(InvalidInput) as told:
            account(cast, **wrong)
        assert set(told.value.fields) == {place}, wrong
    for person in (cast.specialist, cast.frontline, cast.dso, cast.auditor):
        with pytest.raises(NotAllowed):
            accounts.open_partner_account(
                actor=person.actor,
                code="lamp_shop",
                name="某",
                username="x-1",
                email="",
                contract="1",
                bound_on=day(),
                bound_until=day(9),
            )
    row = account(cast, bound_until=day(5))
    task = asked(cast, complaint)
    with pytest.raises(InvalidInput) as told:
        asked(cast, complaint, due_at=(now() + timedelta(days=61)).isoformat())
    assert set(told.value.fields) == {"due_at"}
    client = door()
    with travel_to(now() + timedelta(days=6)):
        again = Client()
        again.post("/accounts/login/", {"login": "lamp_shop-1", "password": PASSWORD})
        with_factor(again)
        assert again.get("/partner/").status_code == 403, "the commitment has run out"
        accounts.bind_anew(
            actor=cast.supervisor.actor, account_id=row.pk, contract="HT-2027-1", bound_on=day(), bound_until=day(100)
        )
        assert again.get(f"/partner/tasks/{task.pk}/").status_code == 200
    _row, username, first = accounts.give_partner_password(actor=cast.supervisor.actor, account_id=row.pk)
    assert client.get("/partner/").status_code == 302, "the session ended"
    fresh = Client()
    assert fresh.post("/accounts/login/", {"login": username, "password": first})["Location"].endswith(
        "/password/change/"
    )
    assert fresh.get("/partner/").status_code == 403, "a password that somebody else made opens nothing"
    accounts.close_partner_account(actor=cast.supervisor.actor, account_id=row.pk)
    assert Client().post("/accounts/login/", {"login": username, "password": first}).status_code in (200, 302)
    assert fresh.get("/partner/").status_code in (302, 403)
    kinds = Event.objects.filter(stream_id=row.pk).order_by("seq").values_list("kind", flat=True)
    told_kinds = [one.removeprefix("partner_account.") for one in kinds]
    assert told_kinds == [
        "opened",
        "signed_in",
        "signed_in",
        "commitment_renewed",
        "password_given",
        "signed_in",
        "closed",
    ]


@pytest.mark.req("IG-10", "IN-03")
def test_a_partner_hands_over_a_complaint_and_follows_its_stage(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    in_register(cast)
    row = account(cast)
    client = door()
    told = {
        "description": "客户说快递箱被压扁，要求换货",
        "problem_type": "consumer",
        "reference": "SJ-77",
        "name": "钱小姐",
        "phone": NUMBER,
    }
    page = client.post("/partner/hand-over/", told | {"once": "a"})
    assert page.status_code == 422, "who it is only with the customer's knowledge"
    assert "钱小姐" in page.content.decode(), "nothing typed is lost"
    assert client.post("/partner/hand-over/", told | {"once": "a", "told": "on"}).status_code == 303
    assert client.post("/partner/hand-over/", told | {"once": "a", "told": "on"}).status_code == 303, (
        "sent twice, registered once"
    )
    handed = HandedOver.objects.select_related("complaint__stream").get()
    complaint = handed.complaint
    assert (handed.code, handed.account, handed.text("reference")) == ("lamp_shop", row.pk, "SJ-77")
    assert (complaint.mode, complaint.channel, complaint.anonymous) == ("other", "other", False)
    assert Event.objects.get(stream_id=complaint.pk, kind="complaint.registered").actor_kind == "partner"
    listed = client.get("/partner/").content.decode()
    assert complaint.number in listed
    assert "SJ-77" in listed
    assert NUMBER not in listed
    assert "钱小姐" not in listed
    account(cast, "other_shop")
    assert complaint.number not in door("other_shop-1").get("/partner/").content.decode()
    bare = {"description": "不愿留名的客户说客服态度差", "problem_type": "consumer"}
    made = handing.hand_over(actor=actor_of(row), account=row, given=bare, key="b").complaint
    assert made.anonymous
    monkeypatch.setattr(handing, "MOST_A_DAY", 2)
    with pytest.raises(TooMany):
        handing.hand_over(actor=actor_of(row), account=row, given=bare, key="c")


@pytest.mark.req("IG-10")
@pytest.mark.skipif(chromium_path() is None, reason="no browser")
def test_the_door_is_read_by_everybody_on_every_screen(cast: Cast, chromium: Any) -> None:
    in_register(cast)
    account(cast)
    complaint = investigating(cast)
    task = asked(cast, complaint)
    client = door()
    made = client.post("/partner/programs/", {"program": "订单系统", "days": "90"})
    assert made.status_code == 200, "the access is shown once, on the page that made it"
    for language, locale, width in (
        ("zh-hans", "zh-CN", 390),
        ("en", "en", 1440),
        ("zh-hans", "zh-CN", 1440),
        ("en", "en", 390),
    ):
        client.cookies["tingsu_language"] = language
        window = Served(chromium, client, locale=locale, viewport={"width": width, "height": 900})
        for name, path in (
            ("home", "/partner/"),
            ("task", f"/partner/tasks/{task.pk}/"),
            ("hand_over", "/partner/hand-over/"),
            ("programs", "/partner/programs/"),
        ):
            window.open(path)
            window.page.wait_for_selector("h1")
            window.picture(f"partner-{name}-{language}-{width}", full=True)
            assert (window.violations(), window.too_wide(), window.disorder(), window.errors) == ([], [], [], []), path
        window.page.fill("[name=program]", f"仓库系统 {language} {width}")
        window.page.click("main .form-actions .btn-primary")
        window.page.wait_for_selector("main p.note")
        window.picture(f"partner-program-made-{language}-{width}", full=True)
        assert (window.violations(), window.too_wide(), window.errors) == ([], [], [])
        window.context.close()
    staff = Served(chromium, desk("supervisor", cast), viewport={"width": 390, "height": 900})
    for name, path in (
        ("accounts", "/desk/settings/partner-accounts/"),
        ("new", "/desk/settings/partner-accounts/new/"),
    ):
        staff.open(path)
        staff.page.wait_for_selector("h1")
        staff.picture(f"partner-{name}", full=True)
        assert (staff.violations(), staff.too_wide()) == ([], []), path
    staff.context.close()
