"""What the records of competence show by clause: files of those who work independently, trainings of twelve months (MS-29, PE-11)."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tingsu.competence import files, trainings
from tingsu.kernel.clock import local_date
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.proofs import Holds, Proof, declare, gathers
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

YEAR = timedelta(days=365)


def of_people(day: date) -> Iterable[Proof]:
    """Nothing of a person is told: that files and trainings are there, and their newest day. Two queries."""
    for name, state, clauses in (
        (files.NAME, files.INDEPENDENT, ("CTS 7.2", "SZ 4(3).1")),
        (trainings.NAME, trainings.HELD, ("CTS 7.2", "SZ 4(3).2")),
    ):
        row = (
            Entry.objects.filter(register=name, state=state)
            .order_by("-opened_at", "-id")
            .values("opened_at", "codes")
            .first()
        )
        if row is None:
            continue
        held = row["codes"].get("held_on")
        on = date.fromisoformat(held) if held else local_date(row["opened_at"], current_organisation().time_zone)
        old = name == trainings.NAME and on < day - YEAR
        yield Proof(
            clauses=clauses, sort="records", what=registers()[name].many, url=reverse("registers:list", args=[name]), on=on,
            holds=Holds.EXPIRED if old else Holds.VALID,
            gap=_("No training was held in the last twelve months: plan one and hold it.") if old else "",
        )  # fmt: skip


declare("competence", of_people)
gathers(trainings.NAME, ("CTS 7.2", "SZ 4(3).2"), (trainings.HELD,))
