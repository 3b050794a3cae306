"""How requests to the two providers are signed, as they document it. Pure functions: the tests hold the published examples.

Alibaba Cloud: signature V3, ACS3-HMAC-SHA256. Tencent Cloud: signature v3, TC3-HMAC-SHA256.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

ACS, TC = "ACS3-HMAC-SHA256", "TC3-HMAC-SHA256"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _encoded(text: str) -> str:
    """RFC 3986: letters, digits and -_.~ stay."""
    return quote(text, safe="-_.~")


def query_of(values: Mapping[str, str]) -> str:
    """Parameters as Alibaba signs and takes them: by their names, each encoded."""
    return "&".join(f"{_encoded(name)}={_encoded(values[name])}" for name in sorted(values))


def aliyun(
    *, host: str, action: str, version: str, query: Mapping[str, str], key_id: str, secret: str, at: datetime, nonce: str
) -> dict[str, str]:  # fmt: skip
    """The headers of a request that has no body and carries its parameters in its query."""
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": _digest(b""),
        "x-acs-date": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    asked = "\n".join(("POST", "/", query_of(query), lines, names, headers["x-acs-content-sha256"]))
    signature = _mac(secret.encode(), f"{ACS}\n{_digest(asked.encode())}").hex()
    headers["Authorization"] = f"{ACS} Credential={key_id},SignedHeaders={names},Signature={signature}"
    return headers


def tencent(
    *, host: str, service: str, content: bytes, key_id: str, secret: str, at: datetime, signed: Mapping[str, str] | None = None
) -> dict[str, str]:  # fmt: skip
    """Authorization and what it signs: content type, host and whatever `signed` adds (the action, by the newer documents)."""
    moment = at.astimezone(UTC)
    seen = {"content-type": "application/json; charset=utf-8", "host": host, **(signed or {})}
    names = ";".join(sorted(seen))
    lines = "".join(f"{name}:{seen[name].strip().lower()}\n" for name in sorted(seen))
    asked = "\n".join(("POST", "/", "", lines, names, _digest(content)))
    scope = f"{moment:%Y-%m-%d}/{service}/tc3_request"
    text = "\n".join((TC, str(int(moment.timestamp())), scope, _digest(asked.encode())))
    key = _mac(_mac(_mac(f"TC3{secret}".encode(), f"{moment:%Y-%m-%d}"), service), "tc3_request")
    signature = _mac(key, text).hex()
    return {
        "Authorization": f"{TC} Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}",
        "Content-Type": seen["content-type"],
        "Host": host,
        "X-TC-Timestamp": str(int(moment.timestamp())),
    }
