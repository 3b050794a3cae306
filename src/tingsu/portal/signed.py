"""Signed hand-over of user and order by the firm's own app or shop: a JWT, checked in every part before anything of it is believed (IN-10).

The algorithm is the one written down for the key, never the token's; it is for us alone (`aud`), short-lived, and opens once.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tingsu.intake import handover
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, TingsuError
from tingsu.kernel.organisations import current_organisation
from tingsu.portal import sites
from tingsu.portal.models import UsedHandover

LARGEST = 4096
"""Signs of a token; browsers and proxies carry no longer address."""
LONGEST = timedelta(minutes=10)
LEEWAY = 30
"""Seconds by which two clocks may differ."""
JTI = (8, 128)
KNOWN_FOR = timedelta(minutes=15)
"""How long used ones are remembered: past the longest life of a token."""
PROVED = ("name", "phone", "email", "order_number")
"""What the record marks as handed over, where the writer left it as it was."""


class HandoverRefused(TingsuError):
    """The plain form opens instead, and nothing is lost. `code` says to a developer what is wrong; visitors read one sentence."""

    code, status = "handover_refused", 422
    sentence = _(
        "We could not use your sign-in details, so please fill in the form yourself. Everything else works as usual."
    )


class HandoverOver(HandoverRefused):
    code = "handover_over"
    sentence = _(
        "The details passed on by the app have expired. Go back and open the form again, or fill it in yourself here."
    )


class HandoverUsed(HandoverRefused):
    code = "handover_used"
    sentence = _(
        "The details passed on by the app were already used once. Go back and open the form again, or fill it in yourself here."
    )


@dataclass(frozen=True, kw_only=True)
class HandedOver:
    """What a good token says."""

    site: sites.Site
    values: dict[str, str]
    mark: uuid.UUID
    """Follows from the site and the token's own id."""
    subject: str
    language: str

    def proof(self) -> dict[str, Any]:
        """What the draft keeps of it until the complaint is registered."""
        said = {name: self.values[name] for name in PROVED if self.values.get(name)}
        return {
            "site": self.site.title,
            "number": self.site.number,
            "subject": self.subject,
            "mark": str(self.mark),
            "said": said,
        }


def read_token(token: str) -> HandedOver:
    """Check everything of a token but whether it was used. Raises HandoverRefused, HandoverOver."""
    if not token or len(token) > LARGEST or not token.isascii():
        raise HandoverRefused(code="size")
    try:
        kid = jwt.get_unverified_header(token).get("kid")
    except jwt.InvalidTokenError as error:
        raise HandoverRefused(code="no_token") from error
    found = sites.key_named(kid) if isinstance(kid, str) else None
    if found is None:
        raise HandoverRefused(code="key")
    site, algorithm, key = found
    audience = f"tingsu:{current_organisation().slug}"
    # Times are compared below, by the clock that everything here goes by.
    options: Any = {
        "require": ["exp", "aud", "jti"], "strict_aud": True,
        **dict.fromkeys(("verify_exp", "verify_nbf", "verify_iat", "verify_sub", "verify_jti"), False),
    }  # fmt: skip
    try:
        claims = jwt.decode(token, key, algorithms=[algorithm], audience=audience, options=options)
    except jwt.InvalidTokenError as error:
        raise HandoverRefused(code="signature") from error
    _check_times(claims)
    jti = claims["jti"]
    if not isinstance(jti, str) or not JTI[0] <= len(jti) <= JTI[1]:
        raise HandoverRefused(code="jti")
    try:
        values = handover.read_known(
            {name: claims[name] for name in (*handover.FIELDS, handover.CAUSE) if claims.get(name)}
        )
    except InvalidInput as error:
        raise HandoverRefused(code="values") from error
    subject = claims.get("sub")
    return HandedOver(
        site=site, values=values, mark=uuid.uuid5(site.entry.pk, jti), subject=subject[:200] if isinstance(subject, str) else "",
        language=claims["lang"] if claims.get("lang") in {"zh-hans", "en"} else "",
    )  # fmt: skip


def _check_times(claims: Mapping[str, Any]) -> None:
    at = now().timestamp()
    times = {name: claims[name] for name in ("exp", "nbf", "iat") if name in claims}
    if not all(isinstance(one, int) and not isinstance(one, bool) for one in times.values()):
        raise HandoverRefused(code="times")
    if times["exp"] <= at - LEEWAY:
        raise HandoverOver
    if times["exp"] > at + LONGEST.total_seconds() + LEEWAY:
        raise HandoverRefused(code="lives_too_long")
    if max(times.get("nbf", 0), times.get("iat", 0)) > at + LEEWAY:
        raise HandoverRefused(code="from_the_future")


def use_once(handed: HandedOver) -> None:
    """From now on this token opens nothing again; of two at the same moment one is told so. Raises HandoverUsed."""
    try:
        with transaction.atomic():
            UsedHandover(id=handed.mark, used_at=now()).save(force_insert=True)
    except IntegrityError as error:
        raise HandoverUsed from error


def forget_used() -> int:
    """Those that have run out anyway; run each hour."""
    return UsedHandover.objects.filter(used_at__lte=now() - KNOWN_FOR).delete()[0]
