"""Background entry points of the telephone."""

from datetime import timedelta

from django.db import transaction
from procrastinate.contrib.django import app

from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.jobs import each_organisation, one_by_one
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.phone import course
from tingsu.phone.models import Call, CallEvent
from tingsu.phone.taking import settle_forgotten
from tingsu.registers.actions import follow
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

KEPT = timedelta(days=90)
"""How long single events stay: until then one that comes late, or again, is known."""
AT_ONCE = 500


@app.periodic(cron="*/10 * * * *")
@app.task(name="phone.settle", queue="default", queueing_lock="phone.settle", lock="phone.settle")
@one_by_one
def settle(timestamp: int) -> None:
    """Every ten minutes: calls whose end was never told are over; who rang is called back."""
    for _organisation in each_organisation():
        settle_forgotten(now())


@app.periodic(cron="40 2 * * *")
@app.task(name="phone.keep", queue="default", queueing_lock="phone.keep", lock="phone.keep")
@one_by_one
def keep(timestamp: int) -> None:
    """Each night: single events of long ago go, recordings past their time of keeping are named no longer."""
    for _organisation in each_organisation():
        forget_events()
        forget_recordings()


def forget_events() -> int:
    """Events of calls that began long ago; what became of the call stays. How many went."""
    old = list(
        CallEvent.objects.filter(at__lt=now() - KEPT).exclude(call__outcome=Call.Outcome.GOING).order_by("at").values_list("pk", flat=True)[:AT_ONCE * 20]
    )  # fmt: skip
    return CallEvent.objects.filter(pk__in=old).delete()[0] if old else 0


def forget_recordings() -> int:
    """Recordings whose time of keeping is over are named no longer; how many. One transaction each."""
    actor = automation("phone.keep", current_organisation_id())
    over = list(Call.objects.filter(recording_until__lt=course.today()).order_by("recording_until")[:AT_ONCE])
    for call in over:
        with transaction.atomic():
            entry = Entry.objects.select_related("stream").filter(pk=call.entry_id).first()
            if entry is not None and entry.stream.wrapped_key:
                follow(actor=actor, entry_id=entry.pk, register=registers()["call"], step="forget_recording")
            Call.objects.filter(pk=call.pk).update(recording_until=None)
    return len(over)
