"""How each robot is spoken to: where, signed how, in which form, and what its answers mean.

WeCom, DingTalk and Feishu let anybody who knows the address of a robot write into its group; DingTalk and Feishu sign too.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tingsu.kernel import outgoing
from tingsu.kernel.clock import now
from tingsu.kernel.errors import TingsuError

SECONDS, LIMIT = 10, 50_000
HOSTS = {
    "wecom": frozenset({"qyapi.weixin.qq.com"}),
    "dingtalk": frozenset({"oapi.dingtalk.com"}),
    "feishu": frozenset({"open.feishu.cn", "open.larksuite.com"}),
}
"""Where the robots of each live. Any other host has to be named by whoever runs the machine (TINGSU_OUTGOING_INSIDE)."""
BUSY = {"wecom": {45009, 45033, -1}, "dingtalk": {130101, 90018, -1}, "feishu": {11232, 9499}}
"""Codes that ask to come later."""
WHY = {
    "robot_host": _("This is no address of a robot of this kind"),
    "robot_unreachable": _("The robot cannot be reached"),
    "robot_busy": _("The robot asks us to try again later"),
    "robot_refused": _("The robot refuses the message: key, secret, keyword or address"),
    "robot_nonsense": _("What answers there is no robot"),
    "robot_moved": _("The robot speaks to another group now"),
}
"""Why a message did not get through, in words."""


class NotSaid(TingsuError):
    """The robot did not take the message. `later`: it may take it another time; `said` are its own words."""

    code = "not_said"

    def __init__(self, why: str, *, later: bool, said: str = "") -> None:
        super().__init__(WHY[why], code=why)
        self.why, self.later, self.said = why, later, " ".join(said.split())[:300]


@dataclass(frozen=True, kw_only=True)
class Mouth:
    """By what a robot is reached, opened."""

    kind: str
    address: str
    secret: str = ""


def checked(kind: str, address: str) -> str:
    """The address as it is kept. Raises NotSaid(robot_host), NotReached."""
    kept = outgoing.check_hook(address)
    host = (urlsplit(kept).hostname or "").lower()
    if host not in HOSTS[kind] and host not in {one.lower() for one in settings.OUTGOING_INSIDE}:
        raise NotSaid("robot_host", later=False)
    return kept


def sign_dingtalk(secret: str, at: datetime) -> str:
    """What is added to the address: the moment in milliseconds, and its signature under the secret."""
    stamp = str(int(at.timestamp() * 1000))
    mac = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return f"&timestamp={stamp}&sign={quote_plus(base64.b64encode(mac))}"


def sign_feishu(secret: str, at: datetime) -> dict[str, str]:
    """What is added to the message: the moment in seconds, and the signature of nothing under moment and secret."""
    stamp = str(int(at.timestamp()))
    mac = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": stamp, "sign": base64.b64encode(mac).decode()}


def say(mouth: Mouth, text: str) -> None:
    """Put a message into the group. Raises NotSaid."""
    at = now()
    address = checked(mouth.kind, mouth.address)
    content: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
    if mouth.kind == "dingtalk" and mouth.secret:
        address += sign_dingtalk(mouth.secret, at)
    if mouth.kind == "feishu":
        content = {"msg_type": "text", "content": {"text": text}}
        content |= sign_feishu(mouth.secret, at) if mouth.secret else {}
    try:
        reply = outgoing.push(
            address, json.dumps(content, ensure_ascii=False).encode(), {"Content-Type": "application/json; charset=utf-8"},
            seconds=SECONDS, limit=LIMIT,
        )  # fmt: skip
    except outgoing.NotReached as error:
        later = error.why not in {"address", "inside", "moved"}
        raise NotSaid("robot_unreachable", later=later, said=str(error)) from error
    _judge(mouth.kind, reply)


def _judge(kind: str, reply: outgoing.Reply) -> None:
    said = f"{reply.status} {reply.content[:200].decode('utf-8', 'replace')}"
    try:
        answer = json.loads(reply.content)
    except (ValueError, RecursionError) as error:
        raise NotSaid("robot_nonsense", later=reply.status >= 500 or reply.status == 429, said=said) from error
    if not isinstance(answer, Mapping):
        raise NotSaid("robot_nonsense", later=False, said=said)
    code = answer.get("errcode", answer.get("code", answer.get("StatusCode")))
    if code == 0 and reply.status < 400:
        return
    later = code in BUSY[kind] or reply.status == 429 or reply.status >= 500
    raise NotSaid("robot_busy" if later else "robot_refused", later=later, said=said)
