"""Background entry points of incoming mail."""

import contextlib
import uuid

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tingsu.kernel.jobs import each_organisation, one_by_one
from tingsu.letters.providers import stays_here
from tingsu.mail import imap, polling, watching
from tingsu.mail.models import Mailbox


@app.periodic(cron="* * * * *")
@app.task(name="mail.fetch", queue="letters", queueing_lock="mail.fetch", lock="mail.fetch")
@one_by_one
def fetch(timestamp: int) -> None:
    """Each minute, and when a mailbox has news: what is new in every mailbox that is switched on, and in the drop folder."""
    listened: dict[uuid.UUID, imap.Access] = {}
    for _organisation in each_organisation():
        fetch_all()
        listened |= to_listen_to()
    watching.keep_watching(listened, heard)


def to_listen_to() -> dict[uuid.UUID, imap.Access]:
    """Mailboxes of this organisation that could be read, by what they are reached."""
    if stays_here():
        return {}
    found = Mailbox.objects.filter(active=True, waits_since=None, why="").order_by("name")
    return {one.pk: polling.access_of(one) for one in found}


def news() -> None:
    """A mailbox has news: fetch now. A fetching that waits already is enough."""
    job = app.configure_task("mail.fetch", queue="letters", queueing_lock="mail.fetch", lock="mail.fetch")
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(timestamp=0)


def heard() -> None:
    """The same from a thread that listens: it keeps no connection to the database."""
    try:
        news()
    finally:
        connection.close()


def fetch_all() -> int:
    """The same for this organisation; how many mails were kept. Where nothing leaves the machine, no mailbox is asked either."""
    kept = polling.read_folder()
    if not stays_here():
        for mailbox in Mailbox.objects.filter(active=True, waits_since=None).order_by("name"):
            kept += polling.read_mailbox(mailbox)
    return kept
