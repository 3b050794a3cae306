"""What documents show by clause: those in force until their review, what registers keep instead, and what is asked for and missing
(MS-29, MS-08, DI-01).
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.documents import queries, versions
from tingsu.kernel.proofs import Holds, Proof, declare

SOON = timedelta(days=60)


def documents(day: date) -> Iterable[Proof]:
    """Each document in force, and each that is asked for and is not. Three queries."""
    for one in queries.in_force():
        due = one.review_on is not None and one.review_on < day + SOON
        yield Proof(
            clauses=one.clauses, sort="document", what=one.title, words=one.version, on=one.effective_on, until=one.review_on,
            holds=Holds.ENDING if due else Holds.VALID, url=one.url,
            gap=format_lazy(pgettext_lazy("proof", "“{document}” is due for its review."), document=one.title) if due else "",
        )  # fmt: skip
    for asked in queries.standings():
        if asked.state == queries.RECORDS:
            yield Proof(
                clauses=asked.topic.clauses, sort="records", what=asked.topic.title, words=asked.words,
                url=reverse("registers:list", args=[asked.records]),
            )  # fmt: skip
        if asked.state in {queries.MISSING, queries.DRAFTED} and asked.topic.shall:
            yield Proof(
                clauses=asked.topic.clauses, sort="document", what=asked.topic.title, words=asked.words, holds=Holds.MISSING, url=asked.list_url,
                gap=format_lazy(_("The document “{document}” is not in force yet: write or adopt it and have it approved."),
                                document=asked.topic.title),
            )  # fmt: skip


declare("documents", documents, instead_of=(versions.NAME,))
