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
    """Each document in force, each that is asked for and is not, and how far the whole is under control. Three queries."""
    force, asked_for = queries.in_force(), queries.standings()
    for one in force:
        due = one.review_on is not None and one.review_on < day + SOON
        yield Proof(
            clauses=one.clauses, sort="document", what=one.title, words=one.version, on=one.effective_on, until=one.review_on,
            holds=Holds.ENDING if due else Holds.VALID, url=one.url,
            gap=format_lazy(pgettext_lazy("proof", "“{document}” is due for its review."), document=one.title) if due else "",
        )  # fmt: skip
    for asked in asked_for:
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
    yield from _whole(force, asked_for)


def _whole(force: list[queries.InForce], asked_for: list[queries.Standing]) -> Iterable[Proof]:
    """What there is of all that is asked for (CTS 7.5.1), and what is under control: written, reviewed, approved, signed (7.5.2, 7.5.3)."""
    applies = [one for one in asked_for if one.topic.shall and one.state != queries.APART]
    there = [one for one in applies if one.state not in {queries.MISSING, queries.DRAFTED}]
    url = reverse("registers:list", args=[versions.NAME])
    if there:
        left = len(applies) - len(there)
        yield Proof(
            clauses=("CTS 7.5.1", "ISC 5.3.1"), sort="document", what=_("Documents that are asked for"), url=url,
            words=format_lazy(pgettext_lazy("proof", "{there} of {all} are in force or kept as records"), there=len(there), all=len(applies)),
            holds=Holds.UNDECIDED if left else Holds.VALID,
            gap=format_lazy(pgettext_lazy("proof", "Documents that are asked for and not in force yet: {left}."), left=left) if left else "",
        )  # fmt: skip
    if force:
        yield Proof(
            clauses=("CTS 7.5.2", "CTS 7.5.3"), sort="document", what=_("Documents under control"), url=url, count=len(force),
            on=max((one.effective_on for one in force if one.effective_on), default=None),
            words=format_lazy(pgettext_lazy("proof", "{n} in force, each with number, version, author, review, approval and signature"), n=len(force)),
        )  # fmt: skip


declare("documents", documents, instead_of=(versions.NAME,))
