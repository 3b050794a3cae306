"""Rate limits as rows: the same answer from every process (PS-03)."""

from datetime import timedelta

from django.db import connection

from tingsu.kernel import crypto
from tingsu.kernel.clock import now
from tingsu.kernel.errors import TooMany
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import RateWindow
from tingsu.kernel.tenancy import current_organisation_id

COUNT = """
INSERT INTO kernel_ratewindow (id, organisation_id, scope, subject, window_start, count) VALUES (%s, %s, %s, %s, %s, 1)
ON CONFLICT (organisation_id, scope, subject, window_start) DO UPDATE SET count = kernel_ratewindow.count + 1 RETURNING count
"""


def count_attempt(scope: str, subject: str, *, limit: int, window: timedelta) -> None:
    """Count one attempt of a subject (an address, a number). Raises TooMany past `limit` in the window.

    Call it outside a transaction that may be rolled back, or the attempt is forgotten.
    """
    organisation_id = current_organisation_id()
    seconds = int(window.total_seconds())
    at = now()
    start = at - timedelta(seconds=at.timestamp() % seconds)
    start = start.replace(microsecond=0)
    with connection.cursor() as cursor:
        fingerprint = crypto.blind_index(organisation_id, f"rate:{scope}", subject)
        cursor.execute(COUNT, [new_id(), organisation_id, scope, fingerprint, start])
        if cursor.fetchone()[0] > limit:
            raise TooMany


def forget_old_windows() -> int:
    """Delete windows older than a day; run by the daily housekeeping."""
    return RateWindow.objects.filter(window_start__lt=now() - timedelta(days=1)).delete()[0]
