"""What protects personal data, since when, and when it is looked at again (PS-12)."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.clock import local_date
from tingsu.kernel.organisations import current_organisation
from tingsu.planning.asked import PROOF, REASON, interval
from tingsu.process.steps import Field
from tingsu.protection.asked import KEEPERS, OWNER_FIELD, PROCESSING, READERS, WORKERS
from tingsu.registers import recurrence
from tingsu.registers.declaration import LEADERS, OWNER, Do, Due, Recurs, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.intervals import following

FIRST = timedelta(days=30)
NAME, TIMER = "protection_measure", "protection_review"
WORKED = (
    ("yes", _("It protects as it should")),
    ("partly", _("It protects in part")),
    ("no", _("It does not protect")),
)


def opened(entry: OpenedEntry, values: dict[str, Any]) -> None:
    """The first review is owed one interval after the measure began; of one that is older than that, within a month."""
    recurs = entry.register.recurs
    assert recurs is not None  # noqa: S101 declared below
    today = local_date(entry.at, current_organisation().time_zone)
    recurrence.begin_occurrence(entry, recurs, max(following(values["since"], values["interval"]), today + FIRST))


declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Measure of data protection"),
        many=pgettext_lazy("records", "Measures of data protection"),
        hint=_("What protects personal data at each step of processing, since when, what the reviews of it found and what was improved."),
        prefix="BC",
        icon="lock",
        group="",
        order=73,
        title="title",
        owner="owner",
        openers=KEEPERS,
        readers=READERS,
        fields=(
            Field(name="title", label=pgettext_lazy("protection", "Measure"), limit=200),
            Field(name="protects", label=_("Steps of processing it protects"), kind="choices", options=PROCESSING),
            Field(name="how", label=pgettext_lazy("protection", "How it works"), kind="longtext", limit=2000),
            Field(name="since", label=pgettext_lazy("protection", "Since"), kind="date", past=True),
            interval(pgettext_lazy("protection", "Reviewed")),
            Field(name="reviewed_on", label=_("Last review"), kind="date", past=True),
            Field(name="review_on", label=_("Next review"), kind="date"),
            Field(name="worked", label=_("What the review found"), kind="choice", options=WORKED),
            Field(name="finding", label=pgettext_lazy("protection", "Finding"), kind="longtext", limit=2000),
            OWNER_FIELD,
            PROOF,
            REASON,
        ),
        form=("title*", "protects*", "how*", "since*", "interval*", "owner", "proof"),
        passing=("finding", "reason"),
        columns=("since", "reviewed_on", "worked"),
        filters=("worked",),
        speaks_of="since",
        clauses=lambda codes: ("ISC 9.7.2.1",),
        on_open=opened,
        opening={"may_start": (TIMER,)},
        states=(
            State("in_use", pgettext_lazy("protection", "In use"), "done"),
            State("ended", pgettext_lazy("protection", "No longer in use"), open=False),
        ),
        steps=(
            Do(
                name="review", label=_("Record a review"), event="reviewed", did=_("reviewed the measure"), sources=("in_use",), who=WORKERS,
                asks=("reviewed_on*", "worked*", "finding*", "proof"), may_stop=(TIMER,), tells=(OWNER,), tone="done", icon="check",
                clause="ISC 9.7.2.1",
            ),
            Do(
                name="improve", label=pgettext_lazy("protection", "Improve it"), event="improved", did=_("improved the measure"), sources=("in_use",),
                who=WORKERS, asks=("title*", "protects*", "how*", "interval*", "reason*", "proof"), icon="edit", main=False, clause="ISC 9.7.2.1",
            ),
            Do(
                name="end", label=pgettext_lazy("protection", "End it"), event="ended", did=_("ended the measure"), sources=("in_use",), target="ended",
                who=LEADERS, asks=("reason*",), stops=(TIMER,), tells=(OWNER,), icon="x", main=False,
            ),
        ),
        dues=(Due(field="review_on", timer=TIMER, label=_("Review of a measure of data protection"), stops=_("reviewed"), source="ISC 9.7.2.1"),),
        recurs=Recurs(interval="interval", counts_from="reviewed_on", next_on="review_on", timer=TIMER, after=("review",)),
    )
)  # fmt: skip
