"""Background entry points of incoming mail."""

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import each_organisation
from tingsu.letters.providers import stays_here
from tingsu.mail import polling
from tingsu.mail.models import Mailbox


@app.periodic(cron="* * * * *")
@app.task(name="mail.fetch", queue="letters", queueing_lock="mail.fetch", lock="mail.fetch")
def fetch(timestamp: int) -> None:
    """Each minute: what is new in every mailbox that is switched on, and in the drop folder."""
    for _organisation in each_organisation():
        fetch_all()


def fetch_all() -> int:
    """The same for this organisation; how many mails were kept. Where nothing leaves the machine, no mailbox is asked either."""
    kept = polling.read_folder()
    if not stays_here():
        for mailbox in Mailbox.objects.filter(active=True).order_by("name"):
            kept += polling.read_mailbox(mailbox)
    return kept
