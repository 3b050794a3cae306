"""Text messages: the signatures of both providers, what their answers mean, what leaves, and which means is next."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.intake.tests.test_register_complaint import MONDAY, registered
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.models import Event
from tingsu.kernel.tenancy import acting_for
from tingsu.letters import actions, links, receipts
from tingsu.letters.models import Delivery, Letter, Notice, SmsAccount
from tingsu.letters.sms import account, gateway, short, signing
from tingsu.letters.smtp import BLOCKED, NotSent
from tingsu.letters.tests.sms_provider import KEY, OK, SECRET, approve, sms_provider

AT = MONDAY + timedelta(hours=1)
MOBILE = {"phone": "13800002210", "email": "", "preferred_channel": "sms"}
ACCESS = {"key_id": KEY, "sign": "清源家居", "app_id": "1400006666"}
TEXT = gateway.Text(
    to="13800002210", code="SMS_1", values=(("number", "202603-XF-001"), ("link", "https://t.cn/ä b*")), mark="m"
)


@pytest.mark.req("IG-03")
def test_signatures_are_those_that_the_providers_publish() -> None:
    """help.aliyun.com "V3 request structure and signature"; cloud.tencent.com "signature v3", in its older and newer form."""
    acs = signing.aliyun(
        host="ecs.cn-shanghai.aliyuncs.com", action="RunInstances", version="2014-05-26", key_id="YourAccessKeyId",
        secret="YourAccessKeySecret", at=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC), nonce="3156853299f313e23d1673dc12e1703d",
        query={"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"},
    )  # fmt: skip
    assert acs["Authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
        "x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )
    content = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    at = datetime.fromtimestamp(1551113065, UTC)
    for key_id, secret, signed, signature in (
        ("AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******", "Gu5t9xGARNpq86cd98joQYCN3*******", {},
         "SignedHeaders=content-type;host, Signature=2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"),
        ("AKID" + "*" * 32, "*" * 32, {"x-tc-action": "DescribeInstances"},
         "SignedHeaders=content-type;host;x-tc-action, Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"),
    ):  # fmt: skip
        made = signing.tencent(
            host="cvm.tencentcloudapi.com",
            service="cvm",
            content=content,
            key_id=key_id,
            secret=secret,
            at=at,
            signed=signed,
        )
        assert made["Authorization"] == f"TC3-HMAC-SHA256 Credential={key_id}/2019-02-25/cvm/tc3_request, {signature}"


@pytest.mark.parametrize(
    ("signs", "parts"), [(0, 1), (64, 1), (65, 2), (128, 2), (129, 3), (195, 3), (196, 4)]
)  # with 【清源家居】 before them
def test_a_message_is_counted_as_the_providers_count_it(signs: int, parts: int) -> None:
    assert short.parts_of("好" * signs, "清源家居") == parts
    assert short.parts_of("😀" * 32 + "好" * (signs - 64), "清源家居") == parts if signs > 64 else True


ANSWERS: list[tuple[str, Any, tuple[str, str]]] = [
    ("aliyun", (400, {"Code": "SignatureDoesNotMatch", "Message": "x"}), ("blocked", "sms_key")),
    ("aliyun", (404, {"Code": "InvalidAccessKeyId.NotFound"}), ("blocked", "sms_key")),
    ("aliyun", (200, {"Code": "isv.AMOUNT_NOT_ENOUGH"}), ("blocked", "sms_account")),
    ("aliyun", (200, {"Code": "isv.SMS_SIGNATURE_ILLEGAL"}), ("blocked", "sms_sign")),
    ("aliyun", (200, {"Code": "isv.MOBILE_NUMBER_ILLEGAL"}), ("final", "sms_number")),
    ("aliyun", (200, {"Code": "isv.SMS_TEMPLATE_ILLEGAL"}), ("final", "sms_template")),
    ("aliyun", (200, {"Code": "isv.BUSINESS_LIMIT_CONTROL"}), ("later", "sms_busy")),
    ("aliyun", (200, {"Code": "isv.SOMETHING_NEW"}), ("final", "sms_refused")),
    ("aliyun", (200, {"Code": "OK"}), ("final", "sms_refused")),  # without a mark nobody could report on it
    ("aliyun", (200, []), ("unsure", "sms_unsure")),
    ("aliyun", (200, b"<html>"), ("unsure", "sms_unsure")),
    ("aliyun", (500, b""), ("unsure", "sms_unsure")),
    ("aliyun", (503, b""), ("later", "sms_busy")),
    ("aliyun", (200, b"x" * 200_000), ("unsure", "sms_unsure")),
    ("aliyun", (302, {}), ("blocked", "sms_unreachable")),
    ("aliyun", None, ("unsure", "sms_unsure")),
    ("tencent", (200, {"Response": {"Error": {"Code": "AuthFailure.SignatureFailure"}}}), ("blocked", "sms_key")),
    ("tencent", (200, {"Response": {"SendStatusSet": [{"Code": "FailedOperation.InsufficientBalanceInSmsPackage"}]}}), ("blocked", "sms_account")),
    ("tencent", (200, {"Response": {"SendStatusSet": [{"Code": "LimitExceeded.PhoneNumberDailyLimit"}]}}), ("later", "sms_busy")),
    ("tencent", (200, {"Response": {"SendStatusSet": [{"Code": "FailedOperation.TemplateIncorrectOrUnapproved"}]}}), ("final", "sms_template")),
    ("tencent", (200, {"Response": {"SendStatusSet": [{"Code": "InvalidParameterValue.IncorrectPhoneNumber"}]}}), ("final", "sms_number")),
    ("tencent", (200, {"Response": {"SendStatusSet": [{"Code": "FailedOperation.SignatureIncorrectOrUnapproved"}]}}), ("blocked", "sms_sign")),
    ("tencent", (200, {"Response": None}), ("final", "sms_refused")),
    ("tencent", (200, {"Response": {"SendStatusSet": [7]}}), ("final", "sms_refused")),
]  # fmt: skip


@pytest.mark.req("IG-03")
def test_what_an_answer_means(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "SECONDS", 0.3)
    for kind in ("aliyun", "tencent"):
        with sms_provider(settings, kind) as provider:
            access = gateway.Access(provider=kind, secret=SECRET, address=provider.address, **ACCESS)
            taken = gateway.send(access, TEXT)
            assert taken.startswith(f"{kind}:")
            for who, answer, expected in ANSWERS:
                if who != kind:
                    continue
                provider.answer = answer
                with pytest.raises(NotSent) as refused:
                    gateway.send(access, TEXT)
                assert (refused.value.kind, refused.value.data["why"]) == expected, answer
            provider.answer = (200, OK[kind])
            gateway.send(access, replace(TEXT, to="85291234567"))
            abroad = provider.asked[-1]
            wrong = gateway.Access(provider=kind, secret="another", address=provider.address, **ACCESS)
            with pytest.raises(NotSent):
                gateway.send(wrong, TEXT)
            asked = provider.asked[0]
        if kind == "aliyun":
            assert (asked["PhoneNumbers"], asked["SignName"], asked["OutId"], asked["body"]) == (
                "13800002210",
                "清源家居",
                "m",
                b"",
            )
            assert json.loads(asked["TemplateParam"]) == dict(TEXT.values)
            assert abroad["PhoneNumbers"] == "85291234567"
        else:
            assert (asked["PhoneNumberSet"], asked["TemplateParamSet"]) == (
                ["+8613800002210"],
                [value for _name, value in TEXT.values],
            )
            assert abroad["PhoneNumberSet"] == ["+85291234567"], "Hong Kong is not in the mainland's numbers"
            assert (asked["action"], asked["version"], asked["SmsSdkAppId"]) == ("SendSms", "2021-01-11", "1400006666")
    for text, why in (
        (gateway.Text(to="13800002210", code="", values=(), mark=""), "no_template"),
        (gateway.Text(to="13800002210", code="S", values=(("link", ""),), mark=""), "empty_place"),
        (gateway.Text(to="0571-88", code="S", values=(), mark=""), "no_mobile"),
    ):
        with pytest.raises(NotSent) as refused:
            gateway.send(access, text)
        assert (refused.value.kind, refused.value.data["why"]) == ("final", why)


def told(complaint: Complaint) -> list[str]:
    kinds = Event.objects.filter(stream_id=complaint.pk, kind__startswith="letter.").order_by("seq")
    return [one.kind.removeprefix("letter.") for one in kinds]


def lines(letter: Letter) -> list[tuple[str, str, str]]:
    return [(one.channel, one.state, one.why) for one in Delivery.objects.filter(letter_id=letter.pk).order_by("place")]


def written(cast: Cast, **changes: Any) -> tuple[Complaint, Letter]:
    complaint = registered(cast, **{**MOBILE, **changes})
    return complaint, Letter.objects.get(stream_id=complaint.pk)


def report(*rows: tuple[str, bool]) -> bytes:
    return json.dumps(
        [
            {"biz_id": mark, "success": arrived, "err_code": "X", "err_msg": "空号", "phone_number": "138"}
            for mark, arrived in rows
        ]
    ).encode()


@pytest.mark.req("AK-10", "IG-03", "AK-01")
def test_a_message_leaves_once_short_and_its_receipt_is_noted(cast: Cast, settings: Any) -> None:
    approve(cast.top_mgmt.actor, "acknowledgement")
    with sms_provider(settings) as provider:
        complaint, letter = written(cast)
        assert (letter.channel, letter.then) == ("sms", "")
        with travel_to(AT):
            for _again in range(3):
                actions.deliver(letter.pk)
        assert len(provider.asked) == 1, "never two of the same"
        row = SmsAccount.objects.get()
    given = json.loads(provider.asked[0]["TemplateParam"])
    assert set(given) == {"number", "code", "link", "hotline"}, "no name, no words of the case"
    assert len(given["link"]) < 80
    letter.refresh_from_db()
    [line] = Delivery.objects.filter(letter_id=letter.pk)
    assert (letter.state, line.state, line.parts, line.provider_id) == (
        "sent",
        "sent",
        2,
        f"aliyun:{OK['aliyun']['BizId']}",
    )
    kept = letter.stream.key().open(letter.body, f"letter:{letter.pk}:body")
    assert complaint.number in kept
    assert not any(given[key] in kept for key in ("code", "link")), "what opens the case is covered in the copy"
    # The short link opens the case of this person and no other address does.
    key = given["link"].rstrip("/").rpartition("/")[2]
    with travel_to(AT + timedelta(days=89)):
        assert links.behind(letter.organisation_id, key.upper()) == links.Link(
            complaint.pk, letter.party_id, links.reference(letter.pk)
        )
        assert links.behind(letter.organisation_id, key[:-1] + ("b" if key[-1] == "a" else "a")) is None
        browser = Client()
        assert browser.get(f"/l/{key}/").status_code == 302
        assert complaint.number in browser.get("/case/").content.decode()
        assert Client().get("/l/aaaaaaaaaaaaaa/").status_code == 410
    with travel_to(AT + timedelta(days=91)):
        assert links.behind(letter.organisation_id, key) is None
    client, where = Client(), f"/hooks/sms/{account.token_of(row)}/"
    post = {"content_type": "application/json"}
    assert client.post("/hooks/sms/wrong/", report((OK["aliyun"]["BizId"], True)), **post).status_code == 404
    assert client.get(where).status_code == 405
    for nonsense in (b"{}", b"[1]", b"\xff", b"[" * 5000, report(*[("x", True)] * 1001)):
        assert client.post(where, nonsense, **post).status_code == 422
    assert client.post(where, b" " * 600_000, **post).status_code == 413
    assert client.post(where, report(("another", False), ("y" * 200, True)), **post).json() == {
        "code": 0,
        "msg": "接收成功",
    }
    for _twice in range(2):
        with travel_to(AT + timedelta(minutes=5)):
            assert client.post(where, report((OK["aliyun"]["BizId"], True)), **post).status_code == 200
    assert client.post(where, report((OK["aliyun"]["BizId"], False)), **post).status_code == 200, "it had arrived"
    letter.refresh_from_db()
    assert (letter.state, letter.values, lines(letter)) == ("delivered", None, [("sms", "delivered", "")])
    assert told(complaint) == ["sent", "read", "delivered"], "opened by its link, then reported"
    assert Delivery.objects.get().ended_at == AT + timedelta(minutes=5)


@pytest.mark.req("AK-10")
def test_a_receipt_of_another_organisation_touches_nothing(cast: Cast, settings: Any, other_organisation: Any) -> None:
    approve(cast.top_mgmt.actor, "acknowledgement")
    with sms_provider(settings):
        _complaint, letter = written(cast)
        with travel_to(AT):
            actions.deliver(letter.pk)
    with acting_for(other_organisation.pk):
        assert receipts.note(receipts.Receipt(f"aliyun:{OK['aliyun']['BizId']}", False, "x")) is False
    assert lines(letter) == [("sms", "sent", "")]
    Letter.objects.filter(pk=letter.pk).update(read_at=AT)
    assert receipts.note(receipts.Receipt(f"aliyun:{OK['aliyun']['BizId']}", False, "x")) is False, (
        "read by its link: it arrived"
    )
    assert lines(letter) == [("sms", "sent", "")]


FAILURES: list[tuple[str, Any, str, bool]] = [
    (
        "refused for good",
        (200, {"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": "bad 13800002210"}),
        "sms_number",
        False,
    ),
    ("our key", (400, {"Code": "SignatureDoesNotMatch"}), "sms_key", True),
    ("nobody knows", (500, b"oops"), "sms_unsure", False),
]


@pytest.mark.req("AK-10")
@pytest.mark.parametrize("email", ["", "chen@example.com"])
@pytest.mark.parametrize("case", FAILURES, ids=[one[0] for one in FAILURES])
def test_a_failure_takes_the_next_means_and_is_seen(cast: Cast, settings: Any, case: Any, email: str) -> None:
    _name, answer, why, ours = case
    approve(cast.top_mgmt.actor, "acknowledgement")
    settings.EMAIL_HOST = "mail.example.com" if email else ""
    with sms_provider(settings) as provider:
        complaint, letter = written(cast, email=email)
        assert letter.then == ("email" if email else "")
        provider.answer = answer
        with travel_to(AT):
            actions.deliver(letter.pk)
            actions.deliver(letter.pk)
            letter.refresh_from_db()
            following = written(cast)[1].channel
        assert len(provider.asked) == 1
    last = ("email", "sent", "") if email else ("portal", "delivered", "")
    assert lines(letter) == [("sms", "failed", why), last]
    assert told(complaint) == ["failed", "sent"]
    assert (letter.failed_channel, bool(letter.failure)) == (("", False) if email else ("sms", True)), (
        "the duty ends with another means"
    )
    assert Notice.objects.filter(member_id=complaint.owner_id, kind="letter.failed").count() == 1
    assert following == ("portal" if ours else "sms"), "a provider that refuses us is offered nothing for a while"
    assert Notice.objects.filter(kind="sms.refused").exists() is ours
    assert "13800002210" not in SmsAccount.objects.get().said
    if ours:
        with travel_to(AT):
            account.note_refused(NotSent("sms_key", kind=BLOCKED, said="again"), "13800002210")
            assert Notice.objects.filter(kind="sms.refused", member_id=cast.supervisor.id).count() == 1, "told once"
            account.note_worked()
            assert account.in_use() is not None, "what works again is offered messages at once"


@pytest.mark.req("AK-10")
def test_a_message_that_the_network_could_not_deliver_goes_by_another_means(cast: Cast, settings: Any) -> None:
    approve(cast.top_mgmt.actor, "acknowledgement")
    settings.EMAIL_HOST = "mail.example.com"
    with sms_provider(settings):
        complaint, letter = written(cast, email="chen@example.com")
        with travel_to(AT):
            actions.deliver(letter.pk)
            for _twice in range(2):
                receipts.note(receipts.Receipt(f"aliyun:{OK['aliyun']['BizId']}", False, "UNDELIV 空号 13800002210"))
            actions.deliver(letter.pk)
    letter.refresh_from_db()
    assert lines(letter) == [("sms", "failed", "sms_undelivered"), ("email", "sent", "")]
    assert (letter.channel, letter.state, letter.then) == ("email", "sent", ""), (
        "what failed is over, what is tried is not left"
    )
    assert told(complaint) == ["sent", "failed", "sent"]


def test_a_busy_provider_is_tried_again_and_then_left(cast: Cast, settings: Any) -> None:
    approve(cast.top_mgmt.actor, "acknowledgement")
    with sms_provider(settings) as provider:
        complaint, letter = written(cast)
        provider.answer = (200, {"Code": "isv.BUSINESS_LIMIT_CONTROL"})
        for minutes in (0, 1, 6, 16, 31):
            with travel_to(MONDAY + timedelta(minutes=minutes)):
                actions.deliver(letter.pk)
        letter.refresh_from_db()
        assert (letter.channel, letter.failure) == ("portal", "sms_expired")
    assert told(complaint) == ["failed"]


@pytest.mark.req("AK-10")
def test_a_message_in_the_hand_of_a_worker_that_died_is_not_sent_twice(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(cast.top_mgmt.actor, "acknowledgement")
    with sms_provider(settings) as provider:
        _complaint, letter = written(cast)
        with travel_to(AT), monkeypatch.context() as dying:
            dying.setattr(actions, "note_sent", lambda *_given: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                actions.deliver(letter.pk)
        with travel_to(AT + timedelta(minutes=6)):
            actions.deliver(letter.pk)
        assert len(provider.asked) == 1
    letter.refresh_from_db()
    assert (letter.channel, letter.failure) == ("portal", "sms_unsure")


def test_a_message_that_waited_for_the_morning_is_tried_again_when_the_provider_is_busy(
    cast: Cast, settings: Any
) -> None:
    approve(cast.top_mgmt.actor, "acknowledgement", "feedback")
    with sms_provider(settings) as provider:
        _complaint, letter = written(cast)
        Letter.objects.filter(pk=letter.pk).update(template="feedback", send_after=MONDAY)
        provider.answer = (200, {"Code": "isv.BUSINESS_LIMIT_CONTROL"})
        night = MONDAY.replace(hour=14)  # 22:00 in Shanghai
        with travel_to(night):
            actions.deliver(letter.pk)
        letter.refresh_from_db()
        assert (letter.failure, letter.next_try_at) == ("quiet", MONDAY.replace(hour=0) + timedelta(days=1))
        with travel_to(MONDAY.replace(hour=0, minute=1) + timedelta(days=1)):
            actions.deliver(letter.pk)
        letter.refresh_from_db()
        assert (letter.channel, letter.failure) == ("sms", "sms_busy"), "half an hour begins in the morning"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": {"zh-Hans": "{number}{name}", "en": "{number}"}}, "texts.1.text.zh-Hans"),
        ({"text": {"zh-Hans": "没有编号", "en": "{number}"}}, "texts.1.text.zh-Hans"),
        ({"text": {"zh-Hans": "{number}", "en": "{number}" + "x" * 500}}, "texts.1.text.en"),
        ({"text": None}, "texts.1.text.en"),
        ({"approved": {"zh-Hans": "SMS 1", "en": ""}}, "texts.1.approved.zh-Hans"),
        ({"code": "feedback"}, "texts.1.code"),
        ({"code": "nothing"}, "texts.1.code"),
    ],
)
def test_a_text_message_says_nothing_about_the_person(change: dict[str, Any], field: str) -> None:
    body = short.default()
    short.check(body)
    body["texts"][0].update(change)
    with pytest.raises(InvalidInput) as refused:
        short.check(body)
    assert field in refused.value.fields
