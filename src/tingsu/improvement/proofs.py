"""What improvement shows by clause: nonconformities under treatment or treated (MS-29, IM-01)."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from tingsu.kernel.clock import local_date
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.proofs import Proof, declare, gathers
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

NAME = "nonconformity"
NONE = ("dropped", "joined")
"""What was no nonconformity, or is handled with another one, shows nothing of its own."""


def treated(day: date) -> Iterable[Proof]:
    """The newest one says that the register is used; where none was found, none is missing. One query."""
    states = [one.code for one in registers()[NAME].states if one.code not in NONE]
    row = (
        Entry.objects.filter(register=NAME, state__in=states).order_by("-opened_at", "-id").values("opened_at").first()
    )
    if row is not None:
        yield Proof(
            clauses=("CTS 10.1",), sort="records", what=registers()[NAME].many, url=reverse("registers:list", args=[NAME]),
            on=local_date(row["opened_at"], current_organisation().time_zone),
        )  # fmt: skip


declare("nonconformities", treated)
gathers(NAME, ("CTS 10.1",), ("open", "contained", "evaluated", "planned", "acting", "review", "closed"))
