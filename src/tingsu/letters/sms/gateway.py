"""Handing a text message to the provider, and what its answer means for this message and for all of them."""

import json
import logging
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tingsu.kernel import outgoing
from tingsu.kernel.clock import now
from tingsu.letters.sms import signing
from tingsu.letters.smtp import BLOCKED, FINAL, LATER, UNSURE, NotSent

SECONDS, LIMIT = 15, 100_000
MAINLAND = re.compile(r"1[3-9]\d{9}")
HOSTS = {"aliyun": "https://dysmsapi.aliyuncs.com", "tencent": "https://sms.tencentcloudapi.com"}
TENCENT_REGION = "ap-guangzhou"
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Access:
    """By what a provider is asked, its secret opened."""

    provider: str
    key_id: str
    secret: str
    sign: str
    app_id: str = ""
    region: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Text:
    """One message: to whom (digits), the approved template, its values in order, and a mark of ours."""

    to: str
    code: str
    values: tuple[tuple[str, str], ...]
    mark: str


def send(access: Access, text: Text) -> str:
    """Hand a message over; the provider's name for it, with the provider before a colon. Raises NotSent.

    A provider cannot tell a repeat from a second message: what may have left is never sent again (`UNSURE`).
    """
    if not text.code:
        raise NotSent("no_template", kind=FINAL)
    if any(not value for _name, value in text.values):
        raise NotSent("empty_place", kind=FINAL)
    number = text.to if MAINLAND.fullmatch(text.to) else ""
    if not text.to.isdigit() or len(text.to) > 15:
        raise NotSent("no_mobile", kind=FINAL)
    name = (_aliyun if access.provider == "aliyun" else _tencent)(access, text, number)
    return f"{access.provider}:{name}"


def _site(access: Access) -> tuple[str, str]:
    """Address and host."""
    address = access.address or HOSTS[access.provider]
    return address, address.partition("://")[2].partition("/")[0]


def _aliyun(access: Access, text: Text, mainland: str) -> str:
    address, host = _site(access)
    query = {
        "PhoneNumbers": mainland or text.to,
        "SignName": access.sign,
        "TemplateCode": text.code,
        "TemplateParam": json.dumps(dict(text.values), ensure_ascii=False),
        "OutId": text.mark,
    }
    headers = signing.aliyun(
        host=host, action="SendSms", version="2017-05-25", query=query, key_id=access.key_id, secret=access.secret, at=now(),
        nonce=uuid.uuid4().hex,
    )  # fmt: skip
    answer = _asked(f"{address}/?{signing.query_of(query)}", b"", headers)
    code, said = str(answer.get("Code", "")), f"{answer.get('Code', '')} {answer.get('Message', '')}"
    if code == "OK" and answer.get("BizId"):
        return str(answer["BizId"])[:80]
    raise _refusal(code, said, ALIYUN)


def _tencent(access: Access, text: Text, mainland: str) -> str:
    address, host = _site(access)
    content = json.dumps(
        {
            "PhoneNumberSet": [f"+86{mainland}" if mainland else f"+{text.to}"],
            "SmsSdkAppId": access.app_id,
            "SignName": access.sign,
            "TemplateId": text.code,
            "TemplateParamSet": [value for _name, value in text.values],
            "SessionContext": text.mark,
        },
        ensure_ascii=False,
    ).encode()
    headers = signing.tencent(
        host=host, service="sms", content=content, key_id=access.key_id, secret=access.secret, at=now(),
        signed={"x-tc-action": "SendSms"},
    )  # fmt: skip
    headers |= {
        "X-TC-Action": "SendSms",
        "X-TC-Version": "2021-01-11",
        "X-TC-Region": access.region or TENCENT_REGION,
    }
    answer = _asked(f"{address}/", content, headers).get("Response")
    answer = answer if isinstance(answer, Mapping) else {}
    error = answer.get("Error")
    rows = answer.get("SendStatusSet")
    one = error if isinstance(error, Mapping) else rows[0] if isinstance(rows, list) and rows else {}
    one = one if isinstance(one, Mapping) else {}
    code = str(one.get("Code", ""))
    if code == "Ok" and one.get("SerialNo"):
        return str(one["SerialNo"])[:80]
    raise _refusal(code, f"{code} {one.get('Message', '')}", TENCENT)


def _asked(address: str, content: bytes, headers: Mapping[str, str]) -> Mapping[str, Any]:
    """The provider's answer as JSON, whatever its status. Raises NotSent."""
    try:
        reply = outgoing.push(address, content, headers, seconds=SECONDS, limit=LIMIT)
    except outgoing.NotReached as error:
        log.warning("the provider of text messages was not reached: %s", error.why)
        if error.why in {"busy", "unknown_host"}:
            raise NotSent("sms_unreachable", kind=LATER, said=str(error)) from error
        if error.why in {"address", "inside", "certificate", "moved"}:
            raise NotSent("sms_unreachable", kind=BLOCKED, said=str(error)) from error
        raise NotSent("sms_unsure", kind=UNSURE, said=str(error)) from error
    try:
        answer = json.loads(reply.content)
    except (ValueError, RecursionError) as error:
        answer = None
        nonsense: Exception | None = error
    else:
        nonsense = None
    if isinstance(answer, Mapping):
        return answer
    said = f"{reply.status} {reply.content[:200].decode('utf-8', 'replace')}"
    if reply.status in {429, 502, 503, 504}:
        raise NotSent("sms_busy", kind=LATER, said=said) from nonsense
    raise NotSent("sms_unsure", kind=UNSURE, said=said) from nonsense


ALIYUN = (
    (re.compile(r"isv\.(BUSINESS_LIMIT_CONTROL|DAY_LIMIT_CONTROL|SYSTEM_LIMIT_CONTROL)|Throttling|isp\.SYSTEM_ERROR|ServiceUnavailable|InternalError"),
     "sms_busy", LATER),
    (re.compile(r"isv\.(MOBILE_NUMBER_ILLEGAL|MOBILE_COUNT_OVER_LIMIT|BLACK_KEY_CONTROL_LIMIT|BLACKLIST)"), "sms_number", FINAL),
    (re.compile(r"isv\.(SMS_TEMPLATE_ILLEGAL|TEMPLATE_|INVALID_PARAMETERS|INVALID_JSON_PARAM|PARAM_|SMS_CONTENT_)"), "sms_template", FINAL),
    (re.compile(r"isv\.(SMS_SIGNATURE_|SMS_SIGN_|SIGN_)"), "sms_sign", BLOCKED),
    (re.compile(r"isv\.(AMOUNT_NOT_ENOUGH|OUT_OF_SERVICE|ACCOUNT_|PRODUCT_)"), "sms_account", BLOCKED),
    (re.compile(r"Signature|InvalidAccessKeyId|Forbidden|isp\.RAM_PERMISSION_DENY|InvalidTimeStamp|IncompleteSignature|MissingAccessKeyId"),
     "sms_key", BLOCKED),
)  # fmt: skip
"""What the codes of Alibaba Cloud mean."""
TENCENT = (
    (re.compile(r"LimitExceeded|RequestLimitExceeded|InternalError|FailedOperation\.(FailResolvePacket|JsonParseFail)"), "sms_busy", LATER),
    (re.compile(r"(InvalidParameterValue\.IncorrectPhoneNumber|FailedOperation\.PhoneNumberInBlacklist|UnsupportedOperation\.\w*Phone)"),
     "sms_number", FINAL),
    (re.compile(r"(FailedOperation\.(Template|ContainSensitiveWord|MissingTemplate)|InvalidParameterValue\.(Template|Content)|InvalidParameter\b)"),
     "sms_template", FINAL),
    (re.compile(r"(FailedOperation\.(Signature|MissingSignature)|InvalidParameterValue\.(Sign|MissingSignature))"), "sms_sign", BLOCKED),
    (re.compile(r"FailedOperation\.InsufficientBalance|UnauthorizedOperation|InvalidParameterValue\.(SdkAppId|ProhibitedUse)"), "sms_account", BLOCKED),
    (re.compile(r"AuthFailure"), "sms_key", BLOCKED),
)  # fmt: skip
"""What the codes of Tencent Cloud mean."""


def _refusal(code: str, said: str, table: tuple[tuple[re.Pattern[str], str, str], ...]) -> NotSent:
    """An answer that says no did not send anything; one that says nothing we know leaves this message to another means."""
    for pattern, why, kind in table:
        if pattern.match(code):
            return NotSent(why, kind=kind, said=said)
    return NotSent("sms_refused", kind=FINAL, said=said)
