"""``./tingsu manage renew_search``: cut the words of every case anew and take the fingerprints of its people again.

Needed once after an upgrade that cuts texts in another way; cases are found by their older words until then. May be
broken off and begun again.
"""

from typing import Any

from django.db import transaction

from tingsu.complaints.contacts import renew_party
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.search import renew_words
from tingsu.kernel.commands import OwnCommand
from tingsu.kernel.crypto import Erased
from tingsu.kernel.fingerprints import fingerprint
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for

BATCH = 500


class Command(OwnCommand):
    help = "Cut the search words of every case anew and take the fingerprints of its people again."

    def handle(self, *args: Any, **options: Any) -> None:
        for organisation in Organisation.objects.all():
            with acting_for(organisation.pk):
                done = sum(renew(one) for one in every_case())
            self.stdout.write(f"{organisation.slug}: {done} cases")


def every_case() -> Any:
    """The ids of all cases, a batch at a time."""
    last = None
    while True:
        rows = Complaint.objects.order_by("pk").values_list("pk", flat=True)
        batch = list((rows.filter(pk__gt=last) if last else rows)[:BATCH])
        if not batch:
            return
        yield from batch
        last = batch[-1]


def renew(complaint_id: Any) -> bool:
    """One case, under its lock. False for one that was erased: nothing of it may be found again."""
    with transaction.atomic():
        lock_chain(complaint_id)
        complaint = Complaint.objects.select_related("stream").get(pk=complaint_id)
        try:
            renew_words(complaint)
            complaint.order_index = fingerprint(complaint.organisation_id, "order", complaint.text("order_number"))
        except Erased:
            return False
        Complaint.objects.filter(pk=complaint.pk).update(order_index=complaint.order_index)
        for party in Party.objects.filter(complaint=complaint, erased_at=None):
            renew_party(party)
    return True
