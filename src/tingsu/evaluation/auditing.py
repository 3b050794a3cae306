"""What happens in an audit: its checklist, answers line by line, findings with their nonconformities, re-audits, the conclusion (MS-25)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.evaluation.clauses import CLAUSES
from tingsu.evaluation.independence import refuse_tied, team_of
from tingsu.evaluation.questions import QUESTIONS
from tingsu.figures.values import today
from tingsu.kernel import kinds
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, Unmet
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.letters.notices import declare as declare_notices
from tingsu.letters.notices import notify
from tingsu.people import queries as people
from tingsu.process.steps import Options, Step, guard
from tingsu.process.values import RowsInvalid
from tingsu.quality.access import first_of
from tingsu.registers.actions import Link, Opening, begin_entry, link_opened
from tingsu.registers.declaration import LEADERS, registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry, EntryLink

NAME, TIMER = "audit", "audit_due"
NONCONFORMITY = "nonconformity"
PLANNED, RUNNING, REPORTED, CLOSED, DROPPED = "planned", "running", "reported", "closed", "dropped"
CONFORMS, FINDING, NOT_SEEN = "conforms", "finding", "not_seen"
VERDICTS: Options = (
    (CONFORMS, pgettext_lazy("audit", "Conforms")),
    (FINDING, pgettext_lazy("audit", "Finding")),
    (NOT_SEEN, pgettext_lazy("audit", "Not looked at")),
)
MAJOR, MINOR = "major", "minor"
GRADES: Options = (
    (MAJOR, _("Major nonconformity")),
    (MINOR, _("Minor nonconformity")),
    ("sensitive", _("Sensitive point")),
    ("improvement", _("Suggestion for improvement")),
    ("strength", _("Strong point")),
)
CORRECTED = frozenset({MAJOR, MINOR})
"""Grades that are a nonconformity of their own, corrected in the register of those."""
MOST_LINES = 200


def lines_for(clauses: Any) -> list[str]:
    """The lines of the checklist of these clauses, in the order of the document: 9.2:0, 9.2:1 …; none named: of all."""
    wanted = set(clauses or CLAUSES)
    return [f"{number}:{place}" for number in CLAUSES if number in wanted for place in range(len(QUESTIONS[number]))]


def clause_of(line: str) -> str:
    return line.partition(":")[0]


def question_of(line: str) -> str:
    """What is asked in a line."""
    number, _colon, place = line.partition(":")
    asked = QUESTIONS.get(number, ())
    return str(asked[int(place)]) if place.isdigit() and int(place) < len(asked) else line


def lines_of(codes: Mapping[str, Any]) -> list[str]:
    """The checklist as it was made when the audit began, or as it would be made now."""
    return list(codes.get("checklist") or lines_for(codes.get("clauses")))


def answers_of(codes: Mapping[str, Any]) -> dict[str, tuple[int, dict[str, Any]]]:
    """Line → its place among the answers, and the answer."""
    return {str(one["line"]): (place, one) for place, one in enumerate(codes.get("answers") or ())}


def line_options(entry: Any) -> Options:
    """The lines of an audit's checklist."""
    lines = lines_of(entry.codes) if isinstance(entry, Entry) else lines_for(())
    return tuple((line, f"{clause_of(line)} {question_of(line)}") for line in lines)


def planned(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """An audit is planned: its team is independent, its days are in order. Raises InvalidInput."""
    if values["first_on"] > values["last_on"]:
        raise InvalidInput({"last_on": InvalidValue(_("The last day lies before the first one."), code="range")})
    refuse_tied(opened, values)


def started(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The checklist is made for the clauses, and stays as it is; whoever leads what is audited is told."""
    opened.put("checklist", lines_for(opened.entry.codes.get("clauses")))
    opened.tell([one for one in concerned(opened.entry) if one != opened.actor.id], "started")


def concerned(entry: Entry) -> list[uuid.UUID]:
    """The managers concerned beside the leaders, whom the step tells: who leads the audited units, who answers for what is audited."""
    codes = entry.codes
    found = [head.pk for unit in codes.get("units") or () for head in people.heads_of(uuid.UUID(unit))]
    found += [uuid.UUID(one) for one in codes.get("answerable") or ()]
    leaders = {one.pk for one in people.active_members(roles=LEADERS)}
    return [one for one in dict.fromkeys(found) if one not in leaders]


def answered(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Some lines are answered, or answered anew; the others stay as they are. Raises InvalidInput, at the lines that are wrong."""
    known = answers_of(opened.entry.codes)
    wrong: dict[int, dict[str, TingsuError]] = {}
    rows = [dict(one) for one in opened.entry.codes.get("answers") or ()]
    for index, given in enumerate(values["given"]):
        try:
            seen = _seen(opened, given)
        except InvalidValue as error:
            wrong[index] = {"note" if error.code == "no_note" else "evidence": error}
            continue
        line = str(given["line"])
        place = known[line][0] if line in known else len(rows)
        answer = {
            "line": line,
            "verdict": given["verdict"],
            "by": str(opened.actor.id or ""),
            "on": today().isoformat(),
        }
        if place == len(rows):
            rows.append(answer)
            known[line] = (place, answer)
        rows[place] = answer
        opened.write(f"answers.{place}.note", given.get("note") or "")
        opened.write(f"answers.{place}.evidence", given.get("evidence") or "")
        if seen is not None:
            link_opened(opened, seen, "related")
    if wrong:
        raise InvalidInput({"given": RowsInvalid(wrong)})
    opened.put("answers", rows)


def _seen(opened: OpenedEntry, given: Mapping[str, Any]) -> uuid.UUID | None:
    """The thing that an answer rests on. Raises InvalidValue."""
    if given["verdict"] == NOT_SEEN and not given.get("note"):
        raise InvalidValue(_("Say why it was not looked at."), code="no_note")
    if not (number := given.get("evidence")):
        return None
    found = kinds.find_number(opened.actor, number)
    if found is None or found.id == opened.entry.pk:
        raise InvalidValue(_("Nothing that you may see has this number."), code="choice")
    if Entry.objects.filter(pk=found.id, owner_id=opened.actor.id).exists():
        raise InvalidValue(
            _("You answer for %(number)s yourself: another auditor looks at it."), code="own_record", number=number
        )
    return found.id


@guard("all_answered")
def all_answered(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """No line of the checklist is left, and what was found in a line is written down as a finding."""
    codes = opened.entry.codes
    known = answers_of(codes)
    left = [line for line in lines_of(codes) if line not in known]
    unmet = []
    if left:
        named = ", ".join(dict.fromkeys(clause_of(line) for line in left[:20]))
        words = _("%(n)s lines of the checklist are not answered (clauses %(clauses)s)")
        unmet.append(Unmet("unanswered", words, guard="", n=len(left), clauses=named))
    found = {str(one["clause"]) for one in codes.get("findings") or ()}
    told = dict.fromkeys(clause_of(line) for line, (_place, one) in known.items() if one["verdict"] == FINDING)
    if bare := [number for number in told if number not in found]:
        words = _("a line says “finding”, but no finding is recorded for clause %(clauses)s")
        unmet.append(Unmet("no_finding", words, guard="", clauses=", ".join(bare)))
    return unmet


def found(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """One more finding; a nonconformity opens its own record at once, linked both ways."""
    rows = [dict(one) for one in opened.entry.codes.get("findings") or ()]
    place = len(rows)
    line = {
        "grade": values["grade"],
        "clause": values["clause"],
        "unit": str(values["department"] or ""),
        "on": today().isoformat(),
    }
    opened.write(f"findings.{place}.what", values["what"])
    opened.write(f"findings.{place}.evidence", values["rests_on"])
    opened.put("findings", [*rows, line])
    if values["grade"] in CORRECTED:
        _correct(opened, place, values["what"])


def _correct(opened: OpenedEntry, place: int, what: str) -> None:
    """Open the nonconformity of a finding, and keep it with the finding."""
    rows = [dict(one) for one in opened.entry.codes["findings"]]
    line = rows[place]
    heads = [one.pk for one in people.heads_of(uuid.UUID(line["unit"]))] if line.get("unit") else []
    team = {uuid.UUID(one) for one in team_of(opened.entry.codes)}
    owner = next((one for one in heads if one not in team), None) or first_of(LEADERS, but=team)
    values = {
        "source": "audit", "severity": line["grade"], "found_on": today().isoformat(), "description": what, "department": line.get("unit", ""),
        "owner": str(owner or ""),
    }  # fmt: skip
    made = begin_entry(
        actor=opened.actor, register=registers()[NONCONFORMITY],
        opening=Opening(
            values={name: value for name, value in values.items() if value}, links=[Link(other_id=opened.entry.pk, kind="follows")],
            allowed=True,
        ),
    )  # fmt: skip
    line["record"] = str(made.entry.pk)
    opened.put("findings", rows)


def finding_options(entry: Any) -> Options:
    """The findings of an audit, by their places."""
    if not isinstance(entry, Entry):
        return ()
    texts = entry.written_or_none() or {}
    grades = dict(GRADES)
    rows = enumerate(entry.codes.get("findings") or ())
    return tuple(
        (str(place), f"{one['clause']} · {grades[one['grade']]} · {texts.get(f'findings.{place}.what', '')[:60]}") for place, one in rows
    )  # fmt: skip


def corrected_options(entry: Any) -> Options:
    """Those of them that are corrected as nonconformities, and not yet found effective."""
    if not isinstance(entry, Entry):
        return ()
    rows = list(entry.codes.get("findings") or ())
    return tuple(
        (place, words)
        for place, words in finding_options(entry)
        if rows[int(place)]["grade"] in CORRECTED and rows[int(place)].get("again") != "effective"
    )


def regraded(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """A finding is graded anew; one that has become a nonconformity opens its record."""
    rows, place = [dict(one) for one in opened.entry.codes["findings"]], int(values["finding"])
    rows[place]["grade"] = values["grade"]
    opened.put("findings", rows)
    if values["grade"] in CORRECTED and record_of(rows[place]) is None:
        _correct(opened, place, opened.texts_now().get(f"findings.{place}.what", ""))


def record_of(line: Mapping[str, Any]) -> Entry | None:
    """The nonconformity of a finding, while it stands as one."""
    rows = Entry.objects.filter(register=NONCONFORMITY, pk=line.get("record") or uuid.UUID(int=0))
    return rows.exclude(state="dropped").first()


def audited_again(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """What was corrected is looked at again; what has no effect is a nonconformity anew. Raises InvalidInput."""
    rows, place = [dict(one) for one in opened.entry.codes["findings"]], int(values["corrected"])
    record = record_of(rows[place])
    if values["again"] == "effective" and (record is None or record.state != "closed"):
        number = record.number if record else ""
        refusal = InvalidValue(
            _("The nonconformity %(number)s is not closed yet: only then can its effect be audited."), code="open", number=number
        )  # fmt: skip
        raise InvalidInput({"again": refusal})
    rows[place] |= {
        "again": values["again"],
        "again_on": str(values["again_on"]),
        "again_by": str(opened.actor.id or ""),
    }
    opened.write(f"findings.{place}.seen_again", values["seen_again"])
    opened.put("findings", rows)
    if values["again"] != "effective" and (record is None or record.state == "closed"):
        _correct(opened, place, values["seen_again"])


@guard("all_corrected")
def all_corrected(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """No major or minor finding is without a nonconformity that stands."""
    bare = [
        str(one["clause"])
        for one in opened.entry.codes.get("findings") or ()
        if one["grade"] in CORRECTED and record_of(one) is None
    ]
    if not bare:
        return []
    words = _(
        "a finding at clause %(clauses)s is graded as a nonconformity, but none stands for it: open one by grading it anew"
    )
    return [Unmet("uncorrected", words, guard="", clauses=", ".join(bare))]


def concluded(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The report reaches the managers concerned."""
    opened.tell([one for one in concerned(opened.entry) if one != opened.actor.id], "concluded")


def closed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The day from which it proves the duty of its year."""
    opened.put("closed_on", today())


TO_LOOK_AGAIN = "audit.to_look_again"
declare_notices(
    {
        TO_LOOK_AGAIN: (
            pgettext_lazy("notice", "A nonconformity from your audit is closed: look again whether it is gone"), "repeat",
        )
    }
)  # fmt: skip


@reaction("nonconformity.confirmed")
def look_again(chain: Chain, event: Event, actor: Actor) -> None:
    """A nonconformity that an audit found was found effective: its lead auditor looks again."""
    of = EntryLink.objects.filter(entry_id=chain.stream.pk, kind="follows").values("other_id")
    for row in Entry.objects.filter(pk__in=of, register=NAME).exclude(owner_id=None):
        if row.owner_id is not None:
            notify([row.owner_id], TO_LOOK_AGAIN, row.pk, {"number": row.number})
