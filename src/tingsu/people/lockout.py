"""Lock-out after repeated failed sign-ins, kept as rows so that every process gives the same answer (PS-03).

Failures are counted in slots of five minutes: for an account from one address, for the account from anywhere, for the
address, and apart from all these for each browser in which the account signed in before (`devices`), which no failure elsewhere
closes. A door is closed while the last four slots hold the limit or more. Five failures close the account for the address
they came from, so that nobody shuts out somebody who sits elsewhere; only many more, from many addresses, close it for all.
Codes of the second factor and present passwords asked for again are counted in the same way under scopes of their own.
Sign-in happens before the organisation is known, so the counters live in the oldest organisation.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from tingsu.kernel import crypto, limits
from tingsu.kernel.clients import network_of
from tingsu.kernel.clock import now
from tingsu.kernel.errors import TooMany
from tingsu.kernel.models import RateWindow
from tingsu.kernel.organisations import organisations
from tingsu.kernel.tenancy import acting_for, current_organisation_id
from tingsu.people.models import Account

_log = logging.getLogger("tingsu.security")
SLOT = timedelta(minutes=5)
SLOTS = 4
ACCOUNT_LIMIT = 5
ANYWHERE_LIMIT = 50
ADDRESS_LIMIT = settings.LIMIT_SIGN_INS
BY_NAME, BY_ADDRESS, BY_CODE = "sign_in.name", "sign_in.address", "sign_in.code"
BY_PRESENT, USED = "sign_in.present", "sign_in.used"
LIMITS = {
    BY_NAME: ANYWHERE_LIMIT, BY_ADDRESS: ADDRESS_LIMIT, BY_CODE: ACCOUNT_LIMIT, BY_PRESENT: ACCOUNT_LIMIT, USED: 2,
}  # fmt: skip


class LockedOut(TooMany):
    code = "locked_out"
    sentence = _(
        "Too many failed attempts. Sign-in is closed for about %(minutes)s minutes. "
        "If you forgot your password, ask a supervisor for a new one."
    )


def subject_of(typed: str) -> str:
    """One subject per account, whether the name or the e-mail address was typed; the typed text for unknown ones."""
    name = typed.strip().lower()
    found = (
        Account.objects.filter(Q(username__iexact=name) | Q(email__iexact=name)).values_list("pk", flat=True).first()
    )
    return f"account:{found}" if found is not None else f"typed:{name[:150]}"


def from_one_address(subject: str) -> str:
    """The scope under which an account's failures are counted address by address."""
    return f"sign_in.at:{subject}" if subject.startswith("account:") else "sign_in.at"


def at_device(subject: str, what: str = "sign_in") -> str:
    """The scope under which failures in browsers that the account signed in with before are counted, each for itself."""
    return f"{what}.known:{subject}"


def account_of(subject: str) -> int | None:
    """The account a subject stands for; None for a name that nobody has."""
    return int(subject.removeprefix("account:")) if subject.startswith("account:") else None


def forget_account(account_id: int) -> None:
    """Open every door of an account, wherever it was closed: a manager gave a new password."""
    subject = f"account:{account_id}"
    for scope in (BY_NAME, BY_CODE, BY_PRESENT):
        forget(scope, subject)
    everywhere = [from_one_address(subject), at_device(subject), at_device(subject, BY_CODE)]
    with _counters():
        RateWindow.objects.filter(scope__in=everywhere).delete()


def used_once(subject: str, code: str) -> bool:
    """Take a one-time code; False for one that was taken before, in whatever process."""
    return not note_failure(USED, f"{subject}:{code}") and failures_of(USED, f"{subject}:{code}") < LIMITS[USED]


def failures_of(scope: str, subject: str) -> int:
    with _counters():
        return failures(scope, subject)


def is_open(scope: str, subject: str) -> bool:
    with _counters():
        return failures(scope, subject) < LIMITS.get(scope, ACCOUNT_LIMIT)


def check_open(scope: str, subject: str) -> None:
    """Raises LockedOut while a subject is closed."""
    with _counters():
        if failures(scope, subject) >= LIMITS.get(scope, ACCOUNT_LIMIT):
            raise LockedOut(minutes=int(SLOT.total_seconds() // 60 * (SLOTS - 1)))


def note_failure(scope: str, subject: str) -> bool:
    """Count one failure; True when this one closed the door."""
    with _counters():
        limits.count_attempt(scope, subject, limit=1_000_000, window=SLOT)
        return failures(scope, subject) == LIMITS.get(scope, ACCOUNT_LIMIT)


def tell(what: str, subject: str, address: str = "") -> None:
    """Write a failure into the log of the installation: of which account, from which network, never a name or a password."""
    account = account_of(subject)
    facts = {"what": what, "account": account if account is not None else "unknown"}
    if address:
        facts["network"] = network_of(address)
    _log.info("sign-in failed", extra={"facts": facts})


def forget(scope: str, subject: str) -> int:
    """Start anew: after a successful sign-in, or when a manager gives a new password. How many failures were forgotten."""
    with _counters():
        rows = RateWindow.objects.filter(scope=scope, subject=_fingerprint(scope, subject))
        failed = rows.aggregate(total=Sum("count"))["total"] or 0
        rows.delete()
        return failed


def failures(scope: str, subject: str) -> int:
    at = now()
    # A clock that was ahead for a while must not keep a door closed until that time has come.
    rows = RateWindow.objects.filter(scope=scope, subject=_fingerprint(scope, subject))
    rows = rows.filter(window_start__gt=at - SLOT * SLOTS, window_start__lte=at + SLOT)
    return rows.aggregate(total=Sum("count"))["total"] or 0


def _fingerprint(scope: str, subject: str) -> bytes:
    return crypto.blind_index(current_organisation_id(), f"rate:{scope}", subject)


@contextmanager
def _counters() -> Iterator[None]:
    with acting_for(next(iter(organisations().values())).pk):
        yield
