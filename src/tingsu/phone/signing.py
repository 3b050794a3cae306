"""By what a telephone system proves itself: HMAC-SHA-256 over time stamp and body, with a secret of its own for each hotline (IG-04)."""

import hmac
import re
import secrets
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from tingsu.kernel import crypto
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.phone.models import Line

AGE = timedelta(minutes=5)
"""How old, or how far ahead of us, the time stamp of a request may be."""
CHANGE_OVER = timedelta(hours=24)
"""How long the secret before a new one is still good."""
SIGNATURE, TIME = "Tingsu-Signature", "Tingsu-Time"
WHY = {
    "unsigned": _("it carried no signature"),
    "no_time": _("its time stamp could not be read"),
    "forged": _("its signature does not fit the secret"),
    "too_old": _("its time stamp was too old or too far ahead"),
    "unreadable": _("its content could not be read"),
}
_HEX = re.compile(r"v1=(?P<digest>[0-9a-f]{64})")


class NotSigned(TingsuError):
    """The signature is missing or another one; `code` says which."""

    code, status = "forged", 401
    sentence = _("The signature does not fit. Sign “time.body” with HMAC-SHA-256 and the secret of this very hotline.")


def new_secret() -> str:
    """As an administrator copies it into the telephone system."""
    return f"phone_{secrets.token_urlsafe(32)}"


def seal(line: Line, name: str, secret: str) -> bytes:
    """A secret of a line under the key of the organisation."""
    return crypto.organisation_key(current_organisation_id()).seal(secret, f"phone:{line.pk}:{name}")


def secrets_of(line: Line, at: datetime) -> list[str]:
    """Those that are good at an instant, the present one first. `former` was sealed as it is under its own name."""
    key = crypto.organisation_key(line.organisation_id)
    found = [key.open(line.secret, f"phone:{line.pk}:secret")]
    if line.former and line.former_until and at < line.former_until:
        found.append(key.open(line.former, f"phone:{line.pk}:former"))
    return found


def signature(secret: str, stamp: str, body: bytes) -> str:
    """What stands behind “v1=”."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, "sha256").hexdigest()


def check(line: Line, *, stamp: str, signed: str, body: bytes, at: datetime) -> None:
    """Raises NotSigned. The signature is asked before the time, so that nobody learns of our clock who has no secret."""
    given = [one["digest"] for one in _HEX.finditer(signed[:400])]
    if not given:
        raise NotSigned(
            _("Sign the request: %(time)s and %(signature)s are asked for."),
            code="unsigned",
            time=TIME,
            signature=SIGNATURE,
        )
    if not re.fullmatch(r"[0-9]{9,11}", stamp, re.ASCII):
        raise NotSigned(_("%(time)s is the time in seconds since 1970."), code="no_time", time=TIME)
    wanted = [signature(secret, stamp, body) for secret in secrets_of(line, at)]
    if not any(hmac.compare_digest(one, other) for one in wanted for other in given):
        raise NotSigned
    apart = int(stamp) - int(at.timestamp())
    if abs(apart) > AGE.total_seconds():
        sentence = _(
            "The time stamp is %(apart)s seconds from our clock; at most %(most)s are taken. Set the clock, and sign anew."
        )
        raise NotSigned(sentence, code="too_old", apart=apart, most=int(AGE.total_seconds()))
