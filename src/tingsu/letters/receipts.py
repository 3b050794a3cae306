"""What the provider of text messages reports of them later: arrived, or failed after all (AK-10).

A report names a message by the provider's own mark; one that we do not know (sent by another program on the same account, or
by another organisation) is passed over, and the same report twice says nothing new.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db import transaction

from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidValue
from tingsu.kernel.ledger import lock_chain
from tingsu.letters import deliveries
from tingsu.letters.actions import fall_back
from tingsu.letters.models import Delivery, Letter, SmsAccount

MOST = 1000


class Receipt(NamedTuple):
    """One line of a report."""

    provider_id: str
    arrived: bool
    said: str


def read(provider: str, content: bytes) -> list[Receipt]:
    """The lines of a report as the provider documents it. Raises InvalidValue for what is none."""
    try:
        rows = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InvalidValue(code="report") from error
    if not isinstance(rows, list) or len(rows) > MOST or not all(isinstance(one, Mapping) for one in rows):
        raise InvalidValue(code="report")
    return [one for one in (READ[provider](row) for row in rows) if one is not None]


def _aliyun(row: Mapping[str, Any]) -> Receipt | None:
    name, success = row.get("biz_id"), row.get("success")
    if not isinstance(name, str) or not isinstance(success, bool):
        return None
    return Receipt(f"aliyun:{name}", success, f"{row.get('err_code', '')} {row.get('err_msg', '')}".strip())


def _tencent(row: Mapping[str, Any]) -> Receipt | None:
    name, status = row.get("sid"), row.get("report_status")
    if not isinstance(name, str) or status not in {"SUCCESS", "FAIL"}:
        return None
    return Receipt(
        f"tencent:{name}", status == "SUCCESS", f"{row.get('errmsg', '')} {row.get('description', '')}".strip()
    )


READ = {"aliyun": _aliyun, "tencent": _tencent}
ANSWERS: dict[str, dict[str, Any]] = {
    "aliyun": {"code": 0, "msg": "接收成功"},
    "tencent": {"result": 0, "errmsg": "OK"},
}
"""What each provider wants to hear; without it the report comes again."""


def note_all(account: SmsAccount, receipts: Iterable[Receipt]) -> int:
    """Note each line on its letter, in a transaction of its own; how many said something new."""
    news = sum(note(one) for one in receipts)
    SmsAccount.objects.filter(pk=account.pk).update(reported_at=now())
    return news


def note(receipt: Receipt) -> bool:
    """Arrived: `letter.delivered` on the case. Failed: `letter.failed`, and the next means takes it."""
    if len(receipt.provider_id) > 120:
        return False
    row = Delivery.objects.filter(provider_id=receipt.provider_id, state="sent").first()
    if row is None:
        return False
    at = now()
    with transaction.atomic(durable=True):
        chain = lock_chain(Letter.objects.values_list("stream_id", flat=True).get(pk=row.letter_id))
        letter = Letter.objects.select_related("stream").get(pk=row.letter_id)
        row = Delivery.objects.get(pk=row.pk)
        if row.state != "sent":
            return False
        current = letter.channel == "sms" and letter.state == Letter.State.SENT
        actor = automation("letters.receipts", letter.organisation_id)
        data = {"letter": letter.pk, "template": letter.template, "intent": letter.intent, "channel": "sms"}
        if receipt.arrived:
            deliveries.arrived(row, at)
            if current:
                letter.state, letter.delivered_at, letter.values = Letter.State.DELIVERED, at, None
                letter.save(update_fields=["state", "delivered_at", "values"])
            chain.record("letter.delivered", actor=actor, at=at, data=data)
        elif not current or letter.read_at is not None:
            return False  # read by its link meanwhile, or another means has it already
        else:
            chain.record("letter.failed", actor=actor, at=at, data=data | {"why": "sms_undelivered"})
            fall_back(chain, letter, "sms_undelivered", receipt.said, at)
        chain.flush()
    return True
