"""Whether public help is found and helps (SK-07, SK-09): numbers by month, and words only once several people asked for them.

Nothing of anybody is kept: no address, no session, no time of day. Words that point to a person are not counted at all. Of the others a
keyed fingerprint is counted, until three asked once from each address however many days lie between, then once a day; who asked is a fingerprint
made with the words, so that it links nobody's searches, and is forgotten with the third. The words themselves are kept from the third asking on, and
forgotten after ninety days without another one.
"""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Sum

from tingsu.kernel import crypto
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import TooMany
from tingsu.kernel.ids import new_id
from tingsu.kernel.limits import count_attempt
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.spelling import fold
from tingsu.kernel.sql import take_turns
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.knowledge.models import Helped, Sought
from tingsu.privacy.masking import mask_text

DAY = timedelta(days=1)
ENOUGH = 3
"""From so many askings on the words are kept: one person's are not."""
LONGEST = 30
KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Told:
    shown: int
    yes: int
    no: int


def told_of(entry_ids: list[uuid.UUID]) -> dict[uuid.UUID, Told]:
    """How often some articles were opened and helped, in all. One query."""
    rows = (
        Helped.objects.filter(entry_id__in=entry_ids)
        .values("entry_id")
        .annotate(s=Sum("shown"), y=Sum("yes"), n=Sum("no"))
    )
    return {row["entry_id"]: Told(row["s"], row["y"], row["n"]) for row in rows}


def count(entry_id: uuid.UUID, what: str, asker: str) -> None:
    """An article was opened, or whoever read it says whether it helped; once a day from each address."""
    try:
        count_attempt(f"knowledge.{what}", f"{entry_id}:{asker}", limit=1, window=DAY)
    except TooMany:
        return
    month = _today().strftime("%Y-%m")
    with transaction.atomic(durable=True):
        take_turns(f"knowledge-helped:{entry_id}:{month}")
        if not Helped.objects.filter(entry_id=entry_id, month=month).update(**{what: F(what) + 1}):
            Helped(id=new_id(), entry_id=entry_id, month=month, **{what: 1}).save(force_insert=True)


def not_found(typed: str, asker: str) -> None:
    """Somebody searched for help, and there was none."""
    words = " ".join(fold(typed).split())
    if not 2 <= len(words) <= LONGEST or any(sign.isdigit() for sign in words) or mask_text(words) != words:
        return
    mark = crypto.blind_index(current_organisation_id(), "knowledge.sought", words)
    try:
        count_attempt("knowledge.sought", f"{mark.hex()}:{asker}", limit=1, window=DAY)
    except TooMany:
        return
    with transaction.atomic(durable=True):
        take_turns(f"knowledge-sought:{mark.hex()}")
        row = Sought.objects.filter(fingerprint=mark).first()
        who = crypto.blind_index(current_organisation_id(), "knowledge.asker", f"{mark.hex()}:{asker}").hex()
        if row is None:
            Sought(id=new_id(), fingerprint=mark, askers=[who], last_on=_today()).save(force_insert=True)
            return
        row.last_on = _today()
        if row.words or who not in row.askers:
            row.times, row.askers = row.times + 1, [*row.askers, who]
        if row.times >= ENOUGH:
            row.words, row.askers = words, []
        row.save(update_fields=["times", "last_on", "words", "askers"])


def forget_old() -> int:
    """What nobody has asked for ninety days."""
    return Sought.objects.filter(last_on__lt=_today() - KEPT).delete()[0]


def _today() -> date:
    return local_date(now(), current_organisation().time_zone)
