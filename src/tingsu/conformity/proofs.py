"""What complaint handling itself shows of its processes: each leaves its records (CTS 4.4.2, CTS 8.1 c, MS-08)."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.conformity.processes import PROCESSES
from tingsu.figures.models import Fact
from tingsu.figures.periods import QUARTER, period_of
from tingsu.kernel.models import Organisation
from tingsu.kernel.proofs import Holds, Proof, declare
from tingsu.kernel.punctuation import listed
from tingsu.kernel.tenancy import current_organisation_id

CLAUSES = ("CTS 4.4.2", "CTS 8.1", "SZ 5(2)")
QUARTERS = 4


def left_records(day: date) -> Iterable[Proof]:
    """How many of the key processes left a record in a year. One query, which ends at the first record of each."""
    quarters = period_of(day, QUARTER).line(QUARTERS + 1)
    facts = Fact.objects.filter(received_on__gte=quarters[0].first, received_on__lt=quarters[-1].end)
    asked = {one.code: Exists(facts.filter(one.counted)) for one in PROCESSES}
    found = Organisation.objects.filter(pk=current_organisation_id()).values(**asked).first() or {}
    left = [one for one in PROCESSES if found.get(one.code)]
    silent = [one.label for one in PROCESSES if one not in left]
    if not left:
        return
    yield Proof(
        clauses=CLAUSES, sort="records", what=pgettext_lazy("process", "Records that the processes left"),
        words=format_lazy(pgettext_lazy("process", "{left} of {all} processes"), left=len(left), all=len(PROCESSES)),
        holds=Holds.UNDECIDED if silent else Holds.VALID, url=reverse("conformity:processes"),
        gap=format_lazy(_("No record of a year shows: {processes}."), processes=lazy(listed, str)(silent)) if silent else "",
    )  # fmt: skip


declare("processes", left_records)
