"""Compliance obligations (MS-06) with the reference standards among them (MS-33): what binds us, in which edition, and what it does to the process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.people.roles import Role
from tingsu.planning.asked import (
    OPENERS,
    ORIGIN,
    OWNER_FIELD,
    READERS,
    REASON,
    WORKERS,
    interval,
    linked_with_origin,
    plan_first,
)
from tingsu.process.steps import Field
from tingsu.registers.declaration import LEADERS, OWNER, Do, Due, Recurs, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.lines import Lines
from tingsu.registers.models import Entry

NAME = "obligation"
LAW, STANDARD = "law", "standard"
SORTS = (
    (LAW, pgettext_lazy("obligation", "Law")),
    ("regulation", pgettext_lazy("obligation", "Regulation")),
    (STANDARD, pgettext_lazy("obligation", "Standard")),
    ("customer", _("Requirement of customers")),
    ("party", _("Requirement of an interested party")),
    ("own", _("Commitment of our own")),
)
USES = (
    ("certified", _("We are certified by it")),
    ("guideline", _("Guideline whose guiding principles we follow")),
    ("normative", _("Normative reference")),
    ("bibliography", pgettext_lazy("obligation", "Bibliography")),
)
DATED = (("dated", _("This edition only (dated)")), ("undated", _("The latest edition (undated)")))
EDITIONS = Lines(table="editions", called=("edition",))
SAID = ("sort*", "title*", "article", "content*", "effect*", "use", "dated", "source")
IN_FORCE, REVIEW = "in_force", "review"


def opened_obligation(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The edition named stands as the first one; the first check is planned; what it follows from is linked."""
    kept_edition(opened, values)
    plan_first(opened)
    linked_with_origin(opened, values)


def kept_edition(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Another edition than the last one is one more line: the earlier ones stay readable."""
    name = (values.get("edition") or "").strip()
    lines = EDITIONS.of(opened.entry)
    last = opened.texts_now().get(f"{EDITIONS.table}.{len(lines) - 1}.edition", "") if lines else ""
    if not name or name == last:
        return
    since = values.get("edition_since")
    marks = {"since": since.isoformat()} if isinstance(since, date) else {}
    EDITIONS.add(("edition",), lambda thing: marks)(opened, {"edition": name})
    opened.write("edition_now", name)


@dataclass(frozen=True)
class Reference:
    """One reference standard with the edition that holds on a day."""

    entry: Entry
    title: str
    edition: str
    dated: bool
    use: str
    checked_on: str


def references(actor: Any, day: date) -> list[Reference]:
    """The reference standards as they hold on a day: a dated one in its edition, an undated one in the latest of that day (MS-33). One query."""
    from tingsu.registers.declaration import registers

    rows = registers()[NAME].visible(actor, Entry.objects.filter(codes__sort=STANDARD).exclude(state="ended"))
    return [_reference(one, day) for one in rows.select_related("stream").order_by("opened_at", "number")[:500]]


def _reference(entry: Entry, day: date) -> Reference:
    texts, lines = entry.worded_or_none() or {}, entry.codes.get(EDITIONS.table, [])
    holding = [place for place, line in enumerate(lines) if str(line.get("since", "")) <= day.isoformat()]
    dated = entry.codes.get("dated") == "dated"
    place = (holding[0] if dated else holding[-1]) if holding else None
    return Reference(
        entry=entry, title=texts.get("title", entry.number), dated=dated, use=str(dict(USES).get(entry.codes.get("use", ""), "")),
        edition=texts.get(f"{EDITIONS.table}.{place}.edition", "") if place is not None else "",
        checked_on=str(entry.codes.get("checked_on", "")),
    )  # fmt: skip


def proved(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """An obligation is one of CTS 6.1; a standard is a reference too, and one whose principles we follow is named as that (MS-35)."""
    reference = ("CTS 2", "ISC 2") if codes.get("sort") == STANDARD else ()
    return ("CTS 6.1", *reference, *(("ISC 8.1",) if codes.get("use") == "guideline" else ()))


declare(
    Register(
        name=NAME,
        one=_("Compliance obligation"),
        many=_("Compliance obligations"),
        hint=_(
            "Laws, regulations, standards and what customers and interested parties require: clause, content, effect on the process, and who "
            "checks whether it still holds. When a law changes, the review is a task with a day."
        ),
        prefix="HG",
        icon="scale",
        group="",
        order=43,
        title="title",
        openers=OPENERS,
        readers=READERS,
        fields=(
            Field(name="sort", label=pgettext_lazy("obligation", "Kind"), kind="choice", options=SORTS),
            Field(name="title", label=pgettext_lazy("obligation", "Name"), limit=200),
            Field(name="article", label=pgettext_lazy("obligation", "Clause"), limit=120),
            Field(name="content", label=_("What it requires"), kind="longtext", limit=3000),
            Field(name="effect", label=_("Effect on the process"), kind="longtext", limit=1500),
            Field(name="use", label=_("Used as"), kind="choice", options=USES, when=("sort", STANDARD), required=True),
            Field(name="dated", label=_("How it is referred to"), kind="choice", options=DATED, when=("sort", STANDARD), required=True),
            Field(name="edition_now", label=pgettext_lazy("obligation", "Edition"), limit=60),
            Field(name="edition", label=pgettext_lazy("obligation", "Edition"), limit=60, help=_("Such as 2019, or the day of the last amendment.")),
            Field(name="edition_since", label=_("In force from"), kind="date"),
            Field(
                name="editions", label=_("Editions"), kind="rows",
                rows=(
                    Field(name="edition", label=pgettext_lazy("obligation", "Edition"), limit=60, required=True),
                    Field(name="since", label=_("In force from"), kind="date"),
                ),
            ),
            Field(name="source", label=_("Where its validity is checked"), limit=200),
            OWNER_FIELD,
            interval(pgettext_lazy("obligation", "Checked")),
            Field(name="checked_on", label=_("Last check of validity"), kind="date", past=True),
            Field(name="next_check_on", label=_("Next check of validity"), kind="date"),
            Field(name="finding", label=_("What the check showed"), kind="longtext", limit=1500),
            Field(name="news", label=_("What has changed in it"), kind="longtext", limit=2000),
            Field(name="review_by", label=_("Reviewed by (day)"), kind="date", future=True),
            Field(name="outcome", label=_("What follows from it for us"), kind="longtext", limit=2000),
            ORIGIN,
            REASON,
        ),
        form=(*SAID, "edition", "edition_since", "owner", "interval*", "checked_on", "origin"),
        passing=("edition", "edition_since", "finding", "outcome", "origin", "reason"),
        columns=("sort", "article", "edition_now", "checked_on"),
        filters=("sort", "use"),
        owner="owner",
        clauses=proved,
        on_open=opened_obligation,
        states=(
            State(IN_FORCE, pgettext_lazy("obligation", "In force"), "done"),
            State(REVIEW, _("Changed: to be reviewed"), "late"),
            State("ended", pgettext_lazy("obligation", "Binds us no more"), open=False),
        ),
        steps=(
            Do(
                name="check", label=_("Record a check of validity"), event="checked", did=_("checked it: it holds"), sources=(IN_FORCE,),
                who=WORKERS, asks=("checked_on*", "finding*", "source", "edition", "edition_since"), effect=kept_edition,
                may_stop=("obligation_check",), tone="done", icon="check", clause="CTS 6.1; CTS 2",
            ),
            Do(
                name="changed", label=_("It has changed"), event="law_changed", did=_("reported that it has changed"), sources=(IN_FORCE,),
                target=REVIEW, who=WORKERS, asks=("news*", "edition", "edition_since", "review_by*"), effect=kept_edition,
                tells=(OWNER, Role.MGMT_REP), tone="late", icon="alert-circle", clause="CTS 6.1",
            ),
            Do(
                name="adopt", label=_("Record the review"), event="adopted", did=_("recorded what the change means for us"), sources=(REVIEW,),
                target=IN_FORCE, who=WORKERS, asks=("outcome*", "title*", "article", "content*", "effect*"), stops=("obligation_review",),
                tells=(OWNER,), tone="done", icon="circle-check", clause="CTS 6.1",
            ),
            Do(
                name="change", label=pgettext_lazy("planning", "Change"), event="corrected", did=_("changed it"), sources=(IN_FORCE, REVIEW),
                who=WORKERS, asks=(*SAID, "owner", "interval*", "reason*"), main=False, icon="edit",
            ),
            Do(
                name="end", label=_("Binds us no more"), event="ended", did=_("said that it binds us no more"), sources=(IN_FORCE, REVIEW),
                target="ended", who=(OWNER, *LEADERS), asks=("reason*",), may_stop=("obligation_review",), stops=("obligation_check",),
                effect=lambda opened, values: opened.end("obligation_review", "cancelled"), tells=(OWNER,), main=False, icon="x",
            ),
        ),
        dues=(
            Due(field="next_check_on", timer="obligation_check", label=_("Check of an obligation"), stops=_("checked")),
            Due(field="review_by", timer="obligation_review", label=_("Review after a change of law"), stops=_("reviewed"), source="CTS 6.1"),
        ),
        recurs=Recurs(
            interval="interval", counts_from="checked_on", next_on="next_check_on", timer="obligation_check", after=("check",)
        ),
        list_template="planning/obligations.html",
    )
)  # fmt: skip
