"""The yearly evaluation of compliance: each obligation in force judged with evidence, what is not kept corrected, the report kept (MS-22)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.evaluation.line_page import Group
from tingsu.figures.values import today
from tingsu.kernel import kinds
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, Unmet
from tingsu.planning import queries as planning
from tingsu.planning.queries import Obligation
from tingsu.process.steps import Options, Step, guard
from tingsu.process.values import RowsInvalid
from tingsu.quality.access import first_of
from tingsu.registers.actions import Link, Opening, begin_entry, link_opened
from tingsu.registers.declaration import LEADERS, registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

NAME, TIMER = "compliance_evaluation", "compliance_due"
JUDGING, SUBMITTED, CLOSED, DROPPED = "judging", "submitted", "closed", "dropped"
KEPT, PARTLY, BROKEN = "kept", "partly", "not_kept"
VERDICTS: Options = (
    (KEPT, pgettext_lazy("compliance", "Kept")),
    (PARTLY, pgettext_lazy("compliance", "Kept in part")),
    (BROKEN, pgettext_lazy("compliance", "Not kept")),
)
MOST = 500


def answers_of(codes: Mapping[str, Any]) -> dict[str, tuple[int, dict[str, Any]]]:
    """Obligation → its place among the judgments, and the judgment."""
    return {str(one["line"]): (place, one) for place, one in enumerate(codes.get("judged") or ())}


def called(one: Obligation) -> str:
    """What an obligation is called in a line: number, title, clause."""
    return " ".join(filter(None, (one.entry.number, one.title, one.edition, one.clause)))


def line_options(entry: Any) -> Options:
    """The obligations that are in force today."""
    return tuple((str(one.entry.pk), called(one)) for one in planning.obligations())


def groups(entry: Entry) -> list[Group]:
    """The obligations in force by their kind, with what each requires."""
    found: dict[str, Group] = {}
    for one in planning.obligations():
        group = found.setdefault(one.sort, Group(title=one.sort_words))
        words = f"{called(one)} — {one.content[:200]}" if one.content else called(one)
        group.lines.append((str(one.entry.pk), words))
    return list(found.values())


def judged(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Some obligations are judged, or judged anew; what each required on that day is kept with it. Raises InvalidInput."""
    known = answers_of(opened.entry.codes)
    wrong: dict[int, dict[str, TingsuError]] = {}
    duties = {str(one.entry.pk): one for one in planning.obligations()}
    rows = [dict(one) for one in opened.entry.codes.get("judged") or ()]
    for index, given in enumerate(values["given"]):
        try:
            seen = _seen(opened, given)
        except InvalidValue as error:
            wrong[index] = {"evidence" if error.code == "choice" else "note": error}
            continue
        line, duty = str(given["line"]), duties[str(given["line"])]
        place = known[line][0] if line in known else len(rows)
        answer = {
            "line": line, "verdict": given["verdict"], "by": str(opened.actor.id or ""), "on": today().isoformat(),
        }  # fmt: skip
        if place == len(rows):
            rows.append(answer)
            known[line] = (place, answer)
        else:
            answer |= {"record": rows[place]["record"]} if rows[place].get("record") else {}
        rows[place] = answer
        opened.write(f"judged.{place}.what", called(duty))
        opened.write(f"judged.{place}.note", given.get("note") or "")
        opened.write(f"judged.{place}.evidence", given.get("evidence") or "")
        if seen is not None:
            link_opened(opened, seen, "related")
    if wrong:
        raise InvalidInput({"given": RowsInvalid(wrong)})
    opened.put("judged", rows)


def _seen(opened: OpenedEntry, given: Mapping[str, Any]) -> uuid.UUID | None:
    """The thing that a judgment rests on. Raises InvalidValue."""
    number = given.get("evidence")
    if not number and not given.get("note"):
        raise InvalidValue(_("Name the evidence: a record of ours, or what was seen and where."), code="no_evidence")
    if given["verdict"] != KEPT and not given.get("note"):
        raise InvalidValue(_("Say what is not kept."), code="no_note")
    if not number:
        return None
    found = kinds.find_number(opened.actor, number)
    if found is None or found.id == opened.entry.pk:
        raise InvalidValue(_("Nothing that you may see has this number."), code="choice")
    return found.id


@guard("all_judged")
def all_judged(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Every obligation that is in force today is judged; without any there is nothing to report."""
    duties = planning.obligations()
    if not duties:
        return [Unmet("no_obligation", _("no compliance obligation in force is on record"), guard="")]
    known = answers_of(opened.entry.codes)
    left = [one.entry.number for one in duties if str(one.entry.pk) not in known]
    if not left:
        return []
    words = _("%(n)s obligations are not judged: %(numbers)s")
    return [Unmet("unjudged", words, guard="", n=len(left), numbers=", ".join(left[:10]))]


def submitted(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """What is not kept is a nonconformity, opened once and linked both ways."""
    rows, texts = [dict(one) for one in opened.entry.codes["judged"]], opened.texts_now()
    for place, line in enumerate(rows):
        if line["verdict"] == KEPT or line.get("record"):
            continue
        what = f"{texts.get(f'judged.{place}.what', '')}: {texts.get(f'judged.{place}.note', '')}"
        values = {
            "source": "compliance", "severity": "major" if line["verdict"] == BROKEN else "minor", "found_on": today().isoformat(),
            "description": what, "owner": str(first_of(LEADERS) or ""),
        }  # fmt: skip
        made = begin_entry(
            actor=opened.actor, register=registers()["nonconformity"],
            opening=Opening(
                values={name: value for name, value in values.items() if value}, links=[Link(other_id=opened.entry.pk, kind="follows")],
                allowed=True,
            ),
        )  # fmt: skip
        line["record"] = str(made.entry.pk)
        opened.put("judged", rows)


def closed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The day from which it proves the duty of its year."""
    opened.put("closed_on", today())


def counts_of(codes: Mapping[str, Any]) -> dict[str, int]:
    """How many obligations were judged how."""
    found = dict.fromkeys([code for code, _words in VERDICTS], 0)
    for one in codes.get("judged") or ():
        found[one["verdict"]] += 1
    return found
