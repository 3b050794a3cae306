"""What the calendar does with documents: a version comes into force on its day, and new people are asked to read."""

from django.db import transaction

from tingsu.documents import readers, versions
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.registers import entry as entries
from tingsu.registers.actions import follow
from tingsu.registers.declaration import register_named
from tingsu.registers.models import Entry


def come_into_force() -> int:
    """Approved versions whose day has come. Twice does nothing more. How many."""
    register = register_named(versions.NAME)
    assert register is not None  # noqa: S101 declared beside this
    by = automation("documents.by_the_day", current_organisation_id())
    due = Entry.objects.filter(register=versions.NAME, state=versions.APPROVED, speaks_of__lte=versions.today_here())
    made = 0
    for pk in list(due.order_by("speaks_of", "pk").values_list("pk", flat=True)):
        with transaction.atomic(durable=True):
            lock_chain(pk, versions.NAME)
            if Entry.objects.filter(pk=pk, state=versions.APPROVED).exists():
                follow(actor=by, entry_id=pk, register=register, step="enter")
                made += 1
    return made


def ask_new_readers() -> int:
    """Of each version in force: whoever it is for and was not asked yet is asked now. How many were asked."""
    register = register_named(versions.NAME)
    assert register is not None  # noqa: S101 declared beside this
    by = automation("documents.by_the_day", current_organisation_id())
    asked = 0
    for row in Entry.objects.filter(register=versions.NAME, state=versions.IN_FORCE).defer("texts").order_by("pk"):
        if not readers.lacking(row):
            continue
        with transaction.atomic(durable=True):
            opened = entries.locked_entry(register, by, row.pk, now())
            if opened.entry.state != versions.IN_FORCE:
                continue
            fresh = readers.distribute(opened)
            if fresh:
                opened.record("document.asked_more", {"number": fresh})
                opened.finish()
                opened.follow_up()
            asked += fresh
    return asked
