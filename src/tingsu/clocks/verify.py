"""What `verify` asks of promises: each names a policy and a calendar that exist, and none has been forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F

from tingsu.calendars import queries as calendars
from tingsu.calendars.regions import regions_of
from tingsu.clocks import queries
from tingsu.clocks.models import Promise, SweepFailure
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import now
from tingsu.kernel.verify import Finding, check

TABLE = "clocks_promise"
MOST = 500


@check("promises without policy")
def promises_without_policy() -> Iterator[Finding]:
    """Promises that name a version nobody published (architecture §6)."""
    for kind, column in ((queries.KIND, "policy_version"), (calendars.KIND, "calendar_version")):
        known = [rules.version for rules in rulebooks.versions(kind)]
        for promise in Promise.objects.exclude(**{f"{column}__in": known}).order_by("pk")[:MOST]:
            yield Finding(
                TABLE, str(promise.pk), f"it names {kind} version {getattr(promise, column)}, never published"
            )
    regions = {rules.version: set(regions_of(rules.body)) for rules in rulebooks.versions(calendars.KIND)}
    for promise in Promise.objects.exclude(calendar_region="").order_by("pk")[:MOST]:
        if promise.calendar_region not in regions.get(promise.calendar_version, set()):
            yield Finding(TABLE, str(promise.pk), "it names a regional calendar that its version does not have")


@check("promises nobody watches")
def promises_nobody_watches() -> Iterator[Finding]:
    """Running promises that the sweep will never look at, and ended ones that it still would (invariant 4)."""
    running = Promise.objects.filter(ended_at=None, breached_at=None)
    for promise in running.filter(next_at=None).order_by("pk")[:MOST]:
        yield Finding(TABLE, str(promise.pk), "it is running, but no next moment is set")
    for promise in running.filter(next_at__gt=F("due_at"), failures=None).order_by("pk")[:MOST]:
        yield Finding(TABLE, str(promise.pk), "its next moment lies after its due time")
    for failure in SweepFailure.objects.filter(promise__in=running, retry_at__gt=now()).order_by("pk")[:MOST]:
        yield Finding(TABLE, str(failure.promise_id), f"the sweep failed on it ({failure.error}) and tries again later")
    for promise in Promise.objects.exclude(ended_at=None).exclude(next_at=None).order_by("pk")[:MOST]:
        yield Finding(TABLE, str(promise.pk), "it has ended, but the sweep would still look at it")
