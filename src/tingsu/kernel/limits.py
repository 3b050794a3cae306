"""Rate limits as rows: the same answer from every process (PS-03)."""

from datetime import datetime, timedelta

from tingsu.kernel import crypto, sql
from tingsu.kernel.clock import now
from tingsu.kernel.errors import TooMany
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import RateWindow
from tingsu.kernel.tenancy import current_organisation_id


def count_attempt(scope: str, subject: str, *, limit: int, window: timedelta) -> None:
    """Count one attempt of a subject (an address, a number). Raises TooMany past `limit` in the window.

    Call it outside a transaction that may be rolled back, or the attempt is forgotten.
    """
    organisation_id = current_organisation_id()
    fingerprint = crypto.blind_index(organisation_id, f"rate:{scope}", subject)
    start = _start(window)
    if sql.count_attempt(new_id(), organisation_id, scope, fingerprint, start) > limit:
        raise TooMany(retry_after=_left(start, window))


def take_part(scope: str, subject: str, part: int, start: datetime) -> int:
    """Take several attempts of a subject at once, in the window that began at `start`; gives how many are taken by now in all.
    For callers who give them out themselves and hold their own limit.
    """
    organisation_id = current_organisation_id()
    fingerprint = crypto.blind_index(organisation_id, f"rate:{scope}", subject)
    return sql.count_attempt(new_id(), organisation_id, scope, fingerprint, start, part)


def refuse_when_spent(scope: str, subject: str, *, limit: int, window: timedelta) -> None:
    """Raises TooMany when a subject has no attempt left in the window; counts nothing. For what comes before the work that
    `count_attempt` counts, such as reading a body.
    """
    organisation_id = current_organisation_id()
    fingerprint = crypto.blind_index(organisation_id, f"rate:{scope}", subject)
    start = _start(window)
    row = RateWindow.objects.filter(scope=scope, subject=fingerprint, window_start=start).first()
    if row is not None and row.count >= limit:
        raise TooMany(retry_after=_left(start, window))


def _start(window: timedelta) -> datetime:
    """When the window of this moment began."""
    at = now()
    return (at - timedelta(seconds=at.timestamp() % int(window.total_seconds()))).replace(microsecond=0)


def _left(start: datetime, window: timedelta) -> int:
    """Seconds until the next window."""
    return max(1, int((start + window - now()).total_seconds()))


def forget_old_windows() -> int:
    """Delete windows older than a day; run by the daily housekeeping."""
    return RateWindow.objects.filter(window_start__lt=now() - timedelta(days=1)).delete()[0]
