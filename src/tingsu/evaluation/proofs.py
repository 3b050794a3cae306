"""What recurring duties show by clause: done, still to come, overdue (MS-29, MS-34)."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.evaluation import duties, occurrences
from tingsu.kernel.proofs import Holds, Proof, declare, rule


def kept(day: date) -> Iterable[Proof]:
    """Each duty that has come due at least once. Two queries."""
    page = reverse("registers:list", args=[occurrences.NAME])
    for one in occurrences.standing(day):
        if one.state == "planned" or (one.state == "due" and one.last_done is None):
            continue
        late = len(one.overdue)
        yield Proof(
            clauses=one.clauses, sort="duty", what=one.duty.name, on=one.last_done, holds=Holds.EXPIRED if late else Holds.VALID,
            words=format_lazy(pgettext_lazy("proof", "{n} overdue"), n=late) if late else pgettext_lazy("proof", "done"),
            url=f"{page}?{urlencode({'duty': one.duty.code})}",
            gap=format_lazy(_("“{duty}” is overdue: do it and note its proof."), duty=one.duty.name) if late else "",
        )  # fmt: skip


declare("duties", kept, instead_of=(occurrences.NAME,))
rule(duties.KIND, "CTS 9.1; SZ 8(3)", "evaluation:duties")
